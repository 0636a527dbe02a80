"""Invented referrals: drawn from those who wait, the same each time, and nobody in person."""

from __future__ import annotations

import pytest

from matching.domain import words as w
from matching.domain.errors import InputError
from matching.domain.scenario import Surge
from matching.insight.scenario_people import INVENTED, surge
from tests.builders import FAR, HERE, NEAR, NOW, TODAY, ago, day, known_referral

WAITING = (
    known_referral("R1", group_id="G1", separate_from=frozenset({"t"}), age_years=12),
    known_referral(
        "R2",
        age_years=16,
        received_at=ago(days=2),
        needed_by=day(1),
        urgency=w.Urgency.PLANNED,
        vetoed_providers=frozenset({"P1"}),
        declined_by=None,
        preferred_providers=("P1",),
        worker="unit 1",
        avoid_counties=frozenset({FAR}),
        home_county=NEAR,
    ),
)


def test_the_same_surge_draws_the_same_people_and_a_larger_one_some_more():
    few, many = (surge(WAITING, Surge(n), 1, NOW) for n in (5, 40))
    assert few == surge(WAITING, Surge(5), 1, NOW)
    assert many[:5] == few
    assert {one.age_years for one in many} == {12, 16}
    assert surge(WAITING, Surge(40), 2, NOW) != many


def test_they_are_marked_as_invented_and_came_last():
    people = surge(WAITING, Surge(30), 1, NOW)
    assert len({one.referral_id for one in people}) == 30
    for one in people:
        assert one.referral_id.startswith(INVENTED)
        assert one.received_at == NOW
        assert one.data_origin is w.DataOrigin.SAMPLE


def test_what_belongs_to_one_person_is_not_copied():
    for one in surge(WAITING, Surge(30), 1, NOW):
        assert one.group_id is None
        assert one.worker is None
        assert one.separate_from == frozenset()
        assert one.vetoed_providers == frozenset()
        assert one.preferred_providers is None
        # What nobody has said stays unknown.
        assert one.declined_by == (None if one.age_years == 16 else frozenset())


def test_the_need_and_its_day_are_as_far_off_as_the_models():
    for one in surge(WAITING, Surge(30), 1, NOW):
        if one.age_years == 16:
            assert (one.needed_by, one.home_county) == (day(3), NEAR)
            assert one.avoid_counties == frozenset({FAR})
        else:
            assert (one.needed_by, one.home_county) == (TODAY, HERE)


@pytest.mark.parametrize(
    ("urgency", "needed"),
    [(w.Urgency.TONIGHT, TODAY), (w.Urgency.WITHIN_72_HOURS, day(3))],
)
def test_county_and_urgency_can_be_said_for_all(urgency, needed):
    for one in surge(WAITING, Surge(30, FAR, urgency), 1, NOW):
        assert (one.home_county, one.urgency, one.needed_by) == (FAR, urgency, needed)
        assert one.school_county is None
        assert one.avoid_counties == frozenset()


def test_a_day_that_nobody_knows_stays_unknown():
    waiting = (known_referral(received_at=None, needed_by=None),)
    (one,) = surge(waiting, Surge(1), 1, NOW)
    assert one.needed_by is None
    (planned,) = surge(WAITING[:1], Surge(1, urgency=w.Urgency.PLANNED), 1, NOW)
    assert planned.needed_by == TODAY


def test_a_name_that_is_taken_is_not_given_again():
    taken = known_referral(f"{INVENTED}1-0001")
    (one,) = surge((taken,), Surge(1), 1, NOW)
    assert one.referral_id == f"{INVENTED}1-0001'"


def test_nobody_waiting_gives_nobody():
    with pytest.raises(InputError):
        surge((), Surge(1), 1, NOW)
