"""First come, first served: by definition, place by place, and what it keeps."""

import hashlib
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from matching.domain import words as w
from matching.domain.errors import EngineError, MatchingError
from matching.engine import first_come as module
from matching.engine import pricing as pricing_module
from matching.engine.choices import NO_CHOICES, Choices, Seat
from matching.engine.first_come import first_come
from matching.engine.solve import work_out
from matching.engine.verify import verify
from tests.builders import ago, known_home, known_pool, known_referral, problem
from tests.engine.crowds import decisions
from tests.engine.sample import sample_solution
from tests.engine.small import (
    GENERAL,
    Ranking,
    full,
    options,
    policies,
    problems,
    with_group,
)
from tests.engine.ties import keeps_ties, kept_together

SOME = settings(max_examples=10, deadline=None)


def in_turn(one, policy, salt, choices):
    """Groups and single people by the first of them to be received, then by lot."""
    groups = kept_together(one, policy, choices)
    inside = {i for members in groups for i in members}
    units = [list(m) for m in groups] + [[i] for i in range(one.size[0]) if i not in inside]

    def key(members):
        people = [one.referral_records[i] for i in members]
        known = [p.received_at.timestamp() for p in people if p.received_at is not None]
        name = min(p.referral_id for p in people)
        lot = hashlib.sha256(f"{salt} {name}".encode()).hexdigest()
        return (not known, min(known, default=0), lot)

    return sorted(units, key=key)


def by_definition(one, policy, plan, choices=NO_CHOICES):
    """Serve everybody in turn by trying all that is left, without any table."""
    ranking, may = Ranking(one, policy, choices), options(one, policy, choices)
    beds = [person.beds_needed for person in one.referral_records]
    must = with_group(one, policy, choices)
    places = [None] * one.size[0]
    planned = plan.place_of(one.size[0]).tolist()
    decided = [i for i, name in enumerate(one.referral_ids) if name in must]
    for i in decided:
        places[i] = planned[i]
    for members in in_turn(one, policy, plan.salt, choices):
        if set(members) & set(decided):
            continue
        best = None
        for pools in product(*(may[i] for i in members)):
            trial = list(places)
            for i, j in zip(members, pools, strict=True):
                trial[i] = j
            if full(one, policy, trial, beds) or not keeps_ties(one, policy, trial, choices):
                continue
            each = [ranking.places[i, j] for i, j in zip(members, pools, strict=True)]
            key = (sum(a for a, _ in each), sum(b for _, b in each), pools)
            if best is None or key < best[0]:
                best = key, trial
        if best is not None:
            places = best[1]
    return [-1 if j is None else j for j in places]


@SOME
@given(problems(), policies())
def test_single_people_take_the_best_place_left_in_turn(one, policy):
    solution = work_out(one, policy)
    assert first_come(solution).pool.tolist() == by_definition(one, policy, solution.plan)


@SOME
@given(problems(tied=True, people=6, pools=4), policies())
def test_groups_conflicts_and_those_who_live_together_are_kept(one, policy):
    solution = work_out(one, policy)
    assert first_come(solution).pool.tolist() == by_definition(one, policy, solution.plan)


@SOME
@given(st.data())
def test_what_people_decided_counts_as_in_the_plan(data):
    one = data.draw(problems(tied=True))
    choices = data.draw(decisions(one))
    try:
        solution = work_out(one, GENERAL, choices=choices)
    except MatchingError:
        assume(False)
    found = first_come(solution)
    assert found.pool.tolist() == by_definition(one, GENERAL, solution.plan, choices)


def as_plan(solution, found):
    """Put what was served in turn into the form of a plan, to be checked like one."""
    rows = np.flatnonzero(found.pool >= 0)
    return replace(
        solution.plan,
        referral=rows.astype(np.int32),
        pool=found.pool[rows].astype(np.int32),
        cost=found.cost[rows],
        objective=int(found.cost.sum()),
        bound=0,
    )


