"""Columns of the frozen problem: numbers, codes and sets, each with unknowns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Flags = NDArray[np.bool_]

#: Stands for "nobody has said" in whole-number and code columns.
UNKNOWN = np.int32(np.iinfo(np.int32).min)
_UNKNOWN = int(UNKNOWN)


def numbers(values: Iterable[int | None]) -> Ints:
    """Return a whole-number column; ``None`` becomes :data:`UNKNOWN`."""
    # A plain int: numpy's own scalars make a list several times slower to convert.
    column = np.array([_UNKNOWN if v is None else v for v in values], dtype=np.int32)
    column.flags.writeable = False
    return column


def codes(values: Iterable[object | None], vocabulary: Sequence[object]) -> Ints:
    """Return a column of positions in a vocabulary; ``None`` is UNKNOWN.

    Raises
    ------
    KeyError
        If a value is not in the vocabulary.
    """
    position = {word: k for k, word in enumerate(vocabulary)}
    # Members of an enumeration are one object each and slow to hash: known by sight.
    seen: dict[int, int] = {id(None): _UNKNOWN}
    out: list[int] = []
    for value in values:
        place = seen.get(id(value))
        if place is None:
            place = position[value]
            if isinstance(value, Enum):
                seen[id(value)] = place
        out.append(place)
    return numbers(out)


def known(column: Ints) -> Flags:
    """Return where a whole-number or code column is known."""
    return np.asarray(column != UNKNOWN)


@dataclass(frozen=True, slots=True)
class SetColumn:
    """A column of sets over one vocabulary, as packed bits.

    Attributes
    ----------
    bits : ndarray of uint64, shape (rows, words)
        Bit k of word m stands for item ``64 * m + k``.
    known : ndarray of bool, shape (rows,)
        False where the set is unknown (its bits are then zero).
    vocabulary : tuple
        The items, in bit order.
    """

    bits: NDArray[np.uint64]
    known: Flags
    vocabulary: tuple[object, ...]

    def take(self, rows: NDArray[np.integer[Any]]) -> SetColumn:
        """Return the column at some rows, in that order."""
        return SetColumn(self.bits[rows], self.known[rows], self.vocabulary)

    def mask(self, items: Iterable[object]) -> NDArray[np.uint64]:
        """Return the packed bits of some items; unknown items are ignored."""
        out = np.zeros(self.bits.shape[-1], dtype=np.uint64)
        position = {word: k for k, word in enumerate(self.vocabulary)}
        for item in items:
            k = position.get(item)
            if k is not None:
                out[k // 64] |= np.uint64(1) << np.uint64(k % 64)
        return out

    def any_of(self, other: NDArray[np.uint64]) -> Flags:
        """Return, row by row, whether the set meets some bits (broadcast)."""
        return np.asarray(((self.bits & other) != 0).any(axis=-1))

    def none_missing(self, needed: NDArray[np.uint64]) -> Flags:
        """Return, row by row, whether the set holds all needed bits (broadcast)."""
        return np.asarray(((needed & ~self.bits) == 0).all(axis=-1))

    def empty(self) -> Flags:
        """Return where the set is known to hold nothing."""
        return self.known & ~np.asarray(self.bits.any(axis=-1))


def sets(values: Sequence[Iterable[object] | None], vocabulary: Sequence[object]) -> SetColumn:
    """Return a set column; ``None`` is unknown.

    Raises
    ------
    KeyError
        If an item is not in the vocabulary.
    """
    position = {word: k for k, word in enumerate(vocabulary)}
    words = max(1, -(-len(position) // 64))
    bits = np.zeros((len(values), words), dtype=np.uint64)
    is_known = np.zeros(len(values), dtype=np.bool_)
    packed: dict[object, NDArray[np.uint64]] = {}
    # Rows read from one file share their sets; ``values`` keeps them alive.
    seen: dict[int, NDArray[np.uint64]] = {}
    for row, items in enumerate(values):
        if items is None:
            continue
        is_known[row] = True
        known_bits = seen.get(id(items))
        if known_bits is not None:
            bits[row] = known_bits
            continue
        key = items if isinstance(items, frozenset | tuple) else frozenset(items)
        if key not in packed:
            word_bits = [0] * words
            for item in key:
                k = position[item]
                word_bits[k // 64] |= 1 << (k % 64)
            packed[key] = np.array(word_bits, dtype=np.uint64)
        bits[row] = seen[id(items)] = packed[key]
    bits.flags.writeable = False
    is_known.flags.writeable = False
    return SetColumn(bits, is_known, tuple(vocabulary))
