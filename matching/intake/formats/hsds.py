"""HSDS directories, versions 2 and 3 and their relatives: services that are beds for a night.

A directory lists every kind of service. Only what plainly says that it is a
bed is read: a capacity counted in beds or rooms, a classification, or a name.
Everything else is left out and counted; a service that only mentions beds in
its text is pointed out, not guessed at.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from matching.domain.errors import InputError
from matching.domain.records import BedPool, Provider
from matching.intake.formats.codes import distinct, fitted
from matching.intake.formats.found import Found, Standard
from matching.intake.formats.hsds_beds import Capacities
from matching.intake.formats.hsds_services import Directory, Service
from matching.intake.formats.hsds_tables import Tables, tables
from matching.intake.formats.tables import NO_FIELD, Row, numbered, unread, warning
from matching.intake.issues import Code, Issue, Severity
from matching.intake.reader import Book
from matching.intake.uploads import Counts

_CLOSED = frozenset({"inactive", "defunct", "temporarily closed", "closed"})
_DIFFER = "rows have the same id but differ; keeping one would be a guess."


def recognise(book: Book) -> Standard | None:
    """Return the standard if a book holds the tables of an HSDS directory."""
    found = tables(book)
    if found is None:
        return None
    names = tuple(table.name for table in found.by_name.values())
    version = found.version
    label = f"HSDS {version} directory (Open Referral)"
    return Standard(f"hsds-{version}", label, names, partial(_load, found))


def _load(found: Tables, _: Book, __: date) -> Found:
    """Turn the tables into providers and bed pools."""
    if not {"service", "service_capacity"} & found.by_name.keys():
        raise InputError(
            "The directory lists organisations but no services, so it says nothing of beds.",
            next_step="Choose all files of the directory together, or a zip of them.",
        )
    reader = _Reader(Directory(found), Capacities.of(found))
    for service in reader.directory.services:
        reader.take(service)
    reader.take_strays()
    if not reader.providers and not reader.issues:
        raise InputError(reader.nothing(), next_step="Choose a file that lists beds.")
    return reader.result()


@dataclass(slots=True)
class _Reader:
    """Reads one service after the other and counts what had to be decided."""

    directory: Directory
    capacities: Capacities
    providers: dict[str, Provider] = field(default_factory=dict)
    pools: dict[str, list[BedPool]] = field(default_factory=dict)
    sites: dict[tuple[object, ...], str] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)
    tally: Counter[str] = field(default_factory=Counter)
    seen: dict[str, tuple[Row, str | None]] = field(default_factory=dict)
    mentioned: list[Row] = field(default_factory=list)

    def take(self, service: Service) -> None:
        """Read one service."""
        self.tally["read"] += 1
        if not service.id:
            self._set_aside(service.row, Code.MISSING_ID, "the service has no id.")
        elif service.id in self.seen:
            self._again(service)
        else:
            self.seen[service.id] = (service.row, self._read(service))

    def _read(self, service: Service) -> str | None:
        """Make a provider of a service that is a bed; return its code."""
        counted = {one.counts for one in self.capacities.by_service.get(service.id, [])}
        beds, kind = service.bed
        if service.row.peek("status").lower() in _CLOSED and (beds or counted & _SPACES):
            self.tally["closed"] += 1
        elif beds or counted & _SPACES or service.own:
            self.tally["rooms"] += "rooms" in counted and "beds" not in counted
            self.tally["units"] += not counted & _SPACES and bool(counted)
            return self._keep(service, service.provider(kind))
        else:
            self.tally["other"] += 1
            if service.mentions_bed:
                self.mentioned.append(service.row)
        return None

    def _keep(self, service: Service, provider: Provider) -> str:
        """Add a service to the provider at its site, or make one."""
        site = service.site(provider)
        code = self.sites.get(site) if site is not None else None
        if code is None:
            code = self._code(service)
            if site is not None:
                self.sites[site] = code
            self.providers[code] = service.named(provider, code)
            self.pools[code] = []
            self.tally["no county"] += provider.county is None
        else:
            self.providers[code] = service.joined(self.providers[code])
        self.pools[code] += service.pools(code, self.capacities, len(self.pools[code]))
        self.tally["services"] += 1
        self.tally.update(service.remarks)
        return code

    def _code(self, service: Service) -> str:
        """Return a provider's code, the same in every reading of the file."""
        code = service.code
        return code if code not in self.providers else fitted(f"{code}-{service.id}")

    def _again(self, service: Service) -> None:
        """Keep one of identical rows; set all aside that share an id but differ."""
        first, code = self.seen[service.id]
        if service.row.cells == first.cells:
            self.tally["repeated"] += 1
            return
        if code is not None and self.providers.pop(code, None) is not None:
            del self.pools[code]
            self.tally["services"] -= 1
            self._set_aside(first, Code.SAME_ID_DIFFERENT_ROWS, _DIFFER)
            self.sites = {site: one for site, one in self.sites.items() if one != code}
        self._set_aside(service.row, Code.SAME_ID_DIFFERENT_ROWS, _DIFFER)

    def take_strays(self) -> None:
        """Read beds whose service is not in the file: all that is known is how many."""
        for name, rows in self.capacities.by_service.items():
            if name in self.seen:
                continue
            self.tally["read"] += 1
            if not name or not any(one.counts in _SPACES for one in rows):
                self.tally["other"] += 1
                continue
            stray = self.directory.stray(name, rows[0].row)
            self.tally["strays"] += 1
            self._keep(stray, stray.provider(None))

    def _set_aside(self, row: Row, code: Code, sentence: str) -> None:
        self.tally["set aside"] += 1
        self.issues.append(
            Issue(
                Severity.ERROR, code, row.number, "service", None, sentence, "Correct the row."
            )
        )

    def nothing(self) -> str:
        """Return why a directory without beds is of no use."""
        number = self.tally["read"]
        noun = "service" if number == 1 else "services"
        said = f"The directory lists {number:,} {noun}, and none plainly says that it is a bed "
        said += "for a night"
        if self.tally["closed"]:
            said += f" and is open (closed: {self.tally['closed']:,})"
        if self.mentioned:
            said += (
                f". Only their text mentions beds or a shelter: rows {numbered(self.mentioned)}"
            )
        return f"{said}."

    def result(self) -> Found:
        """Return what was read, with what had to be decided."""
        found = self.directory.tables
        out = self.tally["other"] + self.tally["closed"] + self.tally["repeated"]
        apart = [(name, _REACH) for name in found.people]
        apart += [(name, NO_FIELD) for name in found.others]
        aside = self.tally["set aside"]
        return Found(
            providers=tuple(self.providers.values()),
            pools=distinct(pool for pools in self.pools.values() for pool in pools),
            issues=(*self._summaries(), *self.capacities.issues, *self.issues),
            not_kept=unread(found.by_name.values(), apart, _READ),
            decisions=self._decisions(),
            counts=Counts(self.tally["read"], self.tally["services"], aside, out),
        )

    def _summaries(self) -> list[Issue]:
        return [
            warning(text.format(n=f"{self.tally[name]:,}"))
            for name, text in _WARNED
            if self.tally[name]
        ]

    def _decisions(self) -> tuple[str, ...]:
        """Return what was decided, one sentence each."""
        said = [_READ_AS.format(version=self.directory.tables.version)]
        if "service_capacity" not in self.directory.tables.by_name:
            said.append(
                "The directory gives no capacity; how many beds there are, and how many are "
                "free, is unknown."
            )
        if self.mentioned:
            said.append(
                "Services left out that mention beds or a shelter in their text: "
                f"{len(self.mentioned):,} (rows {numbered(self.mentioned)})."
            )
        said += [
            text.format(n=f"{self.tally[name]:,}") for name, text in _TOLD if self.tally[name]
        ]
        return tuple(said)


