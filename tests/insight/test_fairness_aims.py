"""What an aim does is the difference of two plans: with it, and without it."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from matching.domain import words as w
from matching.engine.choices import Choices, Seat
from matching.engine.effort import Effort
from matching.engine.solve import solve, work_out
from matching.insight.fairness import fare, plan_outcome
from matching.insight.fairness_aims import (
    SECONDS,
    Aim,
    Kind,
    _each,
    aims_of,
    effect,
    effects,
    matters,
    without,
)
from matching.insight.fairness_groups import groupings
from tests.builders import NEAR, ago, known_home, known_pool, known_referral, problem
from tests.engine.sample import sample_solution
from tests.engine.small import FLORIDA, GENERAL, policies, problems

WAITING = Aim(Kind.WAITING, "", "Longest wait first")
PRIORITY = Aim(Kind.PRIORITY, "", "Priority")


def by_kind(policy, kind, code=""):
    return next(one for one in aims_of(policy) if (one.kind, one.code) == (kind, code))


def test_every_aim_of_the_policy_is_listed_once_in_order():
    aims = aims_of(GENERAL)
    assert [one.kind for one in aims[:3]] == [Kind.PRIORITY, Kind.WAITING, Kind.ICWA]
    weights = {c: s.weight for c, s in GENERAL.preferences.items() if s.weight}
    assert [one.code for one in aims[3:]] == list(weights)
    assert all(one.title for one in aims)


def test_what_the_policy_does_not_follow_is_no_aim():
    order = replace(GENERAL.ordering, icwa=False, tiers=(w.Urgency.TONIGHT,))
    faith = replace(GENERAL.preferences["faith"], weight=0)
    other = replace(
        GENERAL, ordering=order, preferences={**GENERAL.preferences, "faith": faith}
    )
    assert {one.kind for one in aims_of(other)} == {Kind.WAITING, Kind.PREFERENCE}
    assert "faith" not in {one.code for one in aims_of(other)}


@pytest.mark.parametrize("policy", [GENERAL, FLORIDA], ids=["general", "florida"])
def test_without_an_aim_nothing_else_of_the_policy_changes(policy):
    for aim in aims_of(policy):
        other = without(policy, aim)
        assert other != policy
        assert other.rules == policy.rules
        left = [one for one in aims_of(policy) if one not in aims_of(other)]
        assert left == ([] if aim.kind is Kind.WAITING else [aim])


@settings(max_examples=3, deadline=None)
@given(problems(), policies())
def test_an_effect_is_the_difference_of_two_plans(one, policy):
    solution = work_out(one, policy)
    groups = groupings(one, policy)
    for found in effects(solution, groups).found:
        other = solve(one, without(policy, found.aim), salt=solution.plan.salt)
        if not found.solved:
            assert (
                other.place_of(one.size[0]).tolist()
                == solution.plan.place_of(one.size[0]).tolist()
            )
        before = solution.plan.place_of(one.size[0])
        after = other.place_of(one.size[0])
        assert found.all.more == int((before >= 0).sum() - (after >= 0).sum())
        for (title, lines), grouping in zip(found.groups, groups, strict=True):
            assert title == grouping.title
            for line in lines:
                mine = grouping.inside(line.name)
                assert line.more == int((before[mine] >= 0).sum() - (after[mine] >= 0).sum())
                both = mine & (before >= 0) & (after >= 0)
                assert line.moved == int((before[both] != after[both]).sum())
            assert sum(line.more for line in lines) == found.all.more


def test_longest_wait_decides_who_gets_the_only_bed():
    people = [
        known_referral("R1", age_years=14, received_at=ago(hours=5)),
        known_referral("R2", age_years=16, received_at=ago(hours=90), home_county=NEAR),
    ]
    solution = work_out(problem(people, known_home(), known_pool(beds_available=1)), GENERAL)
    groups = groupings(solution.problem, solution.policy)
    found = {one.aim.kind: one for one in effects(solution, groups).found if not one.aim.code}
    age = dict(found[Kind.WAITING].groups)["Age"]
    assert [(one.name, one.more) for one in age] == [("13 to 15", -1), ("16 to 17", 1)]
    assert found[Kind.WAITING].solved
    assert found[Kind.WAITING].proven
    assert not found[Kind.PRIORITY].solved
    assert not found[Kind.ICWA].solved
    assert found[Kind.PRIORITY].all.more == found[Kind.PRIORITY].all.moved == 0


def test_distance_sends_people_to_the_nearer_place():
    people = [known_referral("R1"), known_referral("R2", home_county=NEAR, age_years=16)]
    homes = [known_home("P1", county=NEAR, faith_character=None), known_home("P2")]
    beds = [known_pool(one.provider_id, beds_available=1) for one in homes]
    solution = work_out(problem(people, homes, beds), GENERAL)
    aim = by_kind(GENERAL, Kind.PREFERENCE, "distance")
    assert matters(solution, aim)
    other = work_out(solution.problem, without(GENERAL, aim), salt=solution.plan.salt)
    found = effect(solution, other, aim, groupings(solution.problem, GENERAL))
    everybody = np.ones(2, dtype=bool)
    assert found.all.with_it == fare(plan_outcome(solution), everybody)
    assert found.all.left_out == fare(plan_outcome(other), everybody)
    assert found.all.with_it.travel.mean == 0


def test_decisions_stay_in_force_when_an_aim_is_left_out():
    people = [known_referral("R1", received_at=ago(hours=90)), known_referral("R2")]
    one = problem(people, known_home(), known_pool(beds_available=1))
    choices = Choices(forbidden=frozenset({Seat("R1", "P1")}))
    solution = work_out(one, GENERAL, choices=choices)
    for found in effects(solution, groupings(one, GENERAL)).found:
        assert found.all.more == 0
        assert found.all.left_out.placed == 1
    free = effects(work_out(one, GENERAL), groupings(one, GENERAL)).found
    assert [found.all.left_out.placed for found in free] == [1] * len(free)


def test_stopped_it_keeps_what_was_found():
    solution = sample_solution(60, 30)
    groups = groupings(solution.problem, solution.policy)
    told: list[str] = []
    effort = Effort(stopped=lambda: len(told) >= 2)
    some = effects(solution, groups, progress=told.append, effort=effort)
    every = effects(solution, groups, progress=told.append)
    assert told[0] == f"Priority (1 of {len(every.found)})"
    assert len(some.found) == 2
    assert [one.aim for one in some.found] + list(some.untried) == [
        one.aim for one in every.found
    ]
    assert every.untried == ()
    assert some.found[0].groups == every.found[0].groups


def test_one_plan_never_takes_all_the_time():
    assert _each(Effort()).seconds == SECONDS
    assert 3 < _each(Effort(4.0)).seconds <= 4
    assert _each(Effort(900.0)).seconds == SECONDS
    assert _each(Effort(900.0, lambda: True)).left() == 0
