from __future__ import annotations

from collections import Counter

from hypothesis import given, settings

from matching.domain.policy import Policy
from matching.engine.beds import Beds
from matching.engine.consequences import Alternatives
from matching.engine.ledger import By
from matching.engine.newcomers import one_more, rebuilt
from matching.engine.problem import Problem
from matching.engine.solve import work_out
from tests.engine.best import Best
from tests.engine.oracle import after, changes, untied
from tests.engine.small import places_of, policies, problems

FEW = settings(max_examples=25, deadline=None)


def compare(one: Problem, policy: Policy) -> Counter[By]:
    """Check the value of one more bed everywhere against the best of all assignments."""
    solution = work_out(one, policy)
    beds = Beds(Alternatives(solution))
    before = places_of(one, solution.plan)
    ways: Counter[By] = Counter()
    for j in range(one.size[1]):
        for licence in (False, True):
            found = beds.of_pool(j, licence=licence)
            grown = one_more(solution, j, licence=licence)
            assert (found is None) == (grown is None) == (one.pool_records[j].free is None)
            if found is None or grown is None:
                continue
            more = rebuilt(one, grown)
            best = Best(more, policy)
            made = after(before, found)
            assert best.of(made) == best.key
            tiers, icwa, cost = changes(best.ranking, before, made)
            assert (found.tiers, found.icwa) == (tiers, icwa)
            if found.by is By.CHAIN:
                assert found.cost == cost
            assert found.exact
            ways[found.by] += 1
    return ways


@FEW
@given(problems(pools=4), policies().map(untied))
def test_one_more_bed_is_worth_what_the_best_plan_with_it_is_better(one, policy):
    compare(one, policy)


@FEW
@given(problems(tied=True, people=4, pools=4), policies())
def test_where_people_are_tied_the_value_of_a_bed_is_exact_too(one, policy):
    compare(one, policy)
