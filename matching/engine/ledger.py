"""What moves of people change in a plan, added up one by one in whole numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from matching.engine.levels import Int64s
from matching.engine.networks import LEVELS, pair_levels, stay_levels
from matching.engine.residual import Move
from matching.engine.solution import Solution

Row = tuple[int, ...]


class By(StrEnum):
    """How a change was worked out."""

    CHAIN = "chain"  #: a shortest path in the residual network
    AGAIN = "solved again"  #: the plan made again with the choice fixed
    NOTHING = "not worked out"  #: stopped before either


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What changes in the whole plan.

    Attributes
    ----------
    tiers : tuple of int
        Change of the number of people with a place, by priority tier.
    standing : int
        Change in the order of who comes first: above 0, somebody who stands
        earlier goes without for somebody who stands later, or for nobody.
    moved : int
        How many more proposals move that somebody is calling about.
    icwa, cost : int
        Change of the sum of places in the ICWA order, and of preference costs.
    moves : tuple of Move
        In the order in which one sets off the next.
    exact : bool
        Whether no plan does better, by proof. If not, a plan with these moves
        can be made, but a better one may exist.
    by : By
    """

    tiers: Row
    standing: int
    moved: int
    icwa: int
    cost: int
    moves: tuple[Move, ...]
    exact: bool
    by: By

    @property
    def levels(self) -> Row:
        """Change on each level of the aims; the smaller, the better."""
        return self.standing, self.moved, self.icwa, self.cost

    @property
    def gains(self) -> Row:
        """People who would have a place and had none."""
        return tuple(move.referral for move in self.moves if move.from_pool < 0)

    @property
    def loses(self) -> Row:
        """People who would be left without their place."""
        return tuple(move.referral for move in self.moves if move.to_pool < 0)


class Ledger:
    """Adds up moves.

    Parameters
    ----------
    solution : Solution
        That the moves start from.

    Attributes
    ----------
    levels : ndarray of int64, shape (4, pairs)
    stay : ndarray of int64, shape (4, referrals)
    """

    def __init__(self, solution: Solution) -> None:
        self.solution = solution
        self.levels = pair_levels(solution.goal)
        self.stay = stay_levels(solution.goal)
        self._beds = max(1, solution.problem.size[1])
        self._keys = solution.pairs.referral.astype(np.int64) * self._beds
        self._keys += solution.pairs.pool

    def pair(self, i: int, j: int) -> int:
        """Return the position of a pair, or -1."""
        key = i * self._beds + j
        place = int(np.searchsorted(self._keys, key))
        return place if place < len(self._keys) and int(self._keys[place]) == key else -1

    def change(
        self, moves: Sequence[Move], new: Mapping[tuple[int, int], Row] | None = None
    ) -> tuple[Row, Row]:
        """Return what some moves change.

        Parameters
        ----------
        moves : sequence of Move
        new : mapping of (int, int) to tuple of int, optional
            Costs on each level of pairs that the solution did not have.

        Returns
        -------
        tiers : tuple of int
        levels : tuple of int
        """
        who, old, to = np.array(moves, dtype=np.int64).reshape(-1, 3).T
        goal = self.solution.goal
        tiers = np.zeros(len(self.solution.policy.ordering.tiers), dtype=np.int64)
        np.add.at(tiers, goal.tier[who], (to >= 0).astype(int) - (old >= 0))
        after = self._costs(who, to)
        for k, move in enumerate(moves):
            if new and (move.referral, move.to_pool) in new:
                after[:, k] = new[move.referral, move.to_pool]
        total = (after - self._costs(who, old)).sum(axis=1)
        return tuple(tiers.tolist()), tuple(total.tolist())

    def _costs(self, who: Int64s, pool: Int64s) -> Int64s:
        """Return what places of people cost, shape (levels, people); -1 is none."""
        if len(self._keys) == 0:
            return self.stay[:, who].copy()
        pair = np.searchsorted(self._keys, who * self._beds + np.maximum(pool, 0))
        placed = self.levels[:, np.minimum(pair, len(self._keys) - 1)]
        return np.where(pool >= 0, placed, self.stay[:, who])

    def moves_to(self, other: Solution, first: int = -1) -> tuple[Move, ...]:
        """Return who is elsewhere in another solution of the same people and pools.

        Parameters
        ----------
        other : Solution
        first : int, optional
            Referral that is listed before the rest, who follow in line.
        """
        people = self.solution.problem.size[0]
        before = self.solution.plan.place_of(people)
        after = other.plan.place_of(people)
        moved = np.flatnonzero(before != after)
        order = np.lexsort((moved, self.solution.goal.standing[moved], moved != first))
        return tuple(Move(k, int(before[k]), int(after[k])) for k in moved[order].tolist())


def named(levels: Row, names: Sequence[str]) -> Row:
    """Return the levels of some names as all levels, in order."""
    found = dict(zip(names, levels, strict=False))
    return tuple(found.get(name, 0) for name in LEVELS)
