"""A choice that keeps every rule, in a moment: what is left when time runs out.

Forced places come first. Then groups and others who are tied are placed one
after the other, those first in line before the others, each where a bound says
it costs least and everything fits. A flow places everybody else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.engine.bounds import Bound, priced
from matching.engine.component import Component, Flags, Int64s, impossible, keeps
from matching.engine.effort import Effort
from matching.engine.program import whole
from matching.engine.rows import NO_ROWS, Spans, flow_rows, mode_columns, mode_rows, tie_rows

#: Ways to seat one group at one provider that are tried.
_TRIES = 500
#: Longest search for places for the forced, in seconds.
_FORCED_SECONDS = 10.0


class Rounding:
    """Places people one unit after the other.

    Parameters
    ----------
    component : Component
    bound : Bound
        Says what using a pair would cost everybody.
    """

    def __init__(self, component: Component, bound: Bound) -> None:
        self._c = c = component
        self._reduced, self._home = bound.reduced, c.home
        self._pool_left, self._home_left = c.pool_room.copy(), c.provider_room.copy()
        self._chosen = np.full(c.people, -1, dtype=np.int64)
        self._spans = Spans(c)
        self._apart = _members_of(c.conflicts, c.people)
        self._met: set[tuple[int, int]] = set()
        self._limits = [limit.room for limit in c.limits]
        self._limited = _pairs_of([limit.pairs for limit in c.limits])
        self._moded = _pairs_of([tie.pairs for tie in c.modes])
        self._fit = [np.ones(tie.fits.shape[1], dtype=np.bool_) for tie in c.modes]

    def choose(self, level: Int64s) -> Int64s | None:
        """Return a choice that keeps every rule.

        Parameters
        ----------
        level : ndarray of int64, shape (pairs,)
            What each pair adds to the total that should be small.

        Returns
        -------
        ndarray of int64, shape (people,), or None
            ``None`` if the forced places could not be had.
        """
        forced = _forced(self._c)
        if forced is None:
            return None
        for k in np.flatnonzero(forced >= 0).tolist():
            self._take(k, int(forced[k]))
        units, single = _units(self._c, forced >= 0)
        for unit in units:
            self._place(unit)
        self._place_rest(level, single)
        return self._chosen if keeps(self._c, self._chosen) else None

    def _place(self, unit: Sequence[int]) -> None:
        """Place a unit at the provider where it costs least and everything fits."""
        theirs = [self._spans.of(k) for k in unit]
        homes = theirs[0][1]
        for _, other in theirs[1:]:
            homes = np.intersect1d(homes, other)
        options = []
        for home in np.unique(homes).tolist():
            here = [pairs[where == home] for pairs, where in theirs]
            options.append((sum(int(self._reduced[mine].min()) for mine in here), home, here))
        for _, _, here in sorted(options, key=lambda one: one[:2]):
            order = [
                mine[np.argsort(self._reduced[mine], kind="stable")].tolist() for mine in here
            ]
            if self._seat(unit, order, iter(range(_TRIES))):
                return

    def _seat(
        self, unit: Sequence[int], pairs: Sequence[list[int]], tries: Iterator[int]
    ) -> bool:
        if not unit:
            return True
        for a in pairs[0]:
            if next(tries, None) is None:
                return False
            if self._fits(unit[0], a):
                before = [(t, self._fit[t].copy()) for t, _ in self._moded.get(a, ())]
                self._take(unit[0], a)
                if self._seat(unit[1:], pairs[1:], tries):
                    return True
                self._leave(unit[0], a, before)
        return False

    def _fits(self, k: int, a: int) -> bool:
        c, needed = self._c, int(self._c.beds[k])
        pool = int(c.pool[a])
        home = int(c.owner[pool])
        return (
            needed <= self._pool_left[pool]
            and needed <= self._home_left[home]
            and all((token, home) not in self._met for token in self._apart[k])
            and all(self._limits[t] > 0 for t, _ in self._limited.get(a, ()))
            and all(
                (self._fit[t] & c.modes[t].fits[row]).any() for t, row in self._moded.get(a, ())
            )
        )

    def _take(self, k: int, a: int) -> None:
        self._count(k, a, 1)
        home = int(self._home[a])
        self._met |= {(token, home) for token in self._apart[k]}
        for t, row in self._moded.get(a, ()):
            self._fit[t] &= self._c.modes[t].fits[row]
        self._chosen[k] = a

    def _leave(self, k: int, a: int, before: Sequence[tuple[int, Flags]]) -> None:
        self._count(k, a, -1)
        home = int(self._home[a])
        self._met -= {(token, home) for token in self._apart[k]}
        for t, fit in before:
            self._fit[t] = fit
        self._chosen[k] = -1

    def _count(self, k: int, a: int, sign: int) -> None:
        c = self._c
        self._pool_left[c.pool[a]] -= sign * c.beds[k]
        self._home_left[self._home[a]] -= sign * c.beds[k]
        for t, _ in self._limited.get(a, ()):
            self._limits[t] -= sign

    def _place_rest(self, level: Int64s, single: Flags) -> None:
        """Place those tied to nobody by a flow, once it is settled how pools are run."""
        c = self._c
        usable = single[c.person]
        for tie, fit in zip(c.modes, self._fit, strict=True):
            some = usable[tie.pairs]
            wanted = tie.fits[some].sum(axis=0)
            mode = int(np.argmax(np.where(fit, wanted, -1)))
            usable[tie.pairs[some & ~tie.fits[:, mode]]] = False
        mine = np.flatnonzero(usable)
        rest = replace(
            c.of(mine),
            groups=[],
            conflicts=[],
            modes=[],
            limits=[],
            must=np.zeros(c.people, dtype=np.bool_),
            pool_room=self._pool_left,
            provider_room=self._home_left,
        )
        used = mine[priced(rest, level[mine], NO_ROWS, np.zeros(0)).used]
        self._chosen[c.person[used]] = used


def _members_of(sets: Sequence[Sequence[int]], people: int) -> list[list[int]]:
    """Return, for each person, the numbers of the sets they are in."""
    out: list[list[int]] = [[] for _ in range(people)]
    for number, members in enumerate(sets):
        for k in members:
            out[k].append(number)
    return out


def _pairs_of(sets: Sequence[Int64s]) -> dict[int, list[tuple[int, int]]]:
    """Return, for each pair, the numbers of the sets it is in, and where in them."""
    out: dict[int, list[tuple[int, int]]] = {}
    for number, pairs in enumerate(sets):
        for row, a in enumerate(pairs.tolist()):
            out.setdefault(a, []).append((number, row))
    return out


def _units(c: Component, placed: Flags) -> tuple[list[list[int]], Flags]:
    """Return who is placed as one, in order of standing, and who is tied to nobody.

    Groups that share members are one unit.
    """
    label = _spread(c, np.arange(c.people), np.min)
    tied = (c.beds > 1) | placed
    for members in (*c.groups, *c.conflicts):
        tied[list(members)] = True
    for limit in c.limits:
        tied[c.person[limit.pairs]] = True
    units: dict[int, list[int]] = {}
    for k in np.flatnonzero(tied & ~placed).tolist():
        units.setdefault(int(label[k]), []).append(k)
    first = c.goal.standing.tolist()
    order = sorted(units.values(), key=lambda unit: (min(first[k] for k in unit), unit))
    return order, ~tied


def _spread(c: Component, mark: NDArray[Any], fold: Callable[..., Any]) -> NDArray[Any]:
    """Give all of a group what one of them has, until nothing changes."""
    while True:
        before = mark.copy()
        for members in c.groups:
            mark[list(members)] = fold(mark[list(members)])
        if np.array_equal(before, mark):
            return mark


def _forced(c: Component) -> Int64s | None:
    """Return places for all whose place is forced, their groups with them."""
    chosen = np.full(c.people, -1, dtype=np.int64)
    must = _spread(c, c.must.copy(), np.any)
    if not must.any():
        return chosen
    mine = np.flatnonzero(must[c.person])
    small = replace(c.of(mine), must=must)
    modes = mode_rows(small, range(len(small.modes)))
    rows = flow_rows(small).and_also(tie_rows(small), modes)
    columns = np.arange(mode_columns(small)[-1])
    answer = whole(np.zeros_like(columns), rows, columns, Effort(_FORCED_SECONDS))
    if answer.impossible:
        raise impossible()
    if answer.values is None:
        return None
    used = mine[answer.values[: len(mine)] > 0.5]
    chosen[c.person[used]] = used
    return chosen
