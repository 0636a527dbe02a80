"""Middles of numbers, and what chance alone would make of shares, draws and ranks."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Spread:
    """The middle of some numbers, and the half of them around it.

    Attributes
    ----------
    known : int
        How many there are.
    low, middle, high : float
        Lower quartile, median, upper quartile.
    mean : float
    """

    known: int
    low: float
    middle: float
    high: float
    mean: float


def spread(values: Floats) -> Spread | None:
    """Return the middle of the values that are known; ``None`` if none is."""
    known = values[~np.isnan(values)]
    if len(known) == 0:
        return None
    low, middle, high = np.percentile(known, [25, 50, 75]).tolist()
    return Spread(len(known), low, middle, high, float(known.mean()))


def wilson(count: int, of: int) -> tuple[float, float]:
    """Return the range of shares that fit a count (Wilson's interval, 95 in 100).

    Returns
    -------
    tuple of float
        From 0 to 1; the whole range where there is nobody.
    """
    if of == 0:
        return 0.0, 1.0
    z = NormalDist().inv_cdf(0.975)
    share = count / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    reach = z * (share * (1 - share) / of + z * z / (4 * of * of)) ** 0.5 / (1 + z * z / of)
    return max(0.0, middle - reach), min(1.0, middle + reach)


def drawn_by_lot(count: int, people: int, marked: int, everybody: int) -> float:
    """Return how often a draw by lot marks at least so many of a group.

    Parameters
    ----------
    count : int
        Marked people of the group.
    people : int
        People of the group.
    marked, everybody : int
        In all.

    Returns
    -------
    float
        The upper tail of the hypergeometric distribution, from 0 to 1.
    """
    most = min(people, marked)
    k = np.arange(max(count, people + marked - everybody), most + 1)
    if len(k) == 0:
        return 0.0
    log = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, everybody + 1)))])

    def ways(n: NDArray[np.int64] | int, r: NDArray[np.int64]) -> Floats:
        return np.asarray(log[n] - log[r] - log[n - r])

    logs = ways(marked, k) + ways(everybody - marked, people - k)
    whole = ways(everybody, np.array([people]))[0]
    return float(min(1.0, np.exp(logs - whole).sum()))


def higher_by_chance(mine: Floats, others: Floats) -> float:
    """Return how often chance alone would put a group so high above the others.

    The rank-sum test with its normal approximation, corrected for equal values;
    meant for groups of at least ten or so.

    Returns
    -------
    float
        From 0 to 1.
    """
    both = np.concatenate([mine, others])
    _, position, counts = np.unique(both, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[position]
    a, b, n = len(mine), len(others), len(both)
    expected = a * (n + 1) / 2
    equal = float((counts.astype(np.float64) ** 3 - counts).sum())
    variance = a * b / 12 * ((n + 1) - equal / (n * (n - 1)))
    if variance <= 0:
        return 1.0
    above = float(ranks[: len(mine)].sum()) - expected - 0.5
    return 1.0 - NormalDist().cdf(above / float(variance) ** 0.5)
