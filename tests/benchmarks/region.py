"""Large regions in which people are tied together, drawn as arrays.

People and providers stand around towns of very different sizes; everybody can
use the nearest pools that serve their need. Costs rise with distance, and a
part of them is a preference of the moment.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import KDTree

from matching.engine.aims import Aims
from matching.engine.component import Component
from matching.engine.modes import Limit, Modes

#: Hours at which waits of tied people fall into the next band.
EDGES = (24, 72, 168, 336, 720)


@dataclass(frozen=True)
class Ties:
    """How people are tied: shares of all people, and sizes.

    Attributes
    ----------
    grouped, apart, parents : float
        Share of people in groups, in conflicts, and who take two beds.
    group, token : int
        Largest size of a group and of a set of people kept apart.
    locked, limited : float
        Share of pools that take the gender of the first, and of providers with a limit.
    """

    grouped: float = 0.10
    apart: float = 0.05
    parents: float = 0.0
    group: int = 2
    token: int = 2
    locked: float = 0.0
    limited: float = 0.0


def region(people: int, providers: int, ties: Ties = Ties(), seed: int = 1) -> Component:
    """Draw a region.

    Parameters
    ----------
    people, providers : int
    ties : Ties, optional
    seed : int, optional

    Returns
    -------
    Component
    """
    rng = np.random.default_rng(seed)
    towns = rng.random((max(3, (people + providers) // 400), 2))
    size = rng.pareto(1.2, len(towns)) + 0.2

    def around(count: int) -> np.ndarray:
        town = rng.choice(len(towns), count, p=size / size.sum())
        return towns[town] + rng.normal(0, 0.03, (count, 2))

    site, where = around(providers), around(people)
    owner = np.repeat(np.arange(providers), rng.choice([1, 2], providers, p=[0.85, 0.15]))
    room = rng.choice([0, 1, 2, 3], len(owner), p=[0.35, 0.4, 0.18, 0.07])
    most = rng.choice([1, 2, 3, 6], providers, p=[0.3, 0.3, 0.2, 0.2])
    groups = _sets(rng, people, ties.grouped, ties.group)
    conflicts = _sets(rng, people, ties.apart, ties.token)
    for members in groups:
        where[members] = where[members[0]]
    person, pool, miles = _near(rng, where, site[owner], room)
    keep = _common(groups, person, owner[pool], people)
    person, pool, miles = person[keep], pool[keep], miles[keep]
    pools, pool = np.unique(pool, return_inverse=True)
    homes, owner = np.unique(owner[pools], return_inverse=True)
    return _component(
        rng,
        ties,
        person,
        pool,
        miles,
        groups,
        conflicts,
        owner,
        room[pools],
        most[homes],
        people,
    )


def _sets(rng: np.random.Generator, people: int, share: float, most: int) -> list[list[int]]:
    left = rng.permutation(people)[: int(people * share)].tolist()
    out = []
    while len(left) > 1:
        size = int(rng.integers(2, most + 1))
        out.append(sorted(left[:size]))
        left = left[size:]
    return [members for members in out if len(members) > 1]


def _near(
    rng: np.random.Generator,
    where: np.ndarray,
    site: np.ndarray,
    room: np.ndarray,
    most: int = 27,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the pairs of people with the nearest pools that serve them, and distances."""
    need = rng.choice(4, len(where), p=[0.4, 0.3, 0.2, 0.1])
    serves = rng.random((len(site), 4)) < [0.8, 0.6, 0.5, 0.3]
    miles, pool = KDTree(site).query(where, min(len(site), 3 * most))
    fits = serves[pool, need[:, None]] & (room[pool] > 0)
    fits &= np.cumsum(fits, axis=1) <= most
    person = np.nonzero(fits)[0]
    order = np.lexsort((pool[fits], person))
    return person[order], pool[fits][order], miles[fits][order]


