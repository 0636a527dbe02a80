"""Groups held against each other: they add up, and differences are more than chance."""

from dataclasses import replace
from math import nan

import numpy as np
import pytest
from hypothesis import given, settings

from matching.domain import words as w
from matching.engine.first_come import first_come
from matching.engine.solve import work_out
from matching.insight.fairness import (
    BEHIND,
    ENOUGH,
    Fared,
    Measure,
    Outcome,
    fairness,
    findings,
    plan_outcome,
)
from matching.insight.fairness_chance import spread
from matching.insight.fairness_groups import Grouping, groupings
from tests.builders import FAR, HERE, NEAR, ago, known_home, known_pool, known_referral, problem
from tests.engine.sample import sample_solution
from tests.engine.small import GENERAL, policies, problems


def compared(solution):
    groups = groupings(solution.problem, solution.policy)
    return fairness(solution, first_come(solution), groups)


@settings(max_examples=25, deadline=None)
@given(problems(), policies())
def test_groups_add_up_to_everybody(one, policy):
    found = compared(work_out(one, policy))
    assert found.all.plan.people == found.all.first.people == one.size[0]
    for table in found.tables:
        assert tuple(line.name for line in table.lines) == table.grouping.names
        for way in ("plan", "first"):
            whole: Fared = getattr(found.all, way)
            parts: list[Fared] = [getattr(line, way) for line in table.lines]
            assert sum(one.placed for one in parts) == whole.placed
            assert sum(one.without for one in parts) == whole.without
            for name in ("travel", "cost", "still"):
                spreads = [getattr(one, name) for one in parts]
                total = getattr(whole, name)
                known = sum(s.known for s in spreads if s is not None)
                assert known == (0 if total is None else total.known)
                if total is not None:
                    sums = sum(s.mean * s.known for s in spreads if s is not None)
                    assert sums == pytest.approx(total.mean * total.known)


def office(people):
    homes = [known_home("P1"), known_home("P2", county=NEAR)]
    pools = [known_pool("P1", beds_available=1), known_pool("P2", beds_available=1)]
    return work_out(problem(people, homes, pools), GENERAL)


def test_an_outcome_is_told_from_the_record():
    solution = office(
        [
            known_referral("R1", received_at=ago(hours=30)),
            known_referral("R2", received_at=ago(hours=20), home_county=NEAR),
            known_referral("R3", received_at=ago(hours=10)),
            known_referral("R4", received_at=None),
        ]
    )
    found = plan_outcome(solution)
    assert found.placed.tolist() == [True, True, False, False]
    assert found.waited.tolist()[:3] == [30, 20, 10]
    assert np.isnan(found.waited[3])
    assert found.miles.tolist()[:2] == [0, 0]
    assert np.isnan(found.miles[2:]).all()
    assert np.isnan(found.cost[2:]).all()
    assert found.cost[:2].sum() == solution.plan.objective


def test_a_line_tells_how_a_group_fares():
    solution = office(
        [
            known_referral("R1", age_years=14, received_at=ago(hours=30)),
            known_referral("R2", age_years=14, received_at=ago(hours=20)),
            known_referral("R3", age_years=16, received_at=ago(hours=10), home_county=FAR),
        ]
    )
    found = compared(solution)
    younger, older = next(t for t in found.tables if t.grouping.title == "Age").lines
    assert (younger.plan.placed, younger.plan.without) == (2, 0)
    assert (older.plan.placed, older.plan.without) == (0, 1)
    assert older.plan.travel is None
    assert older.plan.cost is None
    assert older.plan.still.middle == older.waited.middle == 10
    assert younger.plan.still is None
    assert younger.waited.mean == 25
    assert older.gives_way == ""
    assert younger.plan.travel.high > 0


def test_what_gives_way_is_what_costs_a_group_more_than_everybody():
    solution = office(
        [
            known_referral("R1", age_years=14, received_at=ago(hours=30)),
            known_referral("R2", age_years=16, received_at=ago(hours=20), home_county=HERE),
        ]
    )
    found = compared(solution)
    ages = next(t for t in found.tables if t.grouping.title == "Age").lines
    far = next(one for one in ages if one.plan.travel.middle > 0)
    near = next(one for one in ages if one.plan.travel.middle == 0)
    assert far.gives_way == "distance"
    assert near.gives_way == ""


