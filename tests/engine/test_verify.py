from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.domain import words as w
from matching.engine.choices import Choices, Seat, Waiver
from matching.engine.plan import TierCount
from matching.engine.solve import solve
from matching.engine.verify import verify
from tests.builders import known_home, known_pool, known_referral, pool, problem
from tests.engine.small import (
    FLORIDA,
    GENERAL,
    Slow,
    assignments,
    beds_in,
    beds_under,
    blocking,
    places_of,
    policies,
    problems,
)

NOT_HERE = frozenset({"P2"})


BASE = solve(problem(), GENERAL)


def _plan(one, pairs):
    """A plan of one's own making: pairs of positions, everybody counted."""
    rows, pools = (np.array(side, dtype=np.int32) for side in zip(*pairs, strict=True))
    return replace(
        BASE,
        referral=rows,
        pool=pools,
        cost=np.zeros(len(rows), dtype=np.int64),
        unknown=np.zeros(len(rows), dtype=np.uint64),
        tiers=(TierCount("tonight", one.size[0], len(rows), len(rows)),),
    )


def _one(people=1, **facts):
    """People of one sort; P1 has two pools (two beds each) and P2 one."""
    persons = [known_referral(f"R{k}", **facts) for k in range(people)]
    homes = [known_home("P1", residents=0, licensed_capacity=3), known_home("P2")]
    return problem(
        persons, homes, [known_pool("P1", "B1"), known_pool("P1", "B2"), known_pool("P2")]
    )


@settings(max_examples=8, deadline=None)
@given(problems(tied=True), policies())
def test_good_plans_are_accepted(one, policy):
    plan = solve(one, policy)
    assert plan.verified
    assert verify(one, policy, plan) == ()


@settings(max_examples=8, deadline=None)
@given(problems(people=3, pools=4, tied=True), policies(), st.data())
def test_a_plan_is_accepted_exactly_if_it_is_an_assignment_that_keeps_all(one, policy, data):
    """Any choice of places at all, good or bad, against the slow list of good ones."""
    beds = st.none() | st.integers(0, one.size[1] - 1)
    good = set(assignments(one, policy))
    for _ in range(10):
        places = tuple(data.draw(beds) for _ in range(one.size[0]))
        pairs = [(i, j) for i, j in enumerate(places) if j is not None]
        if pairs:
            said = verify(one, policy, _plan(one, pairs))
            assert (said == ()) == (places in good), said


def test_an_over_full_pool():
    one = _one(3)
    assert verify(one, GENERAL, _plan(one, [(0, 0), (1, 0)])) == ()
    assert verify(one, GENERAL, _plan(one, [(0, 0), (1, 0), (2, 0)])) == (
        "Bed pool B1 of P1 has 2 beds for 3.",
    )


def test_an_over_full_provider():
    one = _one(4)
    assert verify(one, GENERAL, _plan(one, [(0, 0), (1, 0), (2, 1)])) == ()
    assert verify(one, GENERAL, _plan(one, [(0, 0), (1, 0), (2, 1), (3, 1)])) == (
        "Provider P1 has room for fewer people than the 4 proposed.",
    )


def test_children_who_come_along_take_beds_too():
    one = _one(2, pregnant_parenting=w.Parenting.PARENTING, children_with=1)
    assert verify(one, GENERAL, _plan(one, [(0, 0)])) == ()
    assert any("2 beds for 4" in s for s in verify(one, GENERAL, _plan(one, [(0, 0), (1, 0)])))


def test_a_foster_family_has_room_for_six_without_an_exception():
    people = [known_referral(f"R{k}") for k in range(3)]
    pools = known_pool(beds_available=5, beds_licensed=9, beds_accepting=None)
    place = known_home(licensed_capacity=9, residents=4, foster_cap_exception=False)
    one = problem(people, place, pools)
    pairs = [(0, 0), (1, 0), (2, 0)]
    assert any("room for fewer people" in s for s in verify(one, GENERAL, _plan(one, pairs)))
    excepted = problem(people, replace(place, foster_cap_exception=True), pools)
    assert verify(excepted, GENERAL, _plan(excepted, pairs)) == ()


def test_staff_look_after_so_many():
    people = [known_referral(f"R{k}") for k in range(3)]
    place = known_home(residents=2, licensed_capacity=9, staff_on_shift=2, staff_ratio=2)
    one = problem(people, place, known_pool(beds_licensed=9, beds_accepting=None))
    one = replace(one, pool_records=(replace(one.pool_records[0], beds_available=5),))
    full = "Provider P1 has room for fewer people than the 3 proposed."
    assert full in verify(one, GENERAL, _plan(one, [(0, 0), (1, 0), (2, 0)]))
    assert verify(one, GENERAL, _plan(one, [(0, 0), (1, 0)])) == ()
    off = GENERAL.with_rule("staffing", on=False)
    assert verify(one, off, _plan(one, [(0, 0), (1, 0), (2, 0)])) == ()
    none = replace(one, provider_records=(replace(place, staff_on_shift=0),))
    assert any("fewer people" in s for s in verify(none, GENERAL, _plan(none, [(0, 0)])))
    half = replace(one, provider_records=(replace(place, staff_ratio=None),))
    assert verify(half, GENERAL, _plan(half, [(0, 0), (1, 0), (2, 0)])) == ()


def test_a_barred_pair():
    one = _one(1, age_years=40)
    said = verify(one, GENERAL, _plan(one, [(0, 2)]))
    assert "Case R0 at P2 breaks the rule 'age'." in said


