"""What keeps a person, or a group that stays together, from each bed pool."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from matching.engine.allowed import also_barred, lifted_bits, waived_bits
from matching.engine.couplings import kept_apart
from matching.engine.judge import BIT, Bits
from matching.engine.rules.base import Facts, facts
from matching.engine.solution import Solution

Flags = NDArray[np.bool_]

_TOGETHER = np.uint64(1 << BIT["together"])


def bit(*codes: str) -> np.uint64:
    """Return the bits of some rules."""
    out = 0
    for code in codes:
        out |= 1 << BIT[code]
    return np.uint64(out)


class Near:
    """What bars the members of a unit, pool by pool.

    Parameters
    ----------
    solution : Solution
    row : int
        Position of the referral; its group comes with it.

    Attributes
    ----------
    rows : tuple of int
        The referral, or all members of its group.
    mine : int
        Where the referral stands among them.
    failed, unknown, barred : ndarray of uint64, shape (members, pools)
        Bits of the rules that fail, that cannot be told, and that keep the
        pair from being offered; rules that were waived bar nobody.
    closed : ndarray of bool, shape (members, pools)
        Places that somebody has decided against.
    apart : bool
        Whether two members must be kept apart, so that no place takes all.
    """

    def __init__(self, solution: Solution, row: int) -> None:
        self.solution = solution
        problem, judge, choices = solution.problem, solution.judge, solution.choices
        self.rows = _unit(solution, row)
        self.mine = self.rows.index(row)
        self.apart = len(self.rows) > 1 and kept_apart(problem, self.rows)
        failed, unknown = judge.bits(np.array(self.rows), np.arange(problem.size[1]))
        waived = waived_bits(judge, choices)
        lifted = np.array([lifted_bits(judge, waived.get(k, {})) for k in self.rows])
        self.failed, self.unknown = failed & ~lifted, unknown & ~lifted
        self.barred: Bits = judge.barred(self.failed, self.unknown)
        decided = np.array([also_barred(judge, choices, k) for k in self.rows])
        self.closed: Flags = np.asarray((decided & ~_TOGETHER) != 0)

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of the rules in force, in the order of the rulebook."""
        return tuple(self.solution.judge.in_force)

    def single(self, code: str) -> Flags:
        """Return where a rule fails and nothing else bars, shape (members, pools)."""
        mask = bit(code)
        return np.asarray((self.barred == mask) & (self.failed == mask) & ~self.closed)

    def opened(self, lifted: Bits | np.uint64) -> Flags:
        """Return where members could live if some rules were lifted.

        Parameters
        ----------
        lifted : uint64, or ndarray that broadcasts to (members, pools)

        Returns
        -------
        ndarray of bool, shape (members, pools)
        """
        return np.asarray(((self.barred & ~lifted) == 0) & ~self.closed)

    def homes(self, where: Flags) -> NDArray[np.int64]:
        """Return the providers at which every member has one of some pools."""
        problem = self.solution.problem
        has = np.zeros((len(self.rows), len(problem.provider_ids)), dtype=np.bool_)
        member, pool = np.nonzero(where)
        has[member, problem.pools.provider[pool]] = True
        return np.flatnonzero(has.all(axis=0) & (not self.apart))

    def pools_of(self, home: int) -> NDArray[np.int64]:
        """Return the pools of a provider."""
        span = self.solution.judge.pool_span
        return np.arange(span[home], span[home + 1])

    def cost(self, where: Flags, home: int) -> int:
        """Return the members' least preference costs at a provider, added up.

        Parameters
        ----------
        where : ndarray of bool, shape (members, pools)
            The pools that count; each member has one at the provider.
        home : int
        """
        total, pools = 0, self.pools_of(home)
        for k, row in enumerate(self.rows):
            mine = pools[where[k, pools]]
            asked = np.bitwise_count(self.unknown[k, mine] & ~self.barred[k, mine])
            people = np.full(len(mine), row)
            total += int(self.solution.fit.cost(people, mine, asked.astype(np.int64)).min())
        return total

    def in_need(self, where: Flags, home: int) -> Iterator[tuple[int, int]]:
        """Yield the members whom something bars at a provider, with their nearest pool.

        Parameters
        ----------
        where : ndarray of bool, shape (members, pools)
            Pools that would be open to them.
        home : int

        Yields
        ------
        member : int
            Position in ``rows``.
        pool : int
        """
        pools = self.pools_of(home)
        for k in range(len(self.rows)):
            mine = pools[where[k, pools]]
            if len(mine) and (self.barred[k, mine] != 0).all():
                fewest = np.argmin(np.bitwise_count(self.barred[k, mine]))
                yield k, int(mine[fewest])

    def at(self, where: Flags, home: int) -> list[tuple[int, int]]:
        """Return each member with the first of some pools at a provider, if any."""
        pools = self.pools_of(home)
        found = where[:, pools]
        return [(int(k), int(pools[found[k].argmax()])) for k in np.flatnonzero(found.any(1))]

    def facts(self, member: int, pool: int) -> Facts:
        """Return the facts of one member and one pool, for sentences."""
        return facts(self.solution.problem, self.rows[member], pool)

    def name(self, home: int) -> str:
        """Return the name of a provider, or its identifier."""
        provider = self.solution.problem.provider_records[home]
        return provider.name or provider.provider_id


def _unit(solution: Solution, row: int) -> tuple[int, ...]:
    group = solution.problem.referral_records[row].group_id
    if group is None or group in solution.choices.split:
        return (row,)
    people = enumerate(solution.problem.referral_records)
    return tuple(k for k, person in people if person.group_id == group)
