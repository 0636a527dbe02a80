"""Differences in people as they may be told: exactly, or in bands."""

from __future__ import annotations

from dataclasses import dataclass

from matching.insight.disclosure import Rules
from matching.insight.fairness import ENOUGH

#: Upper ends of the bands in which differences are told.
BANDS = (10, 25, 50, 100, 250, 1_000)


@dataclass(frozen=True, slots=True)
class Change:
    """A difference in people: exact, or as a band.

    Attributes
    ----------
    sign : int or None
        1 is more, -1 fewer, 0 as many; ``None`` if it must not be told.
    exact : int or None
        The difference without its sign; ``None`` where it is protected.
    band : tuple of int or None
        Least and most it could be; the most is 0 where there is none.
    """

    sign: int | None
    exact: int | None = None
    band: tuple[int, int] | None = None


def change(more: int, rules: Rules | None) -> Change:
    """Return a difference as it may be told: exact without rules, else in a band.

    The first band is at least as wide as a small count.
    """
    sign = (more > 0) - (more < 0)
    if rules is None or more == 0:
        return Change(sign, abs(more))
    low, first = 1, max(BANDS[0], rules.threshold)
    for high in (first, *(band for band in BANDS if band > first)):
        if abs(more) <= high:
            return Change(sign, None, (low, high))
        low = high + 1
    return Change(sign, None, (low, 0))


NOT_TOLD = Change(None)


def least(rules: Rules | None) -> int:
    """Return of how many people at least a middle may be told."""
    return ENOUGH if rules is None else max(ENOUGH, rules.threshold + 1)
