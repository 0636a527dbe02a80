"""Bad rows are listed and set aside, good rows load, and nothing is guessed."""

from __future__ import annotations

import csv
import gc
import io
import logging
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.domain import words as w
from matching.domain.errors import InputError
from matching.intake.issues import Code, Severity
from matching.intake.load import (
    ProviderUpload,
    ReferralUpload,
    load_any,
    load_providers,
    load_referrals,
)

PROVIDERS = [
    "provider_id",
    "bed_pool",
    "name",
    "county",
    "age_min",
    "age_max",
    "beds_available",
]


def codes(upload: ProviderUpload | ReferralUpload) -> list[tuple[int | None, Code]]:
    return [(issue.row, issue.code) for issue in upload.issues]


def refusal(data: bytes, load=load_providers) -> InputError:
    with pytest.raises(InputError) as caught:
        load(data, "x.csv")
    assert caught.value.sentence().count("Nothing was saved.") == 1
    return caught.value


def test_good_rows_load_and_bad_rows_are_listed(make_csv) -> None:
    data = make_csv(
        PROVIDERS,
        ["P1", "A", "Oak", "Leon, FL", "12", "17", "2"],
        ["P2", "A2", "Elm", "Leon, FL", "twelve", "17", "1"],
        ["P3", "A3", "Ash", "Atlantis County, FL", "12", "17", "-1"],
        ["", "A4", "Fir", "Leon, FL", "12", "17", "1"],
        ["P5", "A5", "Yew", "Leon, FL", "17", "12", "1"],
        ["P6", "A6", "Bay", "Leon, FL", "", "", ""],
    )
    found = load_providers(data, "p.csv")
    assert [one.provider_id for one in found.providers] == ["P1", "P6"]
    assert codes(found) == [
        (3, Code.NOT_A_NUMBER),
        (4, Code.OUT_OF_RANGE),
        (4, Code.NO_SUCH_COUNTY),
        (5, Code.MISSING_ID),
        (6, Code.AGES_REVERSED),
    ]
    assert found.counts.read == 6
    assert (found.counts.loaded, found.counts.set_aside, found.counts.left_out) == (2, 4, 0)
    assert str(found.issues[0]).startswith("Row 3, age min: 'twelve' is not a number.")
    assert found.pools[1].beds_available is None
    assert found.pools[1].age_min is None


def test_row_numbers_are_the_spreadsheets(make_csv) -> None:
    data = b"List of homes\n\n" + make_csv(PROVIDERS, [], ["P1", "A", "", "", "x"])
    assert codes(load_providers(data, "p.csv")) == [(5, Code.NOT_A_NUMBER)]


def test_synonyms_spelling_and_order_of_columns(make_csv) -> None:
    data = make_csv(
        ["Vacancies", "Facility Number", "License Expiration Date", "Facility Type",
         "Ages Served", "Gender Served", "County Name", "Facility State"],
        ["2", "14", "11/30/2026", "Group Home", "12-17", "Girls", "Leon", "FL"],
        ["", "15", "12/01/2026", "Therapeutic Foster Home", "18+", "n/a", "Wakulla", "FL"],
    )  # fmt: skip
    found = load_any(data, "p.csv")
    first, second = found.providers
    assert found.issues == ()
    assert first.placement_type is w.PlacementType.RESIDENTIAL
    assert second.placement_type is w.PlacementType.SPECIALISED_FOSTER_HOME
    assert (first.county, second.county) == ("12073", "12129")
    assert first.licence_expires == date(2026, 11, 30)
    assert [(p.age_min, p.age_max) for p in found.pools] == [(12, 17), (18, None)]
    assert [p.genders for p in found.pools] == [frozenset({w.Gender.FEMALE}), None]
    assert [p.pool_id for p in found.pools] == ["14/1", "15/1"]
    assert any("month first" in text for text in found.decisions)


def test_dates_in_two_orders_are_listed_not_guessed(make_csv) -> None:
    data = make_csv(
        ["provider_id", "licence_expires"],
        ["P1", "3/4/2027"], ["P2", "5/6/2027"], ["P3", "2027-01-01"], ["P4", "7/7/2027"],
    )  # fmt: skip
    found = load_providers(data, "p.csv")
    assert codes(found) == [(2, Code.DATE_IN_TWO_ORDERS), (3, Code.DATE_IN_TWO_ORDERS)]
    assert [one.provider_id for one in found.providers] == ["P3", "P4"]


