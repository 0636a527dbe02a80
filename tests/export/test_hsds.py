"""Providers as an HSDS 3.1 data package: valid, harmless, county level, and read again."""

from __future__ import annotations

import dataclasses
import io
import json
import uuid
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching.domain import geography
from matching.domain import words as w
from matching.domain.records import BedPool, Provider
from matching.export.hsds import hsds_package
from matching.export.hsds_fields import RESOURCES
from matching.intake.formats import Found, recognise
from matching.intake.formats.hsds_own import POOL_COLUMNS, PROVIDER_COLUMNS, field_of
from matching.intake.reader import read
from tests.builders import known_home, known_pool
from tests.export.opened import header, opened
from tests.export.test_hsds_fields import CLOSED, REQUIRED
from tests.strategies import inventories

NOW = datetime(2026, 11, 22, 22, tzinfo=UTC)
#: What has a place in the standard or in a taxonomy, besides the attributes' own.
PROVIDER_FACTS = {
    *(field_of(column).attribute for column in PROVIDER_COLUMNS),
    "name", "agency", "state", "county", "languages", "service_area",
}  # fmt: skip
POOL_FACTS = {
    *(field_of(column).attribute for column in POOL_COLUMNS),
    "provider_id", "age_min", "age_max", "beds_licensed", "as_of",
}  # fmt: skip
_NAMES = st.none() | st.sampled_from(
    ["Oak House", "=1+1", "@cmd", "-x", "+y", "Ñandú; <b>", "'a"]
)


def again(data: bytes) -> Found:
    book = read(data)
    standard = recognise(book)
    assert standard is not None
    assert standard.name == "hsds-3.1"
    return standard.load(book, NOW.date())


def expected_provider(one: Provider) -> dict[str, Any]:
    """The facts that must come back; the standard has no place for "known to be none"."""
    facts = {name: getattr(one, name) for name in PROVIDER_FACTS}
    facts["languages"] = one.languages or None
    facts["service_area"] = one.service_area or None
    facts["state"] = geography.load().state_of(one.county) or one.state
    if one.domestic_violence or one.victim_service_provider:
        facts["confidential"] = True
    return facts


def expected_pool(one: BedPool) -> dict[str, Any]:
    facts = {name: getattr(one, name) for name in POOL_FACTS}
    known = [beds for beds in (one.free, one.beds_licensed) if beds is not None]
    facts["beds_available"] = None if one.free is None else min(known)
    return facts


def drawn() -> st.SearchStrategy[tuple[tuple[Provider, ...], tuple[BedPool, ...]]]:
    def named(
        pair: tuple[tuple[Provider, ...], tuple[BedPool, ...]], names: list[str | None]
    ) -> tuple[tuple[Provider, ...], tuple[BedPool, ...]]:
        homes, pools = pair
        first, second, third = names
        return (
            tuple(dataclasses.replace(one, name=first, agency=second) for one in homes),
            tuple(dataclasses.replace(one, pool_name=third) for one in pools),
        )

    return st.builds(named, inventories(), st.lists(_NAMES, min_size=3, max_size=3))


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(drawn())
def test_what_goes_out_comes_in_again_with_the_same_facts(pair) -> None:
    homes, pools = pair
    if not homes:
        return
    found = again(hsds_package(homes, pools, NOW))
    assert found.issues == ()
    assert found.counts.set_aside == found.counts.left_out == 0
    assert [
        {name: getattr(one, name) for name in PROVIDER_FACTS} for one in found.providers
    ] == [expected_provider(one) for one in homes]
    facts = {*POOL_FACTS, "beds_available"}
    ordered = [pool for one in homes for pool in pools if pool.provider_id == one.provider_id]
    assert [{name: getattr(one, name) for name in facts} for one in found.pools] == [
        expected_pool(one) for one in ordered
    ]


@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(drawn())
def test_every_table_keeps_the_standard(pair) -> None:
    homes, pools = pair
    data = hsds_package(homes, pools, NOW)
    tables = opened(data)
    ids = {
        resource.name: [row["id"] for row in tables[resource.path]] for resource in RESOURCES
    }
    for resource in RESOURCES:
        assert header(data, resource.path) == list(resource.fields)
        assert len(set(ids[resource.name])) == len(ids[resource.name])
        for row in tables[resource.path]:
            assert str(uuid.UUID(row["id"])) == row["id"]
            for name in REQUIRED[resource.name]:
                assert row[name]
            for column, owner in resource.joins.items():
                assert not row[column] or row[column] in ids[owner]
            for (table, column), words in CLOSED.items():
                assert table != resource.name or row[column] in words
            for column in resource.numbers:
                assert not row[column] or float(row[column]) >= 0


