"""What each action of a choice adds, what could take its place, and how sure it is.

Everything told of a plan was worked out by making that plan again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from matching.domain.scenario import AddBeds, OpenProvider, Step, Train
from matching.domain.words import FOSTER_FAMILY_TYPES
from matching.engine.planning import exact
from matching.engine.planning.greedy import Greedy
from matching.engine.planning.market import Budget
from matching.engine.planning.network import Network
from matching.engine.planning.search import search
from matching.insight.planner import Choice, Confirmed, Counts, Planner, more, placed
from matching.insight.planner_new import with_people
from matching.insight.planner_steps import Kind

#: Rounds of exchanging single actions where ties leave less than was expected.
EXCHANGES = 2
#: Swaps confirmed for each action, at most.
SWAPS = 2
#: Times the demand is drawn again, and the seed that makes it the same each time.
SAMPLES, SEED = 20, 5
#: Points of a curve besides nothing.
POINTS = 12
#: Columns above which the points of a curve are not proven.
CURVE_COLUMNS = 8_000


@dataclass(frozen=True, slots=True)
class Swap:
    """Something else in the place of an action, confirmed.

    Attributes
    ----------
    step : Step
    fewer : int
        People fewer who would have a place with it; 0 is a tie.
    """

    step: Step
    fewer: int


@dataclass(frozen=True, slots=True)
class Line:
    """One action of a recommendation.

    Attributes
    ----------
    step : Step
    adds : tuple of int, or None
        How many fewer would have a place in each tier without it, everything
        else done; ``None`` if the work was stopped before.
    swaps : tuple of Swap
        What could be done instead: ties first, then near-ties.
    often : int or None
        In how many of the drawn demands it was chosen, of ``samples``.
    foster : bool
        Whether it is an existing foster home that takes a course.
    """

    step: Step
    adds: Counts | None
    swaps: tuple[Swap, ...]
    often: int | None
    foster: bool


@dataclass(frozen=True, slots=True)
class Point:
    """One point of the curve.

    Attributes
    ----------
    spent : int
        Things done, or money.
    more : int
        People more with a place, by making the plan again.
    """

    spent: int
    more: int


def improved(planner: Planner, best: Confirmed) -> Confirmed:
    """Exchange and add single actions while the plan made again gets better by it.

    For where ties between people leave less than the search expected, which
    looks at people one by one.
    """
    greedy = Greedy(Network(planner.prospect.market, planner.budget), planner.effort)
    for number in range(EXCHANGES):
        better = best
        others = [
            other
            for step in best.choice.steps
            for _, other in _instead(planner, best.choice, greedy, step)[:SWAPS]
        ]
        others += [
            planner.choice(more_taken, greedy.run(more_taken))
            for more_taken in islice(greedy.steps(best.choice.taken), SWAPS)
        ]
        for k, other in enumerate(others):
            if planner.stopped():
                return better
            planner.say(f"Exchanging changes, round {number + 1}: {k + 1} of {len(others)}")
            trial = planner.try_out(other.steps)
            if trial is not None and placed(trial.after) > better.after:
                better = Confirmed(other, best.found, trial)
        if better is best:
            return best
        best = better
    return best


def adds(planner: Planner, best: Confirmed) -> tuple[Counts | None, ...]:
    """Return what each step adds: the plan without it, against the plan with all."""
    steps = best.choice.steps
    out: list[Counts | None] = []
    for k in range(len(steps)):
        if planner.stopped():
            out.append(None)
            continue
        planner.say(f"What each change adds: {k + 1} of {len(steps)}")
        rest = planner.try_out((*steps[:k], *steps[k + 1 :]))
        out.append(None if rest is None else more(best.after, placed(rest.after)))
    return tuple(out)


def swaps(planner: Planner, best: Confirmed) -> dict[Step, tuple[Swap, ...]]:
    """Return what could be done in the place of each step, confirmed."""
    out: dict[Step, tuple[Swap, ...]] = {}
    network = Network(planner.prospect.market, planner.budget)
    greedy = Greedy(network, planner.effort)
    steps = best.choice.steps
    for k, step in enumerate(steps):
        if planner.stopped():
            break
        planner.say(f"What could be done instead: {k + 1} of {len(steps)}")
        found: list[Swap] = []
        for new, other in _instead(planner, best.choice, greedy, step)[:SWAPS]:
            trial = None if planner.stopped() else planner.try_out(other.steps)
            if trial is None:
                break
            fewer = sum(best.after) - sum(placed(trial.after))
            if fewer in (0, 1):
                found.append(Swap(new, fewer))
        out[step] = tuple(sorted(found, key=lambda swap: swap.fewer))
    return out


def _instead(
    planner: Planner, choice: Choice, greedy: Greedy, step: Step
) -> list[tuple[Step, Choice]]:
    """Return the most promising steps in the place of one, and the choices with them."""
    if isinstance(step, AddBeds):
        return _other_beds(planner, choice, greedy, step)
    market, actions = planner.prospect.market, planner.prospect.actions
    out = next(a for a in choice.taken if actions[a] == step)
    value, less = greedy.value(choice.taken), choice.taken - {out}
    found: list[tuple[int, int, frozenset[int]]] = []
    for other in greedy.steps(less):
        new = other - less
        if len(new) != 1 or other == choice.taken or len(found) > 3 * SWAPS:
            continue
        (a,) = new
        same_kind = market.kind[a] == market.kind[out]
        known = {actions[b] for _, b, _ in found}
        if same_kind and actions[a] != step and actions[a] not in known:
            found.append((value - greedy.value(other), a, other))
    found.sort(key=lambda one: one[:2])
    return [(actions[a], planner.choice(other, greedy.run(other))) for _, a, other in found]


def _other_beds(
    planner: Planner, choice: Choice, greedy: Greedy, step: AddBeds
) -> list[tuple[Step, Choice]]:
    """Return choices with one bed of a step somewhere else, where it is worth as much."""
    keys, market = planner.solution.problem.pool_keys, planner.prospect.market
    pool = keys.index((step.provider_id, step.pool_id))
    beds = dict(choice.beds)
    now = greedy.network.run(choice.taken, sum(beds.values()) - 1)
    order = np.argsort(-now.bed_worth, kind="stable")
    out: list[tuple[Step, Choice]] = []
    for j in order.tolist():
        if now.bed_worth[j] <= 0 or len(out) == SWAPS:
            break
        if j == pool or beds.get(j, 0) >= market.bed_limit[j]:
            continue
        others = dict(beds)
        others[pool] -= 1
        others[j] = others.get(j, 0) + 1
        if _inside(planner.budget, others):
            kept = tuple((k, n) for k, n in sorted(others.items()) if n)
            home, name = keys[j]
            new = AddBeds(home, name, 1, licence=True)
            out.append((new, planner.of(choice.taken, kept)))
    return out


def _inside(budget: Budget, beds: dict[int, int]) -> bool:
    return all(
        sum(n for j, n in beds.items() if j in one.pools) <= one.beds for one in budget.within
    )


def curve(planner: Planner, best: Confirmed) -> tuple[Point, ...]:
    """Return how many more have a place for less of the budget, the last all of it.

    Without costs everything counts the same. Each point is the best found for
    what may be spent, the plan made again with it.
    """
    ask = planner.ask
    whole = ask.money if ask.money is not None else ask.actions
    gain = sum(best.after) - sum(placed(planner.solution))
    out = [Point(0, 0)]
    spends = sorted({round(whole * k / POINTS) for k in range(1, POINTS)} - {0, whole})
    for k, spent in enumerate(spends):
        if spent >= _spent(planner, best.choice):
            out.append(Point(spent, gain))
            continue
        planner.say(f"The curve: {k + 1} of {len(spends)}")
        trial = None
        if not planner.stopped():
            choice = _quickly(planner, _less(planner, spent))
            trial = None if planner.stopped() else planner.try_out(choice.steps)
        if trial is None:
            return tuple(out)
        now = sum(placed(trial.after)) - sum(placed(planner.solution))
        out.append(Point(spent, max(out[-1].more, now)))
    out.append(Point(whole, max(out[-1].more, gain)))
    return tuple(out)


def _spent(planner: Planner, choice: Choice) -> int:
    """Return what a choice takes of the budget, as its curve counts it."""
    beds = sum(n for _, n in choice.beds)
    if planner.budget.money is None:
        return len(choice.taken) + beds
    return planner.budget.spent(planner.prospect.market, choice.taken, beds)


def _quickly(planner: Planner, budget: Budget) -> Choice:
    """Return a good choice for a smaller budget: proven where that is quick."""
    market = planner.prospect.market
    if exact.columns(market, budget) <= CURVE_COLUMNS:
        found = search(market, budget, effort=planner.effort)
        return planner.choice(found.taken, found.outcome)
    greedy = Greedy(Network(market, budget), planner.effort)
    taken = greedy.search(rounds=0)
    return planner.choice(taken, greedy.run(taken))


def _less(planner: Planner, spent: int) -> Budget:
    b = planner.budget
    if b.money is not None:
        return Budget(b.options, b.beds, b.within, spent, b.option_cost, b.bed_cost)
    return Budget(b.options, b.beds, b.within, spent, (1,) * len(Kind), 1)


def often(planner: Planner) -> tuple[Counter[Step], int]:
    """Return how often each action is chosen when the demand is drawn again, and of how many.

    As many people are drawn from those on the record, some of them twice, and the
    choice is made step by step, without a proof. Beds count for their pool,
    however many.
    """
    market, actions = planner.prospect.market, planner.prospect.actions
    keys = planner.solution.problem.pool_keys
    found: Counter[Step] = Counter()
    rng = np.random.default_rng(SEED)
    for number in range(SAMPLES):
        rows = rng.integers(0, max(1, market.people), market.people)
        if planner.stopped():
            return found, number
        planner.say(f"With other people waiting: {number + 1} of {SAMPLES}")
        drawn = with_people(market, rows)
        greedy = Greedy(Network(drawn, planner.budget), planner.effort)
        taken = greedy.search(rounds=1)
        if planner.stopped():
            return found, number
        # Copies of a new home are one action.
        found.update({actions[a] for a in taken})
        used = np.flatnonzero(greedy.run(taken).beds)
        found.update(AddBeds(*keys[j], 1, licence=True) for j in used.tolist() if j < len(keys))
    return found, SAMPLES


def chosen(counts: Counter[Step], step: Step) -> int:
    """Return how often a step was chosen; beds by their pool."""
    if isinstance(step, AddBeds):
        step = AddBeds(step.provider_id, step.pool_id, 1, licence=True)
    return counts[step]


def foster_training(planner: Planner, step: Step) -> bool:
    """Tell whether a step is an existing foster home that takes a course."""
    if not isinstance(step, Train):
        return False
    for home in planner.solution.problem.provider_records:
        if home.provider_id == step.provider_id:
            return home.placement_type in FOSTER_FAMILY_TYPES
    return False


def in_order(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Return foster homes that take a course first, then what adds most.

    Foster homes that exist and lack one course are quicker than anything new.
    """

    def key(line: Line) -> tuple[object, ...]:
        kind = 3 if isinstance(line.step, OpenProvider) else 0 if line.foster else 1
        total = () if line.adds is None else tuple(-n for n in line.adds)
        return kind, line.adds is None, total

    return tuple(sorted(lines, key=key))
