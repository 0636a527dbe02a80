"""What each alternative of a referral would cost everybody else, exactly.

Where nothing ties people together the answer is a shortest path in the residual
network. Where people are tied, the path is taken if the plan it leads to keeps
every tie; otherwise the plan is made again with the choice fixed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from matching.domain.errors import ChoiceError, EngineError
from matching.engine.aims import forced_people
from matching.engine.choices import Seat
from matching.engine.effort import NO_LIMIT, Effort
from matching.engine.every import Changes, every
from matching.engine.kept import Ties
from matching.engine.levels import FAR, Int64s
from matching.engine.networks import LEVELS, Networks, pair_levels, stay_levels
from matching.engine.residual import Move, Residual, Towards
from matching.engine.solution import Method, Solution
from matching.engine.solve import again


class By(StrEnum):
    """How a consequence was found."""

    CHAIN = "chain"  #: a shortest path in the residual network
    AGAIN = "solved again"  #: the plan made again with the choice fixed
    NOTHING = "not worked out"  #: stopped before either


@dataclass(frozen=True, slots=True)
class Consequence:
    """What changes in the whole plan if a referral takes a bed pool.

    Attributes
    ----------
    referral, pool : int
        Positions.
    possible : bool
        Whether it can be done at all. Where not, the rest says nothing: the
        beds there are kept by decisions that people have made.
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
        The referral's own move first, then those it sets off, in order.
    exact : bool
        Whether no better plan with this choice exists, by proof. If not, a
        plan with these moves can be made, but a better one may exist.
    by : By
    """

    referral: int
    pool: int
    possible: bool
    tiers: tuple[int, ...]
    standing: int
    moved: int
    icwa: int
    cost: int
    moves: tuple[Move, ...]
    exact: bool
    by: By

    @property
    def others(self) -> tuple[Move, ...]:
        """Moves of everybody else."""
        return tuple(move for move in self.moves if move.referral != self.referral)

    @property
    def gains(self) -> tuple[int, ...]:
        """Others who would have a place and had none."""
        return tuple(move.referral for move in self.others if move.from_pool < 0)

    @property
    def loses(self) -> tuple[int, ...]:
        """Others who would be left without their place."""
        return tuple(move.referral for move in self.others if move.to_pool < 0)

    @property
    def levels(self) -> tuple[int, ...]:
        """Change on each level of the aims; the smaller, the better."""
        return self.standing, self.moved, self.icwa, self.cost

    def order(self) -> tuple[object, ...]:
        """Return a key by which consequences sort, the best for everybody first."""
        unknown = not self.possible, self.by is By.NOTHING
        return *unknown, tuple(-n for n in self.tiers), self.levels, self.pool


class Alternatives:
    """The alternatives of every referral of a solution, with their consequences.

    Parameters
    ----------
    solution : Solution
    """

    def __init__(self, solution: Solution) -> None:
        self.solution = solution
        self.networks = Networks(solution)
        self._levels = pair_levels(solution.goal)
        self._stay = stay_levels(solution.goal)
        self._forced = forced_people(solution.problem, solution.choices)
        self._kept: Ties | None = None
        self._part = solution.part_of()
        self._keys = solution.pairs.referral.astype(np.int64) * solution.problem.size[1]
        self._keys += solution.pairs.pool
        self._known: dict[tuple[int, int], Consequence] = {}
        self._last: tuple[Residual, Towards] | None = None

    def of(self, i: int, effort: Effort = NO_LIMIT) -> tuple[Consequence, ...]:
        """Return the consequence of every alternative of a referral, best first.

        Parameters
        ----------
        i : int
            Position of the referral.
        effort : Effort, optional
            For those where the plan must be made again; what is not worked out
            by then says so.

        Returns
        -------
        tuple of Consequence
            One for each pair that the plan could use but does not; nothing for
            a place that is barred or forbidden.
        """
        start, stop = np.searchsorted(self.solution.pairs.referral, [i, i + 1])
        found = [
            self._consequence(i, pair, effort)
            for pair in range(int(start), int(stop))
            if pair != self.solution.chosen[i]
        ]
        return tuple(sorted(found, key=Consequence.order))

    def consequence(self, i: int, j: int, effort: Effort = NO_LIMIT) -> Consequence | None:
        """Return the consequence if referral ``i`` takes pool ``j``.

        Returns
        -------
        Consequence or None
            ``None`` where the place is barred or forbidden.
        """
        pair = self._pair(i, j)
        return None if pair < 0 else self._consequence(i, pair, effort)

    def _pair(self, i: int, j: int) -> int:
        """Return the position of a pair, or -1."""
        key = i * self.solution.problem.size[1] + j
        place = int(np.searchsorted(self._keys, key))
        return place if place < len(self._keys) and int(self._keys[place]) == key else -1

    def _consequence(self, i: int, pair: int, effort: Effort) -> Consequence:
        j = int(self.solution.pairs.pool[pair])
        known = self._known.get((i, j))
        if known is not None and (known.exact or effort.left() == 0):
            return known
        method = self.networks.method[i]
        if method is Method.FLOW:
            found = self._chain(self.networks.flow, i, j, pair)
        else:
            found = self._tied(i, j, pair, effort)
        self._known[i, j] = found
        return found

    # --- a path in the residual network -----------------------------------------------

    def _chain(self, network: Residual, i: int, j: int, pair: int) -> Consequence:
        if pair == self.solution.chosen[i]:
            return self.told(i, j, (), exact=True, by=By.CHAIN)
        towards = self._towards(network, i)
        node = int(network.node_of_pool[j])
        if node < 0 or towards.length[0, node] == FAR:
            return self._impossible(i, j, By.CHAIN)
        now = int(self.solution.chosen[i])
        own = Move(i, int(self.solution.pairs.pool[now]) if now >= 0 else -1, j)
        found = self.told(
            i, j, (own, *network.path(node, towards)), exact=True, by=By.CHAIN
        )
        self._check(network, found, towards.length[:, [node]], pair, now)
        if any(self._forced[k] for k in found.loses):
            return self._impossible(i, j, By.CHAIN)
        return found

    def _towards(self, network: Residual, i: int) -> Towards:
        """Return the paths to where a referral is now."""
        node = int(network.at(np.array([i]))[0])
        if self._last is None or self._last[0] is not network or self._last[1].node != node:
            self._last = network, network.towards(node)
        return self._last[1]

    def _check(
        self, network: Residual, found: Consequence, length: Int64s, pair: int, now: int
    ) -> None:
        """Add the moves up again, one by one.

        Raises
        ------
        EngineError
            If they do not come to the length of the path.
        """
        paths = network.scale.unpack(length)[:, 0].tolist()
        before = self._stay[:, found.referral] if now < 0 else self._levels[:, now]
        own = (self._levels[:, pair] - before).tolist()
        wanted = dict.fromkeys(LEVELS, 0)
        for name, size in zip(network.setting.names, paths, strict=False):
            wanted[name] = size
        for k, name in enumerate(LEVELS):
            if wanted[name] + own[k] != found.levels[k]:
                raise EngineError("A chain of moves does not add up. Nothing was worked out.")

    def told(
        self, i: int, j: int, moves: Sequence[Move], *, exact: bool, by: By
    ) -> Consequence:
        """Add up what some moves change, one by one, in whole numbers."""
        who, old, new = np.array(moves, dtype=np.int64).reshape(-1, 3).T
        tiers = np.zeros(len(self.solution.policy.ordering.tiers), dtype=np.int64)
        np.add.at(tiers, self.solution.goal.tier[who], (new >= 0).astype(int) - (old >= 0))
        change = (self._costs(who, new) - self._costs(who, old)).sum(axis=1).tolist()
        standing, moved, icwa, cost = change
        return Consequence(
            i, j, True, tuple(tiers.tolist()), standing, moved, icwa, cost, tuple(moves), exact, by
        )

    def _costs(self, who: Int64s, pool: Int64s) -> Int64s:
        """Return what places of people cost, shape (levels, people); -1 is none."""
        beds = self.solution.problem.size[1]
        pair = np.searchsorted(self._keys, who * beds + np.maximum(pool, 0))
        placed = self._levels[:, np.minimum(pair, len(self._keys) - 1)]
        return np.where(pool >= 0, placed, self._stay[:, who])

    def _impossible(self, i: int, j: int, by: By, *, exact: bool = True) -> Consequence:
        tiers = (0,) * len(self.solution.policy.ordering.tiers)
        return Consequence(i, j, False, tiers, 0, 0, 0, 0, (), exact, by)

    # --- where people are tied ----------------------------------------------------------

    def _tied(self, i: int, j: int, pair: int, effort: Effort) -> Consequence:
        if pair == self.solution.chosen[i]:
            return self.told(i, j, (), exact=True, by=By.CHAIN)
        least = None
        if self.networks.method[i] is Method.KEPT:
            least = self._chain(self.networks.relaxed, i, j, pair)
            if not least.possible or self._keeps(least.moves):
                return least
        sure = None
        if not self.networks.tied[i] and self._stays_open(pair):
            sure = self._chain(self.networks.settled, i, j, pair)
            if least is not None and sure.possible and sure.levels == least.levels:
                return sure
        if effort.left() != 0:
            return self._again(i, j, effort)
        if sure is not None and sure.possible:
            return self.told(i, j, sure.moves, exact=False, by=By.CHAIN)
        return self.told(i, j, (), exact=False, by=By.NOTHING)

    def _stays_open(self, pair: int) -> bool:
        """Tell whether a pair fits how the plan runs its pool."""
        rows = self.networks.settled.setting.rows
        place = int(np.searchsorted(rows, pair))
        return place < len(rows) and int(rows[place]) == pair

    def _keeps(self, moves: Iterable[Move]) -> bool:
        if self._kept is None:
            self._kept = Ties(self.solution, self.networks.room)
        chosen = self.solution.chosen.copy()
        people = []
        for who, _, new in moves:
            chosen[who] = self._pair(who, new) if new >= 0 else -1
            people.append(who)
        return self._kept.kept(chosen, people)

    def _again(self, i: int, j: int, effort: Effort) -> Consequence:
        """Make the plan again with the choice fixed."""
        s = self.solution
        provider_id, pool_id = s.problem.pool_keys[j]
        seat = Seat(s.problem.referral_ids[i], provider_id, pool_id)
        try:
            found = again(s, s.choices.and_(forced=[seat]), effort=effort)
        except ChoiceError:
            return self._impossible(i, j, By.AGAIN)
        part = self._part[i]
        before = s.parts[part]
        touched = [p for p in found.parts if (self._part[p.members] == part).any()]
        exact = all(p.gap == 0 and not any(p.more) for p in (before, *touched))
        return self.told(i, j, self.moves_to(found, i), exact=exact, by=By.AGAIN)

    def moves_to(self, other: Solution, first: int = -1) -> tuple[Move, ...]:
        """Return who is elsewhere in another solution, one referral before the rest."""
        people = self.solution.problem.size[0]
        before = self.solution.plan.place_of(people)
        after = other.plan.place_of(people)
        moved = np.flatnonzero(before != after)
        order = np.lexsort((moved, self.solution.goal.standing[moved], moved != first))
        return tuple(
            Move(k, int(before[k]), int(after[k])) for k in moved[order].tolist()
        )

    # --- all at once ----------------------------------------------------------------------

    def all(self) -> Changes:
        """Return the consequences of all alternatives of everybody whom nothing ties.

        Returns
        -------
        Changes

        Raises
        ------
        CostOverflow
            If the aims do not fit into one number; ask one by one then.
        """
        return every(self.networks, self._forced)
