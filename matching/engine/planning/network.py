"""The flow behind a set of options: who has a place, which beds are added, what each is worth.

Every person sends one unit through a bed pool and its home, or through a bed
that is added, or straight to the sink, without a place. A bed that is added
makes room in its pool, or, since the home is licensed for it, under the home for
another pool. Added beds run through nodes that hold the limits on them, one
inside the other, so that the best beds to add come out of the same flow.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
from ortools.graph.python import min_cost_flow

from matching.domain.errors import EngineError
from matching.engine.flow import check_range
from matching.engine.planning.market import Budget, Flags, Int64s, Market

#: Stands for "cannot be reached".
FAR = np.int64(2**60)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What comes of a set of options and a number of beds.

    Attributes
    ----------
    counts : tuple of int
        People with a place in each tier.
    beds : ndarray of int64, shape (pools,)
        Beds added that somebody uses.
    place : ndarray of int64, shape (people,)
        The pool of each person, or -1.
    worth : ndarray of int64, shape (people,)
        What the plan would gain if a place for this person came from outside,
        in the unit of ``price``: exact.
    bed_worth : ndarray of int64, shape (pools,)
        What it would gain from one more bed: exact.
    bed_loss : ndarray of int64, shape (pools,)
        What it would lose with one bed fewer: exact; 0 where one is free.
    price : tuple of int
        What a place is worth in each tier.
    """

    counts: tuple[int, ...]
    beds: Int64s
    place: Int64s
    worth: Int64s
    bed_worth: Int64s
    bed_loss: Int64s
    price: tuple[int, ...]

    @property
    def placed(self) -> int:
        """Everybody with a place."""
        return sum(self.counts)


class Network:
    """The flows of a market under a budget.

    Parameters
    ----------
    market : Market
    budget : Budget
        Its limits on beds; the limits on options are the caller's.
    alike : bool, default False
        Whether a place is worth the same in every tier.

    Raises
    ------
    EngineError
        If the limits on beds overlap without one being inside the other.
    """

    def __init__(self, market: Market, budget: Budget, *, alike: bool = False) -> None:
        self.market, self.budget = market, budget
        self._parent, self._limit, self._leaf = _nested(market, budget)
        step = max(1, budget.beds) + 1
        #: The sets of people who can be placed form a matroid, so any falling
        #: prices serve the tiers in order; a bed costs less than any of them.
        self.price = tuple(
            step if alike else (market.tiers - t) * step for t in range(market.tiers)
        )
        self._stay = np.array(self.price, dtype=np.int64)[market.tier]
        self._grow = np.flatnonzero(market.bed_limit)

    def run(
        self, taken: Collection[int] = (), beds: int | None = None, *, values: bool = True
    ) -> Outcome:
        """Find the best plan with some options taken and at most so many beds added.

        Parameters
        ----------
        taken : collection of int
            Options.
        beds : int, optional
            By default as many as the budget has.
        values : bool, default True
            Whether to work out what people and beds are worth.

        Returns
        -------
        Outcome

        Raises
        ------
        EngineError
            If the solver does not finish with an optimal flow.
        """
        m = self.market
        most = self.budget.beds if beds is None else beds
        live = np.flatnonzero(m.open_under(m.set_at(taken)))
        tail, head, room, cost = self._arcs(live, most)
        on = _solved(tail, head, room, cost, m.people, self._nodes)
        place = np.full(m.people, -1, dtype=np.int64)
        used = live[on[: len(live)] > 0]
        place[m.person[used]] = m.pool[used]
        extra = np.zeros(len(m.pool_room), dtype=np.int64)
        first = len(on) - len(self._limit) - len(self._grow)
        extra[self._grow] = on[first : first + len(self._grow)]
        worth = np.zeros(m.people, dtype=np.int64)
        bed_worth = np.zeros(len(m.pool_room), dtype=np.int64)
        bed_loss = np.zeros(len(m.pool_room), dtype=np.int64)
        if values:
            left = _Left(tail, head, room, cost, on, self._nodes)
            far = left.from_sink()
            home_0 = m.people + len(m.pool_room)
            at = np.minimum(far[m.people : home_0], far[home_0:][m.owner])
            worth = np.maximum(0, -far[: m.people])
            bed_worth = np.where(at < FAR, np.maximum(0, -at), 0)
            bed_loss = np.maximum(0, left.to_sink()[m.people : home_0])
        counts = np.bincount(m.tier[place >= 0], minlength=m.tiers)
        return Outcome(
            counts=tuple(counts.tolist()),
            beds=extra,
            place=place,
            worth=worth,
            bed_worth=bed_worth,
            bed_loss=bed_loss,
            price=self.price,
        )

    @property
    def _nodes(self) -> int:
        m = self.market
        places = len(m.pool_room) + len(m.home_room) + len(self._grow)
        return m.people + places + len(self._limit) + 1

    def _arcs(self, live: Int64s, beds: int) -> tuple[Int64s, Int64s, Int64s, Int64s]:
        m, grow = self.market, self._grow
        pools, homes = len(m.pool_room), len(m.home_room)
        pool_0, home_0 = m.people, m.people + pools
        bed_0, sink = home_0 + homes, self._nodes - 1
        set_0 = bed_0 + len(grow)
        added = bed_0 + np.arange(len(grow))
        limit, most = self._limit.copy(), np.minimum(m.bed_limit[grow], m.people)
        limit[0] = min(beds, m.people)
        arcs: tuple[tuple[Any, ...], ...] = (
            (m.person[live], pool_0 + m.pool[live], 1, 0),
            (np.arange(m.people), sink, 1, self._stay),
            (pool_0 + np.arange(pools), home_0 + m.owner, np.minimum(m.pool_room, m.people), 0),
            (home_0 + np.arange(homes), sink, np.minimum(m.home_room, m.people), 0),
            (pool_0 + grow, added, most, 0),
            (home_0 + m.owner[grow], added, most, 0),
            (added, set_0 + self._leaf[grow], most, 1),
            (
                set_0 + np.arange(len(limit)),
                np.where(self._parent < 0, sink, set_0 + self._parent),
                limit,
                0,
            ),
        )
        sizes = [len(one[0]) for one in arcs]
        tail, head, room, cost = (
            np.concatenate(
                [np.broadcast_to(one[k], n) for one, n in zip(arcs, sizes, strict=True)]
            ).astype(np.int64)
            for k in range(4)
        )
        return tail, head, room, cost


