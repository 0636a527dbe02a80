"""A diligent-search record as a workbook: a first sheet that says what it is, and the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from matching.export.book import Book
from matching.export.columns import Column, Row, Value, get

_WIDE, _MIDDLE, _NARROW = 80, 34, 18


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet.

    Attributes
    ----------
    title : str
    columns : tuple of (str, str)
        Key of a row, and title.
    rows : sequence of mapping
    """

    title: str
    columns: tuple[tuple[str, str], ...]
    rows: Sequence[Mapping[str, Value]]


_WIDTHS = {"sentence": _WIDE, "reasons": _WIDE, "fresh": _WIDE, "unknown": _MIDDLE, "name": 32}


def case_workbook(
    made_at: datetime,
    about: Sequence[tuple[str, Value]],
    notes: Sequence[tuple[str, str]],
    sheets: Sequence[Sheet],
) -> bytes:
    """Write a workbook about one case.

    Parameters
    ----------
    made_at : datetime
    about : sequence of (str, value)
        What it is, in the first sheet.
    notes : sequence of (str, str)
        How to read it.
    sheets : sequence of Sheet

    Returns
    -------
    bytes
        "Read me" first; every text is a string whatever it starts with.
    """
    book = Book(made_at)
    book.readme(list(about), list(notes))
    for one in sheets:
        columns = [
            Column(title, get(key), _WIDTHS.get(key, _NARROW)) for key, title in one.columns
        ]
        rows: list[Row] = list(one.rows)
        book.table(one.title, columns, rows)
    return book.finish()
