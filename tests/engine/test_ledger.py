from __future__ import annotations

import pytest
from hypothesis import given, settings

from matching.engine.choices import Choices, Seat
from matching.engine.ledger import By, Change, Ledger, named
from matching.engine.residual import Move
from matching.engine.solution import Method
from matching.engine.solve import work_out
from tests.builders import NEAR, ago, known_home, known_pool, known_referral, problem
from tests.engine.oracle import after, changes, untied
from tests.engine.small import GENERAL, Ranking, assignments, places_of, policies, problems

FEW = settings(max_examples=15, deadline=None)


def change(moves: list[Move], tiers: tuple, levels: tuple) -> Change:
    standing, moved, icwa, cost = levels
    return Change(
        tiers=tiers,
        standing=standing,
        moved=moved,
        icwa=icwa,
        cost=cost,
        moves=tuple(moves),
        exact=True,
        by=By.CHAIN,
    )


@FEW
@given(problems(), policies())
def test_moves_add_up_to_the_difference_of_two_assignments(one, policy):
    solution = work_out(one, policy)
    ledger, ranking = Ledger(solution), Ranking(one, policy)
    before = places_of(one, solution.plan)
    for places in list(assignments(one, policy))[:30]:
        moves = [
            Move(i, -1 if old is None else old, -1 if new is None else new)
            for i, (old, new) in enumerate(zip(before, places, strict=True))
            if old != new
        ]
        tiers, levels = ledger.change(moves)
        found = change(moves, tiers, levels)
        assert after(before, found) == places
        assert (found.tiers, found.icwa, found.cost) == changes(ranking, before, places)
        assert found.levels == levels
        wide = [part.method is Method.PROGRAM for part in solution.parts]
        if len(set(wide)) == 1:  # a program counts waits in wide bands, a flow does not
            left, was = (ranking.ranks_left(p, wide=wide[0]) for p in (places, before))
            assert found.standing == left - was
        assert set(found.gains) == {i for i, old, _ in moves if old < 0}
        assert set(found.loses) == {i for i, _, new in moves if new < 0}


def two_homes():
    people = [known_referral("R1"), known_referral("R2", received_at=ago(hours=1))]
    homes = [known_home("P1"), known_home("P2", county=NEAR)]
    pools = [known_pool(name, beds_available=1) for name in ("P1", "P2")]
    return problem(people, homes, pools)


def test_who_is_elsewhere_in_another_solution_the_first_named_first():
    one, policy = two_homes(), untied(GENERAL)
    solution = work_out(one, policy)
    forced = Choices(forced=frozenset({Seat("R2", "P1")}))
    other = work_out(one, policy, choices=forced)
    ledger = Ledger(solution)
    assert ledger.moves_to(solution) == ()
    moves = ledger.moves_to(other)
    assert [tuple(move) for move in moves] == [(0, 0, 1), (1, 1, 0)]
    assert [move.referral for move in ledger.moves_to(other, 1)] == [1, 0]
    tiers, levels = ledger.change(moves)
    cost = other.plan.objective - solution.plan.objective
    assert (tiers, levels) == ((0, 0, 0), (0, 0, 0, cost))


def test_pairs_are_found_and_new_ones_cost_what_is_told():
    ledger = Ledger(work_out(two_homes(), untied(GENERAL)))
    assert [ledger.pair(i, j) for i in (0, 1) for j in (0, 1)] == [0, 1, 2, 3]
    assert ledger.pair(2, 0) == ledger.pair(7, 1) == -1
    _, levels = ledger.change([Move(0, -1, 7)], {(0, 7): (0, 1, 2, 30)})
    assert levels[1:] == (1, 2, 30)
    assert levels[0] < 0


def test_without_any_pair_only_staying_counts():
    one = problem(
        known_referral(vetoed_providers=frozenset({"P1"})), known_home(), known_pool()
    )
    ledger = Ledger(work_out(one, GENERAL))
    assert ledger.pair(0, 0) == -1
    assert ledger.change(()) == ((0, 0, 0), (0, 0, 0, 0))
    assert ledger.change([Move(0, -1, -1)]) == ((0, 0, 0), (0, 0, 0, 0))


@pytest.mark.parametrize(
    ("levels", "names", "expected"),
    [
        ((1, 2), ("standing", "cost"), (1, 0, 0, 2)),
        ((1, 2, 3, 9, 9), ("standing", "icwa", "cost"), (1, 0, 2, 3)),
        ((), (), (0, 0, 0, 0)),
    ],
)
def test_levels_that_are_left_out_are_nothing(levels, names, expected):
    assert named(levels, names) == expected
