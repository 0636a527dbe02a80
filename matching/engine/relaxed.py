"""A component as if nothing tied anybody: one flow, and all that are as good.

Everybody takes one bed and nobody is tied; only the room counts. That flow is
at least as good as any plan, aim by aim, so a choice among the best flows that
keeps every tie is best in the strict order of waiting. Otherwise the flow
still says how many people of each tier could have a place at most.
"""

from __future__ import annotations

import numpy as np

from matching.domain.errors import EngineError
from matching.engine import flow
from matching.engine.aims import steps
from matching.engine.component import Component, Int64s, counts, keeps
from matching.engine.effort import Effort
from matching.engine.face import Face, optimal_face
from matching.engine.program import whole
from matching.engine.rows import Rows, Writer, mode_columns, mode_rows, tie_rows
from matching.engine.trim import usable

#: Part of the time left that the search for a best flow that keeps every tie may take.
_SHARE = 0.25


class Relaxed:
    """The best flows of a component without its ties.

    Parameters
    ----------
    component : Component
    effort : Effort

    Attributes
    ----------
    chosen : ndarray of int64, shape (people,)
        Position of the pair each person uses in one best flow, or -1.
    price : ndarray of int64, shape (nodes,)
        Prices that prove it; see :mod:`matching.engine.flow`.
    whole : bool
        Whether there was time to follow every aim.

    Raises
    ------
    CostOverflow
        If the costs are too large for exact arithmetic.
    """

    def __init__(self, component: Component, effort: Effort) -> None:
        self.component = c = component
        network = _network(c)
        todo = steps(c.goal, c.person, network.nodes)
        mine = np.arange(len(c.person))
        network = _network(c, todo[0].pair, todo[0].stay)
        best, price = _proven(network)
        self.whole = True
        for step in todo[1:]:
            if effort.left() == 0:
                self.whole = False
                break
            face = optimal_face(network, price)
            mine = mine[face.keep]
            network = face.under(step.pair[mine], step.stay, step.more_than_all)
            best, price = _proven(network)
        self.price = price
        self._network, self._mine = network, mine
        self.chosen = np.full(c.people, -1, dtype=np.int64)
        placed = best.chosen >= 0
        self.chosen[placed] = mine[best.chosen[placed]]

    def kept(self, effort: Effort) -> Int64s | None:
        """Look for a best flow that keeps every tie.

        Parameters
        ----------
        effort : Effort

        Returns
        -------
        ndarray of int64, shape (people,), or None
            The choice; None if no best flow keeps them all, or none was found
            in time.
        """
        if self.whole and keeps(self.component, self.chosen):
            return self.chosen
        if not self.whole or effort.left() == 0:
            return None
        return self._on_the_face(effort)

    def _on_the_face(self, effort: Effort) -> Int64s | None:
        c = self.component
        face = optimal_face(self._network, self.price)
        pairs = self._mine[face.keep]
        open_pairs = pairs[usable(c.of(pairs))]
        placed = np.zeros(c.people, dtype=np.bool_)
        placed[c.person[open_pairs]] = True
        if not (placed | face.stays).all():
            return None  # somebody whom every best flow places has no pair that ties allow
        small = c.of(open_pairs)
        rows = _face_rows(small, face).and_also(
            tie_rows(small), mode_rows(small, range(len(small.modes)))
        )
        columns = int(mode_columns(small)[-1])
        nothing = np.zeros(columns, dtype=np.int64)
        found = whole(nothing, rows, np.arange(columns), effort.share(_SHARE))
        if found.values is None:
            return None
        used = np.flatnonzero(found.values[: len(open_pairs)] > 0.5)
        chosen = np.full(c.people, -1, dtype=np.int64)
        chosen[small.person[used]] = open_pairs[used]
        return chosen if keeps(c, chosen) else None


def most(component: Component) -> Int64s:
    """Return how many people of the first tiers together can be placed at most.

    Returns
    -------
    ndarray of int64, shape (tiers,)
        The sets that can be placed together form a matroid, so a flow that
        places by tier places as many as possible of every leading set of tiers.
    """
    c = component
    none = np.zeros(len(c.person), dtype=np.int64)
    best = flow.solve(_network(c, none, c.tiers - c.goal.tier))
    return np.cumsum(counts(c, best.chosen))


def _proven(network: flow.Network) -> tuple[flow.Flow, Int64s]:
    best = flow.solve(network)
    price = flow.prices(network, best)
    if flow.bound(network, price) != best.objective:
        raise EngineError("A flow and its proof do not agree. No plan was made.")
    return best, price


def _network(
    c: Component, pair: Int64s | None = None, stay: Int64s | None = None
) -> flow.Network:
    return flow.Network(
        person=c.person,
        pool=c.pool,
        cost=np.zeros(len(c.person), np.int64) if pair is None else pair,
        stay_cost=np.zeros(c.people, np.int64) if stay is None else stay,
        pool_room=c.pool_room,
        owner=c.owner,
        provider_room=c.provider_room,
    )


def _face_rows(c: Component, face: Face) -> Rows:
    """Return the rows that only best flows keep: who is placed, and what is full or empty."""
    out = Writer()
    every = np.arange(len(c.person))
    ones = np.ones(c.people)
    out.table(c.person, every, 1, np.where(face.stays, 0.0, ones), ones)
    for place, room, reduced in (
        (c.pool, c.pool_room, face.pool_reduced),
        (c.home, c.provider_room, face.provider_reduced),
    ):
        most = np.minimum(room, c.people).astype(np.float64)
        high = np.where(reduced > 0, 0.0, most)
        out.table(place, every, 1, np.where(reduced < 0, most, 0.0), high)
    return out.rows()
