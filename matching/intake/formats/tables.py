"""The tables of a standard format: cells by the names of their columns."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, field

from matching.intake import firewall
from matching.intake.field_types import SheetKind
from matching.intake.formats.private import is_private_flag, is_secret_part
from matching.intake.issues import Code, Issue, NotKept, Severity
from matching.intake.reader import Sheet
from matching.intake.values import is_unknown

#: A cell that begins with one of these was written with a ' before it, so that
#: no spreadsheet program runs it.
_RUNS = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"\d{1,3}(,\d{3})+|\d{1,6}(\.0+)?")
_AGE = re.compile(r"\d{1,3}(\.\d+)?")


def key(name: str) -> str:
    """Return the name of a column or table as matched: "OrganizationID" is "organizationid"."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def restored(text: str) -> str:
    """Return a cell without the ' that kept spreadsheet programs from running it."""
    return text[1:] if text.startswith("'") and text[1:].startswith(_RUNS) else text


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One row of a table.

    Attributes
    ----------
    table : Table
    number : int
        The spreadsheet's own row number.
    cells : list of str
    """

    table: Table
    number: int
    cells: list[str]

    def get(self, *names: str) -> str:
        """Return a cell that is kept, by any name of its column; empty if unknown."""
        for name in names:
            self.table.used.add(name)
        return self.peek(*names)

    def peek(self, *names: str) -> str:
        """Return a cell that is looked at and not kept; empty if unknown."""
        text = self.written(*names)
        return "" if is_unknown(text) else text

    def written(self, *names: str) -> str:
        """Return a cell as it stands: the first of its columns that is filled."""
        for name in names:
            place = self.table.columns.get(name)
            if place is not None and place < len(self.cells):
                text = restored(self.cells[place].strip())
                if text:
                    return text
        return ""

    @property
    def private(self) -> bool:
        """Whether a flag, or a secret address, says that the place must stay secret."""
        flagged = any(not is_no(self.written(name)) for name in self.table.flags)
        return flagged or any(self.peek(name) for name in self.table.secrets)


def is_no(text: str) -> bool:
    """Tell whether a flag is not set; what is neither yes nor no counts as set."""
    return is_unknown(text) or text.lower() in {"0", "no", "n", "false", "f", "none", "0.0"}


@dataclass(slots=True, eq=False)
class Table:
    """A table of a standard format.

    Attributes
    ----------
    name : str
        Name of its sheet.
    headers : list of str
        As they stand in the file.
    columns : dict of str to int
        Matched name to position.
    rows : list of Row
        Rows that hold anything.
    used : set of str
        Matched names of the columns that were kept.
    flags : tuple of str
        Columns that say whether a place is secret.
    secrets : tuple of str
        Columns of an address that is secret.
    """

    name: str
    headers: list[str]
    columns: dict[str, int]
    rows: list[Row] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    flags: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()

    @classmethod
    def of(cls, sheet: Sheet) -> Table:
        """Return a sheet as a table; its first row that holds anything is the header."""
        filled = [k for k, row in enumerate(sheet.rows) if any(map(str.strip, row))]
        if not filled:
            return cls(sheet.name, [], {})
        headers = sheet.rows[filled[0]]
        columns: dict[str, int] = {}
        for place, header in enumerate(headers):
            if name := key(header):
                columns.setdefault(name, place)
        flags = tuple(key(header) for header in headers if is_private_flag(header))
        secrets = tuple(key(header) for header in headers if is_secret_part(header))
        table = cls(sheet.name, headers, columns, flags=flags, secrets=secrets)
        table.used.update(flags)
        table.rows = [Row(table, sheet.first_row + k, sheet.rows[k]) for k in filled[1:]]
        return table

    def has(self, *names: str) -> bool:
        """Tell whether all these columns are there."""
        return self.columns.keys() >= set(names)

    def by(self, *names: str) -> dict[str, list[Row]]:
        """Return the rows by what stands in a column."""
        found: dict[str, list[Row]] = defaultdict(list)
        for row in self.rows:
            if value := row.peek(*names):
                found[value].append(row)
        return found


def unread(
    tables: Iterable[Table], apart: Iterable[tuple[str, str]], read: Set[str] = frozenset()
) -> tuple[NotKept, ...]:
    """Return what was not kept of some tables.

    Parameters
    ----------
    tables : iterable of Table
        Tables that were read; their columns that hold something and were not
        used are listed. Codes that only join the tables are not.
    apart : iterable of (str, str)
        Name of each table that was not read at all, and why.
    read : set of str
        Columns that the format reads, even if no row needed them.

    Returns
    -------
    tuple of NotKept
        Each column once, however many tables have it.
    """
    found: dict[str, NotKept] = {}
    for table in tables:
        for place, header in enumerate(table.headers):
            name = key(header)
            if name in table.used or name in read or name in _JOINTS or not name:
                continue
            if name.endswith("id") and name not in _NUMBERS:
                continue
            if any(place < len(row.cells) and row.cells[place].strip() for row in table.rows):
                entry = firewall.not_kept(header, SheetKind.PROVIDERS)
                if name in _NAMES:
                    entry = NotKept(entry.column, "names of people are never stored", True)
                found.setdefault(entry.column, entry)
    for name, why in apart:
        shown = f"{firewall.safe_header(name)} (whole table)"
        found[shown] = NotKept(shown, why, private=why != NO_FIELD)
    return tuple(found.values())


#: Columns that only say what another one is.
_JOINTS = frozenset({"locationtype", "addresstype", "linktype", "linkentity",
                     "externalidentifiertype", "extenttype"})  # fmt: skip
#: Columns that end like codes of the tables and are none.
_NUMBERS = frozenset({"taxid", "organizationtaxid", "personalid", "userid"})
#: Columns of names that do not say so.
_NAMES = frozenset({"sourcecontactfirst", "sourcecontactlast", "attention", "userid"})
#: Why a table about other things is not read.
NO_FIELD = "nothing in it has a field of the record"


def count(text: str) -> int | None:
    """Read a number of beds or people; ``None`` if the text is no such number."""
    return int(float(text.replace(",", ""))) if _NUMBER.fullmatch(text) else None


def age(text: str, *, oldest: bool) -> int | None:
    """Read an age in completed years; a part of a year counts against a wider range."""
    if not _AGE.fullmatch(text):
        return None
    years = float(text)
    whole = int(years)
    return whole if oldest or years == whole else whole + 1


def warning(text: str, fix: str = "Ask before placing.", code: Code = Code.SUMMARY) -> Issue:
    """Return a remark on the whole file."""
    return Issue(Severity.WARNING, code, None, None, None, text, fix)


def numbered(rows: Iterable[Row], most: int = 10) -> str:
    """Return the numbers of rows as words: "3, 5 and 2 more"."""
    numbers = [str(row.number) for row in rows]
    more = len(numbers) - most
    return ", ".join(numbers[:most]) + (f" and {more} more" if more > 0 else "")


def once(rows: Iterable[Row]) -> Iterator[Row]:
    """Yield rows but those that repeat another one word for word."""
    seen: set[tuple[str, ...]] = set()
    for row in rows:
        text = tuple(cell.strip() for cell in row.cells)
        if text not in seen:
            seen.add(text)
            yield row
