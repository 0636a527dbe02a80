"""Which tables of an HSDS directory a book holds, in any of its versions and relatives."""

from __future__ import annotations

from dataclasses import dataclass, field

from matching.intake.formats.tables import Table, key
from matching.intake.reader import Book

#: Names that a table has had; the first is what it is called here.
_NAMES: dict[str, tuple[str, ...]] = {
    "organization": ("organization", "organizations"),
    "program": ("program", "programs"),
    "service": ("service", "services"),
    "location": ("location", "locations"),
    "service_at_location": ("serviceatlocation", "servicesatlocation", "serviceatlocations",
                            "servicesatlocations"),
    "address": ("address", "addresses", "physicaladdress", "physicaladdresses"),
    "language": ("language", "languages"),
    "accessibility": ("accessibility", "accessibilityfordisabilities"),
    "eligibility": ("eligibility", "eligibilities"),
    "attribute": ("attribute", "attributes", "serviceattribute", "serviceattributes"),
    "taxonomy_term": ("taxonomyterm", "taxonomyterms"),
    "taxonomy": ("taxonomy", "taxonomies"),
    "service_taxonomy": ("servicetaxonomy", "servicestaxonomy", "servicetaxonomies"),
    "service_capacity": ("servicecapacity", "servicecapacities", "capacity", "capacities"),
    "unit": ("unit", "units"),
    "service_area": ("servicearea", "serviceareas"),
}  # fmt: skip
_BY_NAME = {alias: name for name, aliases in _NAMES.items() for alias in aliases}
#: Tables of people and of ways to reach them.
_PEOPLE = frozenset({"contact", "contacts", "phone", "phones", "postaladdress",
                     "postaladdresses"})  # fmt: skip

#: Columns that services have in the standard and its relatives.
_SERVICE = frozenset({
    "applicationprocess", "waittime", "fees", "feesdescription", "interpretationservices",
    "eligibility", "eligibilitydescription", "accreditations", "requireddocuments",
    "programid", "status", "serviceareas", "licenses", "licences", "taxonomyids",
    "minimumage", "maximumage", "serviceminage", "servicemaxage", "alternatename",
    "servicealternatename", "serviceurl", "serviceproblemcodes", "organizationid",
    "organizationuuid", "locationid",
})  # fmt: skip
_ORGANIZATION = frozenset({"legalstatus", "taxstatus", "taxid", "yearincorporated",
                           "organizationlegalstatus", "organizationtaxid",
                           "organizationyearincorporated"})  # fmt: skip
_THREE = frozenset({"attribute", "taxonomy_term", "service_capacity", "unit"})
_THREE_COLUMNS = frozenset({"minimumage", "eligibilitydescription", "feesdescription"})


@dataclass(slots=True)
class Tables:
    """The tables of a directory.

    Attributes
    ----------
    by_name : dict of str to Table
        Under the standard's names, in the singular.
    people : list of str
        Tables of people and of ways to reach them; they are not read.
    others : list of str
        Tables about other things.
    """

    by_name: dict[str, Table] = field(default_factory=dict)
    people: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)

    def get(self, name: str) -> Table:
        """Return a table, empty if it is not there."""
        return self.by_name.get(name) or Table(name, [], {})

    @property
    def version(self) -> str:
        """The version: "3.1" if capacities are there, else "3" or "2"."""
        if "service_capacity" in self.by_name:
            return "3.1"
        columns = self.get("service").columns.keys()
        return "3" if self.by_name.keys() & _THREE or columns & _THREE_COLUMNS else "2"


def tables(book: Book) -> Tables | None:
    """Return the tables of an HSDS directory, or ``None`` if the book is none.

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
        if kind is not None and kind not in found.by_name:
            found.by_name[kind] = table
        elif key(sheet.name) in _PEOPLE:
            found.people.append(sheet.name)
        else:
            found.others.append(sheet.name)
    names = found.by_name.keys()
    directory = names & {"service", "service_capacity"} or _is_organizations(found)
    return found if directory else None


def _is_organizations(found: Tables) -> bool:
    """Tell whether there are at least organisations as a directory has them."""
    columns = found.get("organization").columns.keys()
    return len(columns & _ORGANIZATION) >= 2


def _kind(table: Table) -> str | None:
    """Return which table this is; its columns must bear out its name."""
    columns = table.columns.keys()
    if "personalid" in columns:
        return None
    named = _BY_NAME.get(key(table.name))
    if key(table.name) in _PEOPLE:
        return None
    if named is None or named == "service":
        return "service" if _is_service(table) else _by_columns(table)
    if named == "service_capacity":
        return named if "serviceid" in columns and columns & {"unitid", "available"} else None
    if named == "organization":
        return named if columns & {"name", "organizationname"} else None
    return named


def _is_service(table: Table) -> bool:
    columns = table.columns.keys()
    named = columns & {"name", "servicename"}
    owned = columns & {"organizationid", "organizationuuid", "organizationname", "locationid"}
    coded = columns & {"id", "serviceid", "serviceuuid"}
    return bool(named and owned and coded and len(columns & _SERVICE) >= 3)


def _by_columns(table: Table) -> str | None:
    """Return which table a file without a name is."""
    if table.has("serviceid", "unitid"):
        return "service_capacity"
    if table.columns.keys() & {"name", "organizationname"}:
        return "organization" if len(table.columns.keys() & _ORGANIZATION) >= 2 else None
    return None
