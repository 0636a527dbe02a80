"""Cut a problem into parts that can be solved by themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from matching.engine import free, lottery
from matching.engine.aims import Aims
from matching.engine.candidates import Candidates
from matching.engine.coupled import Component, Solved
from matching.engine.couplings import Couplings
from matching.engine.flow import Int64s
from matching.engine.problem import Problem


@dataclass(frozen=True, slots=True)
class Room:
    """Beds left in each pool and under each provider."""

    pools: Int64s
    providers: Int64s

    def less(
        self, problem: Problem, pairs: Candidates, ties: Couplings, chosen: Int64s
    ) -> Room:
        """Return the room that the people already settled leave."""
        pools, providers = self.pools.copy(), self.providers.copy()
        settled = np.flatnonzero(chosen >= 0)
        beds, used = ties.beds[settled], pairs.pool[chosen[settled]]
        np.subtract.at(pools, used, beds)
        np.subtract.at(providers, problem.pools.provider[used], beds)
        return Room(pools, providers)


@dataclass(frozen=True, slots=True)
class _Local:
    """Positions of one part: people, pairs, pools and providers renumbered from 0."""

    mine: Int64s  #: positions of its pairs
    person: Int64s
    pool: Int64s
    pools: Int64s  #: position in the problem of each of its pools
    owner: Int64s
    homes: Int64s


def _local(problem: Problem, pairs: Candidates, members: Int64s, usable: Int64s) -> _Local:
    index = np.full(problem.size[0], -1, dtype=np.int64)
    index[members] = np.arange(len(members))
    mine = usable[index[pairs.referral[usable]] >= 0]
    pools, pool = np.unique(pairs.pool[mine], return_inverse=True)
    homes, owner = np.unique(problem.pools.provider[pools], return_inverse=True)
    return _Local(
        mine=mine,
        person=index[pairs.referral[mine]],
        pool=pool.astype(np.int64),
        pools=pools.astype(np.int64),
        owner=owner.astype(np.int64),
        homes=homes.astype(np.int64),
    )


def component(
    problem: Problem,
    pairs: Candidates,
    goal: Aims,
    band: Int64s,
    must: np.ndarray[tuple[int], np.dtype[np.bool_]],
    ties: Couplings,
    members: Int64s,
    room: Room,
    tiers: int,
) -> tuple[Component, Int64s, tuple[int, ...]]:
    """Cut one tied component out of a problem.

    Parameters
    ----------
    problem : Problem
    pairs : Candidates
    goal : Aims
    band : ndarray of int64, shape (referrals,)
        Standing in wide bands.
    must : ndarray of bool, shape (referrals,)
        Whose place is forced.
    ties : Couplings
    members : ndarray of int64
        Positions of its referrals.
    room : Room
    tiers : int
        Number of tiers.

    Returns
    -------
    component : Component
    mine : ndarray of int64
        Position of each of its pairs in the candidates.
    modes : tuple of int
        Which ties of ``ties.modes`` are its own, in its order.
    """
    here = _local(problem, pairs, members, np.arange(len(pairs)))
    index = np.full(problem.size[0], -1, dtype=np.int64)
    index[members] = np.arange(len(members))
    pair_index = np.full(len(pairs), -1, dtype=np.int64)
    pair_index[here.mine] = np.arange(len(here.mine))
    pool_index = {int(j): k for k, j in enumerate(here.pools)}
    home_index = {int(p): k for k, p in enumerate(here.homes)}
    own = tuple(k for k, tie in enumerate(ties.modes) if tie.pool in pool_index)
    cut = Component(
        person=here.person,
        pool=here.pool,
        goal=goal.of(members, here.mine),
        band=band[members],
        tiers=tiers,
        must=must[members],
        groups=_inside(ties.groups, index),
        conflicts=_inside(ties.conflicts, index),
        beds=ties.beds[members],
        modes=[
            replace(
                ties.modes[k],
                pool=pool_index[ties.modes[k].pool],
                pairs=pair_index[ties.modes[k].pairs],
            )
            for k in own
        ],
        limits=[
            replace(limit, provider=home_index[limit.provider], pairs=pair_index[limit.pairs])
            for limit in ties.limits
            if limit.provider in home_index
        ],
        owner=here.owner,
        pool_room=room.pools[here.pools],
        provider_room=room.providers[here.homes],
    )
    return cut, here.mine, own


def _inside(sets: Sequence[Sequence[int]], index: Int64s) -> list[list[int]]:
    """Translate the sets, each without the members that are elsewhere."""
    translated = [[int(index[k]) for k in members if index[k] >= 0] for members in sets]
    return [members for members in translated if len(members) > 1]


def ruled_out(ties: Couplings, own: Sequence[int], solved: Solved) -> Int64s:
    """Return the pairs that the modes settled in a part rule out.

    A pool in which a program placed nobody stays empty: whoever came next
    would decide its mode.

    Returns
    -------
    ndarray of int64
        Positions in the candidates.
    """
    out = [np.zeros(0, dtype=np.int64)]
    for k, mode in zip(own, solved.mode.tolist(), strict=True):
        tie = ties.modes[k]
        out.append(tie.pairs if mode < 0 else tie.pairs[~tie.fits[:, mode]])
    return np.concatenate(out)


def task(
    problem: Problem,
    pairs: Candidates,
    goal: Aims,
    members: Int64s,
    allowed: Int64s,
    room: Room,
    salt: str,
    bits: int,
    place: Int64s | None = None,
) -> tuple[free.Task, Int64s]:
    """Cut people tied to nobody out of a problem, as one flow.

    Parameters
    ----------
    problem : Problem
    pairs : Candidates
    goal : Aims
    members : ndarray of int64
        Positions of the referrals.
    allowed : ndarray of int64
        Positions of the pairs that may be used.
    room : Room
    salt : str
    bits : int
        Size of a ticket of the lottery.
    place : ndarray of int64, shape (referrals,), optional
        The pool of each referral in a plan that may be the best, or -1.

    Returns
    -------
    task : free.Task
    mine : ndarray of int64
        Position of each of its pairs in the candidates.
    """
    here = _local(problem, pairs, members, allowed)
    keys = problem.pool_keys
    cut = free.Task(
        person=here.person,
        pool=here.pool,
        goal=goal.of(members, here.mine),
        pool_room=room.pools[here.pools],
        owner=here.owner,
        provider_room=room.providers[here.homes],
        person_hash=lottery.name_hashes(
            [problem.referral_ids[k] for k in members.tolist()], salt
        ),
        pool_hash=lottery.name_hashes(["\0".join(keys[k]) for k in here.pools.tolist()], salt),
        bits=bits,
        salt=salt,
        start=None if place is None else _start(here, place[members]),
    )
    return cut, here.mine


def _start(here: _Local, place: Int64s) -> Int64s:
    """Return the pair by which each person has their place, or -1 where there is none."""
    pool = np.minimum(np.searchsorted(here.pools, place), max(0, len(here.pools) - 1))
    keys = here.person * max(1, len(here.pools)) + here.pool
    wanted = np.arange(len(place)) * max(1, len(here.pools)) + pool
    at = np.minimum(np.searchsorted(keys, wanted), max(0, len(keys) - 1))
    if len(keys) == 0:
        return np.full(len(place), -1, dtype=np.int64)
    there = (keys[at] == wanted) & (here.pools[pool] == place)
    return np.where(there, at, -1)
