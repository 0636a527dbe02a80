"""What could be done, whom it would open places to, and what may be spent on it.

A pair of a person and a bed pool can need several things to be done at the
home, and a thing that is done can close a pair as well as open one. So each
pair carries the answer for every set of things that could be done there, one
bit for each set: sixty-four for six things.

People are taken one by one here, each with one bed. What ties them together is
left to the plan that is made again with what is recommended.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.domain.errors import EngineError

Int64s = NDArray[np.int64]
Flags = NDArray[np.bool_]
#: One bit for each set of things that could be done at the home of a pair.
Sets = NDArray[np.uint64]

#: Most things that could be done at one home.
MOST_AT_HOME = 6


@dataclass(frozen=True, slots=True)
class Market:
    """People, places, and what could be done.

    Attributes
    ----------
    tier : ndarray of int64, shape (people,)
        Priority tier, 0 first.
    tiers : int
    person, pool : ndarray of int64, shape (pairs,)
        Ends of the pairs that something could open, or that are open.
    opened : ndarray of uint64, shape (pairs,)
        Bit S is set if the pair is open once the set S of the options of the
        home is taken; S has bit ``slot`` for each option. Where nothing can be
        done, bit 0 alone counts.
    owner : ndarray of int64, shape (pools,)
        Home of each pool.
    pool_room, home_room : ndarray of int64
        Beds as they are, or as they would be in a home that could open.
    home, slot, kind : ndarray of int64, shape (options,)
        Where each option is taken, its bit among those of the home, and its
        kind, for the budget.
    bed_limit : ndarray of int64, shape (pools,)
        Most beds that could be added; each is licensed for the home as well.
    """

    tier: Int64s
    tiers: int
    person: Int64s
    pool: Int64s
    opened: Sets
    owner: Int64s
    pool_room: Int64s
    home_room: Int64s
    home: Int64s
    slot: Int64s
    kind: Int64s
    bed_limit: Int64s

    def __post_init__(self) -> None:
        """Refuse more options at one home than there are bits for their sets."""
        if len(self.slot) and int(self.slot.max()) >= MOST_AT_HOME:
            raise EngineError(
                f"More than {MOST_AT_HOME} things could be done at one place.",
                next_step="Leave a kind of change out.",
            )

    @property
    def people(self) -> int:
        """Number of people."""
        return len(self.tier)

    @property
    def options(self) -> int:
        """Number of options, beds aside."""
        return len(self.home)

    def set_at(self, taken: Collection[int]) -> Int64s:
        """Return the set of options taken at each home, shape (homes,)."""
        out = np.zeros(len(self.home_room), dtype=np.int64)
        some = np.array(sorted(taken), dtype=np.int64)
        np.bitwise_or.at(out, self.home[some], np.int64(1) << self.slot[some])
        return out

    def open_under(self, sets: Int64s) -> Flags:
        """Return which pairs are open with a set of options taken at each home."""
        at = sets[self.owner[self.pool]].astype(np.uint64)
        return np.asarray((self.opened >> at) & np.uint64(1) == 1)


@dataclass(frozen=True, slots=True)
class Within:
    """At most so many beds among some pools; such sets are nested or apart.

    Attributes
    ----------
    pools : frozenset of int
    beds : int
    """

    pools: frozenset[int]
    beds: int


@dataclass(frozen=True, slots=True)
class Budget:
    """What may be done and spent.

    Attributes
    ----------
    options : tuple of int
        Most options of each kind.
    beds : int
        Most beds in all.
    within : tuple of Within
    money : int or None
        Most that all may cost together, in whole units.
    option_cost : tuple of int
        Cost of an option of each kind; free where left out.
    bed_cost : int
    """

    options: tuple[int, ...] = ()
    beds: int = 0
    within: tuple[Within, ...] = ()
    money: int | None = None
    option_cost: tuple[int, ...] = ()
    bed_cost: int = 0

    def cost_of(self, kind: int) -> int:
        """Return the cost of an option of a kind."""
        return self.option_cost[kind] if kind < len(self.option_cost) else 0

    def most_of(self, kind: int) -> int:
        """Return how many options of a kind may be taken."""
        return self.options[kind] if kind < len(self.options) else 0

    def spent(self, market: Market, taken: Collection[int], beds: int = 0) -> int:
        """Return what some options and beds cost."""
        return beds * self.bed_cost + sum(self.cost_of(int(market.kind[a])) for a in taken)

    def allows(self, market: Market, taken: Collection[int], beds: int = 0) -> bool:
        """Tell whether some options and a number of beds are within the budget."""
        used = np.bincount(market.kind[list(taken)], minlength=1) if taken else np.zeros(1)
        if any(n > self.most_of(k) for k, n in enumerate(used.tolist())) or beds > self.beds:
            return False
        return self.money is None or self.spent(market, taken, beds) <= self.money

    def beds_left(self, market: Market, taken: Collection[int]) -> int:
        """Return how many beds there is money for beside some options; -1 if too much."""
        if self.money is None:
            return self.beds
        left = self.money - self.spent(market, taken)
        if left < 0:
            return -1
        return min(self.beds, left // self.bed_cost) if self.bed_cost else self.beds
