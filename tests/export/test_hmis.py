"""Providers in the shape of an HMIS export: the standard's columns, and read again."""

from __future__ import annotations

import csv
import dataclasses
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching.domain import geography
from matching.domain import words as w
from matching.domain.records import BedPool, Provider
from matching.export.hmis import COLUMNS, hmis_package
from matching.intake.formats import Found, recognise
from matching.intake.reader import read
from tests.builders import known_home, known_pool
from tests.export.opened import header, opened
from tests.strategies import inventories

NOW = datetime(2026, 11, 22, 22, tzinfo=UTC)
SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "hmis"
BEDS = (
    w.PlacementType.EMERGENCY_SHELTER,
    w.PlacementType.TRANSITIONAL,
    w.PlacementType.SAFE_HAVEN,
)
_ALONE, _FAMILY = frozenset({w.Household.ALONE}), frozenset({w.Household.WITH_CHILDREN})


def again(data: bytes) -> Found:
    book = read(data)
    standard = recognise(book)
    assert standard is not None
    assert standard.name == "hmis-csv"
    return standard.load(book, NOW.date())


def written(
    *homes: Provider, pools: tuple[BedPool, ...] = ()
) -> dict[str, list[dict[str, str]]]:
    return opened(hmis_package(homes, pools, NOW, "1.0"))


def expected_provider(one: Provider) -> dict[str, Any]:
    secret = one.domestic_violence or one.victim_service_provider
    return {
        "provider_id": one.provider_id,
        "name": one.name,
        "agency": one.agency,
        "placement_type": one.placement_type,
        "state": geography.load().state_of(one.county) or one.state,
        "county": one.county,
        "victim_service_provider": one.victim_service_provider,
        "domestic_violence": one.domestic_violence,
        "confidential": True if secret else None,
    }


def expected_pool(one: BedPool) -> dict[str, Any]:
    as_of = None if one.as_of is None else one.as_of.replace(microsecond=0)
    only_children = one.age_max is not None and one.age_max <= 17
    only_adults = one.age_min is not None and one.age_min >= 18
    said = one.households == _FAMILY or (
        one.households == _ALONE and (only_children or only_adults)
    )
    return {
        "pool_id": one.pool_id,
        "provider_id": one.provider_id,
        "beds_licensed": one.beds_licensed,
        "households": one.households if said else None,
        "as_of": as_of,
    }


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(inventories(), st.sampled_from([None, *BEDS]), st.sampled_from([None, "Oak", "=1+1"]))
def test_what_goes_out_comes_in_again_with_the_same_facts(pair, kind, name) -> None:
    homes = tuple(dataclasses.replace(one, placement_type=kind, name=name) for one in pair[0])
    pools = pair[1]
    if not homes:
        return
    found = again(hmis_package(homes, pools, NOW, "1.0"))
    assert found.issues == ()
    assert found.counts.loaded == len(homes)
    facts = expected_provider(homes[0]).keys()
    assert [{fact: getattr(one, fact) for fact in facts} for one in found.providers] == [
        expected_provider(one) for one in homes
    ]
    ordered = [pool for one in homes for pool in pools if pool.provider_id == one.provider_id]
    kept = ("pool_id", "provider_id", "beds_licensed", "households", "as_of")
    assert [{fact: getattr(one, fact) for fact in kept} for one in found.pools] == [
        expected_pool(one) for one in ordered
    ]
    assert all(pool.free is None for pool in found.pools)


@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(inventories())
def test_every_row_belongs_to_one_that_is_there(pair) -> None:
    data = hmis_package(*pair, NOW, "1.0")
    assert data == hmis_package(*pair, NOW, "1.0")
    tables = opened(data)
    agencies = [row["OrganizationID"] for row in tables["Organization.csv"]]
    projects = [row["ProjectID"] for row in tables["Project.csv"]]
    assert len(set(agencies)) == len(agencies)
    assert {row["OrganizationID"] for row in tables["Project.csv"]} == set(agencies)
    assert [row["ProjectID"] for row in tables["ProjectCoC.csv"]] == projects
    assert {row["ProjectID"] for row in tables["Inventory.csv"]} <= set(projects)
    exports = {row["ExportID"] for rows in tables.values() for row in rows}
    assert exports == {tables["Export.csv"][0]["ExportID"]}


