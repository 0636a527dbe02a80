"""The choice of least total, by a whole-number program over the pairs that matter.

A bound tells which pairs a better choice could use at all. HiGHS searches
those; where they are many, first the likeliest of them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from matching.engine.bounds import Bound
from matching.engine.component import Component, Int64s, broken_modes, keeps, settled_modes
from matching.engine.effort import Effort
from matching.engine.program import Answer, whole
from matching.engine.rounding import Rounding
from matching.engine.rows import NO_ROWS, Rows, mode_columns
from matching.engine.suggest import Prices, chosen_in

#: Pairs for each person that the first program may have, and pairs that are never too many.
_MANY, _SMALL = 2, 2000
#: Part of the time left that one whole-number program may take; the rest is for proofs.
_SHARE = 0.8


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


class Search:
    """Searches a component for the choice of least total.

    Parameters
    ----------
    component : Component
        Without pairs that no choice can use.
    effort : Effort
    """

    def __init__(self, component: Component, effort: Effort) -> None:
        self.component, self._effort = component, effort
        self.prices = Prices(component, effort)

    def best(self, level: Int64s, held: Rows = NO_ROWS) -> Outcome:
        """Find the choice of least total.

        Parameters
        ----------
        level : ndarray of int64, shape (pairs,)
            What each pair adds to the total.
        held : Rows, optional
            Rows that the choice must keep as well.

        Returns
        -------
        Outcome
        """
        plain = self.prices.plain(level)
        known = None
        if self._effort.left() is not None:  # something to keep if it ends early
            known = self._rounded(level, held, plain)
        bound = self.prices.bound(level, held, plain)
        if bound is None:
            return Outcome(0, True, None)
        known = self._better(level, held, known, self.prices.guess)
        many = max(_SMALL, _MANY * self.component.people)
        while self._effort.left() != 0:
            keep = _nearest(bound, _total(level, known), many, self.prices.touched)
            if known is not None and len(keep) == 0:
                return Outcome(_total(level, known), False, known)
            answer = self._whole(level, held, keep, known)
            found = chosen_in(self.component, answer)
            if found is not None and self.prices.need(broken_modes(self.component, found)):
                continue
            known = self._better(level, held, known, found)
            if known is None and len(keep) == len(level) and answer.impossible:
                return Outcome(0, True, None)
            if not answer.proven or (known is None and len(keep) == len(level)):
                break
            goal = _total(level, known)
            if known is not None and np.isin(bound.needed(goal), keep).all():
                least = max(bound.total, min(goal, _up(answer.bound)))
                return Outcome(least, False, known)
            many *= 4
        known = self._rounded(level, held, bound) if known is None else known
        return Outcome(bound.total, False, known)

    def _rounded(self, level: Int64s, held: Rows, bound: Bound) -> Int64s | None:
        """Return a choice found in a moment, in case no better one is found in time."""
        found = None if len(held) else Rounding(self.component, bound).choose(level)
        return self._better(level, held, None, found)

    def _better(
        self, level: Int64s, held: Rows, known: Int64s | None, found: Int64s | None
    ) -> Int64s | None:
        """Return the better of two choices; one that breaks a rule does not count."""
        if found is None or not keeps(self.component, found):
            return known
        if not held.allow(found[found >= 0]):
            return known
        return found if _total(level, found) < _total(level, known) else known

    def _whole(self, level: Int64s, held: Rows, keep: Int64s, known: Int64s | None) -> Answer:
        start = None
        if known is not None:
            used = known[known >= 0]
            keep = np.union1d(keep, used)
            first, settled = mode_columns(self.component), settled_modes(self.component, known)
            start = np.concatenate([used, (first[:-1] + settled)[settled >= 0]])
        modes = np.arange(len(level), self.prices.columns)
        columns = np.concatenate([keep, modes])
        gain = self.prices.gain(level)
        effort = self._effort.share(_SHARE)
        return whole(gain, self.prices.rows(held), columns, effort, start)


def _total(level: Int64s, chosen: Int64s | None) -> int:
    if chosen is None:
        return _NOTHING
    return int(level[chosen[chosen >= 0]].sum())


#: The total of no choice at all.
_NOTHING = 2**62


def _nearest(bound: Bound, goal: int, many: int, first: Int64s) -> Int64s:
    """Return pairs to search: those a better choice may use, or the likeliest of them."""
    needed = bound.needed(goal)
    if len(needed) <= many:
        return needed
    reduced = bound.reduced.copy()
    reduced[first] = np.iinfo(np.int64).min
    return np.sort(needed[np.argsort(reduced[needed], kind="stable")[:many]])


def _up(bound: float) -> int:
    """Return the least whole total that a solver's bound allows, rounded outwards."""
    if math.isinf(bound):
        return -_NOTHING
    return math.ceil(bound - max(1e-6, 1e-12 * abs(bound)))
