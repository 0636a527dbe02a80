"""What lapses, when it stops counting, and what that would cost, by solving again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.domain import geography
from matching.domain import words as w
from matching.domain.scenario import LapseLicence, Paper
from matching.engine.choices import Choices, Seat
from matching.engine.problem import build
from matching.engine.solve import work_out
from matching.insight.edits import Edit, solved_with
from matching.insight.lapses import (
    HORIZONS,
    Ending,
    alone,
    cost_within,
    each_alone,
    endings,
    sooner,
)
from matching.insight.scenario import tried
from tests.builders import (
    TODAY,
    course,
    day,
    home,
    known_home,
    known_pool,
    known_referral,
    problem,
)
from tests.engine.small import GENERAL, named, problems

FEW = settings(max_examples=10, deadline=None)
SOFT = GENERAL.with_rule("licence", parameters={"grace_days": 10})


def whats(found):
    return {one.what: one.ends for one in found}


def test_every_end_is_found_of_several_caregivers_the_earliest():
    one = known_home(
        licence_expires=day(20),
        certificate_expires=day(40),
        trainings=(course(ends=day(60)), course(ends=day(50)), course(w.Course.COMPLEX_TRAUMA)),
    )
    assert whats(endings(one, GENERAL)) == {
        Paper.LICENCE: day(20),
        Paper.CERTIFICATE: day(40),
        w.Course.TRAFFICKING: day(50),
        w.Course.COMPLEX_TRAUMA: day(365),
    }


def test_an_end_that_nobody_has_said_is_listed_as_unknown():
    one = known_home(
        licence_expires=None,
        certificate_expires=None,
        trainings=(course(), replace(course(), expires=None)),
    )
    found = [(e.what, e.ends) for e in endings(one, GENERAL)]
    assert found == [
        (Paper.LICENCE, None),
        (Paper.CERTIFICATE, None),
        (w.Course.TRAFFICKING, day(365)),
        (w.Course.TRAFFICKING, None),
    ]
    for e in endings(one, GENERAL):
        if e.ends is None:
            assert not e.lapses_within(90, TODAY)
            assert not e.lapsed(TODAY)


def test_what_nobody_knows_or_needs_is_told_apart():
    assert whats(endings(home(), GENERAL)) == {Paper.LICENCE: None, w.Course.TRAFFICKING: None}
    safe = home(placement_type=w.PlacementType.SAFE_HOUSE, trainings=())
    assert whats(endings(safe, GENERAL)) == {Paper.LICENCE: None, Paper.CERTIFICATE: None}
    none = known_home(
        licence_status=w.LicenceStatus.NOT_REQUIRED,
        certificate=w.Certificate.NONE,
        trainings=(),
    )
    assert endings(none, GENERAL) == ()


@pytest.mark.parametrize(
    ("ends", "within", "lapsed"),
    [
        (day(-11), False, True),
        (day(-10), True, False),  # today is the last day of grace
        (day(19), True, False),
        (day(20), False, False),  # it still counts in thirty days
        (day(300), False, False),
    ],
)
def test_days_of_grace_count(ends, within, lapsed):
    (licence, *_) = endings(known_home(licence_expires=ends, trainings=()), SOFT)
    assert licence.lapses_within(30, TODAY) is within
    assert licence.lapsed(TODAY) is lapsed


@pytest.mark.parametrize("days", HORIZONS)
def test_what_lapses_counts_today_and_not_on_that_day(days):
    one = Ending("P1", Paper.LICENCE, day(days - 1), day(days - 1))
    assert one.lapses_within(days, TODAY)
    assert not Ending("P1", Paper.LICENCE, day(days), day(days)).lapses_within(days, TODAY)


def later(one, days):
    """The same office so many days later; only what it holds ends on the same day."""
    more = timedelta(days=days)

    def moved(value):
        return None if value is None else value + more

    return build(
        [
            replace(r, received_at=moved(r.received_at), needed_by=moved(r.needed_by))
            for r in one.referral_records
        ],
        [
            replace(p, compromised_until=moved(p.compromised_until))
            for p in one.provider_records
        ],
        [
            replace(b, as_of=moved(b.as_of), available_from=moved(b.available_from))
            for b in one.pool_records
        ],
        one.as_of + more,
        geography.load(),
    )


@FEW
@given(problems(people=5, pools=5, tied=True), st.sampled_from(HORIZONS), st.data())
def test_a_day_ahead_is_that_day_with_all_else_as_it_is(one, days, data):
    ends = st.sampled_from([None, *(day(n) for n in (-1, 0, 29, 30, 59, 60, 89, 90, 200))])
    homes = [
        replace(p, licence_expires=data.draw(ends), certificate_expires=data.draw(ends))
        for p in one.provider_records
    ]
    one = problem(one.referral_records, homes, one.pool_records)
    solution = work_out(one, GENERAL, salt="s")
    then = later(one, days)
    expected = work_out(then, GENERAL, salt="s")
    edit = Edit(providers=tuple(sooner(p, days) for p in one.provider_records))
    found = solved_with(solution, edit)
    assert named(found.problem, found.plan) == named(then, expected.plan)
    cost = cost_within(solution, days)
    assert cost.fewer == len(solution.plan.referral) - len(expected.plan.referral)
    assert len(cost.difference.lost) - len(cost.difference.gained) == cost.fewer


@FEW
@given(problems(people=5, pools=4, tied=True), st.data())
def test_each_provider_alone_is_solved_again(one, data):
    ends = st.sampled_from([day(5), day(50), day(200)])
    homes = [
        replace(p, licence_expires=data.draw(ends), certificate_expires=data.draw(ends))
        for p in one.provider_records
    ]
    solution = work_out(
        problem(one.referral_records, homes, one.pool_records), GENERAL, salt="s"
    )
    found = each_alone(solution, 60)
    assert found.left == ()
    for single in found.found:
        (record,) = [p for p in homes if p.provider_id == single.provider_id]
        after = solved_with(solution, Edit(providers=(sooner(record, 60),)))
        assert single.fewer == len(solution.plan.referral) - len(after.plan.referral)
    numbers = [single.fewer for single in found.found]
    assert numbers == sorted(numbers, reverse=True)


HOMES = (
    known_home("P1", licence_expires=day(10)),
    known_home("P2", trainings=(course(ends=day(45)),)),
    known_home("P3", certificate_expires=day(80)),
    known_home("P4"),
)
POOLS = tuple(known_pool(one.provider_id, beds_available=1) for one in HOMES)
PEOPLE = tuple(known_referral(f"R{k}", behaviour_managed_confirmed=False) for k in range(1, 6))


@pytest.fixture
def solution():
    return work_out(problem(PEOPLE, HOMES, POOLS), GENERAL, salt="s")


def test_places_lost_grow_with_the_days(solution):
    assert [cost_within(solution, days).fewer for days in (0, *HORIZONS)] == [0, 1, 2, 3]


def test_each_alone_costs_its_own_and_who_holds_on_is_not_listed(solution):
    found = each_alone(solution, 90)
    assert {one.provider_id: one.fewer for one in found.found} == {"P1": 1, "P2": 1, "P3": 1}
    lapse = tried(solution, (LapseLicence("P1"),))
    mine = alone(solution, HOMES[0], 90)
    assert [move.referral_id for move in mine.cost.difference.lost] == [
        move.referral_id for move in lapse.difference.lost
    ]


def test_a_provider_that_the_plan_does_not_use_costs_nothing_unsolved():
    crowd = work_out(problem(PEOPLE[:1], HOMES[:2], POOLS[:2]), GENERAL, salt="s")
    (used,) = {home for home, _ in named(crowd.problem, crowd.plan).values()}
    costs = {one.provider_id: one.cost for one in each_alone(crowd, 90).found}
    (other,) = set(costs) - {used}
    assert costs[other] is None
    assert costs[used].fewer == 0  # the other bed is free


def test_a_certificate_that_ends_may_open_a_place_of_another_type():
    people = [
        known_referral(
            identification=w.Identification.AT_RISK,
            acceptable_types=frozenset({w.PlacementType.FOSTER_HOME}),
        )
    ]
    one = work_out(problem(people, HOMES[2], POOLS[2]), GENERAL, salt="s")
    assert len(one.plan.referral) == 0
    (found,) = each_alone(one, 90).found
    assert found.cost is not None
    assert found.fewer == -1


def test_it_can_be_stopped_and_says_who_was_not_tried(solution):
    told: list[str] = []
    found = each_alone(solution, 90, progress=told.append, stop=lambda: len(told) >= 2)
    assert len(found.found) == 1
    assert len(found.left) == 2
    assert told[0].startswith("1 of 3: ")


def test_a_chosen_place_that_lapses_is_dropped_and_named():
    forced = Choices(forced=frozenset({Seat("R1", "P1")}))
    one = work_out(problem(PEOPLE, HOMES, POOLS), GENERAL, salt="s", choices=forced)
    cost = cost_within(one, 30)
    assert cost.dropped == (Seat("R1", "P1"),)
    assert cost.fewer == 1