@pytest.mark.parametrize("name", sorted(COLUMNS))
def test_columns_are_the_standards(name: str) -> None:
    columns = header(hmis_package((), (), NOW, "1.0"), f"{name}.csv")
    assert columns == list(COLUMNS[name])
    assert columns[-1] in {"ExportID", "ImplementationID"}
    path = SHARED / f"{name}.csv"
    if path.exists():
        with path.open(encoding="utf-8", newline="") as file:
            assert next(csv.reader(file)) == columns


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        (w.PlacementType.EMERGENCY_SHELTER, "0"),
        (w.PlacementType.TRANSITIONAL, "2"),
        (w.PlacementType.SAFE_HAVEN, "8"),
        (w.PlacementType.FOSTER_HOME, "7"),
        (None, ""),
    ],
)
def test_types_are_the_standards_and_the_rest_is_other(kind, number: str) -> None:
    (row,) = written(known_home(placement_type=kind))["Project.csv"]
    assert row["ProjectType"] == number


def test_what_is_other_is_left_out_when_it_is_read_again() -> None:
    homes = [known_home(placement_type=BEDS[0]), known_home("P2")]
    found = again(hmis_package(homes, (), NOW, "1.0"))
    assert (found.counts.loaded, found.counts.left_out) == (1, 1)


@pytest.mark.parametrize(
    ("households", "low", "high", "number"),
    [
        (_FAMILY, None, None, "3"),
        (_ALONE, 18, None, "1"),
        (_ALONE, None, 17, "4"),
        (_ALONE, 12, 20, ""),
        (_ALONE, None, None, ""),
        (_ALONE | _FAMILY, None, None, ""),
        (None, 18, None, ""),
    ],
)
def test_a_household_type_only_where_it_is_plain(households, low, high, number: str) -> None:
    pool = known_pool(households=households, age_min=low, age_max=high)
    (row,) = written(known_home(), pools=(pool,))["Inventory.csv"]
    assert row["HouseholdType"] == number


def test_unknown_is_blank_and_never_zero() -> None:
    pool = BedPool(pool_id="B", provider_id="P1")
    tables = written(Provider(provider_id="P1"), pools=(pool,))
    (inventory,) = tables["Inventory.csv"]
    said = {name: cell for name, cell in inventory.items() if cell}
    assert said == {"InventoryID": "B", "ProjectID": "P1", "ExportID": "1"}
    assert tables["Organization.csv"][0]["VictimServiceProvider"] == ""
    assert tables["Project.csv"][0]["TargetPopulation"] == ""
    assert tables["ProjectCoC.csv"][0]["Geocode"] == ""


def test_an_agency_is_listed_once_for_each_protection() -> None:
    homes = [
        known_home(f"P{n}", agency="Harbor", victim_service_provider=victim)
        for n, victim in enumerate([True, False, True, None])
    ]
    rows = written(*homes)["Organization.csv"]
    assert [row["VictimServiceProvider"] for row in rows] == ["1", "0", ""]


def test_secret_places_are_given_to_county_level_only() -> None:
    home = known_home(
        name="12 Elm Street", contact="Ann, 850 555 0100", county="12073", state="FL",
        victim_service_provider=True,
    )  # fmt: skip
    tables = written(home, pools=(known_pool(),))
    (place,) = tables["ProjectCoC.csv"]
    assert (place["Geocode"], place["State"]) == ("129073", "FL")
    assert place["Address1"] == place["Address2"] == place["City"] == place["ZIP"] == ""
    for secret in ("Elm", "Ann,", "555"):
        assert secret not in repr(tables)


def test_whoever_asks_is_not_in_the_file() -> None:
    (export,) = written()["Export.csv"]
    assert export["SourceContactFirst"] == export["SourceContactEmail"] == ""
    assert export["ExportEndDate"] == "2026-11-22"
    assert export["SoftwareVersion"] == "1.0"
