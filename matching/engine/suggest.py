"""Prices for ties, suggested by a linear program that grows as it is needed.

It begins with the likeliest pairs and without the rows that seldom matter, and
takes in what its own answer shows to be missing. What its prices are worth is
worked out by :mod:`matching.engine.bounds`, over all pairs.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from matching.engine.bounds import Bound, priced
from matching.engine.component import Component, Int64s
from matching.engine.cuts import Covers
from matching.engine.effort import Effort
from matching.engine.program import Answer, Linear
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
_ROUNDS = 60
#: Pairs for each person that it begins with.
_FEW = 3
#: By how little a total may differ and count as the same.
_NEAR = 0.5
#: What counts as used, and as missing, in a linear program.
_USED, _MISSING = 1e-6, 1e-2


class Prices:
    """Finds prices for the ties of a component.

    Rows that were needed once are kept for later.

    Parameters
    ----------
    component : Component
        Without pairs that no choice can use.
    effort : Effort

    Attributes
    ----------
    columns : int
        Pairs and modes.
    last : tuple of Rows and ndarray of float
        The ties last priced, and their prices.
    guess : ndarray of int64, shape (people,), or None
        What the last linear program uses more than half; it may break rules.
    touched : ndarray of int64
        The pairs that it uses at all.
    """

    def __init__(self, component: Component, effort: Effort) -> None:
        self.component, self._effort = component, effort
        self._flow, self._ties = flow_rows(component), tie_rows(component)
        self._modes: list[int] = []
        self._cuts = NO_ROWS
        self._covers = Covers(component)
        self.columns = int(mode_columns(component)[-1])
        self.last: tuple[Rows, Floats] = NO_ROWS, np.zeros(0)
        self.guess: Int64s | None = None
        self.touched = np.zeros(0, dtype=np.int64)

    def rows(self, held: Rows) -> Rows:
        """Return the rows needed so far, and others to keep as well."""
        modes = mode_rows(self.component, self._modes)
        return self._flow.and_also(self._ties, modes, self._cuts, held)

    def need(self, modes: Sequence[int]) -> list[int]:
        """Ask for the rows of some pools with modes; return those that are new."""
        new = [k for k in modes if k not in self._modes]
        self._modes += new
        return new

    def gain(self, level: Int64s) -> Int64s:
        """Return what each column adds to a total, from what each pair adds."""
        out = np.zeros(self.columns, dtype=np.int64)
        out[: len(level)] = level
        return out

    def plain(self, level: Int64s) -> Bound:
        """Work out a bound on the total of any choice without a price on any tie."""
        return priced(self.component, self.gain(level), NO_ROWS, np.zeros(0))

    def bound(
        self, level: Int64s, held: Rows = NO_ROWS, plain: Bound | None = None
    ) -> Bound | None:
        """Work out a bound on the total of any choice.

        Parameters
        ----------
        level : ndarray of int64, shape (pairs,)
            What each pair adds to the total.
        held : Rows, optional
            Rows that the choice must keep as well.
        plain : Bound, optional
            That without prices, if it is known.

        Returns
        -------
        Bound or None
            The best that was found in time; ``None`` if there is no choice at all.
        """
        gain, self.guess = self.gain(level), None
        best = self.plain(level) if plain is None else plain
        if self._effort.left() == 0:
            return best
        lp = Linear(gain, self.rows(held), self._first(best))
        before = -np.inf
        for _ in range(_ROUNDS):
            answer = lp.solve(self._effort)
            missing = np.setdiff1d(np.arange(self.columns), lp.columns)
            if answer.impossible and len(missing):
                lp.add_columns(missing)
                continue
            if answer.values is None or answer.price is None:
                return None if answer.impossible else best
            lacking = missing[_reduced(gain, lp.rows, answer.price)[missing] < -_MISSING]
            sharper = self._sharper(answer.values)
            if len(sharper):
                lp.add_rows(sharper)
                continue
            if len(lacking) and abs(answer.bound - before) > _NEAR:
                lp.add_columns(lacking)
                before = answer.bound
                continue
            found = self._weighed(gain, lp.rows, answer.price)
            self.guess = chosen_in(self.component, answer)
            self.touched = np.flatnonzero(answer.values[: len(level)] > _USED)
            best = max(best, found, key=lambda one: one.parts / one.each)
            lacking = np.union1d(lacking, np.setdiff1d(found.open(), lp.columns))
            if len(lacking) == 0 or found.parts / found.each > answer.bound - _NEAR:
                return best
            lp.add_columns(lacking)
        return best

    def _weighed(self, gain: Int64s, rows: Rows, price: Floats) -> Bound:
        start = len(self._flow)
        self.last = rows.after(start), price[start:]
        return priced(self.component, gain, *self.last)

    def _sharper(self, values: Floats) -> Rows:
        """Return rows that a fractional choice breaks."""
        modes = self.need(_torn_modes(self.component, values))
        cuts = self._covers.broken(values)
        self._cuts = self._cuts.and_also(cuts)
        return mode_rows(self.component, modes).and_also(cuts)

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
        modes = np.arange(len(few), self.columns)
        return np.concatenate([np.flatnonzero(few), modes])


def chosen_in(component: Component, answer: Answer) -> Int64s | None:
    """Return the pair that each person uses more than half, or -1."""
    if answer.values is None:
        return None
    used = np.flatnonzero(answer.values[: len(component.person)] > 0.5)
    chosen = np.full(component.people, -1, dtype=np.int64)
    chosen[component.person[used]] = used
    return chosen


def _reduced(gain: Int64s, rows: Rows, price: Floats) -> Floats:
    """Return what each column would add to the total at the prices of all rows."""
    paid = np.bincount(rows.column, rows.weight * price[rows.row], minlength=len(gain))
    return np.asarray(gain - paid, dtype=np.float64)


def _torn_modes(c: Component, values: Floats) -> list[int]:
    """Return the ties of ``modes`` where those who are there in part fit no one mode."""
    there = values > _USED
    return [
        k
        for k, tie in enumerate(c.modes)
        if there[tie.pairs].any() and not tie.fits[there[tie.pairs]].all(axis=0).any()
    ]
