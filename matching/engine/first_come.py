"""First come, first served on the same cases: what the plan is held against.

People are served in the order in which they were received. Each takes the best
place for himself among those left, and nobody is moved for somebody who comes
later. Every rule, group, conflict and decision counts as it does for the plan.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.domain.errors import EngineError
from matching.engine.aims import forced_people
from matching.engine.allowed import restrict
from matching.engine.candidates import Candidates, candidates
from matching.engine.capacity import pool_room, provider_room
from matching.engine.couplings import Couplings, find, together
from matching.engine.fit import icwa_rank
from matching.engine.solution import Solution

Int64s = NDArray[np.int64]

#: Most pairs that are listed at once for it.
MOST_PAIRS = 30_000_000
#: Ways tried to house one group; the best found by then is taken.
MOST_TRIES = 100_000


@dataclass(frozen=True, slots=True)
class FirstCome:
    """Who gets what where everybody is served in turn.

    Attributes
    ----------
    pool : ndarray of int64, shape (referrals,)
        The pool of each referral, or -1.
    cost : ndarray of int64, shape (referrals,)
        Preference cost of that place; 0 without one.
    turn : ndarray of int64, shape (referrals,)
        Place in the order of service, 0 first; the same for a whole group.
    """

    pool: Int64s
    cost: Int64s
    turn: Int64s


def first_come(solution: Solution) -> FirstCome:
    """Serve the people of a plan in the order in which they were received.

    A group takes the turn of whoever of it was received first, and goes where
    it is housed best as a whole. Whoever was received at a time nobody has said
    comes last; those of one moment draw the published lottery. A place that
    somebody decided is taken before anybody's turn, as in the plan.

    Best is what comes first in the order of the Indian Child Welfare Act where
    it applies, and then what costs least in preferences.

    Parameters
    ----------
    solution : Solution
        The plan; its cases, rules, beds and decisions are used.

    Returns
    -------
    FirstCome

    Raises
    ------
    EngineError
        If there are too many pairs to look at.
    """
    pairs, ties = _pairs(solution)
    shelf = _Shelf(solution, pairs, ties)
    chosen = np.full(solution.problem.size[0], -1, dtype=np.int64)
    units = _units(solution, ties)
    turn = np.zeros(len(chosen), dtype=np.int64)
    forced = forced_people(solution.problem, solution.choices)
    _take_decided(solution, shelf, chosen, np.flatnonzero(forced))
    for number, members in enumerate(units):
        turn[list(members)] = number
        if not forced[list(members)].any():
            for one in shelf.best(members):
                chosen[pairs.referral[one]] = one
    used = np.flatnonzero(chosen >= 0)
    pool, cost = np.full(len(chosen), -1, dtype=np.int64), np.zeros(len(chosen), dtype=np.int64)
    pool[used], cost[used] = pairs.pool[chosen[used]], shelf.cost[chosen[used]]
    return FirstCome(pool, cost, turn)


def _pairs(solution: Solution) -> tuple[Candidates, Couplings]:
    """Return every pair that may be used; a large plan does not list them all."""
    if solution.pricing is None:
        return solution.pairs, solution.ties
    if solution.plan.eligible > MOST_PAIRS:
        raise EngineError(
            "There are too many cases and places to serve them one after the other.",
            next_step="Compare a smaller region.",
        )
    judge, choices = solution.judge, solution.choices
    pairs = together(solution.problem, restrict(judge, candidates(judge), choices), choices)
    return pairs, find(solution.problem, solution.policy, pairs, choices)


def _units(solution: Solution, ties: Couplings) -> list[tuple[int, ...]]:
    """Return groups and single people in the order of their turn."""
    problem, salt = solution.problem, solution.plan.salt
    received = [
        float("inf") if one.received_at is None else one.received_at.timestamp()
        for one in problem.referral_records
    ]
    grouped = {row for members in ties.groups for row in members}
    alone = [(row,) for row in range(problem.size[0]) if row not in grouped]

    def key(members: tuple[int, ...]) -> tuple[float, str]:
        first = min(problem.referral_ids[row] for row in members)
        ticket = hashlib.sha256(f"{salt} {first}".encode()).hexdigest()
        return min(received[row] for row in members), ticket

    return sorted([*ties.groups, *alone], key=key)


def _take_decided(solution: Solution, shelf: _Shelf, chosen: Int64s, rows: Int64s) -> None:
    """Take the places that somebody decided, where the plan has them: there all fit."""
    place = solution.plan.place_of(len(chosen))
    for row in rows.tolist():
        mine = shelf.of(row)
        at = mine.start + int(np.flatnonzero(shelf.pairs.pool[mine] == place[row])[0])
        shelf.take(at)
        chosen[row] = at


class _Shelf:
    """The beds that are left, and who may still have which."""

    def __init__(self, solution: Solution, pairs: Candidates, ties: Couplings) -> None:
        problem, policy = solution.problem, solution.policy
        self.pairs = pairs
        self.home = problem.pools.provider[pairs.pool].astype(np.int64)
        self.icwa = icwa_rank(problem, policy, pairs.referral, pairs.pool)
        self.cost = solution.fit.cost(pairs.referral, pairs.pool, pairs.questions)
        self._pool_left = pool_room(problem, policy)
        self._home_left = provider_room(problem, policy)
        self._beds = ties.beds
        self._starts = np.searchsorted(
            pairs.referral, np.arange(problem.size[0] + 1, dtype=np.int64)
        )
        self._modes = ties.modes
        self._alive = [np.ones(tie.fits.shape[1], dtype=np.bool_) for tie in ties.modes]
        self._modes_of: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for number, tie in enumerate(ties.modes):
            for row, pair in enumerate(tie.pairs.tolist()):
                self._modes_of[pair].append((number, row))
        self._limit_left = [tie.room for tie in ties.limits]
        self._limits_of: dict[int, list[int]] = defaultdict(list)
        for number, limit in enumerate(ties.limits):
            for pair in limit.pairs.tolist():
                self._limits_of[pair].append(number)
        self._conflicts_of: dict[int, list[int]] = defaultdict(list)
        for number, members in enumerate(ties.conflicts):
            for row in members:
                self._conflicts_of[row].append(number)
        self._met: set[tuple[int, int]] = set()

    def of(self, row: int) -> slice:
        """Return where the pairs of a person stand."""
        return slice(int(self._starts[row]), int(self._starts[row + 1]))

    def fits(self, pair: int) -> bool:
        """Tell whether a pair can be used beside all that are taken."""
        row, home = int(self.pairs.referral[pair]), int(self.home[pair])
        beds = self._beds[row]
        return bool(
            self._pool_left[self.pairs.pool[pair]] >= beds
            and self._home_left[home] >= beds
            and all(self._limit_left[k] > 0 for k in self._limits_of.get(pair, ()))
            and all((k, home) not in self._met for k in self._conflicts_of.get(row, ()))
            and all(
                (self._alive[k] & self._modes[k].fits[at]).any()
                for k, at in self._modes_of.get(pair, ())
            )
        )

    def take(self, pair: int) -> Callable[[], None]:
        """Use a pair; what is returned puts everything back."""
        row, home = int(self.pairs.referral[pair]), int(self.home[pair])
        pool, beds = int(self.pairs.pool[pair]), self._beds[row]
        before = [(k, self._alive[k]) for k, _ in self._modes_of.get(pair, ())]
        self._count(pair, pool, home, beds)
        for k, at in self._modes_of.get(pair, ()):
            self._alive[k] = self._alive[k] & self._modes[k].fits[at]
        met = {(k, home) for k in self._conflicts_of.get(row, ())}
        self._met |= met

        def put_back() -> None:
            self._count(pair, pool, home, -beds)
            for k, alive in before:
                self._alive[k] = alive
            self._met.difference_update(met)

        return put_back

    def _count(self, pair: int, pool: int, home: int, beds: int) -> None:
        self._pool_left[pool] -= beds
        self._home_left[home] -= beds
        for k in self._limits_of.get(pair, ()):
            self._limit_left[k] -= 1 if beds > 0 else -1

    def best(self, members: Sequence[int]) -> tuple[int, ...]:
        """Take the best pairs left for a person or a whole group; none if it cannot be."""
        found: tuple[int, ...]
        if len(members) == 1:
            mine = self.of(members[0])
            order = np.lexsort((self.pairs.pool[mine], self.cost[mine], self.icwa[mine]))
            wanted: Sequence[int] = (mine.start + order).tolist()
            found = next(((one,) for one in wanted if self.fits(one)), ())
        else:
            found = _Group(self, members).best()
        for one in found:
            self.take(one)
        return found


#: Sum of ICWA places, sum of costs, and the pools, which break ties.
_Key = tuple[int, int, tuple[int, ...]]


class _Group:
    """Finds where a group is housed best as a whole, provider by provider."""

    def __init__(self, shelf: _Shelf, members: Sequence[int]) -> None:
        self._shelf, self._members = shelf, members
        self._best: tuple[_Key, tuple[int, ...]] | None = None
        self._left = MOST_TRIES

    def best(self) -> tuple[int, ...]:
        """Return the pairs of the best way that is left, in the order of the members."""
        options: list[dict[int, list[int]]] = []
        for row in self._members:
            at: dict[int, list[int]] = defaultdict(list)
            mine = self._shelf.of(row)
            for pair in range(mine.start, mine.stop):
                at[int(self._shelf.home[pair])].append(pair)
            options.append(at)
        shared = set.intersection(*(set(at) for at in options)) if options else set()
        there = {home: [at[home] for at in options] for home in shared}
        least = {home: self._least(lists) for home, lists in there.items()}
        for home in sorted(shared, key=lambda one: (least[one][0], one)):
            self._search(there[home], least[home], 0, (0, 0), ())
        return () if self._best is None else self._best[1]

    def _least(self, lists: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
        """Return the least that the members from each one on could add up to."""
        out = [(0, 0)]
        for pairs in reversed(lists):
            icwa = min(int(self._shelf.icwa[one]) for one in pairs)
            cost = min(int(self._shelf.cost[one]) for one in pairs)
            out.append((out[-1][0] + icwa, out[-1][1] + cost))
        return out[::-1]

    def _search(
        self,
        lists: Sequence[Sequence[int]],
        least: Sequence[tuple[int, int]],
        depth: int,
        so_far: tuple[int, int],
        taken: tuple[int, ...],
    ) -> None:
        reach = so_far[0] + least[depth][0], so_far[1] + least[depth][1]
        if self._left == 0 or (self._best is not None and reach > self._best[0][:2]):
            return
        if depth == len(lists):
            key = (*so_far, tuple(int(self._shelf.pairs.pool[one]) for one in taken))
            if self._best is None or key < self._best[0]:
                self._best = key, taken
            return
        for pair in lists[depth]:
            self._left = max(0, self._left - 1)
            if not self._shelf.fits(pair):
                continue
            put_back = self._shelf.take(pair)
            added = int(self._shelf.icwa[pair]), int(self._shelf.cost[pair])
            after = so_far[0] + added[0], so_far[1] + added[1]
            self._search(lists, least, depth + 1, after, (*taken, pair))
            put_back()
