"""HMIS CSV exports of any year: projects, their inventory, organisations and places.

Only emergency shelters, transitional housing and safe havens are places for a
night. Inventory rows are summed by household within their dates. They say how
many beds there are, never how many are free: vacancies stay unknown.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import partial

from matching.domain.errors import InputError
from matching.domain.records import BedPool, Provider
from matching.domain.words import PlacementType
from matching.intake.dates import DateColumn
from matching.intake.formats.codes import distinct, fitted
from matching.intake.formats.found import Found, Standard
from matching.intake.formats.hmis_beds import Beds, household_pools, own_pools
from matching.intake.formats.hmis_place import Place, place_of
from matching.intake.formats.hmis_tables import OWN_SOFTWARE, Tables, tables
from matching.intake.formats.private import without_address
from matching.intake.formats.tables import NO_FIELD, Row, count, once, unread, warning
from matching.intake.issues import CellError, Code, Issue, Severity, shown
from matching.intake.reader import Book
from matching.intake.uploads import Counts
from matching.intake.values import TEXT_LENGTH

#: Project types of the HMIS data standards that are a bed for a night.
TYPES = {
    "0": PlacementType.EMERGENCY_SHELTER,
    "1": PlacementType.EMERGENCY_SHELTER,
    "2": PlacementType.TRANSITIONAL,
    "8": PlacementType.SAFE_HAVEN,
}
_OTHER_TYPES = {
    "3": "permanent supportive housing",
    "4": "street outreach",
    "6": "services only",
    "7": "other",
    "9": "permanent housing",
    "10": "permanent housing with services",
    "11": "day shelter",
    "12": "homelessness prevention",
    "13": "rapid re-housing",
    "14": "coordinated entry",
}
_LABEL = "HMIS CSV export (Project and Inventory)"
_DIFFER = "rows have the same project code but differ; keeping one would be a guess."


def recognise(book: Book) -> Standard | None:
    """Return the standard if a book holds the tables of an HMIS export."""
    found = tables(book)
    if found is None:
        return None
    names = tuple(table.name for table in found.read)
    return Standard("hmis-csv", _LABEL, names, partial(_load, found))


def _load(found: Tables, _: Book, today: date) -> Found:
    """Turn the tables into providers and bed pools."""
    if found.project is None:
        raise InputError(
            "The tables of an HMIS export say nothing of beds without its projects.",
            next_step="Choose Project.csv, Inventory.csv, Organization.csv and ProjectCoC.csv "
            "together, or a zip of them.",
        )
    reader = _Reader(found, today)
    for row in found.project.rows:
        reader.take(row)
    if not reader.providers and not reader.issues:
        raise InputError(
            "The export holds no emergency shelter, transitional housing or safe haven that "
            f"was open on {reader.day:%d %b %Y}.",
            next_step="Choose another export.",
        )
    return reader.result()


@dataclass(slots=True)
class _Reader:
    """Reads one project after the other and counts what had to be decided."""

    tables: Tables
    today: date
    day: date = field(init=False)
    own: bool = field(init=False)
    source: str = field(init=False)
    providers: dict[str, Provider] = field(default_factory=dict)
    pools: dict[str, list[BedPool]] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)
    other_types: Counter[str] = field(default_factory=Counter)
    tally: Counter[str] = field(default_factory=Counter)
    seen: dict[str, Row] = field(default_factory=dict)
    beds: dict[str, list[Row]] = field(default_factory=dict)
    places: dict[str, list[Row]] = field(default_factory=dict)
    agencies: dict[str, list[Row]] = field(default_factory=dict)
    orders: dict[tuple[str, str], DateColumn] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Find the day and the source of the export, and group its rows."""
        table = self.tables.export
        export = table.rows[0] if table is not None and table.rows else None
        end = self._day(export, "exportenddate") if export else None
        self.day = min(end, self.today) if end else self.today
        self.own = export is not None and export.get("softwarename") == OWN_SOFTWARE
        self.source = (export.get("sourceid", "exportsourceid") if export else "") or "HMIS"
        for name, table in (
            ("beds", self.tables.inventory),
            ("places", self.tables.place),
            ("agencies", self.tables.organization),
        ):
            if table is not None:
                column = "organizationid" if name == "agencies" else "projectid"
                rows: dict[str, list[Row]] = defaultdict(list)
                for row in once(row for row in table.rows if not row.get("datedeleted")):
                    rows[row.get(column)].append(row)
                setattr(self, name, dict(rows))

    def _day(self, row: Row, name: str) -> date | None:
        """Read a date of the export; what is none is unknown and counted."""
        text = row.get(name)
        if not text:
            return None
        place = (row.table.name, name)
        if place not in self.orders:
            self.orders[place] = DateColumn.of(one.peek(name) for one in row.table.rows)
        try:
            return self.orders[place].day(text[:10] if text[4:5] == "-" else text)
        except CellError:
            self.tally["bad date"] += 1
            return None

    def take(self, row: Row) -> None:
        """Read one project."""
        self.tally["read"] += 1
        text = row.get("projecttype").split(".")[0]
        kind = TYPES.get(text)
        ends, starts = (self._day(row, f"operating{what}date") for what in ("end", "start"))
        if row.get("datedeleted"):
            self.tally["deleted"] += 1
        elif kind is None and text:
            self.other_types[_OTHER_TYPES.get(text, f"type {shown(text, 10)}")] += 1
        elif ends is not None and ends < self.day:
            self.tally["closed"] += 1
        elif starts is not None and starts > self.day:
            self.tally["planned"] += 1
        elif kind is None and not self.own:
            self._set_aside(row, Code.NOT_IN_LIST, "the project type is missing.")
        elif not row.get("projectid"):
            self._set_aside(row, Code.MISSING_ID, "the project has no code.")
        else:
            self._once(row, kind)

    def _once(self, row: Row, kind: PlacementType | None) -> None:
        """Keep one of identical rows; set all aside that share a code but differ."""
        name = row.get("projectid")
        first = self.seen.setdefault(name, row)
        if first is row:
            self._keep(name, row, kind)
            return
        if first.cells == row.cells:
            self.tally["repeated"] += 1
            return
        if self.providers.pop(name, None) is not None:
            del self.pools[name]
            self._set_aside(first, Code.SAME_ID_DIFFERENT_ROWS, _DIFFER)
        self._set_aside(row, Code.SAME_ID_DIFFERENT_ROWS, _DIFFER)

    def _keep(self, name: str, row: Row, kind: PlacementType | None) -> None:
        """Make the provider and its bed pools."""
        code = fitted(name if self.own else f"{self.source}-{name}")
        agency = next(iter(self.agencies.get(row.get("organizationid"), ())), None)
        victim = _victim(row) if agency is None else _either(_victim(agency), _victim(row))
        target = row.get("targetpopulation").split(".")[0]
        violence = {"1": True, "3": False, "4": False}.get(target)
        places = self.places.get(name, [])
        rows = [row, *places, *([agency] if agency else [])]
        secret = bool(violence or victim or any(one.private for one in rows))
        where = place_of(places, secret=secret)
        self._tell(where)
        pools = self._pools(code, name)
        total = _sum([pool.beds_licensed for pool in pools])
        self.pools[name] = pools
        self.providers[name] = Provider(
            provider_id=code,
            name=self._name(row.get("projectname") or row.get("projectcommonname")),
            agency=self._name(_agency(agency)),
            placement_type=kind,
            state=where.state,
            county=where.county,
            confidential=True if secret else None,
            victim_service_provider=victim,
            domestic_violence=violence,
            licensed_capacity=None if self.own else total,
        )

    def _name(self, text: str) -> str | None:
        """Return a name to be kept; not one that gives an address."""
        kept = without_address(text[:TEXT_LENGTH])
        self.tally["address"] += bool(text) and kept is None
        return kept

    def _tell(self, where: Place) -> None:
        self.tally["no county"] += where.county is None
        self.tally["zip"] += where.from_zip

    def _pools(self, code: str, name: str) -> list[BedPool]:
        """Return the pools of a project from the rows that count on the day."""
        rows = self.beds.get(name, [])
        current = []
        for row in rows:
            starts, ends = (self._day(row, f"inventory{what}date") for what in ("start", "end"))
            if (starts and starts > self.day) or (ends and ends < self.day):
                self.tally["other days"] += 1
            else:
                current.append(row)
        self.tally["no inventory"] += not current
        self._remark(current)
        if self.own:
            return own_pools(code, current)
        midnight = datetime(self.day.year, self.day.month, self.day.day, tzinfo=UTC)
        beds = Beds(code, midnight)
        pools, unsure = household_pools(beds, current)
        if unsure:
            self._doubt(name, unsure)
        return pools

    def _doubt(self, name: str, unsure: list[Row]) -> None:
        """Say of which rows the number of beds is not used."""
        self.issues.append(
            Issue(
                Severity.WARNING,
                Code.NOT_A_NUMBER,
                unsure[0].number,
                "BedInventory",
                None,
                f"the beds of project {shown(name, 20)} are missing, no number, or given twice "
                "under one code in Inventory; they are read as unknown.",
                "Correct the inventory.",
            )
        )

    def _remark(self, rows: list[Row]) -> None:
        """Count what the record has no field for."""
        for row in rows:
            self.tally["seasonal"] += row.get("availability").split(".")[0] in {"2", "3"}
            self.tally["voucher"] += row.get("esbedtype").split(".")[0] == "2"
            names = ("vetbedinventory", "chvetbedinventory", "youthvetbedinventory")
            self.tally["veterans"] += any(count(row.get(one)) for one in names)

    def _set_aside(self, row: Row, code: Code, sentence: str) -> None:
        self.tally["set aside"] += 1
        self.issues.append(
            Issue(
                Severity.ERROR, code, row.number, "project", None, sentence, "Correct the row."
            )
        )

    def result(self) -> Found:
        """Return what was read, with what had to be decided."""
        out = sum(self.other_types.values())
        out += sum(self.tally[name] for name in ("deleted", "closed", "planned", "repeated"))
        apart = [(name, _PEOPLE) for name in self.tables.people]
        apart += [(name, NO_FIELD) for name in self.tables.others]
        return Found(
            providers=tuple(self.providers.values()),
            pools=distinct(pool for pools in self.pools.values() for pool in pools),
            issues=(*self._summaries(), *self.issues),
            not_kept=unread(self.tables.read, apart, _READ),
            decisions=self._decisions(),
            counts=Counts(
                self.tally["read"], len(self.providers), self.tally["set aside"], out
            ),
        )

    def _summaries(self) -> list[Issue]:
        return [
            warning(text.format(n=f"{self.tally[name]:,}"))
            for name, text in _WARNED
            if self.tally[name] and not (self.own and name == "no inventory")
        ]

    def _decisions(self) -> tuple[str, ...]:
        """Return what was decided, one sentence each."""
        said = [_READ_AS, self._said_day()]
        if self.other_types:
            kinds = ", ".join(f"{n:,} {name}" for name, n in self.other_types.most_common(8))
            total = sum(self.other_types.values())
            said.append(
                f"Projects left out because they are no bed for a night: {total:,} ({kinds})."
            )
        if self.tables.inventory is None:
            said.append("There is no Inventory table; the number of beds is unknown.")
        if self.tables.place is None:
            said.append("There is no ProjectCoC table; the counties are unknown.")
        said += [
            text.format(n=f"{self.tally[name]:,}") for name, text in _TOLD if self.tally[name]
        ]
        return tuple(said)

    def _said_day(self) -> str:
        why = "the export ends then" if self.day < self.today else "that is today"
        if self.tables.export is None:
            why = "there is no Export table, and that is today"
        return (
            f"Projects and beds are those of {self.day.day} {self.day:%b %Y}, because {why}; "
            "inventory rows of other days are not counted."
        )