#: Columns that are read where they say something.
_READ = frozenset({
    "name", "servicename", "organizationname", "status", "minimumage", "maximumage",
    "serviceminage", "servicemaxage", "serviceuuid", "organizationuuid", "locationuuid",
    "taxonomyids", "languages", "language", "code", "externalidentifier", "region", "county",
    "stateprovince", "state", "country", "available", "maximum", "updated", "unit", "extent",
    "eligibility", "identifier", "scheme", "value", "taxonomy",
})  # fmt: skip
#: What a capacity of a bed is counted in.
_SPACES = frozenset({"beds", "rooms"})
_REACH = "names of people, telephone numbers and e-mail addresses are never stored"
_READ_AS = (
    "The file is an HSDS {version} directory. Only services that plainly are a bed for a "
    "night are read; what it does not say (licence, certificate, training) is unknown."
)
_WARNED = (
    ("strays", "Capacities in beds whose service is not in the file, so that its name, kind "
     "and place are unknown: {n}."),
    ("rooms", "Services that count rooms; how many beds these have is unknown: {n}."),
    ("units", "Services that count neither beds nor rooms; their beds are unknown: {n}."),
    ("bad ages", "Services whose ages are no numbers or in the wrong order, and are read as "
     "unknown: {n}."),
)  # fmt: skip
_TOLD = (
    ("other", "Services left out because they do not say that they are a bed: {n}."),
    ("closed", "Services left out because they are closed: {n}."),
    ("repeated", "Rows that repeat another one and were read once: {n}."),
    ("no limit", "Services with an oldest age above 120, which is read as no upper limit: "
     "{n}."),
    ("zip", "Counties worked out from ZIP codes, which were not kept: {n}."),
    ("places", "Services at places in several counties, whose county is unknown: {n}."),
    ("no county", "Providers without a county: {n}."),
    ("address", "Names not kept because they hold an address: {n}."),
    ("access", "Providers with some access features listed. A directory does not say that its "
     "list is complete, and that others are missing would be a guess, so none was kept: {n}."),
)  # fmt: skip
