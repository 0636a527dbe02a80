"""Columns of the frozen problem: numbers, codes and sets, each with unknowns."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Flags = NDArray[np.bool_]
Places = NDArray[np.intp]
V = TypeVar("V", bound=Hashable)

#: Stands for "nobody has said" in whole-number and code columns.
UNKNOWN = np.int32(np.iinfo(np.int32).min)
_UNKNOWN = int(UNKNOWN)


def _frozen(values: Iterable[int], rows: int) -> Ints:
    """Return whole numbers, with their unknowns in place, as a column."""
    column = np.fromiter(values, dtype=np.int32, count=rows)
    column.flags.writeable = False
    return column


def numbers(values: Iterable[int | None]) -> Ints:
    """Return a whole-number column; ``None`` becomes :data:`UNKNOWN`."""
    # A plain int: numpy's own scalars make a list several times slower to convert.
    told = [_UNKNOWN if v is None else v for v in values]
    return _frozen(told, len(told))


def converted(values: Sequence[V | None], convert: Callable[[V], int | None]) -> Ints:
    """Return a whole-number column of converted values; ``None`` stays unknown.

    Parameters
    ----------
    values : sequence
    convert : callable
        Called once for each different value.
    """
    found: dict[V | None, int] = {None: _UNKNOWN}
    for value in set(values):
        number = None if value is None else convert(value)
        found[value] = _UNKNOWN if number is None else number
    return _frozen(map(found.__getitem__, values), len(values))


def codes(values: Sequence[object | None], vocabulary: Sequence[object]) -> Ints:
    """Return a column of positions in a vocabulary; ``None`` is UNKNOWN.

    Raises
    ------
    KeyError
        If a value is not in the vocabulary.
    """
    position: dict[object, int] = {None: _UNKNOWN}
    position.update((word, k) for k, word in enumerate(vocabulary))
    if any(isinstance(word, Enum) for word in vocabulary):
        # Members of an enumeration are one object each and slow to hash: known by sight.
        seen = {id(word): k for word, k in position.items()}
        found = list(map(seen.get, map(id, values)))
        if None not in found:
            return _frozen(found, len(found))  # type: ignore[arg-type]
    return _frozen(map(position.__getitem__, values), len(values))


def known(column: Ints) -> Flags:
    """Return where a whole-number or code column is known."""
    return np.asarray(column != UNKNOWN)


@dataclass(frozen=True, slots=True)
class SetColumn:
    """A column of sets over one vocabulary: each different set once, as packed bits.

    Attributes
    ----------
    different : ndarray of uint64, shape (sets, words)
        Bit k of word m stands for item ``64 * m + k``.
    told : ndarray of bool, shape (sets,)
        False for the set that is unknown (its bits are then zero).
    code : ndarray of int32, shape (rows,)
        Which of them each row has.
    vocabulary : tuple
        The items, in bit order.
    """

    different: NDArray[np.uint64]
    told: Flags
    code: NDArray[np.int32]
    vocabulary: tuple[object, ...]

    @property
    def bits(self) -> NDArray[np.uint64]:
        """The packed bits of every row, shape (rows, words)."""
        return self.different[self.code]

    @property
    def known(self) -> Flags:
        """Where the set is known, shape (rows,)."""
        return self.told[self.code]

    def take(self, rows: NDArray[np.integer[Any]]) -> SetColumn:
        """Return the column at some rows, in that order."""
        return SetColumn(self.different, self.told, self.code[rows], self.vocabulary)

    def mask(self, items: Iterable[object]) -> NDArray[np.uint64]:
        """Return the packed bits of some items; unknown items are ignored."""
        out = np.zeros(self.different.shape[-1], dtype=np.uint64)
        position = {word: k for k, word in enumerate(self.vocabulary)}
        for item in items:
            k = position.get(item)
            if k is not None:
                out[k // 64] |= np.uint64(1) << np.uint64(k % 64)
        return out

    def any_of(self, other: NDArray[np.uint64]) -> Flags:
        """Return, row by row, whether the set meets some bits (broadcast)."""
        if other.ndim == 1:
            return np.asarray(((self.different & other) != 0).any(axis=-1))[self.code]
        return np.asarray(((self.bits & other) != 0).any(axis=-1))

    def meets(self, other: SetColumn) -> Flags:
        """Return whether sets of two columns over one vocabulary share an item.

        The rows of the two columns broadcast. Only the different sets are
        compared, by the items that they hold.
        """
        mine, at = np.unique(self.code, return_inverse=True)
        theirs, there = np.unique(other.code, return_inverse=True)
        left, right = self._items(mine), other._items(theirs)
        first = np.searchsorted(right[1], left[1], side="left")
        counts = np.searchsorted(right[1], left[1], side="right") - first
        ends = np.cumsum(counts)
        offset = np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - counts, counts)
        hits = np.zeros((len(mine), len(theirs)), dtype=np.bool_)
        hits[np.repeat(left[0], counts), right[0][np.repeat(first, counts) + offset]] = True
        return hits[at.reshape(self.code.shape), there.reshape(other.code.shape)]

    def _items(self, sets: NDArray[np.integer[Any]]) -> tuple[Places, Places]:
        """Return (position among ``sets``, item) of all they hold, sorted by item."""
        words = self.different[sets]
        row, word = np.nonzero(words)  # of wide sets, most words are empty
        octets = np.ascontiguousarray(words[row, word], dtype="<u8").view(np.uint8)
        at, bit = np.nonzero(np.unpackbits(octets.reshape(-1, 8), axis=1, bitorder="little"))
        item = 64 * word[at] + bit
        order = np.argsort(item, kind="stable")
        return row[at][order], item[order]

    def none_missing(self, needed: NDArray[np.uint64]) -> Flags:
        """Return, row by row, whether the set holds all needed bits (broadcast)."""
        if needed.ndim == 1:
            return np.asarray(((needed & ~self.different) == 0).all(axis=-1))[self.code]
        return np.asarray(((needed & ~self.bits) == 0).all(axis=-1))

    def empty(self) -> Flags:
        """Return where the set is known to hold nothing."""
        return np.asarray(self.told & ~self.different.any(axis=-1))[self.code]


def sets(values: Sequence[Iterable[object] | None], vocabulary: Sequence[object]) -> SetColumn:
    """Return a set column; ``None`` is unknown.

    Raises
    ------
    KeyError
        If an item is not in the vocabulary.
    """
    position = {word: k for k, word in enumerate(vocabulary)}
    number: dict[int | None, int] = {None: 0}
    packed: dict[object, int] = {None: 0}
    # Rows read from one file share their sets: those are known by sight.
    seen: dict[int, int] = {}
    sights = list(map(id, values))
    for sight, items in dict(zip(sights, values, strict=True)).items():
        key: Iterable[object] | None = items
        if not isinstance(items, frozenset | tuple | None):
            key = frozenset(items)
        found = packed.get(key)
        if found is None:
            # Equal sets get one number, whatever held their items.
            bits = _as_bits(key or (), position)
            found = packed[key] = number.setdefault(bits, len(number))
        seen[sight] = found
    code = _frozen(map(seen.__getitem__, sights), len(sights))
    words = max(1, -(-len(position) // 64))
    different = np.frombuffer(
        b"".join((bits or 0).to_bytes(8 * words, "little") for bits in number), dtype="<u8"
    )
    told = np.array([bits is not None for bits in number], dtype=np.bool_)
    told.flags.writeable = False
    return SetColumn(different.reshape(-1, words), told, code, tuple(vocabulary))


def _as_bits(items: Iterable[object], position: dict[object, int]) -> int:
    out = 0
    for item in items:
        out |= 1 << position[item]
    return out
