"""Workbooks of every kind are opened; old and binary ones within bounds of their own."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from matching.domain.errors import InputError
from matching.intake import workbook
from matching.intake.guard import SMALL
from matching.intake.reader import read
from matching.intake.workbook import LockedError, TooManyCellsError, open_apart, open_workbook
from tests.intake.workbooks import ods, ods_rows, ole, xls, xlsb, xlsx

ROWS = [["name", "beds"], ["Casa Niñez", 3.0], ["Elm", 4.5]]
TEXT = [["name", "beds"], ["Casa Niñez", "3"], ["Elm", "4.5"]]
KINDS = pytest.mark.parametrize("write", [ods_rows, xls, xlsb])
BOUNDS: dict[str, Any] = {"memory": 2_000_000_000, "seconds": 60.0}


@KINDS
def test_old_and_binary_workbooks_are_read(write: Any) -> None:
    (sheet,) = read(write(ROWS)).sheets
    assert (sheet.name, sheet.rows, sheet.hidden) == ("a", TEXT, False)


@KINDS
def test_what_is_opened_apart_is_what_is_opened_here(write: Any) -> None:
    data = write([*ROWS, [], ["seen\u202e\u200b", 1e300]])
    assert open_apart(data, 1_000, **BOUNDS) == open_workbook(data, 1_000)


@pytest.mark.parametrize("write", [xls, xlsb])
def test_two_cells_far_apart_end_the_other_process_and_not_this_one(write: Any) -> None:
    """The library makes room for all cells between, which no memory has, and gives up."""
    data = write(ROWS, {(65_535, 60_000): 1.0})
    with pytest.raises(InputError, match="cannot be opened"):
        read(data)


@KINDS
def test_a_sheet_beyond_the_limit_of_cells(write: Any) -> None:
    with pytest.raises(InputError, match="unpacks to more"):
        read(write(ROWS), limits=replace(SMALL, cells=5))
    assert read(write(ROWS), limits=replace(SMALL, cells=6)).sheets


def test_the_time_to_open_a_workbook_is_bounded() -> None:
    with pytest.raises(InputError, match="unpacks to more"):
        read(xls(ROWS), limits=replace(SMALL, seconds=0.001))


def test_the_memory_to_open_a_workbook_is_bounded() -> None:
    data = xls(ROWS, {(60_000, 200): 1.0})  # twelve million cells of 32 bytes
    with pytest.raises(InputError, match="cannot be opened"):
        read(data, limits=replace(SMALL, memory_bytes=300_000_000))


def test_repeated_cells_of_an_ods_are_bounded() -> None:
    cell = (
        '<table:table-cell office:value-type="string" '
        'table:number-columns-repeated="{}"><text:p>x</text:p></table:table-cell>'
    )
    row = '<table:table-row table:number-rows-repeated="{}">{}</table:table-row>'
    few = read(ods(row.format(3, cell.format(4)))).sheets[0]
    assert few.rows == [["x"] * 4] * 3
    with pytest.raises(InputError):
        read(ods(row.format(1_048_576, cell.format(16_384))))
    blank = '<table:table-cell table:number-columns-repeated="16384"/>'
    usual = row.format(1, cell.format(2) + blank) + row.format(1_048_575, blank)
    assert read(ods(usual)).sheets[0].rows == [["x", "x"]]


def test_other_documents_in_an_old_container() -> None:
    for stream, said in (
        ("WordDocument", "a text document"),
        ("PowerPoint Document", "a presentation"),
        ("__substg1.0_", "an e-mail"),
    ):
        with pytest.raises(InputError, match=f"The file is {said}, not a spreadsheet"):
            read(ole({stream: b"x"}))
    with pytest.raises(InputError, match="locked with a password"):
        read(ole({"EncryptedPackage": b"x", "EncryptionInfo": b"y"}))


def test_errors_of_the_other_process_keep_their_meaning(monkeypatch: Any) -> None:
    def answers(said: bytes, code: int = 0) -> None:
        done = subprocess.CompletedProcess([], code, said, b"")
        monkeypatch.setattr(subprocess, "run", lambda *_, **__: done)

    for said, error in ((b"locked", LockedError), (b"cells", TooManyCellsError)):
        answers(b'{"error": "%s"}' % said)
        with pytest.raises(error):
            open_apart(b"", 1, **BOUNDS)
    for said, code in ((b'{"error": "damaged"}', 0), (b"", -6), (b'{"sheets": [', 1)):
        answers(said, code)
        with pytest.raises(ValueError, match="not opened"):
            open_apart(b"", 1, **BOUNDS)


def test_the_other_process_needs_nothing_of_the_product() -> None:
    """It starts in a moment, since it reads this one file only."""
    path = Path(workbook.__file__)
    code = f"import runpy, sys; runpy.run_path({str(path)!r}); print(*sys.modules)"
    run = subprocess.run(  # noqa: S603
        [sys.executable, "-I", "-c", code], capture_output=True, check=True, text=True
    )
    assert not {name for name in run.stdout.split() if name.startswith("matching")}


def test_a_panic_of_the_library_is_a_damaged_file(monkeypatch: Any) -> None:
    class PanicException(BaseException):
        pass

    def panics(*_: Any) -> None:
        raise PanicException

    monkeypatch.setattr(workbook.python_calamine, "CalamineWorkbook", Broken(panics))
    with pytest.raises(ValueError, match="damaged"):
        open_workbook(b"", 1)

    def stops(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(workbook.python_calamine, "CalamineWorkbook", Broken(stops))
    with pytest.raises(KeyboardInterrupt):
        open_workbook(b"", 1)


class Broken:
    """Stands in for a library that fails."""

    def __init__(self, from_filelike: Any) -> None:
        self.from_filelike = from_filelike


def test_every_type_of_cell_becomes_text() -> None:
    inline = '<c t="inlineStr"><is><t>{}</t></is></c>'
    data = xlsx(
        "<row>" + inline.format("a\nb") + inline.format("\u2067abc\u2069\u00ad")
        + '<c t="b"><v>1</v></c><c t="b"><v>0</v></c><c><v>1e15</v></c><c><v>-0.5</v></c>'
        + '<c><v>0</v></c><c t="e"><v>#REF!</v></c></row>'
    )  # fmt: skip
    book = read(data)
    assert book.sheets[0].rows[0][:7] == ["a\nb", "abc", "yes", "no", "1000000000000000.0",
                                          "-0.5", "0"]  # fmt: skip
    assert (
        "Signs that cannot be seen were taken out of cells (1 different texts)."
        in book.decisions
    )
