from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from matching.domain import policy as policies
from matching.domain import words as w
from matching.insight.categories import (
    AGE_ORDER,
    NO_NEED,
    SEVERAL_NEEDS,
    UNKNOWN_WORD,
    age_band,
    needs,
    region,
    ways,
)
from tests.builders import HERE, MIAMI, NEAR, known_referral, problem, referral
from tests.engine.small import GENERAL
from tests.strategies import referrals


def sorted_into(one, policy=GENERAL):
    return {title: way(one) for title, way in ways(problem(), policy).items()}


@pytest.mark.parametrize(
    ("age", "band"),
    [(None, UNKNOWN_WORD), (0, "0 to 5"), (5, "0 to 5"), (6, "6 to 12"), (12, "6 to 12"),
     (13, "13 to 15"), (16, "16 to 17"), (17, "16 to 17"), (18, "18 to 20"), (24, "21 to 24"),
     (25, "25 and over"), (70, "25 and over")],
)  # fmt: skip
def test_age_bands(age, band):
    assert age_band(age) == band


def test_every_age_has_one_band_and_the_bands_stand_in_order():
    found = dict.fromkeys(age_band(age) for age in [*range(80), None])
    assert tuple(found) == AGE_ORDER


def test_of_whom_nothing_is_known_every_category_says_so():
    assert set(sorted_into(referral()).values()) == {UNKNOWN_WORD}


@given(referrals())
def test_everybody_has_one_category_of_every_kind(one):
    found = sorted_into(one)
    assert len(found) == 8
    assert all(found.values())


def test_the_type_is_the_least_restrictive_that_suits():
    both = frozenset({w.PlacementType.QRTP, w.PlacementType.SAFE_HAVEN})
    found = sorted_into(known_referral(acceptable_types=both))
    assert found["Placement type"] == "safe haven"
    nothing = sorted_into(known_referral(acceptable_types=frozenset()))
    assert nothing["Placement type"] == UNKNOWN_WORD


@pytest.mark.parametrize(
    ("facts", "need"),
    [
        ({}, NO_NEED),
        ({"mental_health_need": w.CareNeed.INPATIENT}, "mental health"),
        ({"mental_health_need": w.CareNeed.STANDARD}, NO_NEED),
        ({"substance_need": w.SubstanceNeed.DETOX}, "substance use"),
        ({"medically_fragile": True}, "medical"),
        ({"developmental_need": w.DevelopmentalNeed.SEVERE}, "developmental"),
        ({"children_with": 1}, "pregnant or parenting"),
        ({"access_needs": frozenset({w.Capability.WHEELCHAIR})}, "access"),
        ({"behaviours": frozenset({w.Behaviour.AGGRESSION})}, "behaviour"),
        ({"medically_fragile": True, "children_with": 1}, SEVERAL_NEEDS),
    ],
)
def test_a_need_is_named_and_several_are_one_category(facts, need):
    person = known_referral(**facts)
    assert sorted_into(person)["Need"] == need
    assert (len(needs(person)) > 1) is (need == SEVERAL_NEEDS)


def test_a_region_is_the_offices_own_and_the_state_where_it_draws_none():
    one, drawn = problem(), replace(GENERAL, regions={"South": frozenset({HERE})})
    assert region(one, drawn, HERE) == "South"
    assert region(one, drawn, NEAR) == one.geography.state_of(NEAR)
    assert region(one, drawn, MIAMI) == "FL"
    assert region(one, drawn, None) == region(one, drawn, "99999") == UNKNOWN_WORD


REGIONS = """
title = "Office"
extends = "florida"
[regions]
South = ["Miami-Dade County, FL", "12011"]
"""


def test_a_policy_file_draws_regions_by_name_or_code_and_they_change_no_plan():
    office = policies.parse(REGIONS, "office")
    assert office.regions == {"South": frozenset({"12086", "12011"})}
    assert office.region_of(MIAMI) == "South"
    without = replace(office, regions={})
    assert office.fingerprint() == without.fingerprint()
