"""Households and ages of HMIS bed pools."""

from __future__ import annotations

from typing import Any

import pytest

from matching.domain.words import Household
from tests.intake.formats.hmis_files import export, inventory, load

ALONE, FAMILY = frozenset({Household.ALONE}), frozenset({Household.WITH_CHILDREN})


@pytest.mark.parametrize(
    ("household", "name", "whom", "low", "high"),
    [
        (1, "adults", ALONE, 18, None),
        (3, "families", FAMILY, None, None),
        (4, "minors", ALONE, None, 17),
        ("", "beds", None, None, None),
        (2, "beds", None, None, None),
    ],
)
def test_households_follow_huds_definitions(
    household: Any, name: str, whom: Any, low: int | None, high: int | None
) -> None:
    (pool,) = load(Inventory=[inventory(household=household)]).pools
    assert pool.pool_id == f"CoC7-1-{name}"
    assert (pool.households, pool.age_min, pool.age_max) == (whom, low, high)
    assert pool.genders is None


@pytest.mark.parametrize(("youth", "high"), [(5, 24), (4, None), ("", None), ("x", None)])
def test_beds_that_are_all_for_youth_end_at_24(youth: Any, high: int | None) -> None:
    (pool,) = load(Inventory=[inventory(beds=5, YouthBedInventory=youth)]).pools
    assert pool.age_max == high


def test_kinds_of_beds_for_youth_add_up() -> None:
    row = inventory(beds=5, YouthBedInventory=3, CHYouthBedInventory=2)
    assert load(Inventory=[row]).pools[0].age_max == 24


def test_no_beds_are_not_all_for_youth() -> None:
    assert load(Inventory=[inventory(beds=0)]).pools[0].age_max is None


def test_an_export_of_our_own_keeps_its_codes_and_gets_no_ages_from_the_household() -> None:
    own = export(SoftwareName="Provider record", SourceID="")
    row = inventory(household=1, InventoryID="P1-a", DateUpdated="2026-09-01 10:00:00")
    found = load(Export=[own], Inventory=[row])
    (one,), (pool,) = found.providers, found.pools
    assert (one.provider_id, one.licensed_capacity) == ("1", None)
    assert (pool.pool_id, pool.age_min, pool.households) == ("P1-a", None, ALONE)
    assert pool.as_of is not None
    assert pool.as_of.isoformat() == "2026-09-01T10:00:00+00:00"
