from __future__ import annotations

from collections import Counter

from hypothesis import given, settings

from matching.domain.policy import Policy
from matching.engine.choices import Choices, Seat
from matching.engine.consequences import Alternatives, By
from matching.engine.effort import Effort
from matching.engine.problem import Problem
from matching.engine.solution import Solution
from matching.engine.solve import work_out
from tests.builders import NEAR, ago, known_home, known_pool, known_referral, problem
from tests.engine.best import Best
from tests.engine.oracle import after, changes, told, untied
from tests.engine.small import GENERAL, places_of, policies, problems

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


@FEW
@given(problems(tied=True, people=4, pools=4), policies())
def test_without_time_to_solve_again_a_chain_told_can_surely_be_made(one, policy):
    solution = work_out(one, policy)
    alternatives = Alternatives(solution)
    before = places_of(one, solution.plan)
    for i in range(one.size[0]):
        for c in alternatives.of(i, Effort(0.0)):
            choices = solution.choices.and_(forced=[seat(one, i, c.pool)])
            best = Best(one, policy, choices)
            if c.by is By.NOTHING:
                assert (c.exact, c.moves) == (False, ())
            elif c.possible:
                made = after(before, c)
                assert None not in best.of(made)
                assert told(c) == changes(best.ranking, before, made)
                assert best.of(made) == best.key or not c.exact
            else:
                assert c.exact
                assert not best.possible
            later = alternatives.consequence(i, c.pool)
            assert later is not None
            assert later.exact


def test_a_place_that_is_barred_or_forbidden_has_no_consequence():
    people = [known_referral("R1"), known_referral("R2", vetoed_providers=frozenset({"P2"}))]
    homes, pools = [known_home("P1"), known_home("P2")], [known_pool("P1"), known_pool("P2")]
    one = problem(people, homes, pools)
    forbidden = Choices(forbidden=frozenset({Seat("R1", "P2")}))
    for choices, known in ((Choices(), True), (forbidden, False)):
        alternatives = Alternatives(work_out(one, GENERAL, choices=choices))
        assert (alternatives.consequence(0, 1) is not None) == known
        assert alternatives.consequence(1, 1) is None
        assert len(alternatives.of(0)) == int(known)
        assert alternatives.of(1) == ()


def test_a_bed_kept_by_a_decision_cannot_be_had_and_comes_last():
    people = [known_referral("R1"), known_referral("R2", received_at=ago(hours=1))]
    homes = [known_home("P1"), known_home("P2", county=NEAR)]
    pools = [known_pool(name, beds_available=1) for name in ("P1", "P2")]
    forced = Choices(forced=frozenset({Seat("R2", "P1", "B1")}))
    one = problem([*people, known_referral("R3", received_at=None)], homes, pools)
    found = Alternatives(work_out(one, GENERAL, choices=forced)).of(2)
    assert [(c.pool, c.possible, c.exact) for c in found] == [(1, True, True), (0, False, True)]
    assert found[0].loses == (0,)
    assert found[0].tiers == (0, 0, 0)


def test_the_place_in_use_changes_nothing():
    one = problem(known_referral(), known_home(), known_pool())
    found = Alternatives(work_out(one, GENERAL)).consequence(0, 0)
    assert found is not None
    assert (found.levels, found.moves, found.possible) == ((0, 0, 0, 0), (), True)


def test_a_proposal_somebody_is_calling_about_counts_where_it_moves():
    people = [known_referral("R1"), known_referral("R2", received_at=ago(hours=1))]
    homes = [known_home("P1"), known_home("P2")]
    pools = [known_pool(name, beds_available=1) for name in ("P1", "P2")]
    one = problem(people, homes, pools)
    first = work_out(one, GENERAL)
    home = one.pool_keys[places_of(one, first.plan)[1]][0]
    calling = Choices(calling=frozenset({Seat("R2", home)}))
    solution = work_out(one, GENERAL, choices=calling)
    (found,) = Alternatives(solution).of(0)
    assert found.moved == 1
    assert [move.referral for move in found.moves] == [0, 1]
    assert found.others == found.moves[1:]
    assert (found.gains, found.loses) == ((), ())


def test_tied_people_move_together():
    people = [known_referral(name, group_id="F1") for name in ("R1", "R2")]
    homes = [known_home("P1"), known_home("P2", county=NEAR)]
    one = problem(people, homes, [known_pool("P1"), known_pool("P2")])
    found = Alternatives(work_out(one, GENERAL)).consequence(0, 1)
    assert found is not None
    assert found.by is By.AGAIN
    assert [tuple(move) for move in found.moves] == [(0, 0, 1), (1, 0, 1)]
    assert found.cost > 0
