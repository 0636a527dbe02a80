"""State and county of HMIS projects."""

from __future__ import annotations

import pytest

from tests.intake.formats.hmis_files import load, place


def where(*rows: dict[str, str]) -> tuple[str | None, str | None]:
    (one,) = load(ProjectCoC=list(rows)).providers
    return one.state, one.county


@pytest.mark.parametrize(
    ("facts", "state", "county"),
    [
        ({}, "FL", "12073"),
        ({"Geocode": "19037", "State": "AL", "CoCCode": "", "ZIP": ""}, "AL", "01037"),
        ({"State": "", "CoCCode": ""}, "FL", "12073"),
        ({"State": "TX"}, "TX", None),
        ({"Geocode": "121234", "ZIP": ""}, "FL", None),
        ({"Geocode": "121234"}, "FL", "12073"),
        ({"Geocode": "", "ZIP": "32301-1234"}, "FL", "12073"),
        ({"Geocode": "", "ZIP": "10001"}, "FL", None),
        ({"Geocode": "", "State": "XX", "CoCCode": "XX-501"}, None, None),
        ({"Geocode": "195588", "State": "XX", "CoCCode": "XX-501", "ZIP": "86252"}, "IA", None),
        ({"Geocode": "999999", "ZIP": ""}, "FL", None),
        ({"Geocode": "abc", "ZIP": "abc"}, "FL", None),
    ],
)
def test_what_contradicts_the_state_is_not_used(
    facts: dict[str, str], state: str | None, county: str | None
) -> None:
    assert where(place(**facts)) == (state, county)


def test_several_places_that_differ_say_nothing() -> None:
    assert where(place(), place(Geocode="129037", ZIP="")) == ("FL", None)
    assert where(place(), place(Address1="other")) == ("FL", "12073")
    assert where(place(), place(Geocode="489001", State="TX")) == (None, None)


def test_a_county_from_a_zip_code_is_told() -> None:
    found = load(ProjectCoC=[place(Geocode="")])
    assert any("ZIP codes, which were not kept: 1." in said for said in found.decisions)


def test_no_place_is_unknown() -> None:
    assert load(ProjectCoC=None).providers[0].county is None