def test_identical_rows_are_read_once_and_different_ones_set_aside(make_csv) -> None:
    data = make_csv(
        ["referral_id", "age_years"],
        ["R1", "15"], ["R2", "14"], ["R1", "15"], ["R2", "16"], ["R3", "12"], ["R3", "x"],
        ["R4", "9"],
    )  # fmt: skip
    found = load_referrals(data, "r.csv")
    assert [one.referral_id for one in found.referrals] == ["R1", "R4"]
    same = [i for i in found.issues if i.code is Code.DUPLICATE_ROW]
    assert [(i.row, i.severity) for i in same] == [(4, Severity.WARNING)]
    differ = {i.row for i in found.issues if i.code is Code.SAME_ID_DIFFERENT_ROWS}
    assert differ == {3, 5, 6, 7}
    assert found.counts.read == 7
    assert (found.counts.loaded, found.counts.set_aside, found.counts.left_out) == (2, 4, 1)


def test_facts_of_one_provider_are_joined_or_set_aside(make_csv) -> None:
    data = make_csv(
        ["provider_id", "bed_pool", "name", "licence_status"],
        ["P1", "a", "Oak", "active"], ["P1", "b", "", "active"],
        ["P2", "c", "Elm", "active"], ["P2", "d", "Elm", "expired"],
        ["P3", "e", "Ash", ""],
    )  # fmt: skip
    found = load_providers(data, "p.csv")
    assert [(one.provider_id, one.name) for one in found.providers] == [
        ("P1", "Oak"),
        ("P3", "Ash"),
    ]
    assert [pool.pool_id for pool in found.pools] == ["a", "b", "e"]
    assert codes(found) == [(4, Code.PROVIDER_ROWS_DIFFER), (5, Code.PROVIDER_ROWS_DIFFER)]


def test_bed_pools_get_a_code_of_their_own(make_csv) -> None:
    data = make_csv(
        ["provider_id", "bed_pool"],
        ["P1", "girls"], ["P1", "boys"], ["P2", "girls"], ["P3", ""], ["P4", ""], ["P4", "x"],
    )  # fmt: skip
    found = load_providers(data, "p.csv")
    assert [pool.pool_id for pool in found.pools] == [
        "P1/girls",
        "boys",
        "P2/girls",
        "P3/1",
        "x",
    ]
    assert codes(found) == [(6, Code.MISSING_ID)]
    assert len(found.decisions) == 2


def test_more_beds_than_there_may_be_count_as_the_smaller_number(make_csv) -> None:
    data = make_csv(
        ["provider_id", "beds_licensed", "beds_staffed", "beds_accepting", "beds_available",
         "beds_occupied", "beds_held"],
        ["P1", "10", "12", "11", "12", "", ""],
        ["P2", "4", "4", "4", "1", "4", "1"],
        ["P3", "", "", "", "3", "", ""],
    )  # fmt: skip
    found = load_providers(data, "p.csv")
    first, second, third = found.pools
    assert (first.beds_staffed, first.beds_accepting, first.beds_available) == (10, 10, 10)
    assert second.free == 0
    assert third.free == 3
    assert {i.severity for i in found.issues} == {Severity.WARNING}
    assert {i.row for i in found.issues} == {2, 3}
    assert "10 was used" in str(found.issues[0])


def test_a_secret_place_stays_secret(make_csv) -> None:
    data = make_csv(
        [
            "provider_id",
            "domestic_violence",
            "confidential",
            "address",
            "city",
            "zip",
            "latitude",
        ],
        ["P1", "yes", "no", "12 Elm St", "Tallahassee", "32301", "30.4"],
        ["P2", "no", "no", "", "", "", ""],
    )
    found = load_providers(data, "p.csv")
    assert [one.confidential for one in found.providers] == [True, False]
    assert codes(found) == [(2, Code.CONTRADICTION)]
    assert found.providers[0].county == "12073"
    assert {entry.column for entry in found.not_kept if entry.private} == {
        "address", "city", "zip", "latitude",
    }  # fmt: skip
    assert "Elm" not in repr(found)
    assert "32301" not in repr(found)


