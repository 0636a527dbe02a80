"""The planner equals trying every set of actions within the budget, each solved for itself."""

from __future__ import annotations

from collections import Counter
from itertools import combinations, product

import numpy as np
import pytest

from matching.domain import words as w
from matching.domain.errors import EngineError
from matching.domain.policy import Policy
from matching.domain.scenario import AddBeds, OpenProvider, Paper, Relicense, Train
from matching.engine.choices import Choices, Seat
from matching.engine.effort import Effort
from matching.engine.planning.curve import bed_curve
from matching.engine.planning.market import Budget
from matching.engine.planning.network import Network
from matching.engine.solve import work_out
from matching.insight.planner import Ask, BedsIn, Planner, best_choice, placed
from matching.insight.planner_market import prospect
from matching.insight.planner_new import openings, recruits
from matching.insight.planner_steps import Kind, at_home, kind_of
from matching.insight.scenario import tried
from tests.builders import HERE, NEAR, day, known_home, known_pool, known_referral, problem
from tests.engine.oracle import untied
from tests.engine.small import GENERAL

PLAIN = untied(GENERAL)


def region(
    seed: int,
    *,
    people: int = 5,
    homes: int = 3,
    tied: bool = False,
    counties: tuple[str, ...] = (HERE, NEAR),
):
    """Draw homes that lack something and people who could live there."""
    rng = np.random.default_rng(seed)

    def one(*values):
        return values[int(rng.integers(0, len(values)))]

    places, pools = [], []
    for k in range(homes):
        name = f"P{k}"
        places.append(
            known_home(
                name,
                county=one(*counties),
                trainings=one(known_home().trainings, (), ()),
                licence_expires=one(day(300), day(300), day(-3)),
                background_check=one(*[w.BackgroundCheck.CLEAR] * 3, w.BackgroundCheck.EXPIRED),
                licensed_capacity=one(None, 6),
                residents=0,
            )
        )
        pools.append(
            known_pool(
                name,
                age_min=one(10, 14),
                beds_licensed=None,
                beds_accepting=None,
                beds_available=one(0, 1, 1, 2),
            )
        )
    crowd = [
        known_referral(
            f"R{k}",
            urgency=one(*w.Urgency),
            age_years=one(12, 15, 16),
            home_county=one(*counties),
            max_distance_miles=one(None, 10),
            group_id=one(None, None, "G") if tied else None,
            separate_from=one(frozenset(), frozenset({"T"})) if tied else frozenset(),
        )
        for k in range(people)
    ]
    return problem(crowd, places, pools)


def every_choice(solution, ask: Ask, limit, new):
    """Yield the steps of every set of actions within a budget."""
    p = solution.problem
    done = [a for h in p.provider_records for a in at_home(h, solution.policy, p.as_of.date())]
    actions = [*done, *(step for step in new for _ in range(ask.new_homes))]
    most = {Kind.TRAIN: ask.trainings, Kind.PAPER: ask.papers, Kind.OPEN: ask.new_homes}
    ways = [
        beds
        for beds in product(*(range(int(n) + 1) for n in limit))
        if sum(beds) <= ask.beds and inside(p, ask, beds)
    ]
    seen = set()
    for size in range(ask.trainings + ask.papers + ask.new_homes + 1):
        for taken in combinations(range(len(actions)), size):
            steps = tuple(actions[k] for k in taken)
            counts = Counter(map(kind_of, steps))
            if steps in seen or any(n > most[kind] for kind, n in counts.items()):
                continue
            seen.add(steps)
            for beds in ways:
                cost = (
                    sum(beds) * ask.bed_cost
                    + counts[Kind.TRAIN] * ask.training_cost
                    + counts[Kind.PAPER] * ask.paper_cost
                    + counts[Kind.OPEN] * ask.home_cost
                )
                if ask.money is None or cost <= ask.money:
                    added = (
                        AddBeds(*key, n, licence=True)
                        for key, n in zip(p.pool_keys, beds, strict=True)
                        if n
                    )
                    yield (*steps, *added)


def inside(p, ask, beds):
    homes = [p.provider_records[h] for h in p.pools.provider.tolist()]
    if not ask.beds_in:
        return True
    for n, home in zip(beds, homes, strict=True):
        if n and not any(one.takes(home) for one in ask.beds_in):
            return False
    return all(
        sum(n for n, home in zip(beds, homes, strict=True) if one.takes(home)) <= one.beds
        for one in ask.beds_in
    )


