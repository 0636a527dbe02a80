"""The area of a sheet is bounded while it streams past, and measured where it matters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.intake.layout import letter
from matching.intake.sheet_watch import PartWatch


@pytest.mark.parametrize(
    ("cells", "area"),
    [
        ('<row r="1"><c r="A1"><v>1</v></c><c r="C2"><v>1</v></c></row>', 6),
        ('<row r="9"><c r="A9"/></row><row r="1"><c r="B1"><v>1</v></c></row>', 2),
        ('<row r="3"><c><v>1</v></c><c><v>1</v></c></row>', 6),
        ('<c r="JA2"><v>1</v></c>', 2 * 261),
    ],
)
def test_the_second_look_measures_and_the_first_bounds(cells: str, area: int) -> None:
    exact, quick = PartWatch(exact=True), PartWatch()
    exact.see(cells.encode())
    quick.see(cells.encode())
    assert exact.area == area
    assert quick.area >= area


@given(
    st.lists(
        st.tuples(st.integers(1, 20_000), st.integers(1, 1_000_000)), min_size=1, max_size=6
    ),
    st.integers(1, 400),
)
def test_the_first_look_is_never_below_the_second(
    cells: list[tuple[int, int]], size: int
) -> None:
    written = "".join(f'<c r="{letter(c - 1)}{r}"><v>1</v></c>' for c, r in cells).encode()
    exact, quick = PartWatch(exact=True), PartWatch()
    for k in range(0, len(written), size):
        exact.see(written[k : k + size])
        quick.see(written[k : k + size])
    assert exact.area == max(c for c, _ in cells) * max(r for _, r in cells)
    assert quick.area >= exact.area


def test_what_is_told_about_a_sheet() -> None:
    watch = PartWatch()
    watch.see(
        b'<row r="1" hidden="1"><c r="A1" t="e"><v>#REF!</v></c></row>'
        b'<row r="2"><c r="A2"><f>1+1</f></c><c r="B2"><f>1</f><v>1</v></c></row>'
    )
    assert (watch.hidden_rows, watch.errors, watch.no_result) == (1, 1, 1)
    assert watch.danger == ""
    assert watch.head.startswith(b"<row")


@pytest.mark.parametrize("cut", range(0, 60, 7))
def test_a_danger_cut_in_two_is_seen(cut: int) -> None:
    text = b" " * 20 + b'<!DOCTYPE a [<!ENTITY b "c">]>' + b" " * 20
    watch = PartWatch()
    watch.see(text[:cut])
    watch.see(text[cut:])
    assert watch.danger == "definitions of entities"
