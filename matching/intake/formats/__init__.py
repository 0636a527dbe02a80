"""Known formats, recognised on sight: HUD's inventory, HMIS exports and HSDS directories."""

from __future__ import annotations

from datetime import date
from functools import partial

from matching.intake.formats import hic, hmis, hsds
from matching.intake.formats.found import Found, Standard
from matching.intake.reader import Book, Sheet

__all__ = ["Found", "Standard", "recognise"]

_HIC = {
    "hud-hic": "HUD's Housing Inventory Count",
    "hud-hic-extract": "an extract of HUD's Housing Inventory Count",
}


def recognise(book: Book) -> Standard | None:
    """Return the standard that a book follows.

    Parameters
    ----------
    book : Book
        Any book; what its tables are is judged by their columns.

    Returns
    -------
    Standard or None
        ``None`` if it is nobody's standard but its sender's own.
    """
    return _inventory(book) or hmis.recognise(book) or hsds.recognise(book)


def _inventory(book: Book) -> Standard | None:
    """Return HUD's inventory, if a sheet that is shown holds it."""
    for sheet in [one for one in book.sheets if not one.hidden] or book.sheets:
        layout = hic.recognise(sheet)
        if layout is not None:
            read = partial(_load_inventory, sheet, layout)
            return Standard(layout.name, _HIC[layout.name], (sheet.name,), read)
    return None


def _load_inventory(sheet: Sheet, layout: hic.Layout, _: Book, __: date) -> Found:
    """Turn HUD's inventory into records; its dates need no day to be held against."""
    return hic.load(sheet, layout)
