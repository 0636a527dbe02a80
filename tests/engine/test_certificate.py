from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings

from matching.engine.certificate import Certificate, certificate, check_certificate
from matching.engine.plan import Plan
from matching.engine.solution import Solution
from matching.engine.solve import work_out
from tests.engine.oracle import untied
from tests.engine.small import Ranking, assignments, places_of, policies, problems

FEW = settings(max_examples=20, deadline=None)


def with_places(solution: Solution, places: tuple) -> Plan:
    """Return the plan with other places, its sums set right."""
    s = solution
    keys = [
        (i, j) for i, j in zip(s.pairs.referral.tolist(), s.pairs.pool.tolist(), strict=True)
    ]
    used = np.array([keys.index((i, j)) for i, j in enumerate(places) if j is not None], int)
    placed = [0] * len(s.plan.tiers)
    for i, j in enumerate(places):
        placed[int(s.goal.tier[i])] += j is not None
    return replace(
        s.plan,
        referral=s.pairs.referral[used],
        pool=s.pairs.pool[used],
        cost=s.goal.cost[used],
        unknown=s.pairs.unknown[used],
        objective=int(s.goal.cost[used].sum()),
        bound=0,
        tiers=tuple(replace(t, placed=n) for t, n in zip(s.plan.tiers, placed, strict=True)),
    )


@FEW
@given(problems(), policies().map(untied))
def test_every_plan_is_proven_and_a_worse_one_never(one, policy):
    solution = work_out(one, policy)
    proof = certificate(solution)
    assert proof.objective == proof.bound
    assert (proof.pairs, proof.searched) == (len(solution.pairs), ())
    assert Certificate.from_json(proof.to_json()) == proof
    assert check_certificate(one, policy, solution.plan, proof) == ()
    ranking = Ranking(one, policy)
    before = places_of(one, solution.plan)
    for places in list(assignments(one, policy))[:12]:
        worse = with_places(solution, places)
        same = ranking.free_key(places) == ranking.free_key(before)
        assert (check_certificate(one, policy, worse, proof) == ()) == same


@FEW
@given(problems(tied=True), policies())
def test_where_people_are_tied_a_worse_plan_is_never_proven(one, policy):
    solution = work_out(one, policy)
    proof = certificate(solution)
    assert check_certificate(one, policy, solution.plan, proof) == ()
    ranking = Ranking(one, policy)
    before = places_of(one, solution.plan)
    for places in list(assignments(one, policy))[:12]:
        if ranking.tied_key(places) != ranking.tied_key(before):
            assert check_certificate(one, policy, with_places(solution, places), proof)
