"""From the bytes of a file to sheets of text.

Every cell becomes text ("12" for 12.0, "2026-11-22" for a date), so that all
later steps read one kind of thing. Formulas are read as their stored results;
a cell that starts with "=" in a text file stays the text it is.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matching.domain.errors import InputError
from matching.intake.encodings import ENCODINGS, decode, is_encoding, ungarbled
from matching.intake.guard import (
    SMALL,
    Container,
    Inside,
    Limits,
    bomb,
    check_ole,
    check_size,
    check_zip,
    container,
    locked,
)
from matching.intake.workbook import (
    INVISIBLE,
    LockedError,
    Opened,
    TooManyCellsError,
    open_apart,
    open_workbook,
)

__all__ = ["DELIMITERS", "ENCODINGS", "Book", "Sheet", "read"]

#: How much of a text is looked at to tell what separates its columns, in characters.
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
    encoding : str or None
        How the letters of a text file were read; ``None`` for a workbook.
    delimiter : str or None
        What separates the columns of a text file; ``None`` for a workbook.
    """

    sheets: tuple[Sheet, ...]
    decisions: tuple[str, ...]
    formulas_without_result: int = 0
    encoding: str | None = None
    delimiter: str | None = None


def read(
    data: bytes,
    *,
    limits: Limits = SMALL,
    encoding: str | None = None,
    delimiter: str | None = None,
) -> Book:
    """Read a spreadsheet of any usual kind.

    Parameters
    ----------
    data : bytes
        The file. What it is, is judged by its content.
    limits : Limits
        How large it may be.
    encoding : str, optional
        A person's choice among :data:`ENCODINGS` for a text file; guessed if left out.
    delimiter : str, optional
        A person's choice of the sign between the columns of a text file.

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
        return _read_text(data, encoding, delimiter)
    inside = check_zip(data, limits) if kind is Container.ZIP else check_ole(data)
    return _read_workbook(data, inside, limits)


def _read_workbook(data: bytes, inside: Inside, limits: Limits) -> Book:
    """Read every sheet of a workbook."""
    try:
        if inside.plain:
            opened, cleaned = open_workbook(data, limits.cells)
        else:
            opened, cleaned = open_apart(
                data, limits.cells, memory=limits.memory_bytes, seconds=limits.seconds
            )
    except LockedError as error:
        raise locked() from error
    except TooManyCellsError as error:
        raise bomb(limits) from error
    except (ValueError, OSError) as error:
        raise InputError(
            "The file looks like a workbook but cannot be opened: "
            "it is damaged, locked with a password, or not a spreadsheet.",
            next_step="Open it in a spreadsheet program and save it again as .xlsx.",
        ) from error
    formulas = inside.formulas
    if not opened and formulas:
        raise InputError(
            f"The workbook holds {formulas} formulas without their results and nothing else.",
            next_step="Open it in a spreadsheet program, let it calculate, and save it again.",
        )
    if not opened:
        raise InputError(
            "The workbook has no rows.", next_step="Choose a file with at least one row."
        )
    sheets = tuple(Sheet(name, rows, 1, hid, tuple(cells)) for name, hid, rows, cells in opened)
    return Book(sheets, tuple(_about(opened, inside, cleaned)), formulas)


def _about(opened: Sequence[Opened], inside: Inside, cleaned: int) -> list[str]:
    """Return what was decided about a workbook."""
    said = []
    hidden = sum(is_hidden for _, is_hidden, _, _ in opened)
    if hidden:
        said.append(f"Sheets that the workbook hides: {hidden:,} of {len(opened):,}.")
    if inside.hidden_rows:
        said.append(f"Rows that the workbook hides were read too ({inside.hidden_rows:,}).")
    if inside.errors:
        said.append(
            f"Cells that show an error, such as #REF!, are unknown here ({inside.errors:,})."
        )
    if inside.macros:
        said.append("The workbook holds macros; they were not run.")
    if cleaned:
        said.append(
            f"Signs that cannot be seen were taken out of cells ({cleaned:,} different texts)."
        )
    return said


#: Signs that may separate columns, with the words for them.
DELIMITERS: Mapping[str, str] = {
    ",": "commas",
    ";": "semicolons",
    "\t": "tabs",
    "|": "bars",
    ":": "colons",
    "^": "carets",
    "~": "tildes",
    " ": "spaces",
}


def _read_text(data: bytes, encoding: str | None, delimiter: str | None) -> Book:
    """Read a text file of separated values."""
    if encoding is not None and not is_encoding(encoding):
        raise InputError(
            f"Files in {encoding!r} are not read.", next_step="Choose another one."
        )
    if delimiter is not None and delimiter not in DELIMITERS:
        raise InputError(
            "This sign does not separate columns.", next_step="Choose another one."
        )
    text, used, decisions = decode(data, encoding)
    text, repaired = ungarbled(text.removeprefix("\ufeff"))
    if repaired:
        decisions.append(f"Letters that were garbled before were put right ({repaired:,}).")
    text, cleaned = INVISIBLE.subn("", text)
    if cleaned:
        decisions.append(f"Signs that cannot be seen were taken out ({cleaned:,}).")
    csv.field_size_limit(_LONGEST)
    try:
        mark = delimiter or _delimiter(text)
        rows = _stripped(_cut(text, mark), text)
    except csv.Error as error:
        raise InputError(
            "The file is not a list of rows and columns.",
            next_step="Save the list as .xlsx or .csv and choose that file.",
        ) from error
    if not any(cell for row in rows for cell in row):
        raise InputError("The file is empty.", next_step="Choose a file with at least one row.")
    if mark != "," and delimiter is None:
        decisions.append(f"Columns are separated by {DELIMITERS[mark]}.")
    return Book((Sheet("", rows),), tuple(decisions), 0, used, mark)


def _stripped(rows: list[list[str]], text: str) -> list[list[str]]:
    """Take the outer blanks off the cells, if there can be any."""
    if _BLANK.search(text):
        return [list(map(str.strip, row)) if row else row for row in rows]
    return rows


#: A blank beside what may be the edge of a cell.
_BLANK = re.compile(r"\s[^\w\s]|[^\w\s]\s|\s\s|\s\Z|\A\s")


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


#: A first line in which a spreadsheet program is told what separates the columns.
_TOLD = re.compile(r'"?sep=(.)"?\s*[\r\n]', re.IGNORECASE)


def _delimiter(text: str) -> str:
    """Return the separator that cuts the first lines most evenly."""
    told = _TOLD.match(text)
    if told and told[1] in DELIMITERS:
        return told[1]
    lines = [line for line in text[:_SAMPLE].splitlines()[:20] if line.strip()]
    best, score = ",", (0, 0)
    for delimiter in (",", "\t", ";", "|"):
        widths = [len(row) for row in csv.reader(lines, delimiter=delimiter)]
        common = max(set(widths), key=widths.count) if widths else 1
        here = (widths.count(common) * (common > 1), common)
        if delimiter == "," and common > 3 and 2 * widths.count(common) > len(widths):
            return ","
        if here > score:
            best, score = delimiter, here
    return best
