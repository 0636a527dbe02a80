"""How many people could have a place at most, whatever is chosen within a budget.

Everybody is given a price for having a place at all. At these prices each home
takes whom it likes best, without regard to other homes, and the best homes are
chosen: no plan can come to more, whatever the prices are. The prices of a good
plan are a good beginning, and are made better while there is time. Whole numbers
throughout, so that the bound holds exactly.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from matching.engine.effort import NO_LIMIT, Effort
from matching.engine.planning.market import Budget, Flags, Int64s, Market
from matching.engine.planning.network import Network

#: One person, in the unit of prices.
ONE = 1000
#: Times that the prices are made better, at most.
ROUNDS = 60
#: Rounds without a better bound after which steps become shorter.
_PATIENCE = 4


def most_people(
    market: Market,
    budget: Budget,
    taken: frozenset[int],
    reached: int,
    *,
    effort: Effort = NO_LIMIT,
    progress: Callable[[str], None] | None = None,
    rounds: int = ROUNDS,
) -> int:
    """Return a number of people that no choice within the budget can place more than.

    Parameters
    ----------
    market : Market
    budget : Budget
    taken : frozenset of int
        Good options; any will do, the better the closer the bound.
    reached : int
        People they place.
    effort : Effort, optional
    progress : callable, optional
    rounds : int, optional

    Returns
    -------
    int
    """
    beds = max(0, budget.beds_left(market, taken))
    network = Network(market, budget, alike=True)
    worth = network.run(taken, beds).worth // network.price[0]
    desk = _Desk(market, budget)
    price = ONE * (1 - np.minimum(worth, 1))
    best, last, step = desk.total(price), 0, 1.0
    for number in range(rounds):
        if best.total // ONE <= reached or effort.left() == 0:
            break
        if progress is not None:
            at_most = best.total // ONE - reached
            progress(f"Proving: at most {at_most} more")
        now = best if number == 0 else desk.total(price)
        if now.total < best.total:
            best, last = now, number
        elif number - last > _PATIENCE:
            step, last, now = step / 2, number, best
        off = 1 - now.used
        length = int((off * off).sum())
        if length == 0:
            break
        move = step * (now.total - reached * ONE) / length
        price = np.maximum(0, np.rint(now.price - move * off)).astype(np.int64)
    return best.total // ONE


@dataclass(frozen=True, slots=True)
class _Bound:
    total: int
    price: Int64s
    used: Int64s


class _Desk:
    """Homes choosing whom they like best, with every set of options there."""

    def __init__(self, market: Market, budget: Budget) -> None:
        m = self._market = market
        self._budget = budget
        owner = m.owner[m.pool]
        homes, subsets = [np.arange(len(m.home_room))], [np.zeros(len(m.home_room), np.int64)]
        for home in np.unique(m.home).tolist():
            count = int((m.home == home).sum())
            some = [s for s in range(1, 1 << count) if budget.allows(m, self._options(home, s))]
            homes.append(np.full(len(some), home))
            subsets.append(np.array(some, dtype=np.int64))
        self._home = np.concatenate(homes).astype(np.int64)
        self._subset = np.concatenate(subsets)
        order = np.argsort(owner, kind="stable")
        first = np.searchsorted(owner[order], np.arange(len(m.home_room) + 1))
        counts = first[self._home + 1] - first[self._home]
        ends = np.cumsum(counts)
        column = np.repeat(np.arange(len(self._home)), counts)
        pair = order[
            np.repeat(first[self._home] - (ends - counts), counts) + np.arange(len(column))
        ]
        bit = (m.opened[pair] >> self._subset[column].astype(np.uint64)) & np.uint64(1)
        self._column, self._pair = column[bit == 1], pair[bit == 1]
        kinds = int(m.kind.max(initial=-1)) + 1
        self._held = np.zeros((len(self._home), kinds), dtype=np.int64)
        for a in range(m.options):
            with_it = (self._home == m.home[a]) & (self._subset >> m.slot[a] & 1 == 1)
            self._held[with_it, m.kind[a]] += 1
        self._cell = self._column * len(m.pool_room) + m.pool[self._pair]

    def _options(self, home: int, subset: int) -> list[int]:
        m = self._market
        return [int(a) for a in np.flatnonzero(m.home == home) if subset >> int(m.slot[a]) & 1]

    def total(self, price: Int64s) -> _Bound:
        """Return the bound at some prices, and how often everybody was chosen."""
        m = self._market
        left = ONE - price[m.person[self._pair]]
        live = np.flatnonzero(left > 0)
        column, gain, pair = self._column[live], left[live], self._pair[live]
        room = np.minimum(m.pool_room, m.people)
        by_pool = _Top(self._cell[live], gain, room[m.pool[pair]])
        by_home = _Top(column, gain, np.minimum(m.home_room, m.people)[self._home[column]])
        size = len(self._home)
        of_pool = np.bincount(column, by_pool.taken * gain, minlength=size).astype(np.int64)
        of_home = np.bincount(column, by_home.taken * gain, minlength=size).astype(np.int64)
        # Each leaves one of the two limits out; the tighter of them holds.
        narrow = of_home < of_pool
        value = np.minimum(of_pool, of_home)
        homes = len(m.home_room)
        more = value - value[self._home]
        used = np.where(narrow[column], by_home.taken, by_pool.taken)
        bonus, chosen = self._options_worth(more)
        here = np.zeros(size, dtype=np.bool_)
        here[:homes] = True
        here[self._home[chosen]] = False
        here[chosen] = True
        times = np.bincount(m.person[pair], used * here[column], minlength=m.people).astype(
            np.int64
        )
        next_best = np.where(narrow[column], by_home.next, by_pool.next) * gain
        beds = self._beds_worth(pair, next_best, narrow)
        total = int(price.sum()) + int(value[:homes].sum()) + bonus + beds
        return _Bound(total, price, times)

    def _beds_worth(self, pair: Int64s, next_best: Int64s, narrow: Flags) -> int:
        """Return at most what the beds of the budget can add."""
        m = self._market
        most = self._budget.beds_left(m, ())
        if most <= 0 or not len(pair):
            return 0
        pools, homes = len(m.pool_room), len(m.home_room)
        value = np.zeros(pools, dtype=np.int64)
        np.maximum.at(value, m.pool[pair], next_best)
        # Where a home is full a bed in any of its pools makes room for all of them.
        at_home = np.zeros(homes, dtype=np.int64)
        np.maximum.at(at_home, m.owner[m.pool[pair]], next_best)
        tight = np.zeros(homes, dtype=np.bool_)
        tight[self._home[narrow]] = True
        value = np.where(tight[m.owner], at_home[m.owner], value)
        total, left = 0, [(one.pools, one.beds) for one in self._budget.within]
        for j in np.argsort(-value, kind="stable").tolist():
            inside = [k for k, (some, _) in enumerate(left) if j in some]
            number = min([int(m.bed_limit[j]), most, *(left[k][1] for k in inside)])
            if value[j] <= 0 or most == 0:
                break
            total += number * int(value[j])
            most -= number
            for k in inside:
                left[k] = left[k][0], left[k][1] - number
        return total

    def _options_worth(self, more: Int64s) -> tuple[int, Int64s]:
        """Return at most what options can add, and columns that come near to it.

        Each kind has a price; at these every home takes the set that it likes best.
        """
        homes = len(self._market.home_room)
        sets = np.arange(homes, len(self._home))
        if not len(sets):
            return 0, sets
        limit = np.array([self._budget.most_of(k) for k in range(self._held.shape[1])])
        gain, held = more[sets], self._held[sets]
        price = np.zeros(len(limit), dtype=np.int64)
        for _ in range(2):
            for kind in range(len(limit)):
                price[kind] = self._best_price(sets, gain, held, price, limit, kind)
        left = gain - held @ price
        order = np.lexsort((sets, -left))
        chosen, spare, seen = [], limit.copy(), set()
        for k in order.tolist():
            home = int(self._home[sets[k]])
            if left[k] >= 0 and gain[k] > 0 and home not in seen and (held[k] <= spare).all():
                chosen.append(int(sets[k]))
                spare -= held[k]
                seen.add(home)
        total = int(limit @ price) + self._surplus(sets, left)
        return total, np.array(chosen, dtype=np.int64)

    def _surplus(self, sets: Int64s, left: Int64s) -> int:
        best = np.zeros(len(self._market.home_room), dtype=np.int64)
        np.maximum.at(best, self._home[sets], left)
        return int(best.sum())

    def _best_price(
        self,
        sets: Int64s,
        gain: Int64s,
        held: Int64s,
        price: Int64s,
        limit: Int64s,
        kind: int,
    ) -> int:
        """Return the price of one kind at which the bound is least, the others as they are."""

        def total(one: int) -> int:
            trial = price.copy()
            trial[kind] = one
            return int(limit @ trial) + self._surplus(sets, gain - held @ trial)

        low, high = 0, int(gain.max(initial=0))
        while low < high:  # convex in the price
            middle = (low + high) // 2
            if total(middle) <= total(middle + 1):
                high = middle
            else:
                low = middle + 1
        return low


class _Top:
    """The best of each cell: as many as there is room for, and the next one after them."""

    def __init__(self, cell: Int64s, gain: Int64s, room: Int64s) -> None:
        order = np.lexsort((-gain, cell))
        begins = np.flatnonzero(np.diff(cell[order], prepend=-1) != 0)
        sizes = np.diff(begins, append=len(order))
        rank = np.empty(len(order), dtype=np.int64)
        rank[order] = np.arange(len(order)) - np.repeat(begins, sizes)
        self.taken = (rank < room).astype(np.int64)
        self.next = (rank == room).astype(np.int64)
