"""HMIS exports: what is a bed for a night, on which day, and what is kept."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.domain import words as w
from matching.domain.errors import InputError
from matching.intake.formats import Found, recognise
from matching.intake.issues import Code, Severity
from matching.intake.reader import read
from tests.intake.formats.hmis_files import (
    agency,
    export,
    inventory,
    load,
    place,
    project,
    tables,
)
from tests.intake.packages import package


def said(found: Found) -> str:
    return " ".join([*found.decisions, *(issue.sentence for issue in found.issues)])


def test_a_project_becomes_a_provider_with_its_beds() -> None:
    found = load()
    (one,), (pool,) = found.providers, found.pools
    assert one.provider_id == "CoC7-1"
    assert (one.name, one.agency) == ("Project 1", "Harbor")
    assert one.placement_type is w.PlacementType.EMERGENCY_SHELTER
    assert (one.state, one.county) == ("FL", "12073")
    assert (one.victim_service_provider, one.domestic_violence) == (False, False)
    assert one.confidential is None
    assert one.licensed_capacity == pool.beds_licensed == 5
    assert pool.provider_id == "CoC7-1"
    assert pool.as_of == datetime(2026, 9, 30, tzinfo=UTC)
    assert (found.counts.read, found.counts.loaded) == (1, 1)


def test_inventory_says_nothing_of_vacancies() -> None:
    (pool,) = load(Project=[project(PITCount=3)]).pools
    assert pool.free is None
    assert pool.beds_available is pool.beds_occupied is pool.beds_accepting is None


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (0, w.PlacementType.EMERGENCY_SHELTER),
        (1, w.PlacementType.EMERGENCY_SHELTER),
        (2, w.PlacementType.TRANSITIONAL),
        (8, w.PlacementType.SAFE_HAVEN),
        ("2.0", w.PlacementType.TRANSITIONAL),
    ],
)
def test_project_types_that_are_a_bed(number: Any, kind: w.PlacementType) -> None:
    assert load(Project=[project(ProjectType=number)]).providers[0].placement_type is kind


@pytest.mark.parametrize("number", [3, 4, 6, 7, 9, 10, 11, 12, 13, 14, 99])
def test_project_types_that_are_none_are_left_out_and_counted(number: int) -> None:
    found = load(Project=[project(), project("2", ProjectType=number)])
    assert [one.provider_id for one in found.providers] == ["CoC7-1"]
    assert found.counts.left_out == 1
    assert "they are no bed for a night: 1 (" in said(found)


def test_nothing_to_sleep_in_is_refused() -> None:
    with pytest.raises(InputError, match="no emergency shelter"):
        load(Project=[project(ProjectType=13)])


def test_rows_are_summed_by_household_within_their_dates() -> None:
    rows = [
        inventory(beds=14, InventoryEndDate="2020-01-27"),
        inventory(beds=11, InventoryStartDate="2020-01-28", InventoryEndDate="2026-09-29"),
        inventory(beds=10, InventoryStartDate="2026-09-30"),
        inventory(beds=2, Availability=3, InventoryEndDate="2026-09-30"),
        inventory(beds=50, InventoryStartDate="2026-10-01"),
        inventory(beds=7, household=3),
        inventory(beds=9, household=4, DateDeleted="2025-01-01"),
    ]
    found = load(Inventory=rows)
    assert {pool.pool_name: pool.beds_licensed for pool in found.pools} == {
        "adults": 12,
        "families": 7,
    }
    assert found.providers[0].licensed_capacity == 19
    assert "of other days, which were not counted: 3." in said(found)
    assert "counted within their dates: 1." in said(found)


def test_the_day_is_the_end_of_the_export_or_today_if_that_is_sooner() -> None:
    rows = [inventory(beds=1), inventory(beds=2, InventoryStartDate="2026-08-01")]
    early = load(date(2026, 7, 1), Inventory=rows)
    assert early.pools[0].beds_licensed == 1
    assert "those of 1 Jul 2026, because that is today" in said(early)
    late = load(Inventory=rows)
    assert late.pools[0].beds_licensed == 3
    assert "those of 30 Sep 2026, because the export ends then" in said(late)
    assert "no Export table" in said(load(Export=None))


def test_no_inventory_is_unknown_and_not_none() -> None:
    for rows in (
        [],
        [inventory("2")],
        [inventory(InventoryEndDate="2021-01-01")],
    ):
        found = load(Inventory=[*rows, inventory("3")], Project=[project(), project("3")])
        (pool, _) = found.pools
        assert pool.beds_licensed is None
        assert found.providers[0].licensed_capacity is None
        assert "how many they have is unknown" in said(found)


def test_no_inventory_table_is_unknown() -> None:
    found = load(Inventory=None)
    assert found.pools[0].beds_licensed is None
    assert "no Inventory table" in said(found)


@pytest.mark.parametrize("beds", ["", "many", "-3", "2.5"])
def test_beds_that_are_no_number_make_the_sum_unknown(beds: str) -> None:
    found = load(Inventory=[inventory(beds=4), inventory(beds=beds), inventory(household=3)])
    assert {pool.pool_name: pool.beds_licensed for pool in found.pools} == {
        "adults": None,
        "families": 5,
    }
    assert found.providers[0].licensed_capacity is None
    assert any(issue.code is Code.NOT_A_NUMBER for issue in found.issues)


def test_one_inventory_code_on_two_rows_is_not_added_up() -> None:
    twice = [inventory(beds=4, InventoryID="i"), inventory(beds=6, InventoryID="i")]
    assert load(Inventory=twice).pools[0].beds_licensed is None
    same = [inventory(beds=4, InventoryID="i")] * 2
    assert load(Inventory=same).pools[0].beds_licensed == 4


def test_zero_beds_are_zero_beds() -> None:
    assert load(Inventory=[inventory(beds=0)]).pools[0].beds_licensed == 0


@pytest.mark.parametrize("column", ["VictimServiceProvider", "VictimServicesProvider"])
def test_victim_service_providers_are_confidential_and_their_zip_is_not_looked_at(
    column: str,
) -> None:
    owner = agency(**{"VictimServiceProvider": "", column: 1})
    found = load(Organization=[owner], ProjectCoC=[place(Geocode="121234")])
    (one,) = found.providers
    assert one.victim_service_provider
    assert one.confidential
    assert one.county is None
    known = load(Organization=[owner]).providers[0]
    assert known.county == "12073"


def test_domestic_violence_is_confidential() -> None:
    (one,) = load(Project=[project(TargetPopulation=1)]).providers
    assert one.domestic_violence
    assert one.confidential


@pytest.mark.parametrize("flag", ["", "99", "8"])
def test_a_flag_that_nobody_answered_is_unknown(flag: str) -> None:
    found = load(
        Organization=[agency(VictimServiceProvider=flag)],
        Project=[project(TargetPopulation=flag)],
    )
    assert found.providers[0].victim_service_provider is None
    assert found.providers[0].domestic_violence is None


@pytest.mark.parametrize("column", ["ConfidentialAddress", "PhysicalAddressIsPrivate"])
@pytest.mark.parametrize("table", ["Project", "ProjectCoC", "Organization"])
def test_flags_of_secret_places_count_in_any_table(table: str, column: str) -> None:
    rows = {"Project": project(), "ProjectCoC": place(), "Organization": agency()}
    assert load(**{table: [{**rows[table], column: "1"}]}).providers[0].confidential
    assert not load(**{table: [{**rows[table], column: "0"}]}).providers[0].confidential


def test_places_and_people_are_dropped_and_listed() -> None:
    client = [{"PersonalID": "p", "FirstName": "Jane", "DOB": "2001-02-03"}]
    book = read(package(**tables(Client=client)))
    standard = recognise(book)
    assert standard is not None
    found = standard.load(book, date(2026, 11, 22))
    listed = {kept.column: kept for kept in found.not_kept}
    assert listed["Address1"].private
    assert listed["ZIP"].private
    assert listed["City"].private
    assert any("Client.csv" in text for text in book.decisions)
    for secret in ("Elm St", "Tallahassee", "32301", "Jane", "2001-02-03"):
        assert secret not in repr((found.providers, found.pools, found.issues))


def test_a_workbook_with_a_sheet_of_people_drops_it_and_says_so(make_xlsx) -> None:
    sheets = {
        name: [list(rows[0]), *([str(cell) for cell in row.values()] for row in rows)]
        for name, rows in tables().items()
    }
    people = [["EnrollmentID", "PersonalID", "EntryDate"], ["1", "2", "2026-01-01"]]
    book = read(make_xlsx(**sheets, Enrollment=people))
    standard = recognise(book)
    assert standard is not None
    found = standard.load(book, date(2026, 11, 22))
    assert any(one.column.startswith("Enrollment") and one.private for one in found.not_kept)
    assert found.counts.loaded == 1


def test_names_that_are_addresses_are_not_kept() -> None:
    found = load(Project=[project(ProjectName="1200 Oak Street Shelter")])
    assert found.providers[0].name is None
    assert "because they hold an address: 1." in said(found)


def test_closed_planned_and_deleted_projects_are_left_out() -> None:
    found = load(
        Project=[
            project(),
            project("2", OperatingEndDate="2026-09-29"),
            project("3", OperatingStartDate="2026-10-01"),
            project("4", DateDeleted="2026-01-01"),
            project("5", OperatingEndDate="2026-09-30"),
        ]
    )
    assert [one.provider_id for one in found.providers] == ["CoC7-1", "CoC7-5"]
    assert (found.counts.read, found.counts.loaded, found.counts.left_out) == (5, 2, 3)


def test_rows_that_share_a_code_but_differ_are_set_aside() -> None:
    found = load(Project=[project(), project("2"), project("2", ProjectName="Other")])
    assert [one.provider_id for one in found.providers] == ["CoC7-1"]
    assert found.counts.set_aside == 2
    assert {issue.row for issue in found.issues if issue.severity is Severity.ERROR} == {3, 4}
    assert len(load(Project=[project(), project()]).providers) == 1


@pytest.mark.parametrize("facts", [{"ProjectType": ""}, {"ProjectID": ""}])
def test_a_project_without_a_type_or_code_is_set_aside(facts: dict[str, str]) -> None:
    found = load(Project=[project(), project("2", **facts)])
    assert found.counts.set_aside == 1
    assert found.counts.loaded == 1


def test_dates_in_american_order_are_read_by_their_column() -> None:
    rows = [
        inventory(beds=3, InventoryStartDate="1/25/2017", InventoryEndDate="12/31/2019"),
        inventory(beds=4, InventoryStartDate="2/1/2020", InventoryEndDate=""),
    ]
    assert load(Inventory=rows).pools[0].beds_licensed == 4


def test_a_date_that_is_none_is_told_and_its_beds_are_counted() -> None:
    found = load(Inventory=[inventory(InventoryEndDate="soon")])
    assert found.pools[0].beds_licensed == 5
    assert "Dates that cannot be read" in said(found)


def test_beds_for_veterans_and_vouchers_are_told() -> None:
    found = load(Inventory=[inventory(VetBedInventory=2, ESBedType=2)])
    assert "kept for veterans" in said(found)
    assert "vouchers" in said(found)


def test_an_earlier_year_with_its_geography_table_is_read() -> None:
    found = load(
        ProjectCoC=None, Geography=[{"ProjectID": "1", "Geocode": "129073", "State": "FL"}]
    )
    assert found.providers[0].county == "12073"


@pytest.mark.parametrize(
    "rows",
    [
        {"Inventory": [inventory()]},
        {"Organization": [{**agency(), "ExportID": "7"}]},
        {"ProjectCoC": [{**place(), "ExportID": "7"}]},
        {"Export": [export()]},
    ],
)
def test_tables_without_projects_say_which_files_are_missing(rows: dict[str, Any]) -> None:
    book = read(package(**rows))
    standard = recognise(book)
    assert standard is not None
    with pytest.raises(InputError) as refused:
        standard.load(book, date(2026, 11, 22))
    assert "Project.csv" in refused.value.next_step


@pytest.mark.parametrize("missing", ["Inventory", "Organization", "ProjectCoC", "Export"])
def test_any_other_table_may_be_missing(missing: str) -> None:
    found = load(**{missing: None})
    assert found.counts.loaded == 1


def test_somebodys_own_list_of_projects_is_no_export() -> None:
    rows = [{"Project ID": "1", "Project Name": "Oak", "Project Type": "ES"}]
    assert recognise(read(package(list=rows))) is None


_BEDS = st.lists(
    st.tuples(st.integers(0, 40), st.sampled_from([1, 3, 4]), st.booleans()),
    min_size=1,
    max_size=6,
)


@given(_BEDS)
def test_the_sum_of_all_pools_is_the_sum_of_the_rows_that_count(
    rows: list[tuple[int, int, bool]],
) -> None:
    table = [
        inventory(
            beds=beds,
            household=household,
            InventoryID=str(number),
            InventoryEndDate="" if counts else "2021-05-05",
        )
        for number, (beds, household, counts) in enumerate(rows)
    ]
    found = load(Inventory=table, Export=[export()])
    expected: dict[int, int] = {}
    for beds, household, counts in rows:
        if counts:
            expected[household] = expected.get(household, 0) + beds
    pools = {pool.pool_name: pool.beds_licensed for pool in found.pools}
    names = {1: "adults", 3: "families", 4: "minors"}
    if expected:
        assert pools == {names[key]: beds for key, beds in expected.items()}
    else:
        assert pools == {"beds": None}
