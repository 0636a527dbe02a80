from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from matching.domain.errors import CostOverflow
from matching.engine import every as every_module
from matching.engine.aims import forced_people
from matching.engine.choices import Choices, Seat
from matching.engine.consequences import Alternatives
from matching.engine.every import every
from matching.engine.levels import Scale
from matching.engine.networks import Networks
from matching.engine.solution import Solution
from matching.engine.solve import work_out
from tests.builders import known_home, known_pool, known_referral, problem
from tests.engine.oracle import untied
from tests.engine.sample import sample_solution
from tests.engine.small import GENERAL, policies, problems

FEW = settings(max_examples=25, deadline=None)


def agrees(solution: Solution) -> int:
    """Check all alternatives at once against one after the other; count them."""
    alternatives = Alternatives(solution)
    found = alternatives.all()
    assert found.known.all()
    used = solution.chosen[solution.chosen >= 0]
    assert found.possible[used].all()
    assert not found.levels[:, used].any()
    seen = 0
    for i in range(solution.problem.size[0]):
        for one in alternatives.of(i):
            pair = alternatives.ledger.pair(i, one.pool)
            assert bool(found.possible[pair]) == one.possible
            assert tuple(found.levels[:, pair].tolist()) == one.levels
            tiers = np.zeros(len(one.tiers), dtype=np.int64)
            loses, gains = int(found.loses[pair]), int(found.gains[pair])
            if one.possible:
                tiers[solution.goal.tier[i]] += solution.chosen[i] < 0
                tiers[solution.goal.tier[loses]] -= loses >= 0
                tiers[solution.goal.tier[gains]] += gains >= 0
            assert tuple(tiers.tolist()) == one.tiers
            seen += 1
    return seen


@FEW
@given(problems(), policies().map(untied))
def test_all_at_once_are_the_same_as_one_by_one(one, policy):
    solution = work_out(one, policy)
    assert agrees(solution) == len(solution.pairs) - len(solution.plan.referral)


def test_all_at_once_in_a_region_and_in_small_blocks(monkeypatch):
    solution = sample_solution(120, 120)
    whole = Alternatives(solution).all()
    assert agrees(solution) > 100
    monkeypatch.setattr(every_module, "BLOCK", 1)
    parts = Alternatives(solution).all()
    assert (parts.levels == whole.levels).all()
    assert (parts.loses == whole.loses).all()
    assert (parts.gains == whole.gains).all()


def test_a_place_kept_by_a_decision_cannot_be_had():
    people = [known_referral("R1"), known_referral("R2", urgency=None)]
    one = problem(people, known_home(), known_pool(beds_available=1))
    free, kept = (
        work_out(one, GENERAL, choices=choices)
        for choices in (Choices(), Choices(forced=frozenset({Seat("R2", "P1")})))
    )
    assert Alternatives(free).all().possible.tolist() == [True, True]
    assert Alternatives(kept).all().possible.tolist() == [False, True]
    assert Alternatives(kept).all().loses.tolist() == [-1, -1]


def test_tied_people_are_left_to_be_asked_one_by_one():
    people = [known_referral(name, group_id="F1") for name in ("R1", "R2")]
    homes = [known_home("P1"), known_home("P2")]
    pools = [known_pool(home.provider_id) for home in homes]
    found = Alternatives(work_out(problem(people, homes, pools), GENERAL)).all()
    assert not found.known.any()
    assert not found.levels.any()


def test_numbers_that_do_not_fit_are_refused():
    solution = sample_solution(20, 20)
    networks = Networks(solution)
    networks.flow.scale = replace(networks.flow.scale, columns=((0,), (1, 2, 3)))
    with pytest.raises(CostOverflow, match="at once"):
        every(networks, forced_people(solution.problem, solution.choices))
    assert isinstance(networks.flow.scale, Scale)
