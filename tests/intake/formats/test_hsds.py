"""HSDS directories: which services are beds, and what is kept of them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from matching.domain import words as w
from matching.domain.errors import InputError
from matching.intake.formats import Found, recognise
from matching.intake.issues import Code, Severity
from matching.intake.reader import read
from tests.intake.formats.hsds_files import (
    TODAY,
    address,
    capacity,
    directory,
    load,
    located,
    service,
    unit,
)
from tests.intake.packages import package

COUNSEL = service("Community Counselling", "s9")


def said(found: Found) -> str:
    return " ".join([*found.decisions, *(issue.sentence for issue in found.issues)])


def with_beds(**facts: Any) -> dict[str, Any]:
    return {"service_capacity": [capacity(**facts)], "units": [unit()]}


def test_a_capacity_in_beds_is_a_provider_with_vacancies() -> None:
    found = load(**with_beds(), **located())
    (one,), (pool,) = found.providers, found.pools
    assert (one.provider_id, one.name, one.agency) == ("HSDS-s1", "Emergency shelter", "Harbor")
    assert one.placement_type is w.PlacementType.EMERGENCY_SHELTER
    assert (one.state, one.county) == ("FL", "12073")
    assert (pool.beds_licensed, pool.beds_available) == (6, 2)
    assert pool.as_of == datetime(2026, 11, 20, 9, tzinfo=UTC)
    assert not found.issues


def test_a_bed_without_a_capacity_has_unknown_vacancies_and_not_none() -> None:
    found = load()
    (pool,) = found.pools
    assert pool.beds_licensed is pool.beds_available is pool.free is None
    assert "gives no capacity" in said(found)


def test_the_rest_of_a_directory_is_left_out_and_counted() -> None:
    found = load(services=[service(), COUNSEL, service("Food pantry", "s3")])
    assert len(found.providers) == 1
    assert (found.counts.read, found.counts.loaded, found.counts.left_out) == (3, 1, 2)
    assert "they do not say that they are a bed: 2." in said(found)


def test_services_that_only_mention_beds_are_pointed_out() -> None:
    rows = [
        service(),
        service("City corps", "s2", description="Food, clothing and shelter to families."),
        service("Rehabilitation", "s3", wait_time="According to available beds"),
        service("Homeless shelter hotline", "s4"),
    ]
    found = load(services=rows)
    assert found.counts.loaded == 1
    assert "mention beds or a shelter in their text: 3 (rows 3, 4, 5)." in said(found)


def test_a_directory_without_beds_is_refused_and_says_why() -> None:
    with pytest.raises(InputError) as refused:
        load(services=[COUNSEL, service("Advice", "s2", description="Finds you a shelter.")])
    assert "lists 2 services" in refused.value.message
    assert "mentions beds or a shelter: rows 3" in refused.value.message


def test_organisations_alone_say_which_files_are_missing() -> None:
    with pytest.raises(InputError) as refused:
        load(services=None)
    assert "together" in refused.value.next_step


@pytest.mark.parametrize("status", ["inactive", "defunct", "temporarily closed"])
def test_closed_services_are_left_out(status: str) -> None:
    found = load(services=[service(), service(number="s2", status=status)])
    assert found.counts.left_out == 1
    assert "because they are closed: 1." in said(found)


def test_more_beds_available_than_there_are_is_a_warning_and_lowered() -> None:
    found = load(**with_beds(available=12, maximum=10))
    (pool,) = found.pools
    assert (pool.beds_licensed, pool.beds_available) == (10, 10)
    (issue,) = found.issues
    assert (issue.severity, issue.code, issue.row) == (
        Severity.WARNING,
        Code.MORE_THAN_LIMIT,
        2,
    )


@pytest.mark.parametrize("text", ["-1", "a few", "2.5"])
def test_a_capacity_that_is_no_number_is_unknown_and_told(text: str) -> None:
    found = load(**with_beds(available=text))
    assert found.pools[0].beds_available is None
    assert found.pools[0].beds_licensed == 6
    assert [issue.code for issue in found.issues] == [Code.NOT_A_NUMBER]


@pytest.mark.parametrize("text", ["", "unknown", "n/a", "-"])
def test_a_blank_capacity_is_unknown_without_a_word(text: str) -> None:
    found = load(**with_beds(available=text, maximum=text))
    assert found.pools[0].beds_available is found.pools[0].beds_licensed is None
    assert not found.issues


def test_zero_beds_available_are_zero() -> None:
    assert load(**with_beds(available=0)).pools[0].free == 0


def test_rooms_are_no_beds() -> None:
    found = load(
        services=[service("Oak House")], service_capacity=[capacity()], units=[unit("Room")]
    )
    assert found.pools[0].beds_licensed is found.pools[0].beds_available is None
    assert "Services that count rooms" in said(found)


def test_another_unit_is_no_bed() -> None:
    found = load(
        services=[service(), service("Tutoring", "s2")],
        service_capacity=[capacity(), capacity(number="s2", id="c2")],
        units=[unit("Hours")],
    )
    assert found.counts.loaded == 1
    assert found.pools[0].beds_licensed is None
    assert "count neither beds nor rooms" in said(found)


def test_a_capacity_whose_service_is_missing_is_kept_with_a_warning() -> None:
    """The standard's own example: no such service, no such unit, 12 of 10."""
    stray = capacity(12, 10, "f75b808e-7bdb-11ef-afaa-ab00a77dc5c4", unit_id="nowhere")
    stray["description"] = "Beds available for people experiencing homelessness."
    found = load(
        services=[COUNSEL], service_capacity=[stray], units=[unit("Kilogram", identifier="kgm")]
    )
    (one,), (pool,) = found.providers, found.pools
    assert one.provider_id == "f75b808e-7bdb-11ef-afaa-ab00a77dc5c4"
    assert one.name is one.agency is one.placement_type is None
    assert pool.beds_licensed == pool.beds_available == 10
    assert {issue.code for issue in found.issues} == {Code.SUMMARY, Code.MORE_THAN_LIMIT}
    assert (found.counts.read, found.counts.loaded, found.counts.left_out) == (2, 1, 1)


