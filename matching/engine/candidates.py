"""The pairs a plan may use: no rule bars them."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from matching.engine.judge import Judge
from matching.engine.sieve import Candidates, Sieve

__all__ = ["Candidates", "candidates", "gathered"]


def candidates(judge: Judge) -> Candidates:
    """Find every pair that no rule bars.

    Parameters
    ----------
    judge : Judge

    Returns
    -------
    Candidates
    """
    return gathered(Sieve(judge).blocks(), judge.problem.size[0])


def gathered(blocks: Iterable[Candidates], people: int) -> Candidates:
    """Put the pairs of blocks in order.

    Parameters
    ----------
    blocks : iterable of Candidates
        All pairs of one person stand in one block.
    people : int
        Number of referrals.
    """
    found = [block for block in blocks if len(block.referral)]
    counts = np.zeros(people, dtype=np.int64)
    for block in found:
        counts += np.bincount(block.referral, minlength=people)
    start = np.cumsum(counts) - counts
    total = int(counts.sum())
    pool = np.empty(total, dtype=np.int32)
    unknown = np.empty(total, dtype=np.uint64)
    for block in found:
        changes = np.diff(block.referral, prepend=-1) != 0
        first = np.flatnonzero(changes)
        offset = start[block.referral[first]] - first
        place = np.arange(len(block.referral)) + np.repeat(
            offset, np.diff(first, append=len(block.referral))
        )
        pool[place], unknown[place] = block.pool, block.unknown
    return Candidates(np.repeat(np.arange(people, dtype=np.int32), counts), pool, unknown)
