"""Small markets drawn at random, and slow answers: every choice within the budget is tried."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product

import numpy as np

from matching.engine.planning.market import Budget, Market, Within

KINDS = 3


def market(seed: int, *, people: int = 6, homes: int = 4, options: int = 4) -> Market:
    """Draw a market: homes with one or two pools, things to do there, all kinds mixed."""
    rng = np.random.default_rng(seed)
    owner = np.repeat(np.arange(homes), rng.choice([1, 2], homes, p=[0.7, 0.3]))
    home = np.sort(rng.integers(0, homes, options))
    slot = np.array([int((home[:k] == home[k]).sum()) for k in range(options)], dtype=np.int64)
    person, pool, opened = [], [], []
    for i, j in product(range(people), range(len(owner))):
        if rng.random() > 0.6:
            continue
        size = int((home == owner[j]).sum())
        sets = 1 << size
        need = int(rng.integers(0, sets))
        bits = sum(1 << s for s in range(sets) if s & need == need)
        if rng.random() < 0.15:  # doing a thing can close a pair, too
            bits &= int(rng.integers(0, 1 << sets))
        if bits:
            person.append(i)
            pool.append(j)
            opened.append(bits)
    return Market(
        tier=rng.integers(0, 3, people),
        tiers=3,
        person=np.array(person, dtype=np.int64),
        pool=np.array(pool, dtype=np.int64),
        opened=np.array(opened, dtype=np.uint64),
        owner=owner.astype(np.int64),
        pool_room=rng.integers(0, 3, len(owner)),
        home_room=rng.integers(0, 3, homes),
        home=home.astype(np.int64),
        slot=slot,
        kind=rng.integers(0, KINDS, options),
        bed_limit=rng.integers(0, 3, len(owner)),
    )


def budget(seed: int, m: Market) -> Budget:
    """Draw a budget: of each kind, of beds in all and inside one another, and money."""
    rng = np.random.default_rng(seed + 10_000)
    pools = len(m.owner)
    outer = frozenset(np.flatnonzero(rng.random(pools) < 0.7).tolist())
    inner = frozenset(j for j in outer if rng.random() < 0.5)
    within = ()
    if rng.random() < 0.5:
        within = (
            Within(outer, int(rng.integers(0, 3))),
            Within(inner, int(rng.integers(0, 2))),
        )
    return Budget(
        options=tuple(rng.integers(0, 3, KINDS).tolist()),
        beds=int(rng.integers(0, 4)),
        within=within,
        money=None if rng.random() < 0.5 else int(rng.integers(0, 12)),
        option_cost=tuple(rng.integers(0, 5, KINDS).tolist()),
        bed_cost=int(rng.integers(0, 4)),
    )


def choices(m: Market, b: Budget) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Yield every set of options with every way to add beds that the budget allows."""
    pools = range(len(m.owner))
    ways = [
        beds
        for beds in product(*(range(int(m.bed_limit[j]) + 1) for j in pools))
        if sum(beds) <= b.beds
        and all(sum(beds[j] for j in one.pools) <= one.beds for one in b.within)
    ]
    for size in range(m.options + 1):
        for taken in combinations(range(m.options), size):
            for beds in ways:
                if b.allows(m, taken, sum(beds)):
                    yield taken, beds


def placed(m: Market, taken: tuple[int, ...], beds: tuple[int, ...]) -> tuple[int, ...]:
    """Return the best counts by tier, by trying people in order of tier (a matroid)."""
    sets = m.set_at(taken)
    open_now = m.open_under(sets)
    doors: dict[int, list[int]] = {i: [] for i in range(m.people)}
    for k in np.flatnonzero(open_now).tolist():
        doors[int(m.person[k])].append(int(m.pool[k]))
    room = [int(r) + e for r, e in zip(m.pool_room, beds, strict=True)]
    in_home = [int(r) for r in m.home_room]
    for j, extra in enumerate(beds):
        in_home[int(m.owner[j])] += extra
    best = [0] * m.tiers
    where: dict[int, int] = {}
    for i in np.argsort(m.tier, kind="stable").tolist():
        found = _seated(m, doors, room, in_home, [*where, i])
        if found is not None:
            where = found
            best[int(m.tier[i])] += 1
    return tuple(best)


def _seated(
    m: Market,
    doors: dict[int, list[int]],
    room: list[int],
    in_home: list[int],
    people: list[int],
) -> dict[int, int] | None:
    """Seat all of some people by trying every way, or tell that there is none."""
    if not people:
        return {}
    i = people[-1]
    for j in doors[i]:
        h = int(m.owner[j])
        if room[j] and in_home[h]:
            room[j] -= 1
            in_home[h] -= 1
            rest = _seated(m, doors, room, in_home, people[:-1])
            room[j] += 1
            in_home[h] += 1
            if rest is not None:
                return {**rest, i: j}
    return None
