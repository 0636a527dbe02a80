"""Components in which people are tied together, as a mixed-integer program.

Groups, people who take several beds and people who must be kept apart break
the integrality of a flow. Such components are solved with HiGHS
through MathOpt. Values are rounded and added up again in whole numbers, and a
bound is believed only rounded outwards.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray
from ortools.math_opt import model_pb2
from ortools.math_opt.python import mathopt

from matching.domain.errors import EngineError
from matching.engine.aims import Aims
from matching.engine.couplings import Limit, Modes
from matching.engine.effort import NO_LIMIT, Effort
from matching.engine.flow import check_range
from matching.engine.solution import Method

Int64s = NDArray[np.int64]

#: Longest time for one run of one component, in seconds.
EFFORT_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Component:
    """People tied together, and the beds they compete for.

    Attributes
    ----------
    person, pool : ndarray of int64, shape (pairs,)
        Ends of the pairs: index of the person, position of the pool.
    goal : Aims
        Of these people and pairs; waits in single hours.
    band : ndarray of int64, shape (people,)
        Standing with the waits in wide bands; coarser than ``goal.standing``.
    tiers : int
        Number of tiers.
    must : ndarray of bool, shape (people,)
        Whose place is forced.
    groups, conflicts : sequence of sequence of int
        Indexes of people.
    beds : ndarray of int64, shape (people,)
    modes : sequence of Modes
        Pools and pairs in positions of the component.
    limits : sequence of Limit
        Providers and pairs in positions of the component.
    owner : ndarray of int64, shape (pools,)
        Provider of each pool.
    pool_room, provider_room : ndarray of int64
    """

    person: Int64s
    pool: Int64s
    goal: Aims
    band: Int64s
    tiers: int
    must: NDArray[np.bool_]
    groups: Sequence[Sequence[int]]
    conflicts: Sequence[Sequence[int]]
    beds: Int64s
    modes: Sequence[Modes]
    limits: Sequence[Limit]
    owner: Int64s
    pool_room: Int64s
    provider_room: Int64s

    @property
    def people(self) -> int:
        """Number of people."""
        return len(self.beds)


@dataclass(frozen=True, slots=True)
class Solved:
    """Outcome of a component.

    Attributes
    ----------
    chosen : ndarray of int64, shape (people,)
        Position of the pair each person uses, or -1.
    mode : ndarray of int64, shape (modes,)
        The mode in which each tied pool is run; -1 where nobody is in it.
    method : Method
        ``KEPT`` if the strict order of waiting is kept to the hour.
    more : tuple of int
        For each tier, how many more people might be placed; 0 is proven.
    gap : int or None
        By how much the later aims might be better, in preference cost;
        ``None`` if not even the order of waiting is proven.
    """

    chosen: Int64s
    mode: Int64s
    method: Method
    more: tuple[int, ...]
    gap: int | None


@dataclass(frozen=True, slots=True)
class _Rows:
    """Linear constraints ``low <= sum(weight * pair) <= high``, in coordinates."""

    row: list[int]
    pair: list[int]
    weight: list[float]
    low: list[float]
    high: list[float]

    def add(
        self, pairs: Sequence[int], weights: Sequence[float], low: float, high: float
    ) -> None:
        number = len(self.low)
        self.row.extend([number] * len(pairs))
        self.pair.extend(pairs)
        self.weight.extend(weights)
        self.low.append(low)
        self.high.append(high)


def solve(component: Component, effort: Effort = NO_LIMIT) -> Solved:
    """Solve a component: first the counts by tier, then all the rest at once.

    The counts are folded into one weighted run, and so are waiting, ICWA
    order and cost: measured, that is many times faster than one run for each
    aim. The second run is first tried without holding the counts of the
    first; its own order of standing nearly always keeps them.

    Parameters
    ----------
    component : Component
    effort : Effort, optional

    Returns
    -------
    Solved

    Raises
    ------
    EngineError
        If no assignment is found at all.
    """
    c = component
    rows = _rules(c)
    nobody = np.full(c.people, -1, dtype=np.int64)
    # One person of a tier outweighs everybody in the tiers after it.
    weight = (c.people + 1) ** (c.tiers - 1 - c.goal.tier)
    counted, least = _improve(c, rows, -weight[c.person], nobody)
    reached = -int(weight[counted >= 0].sum())
    later, step = _later_aims(c)
    chosen, bound = _improve(c, rows, later, counted)
    if not np.array_equal(_counts(c, chosen), _counts(c, counted)):
        _hold_counts(c, rows, counted)
        chosen, bound = _improve(c, rows, later, counted)
    gap = int(later[chosen[chosen >= 0]].sum()) - bound
    if 0 < gap < step:
        # Large weights blur the last digits of the bound; with the waiting held,
        # the small numbers alone are proven sharply.
        _hold(c, rows, counted, chosen)
        small = c.goal.icwa * _icwa_step(c) + c.goal.cost
        chosen, bound = _improve(c, rows, small, chosen)
        gap = int(small[chosen[chosen >= 0]].sum()) - bound
    more = _unpacked(reached - least, c)
    return Solved(chosen, _modes(c, chosen), Method.PROGRAM, more, gap if gap < step else None)


def _modes(c: Component, chosen: Int64s) -> Int64s:
    """Return the first mode that everybody placed in each tied pool fits."""
    used = np.zeros(len(c.person), dtype=np.bool_)
    used[chosen[chosen >= 0]] = True
    out = np.full(len(c.modes), -1, dtype=np.int64)
    for k, tie in enumerate(c.modes):
        there = used[tie.pairs]
        if there.any():
            out[k] = int(np.argmax(tie.fits[there].all(axis=0)))
    return out


def _hold(c: Component, rows: _Rows, counted: Int64s, chosen: Int64s) -> None:
    """Hold the counts by tier and the waiting that were reached."""
    _hold_counts(c, rows, counted)
    wait = (int(c.band.max(initial=0)) + 1 - c.band)[c.person]
    reached = float(wait[chosen[chosen >= 0]].sum())
    rows.add(list(range(len(wait))), wait.astype(float).tolist(), reached - 0.25, math.inf)


def _hold_counts(c: Component, rows: _Rows, counted: Int64s) -> None:
    """Hold the counts by tier that were reached."""
    for k, count in enumerate(_counts(c, counted).tolist()):
        mine = np.flatnonzero(c.goal.tier[c.person] == k).tolist()
        if mine:
            rows.add(mine, [1.0] * len(mine), float(count), math.inf)


def _counts(c: Component, chosen: Int64s) -> Int64s:
    """Return the number placed in each tier."""
    return np.bincount(c.goal.tier[chosen >= 0], minlength=c.tiers)


def _unpacked(gap: int, c: Component) -> tuple[int, ...]:
    """Return a gap of the folded counts as people by tier."""
    out = []
    for k in range(c.tiers):
        unit = (c.people + 1) ** (c.tiers - 1 - k)
        out.append(min(gap // unit, int((c.goal.tier == k).sum())))
        gap %= unit
    return tuple(out)


def _icwa_step(c: Component) -> int:
    """Return what a step in the order of ICWA preferences weighs."""
    return c.people * int(c.goal.cost.max(initial=0)) + 1 if c.goal.icwa.any() else 0


def _later_aims(c: Component) -> tuple[Int64s, int]:
    """Fold waiting, ICWA order and cost; also return what a step of waiting weighs."""
    icwa_step = _icwa_step(c)
    step = (
        c.people
        * (int(c.goal.icwa.max(initial=0)) * icwa_step + int(c.goal.cost.max(initial=0)))
        + 1
    )
    wait = int(c.band.max(initial=0)) + 1 - c.band
    check_range(int(wait.max(initial=0)) * step, c.people, c.people)
    return c.goal.icwa * icwa_step + c.goal.cost - wait[c.person] * step, step


def _rules(c: Component) -> _Rows:
    """Write the rules of a component as linear constraints."""
    rows = _Rows([], [], [], [], [])
    own: dict[int, list[int]] = defaultdict(list)
    in_pool: dict[int, list[int]] = defaultdict(list)
    at: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for a, (k, j) in enumerate(zip(c.person.tolist(), c.pool.tolist(), strict=True)):
        own[k].append(a)
        in_pool[j].append(a)
        at[int(c.owner[j])][k].append(a)
    for k, pairs in own.items():  # everybody at most once, the forced exactly once
        rows.add(pairs, [1.0] * len(pairs), 1 if c.must[k] else -math.inf, 1)
    for j, pairs in in_pool.items():  # no more people than beds in a pool
        rows.add(pairs, c.beds[c.person[pairs]].tolist(), -math.inf, float(c.pool_room[j]))
    for p, people in at.items():  # nor under a provider
        pairs = [a for mine in people.values() for a in mine]
        rows.add(pairs, c.beds[c.person[pairs]].tolist(), -math.inf, float(c.provider_room[p]))
    for members in c.groups:  # all of a group at one provider, or none of them
        for people in at.values():
            first = people.get(members[0], [])
            for k in members[1:]:
                other = people.get(k, [])
                if first or other:
                    weights = [1.0] * len(first) + [-1.0] * len(other)
                    rows.add([*first, *other], weights, 0, 0)
    for members in c.conflicts:  # at most one of those kept apart at a provider
        for people in at.values():
            pairs = [a for k in members for a in people.get(k, [])]
            if len(pairs) > 1:
                rows.add(pairs, [1.0] * len(pairs), -math.inf, 1)
    for limit in c.limits:  # at most so many of some people at a provider
        rows.add(limit.pairs.tolist(), [1.0] * len(limit.pairs), -math.inf, float(limit.room))
    return rows


def _model(pairs: int, rows: _Rows, gain: Int64s) -> mathopt.Model:
    """Lay the program out in one go; its words never leave this module."""
    model = model_pb2.ModelProto()
    model.variables.ids.extend(range(pairs))
    model.variables.lower_bounds.extend([0.0] * pairs)
    model.variables.upper_bounds.extend([1.0] * pairs)
    model.variables.integers.extend([True] * pairs)
    used = np.flatnonzero(gain)
    model.objective.linear_coefficients.ids.extend(used.tolist())
    model.objective.linear_coefficients.values.extend(gain[used].astype(float).tolist())
    model.linear_constraints.ids.extend(range(len(rows.low)))
    model.linear_constraints.lower_bounds.extend(rows.low)
    model.linear_constraints.upper_bounds.extend(rows.high)
    order = np.lexsort((rows.pair, rows.row))
    matrix = model.linear_constraint_matrix
    matrix.row_ids.extend(np.asarray(rows.row)[order].tolist())
    matrix.column_ids.extend(np.asarray(rows.pair)[order].tolist())
    matrix.coefficients.extend(np.asarray(rows.weight)[order].tolist())
    return mathopt.Model.from_model_proto(model)


def _improve(
    component: Component, rows: _Rows, gain: Int64s, start: Int64s
) -> tuple[Int64s, int]:
    """Find the pairs of least total; return the choice and a bound on the total."""
    pairs = len(component.person)
    model = _model(pairs, rows, gain)
    variables = list(model.variables())
    used = np.zeros(pairs)
    used[start[start >= 0]] = 1.0
    hint = mathopt.SolutionHint(
        variable_values=dict(zip(variables, used.tolist(), strict=True))
    )
    parameters = mathopt.SolveParameters(
        time_limit=timedelta(seconds=EFFORT_SECONDS), relative_gap_tolerance=0.0
    )
    result = mathopt.solve(
        model,
        mathopt.SolverType.HIGHS,
        params=parameters,
        model_params=mathopt.ModelSolveParameters(solution_hints=[hint]),
    )
    if not result.has_primal_feasible_solution():
        raise EngineError("A tied group of people could not be solved. No plan was made.")
    taken = np.array(result.variable_values(variables)) > 0.5
    chosen = np.full(component.people, -1, dtype=np.int64)
    chosen[component.person[taken]] = np.flatnonzero(taken)
    least = result.dual_bound()
    if not math.isfinite(least):
        return chosen, int(gain.clip(max=0).sum())
    value = int(gain[taken].sum())
    # The total is whole: a bound just below a whole number is that number, and
    # no bound is believed beyond what was reached.
    return chosen, min(value, math.ceil(least - max(1e-6, 1e-12 * abs(least))))
