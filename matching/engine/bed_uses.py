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


class Uses:
    """Ways to use one more bed in a network.

    Parameters
    ----------
    networks : Networks
    network : Residual
        One of them.
    """

    def __init__(self, networks: Networks, network: Residual) -> None:
        self._networks, self._network = networks, network
        self._names = network.setting.names
        self._sink = network.onwards(network.sink)
        self._from_sink = network.scale.unpack(self._sink.length).T.tolist()

    def best(self, more: More) -> Use | None:
        """Return the best way to use one more bed.

        Parameters
        ----------
        more : More

        Returns
        -------
        Use or None
            ``None`` where the bed makes nothing better.
        """
        better = (way for way in self._ways(more) if way.levels < (0,) * len(LEVELS))
        found = min(better, key=lambda way: (way.levels, way.ties, way.key), default=None)
        if found is None:
            return None
        back = self._network.way_back(found.node, found.paths)
        first = () if found.entry is None else (found.entry,)
        return Use(found.levels, found.ties, (*first, *back))

    def _ways(self, more: More) -> Iterator[_Way]:
        here = int(self._network.node_of_pool[more.pool])
        home = int(self._network.node_of_home[more.home])
        if more.bed:
            for start in self._starts(more, home):
                if here >= 0:
                    yield from self._way(start, here)
                for (who, pool), cost in more.entries.items():
                    if pool == more.pool:
                        yield from self._entry(start, who, pool, cost)
        if more.place:
            if home >= 0:
                yield from self._way(self._sink, home)
            for (who, pool), cost in more.entries.items():
                if pool != more.pool or not more.bed:
                    yield from self._entry(self._sink, who, pool, cost)

    def _starts(self, more: More, home: int) -> Iterator[Paths]:
        """Yield from where somebody can come to the bed and leave nothing short."""
        network = self._network
        room = int(network.setting.provider_room[more.home])
        # Where the provider can take one more, the sink is as near as the provider.
        if more.place or network.in_home[more.home] < room:
            yield self._sink
        full = home >= 0 and network.in_home[more.home] == room
        if full and (more.entries or network.in_pool[more.pool] < room):
            yield network.onwards(home)

    def _way(self, start: Paths, node: int) -> Iterator[_Way]:
        """Yield the path from one node to another, if there is one."""
        if start.length[0, node] != FAR:
            yield _Way(start, node, None, *self._total(start, node))

    def _entry(self, start: Paths, who: int, pool: int, cost: Row) -> Iterator[_Way]:
        """Yield the path to where somebody is, who then goes to a pool."""
        network, person = self._network, np.array([who])
        node = int(network.at(person)[0])
        if start.length[0, node] == FAR:
            return
        levels, ties = self._total(start, node)
        now = network.costs_now(person)[:, 0].tolist()
        if len(now) > len(self._names):  # the last level of the setting is the lottery
            ticket = int(self._networks.tickets(person, np.array([pool]))[0])
            ties = (ties[0] + ticket - now[-1], *ties[1:])
        used = int(network.setting.chosen[who])
        old = int(network.setting.pool[used]) if used >= 0 else -1
        yield _Way(
            start,
            node,
            Move(who, old, pool),
            _added(levels, cost, named(now, self._names)),
            (*ties[:-1], ties[-1] + 1),
        )

    def _total(self, start: Paths, node: int) -> tuple[Row, Row]:
        if start is self._sink:
            found = self._from_sink[node]
        else:
            found = self._network.scale.unpack(start.length[:, [node]])[:, 0].tolist()
        return named(found, self._names), tuple(found[len(self._names) :])


@dataclass(frozen=True, slots=True)
class _Way:
    """A path to a node, and somebody who goes on from there to the bed."""

    paths: Paths
    node: int
    entry: Move | None
    levels: Row
    ties: Row

    @property
    def key(self) -> Row:
        return (self.node,) if self.entry is None else (self.node, *self.entry)


def _added(total: Row, plus: Row, minus: Row) -> Row:
    return tuple(a + b - c for a, b, c in zip(total, plus, minus, strict=True))
