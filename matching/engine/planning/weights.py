"""What a place is worth in each tier, so that no number of later places outweighs one."""

from __future__ import annotations

import numpy as np

from matching.engine.planning.market import Budget, Market


def weights(market: Market, budget: Budget) -> tuple[int, ...]:
    """Return what a place is worth in each tier.

    How far two choices within the budget can be apart in a tier is limited: by
    the people of the tier, and by the beds that the choices touch, since a bed
    more opens at most one chain of moves, which changes a tier by one person at
    most. A step of a tier outweighs all the steps after it.

    Parameters
    ----------
    market : Market
    budget : Budget

    Returns
    -------
    tuple of int
        The last tier is worth 1.
    """
    people = np.bincount(market.tier[np.unique(market.person)], minlength=market.tiers)
    most = _beds_touched(market, budget)
    out = [1]
    below = 0
    for tier in reversed(range(market.tiers - 1)):
        # From all that could be lost to all that could be gained.
        below += out[-1] * min(int(people[tier + 1]), 2 * most)
        out.append(below + 1)
    return tuple(out[::-1])


def _beds_touched(market: Market, budget: Budget) -> int:
    """Return how many beds the options and beds of a choice can open, at most."""
    inside = np.bincount(
        market.owner, np.minimum(market.pool_room, 10**6), minlength=len(market.home_room)
    )
    room = np.minimum(inside, market.home_room)
    total = 0
    for kind in range(int(market.kind.max(initial=-1)) + 1):
        of_kind = np.sort(room[market.home[market.kind == kind]])[::-1]
        total += int(of_kind[: budget.most_of(kind)].sum())
    return total + budget.beds


def weighted(weight: tuple[int, ...], counts: tuple[int, ...]) -> int:
    """Return the weighted total of the people placed in each tier."""
    return sum(w * n for w, n in zip(weight, counts, strict=True))


def steps(weight: tuple[int, ...], more: int) -> int:
    """Return at most how many people more a total can stand for: each worth the least."""
    return more // min(weight) if more > 0 else 0
