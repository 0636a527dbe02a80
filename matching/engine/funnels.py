"""How many pools each rule bars for everybody, counted without visiting every pair.

What a rule says depends on few facts, so it is worked out once for each
combination of facts of a person and multiplied by the pools that share a
combination. The counts are exact: no pair is looked at twice, and none is
left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.domain.rulebook import RULES
from matching.engine.judge import Judge
from matching.engine.keyed import AT_ONCE, Keyed, Rows, those_of
from matching.engine.rules.base import Verdict

Counts = NDArray[np.int32]
Ranks = NDArray[np.int8]

#: Verdicts from best to worst, and where each stands in that order.
_ORDER = (Verdict.PASS, Verdict.UNKNOWN, Verdict.FAIL)
_RANK = np.array([_ORDER.index(verdict) for verdict in Verdict], dtype=np.int8)


@dataclass(frozen=True, slots=True)
class RuleCounts:
    """How each rule judges the places, counted for each referral.

    Attributes
    ----------
    rows : ndarray of int
        Positions of the referrals.
    failed, unknown : ndarray of int32, shape (rows, rules)
        Places where the rule fails or cannot be told. Rules stand in the
        order of the rulebook; one that is not in force counts nothing.
    places : int
        Places looked at: pools, or providers with at least one pool.
    blocks : ndarray of bool, shape (rules,)
        Rules whose unknowns bar as well.
    """

    rows: Rows
    failed: Counts
    unknown: Counts
    places: int
    blocks: NDArray[np.bool_]

    @property
    def barred(self) -> Counts:
        """Places that each rule keeps from being offered, shape (rows, rules)."""
        return np.asarray(self.failed + np.where(self.blocks, self.unknown, 0))

    def of(self, k: int) -> dict[str, int]:
        """Return rule code to number of places barred, for the referral numbered ``k``."""
        barred = self.failed[k] + np.where(self.blocks, self.unknown[k], 0)
        return {RULES[bit].code: int(barred[bit]) for bit in np.flatnonzero(barred)}


def count(judge: Judge, rows: Rows | None = None, *, providers: bool = False) -> RuleCounts:
    """Count for each referral how every rule judges the places.

    Parameters
    ----------
    judge : Judge
    rows : ndarray of int, optional
        Positions of referrals; by default all.
    providers : bool, default False
        Count providers, each by what the rule says of the best of its pools,
        instead of pools.

    Returns
    -------
    RuleCounts
    """
    rows = np.arange(judge.problem.size[0]) if rows is None else rows
    span = judge.pool_span
    owner = np.arange(judge.problem.size[1])
    if providers:
        owner = (np.cumsum(span[1:] > span[:-1]) - 1)[judge.problem.pools.provider]
    places = int(owner.max(initial=-1)) + 1
    shape = (len(rows), len(RULES))
    failed, unknown = (np.zeros(shape, dtype=np.int32, order="F") for _ in range(2))
    for bound in judge.bound:
        table = _Tally(bound.verdict, owner)
        failed[:, bound.bit], unknown[:, bound.bit] = table.of(rows)
    for bit, people, homes in judge.listed:
        sizes = (span[1:] - span[:-1])[homes]
        if providers:
            sizes = np.minimum(sizes, 1)
        every = np.bincount(people, weights=sizes, minlength=judge.problem.size[0])
        failed[:, bit] = every[rows].astype(np.int32)
    blocks = np.array([bool(int(judge.blocking) >> k & 1) for k in range(len(RULES))])
    return RuleCounts(rows, failed, unknown, places, blocks)


class _Tally:
    """One rule's verdicts, counted over the places.

    Parameters
    ----------
    verdict : Keyed
    owner : ndarray of int, shape (pools,)
        The place each pool belongs to; pools of one place stand together.
    """

    def __init__(self, verdict: Keyed, owner: Rows) -> None:
        self._verdict = verdict
        codes = verdict.pool_codes
        first = np.flatnonzero(np.diff(owner, prepend=-1))
        different = codes != codes[first][owner]
        mixed = np.unique(owner[different])
        alike = np.ones(len(first), dtype=np.bool_)
        alike[mixed] = False
        # Places whose pools are all alike are counted by kind; the few others by pool.
        self._kinds = np.bincount(
            codes[first[alike]], minlength=len(verdict.first_pool)
        ).astype(np.float64)
        inside = np.flatnonzero(~alike[owner])
        self._mixed = codes[inside]
        self._starts = np.flatnonzero(np.diff(owner[inside], prepend=-1))

    def of(self, rows: Rows) -> tuple[Counts, Counts]:
        """Return how many places fail and how many cannot be told, shape (rows,) each."""
        kinds = len(self._verdict.first_referral)
        codes, at = those_of(self._verdict.referral_codes[rows], kinds)
        failed, unknown = np.zeros((2, len(codes)), dtype=np.int32)
        for some, single, mixed in self._ranked(codes):
            for verdict, out in ((Verdict.FAIL, failed), (Verdict.UNKNOWN, unknown)):
                rank = _RANK[verdict]
                out[some] = np.rint((single == rank) @ self._kinds)
                out[some] += (mixed == rank).sum(axis=1, dtype=np.int32)
        return failed[at], unknown[at]

    def _ranked(self, codes: Rows) -> Iterator[tuple[slice, Ranks, Ranks]]:
        """Yield, for some codes of people, the ranks of kinds of place and of mixed places."""
        every = np.arange(len(self._kinds))
        step = max(1, AT_ONCE // max(1, len(every) + len(self._mixed)))
        for start in range(0, len(codes), step):
            some = slice(start, start + step)
            ranks = _RANK[self._verdict.among(codes[some], every)]
            mixed = ranks[:, :0]
            if len(self._starts):
                mixed = np.minimum.reduceat(ranks[:, self._mixed], self._starts, axis=1)
            yield some, ranks, mixed
