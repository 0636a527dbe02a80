"""The best choice for a component by a whole-number program.

A linear program suggests prices for the ties. With these a flow gives a bound
in whole numbers over all pairs, and tells which of them a better choice could
use at all; HiGHS searches only those.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from matching.engine.bounds import Bound, priced
from matching.engine.component import Component, Int64s, broken_modes, keeps, settled_modes
from matching.engine.cuts import Covers
from matching.engine.effort import Effort
from matching.engine.program import Answer, Linear, whole
from matching.engine.rows import (
    NO_ROWS,
    Floats,
    Rows,
    flow_rows,
    mode_columns,
    mode_rows,
    tie_rows,
)

#: Rounds in which the linear program grows.
_ROUNDS = 12
#: Pairs for each person that the linear program begins with, and that the
#: first whole-number program may have.
_FEW, _MANY = 4, 6
#: Pairs that are never too many.
_SMALL = 2000
#: How far a bound may stay below the linear program that suggested it.
_NEAR = 0.5
#: What counts as used in a linear program.
_USED = 1e-6


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a search.

    Attributes
    ----------
    least : int
        No choice of those searched has a smaller total.
    impossible : bool
        There is no choice at all.
    chosen : ndarray of int64, shape (people,), or None
        The best found.
    """

    least: int
    impossible: bool
    chosen: Int64s | None


IMPOSSIBLE = Outcome(0, True, None)


