"""Functions of pairs that depend on few facts, computed once for each combination.

A rule on ages reads two or three columns; a thousand people and a thousand
pools hold only a few dozen different combinations of them. The function is
computed for every different combination of both sides and looked up for the
pairs. Where there are too many for one table, it is computed for those that
the pairs at hand hold.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.engine.columns import UNKNOWN, SetColumn

Rows = NDArray[np.integer[Any]]
Codes = NDArray[np.int32]
PairFunction = Callable[[Rows, Rows], NDArray[Any]]

#: Largest table, in entries; one byte each for rules.
MAX_TABLE = 20_000_000
#: Most entries computed in one go where there is no table.
AT_ONCE = 4_000_000
#: So few rows are looked up one by one, without first finding the different ones.
FEW_ROWS = 24


def factorize(column: NDArray[Any] | SetColumn) -> Codes:
    """Give a number to the different values of a column from 0.

    Parameters
    ----------
    column : ndarray or SetColumn
        A column of the problem; a two-dimensional array counts row by row.

    Returns
    -------
    ndarray of int32, shape (rows,)
    """
    if isinstance(column, SetColumn):
        return _numbered(column.code)
    if column.ndim == 2:
        return combine([_numbered(part) for part in column.T])
    return _numbered(column)


def combine(columns: Sequence[NDArray[np.integer[Any]]]) -> Codes:
    """Give a number to the different combinations of already numbered columns.

    Parameters
    ----------
    columns : sequence of ndarray of int, shape (rows,)

    Returns
    -------
    ndarray of int32, shape (rows,)
    """
    code = _numbered(columns[0])
    for column in columns[1:]:
        wide = code.astype(np.int64) * (int(column.max(initial=0)) + 1)
        code = _numbered(wide + column)
    return code


def _numbered(values: NDArray[np.integer[Any]]) -> Codes:
    """Give a number to the different values of whole numbers, in their order."""
    known = values != UNKNOWN
    if not known.any():
        return np.zeros(len(values), dtype=np.int32)
    told = values[known]
    low = int(told.min())
    span = int(told.max()) - low + 2
    if span > 4 * len(values) + 1024:
        return np.asarray(np.unique(values, return_inverse=True)[1], dtype=np.int32)
    # A small range is counted through, which is much faster than sorting.
    shifted = np.where(known, values.astype(np.int64) - low + 1, 0)
    there = np.zeros(span, dtype=np.bool_)
    there[shifted] = True
    number = np.cumsum(there, dtype=np.int32) - np.int32(1)
    return np.asarray(number[shifted])


def first_of(codes: Codes) -> Rows:
    """Return the first row of each code, shape (codes,)."""
    first = np.empty(int(codes.max(initial=-1)) + 1, dtype=np.intp)
    first[codes[::-1]] = np.arange(len(codes))[::-1]
    return first


def alike(rows: NDArray[Any]) -> tuple[Rows, Codes]:
    """Find rows of a table that are equal.

    Parameters
    ----------
    rows : ndarray, shape (rows, columns)

    Returns
    -------
    first : ndarray of int
        One row of each kind.
    kind : ndarray of int32, shape (rows,)
        Which of them each row equals.
    """
    seen: dict[bytes, int] = {}
    kind = np.array([seen.setdefault(row.tobytes(), len(seen)) for row in rows], dtype=np.int32)
    return first_of(kind), kind


def those_of(codes: Codes, most: int) -> tuple[Rows, Rows]:
    """Return the codes that occur, and the place of each row among them."""
    there = np.zeros(most, dtype=np.bool_)
    there[codes] = True
    return np.flatnonzero(there), (np.cumsum(there) - 1)[codes]


class Factors:
    """The numbered columns of one side, each computed when first asked for."""

    def __init__(self, columns: Any, rows: int) -> None:
        self._columns = columns
        self._rows = rows
        self._known: dict[str, Codes] = {}

    def codes(self, names: Sequence[str]) -> Codes:
        """Return a number for each combination of the named columns."""
        for name in names:
            if name not in self._known:
                self._known[name] = factorize(getattr(self._columns, name))
        if not names:
            return np.zeros(self._rows, dtype=np.int32)
        if len(names) == 1:
            return self._known[names[0]]
        return combine([self._known[name] for name in names])


class Keyed:
    """A function of pairs, tabulated over the combinations it depends on.

    Combinations for which the whole table says the same count as one.

    Parameters
    ----------
    function : callable
        Takes broadcasting positions and returns an array in their shape.
    referral_codes, pool_codes : ndarray of int32
        Rows with equal codes get equal values.

    Attributes
    ----------
    function : callable
    table : ndarray or None
        Values by (referral code, pool code); ``None`` if it would be too large.
    first_referral, first_pool : ndarray of int
        A row for each code.
    """

    def __init__(
        self, function: PairFunction, referral_codes: Codes, pool_codes: Codes
    ) -> None:
        self.function = function
        self.referral_codes = referral_codes
        self.pool_codes = pool_codes
        self.first_referral = first_of(referral_codes)
        self.first_pool = first_of(pool_codes)
        self.table: NDArray[Any] | None = None
        if len(self.first_referral) * len(self.first_pool) <= MAX_TABLE:
            self.fold(function(self.first_referral[:, None], self.first_pool[None, :]))

    def fold(self, table: NDArray[Any]) -> None:
        """Take a table of values by code; codes with equal values become one."""
        first, kind = alike(table)
        if len(first) < len(table):
            self.referral_codes, table = kind[self.referral_codes], table[first]
            self.first_referral = self.first_referral[first]
        first, kind = alike(np.ascontiguousarray(table.T))
        if len(first) < table.shape[1]:
            self.pool_codes, table = kind[self.pool_codes], table[:, first]
            self.first_pool = self.first_pool[first]
        self.table = np.ascontiguousarray(table)

    def mapped(self, change: Callable[[NDArray[Any]], NDArray[Any]]) -> Keyed:
        """Return the function followed by a change of its values."""
        out = copy.copy(self)
        out.function = lambda i, j: change(self.function(i, j))
        if self.table is not None:
            out.fold(change(self.table))
        return out

    def among(self, referrals: Rows, pools: Rows) -> NDArray[Any]:
        """Return the values of some codes of both sides, shape (referrals, pools)."""
        if self.table is not None:
            return np.asarray(self.table[referrals[:, None], pools[None, :]])
        i, j = self.first_referral[referrals], self.first_pool[pools]
        step = max(1, AT_ONCE // max(1, len(j)))
        parts = [
            self.function(i[k : k + step, None], j[None, :])
            for k in range(0, max(1, len(i)), step)
        ]
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    def pairs(self, i: Rows, j: Rows) -> NDArray[Any]:
        """Return the values of listed pairs; ``i`` and ``j`` have one shape."""
        if self.table is not None:
            return np.asarray(self.table[self.referral_codes[i], self.pool_codes[j]])
        mine, at = those_of(self.referral_codes[i], len(self.first_referral))
        theirs, where = those_of(self.pool_codes[j], len(self.first_pool))
        if len(mine) * len(theirs) <= 2 * at.size + 1024:
            return np.asarray(self.among(mine, theirs)[at, where])
        wide = at * len(theirs) + where
        different, which = np.unique(wide, return_inverse=True)
        a, b = np.divmod(different, len(theirs))
        found = self.function(self.first_referral[mine[a]], self.first_pool[theirs[b]])
        return np.asarray(found[which])

    def grid(self, rows: Rows, columns: Rows) -> NDArray[Any]:
        """Return the values of every pair of some rows and columns.

        Returns
        -------
        ndarray, shape (len(rows), len(columns))
        """
        codes, others = self.referral_codes[rows], self.pool_codes[columns]
        if self.table is not None and len(rows) <= FEW_ROWS:
            return np.asarray(self.table[codes[:, None], others[None, :]])
        kinds, kind = those_of(codes, len(self.first_referral))
        if self.table is not None:
            return np.asarray(self.table[kinds][:, others][kind])
        there, where = those_of(others, len(self.first_pool))
        return np.asarray(self.among(kinds, there)[:, where][kind])


@dataclass(frozen=True, slots=True)
class Lookup:
    """Values by kind of person and kind of pool.

    Attributes
    ----------
    person, pool : ndarray of int32
        The kind of each row of both sides.
    values : ndarray, shape (kinds of person, kinds of pool)
    """

    person: Codes
    pool: Codes
    values: NDArray[Any]

    def of(self, i: Rows, j: Rows) -> NDArray[Any]:
        """Return the values of listed pairs."""
        row = self.person[i].astype(np.int64) * self.values.shape[1]
        return np.asarray(self.values.ravel()[row + self.pool[j]])


def joined(tables: Sequence[Lookup], join: np.ufunc, most: int) -> list[Lookup]:
    """Join tables whose values are added up, or the like, into few larger ones.

    Parameters
    ----------
    tables : sequence of Lookup
        Over the same people and pools.
    join : ufunc
        Of two values, such as ``np.add``.
    most : int
        Most entries of a table that is joined.

    Returns
    -------
    list of Lookup
        Fewer lookups, which joined give the same.
    """
    out: list[Lookup] = []
    for one in sorted(tables, key=lambda table: table.values.size):
        if out:
            last = out[-1]
            person, pool = combine([last.person, one.person]), combine([last.pool, one.pool])
            i, j = first_of(person), first_of(pool)
            if len(i) * len(j) <= most:
                both = join(
                    last.values[last.person[i]][:, last.pool[j]],
                    one.values[one.person[i]][:, one.pool[j]],
                )
                out[-1] = Lookup(person, pool, both)
                continue
        out.append(one)
    return out
