"""What each alternative of a referral would cost everybody else, exactly.

Where nothing ties people together the answer is a shortest path in the residual
network. Where people are tied, the path is taken if the plan it leads to keeps
every tie; otherwise the plan is made again with the choice fixed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from matching.domain.errors import ChoiceError, EngineError
from matching.engine.aims import forced_people
from matching.engine.choices import Seat
from matching.engine.effort import NO_LIMIT, Effort
from matching.engine.every import Changes, every
from matching.engine.kept import Ties
from matching.engine.ledger import By, Change, Ledger, Row, named
from matching.engine.levels import FAR, Int64s
from matching.engine.networks import Networks
from matching.engine.residual import Move, Paths, Residual
from matching.engine.solution import Method, Solution
from matching.engine.solve import again


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequence(Change):
    """What changes in the whole plan if a referral takes a bed pool.

    Attributes
    ----------
    referral, pool : int
        Positions.
    possible : bool
        Whether it can be done at all. Where not, the rest says nothing: the
        beds there are kept by decisions that people have made.
    """

    referral: int
    pool: int
    possible: bool = True

    @property
    def others(self) -> tuple[Move, ...]:
        """Moves of everybody else."""
        return tuple(move for move in self.moves if move.referral != self.referral)

    @property
    def gains(self) -> Row:
        """Others who would have a place and had none."""
        return tuple(move.referral for move in self.others if move.from_pool < 0)

    @property
    def loses(self) -> Row:
        """Others who would be left without their place."""
        return tuple(move.referral for move in self.others if move.to_pool < 0)

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
        self.ledger = Ledger(solution)
        self._forced = forced_people(solution.problem, solution.choices)
        self._kept: Ties | None = None
        self._part = solution.part_of()
        self._known: dict[tuple[int, int], Consequence] = {}
        self._last: tuple[Residual, Paths] | None = None

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
        pair = self.ledger.pair(i, j)
        return None if pair < 0 else self._consequence(i, pair, effort)

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
            return self._told(i, j, (), exact=True, by=By.CHAIN)
        towards = self._towards(network, i)
        node = int(network.node_of_pool[j])
        if node < 0 or towards.length[0, node] == FAR:
            return self._impossible(i, j, By.CHAIN)
        now = int(self.solution.chosen[i])
        own = Move(i, int(self.solution.pairs.pool[now]) if now >= 0 else -1, j)
        found = self._told(i, j, (own, *network.path(node, towards)), exact=True, by=By.CHAIN)
        self._check(network, found, towards.length[:, [node]], pair, now)
        if any(self._forced[k] for k in found.loses):
            return self._impossible(i, j, By.CHAIN)
        return found

    def _towards(self, network: Residual, i: int) -> Paths:
        """Return the paths to where a referral is now."""
        node = int(network.at(np.array([i]))[0])
        last = self._last  # looked at once: several screens ask at the same time
        if last is None or last[0] is not network or last[1].node != node:
            last = self._last = network, network.towards(node)
        return last[1]

    def _check(
        self, network: Residual, found: Consequence, length: Int64s, pair: int, now: int
    ) -> None:
        """Compare the moves, added up one by one, with the length of the path.

        Raises
        ------
        EngineError
            If they differ.
        """
        path = network.scale.unpack(length)[:, 0].tolist()
        ledger = self.ledger
        before = ledger.stay[:, found.referral] if now < 0 else ledger.levels[:, now]
        own = (ledger.levels[:, pair] - before).tolist()
        path = named(path, network.setting.names)
        if found.levels != tuple(a + b for a, b in zip(path, own, strict=True)):
            raise EngineError("A chain of moves does not add up. Nothing was worked out.")

    def _told(
        self, i: int, j: int, moves: Sequence[Move], *, exact: bool, by: By
    ) -> Consequence:
        tiers, (standing, moved, icwa, cost) = self.ledger.change(moves)
        return Consequence(
            referral=i,
            pool=j,
            tiers=tiers,
            standing=standing,
            moved=moved,
            icwa=icwa,
            cost=cost,
            moves=tuple(moves),
            exact=exact,
            by=by,
        )

    def _impossible(self, i: int, j: int, by: By) -> Consequence:
        return replace(self._told(i, j, (), exact=True, by=by), possible=False)

    # --- where people are tied ----------------------------------------------------------

    def _tied(self, i: int, j: int, pair: int, effort: Effort) -> Consequence:
        if pair == self.solution.chosen[i]:
            return self._told(i, j, (), exact=True, by=By.CHAIN)
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
            return self._told(i, j, sure.moves, exact=False, by=By.CHAIN)
        return self._told(i, j, (), exact=False, by=By.NOTHING)

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
            chosen[who] = self.ledger.pair(who, new) if new >= 0 else -1
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
        return self._told(i, j, self.ledger.moves_to(found, i), exact=exact, by=By.AGAIN)

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