@pytest.mark.parametrize("ties", [False, True])
def test_a_region_served_in_turn_keeps_every_rule_and_never_places_more(ties):
    solution = sample_solution(150, 60, ties=ties)
    found = first_come(solution)
    plan = as_plan(solution, found)
    wrong = verify(solution.problem, solution.policy, plan, solution.choices)
    # The counts by tier are those of the plan; nothing else may be wrong.
    assert [one for one in wrong if "by tier" not in one] == []
    if not ties:
        assert (found.pool >= 0).sum() <= len(solution.plan.referral)


def test_whoever_comes_first_takes_the_only_bed_whatever_the_priority():
    people = [
        known_referral("R1", urgency=w.Urgency.TONIGHT, received_at=ago(hours=2)),
        known_referral("R2", urgency=w.Urgency.PLANNED, received_at=ago(hours=90)),
    ]
    one = problem(people, known_home(), known_pool(beds_available=1))
    solution = work_out(one, GENERAL)
    assert solution.plan.place_of(2).tolist() == [0, -1]
    found = first_come(solution)
    assert found.pool.tolist() == [-1, 0]
    assert found.turn.tolist() == [1, 0]
    assert found.cost[0] == 0
    assert found.cost[1] == solution.fit.cost(
        np.array([1]), np.array([0]), solution.pairs.questions[1:2]
    )


def test_whoever_was_received_at_no_known_time_comes_last():
    people = [known_referral("R1", received_at=None), known_referral("R2")]
    one = problem(people, known_home(), known_pool(beds_available=1))
    assert first_come(work_out(one, GENERAL)).pool.tolist() == [-1, 0]


def test_a_group_takes_the_turn_of_its_first_and_stays_together():
    people = [
        known_referral("R1", group_id="G", received_at=ago(hours=1)),
        known_referral("R2", received_at=ago(hours=50)),
        known_referral("R3", group_id="G", received_at=ago(hours=99)),
    ]
    one = problem(people, known_home(), known_pool(beds_available=2))
    found = first_come(work_out(one, GENERAL))
    assert found.pool.tolist() == [0, -1, 0]
    assert found.turn.tolist() == [0, 1, 0]


def test_a_forced_place_is_taken_before_anybodys_turn():
    people = [
        known_referral("R1", received_at=ago(hours=2)),
        known_referral("R2", received_at=ago(hours=90)),
    ]
    one = problem(people, known_home(), known_pool(beds_available=1))
    choices = Choices(forced=frozenset({Seat("R1", "P1")}))
    found = first_come(work_out(one, GENERAL, choices=choices))
    assert found.pool.tolist() == [0, -1]


def test_too_many_ways_to_house_a_group_end_with_the_best_found(monkeypatch):
    people = [known_referral(f"R{k}", group_id="G") for k in range(3)]
    one = problem(people, known_home(), known_pool(beds_available=3, beds_accepting=9))
    solution = work_out(one, GENERAL)
    assert first_come(solution).pool.tolist() == [0, 0, 0]
    monkeypatch.setattr(module, "MOST_TRIES", 2)
    assert first_come(solution).pool.tolist() == [-1, -1, -1]


def test_a_plan_that_lists_only_some_pairs_is_served_from_all_of_them(monkeypatch):
    whole = sample_solution(150, 60)
    monkeypatch.setattr(pricing_module, "LIMIT", 10)
    priced = work_out(whole.problem, whole.policy)
    assert priced.pricing is not None
    assert first_come(priced).pool.tolist() == first_come(whole).pool.tolist()
    monkeypatch.setattr(module, "MOST_PAIRS", 10)
    with pytest.raises(EngineError, match="too many cases"):
        first_come(priced)


def test_nobody_waits():
    one = problem((), known_home(), known_pool())
    assert first_come(work_out(one, GENERAL)).pool.tolist() == []
