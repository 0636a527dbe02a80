"""The provider record as an HSDS 3.1 data package, with beds as ``service_capacity``.

A provider is a programme, each of its bed pools a service, and its place a
location known by its county only. What the standard has no columns for is an
attribute under a taxonomy of our own. Addresses, coordinates, contacts and
anything about the people who live there are not in the file.
"""

from __future__ import annotations

import json
import uuid
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime

from matching.domain import geography
from matching.domain.records import BedPool, Provider
from matching.domain.words import Capability, label
from matching.export.archive import Line, pack, table
from matching.export.hsds_fields import RESOURCES
from matching.export.names import public_name
from matching.intake.formats.hsds_own import (
    OWN_TAXONOMY,
    POOL_COLUMNS,
    PROVIDER_COLUMNS,
    field_of,
)
from matching.intake.template import cell
from matching.intake.vocabulary import language_name

_SPACE = uuid.uuid5(uuid.NAMESPACE_URL, "provider-record")
#: An organisation must have a name; readers take this one for unknown.
_NOT_KNOWN = "not known"
#: Features of a building, which the standard lists by location.
_ACCESS = (
    Capability.WHEELCHAIR,
    Capability.SIGN_LANGUAGE,
    Capability.LOW_VISION,
    Capability.SENSORY,
    Capability.SERVICE_ANIMAL,
)
#: Columns that stand in a column of the standard or say what a service is.
_TERMS = (*PROVIDER_COLUMNS, *POOL_COLUMNS)


def hsds_package(
    providers: Sequence[Provider], pools: Sequence[BedPool], made_at: datetime
) -> bytes:
    """Write providers and bed pools as an HSDS 3.1 data package.

    Parameters
    ----------
    providers : sequence of Provider
    pools : sequence of BedPool
        Those of other providers are left out.
    made_at : datetime
        Aware; the moment of the export.

    Returns
    -------
    bytes
        A zip of one CSV file for each table, and ``datapackage.json``. The
        same records and moment give the same bytes.
    """
    package = _Package()
    owned = defaultdict(list)
    for pool in pools:
        owned[pool.provider_id].append(pool)
    for provider in providers:
        package.add(provider, owned[provider.provider_id])
    files = {
        resource.path: table(resource.fields, package.lines[resource.name])
        for resource in RESOURCES
    }
    return pack({"datapackage.json": _description(made_at), **files})


def _description(made_at: datetime) -> bytes:
    described = {
        "name": "provider-record",
        "title": "Providers and beds",
        "description": "Places are known to county level only. What is blank is unknown.",
        "profile": "tabular-data-package",
        "version": "3.1.0",
        "homepage": "https://docs.openreferral.org",
        "created": made_at.astimezone(UTC).isoformat(timespec="seconds"),
        "resources": [resource.described() for resource in RESOURCES],
    }
    return json.dumps(described, indent=1, ensure_ascii=False).encode()


def _id(kind: str, *parts: str) -> str:
    """Return an identifier that is the same in every export."""
    return str(uuid.uuid5(_SPACE, json.dumps([kind, *parts])))


def _available(pool: BedPool) -> int | None:
    """Return beds that can be filled, never more than there are."""
    known = [beds for beds in (pool.free, pool.beds_licensed) if beds is not None]
    return None if pool.free is None else min(known)


