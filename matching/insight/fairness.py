"""Who waits, travels or goes without: every group under the plan and in order of arrival.

Nothing here says why groups differ. A difference is called one only where chance
alone would seldom make it, among all the groups looked at together; of few people
nothing is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from matching.engine.columns import UNKNOWN
from matching.engine.first_come import FirstCome
from matching.engine.solution import Solution
from matching.insight.fairness_chance import (
    Spread,
    drawn_by_lot,
    higher_by_chance,
    spread,
    wilson,
)
from matching.insight.fairness_groups import Grouping

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]

#: Fewer people than this are too few to say anything about.
ENOUGH = 11
#: How often chance alone may make any one of all the differences that are told.
CHANCE = 0.05
#: Who comes first is what the policy decides: no finding, whatever it makes.
BY_DESIGN = frozenset({"Priority"})
#: From so many fewer people, and so large a part of a group, it is said to be behind.
BEHIND, BEHIND_SHARE = 2, 0.05


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of everybody.

    Attributes
    ----------
    placed : ndarray of bool, shape (referrals,)
    waited : ndarray of float64, shape (referrals,)
        Hours waited so far; NaN where nobody has said.
    miles : ndarray of float64, shape (referrals,)
        From home to the place; NaN without one, or where either is not known.
    cost : ndarray of float64, shape (referrals,)
        Preference cost of the place; NaN without one.
    """

    placed: Flags
    waited: Floats
    miles: Floats
    cost: Floats


@dataclass(frozen=True, slots=True)
class Fared:
    """How a group fares under one way to serve people.

    Attributes
    ----------
    placed, without : int
    travel : Spread or None
        Miles of those with a place; ``None`` where none is known.
    cost : Spread or None
        Preference cost of those with a place.
    still : Spread or None
        Hours waited so far by those without.
    """

    placed: int
    without: int
    travel: Spread | None
    cost: Spread | None
    still: Spread | None

    @property
    def people(self) -> int:
        """Everybody in the group."""
        return self.placed + self.without


@dataclass(frozen=True, slots=True)
class Line:
    """One group.

    Attributes
    ----------
    name : str
    plan, first : Fared
        Under the plan, and first come, first served.
    waited : Spread or None
        Hours waited so far by everybody in it.
    chance : tuple of float
        The share without a place that a group of this size and lot could show
        (Wilson's interval for 95 in 100).
    gives_way : str
        The preference that gives way most for those of the group with a place,
        against everybody with a place, by its code; empty if none does. For
        everybody, the one that gives way most.
    """

    name: str
    plan: Fared
    first: Fared
    waited: Spread | None
    chance: tuple[float, float]
    gives_way: str


@dataclass(frozen=True, slots=True)
class Table:
    """All groups of one way to group.

    Attributes
    ----------
    grouping : Grouping
    lines : tuple of Line
        In the order of its names.
    """

    grouping: Grouping
    lines: tuple[Line, ...]


class Measure(StrEnum):
    """What can differ between a group and everybody else."""

    WITHOUT = "without"
    WAIT = "wait"
    TRAVEL = "travel"


@dataclass(frozen=True, slots=True)
class Finding:
    """A group that fares worse than everybody else, beyond what chance would make.

    Attributes
    ----------
    measure : Measure
    title, name : str
        The way of grouping, and the group.
    mine, others : tuple of int or float
        Without a place: their number and how many there are. Otherwise: the
        median in hours or miles, and of how many.
    chance : float
        How often chance alone would make a difference at least as large.
    """

    measure: Measure
    title: str
    name: str
    mine: tuple[float, int]
    others: tuple[float, int]
    chance: float


@dataclass(frozen=True, slots=True)
class Fairness:
    """Everything that is held against each other.

    Attributes
    ----------
    all : Line
        Everybody.
    tables : tuple of Table
    findings : tuple of Finding
        By measure, the least likely by chance first.
    behind : tuple of (str, str, int)
        Title, group and how many fewer of it have a place than would have one
        first come, first served; groups large enough to say, more than single
        people, most first, and none that the policy puts behind others.
    """

    all: Line
    tables: tuple[Table, ...]
    findings: tuple[Finding, ...]
    behind: tuple[tuple[str, str, int], ...]


def plan_outcome(solution: Solution) -> Outcome:
    """Return what becomes of everybody under a plan."""
    people = solution.problem.size[0]
    cost = np.zeros(people, dtype=np.int64)
    cost[solution.plan.referral] = solution.plan.cost
    return outcome(solution, solution.plan.place_of(people), cost)


def first_outcome(solution: Solution, served: FirstCome) -> Outcome:
    """Return what becomes of everybody first come, first served."""
    return outcome(solution, served.pool, served.cost)


def outcome(solution: Solution, pool: NDArray[np.int64], cost: NDArray[np.int64]) -> Outcome:
    """Return what becomes of everybody.

    Parameters
    ----------
    solution : Solution
        Of the same cases and places.
    pool : ndarray of int64, shape (referrals,)
        The pool of each referral, or -1.
    cost : ndarray of int64, shape (referrals,)
        Preference cost of it.
    """
    problem = solution.problem
    placed = pool >= 0
    waited = problem.referrals.waiting_hours.astype(np.float64)
    waited[problem.referrals.waiting_hours == UNKNOWN] = np.nan
    miles = np.full(len(pool), np.nan)
    there = problem.pools.county[pool[placed]]
    miles[placed] = problem.geography.miles(problem.referrals.home[placed], there)
    return Outcome(placed, waited, miles, np.where(placed, cost.astype(np.float64), np.nan))


