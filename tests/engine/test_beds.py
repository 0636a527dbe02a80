from __future__ import annotations

from collections import Counter

from hypothesis import given, settings

from matching.domain.policy import Policy
from matching.domain.words import PlacementType
from matching.engine.beds import AT_ONCE, Beds, BedValue, bed_values
from matching.engine.choices import Choices, Seat
from matching.engine.consequences import Alternatives
from matching.engine.ledger import By
from matching.engine.newcomers import one_more, rebuilt
from matching.engine.problem import Problem
from matching.engine.solution import Solution
from matching.engine.solve import work_out
from tests.builders import NEAR, ago, known_home, known_pool, known_referral, problem
from tests.engine.best import Best
from tests.engine.oracle import after, changes, untied
from tests.engine.sample import sample_solution
from tests.engine.small import GENERAL, places_of, policies, problems

FEW = settings(max_examples=25, deadline=None)


def compare(one: Problem, policy: Policy, solution: Solution) -> Counter[By]:
    """Check the value of one more bed everywhere against the best of all assignments."""
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
            best = Best(more, policy, solution.choices)
            made = after(before, found)
            assert best.of(made) == best.key
            tiers, icwa, cost = changes(best.ranking, before, made)
            assert (found.tiers, found.icwa) == (tiers, icwa)
            if found.by is By.CHAIN:
                assert found.cost == cost
            assert found.exact
            assert found.tiers >= (0,) * len(found.tiers)
            ways[found.by] += 1
    return ways


@FEW
@given(problems(pools=4), policies().map(untied))
def test_one_more_bed_is_worth_what_the_best_plan_with_it_is_better(one, policy):
    compare(one, policy, work_out(one, policy))


@FEW
@given(problems(tied=True, people=4, pools=4), policies())
def test_where_people_are_tied_the_value_of_a_bed_is_exact_too(one, policy):
    compare(one, policy, work_out(one, policy))


@FEW
@given(problems(tied=True, people=4, pools=4), policies())
def test_without_time_to_solve_again_what_is_told_can_surely_be_gained(one, policy):
    solution = work_out(one, policy)
    before = places_of(one, solution.plan)
    found = bed_values(solution)
    assert list(found) == sorted(found, key=BedValue.order)
    assert {v.pool for v in found} == {
        j for j, pool in enumerate(one.pool_records) if pool.free is not None
    }
    for value in found:
        grown = one_more(solution, value.pool, licence=False)
        assert grown is not None
        best = Best(rebuilt(one, grown), policy)
        made = after(before, value)
        if value.by is By.NOTHING:
            assert (value.exact, value.moves) == (False, ())
        else:
            assert None not in best.of(made)
            assert best.of(made) == best.key or not value.exact


def solved(people, homes, pools, policy=None):
    return work_out(problem(people, homes, pools), policy or untied(GENERAL))


def test_a_bed_that_nobody_needs_is_worth_nothing():
    found = bed_values(solved(known_referral(), known_home(), known_pool()))
    assert [(v.useful, v.exact, v.moves, v.levels) for v in found] == [
        (False, True, (), (0, 0, 0, 0))
    ]


def test_one_more_bed_goes_to_who_stands_first_and_the_chain_is_told():
    people = [known_referral("R1"), known_referral("R2", received_at=ago(hours=1))]
    people += [known_referral("R3", received_at=None, vetoed_providers=frozenset({"P1"}))]
    homes = [known_home("P1"), known_home("P2", county=NEAR)]
    pools = [known_pool(name, beds_available=1, beds_accepting=None) for name in ("P1", "P2")]
    solution = solved(people, homes, pools)
    assert places_of(solution.problem, solution.plan) == (0, 1, None)
    (found, other) = bed_values(solution)
    assert (found.pool, other.pool) == (0, 1)
    assert [tuple(move) for move in found.moves] == [(1, 1, 0), (2, -1, 1)]
    assert (found.tiers, found.gains, found.loses) == ((1, 0, 0), (2,), ())
    assert [tuple(move) for move in other.moves] == [(2, -1, 1)]


