"""What one more bed would change in the whole plan, for every pool and provider.

A bed is worth the shortest path that ends in it: somebody takes it, somebody
else the bed that comes free, and so on, until somebody gains a place or
everybody is better off where they are. Where nothing ties people together that
is exact, and so it is where what comes of it keeps every tie; otherwise the
plan is made again with the bed in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from matching.engine.bed_uses import More, Use, Uses
from matching.engine.candidates import Candidates
from matching.engine.capacity import provider_room
from matching.engine.consequences import Alternatives
from matching.engine.effort import NO_LIMIT, Effort
from matching.engine.judge import BIT
from matching.engine.kept import Ties
from matching.engine.ledger import By, Change, Row
from matching.engine.levels import Int64s
from matching.engine.modes import Shared, age_modes, gender_modes, high_need_limits
from matching.engine.networks import pair_levels
from matching.engine.newcomers import (
    BEDS,
    Grown,
    Newcomers,
    one_more,
    rebuilt,
    simple,
    with_columns,
)
from matching.engine.problem import Problem
from matching.engine.residual import Move, Residual
from matching.engine.rules.base import Verdict
from matching.engine.solution import Method, Solution
from matching.engine.solve import work_out

#: Nothing is solved again.
AT_ONCE = Effort(0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class BedValue(Change):
    """What changes in the whole plan with one more bed in a pool.

    Attributes
    ----------
    pool : int
        Position of the pool.
    licence : bool
        Whether the pool and its provider are licensed for one more, too.
    """

    pool: int
    licence: bool

    @property
    def useful(self) -> bool:
        """Whether the bed makes the plan better at all."""
        return self.levels < (0, 0, 0, 0)

    def order(self) -> tuple[object, ...]:
        """Return a key by which values sort, the most useful first."""
        return tuple(-n for n in self.tiers), self.levels, self.pool


def bed_values(solution: Solution, effort: Effort = AT_ONCE) -> tuple[BedValue, ...]:
    """Return what one more bed would change, for every pool whose vacancy is known.

    Parameters
    ----------
    solution : Solution
    effort : Effort, optional
        For beds where the plan must be made again to be sure; none by default.
        Without, such a value is what could surely be gained.

    Returns
    -------
    tuple of BedValue
        The most useful first.
    """
    return Beds(Alternatives(solution)).of_pools(effort)


class Beds:
    """Values of one more bed in a solution.

    Parameters
    ----------
    alternatives : Alternatives
        Whose networks are used.
    """

    def __init__(self, alternatives: Alternatives) -> None:
        self.solution = alternatives.solution
        self._networks, self._ledger = alternatives.networks, alternatives.ledger
        self._newcomers = Newcomers(self.solution)
        problem, pairs = self.solution.problem, self.solution.pairs
        self._room = self._networks.room
        self._owner = problem.pools.provider.astype(np.int64)
        self._by_home = np.argsort(self._owner[pairs.pool], kind="stable")
        homes = np.arange(len(problem.provider_ids) + 1)
        self._first = np.searchsorted(self._owner[pairs.pool[self._by_home]], homes)
        self._span = np.searchsorted(self._owner, homes)
        self._ties: Ties | None = None
        self._known_uses: dict[int, Uses] = {}
        self._nothing = self._ledger.change(())

    def of_pools(self, effort: Effort = AT_ONCE) -> tuple[BedValue, ...]:
        """Return the value of every pool whose vacancy is known, most useful first."""
        pools = range(self.solution.problem.size[1])
        found = [self.of_pool(j, effort=effort) for j in pools]
        return tuple(sorted((v for v in found if v is not None), key=BedValue.order))

    def of_provider(self, home: int, effort: Effort = NO_LIMIT) -> BedValue | None:
        """Return the best that one more licensed bed in any pool of a provider can do.

        Returns
        -------
        BedValue or None
            ``None`` without a pool whose vacancy is known.
        """
        pools = range(int(self._span[home]), int(self._span[home + 1]))
        found = [self.of_pool(j, licence=True, effort=effort) for j in pools]
        return min((v for v in found if v is not None), key=BedValue.order, default=None)

    def of_pool(
        self, j: int, *, licence: bool = False, effort: Effort = NO_LIMIT
    ) -> BedValue | None:
        """Return the value of one more bed in a pool.

        Parameters
        ----------
        j : int
            Position of the pool.
        licence : bool, default False
            Whether the pool and its provider are licensed for one more, too.
        effort : Effort, optional

        Returns
        -------
        BedValue or None
            ``None`` where nobody has said how many beds are free.
        """
        grown = one_more(self.solution, j, licence=licence)
        if grown is None:
            return None
        now = _Now(self.solution.problem, j, grown)
        more = self._more(j, now, licence)
        network = self._whole(more)
        if network is not None and not (licence and self._shaken(more.home, now)):
            use = self._uses(network).best(more)
            if use is None or self._keeps(use, more, now, network):
                return self._value(j, licence, use, more, exact=True)
        if effort.left() != 0:
            return self._again(j, licence, grown, effort)
        network = network if network is self._networks.flow else self._networks.settled
        sure = self._surely(network, more)
        use = self._uses(network).best(sure)
        if use is not None and not self._keeps(use, sure, now, network):
            use = None
        return self._value(j, licence, use, sure, exact=False)

    def _uses(self, network: Residual) -> Uses:
        if id(network) not in self._known_uses:
            self._known_uses[id(network)] = Uses(self._networks, network)
        return self._known_uses[id(network)]

    # --- what the bed changes at its provider -------------------------------------------

    def _more(self, j: int, now: _Now, licence: bool) -> More:
        """Return what one more bed opens, before anybody's ties are looked at."""
        policy, home = self.solution.policy, int(self._owner[j])
        licensed, free = now.grown.pool.beds_licensed, now.grown.pool.free or 0
        room = free if licensed is None else min(free, licensed)
        bed, place = room > self._room.pools[j], False
        if licence:
            in_home = int(provider_room(now.problem, policy)[home])
            place = in_home > self._room.providers[home]
        pools = range(int(self._span[home]), int(self._span[home + 1])) if place else (j,)
        entries: dict[tuple[int, int], Row] = {}
        for k in pools:
            if self._newcomers.any_at(k):
                entries |= self._newcomers.of(k, now.problem)
        closed = self._room.providers[home] == 0
        for pair in self._pairs_at(home).tolist():
            i, k = (int(side[pair]) for side in self._sides)
            shut = closed or self._room.pools[k] == 0
            if shut and k in pools and (self._room.pools[k] > 0 or (bed and k == j)):
                entries[i, k] = tuple(self._ledger.levels[:, pair].tolist())
        return More(j, home, bool(bed), bool(place), entries)

    @property
    def _sides(self) -> tuple[np.ndarray, np.ndarray]:
        return self.solution.pairs.referral, self.solution.pairs.pool

    def _pairs_at(self, home: int) -> Int64s:
        return self._by_home[self._first[home] : self._first[home + 1]]

    def _shaken(self, home: int, now: _Now) -> bool:
        """Tell whether a question about beds there would be asked no more.

        Its cost would then change for people who need not move at all.
        """
        mine = self._pairs_at(home)
        pairs, setting = self.solution.pairs, self.solution.policy.rules["beds"]
        if len(mine) == 0:
            return False
        verdict = BEDS.evaluate(
            now.problem, setting.parameters, pairs.referral[mine], pairs.pool[mine]
        )
        asked = (pairs.unknown[mine] >> np.uint64(BIT["beds"])) & np.uint64(1) == 1
        return bool((asked != (verdict == Verdict.UNKNOWN)).any())

    def _whole(self, more: More) -> Residual | None:
        """Return the network of everybody whom the bed could matter to, ties left out."""
        people = self.solution.pairs.referral[self._pairs_at(more.home)].tolist()
        people += [who for who, _ in more.entries]
        methods = {self._networks.method[k] for k in people} - {None}
        if methods <= {Method.FLOW}:
            return self._networks.flow
        return self._networks.relaxed if methods == {Method.KEPT} else None

    def _surely(self, network: Residual, more: More) -> More:
        """Leave out those who cannot come without more being settled first."""
        known = np.isin([who for who, _ in more.entries], network.setting.members)
        keep = {
            (who, pool): cost
            for ((who, pool), cost), one in zip(more.entries.items(), known, strict=True)
            if one or (self._networks.method[who] is None and self._simple(who))
        }
        return More(more.pool, more.home, more.bed, more.place, keep)

    def _simple(self, who: int) -> bool:
        return bool(simple(self.solution.problem, np.array([who]))[0])

    # --- whether what comes of it holds ---------------------------------------------------

    def _keeps(self, use: Use, more: More, now: _Now, network: Residual) -> bool:
        """Tell whether the plan with a bed used in some way keeps every tie."""
        s = self.solution
        come = {(m.referral, m.to_pool) for m in use.moves} & set(more.entries)
        if not all(
            self._networks.method[who] is not None or self._simple(who) for who, _ in come
        ):
            return False
        chosen = s.chosen.copy()
        for who, _, new in use.moves:
            chosen[who] = self._ledger.pair(who, new) if new >= 0 else -1
        place = np.full(len(chosen), -1, dtype=np.int64)
        place[chosen >= 0] = s.pairs.pool[chosen[chosen >= 0]]
        for who, pool in come:
            place[who] = pool
        if network is not self._networks.flow:
            if self._ties is None:
                self._ties = Ties(s, self._room)
            elsewhere = [m.referral for m in use.moves if not self._at(place, m, more.home)]
            groups = [m.referral for m in use.moves]
            if not self._ties.kept(chosen, elsewhere) or not self._ties.whole(chosen, groups):
                return False
        return self._holds_at(more.home, place, now)

    def _at(self, place: Int64s, move: Move, home: int) -> bool:
        pool = int(place[move.referral])
        return pool >= 0 and int(self._owner[pool]) == home

    def _holds_at(self, home: int, place: Int64s, now: _Now) -> bool:
        """Tell whether everybody placed at a provider can live there together."""
        policy = self.solution.policy
        here = np.flatnonzero((place >= 0) & (self._owner[place] == home))
        used = Candidates(
            here.astype(np.int32),
            place[here].astype(np.int32),
            np.zeros(len(here), dtype=np.uint64),
        )
        taken = np.zeros(len(self._owner), dtype=np.int64)
        np.add.at(taken, place[here], self.solution.ties.beds[here])
        shared = Shared(now.problem, policy, used, self.solution.choices)
        if (taken > shared.pool_room).any() or taken.sum() > shared.provider_room[home]:
            return False
        records = self.solution.problem.referral_records
        tokens = [token for k in here.tolist() for token in records[k].separate_from or ()]
        return len(tokens) == len(set(tokens)) and not (
            gender_modes(shared) or age_modes(shared) or high_need_limits(shared)
        )

    # --- the answers ------------------------------------------------------------------------

    def _value(
        self, j: int, licence: bool, use: Use | None, more: More, *, exact: bool
    ) -> BedValue:
        moves: Sequence[Move] = () if use is None else use.moves
        tiers, levels = self._nothing
        if moves:
            tiers, levels = self._ledger.change(moves, more.entries)
        by = By.CHAIN if exact or use is not None else By.NOTHING
        return self._told(j, licence, tiers, levels, moves, exact=exact, by=by)

    def _told(
        self,
        j: int,
        licence: bool,
        tiers: Row,
        levels: Row,
        moves: Sequence[Move],
        *,
        exact: bool,
        by: By,
    ) -> BedValue:
        standing, moved, icwa, cost = levels
        return BedValue(
            pool=j,
            licence=licence,
            tiers=tiers,
            standing=standing,
            moved=moved,
            icwa=icwa,
            cost=cost,
            moves=tuple(moves),
            exact=exact,
            by=by,
        )

    def _again(self, j: int, licence: bool, grown: Grown, effort: Effort) -> BedValue:
        """Make the plan again with the bed in."""
        s = self.solution
        other = work_out(
            rebuilt(s.problem, grown),
            s.policy,
            choices=s.choices,
            salt=s.plan.salt,
            effort=effort,
        )
        moves = self._ledger.moves_to(other)
        tiers, (standing, *_) = self._ledger.change(
            moves, {(m.referral, m.to_pool): (0, 0, 0, 0) for m in moves}
        )
        before = self._ledger.levels[:, s.chosen[s.chosen >= 0]].sum(axis=1)
        after = pair_levels(other.goal)[:, other.chosen[other.chosen >= 0]].sum(axis=1)
        levels = (standing, *(after - before)[1:].tolist())
        home = int(self._owner[j])
        here = np.unique(other.pairs.referral[self._owner[other.pairs.pool] == home])
        return self._told(
            j,
            licence,
            tiers,
            levels,
            moves,
            exact=_proven(other, here) and _proven(s, here),
            by=By.AGAIN,
        )


class _Now:
    """A problem with one more bed in it."""

    def __init__(self, problem: Problem, j: int, grown: Grown) -> None:
        self._before, self._pool = problem, j
        self.grown = grown

    @cached_property
    def problem(self) -> Problem:
        """The problem; only its columns say so."""
        return with_columns(self._before, self._pool, self.grown)


def _proven(solution: Solution, people: Int64s) -> bool:
    """Tell whether the parts of some people are proven to the last."""
    parts = {int(k) for k in solution.part_of()[people]} - {-1}
    return all(solution.parts[k].gap == 0 and not any(solution.parts[k].more) for k in parts)
