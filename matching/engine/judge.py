"""The rules in force, applied to pairs: the bitmask that drives everything.

Bit k belongs to rule k of the catalogue. For any pair the judge gives the bits
of the rules that fail and of those that cannot be told; eligibility, funnels,
near misses and gaps are all read from them.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np
from numpy.typing import NDArray

from matching.domain.policy import Policy
from matching.domain.policy_settings import RuleSetting
from matching.domain.rulebook import RULES, OnUnknown
from matching.engine.keyed import Factors, Keyed, Rows
from matching.engine.problem import Problem
from matching.engine.rules import CATALOGUE, PAIR_RULES
from matching.engine.rules.base import PairRule, Rule, Verdict

Bits = NDArray[np.uint64]

BIT = {spec.code: k for k, spec in enumerate(RULES)}
#: Stands for "no rule fails" where positions of rules are stored.
NONE_FAILS = np.uint8(255)
#: Rules that depend only on where people and places are.
AREA_RULES = frozenset({"service-area", "distance"})
#: Largest number of pairs looked at in one go.
BLOCK = 4_000_000


@dataclass(frozen=True, slots=True)
class Bound:
    """A rule as a policy uses it on a problem.

    Attributes
    ----------
    rule : Rule
    bit : int
    blocks_unknown : bool
    verdict : Keyed
        Verdicts of pairs.
    bars : Keyed
        Whether the rule keeps a pair from being offered.
    never_bars : bool
        Whether it is known to bar no pair at all.
    """

    rule: Rule
    bit: int
    blocks_unknown: bool
    verdict: Keyed
    bars: Keyed
    never_bars: bool

    def barred(self, verdict: NDArray[np.int8]) -> NDArray[np.bool_]:
        """Return where verdicts of the rule keep a pair from being offered."""
        return _barred(verdict, blocks_unknown=self.blocks_unknown)


def _barred(verdict: NDArray[np.int8], *, blocks_unknown: bool) -> NDArray[np.bool_]:
    out = verdict == Verdict.FAIL
    return np.asarray(out | (verdict == Verdict.UNKNOWN) if blocks_unknown else out)


@dataclass(frozen=True, slots=True)
class Spread:
    """Referrals that can reach the same pools, and those pools."""

    rows: Rows
    columns: Rows


class Judge:
    """Applies a policy's rules to a problem.

    Parameters
    ----------
    problem : Problem
    policy : Policy
        Rules not in force on the problem's day are left out.
    """

    def __init__(self, problem: Problem, policy: Policy) -> None:
        self.problem = problem
        self.policy = policy
        day = problem.as_of.date()
        on = {c: s for c, s in policy.rules.items() if s.in_force(day)}
        people, beds = problem.size
        self._people = Factors(problem.referrals, people)
        self._beds = Factors(problem.pools, beds)
        self.bound = tuple(self._bind(r, on[r.code]) for r in CATALOGUE if r.code in on)
        self.pair_rules: tuple[PairRule, ...] = tuple(r for r in PAIR_RULES if r.code in on)
        self.in_force: dict[str, RuleSetting] = on

    def _bind(self, rule: Rule, setting: RuleSetting) -> Bound:
        def evaluate(i: Rows, j: Rows) -> NDArray[np.int8]:
            return rule.evaluate(self.problem, setting.parameters, i, j)

        keyed = Keyed(
            evaluate,
            self._people.codes(rule.reads_referral),
            self._beds.codes(rule.reads_pool),
        )
        blocks = setting.on_unknown is OnUnknown.BLOCK
        bars = keyed.mapped(partial(_barred, blocks_unknown=blocks))
        never = bars.table is not None and not bars.table.any()
        return Bound(rule, BIT[rule.code], blocks, keyed, bars, bool(never))

    @cached_property
    def pool_span(self) -> NDArray[np.int64]:
        """First pool of each provider, and the number of pools at the end."""
        providers = len(self.problem.provider_ids)
        return np.searchsorted(self.problem.pools.provider, np.arange(providers + 1))

    @cached_property
    def of_use(self) -> NDArray[np.bool_]:
        """Which pools are not barred for everybody by one rule alone, shape (pools,).

        Full pools and lapsed licences are settled here, once for all people.
        """
        out = np.ones(self.problem.size[1], dtype=np.bool_)
        for bound in self.bound:
            table = bound.bars.table
            if table is not None and len(table) and not bound.never_bars:
                out &= ~np.asarray(table.all(axis=0))[bound.bars.pool_codes]
        return out

    @cached_property
    def of_use_people(self) -> NDArray[np.bool_]:
        """Who is not barred from every pool by one rule alone, shape (referrals,)."""
        out = np.ones(self.problem.size[0], dtype=np.bool_)
        for bound in self.bound:
            table = bound.bars.table
            if table is not None and len(table) and not bound.never_bars:
                out &= ~np.asarray(table.all(axis=1))[bound.bars.referral_codes]
        return out

    @cached_property
    def listed(self) -> list[tuple[int, NDArray[np.int32], NDArray[np.int32]]]:
        """(bit, referrals, providers) of each list of failing pairs."""
        return [(BIT[r.code], *r.listed(self.problem)) for r in self.pair_rules]

    def _listed_pools(self, row_of: NDArray[np.int64]) -> list[tuple[int, Rows, Rows]]:
        """Failing (bit, row, pool) lists for the referrals that ``row_of`` keeps.

        ``row_of`` maps a referral to its row in a block, or -1.
        """
        out: list[tuple[int, Rows, Rows]] = []
        for bit, people, homes in self.listed:
            keep = row_of[people] >= 0
            rows, providers = row_of[people[keep]], homes[keep]
            start, stop = self.pool_span[providers], self.pool_span[providers + 1]
            counts = stop - start
            ends = np.cumsum(counts)
            offset = np.arange(ends[-1] if len(ends) else 0)
            offset = offset - np.repeat(ends - counts, counts)
            out.append((bit, np.repeat(rows, counts), np.repeat(start, counts) + offset))
        return out

    def _row_of(self, rows: Rows) -> NDArray[np.int64]:
        out = np.full(self.problem.size[0], -1, dtype=np.int64)
        out[rows] = np.arange(len(rows))
        return out

    def _column_of(self, columns: Rows) -> NDArray[np.int64]:
        out = np.full(self.problem.size[1], -1, dtype=np.int64)
        out[columns] = np.arange(len(columns))
        return out

    def bits(self, rows: Rows, columns: Rows) -> tuple[Bits, Bits]:
        """Return the bits of every pair of some referrals and pools.

        Parameters
        ----------
        rows, columns : ndarray of int
            Positions of referrals and of pools.

        Returns
        -------
        failed, unknown : ndarray of uint64, shape (len(rows), len(columns))
        """
        failed = np.zeros((len(rows), len(columns)), dtype=np.uint64)
        unknown = np.zeros_like(failed)
        for bound in self.bound:
            verdict = bound.verdict.grid(rows, columns)
            bit = np.uint64(1) << np.uint64(bound.bit)
            failed |= np.where(verdict == Verdict.FAIL, bit, np.uint64(0))
            unknown |= np.where(verdict == Verdict.UNKNOWN, bit, np.uint64(0))
        column_of = self._column_of(columns)
        for bit_number, row, pool in self._listed_pools(self._row_of(rows)):
            column = column_of[pool]
            inside = column >= 0
            failed[row[inside], column[inside]] |= np.uint64(1) << np.uint64(bit_number)
        return failed, unknown

    @cached_property
    def blocking(self) -> np.uint64:
        """Bits of the rules whose unknowns block."""
        out = 0
        for bound in self.bound:
            if bound.blocks_unknown:
                out |= 1 << bound.bit
        return np.uint64(out)

    def barred(self, failed: Bits, unknown: Bits) -> Bits:
        """Return the bits that keep each pair from being offered."""
        return failed | (unknown & self.blocking)

    def absent(self, rows: Rows) -> NDArray[np.bool_]:
        """Return who is recorded as not here to be placed, with or without any pool.

        Returns
        -------
        ndarray of bool, shape (len(rows),)
        """
        for bound in self.bound:
            if bound.rule.code == "presence":
                parameters = self.in_force["presence"].parameters
                anywhere = np.zeros_like(rows)  # the rule looks at no pool
                verdict = bound.rule.evaluate(self.problem, parameters, rows, anywhere)
                return bound.barred(verdict)
        return np.zeros(len(rows), dtype=np.bool_)

    def unknown_of(self, i: Rows, j: Rows) -> Bits:
        """Return the unknown bits of listed pairs (one shape)."""
        out = np.zeros(len(i), dtype=np.uint64)
        for bound in self.bound:
            table = bound.verdict.table
            if table is not None and not (table == Verdict.UNKNOWN).any():
                continue
            bit = np.uint64(1) << np.uint64(bound.bit)
            verdict = bound.verdict.pairs(i, j)
            out |= np.where(verdict == Verdict.UNKNOWN, bit, np.uint64(0))
        return out

    def first_barring(
        self, rows: Rows, columns: Rows, only: Set[str] | None = None
    ) -> NDArray[np.uint8]:
        """Return the position of the first rule that bars each pair.

        Parameters
        ----------
        rows, columns : ndarray of int
            Positions of referrals and of pools.
        only : set of str, optional
            Codes of the rules to look at; all by default.

        Returns
        -------
        ndarray of uint8, shape (len(rows), len(columns))
            :data:`NONE_FAILS` where the pair can be offered.
        """
        first = np.full((len(rows), len(columns)), NONE_FAILS, dtype=np.uint8)
        for bound in self.bound:
            if bound.never_bars or (only is not None and bound.rule.code not in only):
                continue
            barred = bound.bars.grid(rows, columns)
            place = np.where(barred, np.uint8(bound.bit), NONE_FAILS)
            np.minimum(first, place, out=first)
        if only is not None:
            return first
        column_of = self._column_of(columns)
        for bit_number, row, pool in self._listed_pools(self._row_of(rows)):
            column = column_of[pool]
            inside = column >= 0
            cell = (row[inside], column[inside])
            first[cell] = np.minimum(first[cell], np.uint8(bit_number))
        return first

    def allowed(self, rows: Rows, columns: Rows) -> NDArray[np.bool_]:
        """Return which pairs no rule bars, shape (len(rows), len(columns)).

        Parameters
        ----------
        rows, columns : ndarray of int
            Positions of referrals and of pools.
        """
        return np.asarray(self.first_barring(rows, columns) == NONE_FAILS)

    def listed_pools(self) -> tuple[Rows, Rows]:
        """Return the pairs of referrals and pools on lists of failing pairs."""
        found = self._listed_pools(np.arange(self.problem.size[0]))
        nothing = np.zeros(0, dtype=np.int64)
        rows = [nothing, *(row for _, row, _ in found)]
        return np.concatenate(rows), np.concatenate([nothing, *(pool for *_, pool in found)])

    def spreads(self) -> list[Spread]:
        """Split the pairs by where people come from.

        Pools that the rules on area and distance bar for everybody from one
        county are left out of its block; most pairs are settled so, without
        being looked at one by one.
        """
        area = [b for b in self.bound if b.rule.code in AREA_RULES and not b.never_bars]
        people, beds = self.problem.size
        if people == 0 or beds == 0:
            return []
        if not area:
            return _chunks(np.arange(people), np.arange(beds))
        home = self._people.codes(("home",))
        order = np.argsort(home, kind="stable")
        starts = np.flatnonzero(np.diff(home[order])) + 1
        out: list[Spread] = []
        for rows in np.split(order, starts):
            reach = np.ones(beds, dtype=np.bool_)
            for bound in area:
                # Some may go farther than others: a pool is left out only if
                # it is barred for every one of them.
                codes = np.unique(bound.bars.referral_codes[rows])
                every = np.arange(len(bound.bars.first_pool))
                barred = np.asarray(bound.bars.among(codes, every).all(axis=0))
                reach &= ~barred[bound.bars.pool_codes]
            out += _chunks(rows, np.flatnonzero(reach))
        return out


def _chunks(rows: Rows, columns: Rows) -> list[Spread]:
    """Cut a block into pieces of at most :data:`BLOCK` pairs, by rows."""
    step = max(1, BLOCK // max(1, len(columns)))
    return [Spread(rows[k : k + step], columns) for k in range(0, len(rows), step)]
