"""Whether an assignment keeps every tie between people, looked at where it changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import numpy as np

from matching.engine.levels import Int64s
from matching.engine.parts import Room
from matching.engine.solution import Solution


class Ties:
    """The ties of a solution, by whom and what they touch.

    Parameters
    ----------
    solution : Solution
    room : Room
        Beds that a plan may fill, before anybody is placed.
    """

    def __init__(self, solution: Solution, room: Room) -> None:
        self._pairs, self._room = solution.pairs, room
        self._ties = solution.ties
        self._owner = solution.problem.pools.provider
        self._groups: dict[int, list[tuple[int, ...]]] = defaultdict(list)
        self._apart: dict[int, list[tuple[int, ...]]] = defaultdict(list)
        for sets, by in (
            (solution.ties.groups, self._groups),
            (solution.ties.conflicts, self._apart),
        ):
            for members in sets:
                for k in members:
                    by[k].append(members)
        self._modes: dict[int, list[int]] = defaultdict(list)
        for k, tie in enumerate(solution.ties.modes):
            self._modes[tie.pool].append(k)
        self._limits: dict[int, list[int]] = defaultdict(list)
        for k, limit in enumerate(solution.ties.limits):
            self._limits[limit.provider].append(k)

    def kept(self, chosen: Int64s, people: Iterable[int]) -> bool:
        """Tell whether an assignment keeps every tie of some people.

        Parameters
        ----------
        chosen : ndarray of int64, shape (referrals,)
            Position of the pair each referral uses, or -1.
        people : iterable of int
            Those who are elsewhere than in the solution, which keeps them all.
        """
        touched = list(people)
        used = chosen[chosen >= 0]
        pools = {int(self._pairs.pool[chosen[k]]) for k in touched if chosen[k] >= 0}
        return (
            all(self._fits(used, j) for j in pools)
            and self.whole(chosen, touched)
            and self._within_limits(used, {int(self._owner[j]) for j in pools})
        )

    def whole(self, chosen: Int64s, people: Iterable[int]) -> bool:
        """Tell whether groups are together, and those to be kept apart are apart."""
        return all(self._together(chosen, k) and self._kept_apart(chosen, k) for k in people)

    def _home(self, chosen: Int64s, k: int) -> int:
        return int(self._owner[self._pairs.pool[chosen[k]]]) if chosen[k] >= 0 else -1

    def _together(self, chosen: Int64s, k: int) -> bool:
        return all(
            len({self._home(chosen, m) for m in members}) == 1 for members in self._groups[k]
        )

    def _kept_apart(self, chosen: Int64s, k: int) -> bool:
        home = self._home(chosen, k)
        return home < 0 or all(
            self._home(chosen, m) != home
            for members in self._apart[k]
            for m in members
            if m != k
        )

    def _fits(self, used: Int64s, pool: int) -> bool:
        """Tell whether a pool and its provider have the beds, and one way to be run."""
        at = self._pairs.pool[used]
        beds = self._ties.beds[self._pairs.referral[used]]
        home = self._owner[pool]
        if beds[at == pool].sum() > self._room.pools[pool]:
            return False
        if beds[self._owner[at] == home].sum() > self._room.providers[home]:
            return False
        ties = (self._ties.modes[k] for k in self._modes[pool])
        return all(tie.fits[np.isin(tie.pairs, used)].all(axis=0).any() for tie in ties)

    def _within_limits(self, used: Int64s, homes: set[int]) -> bool:
        limits = (self._ties.limits[k] for home in homes for k in self._limits[home])
        return all(int(np.isin(limit.pairs, used).sum()) <= limit.room for limit in limits)
