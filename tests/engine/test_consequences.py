from __future__ import annotations

from collections import Counter

from hypothesis import given, settings

from matching.domain.policy import Policy
from matching.engine.choices import Seat
from matching.engine.consequences import Alternatives, By
from matching.engine.problem import Problem
from matching.engine.solution import Solution
from matching.engine.solve import work_out
from tests.engine.best import Best
from tests.engine.oracle import after, changes, told, untied
from tests.engine.small import places_of, policies, problems

FEW = settings(max_examples=25, deadline=None)


def seat(one: Problem, i: int, j: int) -> Seat:
    """Return the place of a person in a pool."""
    return Seat(one.referral_ids[i], *one.pool_keys[j])


def compare(one: Problem, policy: Policy, solution: Solution, *, chains: bool) -> Counter[By]:
    """Check every alternative of everybody against the best of all assignments."""
    alternatives = Alternatives(solution)
    before = places_of(one, solution.plan)
    ways: Counter[By] = Counter()
    for i in range(one.size[0]):
        mine = solution.pairs.pool[solution.pairs.referral == i].tolist()
        found = alternatives.of(i)
        assert {c.pool for c in found} == {*mine} - {before[i]}
        for c in found:
            choices = solution.choices.and_(forced=[seat(one, i, c.pool)])
            best = Best(one, policy, choices)
            assert c.possible == best.possible
            assert c.exact
            ways[c.by] += 1
            if c.possible:
                made = after(before, c)
                assert made[i] == c.pool
                assert best.of(made) == best.key
                assert told(c) == changes(best.ranking, before, made)
                assert c.moves[0].referral == i
                if chains:
                    assert len(c.loses) <= 1
                    assert len(c.gains) <= 1
    return ways


@FEW
@given(problems(), policies().map(untied))
def test_every_alternative_costs_what_the_best_plan_with_it_costs(one, policy):
    ways = compare(one, policy, work_out(one, policy), chains=True)
    assert set(ways) <= {By.CHAIN}


@FEW
@given(problems(tied=True, people=4, pools=4), policies())
def test_where_people_are_tied_every_alternative_is_exact_too(one, policy):
    compare(one, policy, work_out(one, policy), chains=False)