def _common(
    groups: list[list[int]], person: np.ndarray, home: np.ndarray, people: int
) -> np.ndarray:
    """Return the pairs that a group can use: at providers where all have one."""
    keep = np.ones(len(person), dtype=np.bool_)
    start = np.searchsorted(person, np.arange(people + 1))
    for members in groups:
        spans = [slice(start[k], start[k + 1]) for k in members]
        shared = set.intersection(*(set(home[span].tolist()) for span in spans))
        for span in spans:
            keep[span] = np.isin(home[span], list(shared))
    return keep


def _component(
    rng: np.random.Generator,
    ties: Ties,
    person: np.ndarray,
    pool: np.ndarray,
    miles: np.ndarray,
    groups: list[list[int]],
    conflicts: list[list[int]],
    owner: np.ndarray,
    pool_room: np.ndarray,
    most: np.ndarray,
    people: int,
) -> Component:
    cost = np.minimum(400, miles * 3000).astype(np.int64) // 10 * 10
    cost += (
        rng.choice([0, 20, 60, 100], len(person)) + 5 * rng.integers(0, 10, len(owner))[pool]
    )
    tier = rng.choice(3, people, p=[0.3, 0.4, 0.3]).astype(np.int64)
    hours = rng.exponential(200, people).astype(np.int64)
    bands = np.searchsorted(EDGES, hours, side="right")
    asked = rng.random(people)[person] < 0.05
    beds = np.bincount(owner, pool_room, minlength=len(most)).astype(np.int64)
    return Component(
        person=person.astype(np.int64),
        pool=pool.astype(np.int64),
        goal=Aims(
            tier=tier,
            standing=_ranks(np.c_[tier, -hours]),
            moved=np.zeros(len(person), dtype=np.int64),
            icwa=np.where(asked, rng.integers(0, 4, len(most))[owner[pool]], 0).astype(
                np.int64
            ),
            cost=cost,
        ),
        band=_ranks(np.c_[tier, -bands]),
        tiers=3,
        must=np.zeros(people, dtype=np.bool_),
        groups=groups,
        conflicts=conflicts,
        beds=np.where(rng.random(people) < ties.parents, 2, 1).astype(np.int64),
        modes=_locks(rng, ties, person, pool, pool_room, people),
        limits=_limits(rng, ties, person, owner[pool], people),
        owner=owner.astype(np.int64),
        pool_room=pool_room.astype(np.int64),
        provider_room=np.minimum(beds, most).astype(np.int64),
    )


def _ranks(keys: np.ndarray) -> np.ndarray:
    return np.unique(keys, axis=0, return_inverse=True)[1].ravel().astype(np.int64)


def _locks(
    rng: np.random.Generator,
    ties: Ties,
    person: np.ndarray,
    pool: np.ndarray,
    room: np.ndarray,
    people: int,
) -> list[Modes]:
    """Draw pools that take the gender of the first; a few people fit either."""
    gender = rng.choice(3, people, p=[0.55, 0.35, 0.10])
    fits = np.array([[True, False], [False, True], [True, True]])
    locked = (rng.random(len(room)) < ties.locked) & (room > 1)
    order = np.argsort(pool, kind="stable")
    start = np.searchsorted(pool[order], np.arange(len(room) + 1))
    out = []
    for j in np.flatnonzero(locked).tolist():
        pairs = order[start[j] : start[j + 1]]
        mine = fits[gender[person[pairs]]]
        if not mine.all(axis=0).any():
            out.append(Modes("resident-gender", j, pairs, mine, ("girls", "boys")))
    return out


def _limits(
    rng: np.random.Generator, ties: Ties, person: np.ndarray, home: np.ndarray, people: int
) -> list[Limit]:
    """Draw providers that can keep only one person with high needs safe."""
    high = rng.random(people) < 0.2
    some = np.flatnonzero(high[person])
    out = []
    for p in np.unique(home[some]).tolist():
        if rng.random() < ties.limited:
            pairs = some[home[some] == p]
            if len(np.unique(person[pairs])) > 1:
                out.append(Limit("acuity", p, pairs, 1))
    return out
