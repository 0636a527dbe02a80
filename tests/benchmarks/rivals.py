"""Other ways to solve the same network, for comparison: same pairs, same costs.

Each takes the engine's network and returns the objective in whole numbers,
worked out from the pairs it chose, and the seconds it took.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from ortools.graph.python import min_cost_flow
from scipy.optimize import linprog
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from matching.engine.aims import Reach, aims, suggestion
from matching.engine.candidates import candidates
from matching.engine.capacity import pool_room, provider_room
from matching.engine.flow import Network, arcs
from matching.engine.solution import Solution

FIELDS = ("person", "pool", "cost", "stay_cost", "pool_room", "owner", "provider_room")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one way: seconds in the solver, seconds in all, and the result."""

    solver_seconds: float
    seconds: float
    objective: int
    placed: int


def save(network: Network, path: Path) -> None:
    """Write a network to a file."""
    np.savez(path, **{name: getattr(network, name) for name in FIELDS})


def save_network(solution: Solution, path: Path) -> int:
    """Write the network of all pairs of a plan; return what the plan costs in it.

    The costs are those that the plan's own flow was found with.
    """
    problem, policy = solution.problem, solution.policy
    pairs, goal = solution.pairs, solution.goal
    if solution.pricing is not None:
        pairs = candidates(solution.judge)
        goal = aims(problem, policy, pairs, solution.fit, solution.choices)
    people, person = np.unique(pairs.referral, return_inverse=True)
    pools, pool = np.unique(pairs.pool, return_inverse=True)
    homes, owner = np.unique(problem.pools.provider[pools], return_inverse=True)
    classes = int(goal.standing.max(initial=0)) + 1
    step = suggestion(Reach.of(goal, pairs.referral.astype(np.int64))).step(goal, classes)
    stay = step.stay[people]
    network = Network(
        person=person.astype(np.int64),
        pool=pool.astype(np.int64),
        cost=step.pair,
        stay_cost=stay,
        pool_room=pool_room(problem, policy)[pools],
        owner=owner.astype(np.int64),
        provider_room=provider_room(problem, policy)[homes],
    )
    save(network, path)
    place = solution.plan.place_of(problem.size[0])[people]
    keys = person * len(pools) + pool
    at = np.searchsorted(
        keys, np.arange(len(people)) * len(pools) + np.searchsorted(pools, place)
    )
    return int(np.where(place < 0, stay, step.pair[np.minimum(at, len(keys) - 1)]).sum())


def load(path: Path) -> Network:
    """Read a network from a file."""
    with np.load(path) as found:
        return Network(**{name: found[name] for name in FIELDS})


def _result(network: Network, chosen: np.ndarray, spent: float, began: float) -> Outcome:
    """Add up what the chosen pairs cost; -1 stays."""
    seconds = time.perf_counter() - began
    stays = chosen < 0
    cost = np.where(stays, network.stay_cost, network.cost[np.maximum(chosen, 0)])
    return Outcome(spent, seconds, int(cost.sum()), int((~stays).sum()))


def ortools_flow(network: Network) -> Outcome:
    """Solve with the bare minimum-cost flow call of OR-Tools."""
    layout = arcs(network)
    supplies = np.zeros(network.nodes, dtype=np.int64)
    supplies[: network.people], supplies[-1] = 1, -network.people
    began = time.perf_counter()
    solver = min_cost_flow.SimpleMinCostFlow()
    added = solver.add_arcs_with_capacity_and_unit_cost(
        layout.tail.astype(np.int32), layout.head.astype(np.int32), layout.room, layout.cost
    )
    solver.set_nodes_supplies(np.arange(network.nodes, dtype=np.int32), supplies)
    started = time.perf_counter()
    status = solver.solve()
    spent = time.perf_counter() - started
    if status != solver.OPTIMAL:
        raise RuntimeError(f"OR-Tools ended with status {status}")
    used = np.flatnonzero(solver.flows(added)[: len(network.person)])
    chosen = np.full(network.people, -1, dtype=np.int64)
    chosen[network.person[used]] = used
    return _result(network, chosen, spent, began)


