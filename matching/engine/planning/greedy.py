"""Options for a budget, one after the other and then exchanged, where a proof takes too long.

What people without a place, or with one that somebody else could use, are
worth tells which homes to look at; a flow tells what each really gives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from matching.engine.effort import NO_LIMIT, Effort
from matching.engine.planning.market import Int64s, Market
from matching.engine.planning.network import FAR, Network, Outcome
from matching.engine.planning.weights import weighted, weights

#: Choices really solved at each step, the most promising ones.
LOOKED_AT = 3
#: Rounds of exchanging each option for another.
ROUNDS = 3


class Greedy:
    """The search of one market under one budget.

    Parameters
    ----------
    network : Network
    effort : Effort, optional
    progress : callable, optional
    """

    def __init__(
        self,
        network: Network,
        effort: Effort = NO_LIMIT,
        progress: Callable[[str], None] | None = None,
    ) -> None:
        self.network, self._effort, self._progress = network, effort, progress
        m = self.market = network.market
        self.budget = network.budget
        self._weight = weights(m, self.budget)
        self._room = _room(m)
        owner = m.owner[m.pool]
        self._order = np.argsort(owner, kind="stable")
        self._first = np.searchsorted(owner[self._order], np.arange(len(m.home_room) + 1))
        self._runs: dict[frozenset[int], Outcome] = {}

    def search(self, rounds: int = ROUNDS) -> frozenset[int]:
        """Return options that place many; the best found so far once stopped."""
        taken = self._grown(frozenset())
        for number in range(rounds):
            better = self._exchanged(taken, number)
            if better == taken:
                break
            taken = better
        return self.needed(taken)

    def value(self, taken: frozenset[int]) -> int:
        """Return what the people placed are worth, tiers in order."""
        return weighted(self._weight, self.run(taken).counts)

    def run(self, taken: frozenset[int]) -> Outcome:
        """Return what comes of some options, with the beds that are left to add."""
        if taken not in self._runs:
            beds = self.budget.beds_left(self.market, taken)
            self._runs[taken] = self.network.run(taken, max(0, beds))
        return self._runs[taken]

    @property
    def _stopped(self) -> bool:
        return self._effort.left() == 0

    def _grown(self, taken: frozenset[int]) -> frozenset[int]:
        while not self._stopped:
            if self._progress is not None:
                self._progress(f"Choosing changes: {len(taken)} so far")
            best = self._best(taken, self.steps(taken))
            if best is None:
                return taken
            taken = best
        return taken

    def _exchanged(self, taken: frozenset[int], number: int) -> frozenset[int]:
        for k, out in enumerate(sorted(taken), start=1):
            if self._stopped:
                return taken
            if self._progress is not None:
                self._progress(f"Exchanging changes, round {number + 1}: {k} of {len(taken)}")
            if out not in taken:
                continue
            less = taken - {out}
            best = self._best(less, self.steps(less))
            if best is not None and best != taken and self.value(best) > self.value(taken):
                taken = best
        return taken

    def needed(self, taken: frozenset[int]) -> frozenset[int]:
        """Leave out what nobody would miss, the dearest first."""
        kind = self.market.kind
        for out in sorted(taken, key=lambda a: (-self.budget.cost_of(int(kind[a])), -a)):
            if self._stopped:
                return taken
            if self.value(taken - {out}) >= self.value(taken):
                taken = taken - {out}
        return taken

    def _best(
        self, taken: frozenset[int], steps: Iterator[frozenset[int]]
    ) -> frozenset[int] | None:
        """Return the best of the most promising steps, if it gives anything."""
        best, reached = None, self.value(taken)
        for number, step in enumerate(steps):
            if number == LOOKED_AT or (number and self._stopped):
                break
            if self.value(step) > reached:
                best, reached = step, self.value(step)
        return best

    def steps(self, taken: frozenset[int]) -> Iterator[frozenset[int]]:
        """Yield larger choices within the budget, the most promising first."""
        m, now = self.market, self.run(taken)
        worth, sets = now.worth, m.set_at(taken)
        room, loss = self._prices(now)
        open_now = m.open_under(sets)
        found = []
        for home in np.unique(m.home).tolist():
            at = np.flatnonzero(m.home == home)
            here = int(sets[home])
            mine = self._pairs_at(home)
            shut = mine[~open_now[mine]]
            gains = worth[m.person[shut]]
            if not gains.any():
                continue
            for subset in range(1, 1 << len(at)):
                if subset & here != here or subset == here:
                    continue
                new = [int(a) for a in at if (subset & ~here) >> int(m.slot[a]) & 1]
                step = taken | set(new)
                if self.budget.allows(m, step):
                    opens = (m.opened[shut] >> np.uint64(subset)) & np.uint64(1) == 1
                    top = np.sort(_each_once(m.person[shut[opens]], gains[opens]))[::-1]
                    top = top[: self._room[home]]
                    # Beds that are in use now are given up for it.
                    top = np.maximum(
                        0, top - np.where(np.arange(len(top)) < room[home], 0, loss[home])
                    )
                    score = int(top.sum())
                    if score:
                        found.append((-score / len(new), sorted(new), step))
        found.sort(key=lambda one: one[:2])
        yield from (step for *_, step in found)

    def _prices(self, now: Outcome) -> tuple[Int64s, Int64s]:
        """Return the beds free at each home, and the least that one in use is worth."""
        m = self.market
        used = np.bincount(m.owner[now.place[now.place >= 0]], minlength=len(m.home_room))
        loss = np.full(len(m.home_room), FAR)
        np.minimum.at(loss, m.owner, now.bed_loss)
        return np.maximum(0, self._room - used.astype(np.int64)), loss

    def _pairs_at(self, home: int) -> Int64s:
        return np.asarray(self._order[self._first[home] : self._first[home + 1]])


def _each_once(person: Int64s, gain: Int64s) -> Int64s:
    _, first = np.unique(person, return_index=True)
    return gain[first]


def _room(market: Market) -> Int64s:
    """Return the beds of each home, those that could be added included."""
    inside = np.bincount(
        market.owner, market.pool_room, minlength=len(market.home_room)
    ).astype(np.int64)
    more = np.bincount(market.owner, market.bed_limit, minlength=len(market.home_room))
    return np.asarray(np.minimum(inside, market.home_room) + more.astype(np.int64))
