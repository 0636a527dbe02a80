"""The services of an HSDS directory with all that its other tables say about them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from matching.domain import geography
from matching.domain.records import BedPool, Provider
from matching.domain.words import PlacementType
from matching.intake.formats import bed_words
from matching.intake.formats.codes import fitted
from matching.intake.formats.hsds_beds import Capacities
from matching.intake.formats.hsds_facts import (
    Served,
    county_of_location,
    place_of_address,
    read_ages,
    read_group,
    read_languages,
    state_of_location,
)
from matching.intake.formats.hsds_own import PROVIDER_COLUMNS, own_terms, read_own
from matching.intake.formats.hsds_tables import Tables
from matching.intake.formats.private import without_address
from matching.intake.formats.tables import Row, Table
from matching.intake.values import TEXT_LENGTH

_IDS = ("id", "serviceid", "serviceuuid")
_LONG_ID = 20


class Directory:
    """A directory with its rows found by what they belong to."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        get = tables.get
        self._organizations = _by_id(get("organization"), "id", "organizationuuid")
        self._programs = _by_id(get("program"), "id")
        self._locations = _by_id(get("location"), "id", "locationuuid")
        self._addresses = get("address").by("locationid")
        self._links = get("service_at_location").by("serviceid")
        self._languages = get("language").by("serviceid")
        self._spoken = get("language").by("locationid")
        self._access = get("accessibility").by("locationid")
        self._eligibility = get("eligibility").by("serviceid")
        self._areas = get("service_area").by("serviceid")
        self._attributes = get("attribute").by("linkid", "serviceid")
        self._classified = get("service_taxonomy").by("serviceid")
        self._own_terms = own_terms(tables)
        self._terms = _by_id(get("taxonomy"), "id", "taxonomyid")
        self._terms |= _by_id(get("taxonomy_term"), "id")

    @property
    def services(self) -> Iterator[Service]:
        """The services in the order of the file."""
        for row in self.tables.get("service").rows:
            yield self._service(row.get(*_IDS), row)

    def stray(self, name: str, row: Row) -> Service:
        """Return a service of which the file holds nothing but a capacity."""
        return Service(name, Row(Table("", [], {}), row.number, []))

    def _service(self, name: str, row: Row) -> Service:
        links = self._links.get(name, [])
        places = [link.get("locationid") for link in links] or [row.get("locationid")]
        found = [self._locations[place] for place in places if place in self._locations]
        attributes = self._attributes.get(name, [])
        return Service(
            name,
            row,
            organization=self._organizations.get(
                row.get("organizationid", "organizationuuid")
                or next((one.get("organizationid") for one in found), "")
            ),
            program=self._programs.get(row.get("programid")),
            locations=found,
            addresses=[one for place in places for one in self._addresses.get(place, [])],
            links=links,
            languages=[
                *self._languages.get(name, []),
                *(one for place in places for one in self._spoken.get(place, [])),
            ],
            access=[one for place in places for one in self._access.get(place, [])],
            eligibility=self._eligibility.get(name, []),
            areas=self._areas.get(name, []),
            terms=self._classes(name, row, attributes),
            own=read_own(attributes, self._own_terms),
        )

    def _classes(self, name: str, row: Row, attributes: list[Row]) -> list[str]:
        """Return the names of the terms that a service is classified under."""
        ids = [one.get("taxonomytermid") for one in attributes]
        ids += [one.get("taxonomyid") for one in self._classified.get(name, [])]
        ids += [one.strip() for one in row.get("taxonomyids").replace(";", ",").split(",")]
        return [
            self._terms[one].get("name")
            for one in ids
            if one in self._terms and one not in self._own_terms
        ]


def _by_id(table: Table, *names: str) -> dict[str, Row]:
    found: dict[str, Row] = {}
    for row in table.rows:
        if name := row.peek(*names):
            found.setdefault(name, row)
    table.used.update(names)
    return found


