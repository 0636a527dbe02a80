from __future__ import annotations

from hypothesis import given, settings

from matching.engine.consequences import Alternatives, By, Consequence
from matching.engine.solve import work_out
from tests.engine.oracle import untied
from tests.engine.small import Ranking, assignments, places_of, policies, problems

FEW = settings(max_examples=25, deadline=None)

def changes(ranking: Ranking, before: tuple, after: tuple) -> tuple:
    """Return what differs between two assignments, as a consequence tells it."""
    tiers = zip(ranking.tier_counts(after), ranking.tier_counts(before), strict=True)
    icwa, cost = (
        a - b
        for a, b in zip(ranking.preferences(after), ranking.preferences(before), strict=True)
    )
    return tuple(a - b for a, b in tiers), icwa, cost


def told(found: Consequence) -> tuple:
    return found.tiers, found.icwa, found.cost


def after(before: tuple, found: Consequence) -> tuple:
    """Make the moves of a consequence."""
    places = list(before)
    for move in found.moves:
        assert places[move.referral] == (None if move.from_pool < 0 else move.from_pool)
        places[move.referral] = None if move.to_pool < 0 else move.to_pool
    return tuple(places)


@FEW
@given(problems(), policies().map(untied))
def test_every_alternative_costs_what_the_best_plan_with_it_costs(one, policy):
    ranking = Ranking(one, policy)
    solution = work_out(one, policy)
    before = places_of(one, solution.plan)
    every = list(assignments(one, policy))
    alternatives = Alternatives(solution)
    seen = 0
    for i in range(one.size[0]):
        found = alternatives.of(i)
        options = {places[i] for places in every} - {None, before[i]}
        assert {c.pool for c in found if c.possible} == options
        for c in found:
            if not c.possible:
                continue
            best = min((p for p in every if p[i] == c.pool), key=ranking.free_key)
            assert told(c) == changes(ranking, before, best)
            made = after(before, c)
            assert made in every
            assert ranking.free_key(made) == ranking.free_key(best)
            assert (c.exact, c.by) == (True, By.CHAIN)
            assert c.moves[0].referral == i
            assert len(c.loses) <= 1
            assert len(c.gains) <= 1
            seen += 1
    assert seen == sum(c.possible for i in range(one.size[0]) for c in alternatives.of(i))