@pytest.mark.parametrize(
    ("field", "code"),
    [
        ("avoid_providers", "do-not-place"),
        ("declined_by", "declined"),
        ("vetoed_providers", "veto"),
    ],
)
def test_a_refused_pair(field, code):
    one = _one(1, **{field: NOT_HERE})
    assert verify(one, GENERAL, _plan(one, [(0, 0)])) == ()
    assert verify(one, GENERAL, _plan(one, [(0, 2)])) == (
        f"Case R0 at P2 breaks the rule '{code}'.",
    )
    waived = GENERAL.with_rule(code, on=False)
    assert verify(one, waived, _plan(one, [(0, 2)])) == ()


def test_an_unknown_fact_is_wrong_only_where_it_blocks():
    one = problem(known_referral(age_years=None), known_home(), known_pool())
    plan = _plan(one, [(0, 0)])
    assert verify(one, GENERAL, plan) == ()
    said = verify(one, blocking(GENERAL, ["age"]), plan)
    assert said == ("Case R1 at P1 breaks the rule 'age'.",)


def test_another_policy_may_bar_the_same_plan():
    one = problem(known_referral(), known_home(trainings=()), known_pool())
    off = GENERAL.with_rule("training", on=False)
    assert verify(one, off, _plan(one, [(0, 0)])) == ()
    assert verify(one, FLORIDA, _plan(one, [(0, 0)])) != ()


def test_a_split_group():
    one = _one(2, group_id="F1")
    assert verify(one, GENERAL, _plan(one, [(0, 0), (1, 1)])) == ()
    for pairs in ([(0, 0), (1, 2)], [(0, 0)]):
        assert verify(one, GENERAL, _plan(one, pairs)) == (
            "A group that stays together was split.",
        )


@pytest.mark.parametrize("name", ["R0", "R1"])
@pytest.mark.parametrize("where", [None, "P2"])
def test_a_group_whose_rule_is_waived_for_one_may_be_apart(name, where):
    one = _one(2, group_id="F1")
    apart = _plan(one, [(0, 0), (1, 2)])
    for choices in (
        Choices(waived=frozenset({Waiver(name, "together", where)})),
        Choices(split=frozenset({"F1"})),
    ):
        assert verify(one, GENERAL, apart, choices) == ()
    other = Choices(waived=frozenset({Waiver(name, "training", where)}))
    assert verify(one, GENERAL, apart, other) == ("A group that stays together was split.",)
    assert verify(one, GENERAL.with_rule("together", on=False), apart) == ()


def test_a_conflict_at_one_site():
    one = _one(2, separate_from=frozenset({"T1"}))
    assert verify(one, GENERAL, _plan(one, [(0, 0), (1, 2)])) == ()
    for pairs in ([(0, 0), (1, 0)], [(0, 0), (1, 1)]):
        assert verify(one, GENERAL, _plan(one, pairs)) == (
            "Two people who must be kept apart are both proposed for P1.",
        )


def test_someone_placed_twice():
    one = _one(1)
    said = verify(one, GENERAL, _plan(one, [(0, 0), (0, 2)]))
    assert "Case R0 holds more than one place." in said


def test_somebody_at_a_place_where_they_may_not_go():
    one = _one(1)
    plan = _plan(one, [(0, 0)])
    for seats, wrong in (
        ({Seat("R0", "P1")}, False),
        ({Seat("R0", "P2"), Seat("R0", "P1", "B1")}, False),
        ({Seat("R0", "P1", "B2"), Seat("R0", "P2")}, True),
        ({Seat("R9", "P2")}, False),
    ):
        said = verify(one, GENERAL, plan, Choices(only=frozenset(seats)))
        assert said == (("Case R0 is at P1, where it may not go.",) if wrong else ())


def test_sums_that_do_not_add_up():
    one = _one(2)
    plan = solve(one, GENERAL)
    assert verify(one, GENERAL, plan) == ()
    worse = {
        "The costs of the placements do not add up to the objective.": replace(
            plan, objective=plan.objective + 1
        ),
        "The placements by tier do not add up to everybody placed.": replace(plan, tiers=()),
        "The bound lies above the objective.": replace(plan, bound=plan.objective + 1),
    }
    for sentence, corrupted in worse.items():
        assert verify(one, GENERAL, corrupted) == (sentence,)


@settings(max_examples=8, deadline=None)
@given(problems(), policies(), st.data())
def test_moving_anybody_to_a_bed_that_is_barred_or_full_is_caught(one, policy, data):
    plan = solve(one, policy)
    slow, places = Slow(one, policy), places_of(one, plan)
    for k, i in enumerate(plan.referral.tolist()):
        for j in range(one.size[1]):
            pools = plan.pool.copy()
            pools[k] = j
            moved = [j if p == i else places[p] for p in range(one.size[0])]
            home = one.pools.provider
            full = moved.count(j) > beds_in(one.pool_records[j], policy) or sum(
                m is not None and home[m] == home[j] for m in moved
            ) > beds_under(one, policy, one.provider_records[home[j]])
            wrong = bool(slow.barring(i, j)) or full
            assert bool(verify(one, policy, replace(plan, pool=pools))) == wrong


def test_sentences_name_no_facts_of_a_person():
    one = problem(
        known_referral("R1", age_years=40, home_county="12086", languages=("xx",)),
        known_home(name="Oak House", contact="555"),
        pool(),
    )
    text = " ".join(verify(one, GENERAL, _plan(one, [(0, 0)])))
    assert "R1" in text
    assert not any(word in text for word in ("40", "12086", "xx", "Oak", "555"))
