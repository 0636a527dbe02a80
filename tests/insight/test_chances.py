"""Chains of moves: where nothing ties people, none is overlooked."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from matching.domain import words as w
from matching.engine.solve import work_out
from matching.insight.attempts import Case
from matching.insight.attempts_people import waivers
from matching.insight.chances import Chances
from matching.insight.edits import Edit, solved_with
from matching.insight.near import Near, bit
from tests.builders import ago, known_home, known_pool, known_referral, problem
from tests.engine.oracle import untied
from tests.engine.small import GENERAL, problems

FEW = settings(max_examples=20, deadline=None)
FREE = untied(GENERAL)


@FEW
@given(problems(people=6, pools=4), st.data())
def test_whoever_gets_a_place_by_a_waiver_could_by_a_chain(one, data):
    solution = work_out(one, FREE)
    without = np.flatnonzero(solution.chosen < 0).tolist()
    assume(without)
    row = data.draw(st.sampled_from(without))
    near, chances = Near(solution, row), Chances(solution)
    for attempt in waivers(Case(row, near, chances)):
        after = solved_with(solution, attempt.make())
        pools = near.pools_of(attempt.home)
        single = near.opened(near.failed & bit(attempt.code))[near.mine, pools]
        if after.chosen[row] >= 0:
            assert chances.could_take(row, pools[single])
            assert attempt.order[0] is False


@FEW
@given(problems(people=6, pools=4), st.data())
def test_whoever_gets_a_new_bed_has_nobody_before_them_for_it(one, data):
    solution = work_out(one, FREE)
    without = np.flatnonzero(solution.chosen < 0).tolist()
    told = [j for j, pool in enumerate(one.pool_records) if pool.free is not None]
    assume(without and told)
    pool = data.draw(st.sampled_from(told))
    record = one.pool_records[pool]
    grown = replace(
        record, beds_available=record.free + 1, beds_licensed=None, beds_accepting=None
    )
    after = solved_with(solution, Edit(pools=(grown,)))
    chances = Chances(solution)
    if record.beds_licensed is None:  # nothing but the bed was added
        for row in without:
            if after.chosen[row] >= 0:
                assert chances.before(row, np.array([pool]), np.array([bit("beds")])) < 1


def test_beds_that_the_plan_leaves():
    people = [known_referral("R1"), known_referral("R2", children_with=1)]
    home = known_home(licensed_capacity=5, residents=1)
    pools = [
        known_pool("P1", "B1", beds_available=3, beds_accepting=None),
        known_pool("P1", "B2", beds_available=2, beds_accepting=None),
    ]
    solution = work_out(problem(people, home, pools), GENERAL)
    assert len(solution.plan.referral) == 2
    chances = Chances(solution)
    assert chances.free([0, 1]) == 1  # one place left under the licence, two beds
    assert chances.free([]) == 0


def test_a_chain_ends_in_room_or_with_somebody_who_does_not_come_first():
    """P1's bed is R1's; R1 could move to P2 only as long as that bed is free."""
    people = [
        known_referral("R1", received_at=ago(hours=9)),
        known_referral("R3", vetoed_providers=frozenset({"P1", "P2"})),
    ]
    homes = [known_home("P1"), known_home("P2")]
    pools = [known_pool(h.provider_id, beds_available=1) for h in homes]
    solution = work_out(problem(people, homes, pools), GENERAL)
    used = int(solution.pairs.pool[solution.chosen[0]])
    assert Chances(solution).could_take(1, [used])
    full = [known_referral("R2", received_at=ago(hours=9)), *people]
    solution = work_out(problem(full, homes, pools), GENERAL)
    row = solution.problem.referral_ids.index("R3")
    assert not Chances(solution).could_take(row, [0, 1])
    later = [replace(one, urgency=w.Urgency.PLANNED) for one in full[:2]]
    solution = work_out(problem([*later, full[2]], homes, pools), GENERAL)
    assert Chances(solution).could_take(row, [0])


def test_those_before_are_counted_through_chains():
    """R2 lives at P1 and would rather live at P2; a bed there leaves P1's to R1."""
    people = [
        known_referral("R1", vetoed_providers=frozenset({"P2"}), received_at=ago(hours=9)),
        known_referral("R2", received_at=ago(hours=20)),
        known_referral("R3", vetoed_providers=frozenset({"P1"})),
    ]
    homes = [known_home("P1"), known_home("P2")]
    pools = [
        known_pool("P1", beds_available=1),
        known_pool("P2", beds_available=0, beds_accepting=None),
    ]
    solution = work_out(problem(people, homes, pools), GENERAL)
    assert np.flatnonzero(solution.chosen >= 0).tolist() == [1]
    chances = Chances(solution)
    there, beds = np.array([1]), np.array([bit("beds")])
    assert chances.before(0, there, beds) == 0
    assert chances.before(2, there, beds) == 1  # R1 comes first, through R2's move
    assert chances.before(2, there, np.zeros(1, dtype=np.uint64)) == 0  # no bed, no chain