def test_a_spread_is_of_what_is_known():
    assert spread(np.array([nan, nan])) is None
    found = spread(np.array([4.0, nan, 1.0, 2.0, 3.0, 5.0]))
    assert (found.known, found.low, found.middle, found.high, found.mean) == (5, 2, 3, 4, 3)


def drawn(sizes, shares, seed=1):
    """Groups of given sizes whose shares without a place are as given."""
    rng = np.random.default_rng(seed)
    of = np.repeat(np.arange(len(sizes)), sizes)
    placed = np.concatenate(
        [
            np.arange(size) >= round(size * share)
            for size, share in zip(sizes, shares, strict=True)
        ]
    )
    waited = rng.uniform(1, 100, len(of))
    miles = np.where(placed, rng.uniform(1, 50, len(of)), nan)
    names = tuple(f"group {k}" for k in range(len(sizes)))
    return Outcome(placed, waited, miles, miles), Grouping("Age", names, of)


def test_a_clear_difference_is_found_and_named():
    found, grouping = drawn([40, 40, 120], [0.9, 0.3, 0.3])
    (one,) = findings(found, [grouping])
    assert (one.measure, one.title, one.name) == (Measure.WITHOUT, "Age", "group 0")
    assert (one.mine, one.others) == ((36, 40), (48, 160))
    assert one.chance < 0.001


def test_no_difference_is_found_where_there_is_none():
    found, grouping = drawn([40, 40, 120], [0.3, 0.3, 0.3])
    assert findings(found, [grouping]) == ()


def test_of_few_people_nothing_is_said():
    found, grouping = drawn([ENOUGH - 1, 100], [1.0, 0.1])
    assert findings(found, [grouping]) == ()
    found, grouping = drawn([ENOUGH, 100], [1.0, 0.1])
    assert [one.name for one in findings(found, [grouping])] == ["group 0"]


def test_longer_waits_and_ways_are_found_too():
    found, grouping = drawn([60, 60], [0.5, 0.5])
    second = grouping.of == 1
    later = replace(found, waited=found.waited + 80 * second, miles=found.miles + 40 * second)
    wait, travel = findings(later, [grouping])
    assert (wait.measure, wait.name) == (Measure.WAIT, "group 1")
    assert wait.mine == (float(np.median(later.waited[second])), 60)
    assert (travel.measure, travel.name) == (Measure.TRAVEL, "group 1")
    assert travel.mine[1] == travel.others[1] == 30


def test_no_finding_is_made_of_what_the_policy_decides():
    found, grouping = drawn([40, 160], [0.9, 0.3])
    assert findings(found, [grouping])
    assert findings(found, [replace(grouping, title="Priority")]) == ()


def test_chance_alone_seldom_makes_a_finding():
    rng = np.random.default_rng(7)
    seen = 0
    for _ in range(100):
        of = rng.integers(0, 6, 200)
        placed = rng.random(200) < 0.5
        one = Outcome(placed, rng.random(200), np.where(placed, rng.random(200), nan), of * 1.0)
        seen += bool(findings(one, [Grouping("Age", tuple("abcdef"), of)]))
    assert seen <= 12


def test_groups_that_do_worse_than_in_order_of_arrival_are_named():
    solution = sample_solution(150, 60)
    found = compared(solution)
    for title, name, fewer in found.behind:
        assert title != "Priority"
        table = next(t for t in found.tables if t.grouping.title == title)
        line = next(one for one in table.lines if one.name == name)
        assert fewer == line.first.placed - line.plan.placed >= BEHIND
        assert line.plan.people >= ENOUGH
    fewest = [fewer for *_, fewer in found.behind]
    assert fewest == sorted(fewest, reverse=True)


def test_a_county_is_never_said_to_travel_far():
    found, grouping = drawn([60, 60], [0.5, 0.5])
    far = replace(found, miles=found.miles + 400 * (grouping.of == 1))
    assert findings(far, [replace(grouping, title="County")]) == ()


def test_nobody_waits():
    found = compared(work_out(problem((), known_home(), known_pool()), GENERAL))
    assert found.all.plan.people == 0
    assert found.tables == found.findings == found.behind == ()


def test_gender_words_are_those_of_the_record():
    solution = office(
        [known_referral("R1"), known_referral("R2", gender=w.Gender.TRANS_FEMALE)]
    )
    gender = next(t for t in compared(solution).tables if t.grouping.title == "Gender")
    assert {line.name for line in gender.lines} == {"female", "trans girl or woman"}
