"""Who could use one more bed, and what the record would say with it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from matching.domain.records import BedPool, Provider
from matching.domain.words import FOSTER_FAMILY_TYPES
from matching.engine.allowed import lifted_bits, waived_bits
from matching.engine.candidates import Candidates, candidates
from matching.engine.capacity import UNLIMITED, licensed_room
from matching.engine.choices import same_place
from matching.engine.columns import UNKNOWN
from matching.engine.fit import icwa_rank
from matching.engine.judge import BIT, Judge
from matching.engine.ledger import Row
from matching.engine.levels import Int64s
from matching.engine.problem import Problem, build
from matching.engine.residual import Flags
from matching.engine.rules import CATALOGUE
from matching.engine.rules.base import Verdict
from matching.engine.solution import Solution

#: The rule on beds.
BEDS = next(rule for rule in CATALOGUE if rule.code == "beds")


@dataclass(frozen=True, slots=True)
class Grown:
    """A pool with one more bed, and its provider.

    Attributes
    ----------
    pool : BedPool
    provider : Provider
        With a licence for one more, where that was asked for.
    """

    pool: BedPool
    provider: Provider


def one_more(solution: Solution, j: int, *, licence: bool) -> Grown | None:
    """Return the records with one more free bed in a pool.

    Parameters
    ----------
    solution : Solution
    j : int
        Position of the pool.
    licence : bool
        Whether the pool and the provider are licensed for one more, too; a
        family home at the cap of foster children then has an exception to it.

    Returns
    -------
    Grown or None
        ``None`` where nobody has said how many beds are free: there a call
        settles what one more bed would mean.
    """
    problem = solution.problem
    home = int(problem.pools.provider[j])
    pool, provider = problem.pool_records[j], problem.provider_records[home]
    free = pool.free
    if free is None:
        return None
    more = 1
    if licence:
        # Beds that are there without a licence need no more than that.
        room = free if pool.beds_licensed is None else min(free, pool.beds_licensed)
        more = max(0, room + 1 - free)
        provider = _licensed(solution, j, provider)
        if pool.beds_licensed is not None:
            pool = replace(pool, beds_licensed=max(pool.beds_licensed, room + 1))
    pool = replace(
        pool,
        beds_available=free + more,
        beds_accepting=_grown(pool.beds_accepting, more),
        beds_staffed=_grown(pool.beds_staffed, more),
    )
    return Grown(pool, provider)


def _grown(beds: int | None, more: int) -> int | None:
    return None if beds is None else beds + more


def _licensed(solution: Solution, j: int, provider: Provider) -> Provider:
    """Return a provider licensed for one more than it has room for now."""
    problem, policy = solution.problem, solution.policy
    capacity = int(licensed_room(problem, policy)[j])
    if capacity == UNLIMITED:
        return provider
    residents = int(problem.pools.residents[j])
    capacity = max(capacity, 0 if residents == UNKNOWN else residents) + 1
    cap = policy.rules["beds"].parameters["foster_cap"]
    family = provider.placement_type is None or provider.placement_type in FOSTER_FAMILY_TYPES
    exception = provider.foster_cap_exception
    if family and exception is not True and capacity > cap:
        exception = True
    return replace(provider, licensed_capacity=capacity, foster_cap_exception=exception)


def rebuilt(problem: Problem, grown: Grown) -> Problem:
    """Return the whole problem with the records changed."""
    provider, pool = grown.provider, grown.pool
    key = pool.provider_id, pool.pool_id
    return build(
        problem.referral_records,
        [
            provider if one.provider_id == provider.provider_id else one
            for one in problem.provider_records
        ],
        [
            pool if (one.provider_id, one.pool_id) == key else one
            for one in problem.pool_records
        ],
        problem.as_of,
        problem.geography,
    )


class Newcomers:
    """People whom only the want of a bed keeps from a pool.

    Parameters
    ----------
    solution : Solution
    """

    def __init__(self, solution: Solution) -> None:
        self._solution = solution
        judge, choices = solution.judge, solution.choices
        self._lifted = {
            row: lifted_bits(judge, bits) for row, bits in waived_bits(judge, choices).items()
        }
        only = choices.only_of()
        self._bound = {seat.referral_id: (seat,) for seat in choices.forced} | only
        found = self._only_beds()
        order = np.argsort(found.pool, kind="stable")
        self._pairs = Candidates(found.referral[order], found.pool[order], found.unknown[order])
        pools = np.arange(judge.problem.size[1] + 1)
        self._first = np.searchsorted(self._pairs.pool, pools)

    def any_at(self, j: int) -> bool:
        """Tell whether only the want of a bed keeps anybody from a pool."""
        return bool(self._first[j + 1] > self._first[j])

    def of(self, j: int, grown: Problem) -> dict[tuple[int, int], Row]:
        """Return what the new pairs of a pool with one more bed cost.

        Parameters
        ----------
        j : int
            Position of the pool.
        grown : Problem
            With the bed in; only its columns are read.

        Returns
        -------
        dict of (int, int) to tuple of int
            On each level of the aims, by referral and pool.
        """
        mine = slice(int(self._first[j]), int(self._first[j + 1]))
        rows, pool = (
            side[mine].astype(np.int64) for side in (self._pairs.referral, self._pairs.pool)
        )
        setting = self._solution.policy.rules["beds"]
        verdict = BEDS.evaluate(grown, setting.parameters, rows, pool)
        bit = np.uint64(1 << BIT["beds"])
        asked = np.where(verdict == Verdict.UNKNOWN, bit, np.uint64(0))
        failed = np.where(verdict == Verdict.FAIL, bit, np.uint64(0))
        allowed = self._solution.judge.barred(failed, asked) == 0
        allowed &= self._free_to_come(rows, j)
        unknown = self._pairs.unknown[mine] | asked
        return self._costs(
            Candidates(
                rows[allowed].astype(np.int32),
                pool[allowed].astype(np.int32),
                unknown[allowed],
            )
        )

    def _costs(self, pairs: Candidates) -> dict[tuple[int, int], Row]:
        s = self._solution
        if len(pairs) == 0:
            return {}
        cost = s.fit.cost(pairs.referral, pairs.pool, pairs.questions).tolist()
        icwa = icwa_rank(s.problem, s.policy, pairs.referral, pairs.pool).tolist()
        calling = {seat.referral_id: seat for seat in s.choices.calling}
        out: dict[tuple[int, int], Row] = {}
        for k, (i, j) in enumerate(
            zip(pairs.referral.tolist(), pairs.pool.tolist(), strict=True)
        ):
            seat = calling.get(s.problem.referral_ids[i])
            moved = seat is not None and not same_place(seat, s.problem.pool_keys[j])
            out[i, j] = (0, int(moved), icwa[k], cost[k])
        return out

    def _only_beds(self) -> Candidates:
        """Return the pairs that only the rule on beds bars, with what else is asked."""
        s = self._solution
        judge = s.judge
        found = candidates(Judge(s.problem, s.policy.with_rule("beds", on=False)))
        beds = max(1, s.problem.size[1])
        keys = found.referral.astype(np.int64) * beds + found.pool
        known = s.eligible.referral.astype(np.int64) * beds + s.eligible.pool
        new = ~np.isin(keys, known, assume_unique=True)
        new &= ~np.isin(found.referral, list(self._lifted))
        parts = [(found.referral[new], found.pool[new], found.unknown[new])]
        every = np.arange(s.problem.size[1])
        bit = np.uint64(1 << BIT["beds"])
        for row, lifted in self._lifted.items():
            failed, unknown = (bits[0] for bits in judge.bits(np.array([row]), every))
            short = np.flatnonzero(judge.barred(failed, unknown) & ~lifted == bit)
            rows = np.full(len(short), row, dtype=np.int32)
            asked = unknown[short] & ~lifted[short] & ~bit
            parts.append((rows, short.astype(np.int32), asked))
        referral, pool, asked = (np.concatenate(side) for side in zip(*parts, strict=True))
        return Candidates(referral, pool, asked)

    def _free_to_come(self, rows: Int64s, j: int) -> Flags:
        """Return about whom nobody has decided otherwise."""
        choices, key = self._solution.choices, self._solution.problem.pool_keys[j]
        names = self._solution.problem.referral_ids
        against = {seat.referral_id for seat in choices.forbidden if same_place(seat, key)}
        return np.array(
            [
                names[row] not in against
                and (
                    names[row] not in self._bound
                    or any(same_place(seat, key) for seat in self._bound[names[row]])
                )
                for row in rows.tolist()
            ],
            dtype=np.bool_,
        )


def with_columns(problem: Problem, j: int, grown: Grown) -> Problem:
    """Return the problem with the columns on beds and licences changed, nothing else."""
    pools = problem.pools
    free, licensed = pools.free.copy(), pools.beds_licensed.copy()
    capacity, exception = pools.licensed_capacity.copy(), pools.foster_exception.copy()
    free[j] = UNKNOWN if grown.pool.free is None else grown.pool.free
    if grown.pool.beds_licensed is not None:
        licensed[j] = grown.pool.beds_licensed
    home = pools.provider == pools.provider[j]
    if grown.provider.licensed_capacity is not None:
        capacity[home] = grown.provider.licensed_capacity
    if grown.provider.foster_cap_exception is not None:
        exception[home] = int(grown.provider.foster_cap_exception)
    return replace(
        problem,
        pools=replace(
            pools,
            free=free,
            beds_licensed=licensed,
            licensed_capacity=capacity,
            foster_exception=exception,
        ),
    )


def simple(problem: Problem, rows: Int64s) -> Flags:
    """Return which people nothing could tie: alone, of no conflict and with one bed."""
    return np.array(
        [
            r.beds_needed == 1 and r.group_id is None and not r.separate_from
            for r in (problem.referral_records[k] for k in rows.tolist())
        ],
        dtype=np.bool_,
    )
