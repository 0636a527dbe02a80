"""What a standard format gives: records, problems, and what was decided."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from matching.domain.records import BedPool, Provider
from matching.intake.issues import Issue, NotKept
from matching.intake.reader import Book
from matching.intake.uploads import Counts


@dataclass(frozen=True, slots=True)
class Found:
    """What came of a file in a standard format; the parts of an upload."""

    providers: tuple[Provider, ...]
    pools: tuple[BedPool, ...]
    issues: tuple[Issue, ...]
    not_kept: tuple[NotKept, ...]
    decisions: tuple[str, ...]
    counts: Counts


@dataclass(frozen=True, slots=True)
class Standard:
    """A format that a book was recognised as.

    Attributes
    ----------
    name : str
        Such as "hmis-csv".
    label : str
        In words, such as "HMIS CSV export (Project and Inventory)".
    sheets : tuple of str
        Names of the sheets that are read.
    """

    name: str
    label: str
    sheets: tuple[str, ...]
    _read: Callable[[Book, date], Found] = field(repr=False)

    def load(self, book: Book, today: date) -> Found:
        """Turn the book into providers and bed pools.

        Parameters
        ----------
        book : Book
            The one that was recognised.
        today : date
            The day against which dates of the file are held.

        Returns
        -------
        Found

        Raises
        ------
        InputError
            If nothing in it is a place for a night.
        """
        return self._read(book, today)
