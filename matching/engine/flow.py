"""Minimum-cost flow with bed pools under providers, and its proof.

Every person sends one unit either through a bed pool and its provider to the
sink, at the cost of that pair, or straight to the sink, at the cost of being
left without a place. OR-Tools finds the flow; the proof is ours: node prices
recovered by shortest paths in the residual network, and the bound they give,
both in whole numbers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from ortools.graph.python import min_cost_flow

from matching.domain.errors import CostOverflow, EngineError

Int64s = NDArray[np.int64]

#: OR-Tools refuses costs whose product with the number of nodes nears 2**61.
SAFE_PRODUCT = 2**60
#: Prices stay below this, so that adding a cost to one cannot leave 64 bits.
PRICES = 2**61
#: Rounds in which prices are looked for, where a flow may not be the best one.
ROUNDS = 1000
#: Most arcs looked at in one go.
AT_ONCE = 2_000_000


@dataclass(frozen=True, slots=True)
class Network:
    """A transportation problem with nested capacities.

    Attributes
    ----------
    person, pool : ndarray of int64, shape (pairs,)
        Ends of the pairs; people count from 0 to ``len(stay_cost)``.
    cost : ndarray of int64, shape (pairs,)
        Cost of each pair, not negative.
    stay_cost : ndarray of int64, shape (people,)
        Cost of leaving a person without a place.
    pool_room : ndarray of int64, shape (pools,)
    owner : ndarray of int64, shape (pools,)
        Provider of each pool.
    provider_room : ndarray of int64, shape (providers,)
    pool_cost : ndarray of int64, shape (pools,), optional
    provider_cost : ndarray of int64, shape (providers,), optional
        Cost of each unit through a pool or a provider; nothing by default.
    """

    person: Int64s
    pool: Int64s
    cost: Int64s
    stay_cost: Int64s
    pool_room: Int64s
    owner: Int64s
    provider_room: Int64s
    pool_cost: Int64s | None = None
    provider_cost: Int64s | None = None

    @property
    def people(self) -> int:
        """Number of people."""
        return len(self.stay_cost)

    @property
    def nodes(self) -> int:
        """Number of nodes of the flow network, the sink included."""
        return self.people + len(self.pool_room) + len(self.provider_room) + 1


@dataclass(frozen=True, slots=True)
class Arcs:
    """The arcs of a network: pairs, stays, pools and providers, in this order."""

    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    room: Int64s
    cost: Int64s


@dataclass(frozen=True, slots=True)
class Flow:
    """A flow and its prices.

    Attributes
    ----------
    chosen : ndarray of int64, shape (people,)
        Position of the pair each person uses, or -1.
    on_arc : ndarray of int64, shape (arcs,)
        Units on each arc, in the order of :class:`Arcs`.
    objective : int
        Total cost.
    """

    chosen: Int64s
    on_arc: Int64s
    objective: int


def arcs(network: Network) -> Arcs:
    """Lay out the arcs of a network."""
    people, pools = network.people, len(network.pool_room)
    providers = len(network.provider_room)
    sink = people + pools + providers
    everybody = np.arange(people, dtype=np.int32)
    pool_nodes = np.arange(people, people + pools, dtype=np.int32)
    provider_nodes = np.arange(people + pools, sink, dtype=np.int32)
    nothing = np.zeros(pools + providers, dtype=np.int64)
    return Arcs(
        tail=np.concatenate(
            [network.person.astype(np.int32), everybody, pool_nodes, provider_nodes]
        ),
        head=np.concatenate(
            [
                (people + network.pool).astype(np.int32),
                np.full(people, sink, dtype=np.int32),
                (people + pools + network.owner).astype(np.int32),
                np.full(providers, sink, dtype=np.int32),
            ]
        ),
        room=np.concatenate(
            [
                np.ones(len(network.person) + people, dtype=np.int64),
                np.minimum(network.pool_room, people),
                np.minimum(network.provider_room, people),
            ]
        ),
        cost=np.concatenate(
            [
                network.cost,
                network.stay_cost,
                nothing[:pools] if network.pool_cost is None else network.pool_cost,
                nothing[pools:] if network.provider_cost is None else network.provider_cost,
            ]
        ),
    )


def safe(largest: int, nodes: int, people: int) -> bool:
    """Tell whether costs stay in range of exact arithmetic."""
    return largest * max(nodes, people) < SAFE_PRODUCT


def check_range(largest: int, nodes: int, people: int) -> None:
    """Refuse costs that exact arithmetic could not carry.

    Raises
    ------
    CostOverflow
        If a cost times the nodes, or the total cost, could leave 64 bits.
    """
    if not safe(largest, nodes, people):
        raise CostOverflow(
            f"The costs of this plan are too large to add up exactly: {largest} for one "
            f"person in a network of {nodes} nodes. No plan was made.",
            next_step="Use wider waiting bands or smaller weights in the policy, or plan "
            "for fewer referrals at a time.",
        )


def solve(network: Network) -> Flow:
    """Find a flow of least cost.

    Parameters
    ----------
    network : Network

    Returns
    -------
    Flow

    Raises
    ------
    CostOverflow
        If the costs are too large for exact arithmetic.
    EngineError
        If the solver does not finish with an optimal flow.
    """
    layout = arcs(network)
    people = network.people
    if people == 0:
        return Flow(np.zeros(0, np.int64), np.zeros(len(layout.tail), np.int64), 0)
    check_range(int(np.abs(layout.cost).max(initial=0)), network.nodes, people)
    solver = min_cost_flow.SimpleMinCostFlow()
    added = solver.add_arcs_with_capacity_and_unit_cost(
        layout.tail, layout.head, layout.room, layout.cost
    )
    supplies = np.zeros(network.nodes, dtype=np.int64)
    supplies[:people] = 1
    supplies[-1] = -people
    solver.set_nodes_supplies(np.arange(network.nodes, dtype=np.int32), supplies)
    status = solver.solve()
    if status != solver.OPTIMAL:
        raise EngineError(f"The flow could not be solved (status {status}). No plan was made.")
    on_arc = np.asarray(solver.flows(added), dtype=np.int64)
    used = np.flatnonzero(on_arc[: len(network.person)])
    chosen = np.full(people, -1, dtype=np.int64)
    chosen[network.person[used]] = used
    return Flow(chosen, on_arc, total(on_arc, layout.cost))


def prices(network: Network, flow: Flow) -> Int64s:
    """Recover node prices that prove a flow optimal.

    Parameters
    ----------
    network : Network
    flow : Flow

    Returns
    -------
    ndarray of int64, shape (nodes,)
        Prices p with ``cost + p[tail] - p[head] >= 0`` on every residual arc.

    Raises
    ------
    EngineError
        If the residual network has a negative cycle: the flow is not optimal.
    """
    price = settled(network, flow, rounds=network.nodes + 1)
    if price is None:
        raise EngineError("The plan could not be proven best: a cheaper chain of moves exists.")
    return price


def settled(network: Network, flow: Flow, rounds: int = ROUNDS) -> Int64s | None:
    """Look for node prices that prove a flow optimal.

    Shortest paths in the residual network from a virtual source that reaches
    every node at no cost (Bellman-Ford on arrays; only nodes whose price fell
    are looked at again).

    Parameters
    ----------
    network : Network
    flow : Flow
    rounds : int, optional
        After so many the search ends.

    Returns
    -------
    ndarray of int64, shape (nodes,), or None
        ``None`` if there are no such prices, or they were not found in time.
    """
    layout = arcs(network)
    forward = flow.on_arc < layout.room
    backward = flow.on_arc > 0
    tail = np.concatenate([layout.tail[forward], layout.head[backward]])
    head = np.concatenate([layout.head[forward], layout.tail[backward]])
    cost = np.concatenate([layout.cost[forward], -layout.cost[backward]])
    del layout, forward, backward
    order = np.argsort(tail, kind="stable")
    start = np.searchsorted(tail[order], np.arange(network.nodes + 1))
    head, cost = head[order], cost[order]
    del tail, order
    price = np.zeros(network.nodes, dtype=np.int64)
    # All prices are nought at first, so that only arcs that pay lower any.
    pay = np.flatnonzero(cost < 0)
    np.minimum.at(price, head[pay], cost[pay])
    active = np.flatnonzero(price)
    for _ in range(rounds):
        if len(active) == 0:
            return price
        if int(price.min()) < -PRICES:
            return None
        fell = np.zeros(network.nodes, dtype=np.bool_)
        for some in _pieces(active, start):
            counts = start[some + 1] - start[some]
            ends = np.cumsum(counts)
            offsets = np.arange(ends[-1]) - np.repeat(ends - counts, counts)
            out = np.repeat(start[some], counts) + offsets
            reached = np.repeat(price[some], counts) + cost[out]
            targets = head[out]
            better = np.flatnonzero(reached < price[targets])
            np.minimum.at(price, targets[better], reached[better])
            fell[targets[better]] = True
        active = np.flatnonzero(fell)
    return price if len(active) == 0 else None


def _pieces(nodes: Int64s, start: Int64s) -> list[Int64s]:
    """Cut nodes into pieces that do not have too many arcs in all."""
    arcs_so_far = np.cumsum(start[nodes + 1] - start[nodes])
    piece = arcs_so_far // AT_ONCE
    return np.split(nodes, np.flatnonzero(np.diff(piece)) + 1)


def proves(network: Network, flow: Flow, price: Int64s) -> bool:
    """Tell whether prices prove that a flow keeps the room there is and none costs less.

    Complementary slackness: an arc of positive reduced cost is empty, and one
    of negative reduced cost full. No sum is taken that could leave 64 bits.
    """
    reduced, room = reduced_costs(network, price), arcs(network).room
    full, over = flow.on_arc == room, flow.on_arc > room
    empty = flow.on_arc == 0
    return bool(full[reduced < 0].all() and empty[reduced > 0].all() and not over.any())


def reduced_costs(network: Network, price: Int64s) -> Int64s:
    """Return the reduced cost of every arc, in the order of :class:`Arcs`."""
    layout = arcs(network)
    return np.asarray(layout.cost + price[layout.tail] - price[layout.head])


def bound(network: Network, price: Int64s) -> int:
    """Return a proven lower bound on the cost of any flow.

    Weak duality: for any prices whatever, no flow costs less than the sum of
    the people's price differences to the sink plus what saturating every arc
    of negative reduced cost could save.

    Returns
    -------
    int
    """
    saved = np.minimum(0, reduced_costs(network, price))
    ones = np.ones(network.people, dtype=np.int64)
    gains = total(ones, price[-1] - price[: network.people])
    return gains + total(arcs(network).room, saved)


def total(amount: Int64s, cost: Int64s) -> int:
    """Return the sum of products exactly, though it may need more than 64 bits."""
    high, low = cost >> 32, cost & 0xFFFFFFFF
    return (int(amount @ high) << 32) + int(amount @ low)