def scipy_matching(network: Network) -> Outcome:
    """Solve with SciPy's sparse matching of people to single beds.

    Every bed is a column of its own and everybody has a column for staying.
    Where a provider has room for fewer people than its pools have beds, rows
    that nobody stands for take up the beds too many.
    """
    began = time.perf_counter()
    people = network.people
    asked = np.bincount(network.pool, minlength=len(network.pool_room))
    within = np.minimum(network.pool_room, network.provider_room[network.owner])
    beds = np.minimum(within, asked).astype(np.int64)
    first = np.cumsum(beds) - beds
    repeats = beds[network.pool]
    pair = np.repeat(np.arange(len(network.person)), repeats)
    offset = np.arange(len(pair)) - np.repeat(np.cumsum(repeats) - repeats, repeats)
    column = first[network.pool[pair]] + offset
    total = int(beds.sum())
    bed_owner = np.repeat(network.owner, beds)
    in_home = np.bincount(bed_owner, minlength=len(network.provider_room))
    spare = np.maximum(0, in_home - network.provider_room).astype(np.int64)
    blocker_home = np.repeat(np.arange(len(spare)), spare)
    order = np.argsort(bed_owner, kind="stable")
    start = np.searchsorted(bed_owner[order], blocker_home)
    counts = in_home[blocker_home]
    blocker_row = people + np.repeat(np.arange(len(blocker_home)), counts)
    inside = np.arange(len(blocker_row)) - np.repeat(np.cumsum(counts) - counts, counts)
    blocker_column = order[np.repeat(start, counts) + inside]
    rows = np.concatenate([network.person[pair], np.arange(people), blocker_row])
    columns = np.concatenate([column, total + np.arange(people), blocker_column])
    # A weight of nought would mean no edge, so each edge weighs one more.
    weights = np.concatenate(
        [network.cost[pair], network.stay_cost, np.zeros(len(blocker_row), np.int64)]
    )
    shape = (people + len(blocker_home), total + people)
    edges = csr_array((weights + 1.0, (rows, columns)), shape=shape)
    started = time.perf_counter()
    row, taken = min_weight_full_bipartite_matching(edges)
    spent = time.perf_counter() - started
    real = (row < people) & (taken < total)
    pool = np.repeat(np.arange(len(beds)), beds)[taken[real]]
    chosen = np.full(people, -1, dtype=np.int64)
    chosen[row[real]] = _pair_of(network, row[real], pool)
    return _result(network, chosen, spent, began)


def _pair_of(network: Network, person: np.ndarray, pool: np.ndarray) -> np.ndarray:
    """Return the position of each (person, pool) among the pairs."""
    width = len(network.pool_room)
    keys = network.person * width + network.pool
    order = np.argsort(keys)
    return order[np.searchsorted(keys[order], person * width + pool)]


def highs_lp(network: Network) -> Outcome:
    """Solve with HiGHS's linear program; its corners are whole numbers.

    The costs span more digits than a floating-point solver can tell apart, so
    the objective may be off; it is added up again from what was chosen.
    """
    began = time.perf_counter()
    people, pairs = network.people, len(network.person)
    pools, homes = len(network.pool_room), len(network.provider_room)
    ones = np.ones(pairs)
    columns = np.arange(pairs)
    rows = np.concatenate([network.pool, pools + network.owner[network.pool]])
    room = coo_array(
        (np.concatenate([ones, ones]), (rows, np.concatenate([columns, columns]))),
        shape=(pools + homes, pairs),
    ).tocsr()
    once = csr_array((ones, (network.person, columns)), shape=(people, pairs))
    gain = (network.cost - network.stay_cost[network.person]).astype(np.float64)
    limits = np.concatenate([network.pool_room, network.provider_room, np.ones(people)])
    matrix = coo_array(
        (
            np.concatenate([room.tocoo().data, once.tocoo().data]),
            (
                np.concatenate([room.tocoo().row, pools + homes + once.tocoo().row]),
                np.concatenate([room.tocoo().col, once.tocoo().col]),
            ),
        ),
        shape=(pools + homes + people, pairs),
    ).tocsr()
    started = time.perf_counter()
    found = linprog(gain, A_ub=matrix, b_ub=limits, bounds=(0, 1), method="highs")
    spent = time.perf_counter() - started
    if found.x is None:
        raise RuntimeError(f"HiGHS: {found.message}")
    used = np.flatnonzero(found.x > 0.5)
    chosen = np.full(people, -1, dtype=np.int64)
    chosen[network.person[used]] = used
    return _result(network, chosen, spent, began)


RIVALS = {
    "OR-Tools flow call": ortools_flow,
    "SciPy sparse matching": scipy_matching,
    "HiGHS linear program": highs_lp,
}
