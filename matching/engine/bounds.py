"""What a total can be at least: prices on the ties, and a flow for the rest.

Whatever the prices, charging for ties instead of keeping them, and solving what
is then left as a flow, gives a total that no choice can fall below. A linear
program only suggests the prices; the bound is worked out in whole numbers, over
all pairs, and so is what using a pair would add to it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.engine import flow
from matching.engine.component import Component, Int64s
from matching.engine.rows import Floats, Rows

#: Prices are whole parts of a unit: halves, thirds and quarters are exact.
PARTS = 12


@dataclass(frozen=True, slots=True)
class Bound:
    """A proven bound on the total gain of any choice.

    Attributes
    ----------
    parts : int
        The bound, in parts of a unit.
    each : int
        Parts in a unit.
    step : int
        All totals are multiples of it.
    reduced : ndarray of int64, shape (pairs,)
        Parts that the bound rises by if the pair is used.
    used : ndarray of int64
        Pairs that the flow uses.
    """

    parts: int
    each: int
    step: int
    reduced: Int64s
    used: Int64s

    @property
    def total(self) -> int:
        """The least total that is possible at most: a whole multiple of the step."""
        return -(-self.parts // (self.each * self.step)) * self.step

    def open(self) -> Int64s:
        """Return the pairs that the flow uses or could use at no cost."""
        return np.union1d(self.used, np.flatnonzero(self.reduced <= 0))

    def needed(self, total: int) -> Int64s:
        """Return the pairs that a choice better than one known may use.

        Parameters
        ----------
        total : int
            Of the choice known.

        Returns
        -------
        ndarray of int64
            Empty if the bound says that there is no such choice.
        """
        spare = (total - self.step) * self.each - self.parts
        return np.flatnonzero(self.reduced <= spare) if spare >= 0 else _NOBODY


_NOBODY = np.zeros(0, dtype=np.int64)


def priced(component: Component, gain: Int64s, ties: Rows, price: Floats) -> Bound:
    """Work out a bound from prices on ties.

    Parameters
    ----------
    component : Component
    gain : ndarray of int64, shape (columns,)
        0 in the columns of modes.
    ties : Rows
        All rows but those of :func:`~matching.engine.rows.flow_rows`.
    price : ndarray of float, shape (ties,)
        How much the total changes with the limit of each tie, as a linear
        program says; anything at all is valid.

    Returns
    -------
    Bound

    Raises
    ------
    CostOverflow
        If the costs are too large for exact arithmetic.
    """
    c = component
    pairs = len(c.person)
    each = PARTS if _fits(c, gain, price, PARTS) else 1
    paid = np.rint(np.nan_to_num(price) * each).astype(np.int64)
    limit = np.where(paid < 0, ties.high, ties.low)
    paid[~np.isfinite(limit)] = 0
    left = gain * each
    np.subtract.at(left, ties.column, paid[ties.row] * ties.weight)
    constant = int(paid[paid != 0] @ limit[paid != 0].astype(np.int64))
    constant += int(np.minimum(left[pairs:], 0).sum())
    network, shift = _network(c, left[:pairs])
    best = flow.solve(network)
    reduced = flow.reduced_costs(network, flow.prices(network, best))[:pairs]
    whole = np.gcd.reduce(gain)
    return Bound(
        parts=best.objective - shift + constant,
        each=each,
        step=max(1, int(whole)),
        reduced=reduced,
        used=best.chosen[best.chosen >= 0],
    )


def _fits(c: Component, gain: Int64s, price: Floats, each: int) -> bool:
    most = float(np.abs(gain).max(initial=0)) + 8 * float(np.abs(price).max(initial=0))
    return flow.safe(int(4 * most * each), c.people + 2 * len(c.pool_room) + 1, c.people)


def _network(c: Component, cost: Int64s) -> tuple[flow.Network, int]:
    """Shift everybody's costs so that none is negative; also return all shifts."""
    shift = np.zeros(c.people, dtype=np.int64)
    np.minimum.at(shift, c.person, cost)
    dear = 4 * int(np.abs(cost).max(initial=0)) + 1
    network = flow.Network(
        person=c.person,
        pool=c.pool,
        cost=cost - shift[c.person],
        stay_cost=np.where(c.must, dear, 0) - shift,
        pool_room=c.pool_room,
        owner=c.owner,
        provider_room=c.provider_room,
    )
    return network, int(-shift.sum())