def test_several_capacities_are_several_pools() -> None:
    rows = [
        capacity(1, 4, id="c1", description="Women"),
        capacity(2, 8, id="c2", description="Families"),
    ]
    first, second = load(service_capacity=rows, units=[unit()]).pools
    assert first.genders == {w.Gender.FEMALE}
    assert second.households == {w.Household.WITH_CHILDREN}
    assert (first.beds_licensed, second.beds_licensed) == (4, 8)
    assert first.pool_id != second.pool_id


def test_services_of_a_programme_at_one_place_are_pools_of_one_provider() -> None:
    links = [
        {"id": f"x{n}", "service_id": f"s{n}", "location_id": "l1", "description": ""}
        for n in (1, 2)
    ]
    found = load(
        services=[
            service("Women's shelter", "s1", program_id="p1"),
            service("Men's shelter", "s2", program_id="p1"),
            service("Youth shelter", "s3", program_id="p1"),
        ],
        programs=[{"id": "p1", "organization_id": "o1", "name": "Harbor House"}],
        **{**located(), "service_at_location": links},
    )
    assert [one.name for one in found.providers] == ["Harbor House", "Youth shelter"]
    assert [pool.pool_name for pool in found.pools] == [
        "Women's shelter",
        "Men's shelter",
        "Youth shelter",
    ]
    assert found.counts.loaded == 3


def test_a_classification_may_say_that_it_is_a_bed() -> None:
    found = load(
        services=[service("Harbor Light"), service("Second chance", "s2")],
        attributes=[
            {"id": "1", "link_id": "s1", "taxonomy_term_id": "t1", "link_entity": "service"},
            {"id": "2", "link_id": "s2", "taxonomy_term_id": "t2", "link_entity": "service"},
        ],
        taxonomy_terms=[
            {"id": "t1", "name": "Transitional Housing", "code": "", "description": ""},
            {"id": "t2", "name": "Housing Advice", "code": "", "description": ""},
        ],
    )
    (one,) = found.providers
    assert one.placement_type is w.PlacementType.TRANSITIONAL