def best_of_all(solution, planner, new=()):
    limit = planner.prospect.market.bed_limit[: solution.problem.size[1]]
    return max(
        placed(tried(solution, steps).after)
        for steps in every_choice(solution, planner.ask, limit, new)
    )


ASKS = (
    Ask(trainings=2),
    Ask(papers=2),
    Ask(beds=2, beds_each=2),
    Ask(beds=1, beds_each=1, trainings=1, papers=1),
    Ask(beds=2, beds_each=1, trainings=2, money=5, bed_cost=2, training_cost=1),
    Ask(beds=2, beds_each=2, trainings=1, beds_in=(BedsIn(1, county=HERE),)),
)

#: For each of them a region where something helps.
SEEDS = (1, 0, 5, 4, 5, 6)


@pytest.mark.parametrize("number", range(len(ASKS)))
def test_equals_every_set_of_actions_of_the_budget(number: int) -> None:
    solution, ask = work_out(region(SEEDS[number]), PLAIN), ASKS[number]
    planner = Planner(solution, ask)
    best, proven, at_most = best_choice(planner)
    assert proven
    assert best.after == best_of_all(solution, planner) > placed(solution)
    assert best.after == best.found.outcome.counts  # as the search expected
    assert sum(best.after) == at_most


@pytest.mark.parametrize("seed", [2])
def test_equals_every_set_with_new_homes_among_them(seed: int) -> None:
    solution = work_out(region(seed, homes=2, counties=(HERE,)), PLAIN)
    planner = Planner(solution, Ask(trainings=1, beds=1, beds_each=1, new_homes=1))
    best, proven, _ = best_choice(planner)
    assert proven
    assert best.after == best_of_all(solution, planner, openings(solution, 1))


@pytest.mark.parametrize("seed", [0, 4])
def test_with_people_tied_the_answer_is_confirmed_and_a_proof_is_one(seed: int) -> None:
    solution = work_out(region(seed, tied=True), GENERAL)
    planner = Planner(solution, Ask(trainings=1, papers=1, beds=1, beds_each=1))
    best, proven, at_most = best_choice(planner)
    slow = best_of_all(solution, planner)
    assert best.after == placed(tried(solution, best.choice.steps).after)
    assert best.after <= slow
    if proven:
        assert best.after == slow
    assert sum(best.after) <= at_most


@pytest.mark.parametrize("seed", [0, 5])
def test_the_plan_as_it_is_and_its_curve_of_beds_are_those_of_the_engine(seed: int) -> None:
    solution = work_out(region(seed, people=6), PLAIN)
    limit = np.full(solution.problem.size[1], 2, dtype=np.int64)
    found = prospect(solution, kinds=(), bed_limit=limit)
    network = Network(found.market, Budget(beds=3))
    curve = bed_curve(network, 3)
    assert curve[0] == placed(solution)
    for number, counts in enumerate(curve):
        ask = Ask(beds=number, beds_each=2)
        slow = max(
            placed(tried(solution, steps).after)
            for steps in every_choice(solution, ask, found.market.bed_limit, ())
            if all(isinstance(step, AddBeds) for step in steps)
        )
        assert counts == slow


@pytest.mark.parametrize("seed", [0, 1])
def test_a_new_home_is_worth_what_solving_with_it_gives(seed: int) -> None:
    solution = work_out(region(seed), PLAIN)
    new = openings(solution, 1)
    found = prospect(solution, kinds=(), new_homes=new)
    base = Network(found.market, Budget()).run()
    before = placed(solution)
    for one in recruits(found, base):
        step = one.profile.opens(one.county, 1)
        gained = [
            a - b for a, b in zip(placed(tried(solution, (step,)).after), before, strict=True)
        ]
        expected = [0] * len(before)
        if one.tier is not None:
            expected[one.tier] = 1
        assert gained == expected


