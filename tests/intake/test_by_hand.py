"""Answers on a form are read as the cells of an upload are, and hold no more than those."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.domain import words as w
from matching.domain.errors import InputError
from matching.domain.records import BedPool, Provider, Referral
from matching.intake.by_hand import fields_of, fitting, read, with_values
from tests.builders import HERE, NOW, day, known_home, known_pool, known_referral
from tests.strategies import pools, providers, referrals


def same(record):
    """Read every answer of a record and return what comes back."""
    names = fields_of(type(record))
    values = {name: getattr(record, name) for name in names}
    return with_values(record, read(type(record), values))


@pytest.mark.parametrize(
    "record", [known_referral(), known_home(service_area=frozenset({HERE})), known_pool()]
)
def test_every_known_fact_comes_back_as_it_was(record):
    assert same(record) == record


@given(st.one_of(referrals(), providers(), pools()))
def test_every_record_comes_back_as_it_was(record):
    assert same(record) == record


def test_a_list_is_taken_as_what_the_field_holds():
    found = read(Referral, {"behaviours": {w.Behaviour.AGGRESSION}, "languages": ["es"]})
    assert found == {"behaviours": frozenset({w.Behaviour.AGGRESSION}), "languages": ("es",)}
    assert read(Referral, {"behaviours": set(), "languages": []}) == {
        "behaviours": frozenset(),
        "languages": (),
    }


@pytest.mark.parametrize("text", ["", "  ", "unknown", "n/a", "?"])
def test_a_blank_is_unknown_and_none_is_none(text):
    assert read(Referral, {"behaviours": text}) == {"behaviours": None}
    assert read(Referral, {"behaviours": "none"}) == {"behaviours": frozenset()}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("worker", "call 212-555-0134"),
        ("distance_reason", "her uncle lives two streets away from the house and drinks a lot"),
        ("home_county", "12 Oak Street Springfield"),
        ("group_id", "Maria Lopez"),
        ("referral_id", "Maria Lopez"),
    ],
)
def test_what_may_tell_who_somebody_is_is_refused_and_not_repeated(name, text):
    with pytest.raises(InputError) as caught:
        read(Referral, {name: text})
    assert text not in caught.value.sentence()
    assert caught.value.message.startswith(fields_of(Referral)[name].label.capitalize())


def test_a_desk_may_have_a_work_number_and_nobody_else():
    assert read(Provider, {"contact": "intake desk 212-555-0134"})["contact"]
    with pytest.raises(InputError):
        read(Provider, {"agency": "Harbor 123-45-6789"})


def test_what_contradicts_itself_is_refused_and_only_if_it_was_touched():
    before = known_pool()
    after = dataclasses.replace(before, age_min=17, age_max=12)
    with pytest.raises(InputError, match="Youngest age"):
        fitting((before,), (after,), {"age_min"}, known_home())
    assert fitting((before,), (after,), {"pool_name"}, known_home()) == ()


def test_what_was_wrong_before_is_not_this_forms():
    before = known_pool(beds_accepting=9, beds_staffed=1)
    after = dataclasses.replace(before, beds_held=0)
    assert fitting((before,), (after,), {"beds_held"}, known_home()) == ()


def test_more_people_than_beds_is_told_and_kept():
    before = known_pool(beds_accepting=3, beds_occupied=2)
    after = dataclasses.replace(before, beds_accepting=1, beds_available=0)
    (note,) = fitting((before,), (after,), {"beds_accepting"}, known_home())
    assert "are more than 1 beds accepting" in note


def test_a_secret_place_is_not_made_public_by_one_answer():
    before = known_home(domestic_violence=True, confidential=True)
    after = dataclasses.replace(before, confidential=False)
    with pytest.raises(InputError, match="Confidential location"):
        fitting((before,), (after,), {"confidential"})


def test_dates_that_do_not_fit_together_are_told():
    after = known_referral(received_at=NOW, needed_by=day(-3))
    (note,) = fitting((), (after,), {"needed_by"})
    assert "needed before the referral was received" in note


def test_every_field_of_a_record_can_be_answered():
    for record in (Referral, Provider, BedPool):
        names = {field.name for field in dataclasses.fields(record)}
        missing = names - fields_of(record).keys()
        assert missing <= {"provider_id"}