#: Columns that are read where they say something.
_READ = frozenset({
    "projectid", "projecttype", "projectname", "projectcommonname", "organizationid",
    "organizationname", "organizationcommonname", "operatingstartdate", "operatingenddate",
    "targetpopulation", "victimserviceprovider", "victimservicesprovider", "datedeleted",
    "coccode", "state", "geocode", "inventoryid", "householdtype", "availability",
    "bedinventory", "youthbedinventory", "chyouthbedinventory", "youthvetbedinventory",
    "inventorystartdate", "inventoryenddate", "esbedtype", "exportenddate", "sourceid",
    "vetbedinventory", "chvetbedinventory", "softwarename",
})  # fmt: skip
_PEOPLE = "it is about people; the tables of an export that name them are never read"
_READ_AS = (
    "The file is an HMIS export. It says how many beds there are, not how many are free: "
    "vacancies are unknown until somebody asks. Beds for households without children are "
    "read as 18 and over, beds for households with only children as under 18."
)
_WARNED = (
    ("no inventory", "Projects without beds in the inventory of that day, so that how many "
     "they have is unknown: {n}."),
    ("veterans", "Inventory rows with beds kept for veterans, for which the record has no "
     "field: {n}."),
    ("voucher", "Inventory rows that are vouchers for hotels or motels, not beds of the place "
     "itself: {n}."),
    ("bad date", "Dates that cannot be read; their projects and beds were counted: {n}."),
)  # fmt: skip
_TOLD = (
    ("deleted", "Projects left out because they are marked as deleted: {n}."),
    ("closed", "Projects left out because they had closed by then: {n}."),
    ("planned", "Projects left out because they had not opened by then: {n}."),
    ("repeated", "Rows that repeat another one and were read once: {n}."),
    ("other days", "Inventory rows of other days, which were not counted: {n}."),
    ("seasonal", "Inventory rows of seasonal or overflow beds, counted within their dates: "
     "{n}."),
    ("zip", "Counties worked out from ZIP codes, which were not kept: {n}."),
    ("no county", "Projects without a county, because their code is a city's, missing, or "
     "contradicts their state: {n}."),
    ("address", "Names not kept because they hold an address: {n}."),
)  # fmt: skip


def _victim(row: Row) -> bool | None:
    """Return whether a row says that it is a victim service provider."""
    text = row.get("victimserviceprovider", "victimservicesprovider").split(".")[0]
    return {"1": True, "0": False}.get(text)


def _either(first: bool | None, second: bool | None) -> bool | None:
    """Return a fact that two tables may give: either yes counts."""
    return True if first or second else (first if first is not None else second)


def _agency(row: Row | None) -> str:
    return "" if row is None else row.get("organizationname", "organizationcommonname")


def _sum(parts: list[int | None]) -> int | None:
    """Return a sum that is unknown if one part of it is, or if there is none."""
    known = [part for part in parts if part is not None]
    return sum(known) if known and len(known) == len(parts) else None
