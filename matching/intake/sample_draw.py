"""Drawing whole columns at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Column = NDArray[Any]
Flags = NDArray[np.bool_]


def objects(values: Iterable[Any]) -> Column:
    """Return values as an array of objects; tuples and sets stay whole."""
    listed = list(values)
    out = np.empty(len(listed), dtype=object)
    for k, value in enumerate(listed):
        out[k] = value
    return out


class Draw:
    """Draws columns for a number of records.

    Parameters
    ----------
    rng : numpy.random.Generator
    rows : int
        How many records.
    """

    def __init__(self, rng: np.random.Generator, rows: int) -> None:
        self.rng = rng
        self.rows = rows
        self._unknown: NDArray[np.float64] = np.zeros(rows)

    def fill_in(self, hurried: float, careless: float, careful: float) -> None:
        """Decide which records were filled in a hurry.

        Parameters
        ----------
        hurried : float
            Share of such records.
        careless, careful : float
            Share of facts left unknown in them, and in the others.
        """
        self._unknown = np.where(self.flags(hurried), careless, careful)

    def spread(self, rows: NDArray[np.integer[Any]]) -> Draw:
        """Return a draw for records that belong to some of these, as hurried as they."""
        out = Draw(self.rng, len(rows))
        out._unknown = self._unknown[rows]
        return out

    def aside(self) -> Draw:
        """Return a draw for the same records whose numbers change no other draw."""
        out = Draw(self.rng.spawn(1)[0], self.rows)
        out._unknown = self._unknown
        return out

    def flags(self, share: float | NDArray[np.float64]) -> Flags:
        """Return yes with a probability."""
        return np.asarray(self.rng.random(self.rows) < share)

    def whole(self, low: Any, high: Any) -> NDArray[np.int64]:
        """Return whole numbers from low to high, both included."""
        return self.rng.integers(low, np.asarray(high) + 1, self.rows)

    def pick(self, shares: Mapping[Any, float]) -> Column:
        """Return one of the keys for each record, by its share."""
        weights = np.array(list(shares.values()), dtype=np.float64)
        chosen = self.rng.choice(len(weights), self.rows, p=weights / weights.sum())
        return objects(shares)[chosen]

    def quota(self, shares: Mapping[Any, float]) -> Column:
        """Return keys in exactly their shares (largest remainder), shuffled."""
        weights = np.array(list(shares.values()), dtype=np.float64)
        exact = weights / weights.sum() * self.rows
        counts = np.floor(exact).astype(np.int64)
        order = np.argsort(counts - exact, kind="stable")
        counts[order[: self.rows - counts.sum()]] += 1
        return self.rng.permutation(np.repeat(objects(shares), counts))

    def by(self, group: Column, table: Mapping[Any, Mapping[Any, float]]) -> Column:
        """Return one key for each record, by the shares of its group."""
        out = np.empty(self.rows, dtype=object)
        for name, shares in table.items():
            mine = np.flatnonzero(group == name)
            part = Draw(self.rng, len(mine))
            out[mine] = part.pick(shares)
        return out

    def subset(self, shares: Mapping[Any, float]) -> Column:
        """Return a set for each record, each item in it by its own share."""
        items = list(shares)
        held = self.rng.random((self.rows, len(items))) < np.array(list(shares.values()))
        code = held @ (1 << np.arange(len(items), dtype=np.int64))
        different, where = np.unique(code, return_inverse=True)
        return objects(
            frozenset(item for k, item in enumerate(items) if number >> k & 1)
            for number in different.tolist()
        )[where]

    def subset_by(self, group: Column, table: Mapping[Any, Mapping[Any, float]]) -> Column:
        """Return a set for each record, by the shares of its group."""
        out = np.empty(self.rows, dtype=object)
        for name, shares in table.items():
            mine = np.flatnonzero(group == name)
            out[mine] = Draw(self.rng, len(mine)).subset(shares)
        return out

    def known(self, column: Column | Sequence[Any]) -> list[Any]:
        """Return a column as a list, unknown where nobody filled it in."""
        out = np.asarray(column).astype(object)
        out[self.rng.random(self.rows) < self._unknown] = None
        return list(out.tolist())


def only(column: Column | Sequence[Any], where: Flags, otherwise: Any = None) -> Column:
    """Return a column that holds a value only at some records."""
    out = np.asarray(column).astype(object)
    out[~where] = objects([otherwise])
    return out
