"""The pairs a plan may use: no rule bars them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.engine.judge import Bits, Judge


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


#: Rules that are looked up for whole blocks; the others only for what is left.
IN_BLOCKS = 4


def candidates(judge: Judge) -> Candidates:
    """Find every pair that no rule bars.

    The few rules that bar most are looked up for the blocks of each county;
    what they leave is listed, and the other rules go through the list.

    Parameters
    ----------
    judge : Judge

    Returns
    -------
    Candidates
    """
    order = judge.strongest_first()
    people: list[NDArray[np.int32]] = []
    beds: list[NDArray[np.int32]] = []
    for spread in judge.spreads():
        pools = spread.columns[judge.of_use[spread.columns]]
        row, column = np.nonzero(judge.allowed(spread.rows, pools, order[:IN_BLOCKS]))
        people.append(spread.rows[row].astype(np.int32))
        beds.append(pools[column].astype(np.int32))
    i = np.concatenate(people) if people else np.zeros(0, dtype=np.int32)
    j = np.concatenate(beds) if beds else np.zeros(0, dtype=np.int32)
    for bound in order[IN_BLOCKS:]:
        keep = ~bound.bars.pairs(i, j)
        i, j = i[keep], j[keep]
    keep = ~judge.listed(i, j)
    i, j = i[keep], j[keep]
    sorting = np.lexsort((j, i))
    i, j = i[sorting], j[sorting]
    return Candidates(i, j, judge.unknown_of(i, j))
