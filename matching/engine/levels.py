"""The order of aims as whole numbers compared one after the other, and exactly.

A change of a plan is a row of levels: by how much the order of people changes,
then proposals moved, then places in the ICWA order, then preference cost. Rows
compare like words in a dictionary. To be quick, several levels share one
64-bit column where their ranges allow; nothing is ever rounded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.domain.errors import CostOverflow

Int64s = NDArray[np.int64]

#: Stands for "cannot be reached"; above twice any number that is packed.
FAR = np.int64(2**62)
#: Packed numbers keep below this, so that two of them add up below FAR.
_ROOM = 2**61


@dataclass(frozen=True, slots=True)
class Scale:
    """How levels are packed into columns.

    Attributes
    ----------
    widths : tuple of int
        Largest size that any total of each level can have, first level first.
    columns : tuple of tuple of int
        Which levels share each column.
    """

    widths: tuple[int, ...]
    columns: tuple[tuple[int, ...], ...]

    @classmethod
    def of(cls, widths: Sequence[int]) -> Scale:
        """Lay levels of given widths out in as few columns as hold them.

        Raises
        ------
        CostOverflow
            If a single level is too wide for 64 bits.
        """
        columns: list[list[int]] = []
        room = 0
        for level, width in enumerate(widths):
            base = 2 * width + 1
            if base >= _ROOM:
                raise CostOverflow(
                    f"The costs of this plan are too large to compare exactly: {width}. "
                    "Nothing was worked out.",
                    next_step="Use smaller weights in the policy.",
                )
            if not columns or room // base == 0:
                columns.append([])
                room = _ROOM
            columns[-1].append(level)
            room //= base
        return cls(tuple(widths), tuple(tuple(one) for one in columns))

    def pack(self, levels: Sequence[Int64s]) -> Int64s:
        """Pack levels.

        Parameters
        ----------
        levels : sequence of ndarray of int64, shape (n,)
            One for each level.

        Returns
        -------
        ndarray of int64, shape (columns, n)
            They compare, column by column, as the levels do; sums of them are
            the sums of the levels.
        """
        out = np.zeros((len(self.columns), len(levels[0])), dtype=np.int64)
        for column, members in zip(out, self.columns, strict=True):
            for level in members:
                column *= 2 * self.widths[level] + 1
                column += levels[level]
        return out

    def unpack(self, packed: Int64s) -> Int64s:
        """Return the levels of packed numbers, shape (levels, n)."""
        out = np.empty((len(self.widths), packed.shape[1]), dtype=np.int64)
        for column, members in zip(packed, self.columns, strict=True):
            left = column.copy()
            for level in reversed(members):
                base = 2 * self.widths[level] + 1
                out[level] = (left + self.widths[level]) % base - self.widths[level]
                left = (left - out[level]) // base
        return out


def less(a: Int64s, b: Int64s) -> NDArray[np.bool_]:
    """Tell where packed numbers come before others, shape (n,)."""
    out = a[-1] < b[-1]
    for x, y in zip(a[-2::-1], b[-2::-1], strict=True):
        out = (x < y) | ((x == y) & out)
    return np.asarray(out)


def total(a: Int64s, b: Int64s) -> Int64s:
    """Add packed numbers; what cannot be reached stays so."""
    return np.where((a[0] == FAR) | (b[0] == FAR), FAR, a + b)


def first_of_each(key: Int64s, packed: Int64s) -> Int64s:
    """Return the position of the smallest packed number of each key.

    Parameters
    ----------
    key : ndarray of int64, shape (n,)
    packed : ndarray of int64, shape (columns, n)

    Returns
    -------
    ndarray of int64
        By rising key; the earliest position where numbers are equal.
    """
    if len(key) == 0:
        return np.zeros(0, dtype=np.int64)
    order = np.lexsort((*packed[::-1], key))
    starts = np.r_[True, key[order][1:] != key[order][:-1]]
    return order[starts]