def fairness(solution: Solution, served: FirstCome, groups: Sequence[Grouping]) -> Fairness:
    """Hold every group under the plan against the same group in order of arrival.

    Parameters
    ----------
    solution : Solution
    served : FirstCome
        Of the same solution.
    groups : sequence of Grouping

    Returns
    -------
    Fairness
        The lines of every table add up to the line of everybody.
    """
    plan, first = plan_outcome(solution), first_outcome(solution, served)
    given_up = _given_up(solution)
    tables = tuple(
        Table(
            one,
            tuple(_line(name, one.inside(name), plan, first, given_up) for name in one.names),
        )
        for one in groups
    )
    everybody = np.ones(len(plan.placed), dtype=np.bool_)
    return Fairness(
        all=_line("", everybody, plan, first, given_up),
        tables=tables,
        findings=findings(plan, groups),
        behind=_behind(tables),
    )


def _line(
    name: str, mine: Flags, plan: Outcome, first: Outcome, given_up: dict[str, Floats]
) -> Line:
    fared = fare(plan, mine)
    more = {
        code: _more(cost, mine & plan.placed, plan.placed) for code, cost in given_up.items()
    }
    most = max(more, key=lambda code: more[code], default="")
    return Line(
        name=name,
        plan=fared,
        first=fare(first, mine),
        waited=spread(plan.waited[mine]),
        chance=wilson(fared.without, fared.people),
        gives_way=most if most and more[most] > 0 else "",
    )


def _more(cost: Floats, mine: Flags, everybody: Flags) -> float:
    """Return by how much more a preference costs some people than everybody."""
    if not mine.any():
        return 0.0
    usual = 0.0 if (mine == everybody).all() else float(cost[everybody].mean())
    return float(cost[mine].mean()) - usual


def fare(found: Outcome, mine: Flags) -> Fared:
    """Return how some people fare."""
    placed = mine & found.placed
    return Fared(
        placed=int(placed.sum()),
        without=int((mine & ~found.placed).sum()),
        travel=spread(found.miles[placed]),
        cost=spread(found.cost[placed]),
        still=spread(found.waited[mine & ~found.placed]),
    )


def _given_up(solution: Solution) -> dict[str, Floats]:
    """Return what each preference costs everybody under the plan."""
    plan, fit = solution.plan, solution.fit
    asked = np.bitwise_count(plan.unknown).astype(np.int64)
    out = {}
    for code, points in fit.points(plan.referral, plan.pool, asked).items():
        cost = np.zeros(solution.problem.size[0])
        cost[plan.referral] = points * fit.weights(code, plan.referral)
        out[code] = cost
    return out


# --- differences that chance would seldom make ----------------------------------------


def findings(found: Outcome, groups: Sequence[Grouping]) -> tuple[Finding, ...]:
    """Return the groups that fare worse than everybody else, beyond chance.

    Every group of at least :data:`ENOUGH` people is held against all others of
    whom there are as many. How unlikely a difference must be depends on how many
    were looked at (Bonferroni), so that looking at many groups finds none by itself.

    Parameters
    ----------
    found : Outcome
    groups : sequence of Grouping

    Returns
    -------
    tuple of Finding
        In the order of :class:`Measure`, the least likely by chance first.
    """
    looked = [
        one
        for grouping in groups
        if grouping.title not in BY_DESIGN
        for name in grouping.names
        for one in _compared(found, grouping, name)
    ]
    limit = CHANCE / max(1, len(looked))
    order = list(Measure)
    return tuple(
        sorted(
            (one for one in looked if one.chance <= limit),
            key=lambda one: (order.index(one.measure), one.chance, one.title, one.name),
        )
    )


def _compared(found: Outcome, grouping: Grouping, name: str) -> list[Finding]:
    """Hold one group against all others, measure by measure."""
    mine = grouping.inside(name)
    out = []
    people, rest = int(mine.sum()), int((~mine).sum())
    if min(people, rest) >= ENOUGH:
        without = int((mine & ~found.placed).sum())
        others = int((~mine & ~found.placed).sum())
        chance = drawn_by_lot(without, people, without + others, people + rest)
        out.append(
            Finding(
                Measure.WITHOUT,
                grouping.title,
                name,
                (without, people),
                (others, rest),
                chance,
            )
        )
    for measure, values in ((Measure.WAIT, found.waited), (Measure.TRAVEL, found.miles)):
        if grouping.title == "County" and measure is Measure.TRAVEL:
            continue  # how far places are from a county says nothing about its people
        told = ~np.isnan(values)
        a, b = values[mine & told], values[~mine & told]
        if min(len(a), len(b)) >= ENOUGH:
            out.append(
                Finding(
                    measure,
                    grouping.title,
                    name,
                    (float(np.median(a)), len(a)),
                    (float(np.median(b)), len(b)),
                    higher_by_chance(a, b),
                )
            )
    return out


def _behind(tables: Sequence[Table]) -> tuple[tuple[str, str, int], ...]:
    fewer = [
        (table.grouping.title, line.name, line.first.placed - line.plan.placed)
        for table in tables
        if table.grouping.title not in BY_DESIGN
        for line in table.lines
        if line.plan.people >= ENOUGH
        and line.first.placed - line.plan.placed >= max(BEHIND, BEHIND_SHARE * line.plan.people)
    ]
    return tuple(sorted(fewer, key=lambda one: (-one[2], one[0], one[1])))