def test_county_and_state(make_csv) -> None:
    data = make_csv(
        ["provider_id", "county", "state"],
        ["P1", "Washington", "FL"], ["P2", "Washington", ""], ["P3", "12086", "TX"],
        ["P4", "1001", "Alabama"],
    )  # fmt: skip
    found = load_providers(data, "p.csv")
    assert [(one.provider_id, one.county) for one in found.providers] == [
        ("P1", "12133"),
        ("P4", "01001"),
    ]
    assert codes(found) == [(3, Code.AMBIGUOUS_COUNTY), (4, Code.COUNTY_NOT_IN_STATE)]


PERSONAL = {
    "Client Name": "Jane Roe",
    "DOB": "2009-04-03",
    "SSN": "123-45-6789",
    "Phone": "850-555-0100",
    "Home address": "12 Elm Street",
    "Narrative": "ran away with Sam",
    "Photo": "jane.jpg",
    "Race": "race-value",
    "Shoe size": "thirty-nine",
}


def test_nothing_personal_is_kept_shown_or_logged(make_csv, caplog) -> None:
    caplog.set_level(logging.DEBUG)
    data = make_csv(
        ["referral_id", "age_years", "distance_reason", *PERSONAL],
        ["R-1", "15", "call 850-555-0199", *PERSONAL.values()],
        ["Mary Major", "14", "school", *PERSONAL.values()],
        ["R-3", "old", "school", *PERSONAL.values()],
    )
    found = load_referrals(data, "r.csv")
    assert {entry.column for entry in found.not_kept} == set(PERSONAL)
    assert {e.column for e in found.not_kept if not e.private} == {"Shoe size"}
    everything = repr(found) + caplog.text + " ".join(map(str, found.issues))
    for value in (*PERSONAL.values(), "Mary Major", "850-555-0199"):
        assert value not in everything
    assert found.referrals[0].distance_reason is None
    assert codes(found) == [
        (2, Code.PERSONAL_TEXT), (3, Code.PERSONAL_ID), (4, Code.NOT_A_NUMBER),
    ]  # fmt: skip
    assert [one.referral_id for one in found.referrals] == ["R-1"]


def test_a_list_of_people_is_no_list_of_providers(make_csv) -> None:
    data = make_csv(
        ["provider_id", "First name", "Date of birth"], ["P1", "Jane", "2009-04-03"]
    )
    error = refusal(data)
    assert "list of people" in error.message
    assert "Jane" not in error.sentence()


def test_picnic_shelters(make_xlsx) -> None:
    rows = [
        ["INVENTORY BY ASSET"],
        ["SITE #", "SITE NAME", "", "QUANTITY UOM:"],
        ["NP071", "LAKE EDWARD PARK", "", 2.0],
    ]
    for load in (load_any, load_providers):
        message = refusal(make_xlsx(shelters=rows), load).message
        assert message.startswith(
            "The file is not a list of providers. Expected columns such as "
        )
        assert "'SITE #'" in message
        assert "LAKE EDWARD" not in message


def test_the_other_list_and_a_missing_column(make_csv) -> None:
    referrals = make_csv(["referral_id", "age_years", "gender"], ["R1", "15", "female"])
    providers = make_csv(PROVIDERS, ["P1", "A"])
    assert "not a list of providers" in refusal(referrals).message
    assert "referrals" in refusal(providers, load_referrals).message
    assert isinstance(load_any(referrals, "r.csv"), ReferralUpload)
    assert isinstance(load_any(providers, "p.csv"), ProviderUpload)
    message = refusal(make_csv(PROVIDERS[1:], ["A", "Oak"])).message
    assert "The column provider_id is missing" in message


def test_a_list_without_a_header_shows_nothing_of_its_rows() -> None:
    error = refusal(b"Jane Roe,2009-04-03,850-555-0100\nJohn Roe,2010-01-01,850-555-0101\n")
    assert "Jane" not in error.sentence()
    assert "first row holds values" in error.message


@pytest.mark.parametrize("load", [load_any, load_providers, load_referrals])
def test_a_header_without_rows(make_csv, load) -> None:
    key = "referral_id" if load is load_referrals else "provider_id"
    assert "no rows" in refusal(make_csv([key, "name", "county"]), load).message


def test_two_columns_for_one_field(make_csv) -> None:
    data = make_csv(
        ["provider_id", "beds_available", "Vacancies", "min age", "Minimum age"],
        ["P1", "2", "3", "12", "13"],
    )
    found = load_providers(data, "p.csv")
    assert found.pools[0].beds_available == 2
    assert found.pools[0].age_min is None
    assert [(i.code, i.column) for i in found.issues] == [
        (Code.TWO_COLUMNS, "beds_available"),
        (Code.TWO_COLUMNS, "age_min"),
    ]
    assert len(found.not_kept) == 3
    message = refusal(make_csv(["facility id", "site id"], ["1", "2"])).message
    assert "More than one column may hold the provider" in message


