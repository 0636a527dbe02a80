"""One sheet as a table: the names of its columns, its rows of data, and what was left out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Why(StrEnum):
    """Why a row is not one of the table's rows."""

    TITLE = "title"  #: stands above the header
    METADATA = "metadata"  #: says under the header what the columns are
    HEADER = "header again"  #: repeats the header, as printed pages do
    SECTION = "section"  #: names the rows below it
    TOTAL = "total"  #: adds up other rows
    NOTE = "note"  #: stands below the table
    CHOICE = "your choice"  #: a person said that it is no data


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row that is not read as data.

    Attributes
    ----------
    row : int
        The spreadsheet's own number; the first row is 1.
    why : Why
    text : str
        Its beginning, safe to show.
    """

    row: int
    why: Why
    text: str


@dataclass(frozen=True, slots=True)
class Grid:
    """The table of a sheet.

    Attributes
    ----------
    sheet : str
        Name of the sheet; empty for a text file.
    header : tuple of int
        The spreadsheet's own numbers of the rows that name the columns.
    columns : list of str
        One name for each column, no two alike; what stands in several header
        rows is joined, and a column without a name is called "Column D".
    numbers : list of int
        The spreadsheet's own number of each row of data.
    rows : list of list of str
        Cells of each row of data; shorter rows lack their last cells.
    left_out : tuple of LeftOut
        Rows that hold something and are not read as data.
    decisions : tuple of str
        What was decided to read the sheet so, one sentence each.
    """

    sheet: str
    header: tuple[int, ...]
    columns: list[str]
    numbers: list[int]
    rows: list[list[str]]
    left_out: tuple[LeftOut, ...] = ()
    decisions: tuple[str, ...] = ()
