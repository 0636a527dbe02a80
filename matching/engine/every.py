"""All alternatives of all referrals at once, in columns.

One run per occupied bed pool would look at the whole network each time. Paths
by way of the sink are known from two runs, though, and only where a path that
leaves the sink aside is as short does anything have to be looked at; that
happens side by side for many pools.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.domain.errors import CostOverflow
from matching.engine.levels import FAR, Int64s
from matching.engine.networks import LEVELS, Networks
from matching.engine.residual import Residual

Flags = NDArray[np.bool_]

#: Lengths kept at one time.
BLOCK = 4_000_000
#: States that are not worth sorting.
FEW = 1000


@dataclass(frozen=True, slots=True)
class Changes:
    """The consequences of all alternatives, one column entry for each pair.

    Attributes
    ----------
    known : ndarray of bool, shape (pairs,)
        Which pairs have an exact answer here: those of people whom nothing
        ties. A pair in use changes nothing.
    possible : ndarray of bool, shape (pairs,)
    levels : ndarray of int64, shape (4, pairs)
        Change of standing, proposals moved, ICWA places and preference costs.
    loses, gains : ndarray of int64, shape (pairs,)
        Who else would lose a place and who would have one, or -1, in one of
        the best plans with that choice.
    """

    known: Flags
    possible: Flags
    levels: Int64s
    loses: Int64s
    gains: Int64s


def every(networks: Networks, forced: Flags) -> Changes:
    """Work out what every alternative of everybody tied to nobody would change.

    Parameters
    ----------
    networks : Networks
    forced : ndarray of bool, shape (referrals,)
        Whose place is decided.

    Returns
    -------
    Changes

    Raises
    ------
    CostOverflow
        If the aims do not fit into one number; ask one by one then.
    """
    network = networks.flow
    s = network.setting
    if len(network.scale.columns[0]) < len(s.names):
        raise CostOverflow(
            "There are too many people to work out all alternatives at once.",
            next_step="Look at one case at a time.",
        )
    node = network.node_of_pool[s.pool]
    target = network.at(s.person)
    length, direct = _lengths(network, node, target)
    reached = length != FAR
    packed = np.zeros((len(network.scale.columns), len(length)), dtype=np.int64)
    packed[0] = np.where(reached, length, 0)
    path = network.scale.unpack(packed)[: len(s.names)]
    own = s.levels - network.costs_now(s.person)
    lost, gained = _ends(network)
    mine = np.arange(len(s.person)) == s.chosen[s.person]
    loses = np.where(reached & ~direct & ~mine, lost[node], -1)
    gains = np.where(reached & ~direct & ~mine & (target != network.sink), gained[target], -1)
    possible = (reached & ~((loses >= 0) & forced[loses])) | mine
    pairs = len(networks.solution.pairs)
    out = Changes(
        known=np.zeros(pairs, dtype=np.bool_),
        possible=np.zeros(pairs, dtype=np.bool_),
        levels=np.zeros((len(LEVELS), pairs), dtype=np.int64),
        loses=np.full(pairs, -1, dtype=np.int64),
        gains=np.full(pairs, -1, dtype=np.int64),
    )
    out.known[s.rows] = True
    out.possible[s.rows] = possible
    out.loses[s.rows] = np.where(possible, loses, -1)
    out.gains[s.rows] = np.where(possible, gains, -1)
    for k, name in enumerate(s.names):
        change = np.where(possible & ~mine, path[k] + own[k], 0)
        out.levels[LEVELS.index(name), s.rows] = change
    return out


def _lengths(network: Residual, node: Int64s, target: Int64s) -> tuple[Int64s, Flags]:
    """Return the length from each pair's pool to where its person is.

    Returns
    -------
    length : ndarray of int64, shape (pairs,)
        First column only; :data:`FAR` where there is no path.
    direct : ndarray of bool, shape (pairs,)
        Whether a path that leaves the sink aside is as short as any.
    """
    to_sink = network.to_sink[0]
    length = np.where(node >= 0, to_sink[node], FAR)
    direct = np.zeros(len(node), dtype=np.bool_)
    placed = np.flatnonzero((node >= 0) & (target != network.sink))
    placed = placed[np.argsort(target[placed], kind="stable")]
    search = _Search(network)
    targets = np.unique(target[placed])
    step = max(1, BLOCK // network.nodes)
    for first in range(0, len(targets), step):
        block = targets[first : first + step]
        low, high = np.searchsorted(target[placed], [block[0], block[-1] + 1])
        mine = placed[low:high]
        row = np.searchsorted(block, target[mine])
        found = search.run(block)[row, node[mine]]
        direct[mine] = found % 2 == 0
        length[mine] = found // 2 + to_sink[node[mine]] - to_sink[target[mine]]
    return length, direct


class _Search:
    """Shortest paths to many nodes side by side, the sink left aside.

    Every length is told by how much the detour is longer than giving way at
    the sink would be, so that it is never negative, and a path by way of the
    sink is as long for every node of a target. Lengths are doubled, and one is
    added to those by way of the sink: where two are equal, the path on which
    nobody gains or loses a place is taken.
    """

    def __init__(self, network: Residual) -> None:
        arcs, sink = network.arcs, network.sink
        to_sink, from_sink = network.to_sink[0], network.from_sink[0]
        self._nodes = network.nodes
        self._through = 2 * (to_sink + from_sink) + 1
        keep = np.flatnonzero((arcs.tail != sink) & (arcs.head != sink))
        tail, head = arcs.tail[keep], arcs.head[keep]
        weight = 2 * (arcs.weight[0, keep] + to_sink[head] - to_sink[tail])
        order = np.lexsort((weight, head))
        self._tail, self._weight, head = tail[order], weight[order], head[order]
        self._start = np.searchsorted(head, np.arange(self._nodes + 1))
        self._sizes, size = np.unique(self._weight, return_inverse=True)
        self._key = head * (len(self._sizes) + 1) + size

    def run(self, targets: Int64s) -> Int64s:
        """Return doubled detours, shape (targets, nodes)."""
        nodes, through = self._nodes, self._through[targets]
        flat = np.repeat(through, nodes)
        active = np.arange(len(targets)) * nodes + targets
        flat[active] = 0
        seen = np.empty(len(flat), dtype=np.int64)
        while len(active):
            near, rest = _nearest(active, flat)
            other, reached = self._neighbours(near, flat, through)
            better = reached < flat[other]
            other, reached = other[better], reached[better]
            np.minimum.at(flat, other, reached)
            active = np.concatenate([rest, other])
            place = np.arange(len(active))
            seen[active] = place
            active = active[seen[active] == place]
        return flat.reshape(len(targets), nodes)

    def _neighbours(
        self, states: Int64s, flat: Int64s, through: Int64s
    ) -> tuple[Int64s, Int64s]:
        """Return the states next to some, by arcs short enough to matter, and lengths."""
        nodes, length = self._nodes, flat[states]
        node = states % nodes
        most = np.searchsorted(self._sizes, through[states // nodes] - length)
        stop = np.searchsorted(self._key, node * (len(self._sizes) + 1) + most)
        counts = stop - self._start[node]
        ends = np.cumsum(counts)
        arc = np.arange(ends[-1]) + np.repeat(stop - ends, counts)
        reached = self._weight[arc] + np.repeat(length, counts)
        return self._tail[arc] + np.repeat(states - node, counts), reached


def _nearest(active: Int64s, length: Int64s) -> tuple[Int64s, Int64s]:
    """Split states into the nearer ones, which are seldom corrected later, and the rest."""
    if len(active) <= FEW:
        return active, active[:0]
    here = length[active]
    limit = np.partition(here, len(here) // 4)[len(here) // 4]
    near = here <= limit
    return active[near], active[~near]


def _ends(network: Residual) -> tuple[Int64s, Int64s]:
    """Return who loses a place on the way to the sink, and who gains one from it.

    Returns
    -------
    lost, gained : ndarray of int64, shape (nodes,)
        -1 for nobody.
    """
    arcs = network.arcs
    lost = _last(network.next_to_sink, arcs.head, network.sink)
    gained = _last(network.next_from_sink, arcs.tail, network.sink)
    who = np.append(arcs.who, -1)  # where there is no arc, nobody
    return who[lost], who[gained]


def _last(step: Int64s, leads: Int64s, sink: int) -> Int64s:
    """Return the last arc on the way from each node to the sink, or -1."""
    nodes = np.arange(len(step))
    there = np.where(step >= 0, np.append(leads, sink)[step], nodes)
    before = np.where(there == sink, nodes, there)
    while True:  # each round doubles how far a node sees
        further = before[before]
        if np.array_equal(further, before):
            return np.asarray(step[before])
        before = further
