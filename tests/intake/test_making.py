"""A cell left blank says nothing; one that says that nobody knows says so."""

from __future__ import annotations

import pytest

from matching.domain.records import BedPool, Provider, Referral
from matching.intake.fields import CATALOGUE, SheetKind
from matching.intake.load import load_providers, load_referrals
from matching.intake.vocabulary import SAID_UNKNOWN, UNKNOWN

HOMES = "provider_id,bed_pool,name,licence_expires,age_max,beds_available\n"


def homes(*rows):
    return load_providers((HOMES + "".join(f"{row}\n" for row in rows)).encode(), "a.csv")


def test_what_says_that_nobody_knows_is_unknown():
    assert SAID_UNKNOWN < UNKNOWN
    assert "" not in SAID_UNKNOWN


def test_it_is_told_by_record_and_field():
    upload = homes("P1,B1,Oak House,unknown,17,Not known", "P2,B1,Elm House,2027-01-01,UNK,2")
    assert upload.said_unknown == {
        ("provider", ("P1",), "licence_expires"),
        ("bed_pool", ("P1/B1", "P1"), "beds_available"),
        ("bed_pool", ("P2/B1", "P2"), "age_max"),
    }


@pytest.mark.parametrize("cell", sorted(UNKNOWN - SAID_UNKNOWN))
def test_all_other_blanks_say_nothing(cell):
    upload = homes(f"P1,B1,Oak House,{cell},17,2")
    assert upload.said_unknown == frozenset()
    assert upload.providers[0].licence_expires is None


def test_where_another_row_knows_it_nobody_says_that_it_is_unknown():
    upload = homes("P1,B1,Oak House,unknown,17,2", "P1,B2,Oak House,2027-01-01,17,2")
    assert upload.said_unknown == frozenset()


def test_a_row_that_is_set_aside_says_nothing():
    upload = homes("P1,B1,Oak House,unknown,seventeen,2", "P2,B1,Elm House,,17,2")
    assert upload.said_unknown == frozenset()


def test_referrals_say_it_too():
    data = b"referral_id,age_years,run_risk,urgency\nR-1,unknown,,tonight\n"
    upload = load_referrals(data, "people.csv")
    assert upload.said_unknown == {("referral", ("R-1",), "age_years")}


def test_every_column_of_the_catalogue_has_a_record_it_can_be_told_of():
    assert {field.record for kind in SheetKind for field in CATALOGUE[kind]} == {
        Provider, BedPool, Referral,
    }  # fmt: skip
