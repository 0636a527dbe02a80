"""Which tables of an HMIS export a book holds, whatever its year."""

from __future__ import annotations

from dataclasses import dataclass, field

from matching.intake.formats.tables import Table
from matching.intake.reader import Book

#: What our own exports call the program that wrote them. Their codes are the
#: record's own, and what HUD's definitions would add to a household is known
#: to be said elsewhere.
OWN_SOFTWARE = "Provider record"

#: The columns by which each table is known, of which all must be there.
_KNOWN_BY: tuple[tuple[str, frozenset[str]], ...] = (
    ("inventory", frozenset({"projectid", "householdtype", "bedinventory"})),
    ("project", frozenset({"projectid", "projecttype", "projectname"})),
    ("organization", frozenset({"organizationid", "organizationname"})),
    ("place", frozenset({"projectid", "geocode"})),
    ("export", frozenset({"exportid", "exportdate", "exportenddate"})),
)
#: A table of projects is an export's, and not anybody's list, with one of these.
_EXPORTED = frozenset({"exportid", "operatingstartdate", "continuumproject", "datedeleted"})
#: What rows about people have and rows about projects have not.
_PEOPLE = frozenset({"personalid", "enrollmentid", "householdid"})


@dataclass(slots=True)
class Tables:
    """The tables of an export.

    Attributes
    ----------
    project, inventory, organization, place, export : Table or None
        ``place`` is ProjectCoC, or Geography or Site of earlier years.
    people : list of str
        Tables about people; they are not read.
    others : list of str
        Tables about other things.
    """

    project: Table | None = None
    inventory: Table | None = None
    organization: Table | None = None
    place: Table | None = None
    export: Table | None = None
    people: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)

    @property
    def read(self) -> list[Table]:
        """Tables that are there."""
        every = (self.project, self.inventory, self.organization, self.place, self.export)
        return [table for table in every if table is not None]


def tables(book: Book) -> Tables | None:
    """Return the tables of an HMIS export, or ``None`` if the book is none.

    Parameters
    ----------
    book : Book

    Returns
    -------
    Tables or None
    """
    found = Tables()
    for sheet in book.sheets:
        table = Table.of(sheet)
        kind = _kind(table)
        if kind == "people":
            found.people.append(sheet.name)
        elif kind is None or getattr(found, kind) is not None:
            found.others.append(sheet.name)
        else:
            setattr(found, kind, table)
    project, inventory = found.project, found.inventory
    if project is not None and (
        inventory is not None or project.columns.keys() & _EXPORTED or found.export is not None
    ):
        return found
    alone = any(table.has("exportid") or table.has("inventoryid") for table in found.read)
    return found if alone else None


def _kind(table: Table) -> str | None:
    """Return which table this is by its columns."""
    columns = table.columns.keys()
    if columns & _PEOPLE:
        return "people"
    return next((kind for kind, marks in _KNOWN_BY if marks <= columns), None)