def test_a_full_pool_opens_to_those_whom_only_the_bed_was_missing():
    full = known_pool("P2", beds_available=0, beds_accepting=None)
    homes = [known_home("P1"), known_home("P2", county=NEAR)]
    people = [known_referral("R1"), known_referral("R2", received_at=ago(hours=1))]
    solution = solved(people, homes, [known_pool("P1", beds_available=1), full])
    beds = Beds(Alternatives(solution))
    found = beds.of_pool(1)
    assert found is not None
    assert [tuple(move) for move in found.moves] == [(1, -1, 1)]
    assert (found.exact, found.by) == (True, By.CHAIN)
    forbidden = frozenset({Seat("R2", "P2")})
    for against, moves in (
        (forbidden, [(0, 0, 1), (1, -1, 0)]),
        (forbidden | {Seat("R1", "P2")}, []),
    ):
        choices = Choices(forbidden=against)
        kept = work_out(solution.problem, solution.policy, choices=choices)
        still = Beds(Alternatives(kept)).of_pool(1)
        assert still is not None
        assert [tuple(move) for move in still.moves] == moves


def test_a_licence_may_be_what_is_missing():
    home = known_home(residents=3, licensed_capacity=4)
    pools = [known_pool("P1", name, beds_available=1) for name in ("B1", "B2")]
    people = [known_referral(name) for name in ("R1", "R2")]
    beds = Beds(Alternatives(solved(people, home, pools)))
    alone, licensed = beds.of_pool(0), beds.of_pool(0, licence=True)
    assert alone is not None
    assert licensed is not None
    assert (alone.useful, licensed.useful, licensed.licence) == (False, True, True)
    best = beds.of_provider(0)
    assert best is not None
    assert (best.tiers, best.pool) == (licensed.tiers, 0)


def test_a_family_home_at_the_cap_needs_an_exception_and_beds_licensed_count():
    home = known_home(
        placement_type=PlacementType.SAFE_FOSTER_HOME, residents=6, licensed_capacity=9
    )
    pool = known_pool(beds_available=2, beds_accepting=None, beds_licensed=1)
    solution = solved([known_referral()], home, pool)
    grown = one_more(solution, 0, licence=True)
    assert grown is not None
    assert (grown.provider.licensed_capacity, grown.provider.foster_cap_exception) == (7, True)
    assert (grown.pool.beds_licensed, grown.pool.beds_available) == (2, 2)
    plain = one_more(solution, 0, licence=False)
    assert plain is not None
    assert (plain.pool.beds_licensed, plain.pool.beds_available) == (1, 3)
    assert plain.provider == home
    found = Beds(Alternatives(solution)).of_pool(0, licence=True)
    assert found is not None
    assert found.useful


def test_where_the_vacancy_is_unknown_a_call_comes_first():
    pool = known_pool(beds_available=None, beds_accepting=None)
    solution = solved([known_referral()], known_home(), pool)
    beds = Beds(Alternatives(solution))
    assert beds.of_pool(0) is None
    assert beds.of_provider(0) is None
    assert bed_values(solution) == ()


def test_siblings_use_two_beds_more_only_when_the_plan_is_made_again():
    people = [known_referral(name, group_id="F1") for name in ("R1", "R2")]
    pool = known_pool(beds_available=1, beds_accepting=None)
    solution = solved(people, known_home(), pool)
    assert len(solution.plan.referral) == 0
    beds = Beds(Alternatives(solution))
    quick, sure = beds.of_pool(0, effort=AT_ONCE), beds.of_pool(0)
    assert quick is not None
    assert sure is not None
    assert (quick.by, quick.exact, quick.useful) == (By.NOTHING, False, False)
    assert (sure.by, sure.exact, sure.gains) == (By.AGAIN, True, (0, 1))


def test_a_region_of_beds_is_looked_at_at_once():
    solution = sample_solution(120, 120)
    found = bed_values(solution)
    assert all(value.exact for value in found)
    assert any(value.useful for value in found)
    first = next(value for value in found if value.useful)
    grown = one_more(solution, first.pool, licence=False)
    assert grown is not None
    again = work_out(rebuilt(solution.problem, grown), solution.policy, salt=solution.plan.salt)
    placed = [t.placed for t in again.plan.tiers]
    assert placed == [
        t.placed + n for t, n in zip(solution.plan.tiers, first.tiers, strict=True)
    ]
