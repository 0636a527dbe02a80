"""The rules of a component as linear constraints, in columns.

The columns of the program are the pairs, in their order, and after them the
modes of the tied pools. What a flow can carry comes first (everybody at most
once, beds taken singly); the ties come apart from it, since a proof puts a
price on them and leaves the rest to a flow.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.engine.component import Component, Flags, Int64s
from matching.engine.modes import Modes

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Rows:
    """Linear constraints ``low <= sum(weight * column) <= high``, in coordinates.

    Attributes
    ----------
    row, column, weight : ndarray of int64, shape (entries,)
    low, high : ndarray of float, shape (rows,)
    """

    row: Int64s
    column: Int64s
    weight: Int64s
    low: Floats
    high: Floats

    def __len__(self) -> int:
        return len(self.low)

    def after(self, first: int) -> Rows:
        """Return the rows from one of them on."""
        here = self.row >= first
        return Rows(
            row=self.row[here] - first,
            column=self.column[here],
            weight=self.weight[here],
            low=self.low[first:],
            high=self.high[first:],
        )

    def allow(self, used: Int64s) -> bool:
        """Tell whether using some columns, and no others, keeps every row."""
        here = np.isin(self.column, used)
        total = np.bincount(self.row[here], self.weight[here], minlength=len(self))
        return bool((total >= self.low).all() and (total <= self.high).all())

    def and_also(self, *others: Rows) -> Rows:
        """Return these rows and then others."""
        every = (self, *others)
        starts = np.cumsum([0, *(len(one) for one in every)])
        return Rows(
            row=np.concatenate(
                [one.row + k for one, k in zip(every, starts[:-1], strict=True)]
            ),
            column=np.concatenate([one.column for one in every]),
            weight=np.concatenate([one.weight for one in every]),
            low=np.concatenate([one.low for one in every]),
            high=np.concatenate([one.high for one in every]),
        )


_NONE = np.zeros(0, dtype=np.int64)
NO_ROWS = Rows(_NONE, _NONE, _NONE, np.zeros(0), np.zeros(0))


class Writer:
    """Collects rows."""

    def __init__(self) -> None:
        self._parts: list[tuple[Int64s, Int64s, Int64s]] = []
        self._low: list[Floats] = []
        self._high: list[Floats] = []
        self._count = 0

    def add(self, columns: Int64s, weights: Int64s | int, low: float, high: float) -> None:
        """Add one row."""
        self.table(np.zeros(len(columns), np.int64), columns, weights, [low], [high])

    def table(
        self,
        row: Int64s,
        columns: Int64s,
        weights: Int64s | int,
        low: Sequence[float] | Floats,
        high: Sequence[float] | Floats,
    ) -> None:
        """Add several rows, ``row`` counting from 0."""
        full = np.broadcast_to(np.asarray(weights, dtype=np.int64), columns.shape)
        self._parts.append((row + self._count, columns, full))
        self._low.append(np.asarray(low, dtype=np.float64))
        self._high.append(np.asarray(high, dtype=np.float64))
        self._count += len(low)

    def rows(self) -> Rows:
        """Return all that was added, in order."""
        if not self._parts:
            return NO_ROWS
        row, column, weight = (
            np.concatenate(part).astype(np.int64) for part in zip(*self._parts, strict=True)
        )
        return Rows(row, column, weight, np.concatenate(self._low), np.concatenate(self._high))


def heavy(component: Component) -> tuple[Flags, Flags]:
    """Return the pools and the providers where somebody would take several beds.

    Returns
    -------
    pools, providers : ndarray of bool
    """
    c = component
    pools = np.zeros(len(c.pool_room), dtype=np.bool_)
    pools[c.pool[c.beds[c.person] > 1]] = True
    homes = np.zeros(len(c.provider_room), dtype=np.bool_)
    homes[c.owner[pools]] = True
    return pools, homes


def flow_rows(component: Component) -> Rows:
    """Return the rows a flow keeps: a place at most for everybody, and single beds."""
    c = component
    out = Writer()
    every = np.arange(len(c.person))
    unlimited = np.full(c.people, -np.inf)
    out.table(c.person, every, 1, np.where(c.must, 1.0, unlimited), np.ones(c.people))
    pools, homes = heavy(c)
    _beds(out, c, ~pools, ~homes, np.ones(len(c.person), dtype=np.int64))
    return out.rows()


def _beds(out: Writer, c: Component, pools: Flags, homes: Flags, beds: Int64s) -> None:
    """Add a row for each of some pools and providers that could get too full."""
    asked = np.bincount(c.pool, beds, minlength=len(c.pool_room)).astype(np.int64)
    # A pool with beds enough for all that its provider may take needs no row of its own.
    narrow = (asked > c.pool_room) & (c.pool_room < c.provider_room[c.owner])
    _room(out, c.pool, c.pool_room, pools & narrow, beds)
    most = np.where(narrow, c.pool_room, asked)
    inside = np.bincount(c.owner, most, minlength=len(c.provider_room))
    _room(out, c.home, c.provider_room, homes & (inside > c.provider_room), beds)


def _room(out: Writer, place: Int64s, room: Int64s, wanted: Flags, beds: Int64s) -> None:
    number = np.cumsum(wanted) - 1
    inside = np.flatnonzero(wanted[place])
    out.table(
        number[place[inside]],
        inside,
        beds[inside],
        np.full(int(wanted.sum()), -np.inf),
        room[wanted].astype(np.float64),
    )


def tie_rows(component: Component) -> Rows:
    """Return the rows of groups, conflicts, limits and people of several beds."""
    c = component
    out = Writer()
    pools, homes = heavy(c)
    _beds(out, c, pools, homes, c.beds[c.person])
    spans = Spans(c)
    for members in c.groups:
        _whole(out, spans, members)
        _side_by_side(out, c, spans, members)
    for members in c.conflicts:
        _apart(out, spans, members, c.provider_room)
    for limit in c.limits:
        if len(np.unique(c.person[limit.pairs])) > limit.room:
            out.add(limit.pairs, 1, -math.inf, limit.room)
    return out.rows()


class Spans:
    """The pairs of each person, and the providers they are at."""

    def __init__(self, component: Component) -> None:
        self._order = np.argsort(component.person, kind="stable")
        self._start = np.searchsorted(
            component.person[self._order], np.arange(component.people + 1)
        )
        self._home = component.home

    def of(self, person: int) -> tuple[Int64s, Int64s]:
        """Return the pairs of a person, and their providers."""
        mine = self._order[self._start[person] : self._start[person + 1]]
        return mine, self._home[mine]


def _whole(out: Writer, spans: Spans, members: Sequence[int]) -> None:
    """All of a group at one provider, or none of them."""
    first, first_home = spans.of(members[0])
    for k in members[1:]:
        other, other_home = spans.of(k)
        homes = np.union1d(first_home, other_home)
        nothing = np.zeros(len(homes))
        row = np.searchsorted(homes, np.concatenate([first_home, other_home]))
        weight = np.repeat([1, -1], [len(first), len(other)])
        out.table(row, np.concatenate([first, other]), weight, nothing, nothing)


def _side_by_side(out: Writer, c: Component, spans: Spans, members: Sequence[int]) -> None:
    """Of a group that is at a provider, no more in a pool than fit there.

    Whole choices keep this anyway; a fractional one could fill a single bed
    with half of each, as if half a group were there.
    """
    first, home = spans.of(members[0])
    every = np.concatenate([spans.of(k)[0] for k in members])
    beds = c.beds[c.person[every]]
    asked = np.bincount(c.pool[every], beds, minlength=len(c.pool_room))
    for j in np.unique(c.pool[every]).tolist():
        room = int(c.pool_room[j])
        if asked[j] > room:
            there, leading = every[c.pool[every] == j], first[home == c.owner[j]]
            pairs, at = np.unique(np.concatenate([there, leading]), return_inverse=True)
            weights = np.zeros(len(pairs), dtype=np.int64)
            np.add.at(weights, at[: len(there)], c.beds[c.person[there]])
            np.subtract.at(weights, at[len(there) :], room)
            out.add(pairs, weights, -math.inf, 0.0)


def _apart(out: Writer, spans: Spans, members: Sequence[int], room: Int64s) -> None:
    """At most one of those kept apart at a provider where two could live."""
    found = [spans.of(k) for k in members]
    pairs = np.concatenate([mine for mine, _ in found])
    home = np.concatenate([where for _, where in found])
    sites = np.concatenate([np.unique(where) for _, where in found])
    shared, times = np.unique(sites, return_counts=True)
    shared = shared[(times > 1) & (room[shared] > 1)]
    here = np.isin(home, shared)
    row = np.searchsorted(shared, home[here])
    out.table(row, pairs[here], 1, np.full(len(shared), -np.inf), np.ones(len(shared)))


def mode_columns(component: Component) -> Int64s:
    """Return where the columns of each tie of ``modes`` begin, and the end of all.

    Returns
    -------
    ndarray of int64, shape (modes + 1,)
    """
    sizes = [tie.fits.shape[1] for tie in component.modes]
    return len(component.person) + np.cumsum([0, *sizes])


def mode_rows(component: Component, active: Iterable[int]) -> Rows:
    """Return the rows of some of the pools that are run in one way at a time.

    One mode is chosen; a pair may be used if it fits the mode chosen.

    Parameters
    ----------
    component : Component
    active : iterable of int
        Which of its ties of ``modes``.
    """
    out = Writer()
    starts = mode_columns(component)
    for k in active:
        columns = np.arange(starts[k], starts[k + 1])
        out.add(columns, 1, 1.0, 1.0)
        _fitting(out, component.modes[k], columns)
    return out.rows()


def _fitting(out: Writer, tie: Modes, columns: Int64s) -> None:
    choosy = np.flatnonzero(~tie.fits.all(axis=1))
    row, mode = np.nonzero(tie.fits[choosy])
    mine = np.arange(len(choosy))
    out.table(
        np.concatenate([mine, row]),
        np.concatenate([tie.pairs[choosy], columns[mode]]),
        np.repeat([1, -1], [len(mine), len(row)]),
        np.full(len(choosy), -np.inf),
        np.zeros(len(choosy)),
    )


def held(level: Int64s, low: float, high: float) -> Rows:
    """Return one row that holds a sum over the pairs between two numbers."""
    out = Writer()
    used = np.flatnonzero(level)
    out.add(used, level[used], low, high)
    return out.rows()
