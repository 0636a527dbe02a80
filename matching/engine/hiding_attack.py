"""What an outsider could work out of counts that are hidden.

The outsider knows every count shown, all that adds up, and the least that a
hidden count can be. Linear programs bound each hidden count; since their bounds
may be wider than what whole numbers allow, a count passes only if two tables of
whole numbers are found that agree with everything published and differ in it
by the width asked for.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from matching.engine.component import Flags, Int64s
from matching.engine.program import Linear, least
from matching.engine.rows import Floats, Rows

#: As long as each program settles so many counts, one is solved for all together.
_PAYS = 2
#: How far an answer of the linear solver may be from a whole number.
_NEAR = 1e-6


@dataclass(frozen=True, slots=True)
class Sums:
    """Counts and what adds up: over every row, weights times counts are 0.

    Attributes
    ----------
    value : ndarray of int64, shape (counts,)
        People.
    least : ndarray of int64, shape (counts,)
        What anybody knows of a count that is hidden: it is no less.
    row, column, weight : ndarray of int64, shape (entries,)
        Such as 1 for a total and -1 for its parts.
    rows : int
    """

    value: Int64s
    least: Int64s
    row: Int64s
    column: Int64s
    weight: Int64s
    rows: int

    def add_up(self) -> bool:
        """Tell whether the counts keep every row."""
        total = np.bincount(self.row, self.weight * self.value[self.column], self.rows)
        return not total.any()


@dataclass(frozen=True, slots=True)
class Leak:
    """A hidden count that can be worked out too closely.

    Attributes
    ----------
    cell : int
    width : int
        Greatest less least of what it could be.
    columns : ndarray of int64
        Counts that would widen it, were they hidden.
    room : ndarray of float
        By how much at most, in people.
    """

    cell: int
    width: int
    columns: Int64s
    room: Floats


@dataclass(frozen=True, slots=True)
class Linked:
    """Hidden counts that tell of each other.

    Attributes
    ----------
    cells : ndarray of int64
        Rising.
    rows : ndarray of int64
        The sums they are in, rising.
    """

    cells: Int64s
    rows: Int64s

    @property
    def key(self) -> bytes:
        """What tells one such set from another."""
        return self.cells.tobytes()


def linked(sums: Sums, hidden: Flags) -> Iterator[Linked]:
    """Yield the sets of hidden counts that are linked by sums."""
    here = np.flatnonzero(hidden[sums.column])
    rows, cells = sums.row[here], sums.column[here]
    parent = {int(cell): int(cell) for cell in np.flatnonzero(hidden)}

    def root(cell: int) -> int:
        while parent[cell] != cell:
            parent[cell] = cell = parent[parent[cell]]
        return cell

    first: dict[int, int] = {}
    for row, cell in zip(rows.tolist(), cells.tolist(), strict=True):
        parent[root(cell)] = root(first.setdefault(row, cell))
    groups: dict[int, tuple[list[int], set[int]]] = {}
    for cell in parent:
        groups.setdefault(root(cell), ([], set()))[0].append(cell)
    for row, cell in first.items():
        groups[root(cell)][1].add(row)
    for members, their in groups.values():
        yield Linked(np.array(members, np.int64), np.array(sorted(their), np.int64))


class Attack:
    """An attack on linked counts.

    Parameters
    ----------
    sums : Sums
    hidden : ndarray of bool, shape (counts,)
    on : Linked
    width : int
        How far apart least and greatest must be, in people.

    Attributes
    ----------
    low, high : ndarray of int64, shape (cells,)
        Least and greatest of each count in the whole-number tables found so far.
    """

    def __init__(self, sums: Sums, hidden: Flags, on: Linked, width: int) -> None:
        self._sums, self._on, self._width = sums, on, width
        self._entries = np.flatnonzero(np.isin(sums.row, on.rows))
        at = np.full(len(sums.value), -1, np.int64)
        at[on.cells] = np.arange(len(on.cells))
        inside = self._entries[hidden[sums.column[self._entries]]]
        row = np.searchsorted(on.rows, sums.row[inside])
        column, weight = at[sums.column[inside]], sums.weight[inside]
        spare = sums.value[on.cells] - sums.least[on.cells]
        sides = np.bincount(row, weight * spare[column], len(on.rows)).astype(float)
        self._rows = Rows(row, column, weight, sides, sides)
        self._at, self._spare = at, spare
        # No count that is bounded at all comes near it.
        self._most = 10 * int(np.abs(sides).sum() + spare.sum() + width) + 1_000
        self.low = self.high = spare
        self._program: Linear | None = None

    def leaks(self, guarded: Flags) -> list[Leak]:
        """Return the counts, of those guarded, that are known too closely.

        Parameters
        ----------
        guarded : ndarray of bool, shape (counts,)
            Of all counts.
        """
        wanted = np.flatnonzero(guarded[self._on.cells])
        if len(wanted) == 0:
            return []
        if self._one_sum():
            return self._of_one_sum(wanted)
        self._many(wanted)
        found = (self._leak(k) for k in wanted.tolist())
        return [leak for leak in found if leak is not None]

    def _many(self, wanted: Int64s) -> None:
        """Look for tables that tell of many counts at once, as long as it pays."""
        self._solve(_sum_of(wanted, len(self._spare)))
        left = len(wanted) + _PAYS
        while True:
            pending = wanted[self.high[wanted] - self.low[wanted] < self._width]
            if len(pending) == 0 or left - len(pending) < _PAYS:
                return
            left = len(pending)
            self._solve(-_sum_of(pending, len(self._spare)))

    def bounds(self, cell: int) -> tuple[int, int]:
        """Return least and greatest of a count in all tables of whole numbers."""
        k = int(self._at[cell])
        self._reach(k, 1)
        self._reach(k, -1)
        base = int(self._sums.least[cell])
        return int(self.low[k]) + base, int(self.high[k]) + base

    def _one_sum(self) -> bool:
        """Tell whether the counts are the parts of one sum and in nothing else."""
        weight = self._rows.weight
        return len(self._on.rows) == 1 and bool((weight == weight[0]).all())

    def _of_one_sum(self, wanted: Int64s) -> list[Leak]:
        """Answer without a program: each may take what the others can spare."""
        width = int(self._spare.sum()) if len(self._spare) > 1 else 0
        if width >= self._width:
            return []
        columns = self._sums.column[self._entries]
        parts = self._sums.weight[self._entries] == self._rows.weight[0]
        room = (self._sums.value - self._sums.least)[columns].astype(float)
        room[~parts] = math.inf
        if len(self._spare) > 1:
            return [Leak(int(self._on.cells[k]), width, columns, room) for k in wanted]
        # Alone it cannot move at all: any other would let it.
        free = np.where(columns == self._on.cells[0], 0.0, math.inf)
        return [Leak(int(self._on.cells[k]), 0, columns, free) for k in wanted]

    def _leak(self, k: int) -> Leak | None:
        prices = []
        reach = []
        for sign in (1, -1):
            if self.high[k] - self.low[k] >= self._width:
                return None
            limit, price = self._limit(k, sign)
            reach.append(limit)
            prices.append(price)
        if self.high[k] - self.low[k] >= self._width:
            return None
        width = reach[0] + reach[1]
        if width >= self._width:
            # What the linear programs allow, whole numbers might not.
            self._reach(k, 1)
            self._reach(k, -1)
            width = int(self.high[k] - self.low[k])
            if width >= self._width:
                return None
            prices = []
        return self._priced(k, width, prices)

    def _limit(self, k: int, sign: int) -> tuple[int, Floats]:
        """Return the linear bound on sign times a count, and the prices of the sums."""
        gain = np.zeros(len(self._spare), np.int64)
        gain[k] = -sign
        value, price = self._solve(gain)
        return math.floor(-value + _NEAR), price

    def _solve(self, gain: Int64s) -> tuple[float, Floats]:
        if self._program is None:
            every = np.arange(len(gain))
            self._program = Linear(gain, self._rows, every, float(self._most))
        else:
            self._program.aim(gain)
        answer = self._program.solve()
        if answer.values is None or answer.price is None:
            raise ArithmeticError("the linear solver gave no answer")
        self._witness(answer.values)
        return float(gain @ answer.values), answer.price

    def _witness(self, values: Floats) -> None:
        """Take a table of whole numbers that agrees with everything published."""
        whole = np.rint(values).astype(np.int64)
        if np.abs(values - whole).max() > _NEAR or whole.min() < 0:
            return
        rows = self._rows
        total = np.bincount(rows.row, rows.weight * whole[rows.column], len(rows))
        if (total == rows.low).all():
            self.low = np.minimum(self.low, whole)
            self.high = np.maximum(self.high, whole)

    def _reach(self, k: int, sign: int) -> None:
        """Find the table of whole numbers in which a count is greatest, or least."""
        limit, _ = self._limit(k, sign)
        if limit == (self.high[k] if sign > 0 else -self.low[k]):
            return
        gain = np.zeros(len(self._spare), np.int64)
        gain[k] = -sign
        answer = least(gain, self._rows, self._most)
        if answer.values is not None:
            self._witness(answer.values)

    def _priced(self, k: int, width: int, prices: list[Floats]) -> Leak:
        """Say what would widen a count: what its prices let others do for it."""
        sums, entries = self._sums, self._entries
        columns, at = np.unique(sums.column[entries], return_inverse=True)
        room = np.zeros(len(columns))
        if not prices:
            room[:] = math.inf
        spare = (sums.value - sums.least)[columns]
        row = np.searchsorted(self._on.rows, sums.row[entries])
        for sign, price in zip((-1.0, 1.0), prices, strict=False):
            left = -np.bincount(at, sums.weight[entries] * price[row], len(columns))
            left[np.searchsorted(columns, self._on.cells[k])] += sign
            room += np.where(left > _NEAR, left * spare, 0.0)
            room[left < -_NEAR] = math.inf
        return Leak(int(self._on.cells[k]), width, columns, room)


def _sum_of(some: Int64s, count: int) -> Int64s:
    out = np.zeros(count, np.int64)
    out[some] = 1
    return out


def bounds(sums: Sums, hidden: Flags, cells: Iterable[int]) -> dict[int, tuple[int, int]]:
    """Return least and greatest of hidden counts for an outsider, in whole numbers.

    Parameters
    ----------
    sums : Sums
    hidden : ndarray of bool, shape (counts,)
    cells : iterable of int
        Hidden counts.

    Returns
    -------
    dict of int to (int, int)
        Where nothing bounds a count, its greatest is far above everybody counted.
    """
    asked = set(cells)
    out: dict[int, tuple[int, int]] = {}
    for on in linked(sums, hidden):
        attack = Attack(sums, hidden, on, 0)
        for cell in asked.intersection(on.cells.tolist()):
            out[cell] = attack.bounds(cell)
    return out
