"""The residual network of a finished plan: what any change would cost everybody.

People are contracted away. Nodes are the bed pools that hold somebody, the
providers, and the sink, which stands for being without a place. An arc between
two pools is the cheapest move of one of the people in the first; an arc to the
sink, somebody losing a place; an arc from the sink, somebody gaining one. Where
a bed or a licence is free, an arc costs nothing. Empty pools are one with their
provider.

The length of a shortest path is then the exact change of the whole plan when
one person more has to fit in at its first node and one bed comes free at its
last. Lengths are levels (see :mod:`matching.engine.levels`), so that the order
of aims is kept without weights. Below the aims two more levels make the path
itself the one the plan would take: the tickets of the lottery, and the number
of steps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.domain.errors import EngineError
from matching.engine.levels import FAR, Int64s, Scale, first_of_each, less, total

Flags = NDArray[np.bool_]


class Move(NamedTuple):
    """Somebody goes from one pool to another; -1 is without a place."""

    referral: int
    from_pool: int
    to_pool: int


@dataclass(frozen=True, slots=True)
class Setting:
    """People in their places, what else they could use, and what it costs.

    Attributes
    ----------
    rows : ndarray of int64, shape (pairs,)
        Position of each pair among the candidates.
    person, pool : ndarray of int64, shape (pairs,)
        Its ends, sorted by person.
    levels : ndarray of int64, shape (levels, pairs)
        What using a pair costs on each level.
    stay : ndarray of int64, shape (levels, people)
        What staying without a place costs, for every referral of the problem.
    chosen : ndarray of int64, shape (people,)
        Index among these pairs of the one each referral uses, or -1.
    members : ndarray of int64
        The people who may move.
    pool_room, provider_room : ndarray of int64
        Beds that they may fill, for every pool and provider of the problem.
    owner : ndarray of int64, shape (pools,)
    names : tuple of str
        The aims among the levels, in order; a further level only settles ties.
    """

    rows: Int64s
    person: Int64s
    pool: Int64s
    levels: Int64s
    stay: Int64s
    chosen: Int64s
    members: Int64s
    pool_room: Int64s
    provider_room: Int64s
    owner: Int64s
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Arcs:
    """Arcs of the contracted network.

    Attributes
    ----------
    tail, head : ndarray of int64, shape (arcs,)
    weight : ndarray of int64, shape (columns, arcs)
    who : ndarray of int64, shape (arcs,)
        Who moves along the arc, or -1.
    to : ndarray of int64, shape (arcs,)
        The pool they move to, or -1.
    """

    tail: Int64s
    head: Int64s
    weight: Int64s
    who: Int64s
    to: Int64s


class Paths:
    """Shortest paths between every node and one.

    Parameters
    ----------
    node : int
    length : ndarray of int64, shape (columns, nodes)
    steps : callable
        Gives, for each node, the arc of its path that is next to it, or -1.
    """

    def __init__(self, node: int, length: Int64s, steps: Callable[[], Int64s]) -> None:
        self.node = node
        self.length = length
        self._steps = steps

    @cached_property
    def step(self) -> list[int]:
        """For each node, the arc of its path that is next to it, or -1."""
        found: list[int] = self._steps().tolist()
        return found


class _Ends:
    """Arcs by the node at one end."""

    def __init__(self, nodes: int, at: Int64s, other: Int64s, weight: Int64s) -> None:
        self.arc = np.argsort(at, kind="stable")
        self.start = np.searchsorted(at[self.arc], np.arange(nodes + 1))
        self.other = other[self.arc]
        self.weight = weight[:, self.arc]

    def of(self, node: int) -> Int64s:
        """Return the arcs of one node."""
        return self.arc[self.start[node] : self.start[node + 1]]

    def spread(self, nodes: Int64s) -> tuple[Int64s, Int64s]:
        """Return the places of the arcs of some nodes, and whose each is."""
        counts = self.start[nodes + 1] - self.start[nodes]
        ends = np.cumsum(counts)
        offsets = np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - counts, counts)
        return np.repeat(self.start[nodes], counts) + offsets, np.repeat(
            np.arange(len(nodes)), counts
        )


class Residual:
    """The residual network of people in their places.

    Parameters
    ----------
    setting : Setting

    Attributes
    ----------
    scale : Scale
        How lengths are packed.
    node_of_pool : ndarray of int64, shape (pools,)
        Where somebody who comes to a pool enters; -1 where nobody can ever be.
    sink : int
    """

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        people = len(setting.members)
        used = setting.chosen[setting.members]
        used = used[used >= 0]
        pools, homes = len(setting.pool_room), len(setting.provider_room)
        self.in_pool = np.bincount(setting.pool[used], minlength=pools)
        self.in_home = np.bincount(setting.owner[setting.pool[used]], minlength=homes)
        if (self.in_pool > setting.pool_room).any() or (
            self.in_home > setting.provider_room
        ).any():
            raise EngineError("The plan fills more beds than there are.")
        self.scale = Scale.of(self._widths(people))
        self._number_nodes()
        self.arcs = self._lay_out()

    # --- laying out -----------------------------------------------------------------

    def _widths(self, people: int) -> list[int]:
        """Return how large any sum of a level along two paths can be."""
        s = self.setting
        largest = [
            max(int(np.abs(a).max(initial=0)), int(np.abs(b).max(initial=0)))
            for a, b in zip(s.levels, s.stay[:, s.members], strict=True)
        ]
        moves = 4 * (people + 2)
        # Nobody but one person loses a place along a path, and nobody but one gains one.
        widths = [8 * (largest[0] + 1), *(moves * (size + 1) for size in largest[1:])]
        return [*widths, 4 * (len(s.pool_room) + len(s.provider_room) + 2)]

    def _number_nodes(self) -> None:
        s = self.setting
        full = (s.pool_room == 0) | (s.provider_room[s.owner] == 0)
        touched = np.zeros(len(s.pool_room), dtype=np.bool_)
        touched[s.pool] = True
        occupied = self.in_pool > 0
        usable = occupied | (touched & ~full)
        self.occupied = np.flatnonzero(occupied)
        self.homes = np.unique(s.owner[usable])
        pools = len(self.occupied)
        self.node_of_home = np.full(len(s.provider_room), -1, dtype=np.int64)
        self.node_of_home[self.homes] = pools + np.arange(len(self.homes))
        self.node_of_pool = np.full(len(s.pool_room), -1, dtype=np.int64)
        self.node_of_pool[usable] = self.node_of_home[s.owner[usable]]
        self.node_of_pool[self.occupied] = np.arange(pools)
        self.sink = pools + len(self.homes)
        self.nodes = self.sink + 1

    def at(self, people: Int64s) -> Int64s:
        """Return the nodes where some people are; the sink for those without a place."""
        s = self.setting
        used = s.chosen[people]
        nodes = self.node_of_pool[s.pool[used]] if len(s.pool) else used
        return np.where(used >= 0, nodes, self.sink)

    def costs_now(self, people: Int64s) -> Int64s:
        """Return what the places of some people cost, shape (levels, people)."""
        s = self.setting
        used = s.chosen[people]
        paired = s.levels[:, used] if len(s.pool) else s.stay[:, people]
        return np.where(used >= 0, paired, s.stay[:, people])

    def _lay_out(self) -> Arcs:
        """Return the cheapest move between any two nodes, and the free arcs."""
        s = self.setting
        tail, head = self.at(s.person), self.node_of_pool[s.pool]
        keep = np.flatnonzero((head >= 0) & (np.arange(len(s.person)) != s.chosen[s.person]))
        moving = s.person[keep]
        movers = s.levels[:, keep] - self.costs_now(moving)
        placed = s.members[s.chosen[s.members] >= 0]
        leavers = s.stay[:, placed] - self.costs_now(placed)
        free_tail, free_head = self._free_arcs()
        still = np.zeros((s.levels.shape[0], len(free_tail)), dtype=np.int64)
        levels = np.concatenate([movers, leavers, still], axis=1)
        tail = np.concatenate([tail[keep], self.at(placed), free_tail])
        head = np.concatenate([head[keep], np.full(len(placed), self.sink), free_head])
        nobody = np.full(len(free_tail), -1)
        who = np.concatenate([moving, placed, nobody])
        to = np.concatenate([s.pool[keep], np.full(len(placed), -1), nobody])
        weight = self.scale.pack([*levels, np.ones(levels.shape[1], dtype=np.int64)])
        best = first_of_each(tail * self.nodes + head, weight)
        return Arcs(tail[best], head[best], weight[:, best], who[best], to[best])

    def _free_arcs(self) -> tuple[Int64s, Int64s]:
        """Return the arcs of free beds and free licences, and the way back."""
        s = self.setting
        home = self.node_of_home[s.owner[self.occupied]]
        pool = np.arange(len(self.occupied))
        slack = self.in_pool[self.occupied] < s.pool_room[self.occupied]
        homes = self.node_of_home[self.homes]
        room = homes[self.in_home[self.homes] < s.provider_room[self.homes]]
        used = homes[self.in_home[self.homes] > 0]
        sinks = [np.full(len(room), self.sink), np.full(len(used), self.sink)]
        return (
            np.concatenate([pool[slack], home, room, sinks[1]]),
            np.concatenate([home[slack], pool, sinks[0], used]),
        )

    @cached_property
    def _into(self) -> _Ends:
        a = self.arcs
        return _Ends(self.nodes, a.head, a.tail, a.weight)

    @cached_property
    def _out_of(self) -> _Ends:
        a = self.arcs
        return _Ends(self.nodes, a.tail, a.head, a.weight)

    # --- shortest paths -------------------------------------------------------------

    @cached_property
    def to_sink(self) -> Int64s:
        """Length of the shortest path from each node to the sink, (columns, nodes)."""
        return self._settle(self._into, self._unreached(), self.sink)

    @cached_property
    def from_sink(self) -> Int64s:
        """Length of the shortest path from the sink to each node, (columns, nodes)."""
        return self._settle(self._out_of, self._unreached(), self.sink)

    def towards(self, node: int) -> Paths:
        """Return the shortest paths from every node to one.

        Every path by way of the sink is known beforehand, so that only the
        neighbourhood in which a shorter one exists is looked at.
        """
        length = self.to_sink
        if node != self.sink:
            through = total(self.to_sink, self.from_sink[:, [node]])
            length = self._settle(self._into, through, node)
        a = self.arcs
        return Paths(node, length, lambda: self._tight(a.tail, a.head, length, node))

    def onwards(self, node: int) -> Paths:
        """Return the shortest paths from one node to every other."""
        length = self.from_sink
        if node != self.sink:
            through = total(self.to_sink[:, [node]], self.from_sink)
            length = self._settle(self._out_of, through, node)
        a = self.arcs
        return Paths(node, length, lambda: self._tight(a.head, a.tail, length, node))

    def _unreached(self) -> Int64s:
        return np.full((len(self.scale.columns), self.nodes), FAR, dtype=np.int64)

    def _settle(self, ends: _Ends, length: Int64s, node: int) -> Int64s:
        """Correct lengths from a node on until every arc agrees.

        Raises
        ------
        EngineError
            If there is a negative cycle: the plan is not the best one.
        """
        length[:, node] = 0
        active = np.array([node])
        for _ in range(self.nodes + 1):
            if len(active) == 0:
                return length
            places, whose = ends.spread(active)
            reached = ends.weight[:, places] + length[:, active[whose]]
            other = ends.other[places]
            better = less(reached, length[:, other])
            other, reached = other[better], reached[:, better]
            best = first_of_each(other, reached)
            active = other[best]
            length[:, active] = reached[:, best]
        raise EngineError("The plan could not be proven best: a cheaper chain of moves exists.")

    # --- the paths themselves -------------------------------------------------------

    @cached_property
    def next_to_sink(self) -> Int64s:
        """The arc to take from each node towards the sink, or -1."""
        return self._tight(self.arcs.tail, self.arcs.head, self.to_sink, self.sink)

    @cached_property
    def next_from_sink(self) -> Int64s:
        """The arc by which the path from the sink reaches each node, or -1."""
        return self._tight(self.arcs.head, self.arcs.tail, self.from_sink, self.sink)

    def _tight(self, near: Int64s, far: Int64s, length: Int64s, end: int) -> Int64s:
        """Return, for each node but the end, the first arc that agrees with its length."""
        out = np.full(self.nodes, -1, dtype=np.int64)
        reached = total(length[:, far], self.arcs.weight)
        agrees = (reached == length[:, near]).all(axis=0) & (reached[0] != FAR)
        good = np.flatnonzero(agrees)[::-1]
        out[near[good]] = good
        out[end] = -1
        return out

    @cached_property
    def _moves(self) -> tuple[list[int], list[int], list[Move | None]]:
        """Where each arc leads from and to, and who moves along it."""
        s, a = self.setting, self.arcs
        used = s.chosen[a.who]
        old = np.where(used >= 0, s.pool[used], -1) if len(s.pool) else used
        moves = [
            Move(who, old, new) if who >= 0 else None
            for who, old, new in zip(a.who.tolist(), old.tolist(), a.to.tolist(), strict=True)
        ]
        return a.tail.tolist(), a.head.tolist(), moves

    def path(self, node: int, towards: Paths) -> list[Move]:
        """Return the moves along the shortest path from a node, in its order.

        Parameters
        ----------
        node : int
            From which somebody can come there; see :attr:`node_of_pool`.
        towards : Paths
            From :meth:`towards`.

        Returns
        -------
        list of Move
        """
        _, heads, moves = self._moves
        return [move for move in _walk(node, towards, heads, moves) if move is not None]

    def way_back(self, node: int, onwards: Paths) -> list[Move]:
        """Return the moves along the shortest path to a node, the last one first.

        Parameters
        ----------
        node : int
        onwards : Paths
            From :meth:`onwards`.

        Returns
        -------
        list of Move
        """
        tails, _, moves = self._moves
        return [move for move in _walk(node, onwards, tails, moves) if move is not None]


def _walk(
    node: int, paths: Paths, leads: list[int], moves: list[Move | None]
) -> Iterator[Move | None]:
    while node != paths.node:
        arc = paths.step[node]
        node = leads[arc]
        yield moves[arc]