def test_one_home_may_need_two_things_and_both_are_taken() -> None:
    lacking = known_home("P1", trainings=(), licence_expires=day(-3))
    one = problem(known_referral(), lacking, known_pool("P1"))
    solution = work_out(one, PLAIN)
    assert placed(solution) == (0, 0, 0)
    best, proven, _ = best_choice(Planner(solution, Ask(trainings=1, papers=1)))
    assert proven
    assert {type(step) for step in best.choice.steps} == {Train, Relicense}
    assert sum(best.after) == 1
    nothing, proven, _ = best_choice(Planner(solution, Ask(trainings=1)))
    assert proven
    assert nothing.choice.steps == ()


def test_what_could_be_done_is_what_the_record_says_is_lacking() -> None:
    today = day(0)
    fine = known_home("P1")
    assert at_home(fine, GENERAL, today) == ()
    untrained = known_home("P1", trainings=())
    (action,) = at_home(untrained, GENERAL, today)
    assert isinstance(action, Train)
    assert w.Course.TRAFFICKING in action.courses
    assert at_home(known_home("P1", trainings=(), trainable=False), GENERAL, today) == ()
    assert at_home(known_home("P1", trainings=None), GENERAL, today) == ()  # a call first
    over = known_home("P1", licence_expires=day(-2))
    assert at_home(over, GENERAL, today) == (Relicense("P1", Paper.LICENCE),)
    revoked = known_home("P1", licence_status=w.LicenceStatus.REVOKED)
    assert at_home(revoked, GENERAL, today) == ()
    unchecked = known_home("P1", background_check=w.BackgroundCheck.PENDING)
    assert at_home(unchecked, GENERAL, today) == (Relicense("P1", Paper.BACKGROUND_CHECK),)
    off: Policy = GENERAL.with_rule("training", on=False)
    assert at_home(untrained, off, today) == ()


def test_what_somebody_decided_stays_decided() -> None:
    homes = (known_home("P1", trainings=()), known_home("P2", trainings=()))
    pools = (known_pool("P1"), known_pool("P2"))
    one = problem(known_referral(), homes, pools)
    against = Choices(forbidden=frozenset({Seat("R1", "P1")}))
    solution = work_out(one, PLAIN, choices=against)
    best, _, _ = best_choice(Planner(solution, Ask(trainings=1)))
    assert [step.provider_id for step in best.choice.steps] == ["P2"]


def test_beds_are_added_only_where_a_bed_is_what_is_short() -> None:
    unsaid = known_pool("P1", beds_available=None, beds_accepting=None)
    no_staff = known_home("P2", staff_on_shift=1, staff_ratio=1, residents=1)
    full = known_pool("P2", beds_available=0, beds_accepting=None)
    one = problem(known_referral(), (known_home("P1"), no_staff), (unsaid, full))
    solution = work_out(one, GENERAL)
    found = prospect(solution, bed_limit=np.full(2, 2, dtype=np.int64))
    assert found.market.bed_limit.tolist() == [0, 0]


def test_only_the_most_promising_are_weighed_and_the_rest_counted() -> None:
    homes = [known_home(f"P{k}", trainings=()) for k in range(6)]
    pools = [known_pool(f"P{k}") for k in range(6)]
    people = [known_referral(f"R{k}") for k in range(6)]
    solution = work_out(problem(people, homes, pools), PLAIN)
    found = prospect(solution, most=4)
    assert len(found.actions) == 4
    assert found.left_out == 2


def test_new_homes_are_looked_at_where_people_have_no_place() -> None:
    solution = work_out(problem(known_referral(home_county=NEAR), known_home(), ()), PLAIN)
    assert {step.county for step in openings(solution, 2)} == {NEAR}
    assert all(
        isinstance(step, OpenProvider) and step.beds == 2 for step in openings(solution, 2)
    )


def test_stopped_before_all_is_gathered_there_is_nothing_to_tell() -> None:
    solution = work_out(region(1), PLAIN)
    stopped = iter([False, True])
    with pytest.raises(EngineError, match="Stopped before"):
        Planner(solution, Ask(trainings=2), Effort(stopped=lambda: next(stopped)))


def test_out_of_time_at_once_there_is_still_a_confirmed_answer() -> None:
    solution = work_out(region(1), PLAIN)
    planner = Planner(solution, Ask(trainings=2, beds=1), Effort(0.0))
    best, _, at_most = best_choice(planner)
    assert sum(placed(solution)) <= sum(best.after) <= at_most
