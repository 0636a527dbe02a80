"""Tables in a zip: harmless cells, unknown left blank, the same bytes each time."""

from __future__ import annotations

import csv
import io
import zipfile

from hypothesis import given
from hypothesis import strategies as st

from matching.export.archive import pack, table
from matching.export.flat import FORMULA_STARTS

_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


def rows(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode(), newline="")))


def test_unknown_is_blank_and_zero_is_zero() -> None:
    assert rows(table(["a", "b", "c"], [{"a": None, "b": 0}])) == [
        ["a", "b", "c"],
        ["", "0", ""],
    ]


@given(st.lists(st.dictionaries(st.sampled_from("ab"), _TEXT), max_size=4))
def test_no_cell_is_run_and_none_is_lost(lines: list[dict[str, str]]) -> None:
    header, *cells = rows(table(["a", "b"], lines))
    assert header == ["a", "b"]
    assert len(cells) == len(lines)
    for line, row in zip(lines, cells, strict=True):
        for name, cell in zip("ab", row, strict=True):
            assert not cell.startswith(FORMULA_STARTS)
            assert cell.removeprefix("'") == line.get(name, "").removeprefix("'")


@given(st.dictionaries(st.sampled_from(["a.csv", "b.csv", "c.json"]), st.binary(), min_size=1))
def test_the_same_files_give_the_same_bytes(files: dict[str, bytes]) -> None:
    data = pack(files)
    assert data == pack(dict(files))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.namelist() == list(files)
        assert {name: archive.read(name) for name in files} == files
        assert archive.testzip() is None
        assert {info.date_time[0] for info in archive.infolist()} == {1980}