def _nested(market: Market, budget: Budget) -> tuple[Int64s, Int64s, Int64s]:
    """Return the parent and limit of each set of beds, and the innermost set of each pool.

    The first set is that of all beds.
    """
    sets = sorted(budget.within, key=lambda one: (-len(one.pools), sorted(one.pools)))
    parent = np.full(len(sets) + 1, -1, dtype=np.int64)
    limit = np.array([budget.beds, *(one.beds for one in sets)], dtype=np.int64)
    leaf = np.zeros(len(market.pool_room), dtype=np.int64)
    for number, one in enumerate(sets, start=1):
        inside = np.array(sorted(one.pools), dtype=np.int64)
        outer = np.unique(leaf[inside])
        if len(outer) > 1:
            raise EngineError(
                "Two limits on beds overlap, and neither is inside the other.",
                next_step="Limit beds by type inside a county, or by one of the two.",
            )
        parent[number] = int(outer[0]) if len(outer) else 0
        leaf[inside] = number
    return parent, limit, leaf


def _solved(
    tail: Int64s, head: Int64s, room: Int64s, cost: Int64s, people: int, nodes: int
) -> Int64s:
    if people == 0:
        return np.zeros(len(tail), dtype=np.int64)
    check_range(int(cost.max(initial=0)), nodes, people)
    solver = min_cost_flow.SimpleMinCostFlow()
    added = solver.add_arcs_with_capacity_and_unit_cost(
        tail.astype(np.int32), head.astype(np.int32), room, cost
    )
    supplies = np.zeros(nodes, dtype=np.int64)
    supplies[:people], supplies[-1] = 1, -people
    solver.set_nodes_supplies(np.arange(nodes, dtype=np.int32), supplies)
    status = solver.solve()
    if status != solver.OPTIMAL:
        raise EngineError(f"The flow could not be solved (status {status}). Nothing was saved.")
    return np.asarray(solver.flows(added), dtype=np.int64)


class _Left:
    """What a flow leaves open: by which ways it could still change, and at what cost."""

    def __init__(
        self, tail: Int64s, head: Int64s, room: Int64s, cost: Int64s, on: Int64s, nodes: int
    ) -> None:
        forward, backward = on < room, on > 0
        self._begin = np.concatenate([tail[forward], head[backward]])
        self._end = np.concatenate([head[forward], tail[backward]])
        self._toll = np.concatenate([cost[forward], -cost[backward]])
        self._nodes = nodes

    def from_sink(self) -> Int64s:
        """Return the cost of the cheapest way from the sink to each node.

        Along it places change hands for one who leaves by another door: the node.
        """
        return self._far(self._begin, self._end)

    def to_sink(self) -> Int64s:
        """Return the cost of the cheapest way from each node to the sink."""
        return self._far(self._end, self._begin)

    def _far(self, begin: Int64s, end: Int64s) -> Int64s:
        order = np.argsort(begin, kind="stable")
        end, toll = end[order], self._toll[order]
        start = np.searchsorted(begin[order], np.arange(self._nodes + 1))
        far = np.full(self._nodes, FAR, dtype=np.int64)
        far[-1] = 0
        active = np.array([self._nodes - 1], dtype=np.int64)
        for _ in range(self._nodes + 1):
            if len(active) == 0:
                return far
            counts = start[active + 1] - start[active]
            ends = np.cumsum(counts)
            out = np.repeat(start[active], counts) + np.arange(ends[-1])
            out -= np.repeat(ends - counts, counts)
            reached = np.repeat(far[active], counts) + toll[out]
            better = reached < far[end[out]]
            fell: Flags = np.zeros(self._nodes, dtype=np.bool_)
            np.minimum.at(far, end[out[better]], reached[better])
            fell[end[out[better]]] = True
            active = np.flatnonzero(fell)
        raise EngineError(
            "The beds could not be valued: a better plan exists. Nothing was saved."
        )
