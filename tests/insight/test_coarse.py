"""What is left of a case counts as before, and says as little as that needs."""

from __future__ import annotations

import dataclasses
from zoneinfo import ZoneInfo

from hypothesis import given, settings

from matching.domain import geography
from matching.domain import policy as policies
from matching.engine.problem import build
from matching.insight.categories import needs, ways
from matching.insight.coarse import coarse, noon
from tests import strategies
from tests.builders import NOW, known_home, known_pool

ZONE = ZoneInfo("America/New_York")
WHERE = geography.load()
DRAWN = policies.parse(
    'extends = "general"\n[regions]\nSouth = ["Miami-Dade County, FL", "Broward County, FL"]\n',
    "drawn",
)
PROBLEM = build([], [known_home("P1")], [known_pool("P1")], NOW, WHERE)
#: All that may be left; a new field of a referral is dropped until somebody says otherwise.
LEFT = {
    "referral_id",
    "received_at",
    "urgency",
    "age_years",
    "gender",
    "trafficking_type",
    "acceptable_types",
    "home_county",
    "mental_health_need",
    "substance_need",
    "medical_need",
    "developmental_need",
    "pregnant_parenting",
    "access_needs",
    "behaviours",
    "data_origin",
}


@given(strategies.referrals())
@settings(max_examples=150)
def test_every_count_but_that_by_county_stays(referral):
    for policy in (policies.load("general"), DRAWN):
        left = coarse(referral, "new", policy, WHERE, ZONE)
        for title, way in ways(PROBLEM, policy).items():
            if title != "County":
                assert way(left) == way(referral), title
        assert needs(left) == needs(referral)
        if referral.received_at is not None:
            days = (one.received_at.astimezone(ZONE).date() for one in (left, referral))
            assert len(set(days)) == 1


@given(strategies.referrals(), strategies.referrals())
@settings(max_examples=100)
def test_it_cannot_be_told_from_others_that_count_alike(one, other):
    policy = policies.load("general")

    def counted(referral):
        day = referral.received_at and noon(referral.received_at, ZONE)
        told = ways(PROBLEM, policy)
        del told["County"]
        said = tuple(way(referral) for way in told.values())
        return said, needs(referral), day, referral.data_origin

    # The same kind of place, but one stands for all that are as little restrictive.
    left = [coarse(x, "new", policy, WHERE, ZONE) for x in (one, other)]
    if counted(one) == counted(other):
        assert left[0] == left[1]


@given(strategies.referrals())
def test_nothing_else_is_left(referral):
    left = coarse(referral, "new", policies.load("general"), WHERE, ZONE)
    kept = {f.name for f in dataclasses.fields(left) if getattr(left, f.name) is not None}
    assert kept <= LEFT
    assert left.referral_id == "new"
    assert coarse(left, "new", policies.load("general"), WHERE, ZONE) == left
