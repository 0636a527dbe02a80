"""Ages in one cell are read in their usual spellings, and never guessed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.intake.ages import OLDEST, read_ages
from matching.intake.issues import CellError, Code


@pytest.mark.parametrize(
    ("text", "ages"),
    [
        ("12-17", (12, 17)), ("12 – 17", (12, 17)), ("12 to 17", (12, 17)),
        ("ages 12 through 17", (12, 17)), ("Age: 12-17 years old", (12, 17)),
        ("18+", (18, None)), ("18 and over", (18, None)), ("21 or older", (21, None)),
        ("18 & up", (18, None)), ("under 18", (None, 17)), ("below 21", (None, 20)),
        ("0-120", (0, 120)),
    ],
)  # fmt: skip
def test_ranges_are_read(text: str, ages: tuple[int | None, int | None]) -> None:
    assert read_ages(text) == ages


@pytest.mark.parametrize(
    "text", ["teens", "12", "12-17 girls", "youth 18+", "12-", "-17", "under 0", "1-2-3", "+"]
)
def test_anything_else_is_a_question(text: str) -> None:
    with pytest.raises(CellError) as caught:
        read_ages(text)
    assert caught.value.code is Code.NOT_A_NUMBER


@given(st.integers(0, 999), st.integers(0, 999))
def test_both_ends_are_kept_as_written_or_refused(low: int, high: int) -> None:
    if max(low, high) <= OLDEST:
        assert read_ages(f"{low}-{high}") == (low, high)
        return
    with pytest.raises(CellError) as caught:
        read_ages(f"{low}-{high}")
    assert caught.value.code is Code.OUT_OF_RANGE