def test_forty_unknown_columns_are_listed_and_harmless(make_csv) -> None:
    names = [f"Column {k}" for k in range(40)]
    found = load_providers(make_csv(["provider_id", *names], ["P1", *names]), "p.csv")
    assert [entry.column for entry in found.not_kept] == names
    assert found.issues == ()
    assert len(found.providers) == 1


def test_the_right_sheet_of_a_workbook(make_xlsx) -> None:
    confirmed = datetime(2026, 11, 22)  # noqa: DTZ001
    data = make_xlsx(
        readme=[["How to fill this in"]],
        homes=[["provider_id", "beds_available", "as_of"], ["P1", 2, confirmed]],
    )
    found = load_providers(data, "p.xlsx")
    assert found.pools[0].as_of == datetime(2026, 11, 22, tzinfo=UTC)
    assert found.pools[0].beds_available == 2
    assert "Of 2 sheets, 'homes' was read." in found.decisions


def test_warnings_of_a_referral(make_csv) -> None:
    data = make_csv(
        ["referral_id", "children_with", "pregnant_parenting", "received_at", "needed_by"],
        ["R1", "2", "none", "2026-11-22T18:00", "2026-11-20"],
        ["R2", "1", "parenting", "2026-11-22T18:00+05:00", "2026-11-22"],
    )
    found = load_referrals(data, "r.csv")
    assert codes(found) == [(2, Code.CONTRADICTION), (2, Code.CONTRADICTION)]
    assert len(found.referrals) == 2
    assert found.referrals[1].received_at == datetime(2026, 11, 22, 13, tzinfo=UTC)
    assert any("universal time" in text for text in found.decisions)


def test_the_fingerprint_is_the_files(make_csv) -> None:
    first = make_csv(["provider_id"], ["P1"])
    again = load_providers(first, "a.csv").sha256
    assert again == load_providers(first, "b.csv").sha256
    assert again != load_providers(first + b"P2\n", "a.csv").sha256
    assert len(again) == 64


CELLS = st.sampled_from(
    ["", "P1", "P2", "12", "-1", "twelve", "Leon, FL", "none", "yes", "=1+1"]
)


@given(st.lists(st.lists(CELLS, min_size=7, max_size=7), min_size=1, max_size=6))
def test_every_row_goes_somewhere(rows: list[list[str]]) -> None:
    """Rows read = loaded + set aside + left out, and a blank is never a number."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([PROVIDERS, *rows])
    try:
        found = load_providers(out.getvalue().encode(), "p.csv")
    except InputError:
        assert not any(any(row) for row in rows)
        return
    counts = found.counts
    assert counts.read == sum(any(row) for row in rows)
    assert counts.read == counts.loaded + counts.set_aside + counts.left_out
    assert counts.loaded == len(found.pools)
    errors = {i.row for i in found.issues if i.severity is Severity.ERROR}
    assert len(errors) == counts.set_aside
    blank = {row[1] for row in rows if not row[6]}
    for pool in found.pools:
        if pool.beds_available == 0:
            assert pool.pool_id not in blank
    assert {pool.provider_id for pool in found.pools} == {
        p.provider_id for p in found.providers
    }


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_with_a_sentence(data: bytes) -> None:
    try:
        read = load_any(data, "x").counts.read
    except InputError as error:
        read = len(error.message)
    assert read > 0


@pytest.mark.parametrize("on", [True, False])
@pytest.mark.parametrize("frozen", [True, False])
def test_the_garbage_collector_is_left_as_it_was(on: bool, frozen: bool, make_csv) -> None:
    was_on = gc.isenabled()
    try:
        (gc.enable if on else gc.disable)()
        if frozen:
            gc.freeze()
        before = gc.get_freeze_count()
        with pytest.raises(InputError):
            load_referrals(b"", "r.csv")
        load_referrals(make_csv(["referral_id"], ["R-1"]), "r.csv")
        assert gc.isenabled() == on
        assert (gc.get_freeze_count() > 0) == (before > 0) == frozen
    finally:
        gc.unfreeze()
        (gc.enable if was_on else gc.disable)()