class Search:
    """Searches a component for choices.

    Rows that were needed once are kept for later searches.

    Parameters
    ----------
    component : Component
        Without pairs that no choice can use.
    effort : Effort
    """

    def __init__(self, component: Component, effort: Effort) -> None:
        self.component, self.effort = component, effort
        self._flow, self._ties = flow_rows(component), tie_rows(component)
        self._modes: list[int] = []
        self._cuts = NO_ROWS
        self._covers = Covers(component)
        self._columns = int(mode_columns(component)[-1])
        self._suggested: tuple[Rows, Floats] = NO_ROWS, np.zeros(0)

    def best(self, level: Int64s, held: Rows = NO_ROWS, known: Int64s | None = None) -> Outcome:
        """Find the choice of least total.

        Parameters
        ----------
        level : ndarray of int64, shape (pairs,)
            What each pair adds to the total.
        held : Rows, optional
            Rows that the choice must keep as well.
        known : ndarray of int64, shape (people,), optional
            A choice to begin with, which keeps all rows.

        Returns
        -------
        Outcome
        """
        bound = self.bound(level, held)
        if bound is None:
            return IMPOSSIBLE
        many = max(_SMALL, _MANY * self.component.people)
        while True:
            goal = None if known is None else _total(level, known)
            if goal is not None and bound.total >= goal:
                return Outcome(goal, False, known)
            keep = _nearest(bound, goal, many)
            answer = self._whole(level, held, keep, known)
            found = self._read(answer)
            broken = [] if found is None else broken_modes(self.component, found)
            if broken:
                self._modes += [k for k in broken if k not in self._modes]
                continue
            if (
                found is not None
                and keeps(self.component, found)
                and held.allow(found[found >= 0])
            ):
                known = found if goal is None or _total(level, found) < goal else known
            if not answer.proven:
                return Outcome(bound.total, False, known)
            goal = None if known is None else _total(level, known)
            if goal is None and len(keep) == len(level):
                return IMPOSSIBLE
            if goal is not None and np.isin(bound.needed(goal), keep).all():
                return Outcome(max(bound.total, min(goal, _up(answer.bound))), False, known)
            many *= 4

    def bound(self, level: Int64s, held: Rows = NO_ROWS) -> Bound | None:
        """Work out a bound on the total of any choice.

        Parameters
        ----------
        level : ndarray of int64, shape (pairs,)
        held : Rows, optional

        Returns
        -------
        Bound or None
            The best that was found in time; ``None`` if there is no choice at all.
        """
        c, gain = self.component, self._gain(level)
        best = priced(c, gain, NO_ROWS, np.zeros(0))
        ties = self._ties.and_also(mode_rows(c, self._modes), self._cuts, held)
        lp = Linear(gain, self._flow.and_also(ties), self._first(best))
        start = len(self._flow)
        for _ in range(_ROUNDS):
            answer = self._sharpened(lp)
            if answer.impossible:
                missing = np.setdiff1d(np.arange(self._columns), lp.columns)
                if len(missing) == 0:
                    return None
                lp.add_columns(missing)
                continue
            if answer.values is None or answer.price is None:
                break
            tied = lp.rows.after(start)
            found = priced(c, gain, tied, answer.price[start:])
            if len(self._suggested[0]) == 0 and len(held) == 0:
                self._suggested = tied, answer.price[start:]
            best = max(best, found, key=lambda one: one.parts / one.each)
            more = np.setdiff1d(found.open(), lp.columns)
            if len(more) == 0 or found.parts / found.each > answer.bound - _NEAR:
                break
            lp.add_columns(more)
        return best

    def rounded(self, level: Int64s, unit: int) -> int:
        """Work out a bound from the prices of the first search, in another unit.

        What the prices hold of later aims is less than half a unit and falls away.
        """
        ties, price = self._suggested
        rough = np.rint(2 * price / unit) / 2
        return priced(self.component, self._gain(level), ties, rough).total

    def _sharpened(self, lp: Linear) -> Answer:
        """Solve a linear program, adding rows that only fractional choices break."""
        c = self.component
        for _ in range(_ROUNDS):
            answer = lp.solve(self.effort)
            if answer.values is None:
                return answer
            modes = [k for k in _torn_modes(c, answer.values) if k not in self._modes]
            cuts = self._covers.broken(answer.values)
            if len(modes) + len(cuts) == 0:
                break
            self._modes += modes
            self._cuts = self._cuts.and_also(cuts)
            lp.add_rows(mode_rows(c, modes).and_also(cuts))
        return answer

    def _first(self, bound: Bound) -> Int64s:
        """Return the columns to begin with: for each person those that add least."""
        c = self.component
        order = np.lexsort((bound.reduced, c.person))
        rank = np.empty(len(order), dtype=np.int64)
        start = np.searchsorted(c.person[order], np.arange(c.people))
        rank[order] = np.arange(len(order)) - start[c.person[order]]
        grouped = np.zeros(c.people, dtype=np.bool_)
        grouped[[k for members in c.groups for k in members]] = True
        few = (rank < _FEW) | grouped[c.person] | c.must[c.person]
        few[bound.used] = True
        modes = np.arange(len(few), self._columns)
        return np.concatenate([np.flatnonzero(few), modes])

    def _gain(self, level: Int64s) -> Int64s:
        gain = np.zeros(self._columns, dtype=np.int64)
        gain[: len(level)] = level
        return gain

    def _whole(self, level: Int64s, held: Rows, keep: Int64s, known: Int64s | None) -> Answer:
        c = self.component
        rows = self._flow.and_also(self._ties, mode_rows(c, self._modes), self._cuts, held)
        start = None
        if known is not None:
            used = known[known >= 0]
            keep = np.union1d(keep, used)
            starts, settled = mode_columns(c), settled_modes(c, known)
            start = np.concatenate([used, (starts[:-1] + settled)[settled >= 0]])
        modes = np.arange(len(level), self._columns)
        columns = np.concatenate([keep, modes])
        return whole(self._gain(level), rows, columns, self.effort, start)

    def _read(self, answer: Answer) -> Int64s | None:
        if answer.values is None:
            return None
        c = self.component
        used = np.flatnonzero(answer.values[: len(c.person)] > 0.5)
        chosen = np.full(c.people, -1, dtype=np.int64)
        chosen[c.person[used]] = used
        return chosen


def _total(level: Int64s, chosen: Int64s) -> int:
    return int(level[chosen[chosen >= 0]].sum())


def _nearest(bound: Bound, goal: int | None, many: int) -> Int64s:
    """Return the pairs to search: those a better choice may use, or the likeliest of them."""
    needed = np.arange(len(bound.reduced)) if goal is None else bound.needed(goal)
    if len(needed) <= many:
        return needed
    return np.sort(needed[np.argsort(bound.reduced[needed], kind="stable")[:many]])


def _up(bound: float) -> int:
    """Return the least whole total that a solver's bound allows, rounded outwards."""
    return math.ceil(bound - max(1e-6, 1e-12 * abs(bound)))


def _torn_modes(c: Component, values: Floats) -> list[int]:
    """Return the ties of ``modes`` where those who are there in part fit no one mode."""
    there = values > _USED
    return [
        k
        for k, tie in enumerate(c.modes)
        if there[tie.pairs].any() and not tie.fits[there[tie.pairs]].all(axis=0).any()
    ]
