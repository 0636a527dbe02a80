"""A recommendation: what each action adds, ties, the curve, how often, and a stop midway."""

from __future__ import annotations

import pytest

from matching.domain import words as w
from matching.domain.scenario import AddBeds, OpenProvider, Train
from matching.engine.effort import Effort
from matching.engine.solve import work_out
from matching.insight.planner import Ask, Choice, Confirmed, Planner, best_choice, placed
from matching.insight.planner_detail import Line, improved, in_order
from matching.insight.planner_recommendation import recommend
from matching.insight.scenario import tried
from tests.builders import known_home, known_pool, known_referral, problem
from tests.engine.oracle import untied
from tests.engine.small import GENERAL
from tests.insight.test_planner import region

PLAIN = untied(GENERAL)


def three_alike(people: int = 4):
    """One home that is ready and three alike that lack the same course."""
    homes = [
        known_home("P0"),
        *(
            known_home(f"P{k}", trainings=(), placement_type=w.PlacementType.SAFE_FOSTER_HOME)
            for k in (1, 2, 3)
        ),
    ]
    pools = [known_pool(h.provider_id, beds_available=1, beds_accepting=None) for h in homes]
    crowd = [known_referral(f"R{k}") for k in range(people)]
    return work_out(problem(crowd, homes, pools), PLAIN)


@pytest.fixture(scope="module")
def solution():
    return three_alike()


@pytest.fixture(scope="module")
def found(solution):
    return recommend(solution, Ask(beds=1, beds_each=1, trainings=1))


def test_the_numbers_are_those_of_the_plan_made_again(solution, found) -> None:
    steps = tuple(line.step for line in found.lines)
    after = tried(solution, steps).after
    assert found.before == placed(solution)
    assert found.after == placed(after) == placed(found.trial.after)
    assert sum(found.more) == 2
    assert found.proven
    assert found.at_most == 0
    assert not found.stopped


def test_what_an_action_adds_is_what_is_lost_without_it(solution, found) -> None:
    steps = [line.step for line in found.lines]
    for line in found.lines:
        rest = tuple(step for step in steps if step != line.step)
        without = placed(tried(solution, rest).after)
        assert line.adds == tuple(a - b for a, b in zip(found.after, without, strict=True))


def test_a_swap_that_is_told_is_as_good_or_one_short_by_solving_again(solution, found) -> None:
    told = 0
    for line in found.lines:
        for swap in line.swaps:
            steps = tuple(swap.step if s.step == line.step else s.step for s in found.lines)
            assert sum(found.after) - sum(placed(tried(solution, steps).after)) == swap.fewer
            told += 1
    assert told >= 2  # homes alike can take one another's place


def test_the_curve_begins_at_nothing_never_falls_and_ends_at_all_of_it(found) -> None:
    spent = [point.spent for point in found.points]
    more = [point.more for point in found.points]
    assert (spent[0], more[0]) == (0, 0)
    assert spent == sorted(spent)
    assert more == sorted(more)
    assert (spent[-1], more[-1]) == (2, sum(found.more))


def test_with_money_the_curve_is_over_money(solution) -> None:
    ask = Ask(trainings=3, money=10, training_cost=5)
    found = recommend(solution, ask)
    assert [line.step for line in found.lines if isinstance(line.step, Train)]
    assert len(found.lines) == 2
    assert found.points[-1].spent == 10
    assert max(point.more for point in found.points if point.spent < 5) == 0


def test_how_often_an_action_is_chosen_is_the_same_each_time(solution, found) -> None:
    again = recommend(solution, Ask(beds=1, beds_each=1, trainings=1))
    assert [line.often for line in again.lines] == [line.often for line in found.lines]
    assert all(0 <= (line.often or 0) <= found.samples for line in found.lines)
    assert found.samples == 20


def test_foster_homes_one_course_away_come_first_and_new_homes_last(found) -> None:
    assert found.lines[0].foster
    assert isinstance(found.lines[0].step, Train)
    bed = Line(AddBeds("P1", "B1", 1, licence=True), (2,), (), None, False)
    new = Line(OpenProvider(1, like="P1"), (9,), (), None, False)
    late = Line(AddBeds("P2", "B1", 1, licence=True), None, (), None, False)
    course = Line(Train("P1", frozenset({w.Course.TRAFFICKING})), (1,), (), None, True)
    assert in_order([new, late, bed, course]) == (course, bed, late, new)


def test_stopped_it_tells_what_it_has_and_that_something_is_missing(solution) -> None:
    said: list[str] = []
    found = recommend(
        solution, Ask(trainings=2, beds=1), effort=Effort(0.0), progress=said.append
    )
    assert found.stopped
    assert said
    assert len(found.points) >= 1
    assert found.samples == 0
    assert sum(found.after) <= sum(found.after) + found.at_most
    steps = tuple(line.step for line in found.lines)
    assert found.after == placed(tried(solution, steps).after)


def test_stopped_in_the_middle_what_was_confirmed_is_kept(solution) -> None:
    asked = iter(range(10_000))
    found = recommend(
        solution, Ask(trainings=2), effort=Effort(stopped=lambda: next(asked) > 60)
    )
    assert found.stopped
    assert found.after >= found.before


def test_everybody_with_a_place_leaves_nothing_to_do() -> None:
    solution = three_alike(people=1)
    found = recommend(solution, Ask(trainings=2, beds=1, new_homes=1))
    assert found.lines == ()
    assert sum(found.more) == 0
    assert found.recruits == ()


@pytest.mark.parametrize("seed", [1, 5])
def test_with_people_tied_single_exchanges_make_it_better(seed: int) -> None:
    solution = work_out(region(seed, tied=True), GENERAL)
    planner = Planner(solution, Ask(trainings=1, papers=1, beds=1, beds_each=1))
    one = Choice(frozenset(), (), ())
    nothing = Confirmed(one, best_choice(planner)[0].found, tried(solution, ()))
    better = improved(planner, nothing)
    assert better.after > nothing.after
    assert better.after == placed(tried(solution, better.choice.steps).after)
    assert planner.budget.allows(planner.prospect.market, better.choice.taken)
