"""Ways in which one more bed could be used, as paths in a residual network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from matching.engine.ledger import Row, named
from matching.engine.levels import FAR
from matching.engine.networks import LEVELS, Networks
from matching.engine.residual import Move, Paths, Residual


@dataclass(frozen=True, slots=True)
class More:
    """One more bed, as it counts.

    Attributes
    ----------
    pool, home : int
        Positions of the pool and its provider.
    bed, place : bool
        Whether the pool can take one more, and whether the provider can.
    entries : mapping of (int, int) to tuple of int
        People who could not come to pools there before: cost on each level of
        the aims, by referral and pool.
    """

    pool: int
    home: int
    bed: bool
    place: bool
    entries: Mapping[tuple[int, int], Row]


@dataclass(frozen=True, slots=True)
class Use:
    """A way to use one more bed.

    Attributes
    ----------
    levels : tuple of int
        Change on each level of the aims.
    ties : tuple of int
        What settles ties: the lottery and the number of steps.
    moves : tuple of Move
        From the one who takes the bed on.
    """

    levels: Row
    ties: Row
    moves: tuple[Move, ...]


def best_use(networks: Networks, network: Residual, more: More) -> Use | None:
    """Return the best way to use one more bed.

    Parameters
    ----------
    networks : Networks
    network : Residual
        One of them.
    more : More

    Returns
    -------
    Use or None
        ``None`` where the bed makes nothing better.
    """
    best: tuple[Row, Row, Row] | None = None
    where: _Way | None = None
    for way in _ways(networks, network, more):
        levels, ties = way.total
        if levels < (0,) * len(LEVELS) and (best is None or (levels, ties, way.key) < best):
            best, where = (levels, ties, way.key), way
    if best is None or where is None:
        return None
    back = network.way_back(where.node, where.paths)
    first = () if where.entry is None else (where.entry,)
    return Use(best[0], best[1], (*first, *back))


@dataclass(frozen=True, slots=True)
class _Way:
    """A path to a node, and somebody who goes on from there to the bed."""

    paths: Paths
    node: int
    entry: Move | None
    total: tuple[Row, Row]

    @property
    def key(self) -> Row:
        return (self.node,) if self.entry is None else (self.node, *self.entry)


def _ways(networks: Networks, network: Residual, more: More) -> Iterator[_Way]:
    s = network.setting
    home = int(network.node_of_home[more.home])
    here = int(network.node_of_pool[more.pool])
    lengths = _Lengths(network)
    in_bed, in_place = [], []
    if home >= 0:
        in_bed.append(home)
    elif s.provider_room[more.home] > 0:
        in_bed.append(network.sink)
    if more.place:
        in_bed.append(network.sink)
        in_place.append(network.sink)
    for start in dict.fromkeys(in_bed if more.bed else ()):
        if here >= 0:
            yield from lengths.way(start, here)
        for (who, pool), cost in more.entries.items():
            if pool == more.pool:
                yield from lengths.entry(networks, start, who, pool, cost)
    for start in in_place:
        if home >= 0:
            yield from lengths.way(start, home)
        for (who, pool), cost in more.entries.items():
            if pool != more.pool or not more.bed:
                yield from lengths.entry(networks, start, who, pool, cost)


class _Lengths:
    """Lengths of paths from a few nodes on, in levels."""

    def __init__(self, network: Residual) -> None:
        self._network = network
        self._paths: dict[int, Paths] = {}

    def way(self, start: int, node: int) -> Iterator[_Way]:
        """Yield the path from one node to another, if there is one."""
        total = self._total(start, node)
        if total is not None:
            yield _Way(self._paths[start], node, None, total)

    def entry(
        self, networks: Networks, start: int, who: int, pool: int, cost: Row
    ) -> Iterator[_Way]:
        """Yield the path to where somebody is, who then goes to a pool."""
        network, person = self._network, np.array([who])
        node = int(network.at(person)[0])
        total = self._total(start, node)
        if total is None:
            return
        now = network.costs_now(person)[:, 0].tolist()
        names = network.setting.names
        levels = _added(total[0], cost, named(now, names))
        ties = total[1]
        if len(now) > len(names):  # the last level of the setting is the lottery
            ticket = int(networks.tickets(person, np.array([pool]))[0])
            ties = (ties[0] + ticket - now[-1], *ties[1:])
        used = int(network.setting.chosen[who])
        old = int(network.setting.pool[used]) if used >= 0 else -1
        yield _Way(
            self._paths[start],
            node,
            Move(who, old, pool),
            (levels, (*ties[:-1], ties[-1] + 1)),
        )

    def _total(self, start: int, node: int) -> tuple[Row, Row] | None:
        network = self._network
        if start not in self._paths:
            self._paths[start] = network.onwards(start)
        length = self._paths[start].length[:, [node]]
        if length[0, 0] == FAR:
            return None
        found = network.scale.unpack(length)[:, 0].tolist()
        names = network.setting.names
        return named(found, names), tuple(found[len(names) :])


def _added(total: Row, plus: Row, minus: Row) -> Row:
    return tuple(a + b - c for a, b, c in zip(total, plus, minus, strict=True))
