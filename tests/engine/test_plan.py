from __future__ import annotations

from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest

from matching.engine.plan import Status
from matching.engine.solve import solve
from tests.builders import known_home, known_pool, known_referral, problem
from tests.engine.small import GENERAL


def _plan():
    people = [known_referral("R1"), known_referral("R2", vetoed_providers=frozenset({"P1"}))]
    return solve(problem(people, known_home(), known_pool()), GENERAL)


def test_places_by_referral():
    plan = _plan()
    assert plan.place_of(2).tolist() == [0, -1]
    assert plan.place_of(4).tolist() == [0, -1, -1, -1]


def test_placements_are_sorted_and_of_one_length():
    people = [known_referral(f"R{k}") for k in range(3)]
    pools = [known_pool(p, beds_available=1) for p in ("P1", "P2", "P3")]
    plan = solve(problem(people, [known_home(p.provider_id) for p in pools], pools), GENERAL)
    assert plan.referral.tolist() == [0, 1, 2]
    assert sorted(plan.pool.tolist()) == [0, 1, 2]
    assert len(plan.cost) == len(plan.unknown) == 3
    assert plan.objective == int(plan.cost.sum())


def test_tiers_count_everybody_waiting():
    plan = _plan()
    assert [(t.tier, t.waiting, t.placed, t.most) for t in plan.tiers] == [
        ("tonight", 2, 1, 1),
        ("72h", 0, 0, 0),
        ("planned", 0, 0, 0),
    ]


def test_a_plan_is_verified_only_without_a_violation():
    plan = _plan()
    assert plan.verified
    assert not replace(plan, violations=("Something.",)).verified
    with pytest.raises(FrozenInstanceError):
        plan.status = Status.FEASIBLE


def test_a_plan_of_nobody():
    assert np.array_equal(solve(problem(), GENERAL).place_of(0), [])