def test_classifications_of_the_second_version_count_too() -> None:
    terms = [{"id": "t1", "name": "Homeless Shelter", "parent_id": ""}]
    link = [{"id": "1", "service_id": "s1", "taxonomy_id": "t1"}]
    one = load(services=[service("Light")], services_taxonomy=link, taxonomy=terms).providers[0]
    assert one.placement_type is w.PlacementType.EMERGENCY_SHELTER
    coded = [{"taxonomy_id": "101-04", "name": "Emergency Shelter", "parent_id": "101"}]
    rows = [service("Light", taxonomy_ids="101, 101-04")]
    assert load(services=rows, taxonomy=coded).counts.loaded == 1


def test_ages_genders_and_households_of_a_service() -> None:
    found = load(
        services=[service(minimum_age=12, maximum_age=17.5)],
        eligibility=[
            {"id": "1", "service_id": "s1", "eligibility": "female"},
            {"id": "2", "service_id": "s1", "eligibility": "Women who need help and advice"},
        ],
    )
    (pool,) = found.pools
    assert (pool.age_min, pool.age_max) == (12, 17)
    assert pool.genders == {w.Gender.FEMALE}
    assert pool.households is None


def test_an_age_beyond_life_is_no_limit_and_told() -> None:
    found = load(services=[service(minimum_age=18, maximum_age=999)])
    assert (found.pools[0].age_min, found.pools[0].age_max) == (18, 120)
    assert "which is read as no upper limit: 1." in said(found)


@pytest.mark.parametrize(("low", "high"), [(18, 12), ("young", "old"), (200, 300)])
def test_ages_that_make_no_sense_are_unknown_and_told(low: Any, high: Any) -> None:
    found = load(services=[service(minimum_age=low, maximum_age=high)])
    assert found.pools[0].age_min is found.pools[0].age_max is None
    assert "ages are no numbers or in the wrong order" in said(found)


def test_languages_of_the_service_and_of_its_place() -> None:
    found = load(
        **located(),
        languages=[
            {"id": "1", "service_id": "s1", "location_id": "", "name": "Spanish", "code": ""},
            {"id": "2", "service_id": "", "location_id": "l1", "name": "Urdu", "code": "ur"},
            {"id": "3", "service_id": "s8", "location_id": "", "name": "French", "code": "fr"},
        ],
    )
    assert found.providers[0].languages == {"es", "ur"}


def test_some_access_features_are_not_all_features() -> None:
    """A set of features says that there are no others, which a directory does not."""
    listed = [{"id": "1", "location_id": "l1", "description": "wheelchair", "details": ""}]
    found = load(**located(), accessibility=listed)
    assert found.providers[0].capabilities is None
    assert "would be a guess" in said(found)


def test_places_and_people_are_dropped_and_listed() -> None:
    found = load(
        **located(),
        contacts=[{"id": "1", "service_id": "s1", "name": "Ann Persona"}],
        phones=[{"id": "1", "service_id": "s1", "number": "850 555 0100"}],
    )
    listed = {kept.column: kept for kept in found.not_kept}
    for column in ("address_1", "city", "postal_code", "latitude"):
        assert listed[column].private
    assert listed["contacts (whole table)"].private
    assert listed["phones (whole table)"].private
    for secret in ("Elm", "Tallahassee", "32301", "30.4", "Persona", "555"):
        assert secret not in repr((found.providers, found.pools, found.issues))


@pytest.mark.parametrize("name", ["12 Elm Street", "Shelter at 1200 N. Oak Ave", "P.O. Box 12"])
def test_names_that_are_addresses_are_not_kept(name: str) -> None:
    found = load(services=[service(name)], **with_beds())
    assert found.providers[0].name is None
    assert "hold an address" in said(found)


@pytest.mark.parametrize("column", ["ConfidentialAddress", "PhysicalAddressIsPrivate"])
@pytest.mark.parametrize("table", ["organizations", "services", "locations", "addresses"])
def test_flags_of_secret_places_count_in_any_table(table: str, column: str) -> None:
    rows = {**directory(), **located()}
    for value, secret in (("True", True), ("yes", True), ("0", None), ("", None)):
        changed = {**rows, table: [{**rows[table][0], column: value}]}
        assert load(**changed).providers[0].confidential is secret


