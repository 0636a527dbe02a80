"""Small components of people tied together, and the best choice by trying all of them.

Nothing here uses a network, a bound or a solver.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from matching.engine.aims import Aims
from matching.engine.component import Component
from matching.engine.modes import Limit, Modes

Choice = tuple[int, ...]


def drawn(seed: int, *, people: int = 5, pools: int = 4) -> Component:
    """Draw a component with every kind of tie mixed in."""
    rng = np.random.default_rng(seed)
    n, m = int(rng.integers(1, people + 1)), int(rng.integers(1, pools + 1))
    person, pool = np.nonzero(rng.random((n, m)) < rng.choice([0.5, 0.8, 1.0]))
    owner = np.sort(rng.integers(0, m, m))
    owner = np.unique(owner, return_inverse=True)[1]
    must = rng.random(n) < rng.choice([0, 0, 0.2])
    tier = rng.integers(0, 3, n)
    hours, wide = rng.integers(0, 4, n), int(rng.integers(1, 4))
    pairs = len(person)
    dear = int(rng.choice([0, 3, 40]))
    return Component(
        person=person.astype(np.int64),
        pool=pool.astype(np.int64),
        goal=Aims(
            tier=tier.astype(np.int64),
            standing=_ranks(np.c_[~must, tier, -hours]),
            moved=(rng.random(pairs) < 0.3).astype(np.int64) * rng.integers(0, 2),
            icwa=rng.integers(0, 3, pairs) * rng.integers(0, 2),
            cost=rng.integers(0, dear + 1, pairs),
        ),
        band=_ranks(np.c_[~must, tier, -(hours // wide)]),
        tiers=3,
        must=must,
        groups=_sets(rng, n, apart=bool(rng.integers(0, 2))),
        conflicts=_sets(rng, n),
        beds=rng.choice([1, 1, 1, 2], n),
        modes=[
            _modes(rng, pool, j) for j in range(m) if rng.random() < 0.3 and (pool == j).any()
        ],
        limits=_limits(rng, owner[pool]),
        owner=owner.astype(np.int64),
        pool_room=rng.integers(0, 4, m),
        provider_room=rng.integers(1, 5, int(owner.max()) + 1),
    )


def _ranks(keys: np.ndarray) -> np.ndarray:
    return np.unique(keys, axis=0, return_inverse=True)[1].ravel().astype(np.int64)


def _sets(rng: np.random.Generator, n: int, apart: bool = False) -> list[list[int]]:
    """Draw up to two sets of two or three people; apart if they may not overlap."""
    out: list[list[int]] = []
    left = list(rng.permutation(n))
    for _ in range(int(rng.integers(0, 3))):
        members = [int(k) for k in left[: int(rng.integers(2, 4))]]
        left = left[len(members) :] if apart else list(rng.permutation(n))
        if len(members) > 1:
            out.append(sorted(members))
    return out


def _modes(rng: np.random.Generator, pool: np.ndarray, j: int) -> Modes:
    pairs = np.flatnonzero(pool == j)
    count = int(rng.integers(2, 4))
    fits = rng.random((len(pairs), count)) < 0.5
    fits[np.arange(len(pairs)), rng.integers(0, count, len(pairs))] = True
    return Modes("rule", j, pairs, fits, tuple(str(k) for k in range(count)))


def _limits(rng: np.random.Generator, home: np.ndarray) -> list[Limit]:
    out = []
    for p in np.unique(home).tolist():
        here = np.flatnonzero(home == p)
        if rng.random() < 0.3:
            some = here[rng.random(len(here)) < 0.7]
            out.append(Limit("rule", p, some, int(rng.integers(0, 3))))
    return out


def every(c: Component, *, tied: bool = True) -> Iterator[Choice]:
    """Try every choice that keeps the room, and the ties unless told otherwise."""
    mine: list[list[int]] = [[] for _ in range(c.people)]
    for a, k in enumerate(c.person.tolist()):
        mine[k].append(a)
    pool, owner = c.pool.tolist(), c.owner.tolist()
    beds = c.beds.tolist() if tied else [1] * c.people
    in_pool, in_home = c.pool_room.tolist(), c.provider_room.tolist()

    def place(k: int, so_far: Choice) -> Iterator[Choice]:
        if k == c.people:
            if not tied or _keeps(c, so_far):
                yield so_far
            return
        yield from place(k + 1, (*so_far, -1))
        for a in mine[k]:
            j = pool[a]
            if in_pool[j] >= beds[k] and in_home[owner[j]] >= beds[k]:
                in_pool[j] -= beds[k]
                in_home[owner[j]] -= beds[k]
                yield from place(k + 1, (*so_far, a))
                in_pool[j] += beds[k]
                in_home[owner[j]] += beds[k]

    return place(0, ())


def any_choice(c: Component, rng: np.random.Generator, count: int) -> list[Choice]:
    """Draw choices of a pair or none for everybody; most of them break something."""
    mine = [[-1, *np.flatnonzero(c.person == k).tolist()] for k in range(c.people)]
    return [tuple(int(rng.choice(own)) for own in mine) for _ in range(count)]


def _keeps(c: Component, choice: Choice) -> bool:
    site = [None if a < 0 else int(c.owner[c.pool[a]]) for a in choice]
    if any(must and a < 0 for must, a in zip(c.must.tolist(), choice, strict=True)):
        return False
    if any(len({site[k] for k in members}) > 1 for members in c.groups):
        return False
    for members in c.conflicts:
        there = [site[k] for k in members if site[k] is not None]
        if len(set(there)) < len(there):
            return False
    used = {a for a in choice if a >= 0}
    for tie in c.modes:
        modes = set(range(tie.fits.shape[1]))
        for row, a in enumerate(tie.pairs.tolist()):
            if a in used:
                modes &= set(np.flatnonzero(tie.fits[row]).tolist())
        if not modes:
            return False
    return all(len(used & set(limit.pairs.tolist())) <= limit.room for limit in c.limits)


def _later(c: Component, choice: Choice) -> tuple[int, ...]:
    used = [a for a in choice if a >= 0]
    goal = c.goal
    return tuple(sum(int(aim[a]) for a in used) for aim in (goal.moved, goal.icwa, goal.cost))


def strict_key(c: Component, choice: Choice) -> tuple[object, ...]:
    """Order of aims with waits in hours, one class of people after the other."""
    placed = [k for k, a in enumerate(choice) if a >= 0]
    classes = range(int(c.goal.standing.max()) + 1)
    by_class = [-sum(int(c.goal.standing[k]) == s for k in placed) for s in classes]
    return (tuple(by_class), *_later(c, choice))


def wide_key(c: Component, choice: Choice) -> tuple[object, ...]:
    """Order of aims with counts by tier and then waits in wide bands."""
    placed = [k for k, a in enumerate(choice) if a >= 0]
    by_tier = tuple(-sum(int(c.goal.tier[k]) == t for k in placed) for t in range(c.tiers))
    return (by_tier, sum(int(c.band[k]) for k in placed), *_later(c, choice))