class _Package:
    """The lines of every table, filled one provider after the other."""

    def __init__(self) -> None:
        self.lines: dict[str, list[Line]] = {resource.name: [] for resource in RESOURCES}
        self._organizations: set[str] = set()
        self._locations: set[str] = set()
        self._taxonomy = _id("taxonomy", OWN_TAXONOMY)
        self._terms = {column: _id("term", column) for column in _TERMS}
        self._unit = _id("unit", "bed")
        self._add("unit", id=self._unit, name="Bed", identifier="bed")
        self._add(
            "taxonomy",
            id=self._taxonomy,
            name=OWN_TAXONOMY,
            description="Facts about homes and shelters, one term for each column of the "
            "provider sheet.",
            version="1",
        )
        for column in _TERMS:
            self._term(column)

    def _add(self, resource: str, /, **values: str | int | None) -> None:
        self.lines[resource].append(values)

    def _term(self, column: str) -> None:
        field = field_of(column)
        self._add(
            "taxonomy_term",
            id=self._terms[column],
            code=column,
            name=field.label,
            description=field.help,
            taxonomy=OWN_TAXONOMY,
            language="en",
            taxonomy_id=self._taxonomy,
        )

    def add(self, provider: Provider, pools: Sequence[BedPool]) -> None:
        """Add a provider with its bed pools."""
        agency = public_name(provider.agency)
        organization = _id("organization", agency or "")
        if organization not in self._organizations:
            self._organizations.add(organization)
            self._add(
                "organization",
                id=organization,
                name=agency or _NOT_KNOWN,
                description="Agency that runs homes or shelters.",
            )
        program = _id("program", provider.provider_id)
        name = public_name(provider.name)
        self._add(
            "program",
            id=program,
            organization_id=organization,
            name=name or _NOT_KNOWN,
            description="A home or shelter with all its bed pools.",
        )
        location = self._location(provider, organization)
        for pool in pools or (None,):
            service = self._service(provider, pool, organization, program)
            if location is not None:
                self._add(
                    "service_at_location",
                    id=_id("service_at_location", service),
                    service_id=service,
                    location_id=location,
                )

    def _location(self, provider: Provider, organization: str) -> str | None:
        """Add the county of a provider, as a place without an address."""
        features = [one for one in _ACCESS if one in (provider.capabilities or ())]
        if provider.county is None and provider.state is None and not features:
            return None
        location = _id("location", provider.provider_id)
        known = {
            "name": geography.load().name(provider.county),
            "external_identifier": provider.county,
            "external_identifier_type": "FIPS county code",
        }
        if provider.county is None:
            known = {
                "name": provider.state or _NOT_KNOWN,
                "external_identifier": provider.state,
                "external_identifier_type": "state" if provider.state else None,
            }
        self._add(
            "location",
            id=location,
            location_type="physical",
            organization_id=organization,
            description="Known to county level only.",
            **known,
        )
        for feature in features:
            self._add(
                "accessibility",
                id=_id("accessibility", location, feature),
                location_id=location,
                description=label(feature),
            )
        return location

    def _service(
        self, provider: Provider, pool: BedPool | None, organization: str, program: str
    ) -> str:
        """Add a bed pool; a provider without one is a service without capacity."""
        service = _id("service", provider.provider_id, "" if pool is None else pool.pool_id)
        self._add(
            "service",
            id=service,
            organization_id=organization,
            program_id=program,
            name=_service_name(provider, pool),
            status="active",
            minimum_age=None if pool is None else pool.age_min,
            maximum_age=None if pool is None else pool.age_max,
        )
        if pool is not None:
            self._add(
                "service_capacity",
                id=_id("capacity", service),
                service_id=service,
                unit_id=self._unit,
                available=_available(pool),
                maximum=pool.beds_licensed,
                updated=None if pool.as_of is None else pool.as_of.isoformat(),
            )
        self._attributes(service, provider, pool)
        for code in sorted(provider.languages or ()):
            self._add(
                "language",
                id=_id("language", service, code),
                service_id=service,
                name=language_name(code),
                code=code,
            )
        for fips in sorted(provider.service_area or ()):
            self._add(
                "service_area",
                id=_id("area", service, fips),
                service_id=service,
                name=geography.load().name(fips),
                extent=fips,
                extent_type="FIPS county code",
            )
        return service

    def _attributes(self, service: str, provider: Provider, pool: BedPool | None) -> None:
        """Add what the standard has no columns for."""
        owners = [(column, provider) for column in PROVIDER_COLUMNS]
        owners += [(column, pool) for column in POOL_COLUMNS if pool is not None]  # type: ignore[misc]
        for column, record in owners:
            field = field_of(column)
            text = cell(field, getattr(record, field.attribute))
            if column == "pool_name":
                text = public_name(text) or ""
            if text:
                self._add(
                    "attribute",
                    id=_id("attribute", service, column),
                    link_id=service,
                    taxonomy_term_id=self._terms[column],
                    link_entity="service",
                    value=text,
                    label=field.label,
                )


def _service_name(provider: Provider, pool: BedPool | None) -> str:
    """Return a name: a service must have one, so it may be only its kind."""
    kind = "bed" if provider.placement_type is None else label(provider.placement_type)
    parts = [public_name(provider.name), pool and public_name(pool.pool_name)]
    return ": ".join(part for part in parts if part) or kind
