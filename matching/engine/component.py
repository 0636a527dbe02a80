"""People tied together, the beds they compete for, and what an outcome is worth.

Everything here is whole numbers and knows no solver: what a solver claims is
looked at again with :func:`keeps` and :func:`value`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from matching.domain.errors import ChoiceError
from matching.engine.aims import Aims
from matching.engine.couplings import Limit, Modes
from matching.engine.solution import Method

Int64s = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Component:
    """People tied together, and the beds they compete for.

    Attributes
    ----------
    person, pool : ndarray of int64, shape (pairs,)
        Ends of the pairs: index of the person, position of the pool. By
        person, from the first to the last.
    goal : Aims
        Of these people and pairs; waits in single hours.
    band : ndarray of int64, shape (people,)
        Standing with the waits in wide bands; coarser than ``goal.standing``.
    tiers : int
        Number of tiers.
    must : ndarray of bool, shape (people,)
        Whose place is forced.
    groups, conflicts : sequence of sequence of int
        Indexes of people.
    beds : ndarray of int64, shape (people,)
    modes : sequence of Modes
        Pools and pairs in positions of the component.
    limits : sequence of Limit
        Providers and pairs in positions of the component.
    owner : ndarray of int64, shape (pools,)
        Provider of each pool.
    pool_room, provider_room : ndarray of int64
    """

    person: Int64s
    pool: Int64s
    goal: Aims
    band: Int64s
    tiers: int
    must: Flags
    groups: Sequence[Sequence[int]]
    conflicts: Sequence[Sequence[int]]
    beds: Int64s
    modes: Sequence[Modes]
    limits: Sequence[Limit]
    owner: Int64s
    pool_room: Int64s
    provider_room: Int64s

    @property
    def people(self) -> int:
        """Number of people."""
        return len(self.beds)

    @property
    def home(self) -> Int64s:
        """Provider of each pair, shape (pairs,)."""
        return self.owner[self.pool]

    def of(self, mine: Int64s) -> Component:
        """Return the component with some of its pairs only, in their order."""
        index = np.full(len(self.person), -1, dtype=np.int64)
        index[mine] = np.arange(len(mine))
        kept = [index[tie.pairs] >= 0 for tie in self.modes]
        return replace(
            self,
            person=self.person[mine],
            pool=self.pool[mine],
            goal=self.goal.of(np.arange(self.people), mine),
            modes=[
                replace(tie, pairs=index[tie.pairs[here]], fits=tie.fits[here])
                for tie, here in zip(self.modes, kept, strict=True)
            ],
            limits=[
                replace(limit, pairs=index[limit.pairs[index[limit.pairs] >= 0]])
                for limit in self.limits
            ],
        )


@dataclass(frozen=True, slots=True)
class Solved:
    """Outcome of a component.

    Attributes
    ----------
    chosen : ndarray of int64, shape (people,)
        Position of the pair each person uses, or -1.
    mode : ndarray of int64, shape (modes,)
        The mode in which each tied pool is run; -1 where nobody is in it.
    method : Method
        ``KEPT`` if the strict order of waiting is kept to the hour.
    more : tuple of int
        For each tier, how many more people might be placed; 0 is proven.
    gap : int or None
        By how much the preference cost might be lower; ``None`` if an aim
        before it is not proven.
    """

    chosen: Int64s
    mode: Int64s
    method: Method
    more: tuple[int, ...]
    gap: int | None


def levels(component: Component) -> tuple[Int64s, ...]:
    """Return what each pair adds to every aim, the first aim counting most.

    One aim for each tier (a place counts -1), the standing in wide bands,
    proposals moved, the order of ICWA preferences, and the cost. The smaller
    the sum the better. With the counts by tier fixed, a smaller sum of bands
    is a longer wait served.

    Returns
    -------
    tuple of ndarray of int64, shape (pairs,)
    """
    c = component
    tier = c.goal.tier[c.person]
    counts = [-(tier == k).astype(np.int64) for k in range(c.tiers)]
    return (*counts, c.band[c.person], c.goal.moved, c.goal.icwa, c.goal.cost)


def value(component: Component, chosen: Int64s) -> tuple[int, ...]:
    """Return what a choice reaches in every aim; the smallest is best."""
    used = chosen[chosen >= 0]
    return tuple(int(level[used].sum()) for level in levels(component))


def counts(component: Component, chosen: Int64s) -> Int64s:
    """Return the number placed in each tier."""
    return np.bincount(component.goal.tier[chosen >= 0], minlength=component.tiers)


def keeps(component: Component, chosen: Int64s) -> bool:
    """Tell whether a choice keeps the room there is and every tie.

    Parameters
    ----------
    component : Component
    chosen : ndarray of int64, shape (people,)
        Position of the pair each person uses, or -1.

    Returns
    -------
    bool
    """
    c = component
    placed = np.flatnonzero(chosen >= 0)
    used = chosen[placed]
    if (c.person[used] != placed).any() or (c.must & (chosen < 0)).any():
        return False
    in_pool = np.bincount(c.pool[used], c.beds[placed], minlength=len(c.pool_room))
    in_home = np.bincount(c.home[used], c.beds[placed], minlength=len(c.provider_room))
    if (in_pool > c.pool_room).any() or (in_home > c.provider_room).any():
        return False
    return _together_and_apart(c, chosen) and not broken_modes(c, chosen) and _within(c, used)


def _together_and_apart(c: Component, chosen: Int64s) -> bool:
    site = np.full(c.people, -1, dtype=np.int64)
    site[chosen >= 0] = c.home[chosen[chosen >= 0]]
    where = site.tolist()
    if any(len({where[k] for k in members}) > 1 for members in c.groups):
        return False
    for members in c.conflicts:
        there = [where[k] for k in members if where[k] >= 0]
        if len(set(there)) < len(there):
            return False
    return True


def _within(c: Component, used: Int64s) -> bool:
    taken = _marked(c, used)
    return all(int(taken[limit.pairs].sum()) <= limit.room for limit in c.limits)


def _marked(c: Component, used: Int64s) -> Flags:
    taken = np.zeros(len(c.person), dtype=np.bool_)
    taken[used] = True
    return taken


def broken_modes(component: Component, chosen: Int64s) -> list[int]:
    """Return the ties of ``modes`` whose people fit no one mode."""
    taken = _marked(component, chosen[chosen >= 0])
    return [
        k
        for k, tie in enumerate(component.modes)
        if taken[tie.pairs].any() and not tie.fits[taken[tie.pairs]].all(axis=0).any()
    ]


def settled_modes(component: Component, chosen: Int64s) -> Int64s:
    """Return the first mode that everybody placed in each tied pool fits, or -1.

    Returns
    -------
    ndarray of int64, shape (modes,)
    """
    taken = _marked(component, chosen[chosen >= 0])
    out = np.full(len(component.modes), -1, dtype=np.int64)
    for k, tie in enumerate(component.modes):
        there = taken[tie.pairs]
        if there.any():
            out[k] = int(np.argmax(tie.fits[there].all(axis=0)))
    return out


def impossible() -> ChoiceError:
    """Return the error for forced places that cannot be had together."""
    return ChoiceError(
        "Not all the places that were decided can be had together. Nothing was changed.",
        next_step="Take one of the decisions back.",
    )
