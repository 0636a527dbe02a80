"""The pairs a plan may use: no rule bars them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.engine.judge import Bits, Judge
from matching.engine.sieve import Block, Sieve


@dataclass(frozen=True, slots=True)
class Candidates:
    """Pairs that may be offered, sorted by referral and then by pool.

    Attributes
    ----------
    referral, pool : ndarray of int32, shape (pairs,)
        Positions.
    unknown : ndarray of uint64, shape (pairs,)
        Rules that must be asked about before placing.
    """

    referral: NDArray[np.int32]
    pool: NDArray[np.int32]
    unknown: Bits

    def __len__(self) -> int:
        return len(self.referral)

    @property
    def questions(self) -> NDArray[np.int64]:
        """Number of open questions of each pair."""
        return np.bitwise_count(self.unknown).astype(np.int64)


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


def gathered(blocks: Iterable[Block], people: int) -> Candidates:
    """Put the pairs of blocks in order.

    Parameters
    ----------
    blocks : iterable of Block
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
