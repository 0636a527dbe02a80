"""What a referral without a place could reach, and who competes for it.

From the beds a person could use, through the people who hold them to the beds
that these could use instead, and so on: an alternating path. All that is
reached is full, and those who hold it, with those who can use nothing else,
are more people than there are beds. That is why the person has no place.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.engine.aims import forced_people, in_line
from matching.engine.capacity import pool_room, provider_room
from matching.engine.levels import Int64s
from matching.engine.residual import Flags
from matching.engine.solution import Solution


@dataclass(frozen=True, slots=True)
class Reach:
    """The places a referral could have had through any chain of moves.

    Attributes
    ----------
    referral : int
    pools, providers : tuple of int
        Every place that those people could use.
    people : tuple of int
        Who can only use these places, the referral among them.
    beds : int
        Beds there; fewer than the people need.
    free : tuple of int
        Pools that could be reached and still have a bed: what ties people
        together keeps it from the referral. Nothing where nobody is tied.
    later : tuple of int
        People who stand later in line and hold a place there.
    decided : tuple of int
        Of them, those whose place somebody decided.
    equal : tuple of int
        People who stand equally in line and hold a place there.
    """

    referral: int
    pools: tuple[int, ...]
    providers: tuple[int, ...]
    people: tuple[int, ...]
    beds: int
    free: tuple[int, ...]
    later: tuple[int, ...]
    decided: tuple[int, ...]
    equal: tuple[int, ...]


class Reaches:
    """Who could reach what in a solution.

    Parameters
    ----------
    solution : Solution
    """

    def __init__(self, solution: Solution) -> None:
        self.solution = solution
        problem, pairs = solution.problem, solution.pairs
        self._owner = problem.pools.provider.astype(np.int64)
        room = pool_room(problem, solution.policy)
        in_home = provider_room(problem, solution.policy)
        placed = np.flatnonzero(solution.chosen >= 0)
        self._pool_of = np.full(problem.size[0], -1, dtype=np.int64)
        self._pool_of[placed] = pairs.pool[solution.chosen[placed]]
        beds = solution.ties.beds
        self._pool_left, self._home_left = room.copy(), in_home.copy()
        np.subtract.at(self._pool_left, self._pool_of[placed], beds[placed])
        np.subtract.at(self._home_left, self._owner[self._pool_of[placed]], beds[placed])
        usable = (room > 0) & (in_home[self._owner] > 0)
        self._rows = np.flatnonzero(usable[pairs.pool])
        self._line = in_line(problem, solution.policy)
        self._forced = forced_people(problem, solution.choices)

    def of(self, i: int) -> Reach:
        """Return what a referral without a place could reach.

        Parameters
        ----------
        i : int
            Position of the referral.

        Returns
        -------
        Reach
            Without any place where no rule leaves one.
        """
        pairs, beds = self.solution.pairs, self.solution.ties.beds
        person = pairs.referral[self._rows].astype(np.int64)
        pool = pairs.pool[self._rows].astype(np.int64)
        reached = np.zeros(len(self._pool_left), dtype=np.bool_)
        free = np.zeros_like(reached)
        holds = np.zeros(len(beds), dtype=np.bool_)
        new = np.unique(pool[person == i])
        need = int(beds[i])
        while len(new):
            reached[new] = True
            came, open_now = self._holders(new, need)
            free[open_now] = True
            came &= ~holds
            holds |= came
            new = np.unique(pool[came[person]])
            new = new[~reached[new]]
            need = 1
        people = holds | self._only(person, pool, reached)
        people[i] = True
        places = np.unique(pool[people[person]])
        later = holds & (self._line > self._line[i])
        return Reach(
            referral=i,
            pools=tuple(places.tolist()),
            providers=tuple(np.unique(self._owner[places]).tolist()),
            people=tuple(np.flatnonzero(people).tolist()),
            beds=int(beds[holds].sum()),
            free=tuple(np.flatnonzero(free).tolist()),
            later=tuple(np.flatnonzero(later).tolist()),
            decided=tuple(np.flatnonzero(later & self._forced).tolist()),
            equal=tuple(np.flatnonzero(holds & (self._line == self._line[i])).tolist()),
        )

    def _holders(self, pools: Int64s, need: int) -> tuple[Flags, Int64s]:
        """Return whose leaving would make room in some pools, and the pools with room."""
        full = self._pool_left[pools] < need
        home = self._owner[pools]
        crowded = self._home_left[home] < need
        in_pool = np.isin(self._pool_of, pools[full])
        homes = np.unique(home[~full & crowded])
        placed = self._pool_of >= 0
        in_home = placed & np.isin(self._owner[self._pool_of], homes)
        return in_pool | in_home, pools[~full & ~crowded]

    def _only(self, person: Int64s, pool: Int64s, reached: Flags) -> Flags:
        """Return who has no place and can only use what is reached."""
        people = len(self._pool_of)
        inside = np.bincount(person[reached[pool]], minlength=people)
        options = np.bincount(person, minlength=people)
        return np.asarray((self._pool_of < 0) & (options > 0) & (inside == options))
