"""What bars a unit from each pool, against asking every rule alone."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.engine.choices import Choices, Seat, Waiver, same_place
from matching.engine.rules.base import Verdict
from matching.engine.solve import work_out
from matching.insight.near import Near, bit
from tests.builders import NEAR, known_home, known_pool, known_referral, problem
from tests.engine.small import GENERAL, Slow, blocking, policies, problems

FEW = settings(max_examples=15, deadline=None)


@FEW
@given(problems(people=4, pools=4, tied=True), policies(), st.data())
def test_near_misses_are_those_of_the_rules_alone(one, policy, data):
    row = data.draw(st.integers(0, one.size[0] - 1))
    name = one.referral_ids[row]
    may = sorted(c for c, one in policy.rules.items() if one.waiver_role is not None)
    waived = frozenset({Waiver(name, data.draw(st.sampled_from(may)))})
    against = Seat(name, data.draw(st.sampled_from(one.provider_ids)))
    choices = Choices(waived=waived, forbidden=frozenset({against}))
    near = Near(work_out(one, policy, choices=choices), row)
    slow = Slow(one, policy)
    group = one.referral_records[row].group_id
    if any(waiver.code == "together" for waiver in waived):
        group = None  # the group may be split: everybody is a unit of their own
    assert near.rows == tuple(
        k
        for k, r in enumerate(one.referral_records)
        if k == row or (group is not None and r.group_id == group)
    )
    assert near.rows[near.mine] == row
    for k, i in enumerate(near.rows):
        for j in range(one.size[1]):
            barring = set(slow.barring(i, j)) - slow.waived(choices, i, j) - {"together"}
            assert near.barred[k, j] == bit(*barring)
            forbidden = i == row and same_place(against, one.pool_keys[j])
            assert near.closed[k, j] == forbidden
            assert near.opened(np.uint64(0))[k, j] == (not barring and not forbidden)
            for code in barring:
                fails = slow.verdict(code, i, j) is Verdict.FAIL
                alone = len(barring) == 1 and fails and not forbidden
                assert near.single(code)[k, j] == alone
    assert set(near.codes) == set(slow.codes)


def _siblings(**facts):
    people = [known_referral("R1", group_id="F1"), known_referral("R2", group_id="F1", **facts)]
    homes = [known_home("P1", name="Oak House"), known_home("P2", county=NEAR)]
    pools = [known_pool("P1", "B1"), known_pool("P1", "B2"), known_pool("P2")]
    return work_out(problem(people, homes, pools), GENERAL)


def test_a_group_needs_a_pool_for_each_at_one_provider():
    near = Near(_siblings(max_distance_miles=5), 0)
    nothing = near.opened(np.uint64(0))
    assert near.homes(nothing).tolist() == [0]
    assert near.homes(near.opened(bit("distance"))).tolist() == [0, 1]
    assert list(near.in_need(near.opened(bit("distance")), 1)) == [(1, 2)]
    assert list(near.in_need(near.opened(bit("distance")), 0)) == []
    assert near.at(near.single("distance"), 1) == [(1, 2)]
    assert near.at(near.single("distance"), 0) == []
    assert near.pools_of(0).tolist() == [0, 1]
    assert (near.name(0), near.name(1)) == ("Oak House", "P2")
    assert near.facts(1, 2).referral.referral_id == "R2"


def test_two_who_must_be_kept_apart_have_no_provider_in_common():
    token = frozenset({"T1"})
    people = [known_referral(f"R{k}", group_id="F1", separate_from=token) for k in (1, 2)]
    near = Near(work_out(problem(people, known_home(), known_pool()), GENERAL), 1)
    assert near.apart
    assert near.homes(np.ones((2, 1), dtype=np.bool_)).tolist() == []


def test_the_cost_of_a_provider_is_that_of_the_best_pools_for_all():
    solution = _siblings()
    near = Near(solution, 0)
    open_to = near.opened(np.uint64(0))
    each = [
        min(
            int(solution.fit.cost(np.array([i]), np.array([j]), np.array([0]))[0])
            for j in near.pools_of(1)
        )
        for i in near.rows
    ]
    assert near.cost(open_to, 1) == sum(each)
    assert near.cost(open_to, 0) <= near.cost(open_to, 1)


def test_an_open_question_that_the_change_settles_costs_nothing():
    home = known_home(licence_expires=None)
    policy = blocking(GENERAL, ["licence"])
    solution = work_out(problem(known_referral(), home, known_pool()), policy)
    near = Near(solution, 0)
    known = work_out(problem(known_referral(), known_home(), known_pool()), policy)
    there = np.ones((1, 1), dtype=np.bool_)
    assert near.cost(there, 0) == Near(known, 0).cost(there, 0)