@dataclass(slots=True)
class Service:
    """One service, and the rows of other tables that belong to it.

    Attributes
    ----------
    id : str
    row : Row
    organization, program : Row or None
    locations, addresses, links, languages, access, eligibility, areas : list of Row
    terms : list of str
        What it is classified as.
    own : dict of str to value
        Facts that an export of this software gave it.
    remarks : list of str
        What had to be decided about it.
    """

    id: str
    row: Row
    organization: Row | None = None
    program: Row | None = None
    locations: list[Row] = field(default_factory=list)
    addresses: list[Row] = field(default_factory=list)
    links: list[Row] = field(default_factory=list)
    languages: list[Row] = field(default_factory=list)
    access: list[Row] = field(default_factory=list)
    eligibility: list[Row] = field(default_factory=list)
    areas: list[Row] = field(default_factory=list)
    terms: list[str] = field(default_factory=list)
    own: dict[str, Any] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Its name as it stands."""
        return self.row.get("name", "servicename")

    @property
    def code(self) -> str:
        """Return the code of its provider, the same in every reading of the file."""
        if own := self.own.get("provider_id"):
            return str(own)
        code = self.id if len(self.id) >= _LONG_ID else f"HSDS-{self.id}"
        return fitted(code)

    @property
    def bed(self) -> tuple[bool, PlacementType | None]:
        """Whether its name or a classification says that it is a bed, and of what kind."""
        if bed_words.denies_bed(self.name):
            return False, None
        said = [bed_words.says_bed(text) for text in (self.name, *self.terms)]
        kinds = {kind for yes, kind in said if yes and kind is not None}
        named = said[0][1]
        return any(yes for yes, _ in said), named or (kinds.pop() if len(kinds) == 1 else None)

    @property
    def mentions_bed(self) -> bool:
        """Whether its text speaks of beds at all."""
        texts = (
            self.name,
            self.row.peek("description", "servicedescription"),
            self.row.peek("keywords"),
            self.row.peek("waittime"),
            *self.terms,
        )
        return any(map(bed_words.mentions_bed, texts))

    @property
    def secret(self) -> bool:
        """Whether any row says that its place must not be known."""
        owners = [one for one in (self.organization, self.program) if one is not None]
        rows = (self.row, *owners, *self.locations, *self.addresses, *self.links)
        return any(row.private for row in rows)

    def provider(self, kind: PlacementType | None) -> Provider:
        """Return the provider it makes, without a name and code of its own."""
        state, county = self._place()
        violence = any(map(bed_words.about_violence, (self.name, *self.terms))) or None
        facts: dict[str, Any] = {
            "placement_type": kind,
            "confidential": True if self.secret or violence else None,
            "domestic_violence": violence,
        }
        own = {name: self.own[name] for name in PROVIDER_COLUMNS if name in self.own}
        if "provider_id" in own:
            facts = {"confidential": True if self.secret else None}
        facts |= own
        if facts.get("domestic_violence") or facts.get("victim_service_provider"):
            facts["confidential"] = True
        if self.access and "capabilities" not in own:
            self.remarks.append("access")
        agency = "" if self.organization is None else self._organization_name()
        return Provider(
            **{
                **facts,
                "provider_id": self.code,
                "agency": self._kept(agency or self.row.get("organizationname")),
                "state": state,
                "county": county,
                "languages": self._languages(),
                "service_area": self._area(),
            }
        )

    def _organization_name(self) -> str:
        row = self.organization
        return "" if row is None else row.get("name", "organizationname")

    def named(self, provider: Provider, code: str) -> Provider:
        """Return a provider with the name of this service and a code."""
        own = "provider_id" in self.own
        name = self.program.get("name") if own and self.program is not None else self.name
        return replace(provider, provider_id=code, name=self._kept(name))

    def joined(self, provider: Provider) -> Provider:
        """Return a provider of several services: its name is the programme's."""
        if "provider_id" in self.own or self.program is None:
            return provider
        return replace(provider, name=self._kept(self.program.get("name")) or provider.name)

    def site(self, provider: Provider) -> tuple[object, ...] | None:
        """Return what services of one provider share; ``None`` if it is on its own.

        Services of one programme at the same places and of the same kind are
        bed pools of one provider.
        """
        if own := self.own.get("provider_id"):
            return ("own", own)
        if self.program is None or not self.locations:
            return None
        places = frozenset(row.get("id", "locationuuid") for row in self.locations)
        return (self.program.get("id"), places, provider.placement_type, provider.confidential)

    def pools(self, code: str, capacities: Capacities, before: int) -> list[BedPool]:
        """Return its bed pools.

        Parameters
        ----------
        code : str
            Of its provider.
        capacities : Capacities
        before : int
            Pools that the provider has from other services.
        """
        if "provider_id" in self.own and "bed_pool" not in self.own:
            return []
        made = capacities.pools(code, self.id, self._served())
        name = without_address(self.name[:TEXT_LENGTH]) if self.program is not None else None
        out = []
        for number, pool in enumerate(made, before + 1):
            facts: dict[str, Any] = {
                "pool_id": fitted(f"{code}-{number}"),
                "pool_name": name,
            }
            if "bed_pool" in self.own:
                facts = {
                    "pool_id": self.own["bed_pool"],
                    "pool_name": self.own.get("pool_name"),
                    "genders": self.own.get("genders"),
                    "households": self.own.get("households"),
                    "reserved_for": self.own.get("reserved_for"),
                }
            out.append(replace(pool, **facts))
        return out

    def _served(self) -> Served:
        """Return whom it is for; columns of ages count before entries in words."""
        served, endless, bad = read_ages(self.row)
        self.remarks += ["no limit"] * endless + ["bad ages"] * bad
        if "provider_id" in self.own:
            return served
        entries = [row.peek("eligibility") for row in self.eligibility]
        entries += [self.row.peek("eligibility"), self.row.peek("eligibilitydescription")]
        groups = [read_group(text) for text in (*entries, *self.terms)]
        said = Served()
        for group in groups:
            said = _joined(said, group)
        return served.with_(said)

    def _kept(self, text: str) -> str | None:
        """Return a name to be kept; not one that gives an address."""
        name = without_address(text[:TEXT_LENGTH])
        if text and name is None:
            self.remarks.append("address")
        return name

    def _languages(self) -> frozenset[str] | None:
        texts = [row.get("code", "language", "name") for row in self.languages]
        texts += [row.get("languages") for row in (self.row, *self.locations)]
        return read_languages(texts)

    def _area(self) -> frozenset[str] | None:
        """Return the counties it serves, where they are given by code."""
        codes = [
            row.get("extent") for row in self.areas if "fips" in row.get("extenttype").lower()
        ]
        return frozenset(code for code in codes if code) or None

    def _place(self) -> tuple[str | None, str | None]:
        """Return state and county; several that differ are unknown."""
        found: set[tuple[str | None, str | None, bool]] = set()
        for row in self.locations:
            county, state = county_of_location(row), state_of_location(row)
            if county or state:
                found.add((_state_of(county) or state, county, False))
        found |= {place_of_address(row) for row in self.addresses if _where(row)}
        counties = {county for _, county, _ in found}
        states = {state for state, _, _ in found}
        if len(counties) > 1:
            self.remarks.append("places")
        county = next(iter(counties)) if len(counties) == 1 else None
        if county is not None and any(zip_ for _, _, zip_ in found):
            self.remarks.append("zip")
        return next(iter(states)) if len(states) == 1 else None, county


def _joined(said: Served, group: Served) -> Served:
    """Return what two entries say together: if both give ages, the wider range holds."""
    both = said.with_(group)
    if not (_aged(said) and _aged(group)):
        return both
    low = [one.age_min for one in (said, group) if one.age_min is not None]
    high = [one.age_max for one in (said, group) if one.age_max is not None]
    return replace(
        both,
        age_min=min(low) if len(low) == 2 else None,
        age_max=max(high) if len(high) == 2 else None,
    )


def _aged(one: Served) -> bool:
    return one.age_min is not None or one.age_max is not None


def _state_of(county: str | None) -> str | None:
    return geography.load().state_of(county)


def _where(row: Row) -> bool:
    """Tell whether an address is where people go, in this country."""
    country = row.peek("country").lower()
    kind = row.peek("addresstype").lower()
    return country in {"", "us", "usa", "united states"} and kind in {"", "physical"}