@settings(max_examples=10, suppress_health_check=[HealthCheck.too_slow])
@given(drawn())
def test_the_same_records_give_the_same_bytes(pair) -> None:
    assert hsds_package(*pair, NOW) == hsds_package(*pair, NOW)


def test_a_package_describes_its_tables() -> None:
    data = hsds_package([known_home()], [known_pool()], NOW)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        described = json.loads(archive.read("datapackage.json"))
        names = set(archive.namelist())
    assert described["created"] == "2026-11-22T22:00:00+00:00"
    assert described["version"] == "3.1.0"
    assert {one["path"] for one in described["resources"]} | {"datapackage.json"} == names


def test_beds_are_counted_in_beds() -> None:
    pool = known_pool(beds_licensed=6, beds_available=2, beds_accepting=6, beds_occupied=3)
    tables = opened(hsds_package([known_home()], [pool], NOW))
    (capacity,), (unit,) = tables["service_capacity.csv"], tables["units.csv"]
    assert (capacity["available"], capacity["maximum"]) == ("2", "6")
    assert (unit["id"], unit["name"]) == (capacity["unit_id"], "Bed")
    assert capacity["updated"].endswith("+00:00")


def test_unknown_beds_are_blank_and_never_zero() -> None:
    pool = BedPool(pool_id="B", provider_id="P1")
    tables = opened(hsds_package([Provider(provider_id="P1")], [pool], NOW))
    (capacity,) = tables["service_capacity.csv"]
    assert capacity["available"] == capacity["maximum"] == capacity["updated"] == ""
    (service,) = tables["services.csv"]
    assert service["minimum_age"] == service["maximum_age"] == ""
    found = again(hsds_package([Provider(provider_id="P1")], [pool], NOW))
    assert found.providers == (Provider(provider_id="P1"),)
    assert found.pools == (pool,)


def test_more_beds_free_than_there_are_are_not_given_out() -> None:
    pool = BedPool(pool_id="B", provider_id="P1", beds_licensed=10, beds_available=12)
    found = again(hsds_package([Provider(provider_id="P1")], [pool], NOW))
    assert found.pools[0].beds_available == 10
    assert found.issues == ()


def test_a_provider_without_beds_stays_without() -> None:
    found = again(hsds_package([known_home()], [known_pool("P9")], NOW))
    assert [one.provider_id for one in found.providers] == ["P1"]
    assert found.pools == ()


@pytest.mark.parametrize(
    "mark", ["confidential", "domestic_violence", "victim_service_provider"]
)
def test_secret_places_are_given_to_county_level_only(mark: str) -> None:
    home = known_home(
        name="12 Elm Street", agency="1200 Oak Ave", contact="Ann, 850 555 0100",
        county="12073", state="FL", **{mark: True},
    )  # fmt: skip
    data = hsds_package([home], [known_pool(pool_name="9 Mill Road")], NOW)
    tables = opened(data)
    text = repr(tables)
    for secret in ("Elm", "Oak Ave", "Mill", "Ann,", "555"):
        assert secret not in text
    (location,) = tables["locations.csv"]
    assert (location["name"], location["external_identifier"]) == ("Leon County, FL", "12073")
    assert location["latitude"] == location["longitude"] == ""
    assert "addresses.csv" not in tables


def test_nothing_about_residents_staff_or_safety_leaves() -> None:
    home = known_home(
        resident_tokens=frozenset({"TOKEN77"}), residents=77, staff_on_shift=78,
        compromised_until=NOW.date() + timedelta(days=77), high_acuity_residents=79,
    )  # fmt: skip
    pool = known_pool(confirmed_by="Worker Ann", gender_lock=w.Gender.MALE)
    text = repr(opened(hsds_package([home], [pool], NOW)))
    for secret in (
        "TOKEN77",
        "'77'",
        "'78'",
        "'79'",
        "2027-02-07",
        "Worker Ann",
        "gender_lock",
    ):
        assert secret not in text


def test_access_features_are_listed_for_other_systems_too() -> None:
    home = known_home(capabilities=frozenset({w.Capability.WHEELCHAIR, w.Capability.THERAPY}))
    rows = opened(hsds_package([home], [known_pool()], NOW))["accessibility.csv"]
    assert [row["description"] for row in rows] == ["wheelchair access"]


def test_no_cell_is_run_by_a_spreadsheet() -> None:
    home = known_home("=P1", name="=1+1", agency="@x")
    data = hsds_package([home], [known_pool("=P1", "+B")], NOW)
    for rows in opened(data).values():
        for row in rows:
            assert not [cell for cell in row.values() if cell.startswith(("=", "+", "@"))]
    assert again(data).providers[0].provider_id == "=P1"
