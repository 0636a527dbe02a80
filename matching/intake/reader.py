"""From the bytes of a file to sheets of text.

Every cell becomes text ("12" for 12.0, "2026-11-22" for a date), so that all
later steps read one kind of thing. Formulas are read as their stored results;
a cell that starts with "=" in a text file stays the text it is.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import charset_normalizer
import python_calamine

from matching.domain.errors import InputError
from matching.intake.guard import SMALL, Container, Limits, check_size, check_zip, container

_SAMPLE = 200_000
#: Longest cell of a text file, in characters.
_LONGEST = 10_000_000


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet as text.

    Attributes
    ----------
    name : str
        Name of the sheet; empty for a text file.
    rows : list of list of str
        Cells without outer blanks; rows may differ in length.
    first_row : int
        The spreadsheet's own number of ``rows[0]``.
    hidden : bool
        Whether the workbook hides it.
    merged : tuple of tuple of int
        Merged cells: top, left, bottom and right as positions in ``rows``, ends
        included. The text stands in the first cell; the others are empty.
    """

    name: str
    rows: list[list[str]]
    first_row: int = 1
    hidden: bool = False
    merged: tuple[tuple[int, int, int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Book:
    """A file that was read.

    Attributes
    ----------
    sheets : tuple of Sheet
        Its sheets that hold anything.
    decisions : tuple of str
        What had to be decided to read it, one sentence each.
    formulas_without_result : int
        Formula cells whose result the file does not hold.
    """

    sheets: tuple[Sheet, ...]
    decisions: tuple[str, ...]
    formulas_without_result: int = 0


def read(data: bytes, *, limits: Limits = SMALL) -> Book:
    """Read a spreadsheet of any usual kind.

    Parameters
    ----------
    data : bytes
        The file. What it is, is judged by its content.
    limits : Limits
        How large it may be.

    Returns
    -------
    Book

    Raises
    ------
    InputError
        If it is empty, too large, damaged or no spreadsheet.
    """
    from matching.intake import package  # late: it reads its own tables with this module

    check_size(data, limits)
    if package.is_package(data):
        return package.read_package(data, limits)
    kind = container(data)
    if kind is Container.TEXT:
        return _read_text(data)
    formulas = check_zip(data, limits) if kind is Container.ZIP else 0
    return _read_workbook(data, formulas)


def _read_workbook(data: bytes, formulas: int) -> Book:
    """Read every sheet of a workbook."""
    sheets: list[Sheet] = []
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        for meta in book.sheets_metadata:
            if meta.typ != python_calamine.SheetTypeEnum.WorkSheet:
                continue
            found = book.get_sheet_by_name(meta.name)
            rows = [
                [_text(cell) for cell in row] for row in found.to_python(skip_empty_area=False)
            ]
            hidden = meta.visible != python_calamine.SheetVisibleEnum.Visible
            if any(cell for row in rows for cell in row):
                sheets.append(Sheet(meta.name, rows, 1, hidden))
    except (python_calamine.CalamineError, ValueError, OSError) as error:
        raise InputError(
            "The file looks like a workbook but cannot be opened: "
            "it is damaged, locked with a password, or not a spreadsheet.",
            next_step="Open it in a spreadsheet program and save it again as .xlsx.",
        ) from error
    if not sheets and formulas:
        raise InputError(
            f"The workbook holds {formulas} formulas without their results and nothing else.",
            next_step="Open it in a spreadsheet program, let it calculate, and save it again.",
        )
    if not sheets:
        raise InputError(
            "The workbook has no rows.", next_step="Choose a file with at least one row."
        )
    return Book(tuple(sheets), (), formulas)


def _text(cell: Any) -> str:
    """Return a typed cell as text."""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        plain_day = cell.time() == time() and cell.tzinfo is None
        return cell.date().isoformat() if plain_day else cell.isoformat()
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return "" if cell is None else str(cell)


def _read_text(data: bytes) -> Book:
    """Read a text file of separated values."""
    text, decisions = _decode(data)
    text = text.removeprefix("\ufeff")
    csv.field_size_limit(_LONGEST)
    try:
        delimiter = _delimiter(text)
        rows = _cut(text, delimiter)
    except csv.Error as error:
        raise InputError(
            "The file is not a list of rows and columns.",
            next_step="Save the list as .xlsx or .csv and choose that file.",
        ) from error
    if not any(cell.strip() for row in rows for cell in row):
        raise InputError("The file is empty.", next_step="Choose a file with at least one row.")
    names = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
    if delimiter != ",":
        decisions.append(f"Columns are separated by {names[delimiter]}.")
    return Book((Sheet("", rows),), tuple(decisions))


def _cut(text: str, delimiter: str) -> list[list[str]]:
    """Cut a text into rows and cells.

    Without quotes a row is a line, and a cell is what stands between two
    separators; quotes need a closer look, which takes twice as long.
    """
    if '"' not in text:
        plain = text.replace("\r\n", "\n")
        lines = plain.removesuffix("\n").split("\n")
        if "\r" not in plain and max(map(len, lines)) <= _LONGEST:
            return [line.split(delimiter) if line else [] for line in lines]
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def _decode(data: bytes) -> tuple[str, list[str]]:
    """Return the text of a file in whatever encoding it has."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace"), ["The file is in UTF-16."]
    try:
        return data.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        encoding = _encoding(data)
    text = data.decode(encoding, errors="replace")
    lost = text.count("\ufffd")
    decisions = [f"The file is not in UTF-8; it was read as {encoding}."]
    if lost:
        decisions.append(f"{lost} characters could not be read and show as \ufffd.")
    return text, decisions


def _encoding(data: bytes) -> str:
    """Return the encoding that makes most sense of a file that is not UTF-8.

    Windows and old Macintosh programs write most such files, so theirs come
    first; a detector's proposal wins only where it reads strictly better.
    """
    first = next(k for k, byte in enumerate(data) if byte > 127)
    sample = data[max(0, first - _SAMPLE // 2) : first + _SAMPLE]
    found = charset_normalizer.from_bytes(sample).best()
    candidates = ["cp1252", "mac_roman", *([found.encoding] if found else [])]
    return max(candidates, key=lambda name: (_sense(sample, name), -candidates.index(name)))


def _sense(sample: bytes, encoding: str) -> float:
    """Return the share of foreign signs that make sense where they stand."""
    text = sample.decode(encoding, errors="replace")
    good = total = 0
    for before, sign, after in zip(" " + text[:-1], text, text[1:] + " ", strict=True):
        if sign < "\x80":
            continue
        total += 1
        if sign in _QUOTES:
            good += 1
        elif sign in "–—":
            good += not (before.islower() and after.islower())
        elif "\xc0" <= sign <= "\xff" and sign.isalpha():
            good += sign.islower() or not before.islower()
    return good / total if total else 0.0


_QUOTES = "‘’“”…•®°\xa0"


def _delimiter(text: str) -> str:
    """Return the separator that cuts the first lines most evenly."""
    lines = [line for line in text[:_SAMPLE].splitlines()[:20] if line.strip()]
    best, score = ",", (0, 0)
    for delimiter in (",", "\t", ";", "|"):
        widths = [len(row) for row in csv.reader(lines, delimiter=delimiter)]
        common = max(set(widths), key=widths.count) if widths else 1
        here = (widths.count(common) * (common > 1), common)
        if delimiter == "," and widths and widths[0] > 3:
            return ","
        if here > score:
            best, score = delimiter, here
    return best
