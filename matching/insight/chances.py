"""Which changes look as if they could help, so that the others are tried last.

Chains of moves are followed through the plan as if nothing tied people
together. Only the order of tries follows from it, never an answer.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from matching.engine.capacity import pool_room, provider_room
from matching.engine.judge import Bits
from matching.engine.parts import Room
from matching.engine.solution import Solution

Int64s = NDArray[np.int64]


class Chances:
    """Chains of moves in one solution.

    Parameters
    ----------
    solution : Solution
    """

    def __init__(self, solution: Solution) -> None:
        self._solution = solution
        problem, pairs = solution.problem, solution.pairs
        self._owner = problem.pools.provider
        room = Room(
            pool_room(problem, solution.policy), provider_room(problem, solution.policy)
        )
        self._left = room.less(problem, pairs, solution.ties, solution.chosen)
        people = problem.size[0]
        self._starts = np.searchsorted(pairs.referral, np.arange(people + 1))
        order = np.argsort(pairs.pool, kind="stable")
        self._by_pool = pairs.referral[order]
        self._pool_starts = np.searchsorted(pairs.pool[order], np.arange(problem.size[1] + 1))
        self._pool_of = np.full(people, -1, dtype=np.int64)
        placed = solution.chosen >= 0
        self._pool_of[placed] = pairs.pool[solution.chosen[placed]]
        self._living = np.argsort(self._pool_of, kind="stable")
        self._lived_in = self._pool_of[self._living]

    def free(self, pools: Iterable[int]) -> int:
        """Return the beds that the plan leaves in some pools of one provider."""
        mine = list(pools)
        if not mine:
            return 0
        beds = int(self._left.pools[mine].clip(min=0).sum())
        return min(beds, max(0, int(self._left.providers[self._owner[mine[0]]])))

    def could_take(self, row: int, pools: Iterable[int]) -> bool:
        """Tell whether a chain leads from some pools to room, or to who does not come first.

        Parameters
        ----------
        row : int
            Position of the referral that would move in.
        pools : iterable of int
        """
        standing = self._solution.goal.standing
        todo = [int(j) for j in pools]
        seen = set(todo)
        while todo:
            pool = todo.pop()
            if self.free([pool]) > 0:
                return True
            there = self._living_near(pool)
            if (standing[there] >= standing[row]).any():
                return True
            for k in there.tolist():
                mine = slice(self._starts[k], self._starts[k + 1])
                for other in self._solution.pairs.pool[mine].tolist():
                    if other not in seen:
                        seen.add(other)
                        todo.append(other)
        return False

    def _living_near(self, pool: int) -> Int64s:
        """Return whom the plan puts where a bed would have to be given up."""
        home, first, last = self._owner[pool], pool, pool + 1
        if self._left.providers[home] <= 0:
            first, last = self._solution.judge.pool_span[home : home + 2].tolist()
        start, stop = np.searchsorted(self._lived_in, [first, last])
        return self._living[start:stop]

    def before(self, row: int, pools: Int64s, lifted: Bits) -> int:
        """Count who has no place, comes first, and would have one if some beds came free.

        Parameters
        ----------
        row : int
        pools : ndarray of int64
            Where the beds come free, for everybody alike.
        lifted : ndarray of uint64, shape (pools,)
            Rules that would no longer bar there.
        """
        solution, standing = self._solution, self._solution.goal.standing
        everybody = np.arange(solution.problem.size[0])
        failed, unknown = solution.judge.bits(everybody, pools)
        barred = solution.judge.barred(failed, unknown) & ~lifted
        wants = np.asarray((barred == 0).any(axis=1))
        wants[self._by_pool[self._uses(pools)]] = True
        seen = set(pools.tolist())
        while True:
            freed = set(self._pool_of[wants & (self._pool_of >= 0)].tolist()) - seen
            if not freed:
                break
            seen |= freed
            wants[self._by_pool[self._uses(np.array(sorted(freed)))]] = True
        first = wants & (self._pool_of < 0) & (standing < standing[row])
        return int(first.sum())

    def _uses(self, pools: Int64s) -> Int64s:
        """Return where the pairs of some pools stand, pool by pool."""
        spans = [np.arange(self._pool_starts[j], self._pool_starts[j + 1]) for j in pools]
        return np.concatenate(spans) if spans else np.zeros(0, dtype=np.int64)
