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
from matching.engine.aims import Aims, steps
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
    todo = steps(task.goal, task.person, task.nodes)
    mine = np.arange(len(task.person))
    network = flow.Network(
        person=task.person,
        pool=task.pool,
        cost=todo[0].pair,
        stay_cost=todo[0].stay,
        pool_room=task.pool_room,
        owner=task.owner,
        provider_room=task.provider_room,
    )
    price = _proven(network, stage)
    for step in todo[1:]:
        face = optimal_face(network, price)
        mine = mine[face.keep]
        network = face.under(step.pair[mine], step.stay, step.more_than_all)
        price = _proven(network, stage)
    stage("lottery")
    drawn = lottery.draw(network, price, task.person_hash, task.pool_hash, task.salt, task.bits)
    if drawn.objective != flow.bound(network, price):
        raise EngineError("The tie-break changed the cost of the plan. No plan was made.")
    chosen = np.full(task.people, -1, dtype=np.int64)
    placed = drawn.chosen >= 0
    chosen[placed] = mine[drawn.chosen[placed]]
    return chosen


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
    if flow.bound(network, price) != best.objective:
        raise EngineError("The plan's cost and its proof do not agree. No plan was made.")
    return price
