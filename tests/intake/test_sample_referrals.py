"""The referrals of the sample: calibrated, and nothing contradicts itself."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime
from functools import cache

import pytest

from matching.domain import geography
from matching.domain import words as w
from matching.intake.sample import Sample, generate
from matching.intake.sample_calibration import value

AS_OF = datetime(2026, 11, 22, 22, 0, tzinfo=UTC)
LARGE = 4_000


@cache
def sample() -> Sample:
    return generate(11, 400, LARGE, as_of=AS_OF)


def known(name: str) -> list:
    return [v for r in sample().referrals if (v := getattr(r, name)) is not None]


def test_case_references_are_random_tokens():
    names = [r.referral_id for r in sample().referrals]
    assert len(set(names)) == LARGE
    assert all(re.fullmatch(r"R-[0-9A-Z]{6}", name) for name in names)


@pytest.mark.parametrize(
    ("field", "number"),
    [
        ("gender", "genders"), ("urgency", "urgency"), ("trafficking_type", "trafficking"),
        ("identification", "identification"), ("presence", "presence"),
        ("run_risk", "run_risk"), ("substance_need", "substance"),
        ("medical_need", "medical"), ("developmental_need", "developmental"),
        ("referral_source", "source"), ("languages", "languages"),
    ],
)  # fmt: skip
def test_values_are_in_their_shares(field, number):
    values = known(field)
    counts = Counter(values)
    for key, part in value(f"referrals.{number}").items():
        assert counts[key] / len(values) == pytest.approx(part, abs=0.025)


def test_most_are_girls_as_published():
    girls = {w.Gender.FEMALE, w.Gender.TRANS_FEMALE}
    genders = known("gender")
    part = sum(g in girls for g in genders) / len(genders)
    assert part == pytest.approx(value("referrals.female"), abs=0.015)


def test_most_are_between_12_and_17():
    ages = known("age_years")
    assert sum(12 <= age <= 17 for age in ages) / len(ages) == pytest.approx(0.74, abs=0.02)
    assert min(ages) >= 5
    assert max(ages) <= 40


def test_every_fact_is_unknown_for_a_few():
    for name in (
        "received_at", "urgency", "needed_by", "referral_source", "presence", "age_years",
        "days_to_birthday", "gender", "acceptable_settings", "trafficking_type",
        "identification", "run_risk", "recruitment_risk", "acceptable_types", "stay_days",
        "substance_need", "mental_health_need", "medical_need", "pregnant_parenting",
        "behaviours", "access_needs", "languages", "interpreter_ok", "icwa_status",
        "home_county", "avoid_counties", "funding", "vetoed_providers", "declined_by",
    ):  # fmt: skip
        unknown = 1 - len(known(name)) / LARGE
        assert 0.02 <= unknown <= 0.05, name


def test_pregnancy_and_children_agree():
    for one in sample().referrals:
        if one.pregnant_parenting is w.Parenting.PREGNANT:
            assert one.gender in (w.Gender.FEMALE, None)
            assert one.age_years is None or one.age_years >= 13
        if one.children_with:
            assert one.pregnant_parenting is w.Parenting.PARENTING
            assert one.age_years is None or one.age_years >= 15
        if one.pregnant_parenting is None:
            assert one.children_with is None
    found = {r.pregnant_parenting for r in sample().referrals}
    assert {w.Parenting.PREGNANT, w.Parenting.PARENTING} <= found


def test_trans_and_nonbinary_people_state_their_settings():
    others = [
        r.acceptable_settings
        for r in sample().referrals
        if r.gender in (w.Gender.TRANS_FEMALE, w.Gender.TRANS_MALE, w.Gender.NONBINARY)
        and r.acceptable_settings is not None
    ]
    assert len({frozenset(s) for s in others}) >= 4
    assert all(others)


def test_the_child_welfare_act_is_for_minors():
    for one in sample().referrals:
        if one.icwa_status in (w.IcwaStatus.YES, w.IcwaStatus.INQUIRY):
            assert one.age_years is None or one.age_years < 18
        if one.icwa_order is not None:
            assert one.icwa_status in (w.IcwaStatus.YES, None)
        if one.otip_status not in (w.OtipStatus.NONE, None):
            assert one.age_years is None or one.age_years < 18
    assert any(one.icwa_order for one in sample().referrals)


def test_adults_are_not_sent_to_foster_homes_and_children_not_to_adults():
    for one in sample().referrals:
        if one.age_years is None or one.acceptable_types is None:
            continue
        if one.age_years < 12:
            assert w.PlacementType.TRANSITIONAL not in one.acceptable_types
            assert w.PlacementType.EMERGENCY_SHELTER not in one.acceptable_types
        if one.age_years < 16:
            assert w.PlacementType.SUPERVISED_INDEPENDENT not in one.acceptable_types
        assert one.acceptable_types


def test_a_wished_type_is_one_that_suits():
    wished = [r for r in sample().referrals if r.preferred_types and r.acceptable_types]
    assert wished
    assert all(set(r.preferred_types) <= r.acceptable_types for r in wished)


def test_places_are_counties_of_the_region():
    geo = geography.load()
    for name in ("home_county", "school_county", "sibling_county"):
        assert {geo.state_of(fips) for fips in known(name)} <= geography.FICTIONAL_STATES
    for one in sample().referrals:
        if one.age_years is not None and one.age_years >= 18:
            assert one.school_county is None


def test_danger_lies_at_home_or_next_to_it():
    geo = geography.load()
    avoided = [
        (r.home_county, fips)
        for r in sample().referrals
        if r.home_county
        for fips in r.avoid_counties or ()
    ]
    assert 0.1 < len(avoided) / LARGE < 0.3
    miles = [float(geo.miles(geo.index[home], geo.index[fips])) for home, fips in avoided]
    assert min(miles) == 0
    assert 0 < max(miles) < 90


def test_named_providers_exist_and_are_near():
    homes = {p.provider_id: p for p in sample().providers}
    for name in ("vetoed_providers", "avoid_providers", "declined_by", "preferred_providers"):
        lists = [names for names in known(name) if names]
        assert lists, name
        assert all(one in homes for names in lists for one in names)
    geo = geography.load()
    for one in sample().referrals:
        for home in one.declined_by or ():
            if one.home_county:
                assert homes[home].state == geo.state_of(one.home_county)


def test_some_must_be_kept_from_somebody_who_lives_somewhere():
    residents = {t for p in sample().providers for t in p.resident_tokens or ()}
    held = Counter(t for r in sample().referrals for t in r.separate_from or ())
    shared = residents & held.keys()
    assert shared
    assert all(held[token] == 1 for token in shared)
    tied = {token: n for token, n in held.items() if token not in residents}
    assert set(tied.values()) == {2}


def test_groups_are_pairs():
    groups = Counter(r.group_id for r in sample().referrals if r.group_id)
    assert set(groups.values()) == {2}
    assert len(groups) == value("referrals.most_pairs")


def test_a_bed_is_not_needed_before_the_day():
    days = known("needed_by")
    assert min(days) >= AS_OF.date()
    for one in sample().referrals:
        if one.urgency is w.Urgency.TONIGHT and one.needed_by:
            assert one.needed_by == AS_OF.date()


def test_a_limit_has_a_reason():
    for one in sample().referrals:
        assert (one.max_distance_miles is None) == (one.distance_reason is None)
