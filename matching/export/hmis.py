"""The provider record in the shape of an HMIS CSV export, fiscal year 2026.

Only what a place is and how many beds it has: the standard's inventory says
nothing of vacancies. Places of the standard's project types have that type,
all others are "other". Addresses, ZIP codes and contacts stay blank.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime

from matching.domain import geography
from matching.domain.records import BedPool, Provider
from matching.domain.words import Household, PlacementType
from matching.export.archive import Line, pack, table
from matching.export.names import public_name
from matching.intake.formats.hmis_tables import OWN_SOFTWARE

#: Columns of each file in the order of the standard.
COLUMNS: dict[str, tuple[str, ...]] = {
    name: tuple(columns.split())
    for name, columns in {
        "Export": "ExportID SourceType SourceID SourceName SourceContactFirst "
        "SourceContactLast SourceContactPhone SourceContactExtension SourceContactEmail "
        "ExportDate ExportStartDate ExportEndDate SoftwareName SoftwareVersion CSVVersion "
        "ExportPeriodType ExportDirective HashStatus ImplementationID",
        "Organization": "OrganizationID OrganizationName VictimServiceProvider "
        "OrganizationCommonName DateCreated DateUpdated UserID DateDeleted ExportID",
        "Project": "ProjectID OrganizationID ProjectName ProjectCommonName OperatingStartDate "
        "OperatingEndDate ContinuumProject ProjectType HousingType RRHSubType "
        "ResidentialAffiliation TargetPopulation HOPWAMedAssistedLivingFac PITCount "
        "DateCreated DateUpdated UserID DateDeleted ExportID",
        "ProjectCoC": "ProjectCoCID ProjectID CoCCode Geocode Address1 Address2 City State ZIP "
        "GeographyType DateCreated DateUpdated UserID DateDeleted ExportID",
        "Inventory": "InventoryID ProjectID CoCCode HouseholdType Availability UnitInventory "
        "BedInventory CHVetBedInventory YouthVetBedInventory VetBedInventory "
        "CHYouthBedInventory YouthBedInventory CHBedInventory OtherBedInventory ESBedType "
        "InventoryStartDate InventoryEndDate DateCreated DateUpdated UserID DateDeleted "
        "ExportID",
    }.items()
}

_TYPES = {
    PlacementType.EMERGENCY_SHELTER: 0,
    PlacementType.TRANSITIONAL: 2,
    PlacementType.SAFE_HAVEN: 8,
}
_OTHER = 7
_NOT_KNOWN = "not known"
_EXPORT_ID = "1"
_ADULT, _MINOR = 18, 17


def hmis_package(
    providers: Sequence[Provider],
    pools: Sequence[BedPool],
    made_at: datetime,
    version: str,
) -> bytes:
    """Write providers and bed pools as HMIS CSV files.

    Parameters
    ----------
    providers : sequence of Provider
    pools : sequence of BedPool
        Those of other providers are left out.
    made_at : datetime
        Aware; the moment of the export.
    version : str
        Of the software.

    Returns
    -------
    bytes
        A zip of Export, Organization, Project, ProjectCoC and Inventory. The
        same records and moment give the same bytes.
    """
    lines: dict[str, list[Line]] = {name: [] for name in COLUMNS}
    lines["Export"].append(_export(made_at, version))
    owned = defaultdict(list)
    for pool in pools:
        owned[pool.provider_id].append(pool)
    numbers: dict[tuple[str | None, bool | None], str] = {}
    for provider in providers:
        agency = (public_name(provider.agency), provider.victim_service_provider)
        if agency not in numbers:
            numbers[agency] = str(len(numbers) + 1)
            lines["Organization"].append(_organization(numbers[agency], *agency))
        lines["Project"].append(_project(provider, numbers[agency]))
        lines["ProjectCoC"].append(_place(provider))
        lines["Inventory"] += [_inventory(pool) for pool in owned[provider.provider_id]]
    return pack({f"{name}.csv": table(COLUMNS[name], lines[name]) for name in COLUMNS})


def _moment(moment: datetime) -> str:
    """Return a moment as the standard writes it, in universal time."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S}"


def _export(made_at: datetime, version: str) -> Line:
    """Return what the export is; who asked for it is not in it."""
    day = made_at.astimezone(UTC).date().isoformat()
    return {
        "ExportID": _EXPORT_ID,
        "SourceType": 4,
        "SourceName": OWN_SOFTWARE,
        "ExportDate": _moment(made_at),
        "ExportStartDate": day,
        "ExportEndDate": day,
        "SoftwareName": OWN_SOFTWARE,
        "SoftwareVersion": version,
        "CSVVersion": "2026 v1",
        "ExportPeriodType": 3,
        "ExportDirective": 2,
        "HashStatus": 1,
    }


def _organization(number: str, name: str | None, victims: bool | None) -> Line:
    return {
        "OrganizationID": number,
        "OrganizationName": name or _NOT_KNOWN,
        "VictimServiceProvider": _flag(victims),
        "ExportID": _EXPORT_ID,
    }


def _flag(value: bool | None) -> int | None:
    return None if value is None else int(value)


def _project(provider: Provider, organization: str) -> Line:
    kind, violence = provider.placement_type, provider.domestic_violence
    return {
        "ProjectID": provider.provider_id,
        "OrganizationID": organization,
        "ProjectName": public_name(provider.name) or _NOT_KNOWN,
        "ProjectType": None if kind is None else _TYPES.get(kind, _OTHER),
        # 1 is victims of domestic violence, 4 is no special population
        "TargetPopulation": None if violence is None else (1 if violence else 4),
        "ExportID": _EXPORT_ID,
    }


def _place(provider: Provider) -> Line:
    """Return the county as HUD's geographic code: two digits of the state, 9, the county."""
    county = provider.county
    state = geography.load().state_of(county) if county else provider.state
    return {
        "ProjectCoCID": provider.provider_id,
        "ProjectID": provider.provider_id,
        "Geocode": None if county is None else f"{county[:2]}9{county[2:]}",
        "State": state,
        "ExportID": _EXPORT_ID,
    }


def _inventory(pool: BedPool) -> Line:
    as_of = pool.as_of
    return {
        "InventoryID": pool.pool_id,
        "ProjectID": pool.provider_id,
        "HouseholdType": _household(pool),
        "BedInventory": pool.beds_licensed,
        "InventoryStartDate": None if as_of is None else _moment(as_of)[:10],
        "DateUpdated": None if as_of is None else _moment(as_of),
        "ExportID": _EXPORT_ID,
    }


def _household(pool: BedPool) -> int | None:
    """Return the standard's household type, where the pool is plainly for one.

    1 is households without children, all of them adults; 3 is at least one
    adult and one child; 4 is only children.
    """
    if pool.households == frozenset({Household.WITH_CHILDREN}):
        return 3
    if pool.households != frozenset({Household.ALONE}):
        return None
    if pool.age_max is not None and pool.age_max <= _MINOR:
        return 4
    return 1 if pool.age_min is not None and pool.age_min >= _ADULT else None
