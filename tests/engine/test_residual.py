from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from matching.domain.errors import EngineError
from matching.engine.levels import FAR
from matching.engine.residual import Move, Residual, Setting

#: Pool of each person, or -1.
Places = tuple[int, ...]


class Small:
    """A small problem in numbers, and all its assignments.

    Costs are few and small, so that many plans are equally good but for the
    tickets, which are all different.
    """

    def __init__(self, seed: int) -> None:
        draw = np.random.default_rng(seed)
        self.people, self.pools = int(draw.integers(1, 6)), int(draw.integers(1, 5))
        homes = int(draw.integers(1, self.pools + 1))
        self.owner = np.sort(draw.integers(0, homes, self.pools))
        self.pool_room = draw.integers(0, 3, self.pools)
        self.home_room = draw.integers(0, 4, homes)
        grid = draw.random((self.people, self.pools)) < 0.6
        self.person, self.pool = (side.astype(np.int64) for side in np.nonzero(grid))
        pairs = len(self.person)
        standing = draw.integers(1, 4, self.people)
        tickets = 2 ** draw.permutation(pairs + self.people)
        zeros = np.zeros(pairs, dtype=np.int64)
        self.levels = np.stack(
            [zeros, draw.integers(0, 2, pairs), draw.integers(0, 4, pairs), tickets[:pairs]]
        )
        none = np.zeros(self.people, dtype=np.int64)
        self.stay = np.stack([standing, none, none, tickets[pairs:]])
        every = [(self.total(places), places) for places in self.all()]
        self.every = dict(sorted((places, total) for total, places in every))
        self.best = min(every)[1]

    def all(self) -> Iterator[Places]:
        own = [[-1, *self.pool[self.person == i].tolist()] for i in range(self.people)]
        for places in product(*own):
            used = np.array([j for j in places if j >= 0], dtype=np.int64)
            in_pool = np.bincount(used, minlength=self.pools)
            in_home = np.bincount(self.owner[used], minlength=len(self.home_room))
            if (in_pool <= self.pool_room).all() and (in_home <= self.home_room).all():
                yield places

    def cost(self, i: int, j: int) -> np.ndarray:
        if j < 0:
            return self.stay[:, i]
        return self.levels[:, (self.person == i) & (self.pool == j)][:, 0]

    def total(self, places: Places) -> tuple[int, ...]:
        return tuple(np.sum([self.cost(i, j) for i, j in enumerate(places)], axis=0).tolist())

    def setting(self, places: Places) -> Setting:
        chosen = np.full(self.people, -1, dtype=np.int64)
        for i, j in enumerate(places):
            if j >= 0:
                chosen[i] = np.flatnonzero((self.person == i) & (self.pool == j))[0]
        return Setting(
            rows=np.arange(len(self.person)),
            person=self.person,
            pool=self.pool,
            levels=self.levels,
            stay=self.stay,
            chosen=chosen,
            members=np.arange(self.people),
            pool_room=self.pool_room,
            provider_room=self.home_room,
            owner=self.owner,
            names=("standing", "icwa", "cost"),
        )


def moved(places: Places, moves: list[Move]) -> Places:
    out = list(places)
    for who, old, new in moves:
        assert out[who] == old
        out[who] = new
    return tuple(out)


@pytest.mark.parametrize("first", range(0, 2000, 250))
def test_a_path_is_the_best_plan_with_a_choice_fixed(first):
    for seed in range(first, first + 250):
        small = Small(seed)
        network = Residual(small.setting(small.best))
        start = small.every[small.best]
        for i in range(small.people):
            towards = network.towards(int(network.at(np.array([i]))[0]))
            for j in set(small.pool[small.person == i].tolist()) - {small.best[i]}:
                fixed = [places for places in small.every if places[i] == j]
                node = int(network.node_of_pool[j])
                if not fixed:
                    assert node < 0 or towards.length[0, node] == FAR
                    continue
                best = min(fixed, key=small.every.__getitem__)
                moves = [Move(i, small.best[i], j), *network.path(node, towards)]
                assert moved(small.best, moves) == best
                length = network.scale.unpack(towards.length[:, [node]])[:, 0]
                own = small.cost(i, j) - small.cost(i, small.best[i])
                change = np.subtract(small.every[best], start)
                assert (length[:-1] + own == change).all()


@pytest.mark.parametrize("seed", range(40))
def test_paths_are_as_long_from_either_end(seed):
    small = Small(seed)
    network = Residual(small.setting(small.best))
    for a in range(network.nodes):
        onwards = network.onwards(a)
        for b in range(network.nodes):
            towards = network.towards(b)
            assert (onwards.length[:, b] == towards.length[:, a]).all()
            if onwards.length[0, b] != FAR:
                assert sorted(network.way_back(b, onwards)) == sorted(network.path(a, towards))


@pytest.mark.parametrize("seed", range(60))
def test_a_plan_that_is_not_the_best_has_a_cheaper_chain_of_moves(seed):
    small = Small(seed)
    for places in small.every:
        network = Residual(small.setting(places))
        if places == small.best:
            assert (network.to_sink[:, network.sink] == 0).all()
        else:
            with pytest.raises(EngineError, match="cheaper chain"):
                _ = network.to_sink, network.from_sink


def test_more_people_than_beds_are_no_plan():
    small = next(s for s in map(Small, range(100)) if any(j >= 0 for j in s.best))
    setting = small.setting(small.best)
    with pytest.raises(EngineError, match="more beds"):
        Residual(replace(setting, pool_room=setting.pool_room * 0))


def test_nobody_and_nothing():
    none = np.zeros(0, dtype=np.int64)
    empty = Setting(
        rows=none,
        person=none,
        pool=none,
        levels=np.zeros((2, 0), np.int64),
        stay=np.zeros((2, 0), np.int64),
        chosen=none,
        members=none,
        pool_room=none,
        provider_room=none,
        owner=none,
        names=("standing", "cost"),
    )
    network = Residual(empty)
    assert (network.nodes, network.sink, len(network.arcs.tail)) == (1, 0, 0)
    assert network.path(0, network.towards(0)) == []
