"""Every field that keeps somebody safe is in the one table, with its direction."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.domain import words as w
from matching.domain.fields import FieldClass, class_of
from matching.domain.records import BedPool, Provider, Referral
from matching.services.safety_fields import SAFETY, Free, Guard, why_looser
from tests import strategies
from tests.builders import TODAY, ago, course, day

RECORDS = (Provider, BedPool, Referral)
GUARDED = {FieldClass.HARD, FieldClass.OVERRIDE}
F, M = w.Gender.FEMALE, w.Gender.MALE


def looser(record, name, before, after):
    return why_looser(record, name, before, after, TODAY)


def test_every_field_of_class_h_and_ho_is_classified():
    every = {
        (record, field.name)
        for record in RECORDS
        for field in dataclasses.fields(record)
        if class_of(record, field.name) in GUARDED
    }
    secret = {
        (Provider, name)
        for name in ("confidential", "victim_service_provider", "domestic_violence")
    }
    assert set(SAFETY) == every | secret


def test_every_entry_says_why():
    for entry in SAFETY.values():
        if isinstance(entry, Guard):
            assert entry.why[0].isupper()
            assert entry.why.endswith(".")
        else:
            assert entry.because


LOOSER = [
    (BedPool, "age_min", 12, 10),
    (BedPool, "age_max", 17, 18),
    (BedPool, "genders", frozenset({F}), frozenset({F, M})),
    (BedPool, "genders", frozenset({F}), frozenset({M})),
    (BedPool, "genders", frozenset({F}), None),
    (BedPool, "households", frozenset({w.Household.ALONE}), frozenset(w.Household)),
    (BedPool, "reserved_for", frozenset({w.Identification.VERIFIED}), frozenset()),
    (BedPool, "beds_licensed", 4, 5),
    (BedPool, "beds_licensed", 4, None),
    (BedPool, "beds_occupied", 2, None),
    (BedPool, "beds_available", 0, None),
    (BedPool, "available_from", day(3), None),
    (BedPool, "as_of", ago(hours=1), ago(hours=2)),
    (BedPool, "gender_lock", F, None),
    (BedPool, "gender_lock", F, M),
    (BedPool, "age_spread_max", 3, 4),
    (BedPool, "age_spread_max", 3, None),
    (Provider, "excludes", frozenset({w.Exclusion.AGGRESSION}), frozenset()),
    (Provider, "licence_expires", day(-1), day(0)),
    (Provider, "licence_expires", day(30), None),
    (Provider, "licence_status", w.LicenceStatus.REVOKED, w.LicenceStatus.ACTIVE),
    (Provider, "licence_status", w.LicenceStatus.ACTIVE, w.LicenceStatus.NOT_REQUIRED),
    (Provider, "certificate", w.Certificate.NONE, w.Certificate.SAFE_HOUSE),
    (Provider, "certificate_expires", day(-9), day(9)),
    (Provider, "background_check", w.BackgroundCheck.PENDING, w.BackgroundCheck.CLEAR),
    (Provider, "background_check", w.BackgroundCheck.EXPIRED, None),
    (Provider, "confidential", True, False),
    (Provider, "confidential", True, None),
    (Provider, "domestic_violence", True, False),
    (Provider, "victim_service_provider", True, None),
    (Provider, "compromised_until", day(5), None),
    (Provider, "compromised_until", day(5), day(4)),
    (Provider, "compromise_cleared", False, True),
    (Provider, "compromise_cleared", None, True),
    (Provider, "run_tolerance", w.Level.LOW, w.Level.MEDIUM),
    (Provider, "run_tolerance", w.Level.MEDIUM, None),
    (Provider, "licensed_capacity", 4, 6),
    (Provider, "staff_ratio", 4, 5),
    (Provider, "high_acuity_limit", 1, 2),
    (Provider, "foster_cap_exception", False, True),
    (Provider, "resident_tokens", frozenset({"C-1", "C-2"}), frozenset({"C-1"})),
    (Provider, "placement_type", w.PlacementType.SAFE_HOUSE, w.PlacementType.FOSTER_HOME),
    (Provider, "trainings", (course(),), (dataclasses.replace(course(), expires=None),)),
    (Provider, "trainings", (), None),
    (Referral, "run_risk", w.Level.HIGH, w.Level.LOW),
    (Referral, "separate_from", frozenset({"C-1"}), frozenset()),
    (Referral, "vetoed_providers", frozenset({"P1"}), None),
    (Referral, "group_id", "G1", None),
    (Referral, "group_id", "G1", "G2"),
    (Referral, "pregnant_parenting", w.Parenting.PREGNANT, w.Parenting.NONE),
    (Referral, "medical_need", w.CareNeed.INTENSIVE, w.CareNeed.STANDARD),
    (Referral, "max_distance_miles", 50, None),
]
NOT_LOOSER = [
    (BedPool, "age_min", 10, 12),
    (BedPool, "age_max", 18, 17),
    (BedPool, "age_min", None, 0),
    (BedPool, "genders", frozenset({F, M}), frozenset({F})),
    (BedPool, "genders", frozenset(w.Gender), None),
    (BedPool, "genders", None, frozenset(w.Gender)),
    (BedPool, "reserved_for", frozenset(), frozenset({w.Identification.VERIFIED})),
    (BedPool, "beds_available", 0, 5),
    (BedPool, "beds_available", 2, None),
    (BedPool, "beds_occupied", 4, 0),
    (BedPool, "available_from", day(-3), None),
    (BedPool, "as_of", ago(hours=2), ago(hours=1)),
    (BedPool, "as_of", ago(hours=2), None),
    (BedPool, "gender_lock", None, F),
    (Provider, "licence_expires", day(30), day(400)),
    (Provider, "licence_expires", None, day(400)),
    (Provider, "licence_expires", day(30), day(-1)),
    (Provider, "licence_status", w.LicenceStatus.ACTIVE, None),
    (Provider, "background_check", None, w.BackgroundCheck.CLEAR),
    (Provider, "background_check", w.BackgroundCheck.EXPIRED, w.BackgroundCheck.PENDING),
    (Provider, "certificate", w.Certificate.SAFE_HOUSE, w.Certificate.NONE),
    (Provider, "confidential", False, True),
    (Provider, "confidential", False, None),
    (Provider, "compromised_until", day(-5), None),
    (Provider, "compromised_until", day(5), day(6)),
    (Provider, "run_tolerance", w.Level.HIGH, None),
    (Provider, "trainings", (), (course(),)),
    (Provider, "trainings", (course(ends=day(-1)),), (course(ends=day(300)),)),
    (Provider, "trainings", tuple(course(one) for one in w.Course), None),
    (Provider, "name", "Oak", None),
    (Provider, "capabilities", frozenset(), frozenset(w.Capability)),
    (Referral, "run_risk", w.Level.LOW, w.Level.HIGH),
    (Referral, "group_id", None, "G1"),
    (Referral, "funding", frozenset(), frozenset(w.Funding)),
]


@pytest.mark.parametrize(("record", "name", "before", "after"), LOOSER)
def test_these_changes_loosen_safety(record, name, before, after):
    said = looser(record, name, before, after)
    assert said is not None
    assert said.endswith(".")


@pytest.mark.parametrize(("record", "name", "before", "after"), NOT_LOOSER)
def test_these_changes_do_not(record, name, before, after):
    assert looser(record, name, before, after) is None


def test_every_guard_can_be_loosened_by_an_example_or_by_forgetting():
    shown = {(record, name) for record, name, _, _ in LOOSER}
    for (record, name), entry in SAFETY.items():
        if isinstance(entry, Guard) and (record, name) not in shown:
            values = strategies.field_strategies(record)[name]
            assert any(entry.way.barred(value, TODAY) for value in _some(values)), (
                f"{record.__name__}.{name} never bars anybody"
            )


def _some(strategy):
    drawn = []

    @given(strategy)
    @settings(max_examples=60, database=None)
    def draw(value):
        drawn.append(value)

    draw()
    return drawn


def test_what_becomes_unknown_is_said_to_be_asked_about_or_ruled_out_no_more():
    asked = looser(BedPool, "genders", frozenset({F}), None)
    assert asked.endswith("what was ruled out before is only asked about.")
    opened = looser(BedPool, "age_spread_max", 3, None)
    assert opened.endswith("nothing is ruled out by it any more.")


@pytest.mark.parametrize("place", sorted(SAFETY, key=lambda one: (one[0].__name__, one[1])))
@given(data=st.data())
@settings(max_examples=12)
def test_no_change_loosens_nothing_and_filling_in_is_news(place, data):
    record, name = place
    value = data.draw(strategies.field_strategies(record)[name])
    assert looser(record, name, value, value) is None
    if name != "compromise_cleared":
        assert looser(record, name, None, value) is None


DIRECTED = [
    place
    for place, entry in SAFETY.items()
    if isinstance(entry, Guard)
    and place[1]
    in {"age_min", "age_max", "licensed_capacity", "staff_ratio", "run_tolerance",
        "age_spread_max", "high_acuity_limit", "beds_licensed", "licence_status", "run_risk"}
]  # fmt: skip


@pytest.mark.parametrize("place", DIRECTED)
@given(data=st.data())
@settings(max_examples=25)
def test_of_two_different_values_one_way_loosens_and_the_other_does_not(place, data):
    record, name = place
    values = strategies.field_strategies(record)[name]
    one, other = data.draw(values), data.draw(values)
    there, back = looser(record, name, one, other), looser(record, name, other, one)
    assert (there is None) == (back is not None) or (one == other and there is back is None)


def test_a_field_that_protects_nobody_says_so():
    free = {place for place, entry in SAFETY.items() if isinstance(entry, Free)}
    assert (Provider, "funding") in free
    assert (BedPool, "genders") not in free


def test_a_day_that_ends_today_still_counts():
    assert looser(Provider, "licence_expires", TODAY, TODAY + timedelta(days=9)) is None
    assert looser(Provider, "compromised_until", TODAY, None) is not None
