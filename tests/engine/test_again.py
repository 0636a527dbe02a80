"""Decisions by people in a plan, and making it again under others."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.domain.errors import ChoiceError
from matching.domain.rulebook import Kind
from matching.engine.choices import NO_CHOICES, Choices, Seat, Waiver
from matching.engine.plan import Status
from matching.engine.solution import Method
from matching.engine.solve import again, solve, work_out
from tests.builders import known_home, known_pool, known_referral, problem
from tests.engine.small import (
    GENERAL,
    Ranking,
    assignments,
    named,
    places_of,
    policies,
    problems,
    records,
)

FEW = settings(max_examples=25, deadline=None)


def _seat(one, i, j):
    return Seat(one.referral_ids[i], *one.pool_keys[j])


def _some_pair(data, solution):
    k = data.draw(st.integers(0, len(solution.pairs) - 1))
    return int(solution.pairs.referral[k]), int(solution.pairs.pool[k])


@FEW
@given(problems(), policies(), st.data())
def test_a_forced_place_is_used_and_all_else_is_best(one, policy, data):
    free = work_out(one, policy)
    if len(free.pairs) == 0:
        return
    i, j = _some_pair(data, free)
    plan = solve(one, policy, choices=Choices(forced=frozenset({_seat(one, i, j)})))
    ranking = Ranking(one, policy)
    places = places_of(one, plan)
    every = [p for p in assignments(one, policy) if p[i] == j]
    assert places[i] == j
    assert ranking.free_key(places) == min(map(ranking.free_key, every))
    assert plan.status is Status.OPTIMAL
    assert plan.choices_fingerprint != free.plan.choices_fingerprint


@FEW
@given(problems(), policies(), st.data())
def test_a_forbidden_place_is_not_used_and_all_else_is_best(one, policy, data):
    free = work_out(one, policy)
    if len(free.plan.referral) == 0:
        return
    k = data.draw(st.integers(0, len(free.plan.referral) - 1))
    i, j = int(free.plan.referral[k]), int(free.plan.pool[k])
    plan = solve(one, policy, choices=Choices(forbidden=frozenset({_seat(one, i, j)})))
    ranking = Ranking(one, policy)
    every = [p for p in assignments(one, policy) if p[i] != j]
    assert ranking.free_key(places_of(one, plan)) == min(map(ranking.free_key, every))


@FEW
@given(problems(), policies(), st.data())
def test_a_rule_waived_for_everybody_is_a_rule_switched_off(one, policy, data):
    code = data.draw(st.sampled_from([c for c, s in policy.rules.items() if s.waiver_role]))
    assert policy.rules[code].kind is Kind.POLICY
    waived = frozenset(Waiver(name, code) for name in one.referral_ids)
    plan = solve(one, policy, choices=Choices(waived=waived), salt="s")
    other = solve(one, policy.with_rule(code, on=False), salt="s")
    ranking = Ranking(one, policy)
    assert ranking.counts(places_of(one, plan)) == ranking.counts(places_of(one, other))


@FEW
@given(records(tied=True), policies())
def test_groups_that_may_be_split_are_no_groups(parts, policy):
    people, homes, beds = parts
    one = problem(people, homes, beds)
    groups = frozenset(r.group_id for r in people if r.group_id)
    plan = solve(one, policy, choices=Choices(split=groups))
    loose = problem([replace(r, group_id=None) for r in people], homes, beds)
    assert named(one, plan) == named(loose, solve(loose, policy))


def _same(one, other):
    assert np.array_equal(one.chosen, other.chosen)
    assert np.array_equal(one.goal.standing, other.goal.standing)
    parts = [
        [(p.members.tolist(), p.method, p.more, p.gap) for p in s.parts] for s in (one, other)
    ]
    assert parts[0] == parts[1]
    left, right = (replace(s.plan, seconds={}) for s in (one, other))
    for name in ("referral", "pool", "cost", "unknown"):
        assert np.array_equal(getattr(left, name), getattr(right, name))
    assert (left.tiers, left.status, left.objective) == (
        right.tiers,
        right.status,
        right.objective,
    )
    assert left.choices_fingerprint == right.choices_fingerprint


@settings(max_examples=40, deadline=None)
@given(problems(people=6, pools=6, tied=True), policies(), st.data())
def test_again_gives_what_a_whole_run_gives(one, policy, data):
    before = work_out(one, policy, salt="s")
    choices = NO_CHOICES
    for _ in range(2):
        if len(before.pairs) == 0:
            return
        i, j = _some_pair(data, before)
        kind = data.draw(st.sampled_from(["forbidden", "calling", "split", "waived", "none"]))
        seat = _seat(one, i, j)
        change = {
            "forbidden": {"forbidden": {seat}},
            "calling": {"calling": {seat}},
            "split": {"split": {"F1"}},
            "waived": {"waived": {Waiver(seat.referral_id, "distance")}},
            "none": {},
        }[kind]
        choices = choices.and_(**change)
        after = again(before, choices)
        _same(after, work_out(one, policy, salt="s", choices=choices))
        before = after
    _same(again(before, NO_CHOICES), work_out(one, policy, salt="s"))


def _two_towns():
    homes = [known_home("P1"), known_home("P2", county="13121"), known_home("P3")]
    return problem(
        [
            known_referral("R1"),
            known_referral("R2", home_county="13121"),
            known_referral("R3"),
        ],
        homes,
        [known_pool(h.provider_id, beds_available=1) for h in homes],
    )


def test_untouched_parts_are_taken_over_as_they_are():
    before = work_out(_two_towns(), GENERAL)
    assert len(before.parts) >= 1
    untouched = again(before, NO_CHOICES)
    assert [a is b for a, b in zip(before.parts, untouched.parts, strict=True)] == [
        True for _ in before.parts
    ]


def test_two_decisions_that_cannot_be_had_together_are_refused():
    one = problem(
        [known_referral("R1"), known_referral("R2")],
        [known_home("P1")],
        [known_pool("P1", beds_available=1)],
    )
    both = Choices(forced=frozenset({Seat("R1", "P1"), Seat("R2", "P1")}))
    with pytest.raises(ChoiceError) as caught:
        solve(one, GENERAL, choices=both)
    assert "Nothing was changed" in caught.value.message
    assert caught.value.next_step


@FEW
@given(problems(people=6, pools=6, tied=True), policies())
def test_an_executor_gives_the_same_plan(one, policy):
    with ThreadPoolExecutor(2) as pool:
        _same(work_out(one, policy, executor=pool), work_out(one, policy))


@FEW
@given(problems(people=6, pools=6, tied=True), policies())
def test_parts_hold_everybody_with_a_pair_once(one, policy):
    solution = work_out(one, policy)
    inside = [k for part in solution.parts for k in part.members.tolist()]
    assert sorted(inside) == sorted(set(solution.pairs.referral.tolist()))
    label = solution.part_of()
    home = one.pools.provider[solution.pairs.pool]
    for provider in np.unique(home):
        assert len(set(label[solution.pairs.referral[home == provider]].tolist())) == 1
    assert (label >= 0).sum() == len(inside)
    for part in solution.parts:
        touched = solution.ties.bound(solution.pairs)[part.members].any()
        assert (part.method is Method.FLOW) == (not touched)
