"""People tied to nobody, as one flow: best, proven, and drawn among equals.

A task carries all it needs, so that it can be solved in another process or on
another machine.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from matching.domain.errors import EngineError
from matching.engine import flow, lottery
from matching.engine.aims import Aims, Reach, Step, steps, suggestion, whole
from matching.engine.face import optimal_face
from matching.engine.flow import Int64s
from matching.engine.lottery import Hashes

#: Told the name of each stage as it begins.
Stage = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Task:
    """People, the beds they may use and what the plan tries, in positions of its own.

    Attributes
    ----------
    person, pool : ndarray of int64, shape (pairs,)
    goal : Aims
        Of these people and pairs.
    pool_room : ndarray of int64, shape (pools,)
    owner : ndarray of int64, shape (pools,)
        Provider of each pool.
    provider_room : ndarray of int64, shape (providers,)
    person_hash, pool_hash : ndarray of uint64
        Their names in the lottery.
    bits : int
        Size of a ticket of the lottery.
    salt : str
    start : ndarray of int64, shape (people,), or None
        The pair of each person, or -1, in a plan that may be the best.
    """

    person: Int64s
    pool: Int64s
    goal: Aims
    pool_room: Int64s
    owner: Int64s
    provider_room: Int64s
    person_hash: Hashes
    pool_hash: Hashes
    bits: int
    salt: str
    start: Int64s | None = None

    @property
    def people(self) -> int:
        """Number of people."""
        return len(self.goal.tier)

    @property
    def nodes(self) -> int:
        """Number of nodes of the flow network, the sink included."""
        return self.people + len(self.pool_room) + len(self.provider_room) + 1


def quiet(_: str) -> None:
    """Tell nobody."""


def solve(task: Task, stage: Stage = quiet) -> Int64s:
    """Solve a task.

    Parameters
    ----------
    task : Task
    stage : callable, optional

    Returns
    -------
    ndarray of int64, shape (people,)
        Position of the pair each person uses, or -1.

    Raises
    ------
    CostOverflow
        If the costs are too large for exact arithmetic.
    EngineError
        If the flow cannot be proven best.
    """
    found = _at_once(task, stage)
    mine = np.arange(len(task.person))
    if found is None:
        network, price, mine = _in_steps(task, stage)
    else:
        network, price = found
    stage("lottery")
    drawn = lottery.draw(network, price, task.person_hash, task.pool_hash, task.salt, task.bits)
    if not flow.proves(network, drawn, price):
        raise EngineError("The tie-break changed the cost of the plan. No plan was made.")
    chosen = np.full(task.people, -1, dtype=np.int64)
    placed = drawn.chosen >= 0
    chosen[placed] = mine[drawn.chosen[placed]]
    return chosen


def _network(task: Task, step: Step) -> flow.Network:
    return flow.Network(
        person=task.person,
        pool=task.pool,
        cost=step.pair,
        stay_cost=step.stay,
        pool_room=task.pool_room,
        owner=task.owner,
        provider_room=task.provider_room,
    )


def _at_once(task: Task, stage: Stage) -> tuple[flow.Network, Int64s] | None:
    """Solve for all aims in one run, with costs that suggest a flow to be proven.

    Returns
    -------
    network : flow.Network
        With the exact costs.
    price : ndarray of int64
        That prove the flow best; ``None`` for both if the suggestion was not
        the best, or the exact numbers are too large.
    """
    reach = Reach.of(task.goal, task.person)
    classes = int(task.goal.standing.max(initial=0)) + 1
    exact = whole(reach, classes)
    if exact is None:
        return None
    network = _network(task, exact.step(task.goal, classes))
    if task.start is not None:
        stage("proof")
        begun = lottery.along(network, task.start)
        price = flow.settled(network, begun)
        if price is not None and flow.proves(network, begun, price):
            return network, price
    small = suggestion(reach).step(task.goal, classes)
    if not flow.safe(int(small.stay.max(initial=0)), task.nodes, task.people):
        return None
    stage("flow")
    best = flow.solve(_network(task, small))
    stage("proof")
    price = flow.settled(network, best)
    if price is None:
        return None
    if not flow.proves(network, best, price):
        raise EngineError("The plan's cost and its proof do not agree. No plan was made.")
    return network, price


def _in_steps(task: Task, stage: Stage) -> tuple[flow.Network, Int64s, Int64s]:
    """Solve for one aim after the other, each on the best flows for those before.

    Returns
    -------
    network : flow.Network
        Of the last aim.
    price : ndarray of int64
    mine : ndarray of int64
        Position of each of its pairs in the task.
    """
    todo = steps(task.goal, task.person, task.nodes)
    mine = np.arange(len(task.person))
    network = _network(task, todo[0])
    price = _proven(network, stage)
    for step in todo[1:]:
        face = optimal_face(network, price)
        mine = mine[face.keep]
        network = face.under(step.pair[mine], step.stay, step.more_than_all)
        price = _proven(network, stage)
    return network, price, mine


def _proven(network: flow.Network, stage: Stage) -> Int64s:
    """Solve a flow and return the prices that prove it best.

    Raises
    ------
    EngineError
        If cost and proof do not agree to the last unit.
    """
    stage("flow")
    best = flow.solve(network)
    stage("proof")
    price = flow.prices(network, best)
    if not flow.proves(network, best, price):
        raise EngineError("The plan's cost and its proof do not agree. No plan was made.")
    return price
