"""The best options for a budget, as a program in whole numbers.

A column for each pair, for each set of options that can be taken at a home, and
for each bed that can be added. Once those are chosen the pairs are a flow and
come out whole by themselves, so that only they are searched.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from matching.engine import program
from matching.engine.effort import NO_LIMIT, Effort
from matching.engine.flow import SAFE_PRODUCT
from matching.engine.planning.market import Budget, Int64s, Market
from matching.engine.planning.weights import weighted, weights
from matching.engine.rows import Rows, Writer

#: A total this far from a whole number is the solver's rounding.
_ROUNDING = 1e-6


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a search came to.

    Attributes
    ----------
    taken : frozenset of int
        Options.
    beds : int
        Beds there may be besides.
    bound : int or None
        On the weighted total of any choice; ``None`` if none is known.
    """

    taken: frozenset[int]
    beds: int
    bound: int | None


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where the columns of the program are.

    Attributes
    ----------
    home, subset : ndarray of int64, shape (sets,)
        Of each column of a set of options, and what it stands for.
    bed : ndarray of int64
        Pool of each column of a bed.
    """

    pairs: int
    home: Int64s
    subset: Int64s
    bed: Int64s

    @property
    def sets(self) -> Int64s:
        return self.pairs + np.arange(len(self.home))

    @property
    def beds(self) -> Int64s:
        return self.pairs + len(self.home) + np.arange(len(self.bed))

    @property
    def count(self) -> int:
        return self.pairs + len(self.home) + len(self.bed)


def columns(market: Market, budget: Budget) -> int:
    """Return how many columns the program would have."""
    return len(_of_use(market, _columns(market, budget)))


def best(
    market: Market,
    budget: Budget,
    *,
    start: Collection[int] = (),
    without: Collection[frozenset[int]] = (),
    effort: Effort = NO_LIMIT,
) -> Chosen | None:
    """Find the options and beds that place most, the tiers in their order.

    Parameters
    ----------
    market : Market
    budget : Budget
    start : collection of int, optional
        Options known to be good.
    without : collection of frozenset of int, optional
        Sets of options that are not to be chosen again.
    effort : Effort, optional

    Returns
    -------
    Chosen or None
        ``None`` if nothing was found in time.
    """
    c = _columns(market, budget)
    weight = weights(market, budget)
    gain = np.zeros(c.count, dtype=np.int64)
    gain[: c.pairs] = -np.array(weight, dtype=np.int64)[market.tier[market.person]]
    if int(-gain.min(initial=0)) * max(1, market.people) >= SAFE_PRODUCT:
        return None
    rows = _rows(market, budget, c)
    for other in without:
        rows = rows.and_also(_not_again(market, c, other))
    loose = np.arange(c.pairs)
    if budget.money is None or not budget.bed_cost:
        loose = np.concatenate([loose, c.beds])
    hint = _hint(market, c, start) if start else None
    answer = program.whole(gain, rows, _of_use(market, c), effort, hint, loose)
    bound = None
    if answer.proven and answer.values is not None:
        bound = round(float(-gain @ answer.values))
    elif not math.isinf(answer.bound):
        bound = math.floor(-answer.bound + _ROUNDING * max(1.0, abs(answer.bound) * 1e-3))
    if answer.values is None:
        return None if bound is None else Chosen(frozenset(), 0, bound)
    used = np.flatnonzero(answer.values[c.sets] > 0.5)
    taken: set[int] = set()
    for k in used.tolist():
        here = np.flatnonzero(market.home == c.home[k])
        taken |= {int(a) for a in here if int(c.subset[k]) >> int(market.slot[a]) & 1}
    beds = math.ceil(float(answer.values[c.beds].sum()) - _ROUNDING) if len(c.bed) else 0
    return Chosen(frozenset(taken), min(beds, budget.beds), bound)


def _of_use(market: Market, c: _Columns) -> Int64s:
    """Return the columns without pairs that no set within the budget opens."""
    could = np.ones(len(market.home_room), dtype=np.uint64)
    np.bitwise_or.at(could, c.home, np.uint64(1) << c.subset.astype(np.uint64))
    live = (market.opened & could[market.owner[market.pool]]) != 0
    rest = np.arange(c.pairs, c.count)
    return np.concatenate([np.flatnonzero(live), rest])


def _columns(market: Market, budget: Budget) -> _Columns:
    homes, subsets = [], []
    for home in np.unique(market.home).tolist():
        here = np.flatnonzero(market.home == home)
        for subset in range(1, 1 << (int(market.slot[here].max()) + 1)):
            mine = [int(a) for a in here if subset >> int(market.slot[a]) & 1]
            if len(mine) == subset.bit_count() and budget.allows(market, mine):
                homes.append(home)
                subsets.append(subset)
    most = np.minimum(market.bed_limit, budget.beds)
    # No more beds than people who could come.
    asked = np.bincount(market.pool, minlength=len(market.pool_room))
    most = np.minimum(most, asked)
    return _Columns(
        len(market.person),
        np.array(homes, dtype=np.int64),
        np.array(subsets, dtype=np.int64),
        np.repeat(np.arange(len(most)), most),
    )


def _rows(market: Market, budget: Budget, c: _Columns) -> Rows:
    out = Writer()
    every = np.arange(c.pairs)
    below = np.full(market.people, -np.inf)
    out.table(market.person, every, 1, below, np.ones(market.people))
    _rooms(out, market, c)
    _doors(out, market, c)
    if len(c.home):
        homes, number = np.unique(c.home, return_inverse=True)
        out.table(number, c.sets, 1, np.full(len(homes), -np.inf), np.ones(len(homes)))
    _limits(out, market, budget, c)
    return out.rows()


def _rooms(out: Writer, market: Market, c: _Columns) -> None:
    """In every pool and home no more than there is room for, with the beds that are added."""
    every = np.arange(c.pairs)
    owner = market.owner
    for of_pair, of_bed, room in (
        (market.pool, c.bed, market.pool_room),
        (owner[market.pool], owner[c.bed], market.home_room),
    ):
        out.table(
            np.concatenate([of_pair, of_bed]),
            np.concatenate([every, c.beds]),
            np.repeat([1, -1], [len(every), len(c.bed)]),
            np.full(len(room), -np.inf),
            room.astype(np.float64),
        )


def _doors(out: Writer, market: Market, c: _Columns) -> None:
    """Let a pair be used only with a set of options that opens it; so with all at a home."""
    owner = market.owner[market.pool]
    open_now = market.opened & np.uint64(1) == 1
    for home in np.unique(c.home).tolist():
        sets = np.flatnonzero(c.home == home)
        mine = np.flatnonzero(owner == home)
        bits = (market.opened[mine, None] >> c.subset[sets].astype(np.uint64)) & np.uint64(1)
        opens = bits == 1
        now = open_now[mine]
        # Open as it is: barred by the sets that close it. Shut: needs one that opens it.
        table = np.where(now[:, None], ~opens, opens)
        touched = np.flatnonzero(~now | table.any(axis=1))
        row, which = np.nonzero(table[touched])
        sign = np.where(now[touched], 1, -1)
        out.table(
            np.concatenate([np.arange(len(touched)), row]),
            np.concatenate([mine[touched], c.sets[sets[which]]]),
            np.concatenate([np.ones(len(touched), np.int64), sign[row]]),
            np.full(len(touched), -np.inf),
            now[touched].astype(np.float64),
        )
        # Together they cannot be more than the beds there: tighter than one by one.
        shut = mine[~now]
        added = np.flatnonzero(market.owner[c.bed] == home)
        room = int(min(market.home_room[home], market.pool_room[market.owner == home].sum()))
        out.add(
            np.concatenate([shut, c.sets[sets], c.beds[added]]),
            np.repeat([1, -room, -1], [len(shut), len(sets), len(added)]),
            -math.inf,
            0.0,
        )


def _limits(out: Writer, market: Market, budget: Budget, c: _Columns) -> None:
    """Keep to the budget: of each kind, of beds in all and among some pools, and money."""
    kinds = int(market.kind.max(initial=-1)) + 1
    held = np.zeros((len(c.home), kinds), dtype=np.int64)
    for a in range(market.options):
        with_it = (c.home == market.home[a]) & (c.subset >> market.slot[a] & 1 == 1)
        held[with_it, market.kind[a]] += 1
    for kind in range(kinds):
        some = np.flatnonzero(held[:, kind])
        out.add(c.sets[some], held[some, kind], -math.inf, budget.most_of(kind))
    out.add(c.beds, 1, -math.inf, budget.beds)
    for one in budget.within:
        inside = np.isin(c.bed, sorted(one.pools))
        out.add(c.beds[inside], 1, -math.inf, one.beds)
    if budget.money is not None:
        cost = held @ np.array([budget.cost_of(k) for k in range(kinds)], dtype=np.int64)
        out.add(
            np.concatenate([c.sets, c.beds]),
            np.concatenate([cost, np.full(len(c.bed), budget.bed_cost, dtype=np.int64)]),
            -math.inf,
            budget.money,
        )


def _hint(market: Market, c: _Columns, start: Collection[int]) -> Int64s:
    sets = market.set_at(start)
    return np.asarray(c.sets[c.subset == sets[c.home]])


def _not_again(market: Market, c: _Columns, other: frozenset[int]) -> Rows:
    """At least one home with another set than in a choice made before."""
    sets = market.set_at(other)
    same = c.subset == sets[c.home]
    out = Writer()
    homes = len(np.unique(market.home[sorted(other)])) if other else 0
    # Any set at a home left alone before makes the choice another one, too.
    alone = sets[c.home] == 0
    weight = np.where(same, 1, np.where(alone, -1, 0))
    some = np.flatnonzero(weight)
    out.add(c.sets[some], weight[some], -math.inf, homes - 1.0)
    return out.rows()


def total(market: Market, budget: Budget, counts: tuple[int, ...]) -> int:
    """Return the weighted total of what is reached, to hold against a bound."""
    return weighted(weights(market, budget), counts)
