"""Whom a set of actions opens a place to: what the rules say of the changed records."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from matching.domain import words as w
from matching.domain.scenario import Train
from matching.engine.choices import Choices, Waiver
from matching.engine.planning.market import Budget
from matching.engine.planning.network import Network
from matching.engine.solve import work_out
from matching.insight.planner_market import prospect
from matching.insight.planner_new import narrowed, openings, recruits, with_people
from matching.insight.planner_steps import PROFILES, Kind, kind_of
from matching.insight.scenario import tried
from tests.builders import HERE, day, known_home, known_pool, known_referral, problem
from tests.insight.test_planner import PLAIN, region


@pytest.mark.parametrize("seed", [0, 3])
def test_a_pair_is_open_under_a_set_as_it_is_in_a_plan_with_that_set(seed: int) -> None:
    solution = work_out(region(seed), PLAIN)
    found = prospect(solution)
    m = found.market
    keys = solution.problem.pool_keys
    for taken in product([0, 1], repeat=m.options):
        some = [a for a, yes in enumerate(taken) if yes]
        after = tried(solution, tuple(found.actions[a] for a in some)).after
        really = set(
            zip(
                after.eligible.referral.tolist(),
                (after.problem.pool_keys[j] for j in after.eligible.pool.tolist()),
                strict=True,
            )
        )
        live = m.open_under(m.set_at(some))
        modelled = set(
            zip(
                m.person[live].tolist(),
                (keys[j] for j in m.pool[live].tolist()),
                strict=True,
            )
        )
        assert modelled == really


def test_pairs_stand_in_order_of_people_and_each_once() -> None:
    solution = work_out(region(2), PLAIN)
    m = prospect(solution, new_homes=openings(solution, 1)).market
    keys = m.person * len(m.pool_room) + m.pool
    assert (np.diff(keys) > 0).all()
    assert (m.opened != 0).all()


def test_what_is_waived_opens_a_place_and_kinds_not_asked_for_stay_out() -> None:
    home = known_home("P1", trainings=(), licence_expires=day(-3))
    one = problem(known_referral(max_distance_miles=None), home, known_pool("P1"))
    solution = work_out(one, PLAIN)
    assert {kind_of(a) for a in prospect(solution).actions} == {Kind.TRAIN, Kind.PAPER}
    # The licence alone opens nothing: the home is not among those where something helps.
    assert prospect(solution, kinds=[Kind.PAPER]).actions == ()
    waived = Choices(waived=frozenset({Waiver("R1", "training", "P1")}))
    again = work_out(one, PLAIN, choices=waived)
    assert {kind_of(a) for a in prospect(again, kinds=[Kind.PAPER]).actions} == {Kind.PAPER}


def test_somebody_with_children_needs_beds_for_all_of_them() -> None:
    parent = known_referral(
        children_with=1, pregnant_parenting=w.Parenting.PARENTING, age_years=16
    )
    one = problem(parent, known_home(), known_pool(beds_available=1, beds_accepting=None))
    solution = work_out(one, PLAIN)
    m = prospect(solution, bed_limit=np.zeros(1, dtype=np.int64)).market
    assert len(m.person) == 0


def test_of_a_group_nobody_comes_where_somebody_could_not() -> None:
    homes = (known_home("P1", trainings=()), known_home("P2"))
    pools = (known_pool("P1", age_min=15), known_pool("P2", age_min=10))
    together = (
        known_referral("R1", group_id="G", age_years=16),
        known_referral("R2", group_id="G", age_years=12),
    )
    solution = work_out(problem(together, homes, pools), PLAIN)
    m = prospect(solution).market
    assert set(m.pool.tolist()) <= {1}


def test_the_new_homes_of_a_budget_are_the_most_useful_and_come_in_copies() -> None:
    people = [known_referral(f"R{k}") for k in range(4)]
    solution = work_out(problem(people, known_home(), ()), PLAIN)
    new = openings(solution, 1)
    assert len(new) == len(PROFILES)
    assert {step.county for step in new} == {HERE}
    found = prospect(solution, new_homes=new)
    base = Network(found.market, Budget()).run()
    told = recruits(found, base)
    assert [one.worth for one in told] == sorted((one.worth for one in told), reverse=True)
    useful = [one for one in told if one.tier is not None]
    assert useful
    assert all(one.reach == 4 for one in useful)

    none = narrowed(found, base, 0)
    assert none.actions == ()
    assert len(none.market.pool_room) == 0
    some = narrowed(found, base, 2)
    assert len(some.actions) == 2 * len(useful)
    assert all(kind_of(a) is Kind.OPEN for a in some.actions)
    both = Network(some.market, Budget(options=(0, 0, 2))).run({0, 1})
    assert both.placed == 2


def test_people_drawn_again_bring_their_pairs_along() -> None:
    solution = work_out(region(4), PLAIN)
    m = prospect(solution).market
    rows = np.array([2, 2, 0])
    drawn = with_people(m, rows)
    assert drawn.people == 3
    assert drawn.tier.tolist() == m.tier[rows].tolist()
    for k, row in enumerate(rows.tolist()):
        mine = drawn.pool[drawn.person == k].tolist()
        assert mine == m.pool[m.person == row].tolist()
        assert drawn.opened[drawn.person == k].tolist() == m.opened[m.person == row].tolist()


def test_a_training_is_of_the_courses_that_are_lacking() -> None:
    solution = work_out(
        problem(known_referral(), known_home(trainings=()), known_pool()), PLAIN
    )
    (action,) = prospect(solution).actions
    assert isinstance(action, Train)
    wanted = PLAIN.rules["training"].parameters["courses"]
    assert {course.value for course in action.courses} >= set(wanted)
