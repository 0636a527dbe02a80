"""Functions of pairs that depend on few facts, computed once for each combination.

A rule on ages reads two or three columns; a thousand people and a thousand
pools hold only a few dozen different combinations of them. The function is
computed for every different combination of both sides and looked up for the
pairs. Where the combinations are too many, the pairs are computed directly.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.engine.columns import SetColumn

Rows = NDArray[np.integer[Any]]
Codes = NDArray[np.int32]
PairFunction = Callable[[Rows, Rows], NDArray[Any]]

#: Largest table, in entries; one byte each for rules.
MAX_TABLE = 20_000_000
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
        parts = [column.code]
    elif column.ndim == 2:
        parts = list(column.T)
    else:
        parts = [column]
    return combine([np.unique(part, return_inverse=True)[1] for part in parts])


def combine(columns: Sequence[NDArray[np.integer[Any]]]) -> Codes:
    """Give a number to the different combinations of already numbered columns.

    Parameters
    ----------
    columns : sequence of ndarray of int, shape (rows,)

    Returns
    -------
    ndarray of int32, shape (rows,)
    """
    code = columns[0].astype(np.int64)
    for column in columns[1:]:
        code = code * (int(column.max(initial=0)) + 1) + column
        code = np.unique(code, return_inverse=True)[1].astype(np.int64)
    return code.astype(np.int32)


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
        return combine([self._known[name] for name in names])


class Keyed:
    """A function of pairs, tabulated over the combinations it depends on.

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
    """

    def __init__(
        self, function: PairFunction, referral_codes: Codes, pool_codes: Codes
    ) -> None:
        self.function = function
        self.referral_codes = referral_codes
        self.pool_codes = pool_codes
        first_i = np.unique(referral_codes, return_index=True)[1]
        first_j = np.unique(pool_codes, return_index=True)[1]
        self.table: NDArray[Any] | None = None
        if len(first_i) * len(first_j) <= MAX_TABLE:
            self.table = function(first_i[:, None], first_j[None, :])

    def mapped(self, change: Callable[[NDArray[Any]], NDArray[Any]]) -> Keyed:
        """Return the function followed by a change of its values."""
        out = copy.copy(self)
        out.function = lambda i, j: change(self.function(i, j))
        out.table = None if self.table is None else change(self.table)
        return out

    def pairs(self, i: Rows, j: Rows) -> NDArray[Any]:
        """Return the values of listed pairs; ``i`` and ``j`` have one shape."""
        if self.table is None:
            return self.function(i, j)
        return np.asarray(self.table[self.referral_codes[i], self.pool_codes[j]])

    def grid(self, rows: Rows, columns: Rows) -> NDArray[Any]:
        """Return the values of every pair of some rows and columns.

        Returns
        -------
        ndarray, shape (len(rows), len(columns))
        """
        if self.table is None:
            return self.function(rows[:, None], columns[None, :])
        codes = self.referral_codes[rows]
        if len(rows) <= FEW_ROWS:
            return np.asarray(self.table[codes[:, None], self.pool_codes[columns][None, :]])
        different, where = np.unique(codes, return_inverse=True)
        return np.asarray(self.table[different][:, self.pool_codes[columns]][where])
