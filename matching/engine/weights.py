"""All aims of a component in one total, each step worth many of those after it.

The steps are moderate, so that a floating-point solver can carry them; they
make the best total nearly always the best in the strict order of aims. Whether
it is gets proven aim by aim, never from the weights.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.engine.component import Component, Int64s, levels
from matching.engine.flow import check_range

#: What a step of an aim is worth in the largest cost of one pair, and in the
#: largest amount that one pair can add to the aims between.
_COSTS, _BETWEEN = 64, 4
#: Bands by which a place beats the longest wait served, and places of the next
#: tier that a place is worth.
_PLACE, _TIER = 4, 3


@dataclass(frozen=True, slots=True)
class Weights:
    """One total of all aims.

    Attributes
    ----------
    step : tuple of int
        What a unit of each aim is worth; each is a multiple of the next but
        for those of the tiers, which are multiples of that of the waits.
    level : tuple of ndarray of int64, shape (pairs,)
        What each pair adds to every aim.
    """

    step: tuple[int, ...]
    level: tuple[Int64s, ...]

    def gain(self, last: int | None = None) -> Int64s:
        """Return what each pair adds to the total of the aims up to one.

        Parameters
        ----------
        last : int, optional
            The last aim that counts, once for each unit; the very last by default.
        """
        last = len(self.step) - 1 if last is None else last
        unit = self.step[last]
        parts = [self.step[k] // unit * self.level[k] for k in range(last + 1)]
        return np.asarray(np.sum(parts, axis=0), dtype=np.int64)

    def worth(self, value: tuple[int, ...], last: int | None = None) -> int:
        """Return the total of what is reached in the aims up to the last that counts."""
        last = len(self.step) - 1 if last is None else last
        unit = self.step[last]
        return sum(self.step[k] // unit * value[k] for k in range(last + 1))


def weigh(component: Component) -> Weights:
    """Choose the weights of a component.

    Raises
    ------
    CostOverflow
        If the costs are too large for exact arithmetic.
    """
    c = component
    level = levels(c)
    dearest = max(1, int(c.goal.cost.max(initial=0)))
    step, between = [1], dearest
    for aim in (c.goal.icwa, c.goal.moved):
        most = int(aim.max(initial=0))
        unit = _step(dearest, between, step[-1]) if most else step[-1]
        step.append(unit)
        between += unit * most
    wait = _step(dearest, between, step[-1])
    step.append(wait)
    step += _places(c, wait)
    most = max(
        abs(s) * int(np.abs(one).max(initial=0))
        for s, one in zip(step[::-1], level, strict=True)
    )
    check_range(4 * most, c.people + 2 * len(c.pool_room) + 1, c.people)
    return Weights(tuple(step[::-1]), level)


def _step(dearest: int, between: int, unit: int) -> int:
    """Return what a step of an aim is worth: a multiple of that of the next."""
    return -(-max(_COSTS * dearest, _BETWEEN * between) // unit) * unit


def _places(c: Component, wait: int) -> list[int]:
    """Return what a place of each tier is worth, the last tier first."""
    out: list[int] = []
    above = 0
    free = ~c.must
    for k in reversed(range(c.tiers)):
        bands = c.band[free & (c.goal.tier == k)]
        low, high = (int(bands.min()), int(bands.max())) if len(bands) else (0, 0)
        unit = wait * high + max(_PLACE * wait, _TIER * above)
        out.append(unit)
        above = unit - wait * low
    return out