@pytest.mark.parametrize("name", ["Domestic Violence Shelter", "DV safe house"])
def test_a_domestic_violence_shelter_is_confidential(name: str) -> None:
    (one,) = load(services=[service(name)]).providers
    assert one.domestic_violence
    assert one.confidential


def test_places_in_several_counties_are_unknown() -> None:
    other = located("l2")
    both = {name: [*rows, *other[name]] for name, rows in located().items()}
    both["addresses"][1] = address(location_id="l2", postal_code="33101")
    found = load(**both)
    assert (found.providers[0].state, found.providers[0].county) == ("FL", None)
    assert "several counties" in said(found)


@pytest.mark.parametrize(
    ("facts", "county"),
    [
        ({"region": "Leon County", "postal_code": ""}, "12073"),
        ({"county": "Leon", "postal_code": ""}, "12073"),
        ({"postal_code": "10001"}, None),
        ({"country": "CA"}, None),
        ({"address_type": "postal"}, None),
        ({"state_province": "Florida"}, "12073"),
        ({"state_province": "", "postal_code": "32301"}, "12073"),
    ],
)
def test_counties_of_addresses(facts: dict[str, str], county: str | None) -> None:
    changed = {**located(), "addresses": [address(**facts)]}
    assert load(**changed).providers[0].county == county


def test_rows_that_share_an_id_but_differ_are_set_aside() -> None:
    found = load(services=[service(), service("Night shelter"), service(number="s2")])
    assert [one.provider_id for one in found.providers] == ["HSDS-s2"]
    assert found.counts.set_aside == 2
    assert len(load(services=[service(), service()]).providers) == 1


def test_a_service_without_an_id_is_set_aside() -> None:
    found = load(services=[service(), service(number="")])
    assert (found.counts.loaded, found.counts.set_aside) == (1, 1)


def test_long_ids_are_the_providers_codes() -> None:
    number = "ac148810-d857-441c-9679-408f346de14b"
    assert load(services=[service(number=number)]).providers[0].provider_id == number


def test_nested_json_says_the_same_as_its_tables() -> None:
    tabular = load(**with_beds(), **located())
    nested = {
        **{key: value for key, value in service().items() if key != "organization_id"},
        "organization": {"id": "o1", "name": "Harbor"},
        "capacities": [
            {**{k: v for k, v in capacity().items() if k != "unit_id"}, "unit": unit()}
        ],
        "service_at_locations": [
            {"id": "x1", "location": {"id": "l1", "name": "-", "addresses": [address()]}}
        ],
    }
    for value in (nested, [nested], {"contents": [nested], "total_items": 1}):
        book = read(json.dumps(value).encode())
        standard = recognise(book)
        assert standard is not None
        found = standard.load(book, TODAY)
        assert found.providers == tabular.providers
        assert found.pools == tabular.pools


def test_an_organisation_with_its_services_inside() -> None:
    value = {"id": "o1", "name": "Harbor", "services": [service()]}
    book = read(json.dumps(value).encode())
    standard = recognise(book)
    assert standard is not None
    assert standard.load(book, TODAY).providers[0].agency == "Harbor"


def test_the_relatives_that_prefix_their_columns() -> None:
    rows = [
        {
            "service_uuid": f"7d9b5a60-0000-4000-8000-00000000000{n}",
            "organization_name": "Harbor",
            "organization_uuid": "o",
            "service_name": name,
            "service_min_age": low,
            "service_max_age": high,
            "service_areas": "",
        }
        for n, (name, low, high) in enumerate(
            [("Youth shelter", "12", "17"), ("Legal aid", "0", "200")]
        )
    ]
    book = read(package(services=rows))
    standard = recognise(book)
    assert standard is not None
    found = standard.load(book, TODAY)
    (one,), (pool,) = found.providers, found.pools
    assert one.agency == "Harbor"
    assert (pool.age_min, pool.age_max) == (12, 17)


def test_the_relatives_that_keep_places_with_the_service() -> None:
    found = load(
        services=[service(location_id="5", languages="Chinese (Mandarin), Tagalog")],
        locations=[
            {"id": "5", "organization_id": "o1", "name": "Main", "languages": "Spanish"}
        ],
        addresses=[address(location_id="5")],
    )
    (one,) = found.providers
    assert one.county == "12073"
    assert one.languages == {"zh", "tl", "es"}
