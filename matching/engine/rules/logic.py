"""Three-valued logic over arrays of pairs.

A :class:`Truth` says of every pair that something surely holds, surely does
not, or cannot be told (Kleene's strong logic): "and" is surely false as soon
as one part is, whatever the other part turns out to be.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.engine.columns import Flags, Ints, SetColumn, known
from matching.engine.rules.base import Rows


@dataclass(frozen=True, slots=True)
class Truth:
    """What can be said of each pair.

    Attributes
    ----------
    yes, no : ndarray of bool
        Surely so, surely not; neither where it cannot be told. Never both.
    """

    yes: Flags
    no: Flags

    def __and__(self, other: Truth) -> Truth:
        """Both hold."""
        return Truth(self.yes & other.yes, self.no | other.no)

    def __or__(self, other: Truth) -> Truth:
        """At least one holds."""
        return Truth(self.yes | other.yes, self.no & other.no)

    def __invert__(self) -> Truth:
        """Turn it round."""
        return Truth(self.no, self.yes)


def told(flags: Flags, is_known: Flags) -> Truth:
    """Return a truth that can be told only where ``is_known``."""
    return Truth(np.asarray(is_known & flags), np.asarray(is_known & ~flags))


def certain(flag: bool) -> Truth:
    """Return the same certain truth for every pair."""
    return Truth(np.asarray(flag), np.asarray(not flag))


def every(truths: Iterable[Truth]) -> Truth:
    """All of them hold; nothing asked is met."""
    return reduce(Truth.__and__, truths, certain(True))


def any_of(truths: Iterable[Truth]) -> Truth:
    """At least one of them holds; nothing offered is not enough."""
    return reduce(Truth.__or__, truths, certain(False))


@cache
def _positions(vocabulary: type[StrEnum]) -> dict[str, int]:
    return {member.value: k for k, member in enumerate(vocabulary)}


def position(member: StrEnum) -> int:
    """Return a word's code: its place in its own vocabulary.

    Equal words of two vocabularies are equal texts, so the vocabulary is part
    of every lookup.
    """
    return _positions(type(member))[member.value]


def among(column: Ints, members: Iterable[StrEnum]) -> Truth:
    """Tell whether a code is one of some words.

    An unknown code is surely among them only if they are the whole vocabulary,
    and surely not if there are none.
    """
    wanted = set(members)
    if not wanted:
        return certain(False)
    if wanted == set(type(next(iter(wanted)))):
        return certain(True)
    hit = np.isin(column, [position(member) for member in wanted])
    return told(hit, known(column))


def flag(column: Ints) -> Truth:
    """Tell whether a yes-or-no column says yes."""
    return told(np.asarray(column == 1), known(column))


def at_least(column: Ints, limit: Ints | int) -> Truth:
    """Tell whether a number reaches a limit; unknown if either is unknown."""
    limits = np.asarray(limit)
    return told(np.asarray(column >= limits), known(column) & known(limits))


def holds_any(column: SetColumn, members: Iterable[object]) -> Truth:
    """Tell whether a set holds at least one of some items."""
    return told(column.any_of(column.mask(members)), column.known)


def meets(one: SetColumn, other: SetColumn) -> Truth:
    """Tell whether two sets over one vocabulary share an item.

    They surely do not if either is known to be empty.
    """
    yes = one.meets(other)
    settled = (one.known & other.known) | one.empty() | other.empty()
    return Truth(yes, np.asarray(settled & ~yes))


def contains(column: SetColumn, rows: Rows, items: Ints) -> Truth:
    """Tell whether the sets at some rows hold the items with some positions.

    Parameters
    ----------
    column : SetColumn
        Sets over a closed vocabulary.
    rows : ndarray of int
        Rows of the set column.
    items : ndarray of int32
        Positions in the vocabulary, or UNKNOWN; shapes broadcast.

    Returns
    -------
    Truth
        An unknown item is surely held only by a set that holds every item of
        the vocabulary, and surely not by one that holds none.
    """
    some = column.take(rows)
    full = some.none_missing(column.mask(column.vocabulary))
    item_known = known(items)
    hit = bit(column, rows, np.where(item_known, items, 0))
    yes = some.known & np.where(item_known, hit, full)
    no = some.known & np.where(item_known, ~hit, some.empty())
    return Truth(np.asarray(yes), np.asarray(no))


def bit(column: SetColumn, rows: Rows, positions: NDArray[np.integer[Any]]) -> Flags:
    """Return whether the sets at some rows hold some bits (shapes broadcast)."""
    words = column.different[column.code[rows], positions // 64]
    return np.asarray((words >> (positions % 64).astype(np.uint64)) & np.uint64(1) != 0)
