"""Strain the pairs that no rule bars, block by block, 64 pools in one machine word.

What a rule says depends on few facts: for each different combination of facts
of a person it leaves some pools open, kept as bits. People pick up the bits of
their own combinations and what all rules leave open is one "and" away. Pairs
are listed only where something is left, so the work and the memory hardly
depend on how many pairs there are in all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.engine.judge import AREA_RULES, Bits, Bound, Judge
from matching.engine.keyed import (
    Codes,
    Keyed,
    Lookup,
    Rows,
    combine,
    first_of,
    joined,
    those_of,
)
from matching.engine.rules.base import Verdict

Int64s = NDArray[np.int64]
#: Tells which of some (referrals, pools) are asked for.
Wanted = Callable[[Rows, Rows], NDArray[np.bool_]]

#: Most machine words in one sheet, and in one block of people and pools.
SHEET = 1_000_000
#: Most pairs listed in one go.
AT_ONCE = 1_000_000
#: Most entries of a table of open questions.
TABLE = 200_000


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

    def at(self, keep: NDArray[Any]) -> Candidates:
        """Return some of the pairs, by a mask or by positions in rising order."""
        return Candidates(self.referral[keep], self.pool[keep], self.unknown[keep])


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What some rules leave open: bits over the slots for each kind of person."""

    kind: Codes  #: of each person, in the order of the sieve
    open: Bits  #: shape (kinds, words)


class Sieve:
    """All pairs that no rule bars, in blocks.

    Parameters
    ----------
    judge : Judge

    Attributes
    ----------
    pools : ndarray of int
        The pools that are not barred for everybody, by county.
    """

    def __init__(self, judge: Judge) -> None:
        self._judge = judge
        problem = judge.problem
        pools = np.flatnonzero(judge.of_use)
        self.pools = pools[np.argsort(problem.pools.county[pools], kind="stable")]
        people = np.flatnonzero(judge.of_use_people)
        self._people = people[np.argsort(problem.referrals.home[people], kind="stable")]
        self._words = -(-len(self.pools) // 64)
        # Slots past the last pool repeat it and are closed to everybody.
        self._slots = np.full(64 * self._words, self.pools[-1] if len(pools) else 0)
        self._slots[: len(pools)] = self.pools
        self._closed = _words(np.arange(len(self._slots))[None, :] < len(pools))[0]
        used = [bound for bound in judge.bound if not bound.never_bars]
        small = [bound for bound in used if self._is_small(bound.bars)]
        self._wide = sorted(
            (bound for bound in used if not self._is_small(bound.bars)),
            key=lambda bound: bound.rule.code not in AREA_RULES,
        )
        self._sheets = self._stacked([self._sheet(bound.bars) for bound in small])
        self._asking, self._asking_wide = self._questions()
        self._barred, self._barred_at = self._listed()

    def _is_small(self, bars: Keyed) -> bool:
        return bars.table is not None and len(bars.table) * self._words <= SHEET

    def _sheet(self, bars: Keyed) -> _Sheet:
        table = np.asarray(bars.table, dtype=np.bool_)
        return _Sheet(
            bars.referral_codes[self._people],
            _words(~table.take(bars.pool_codes[self._slots], axis=1)),
        )

    def _stacked(self, sheets: list[_Sheet]) -> list[_Sheet]:
        """Lay sheets over one another as long as the kinds of people stay few."""
        out: list[_Sheet] = []
        for sheet in sorted(sheets, key=lambda one: len(one.open)):
            if out:
                under = out[-1]
                kind = combine([under.kind, sheet.kind])
                first = first_of(kind)
                if len(first) * self._words <= SHEET:
                    both = under.open[under.kind[first]] & sheet.open[sheet.kind[first]]
                    out[-1] = _Sheet(kind, both)
                    continue
            out.append(sheet)
        return out

    def _questions(self) -> tuple[list[Lookup], list[Bound]]:
        """Return tables of what to ask, and the rules that are in none of them."""
        tables: list[Lookup] = []
        wide: list[Bound] = []
        for bound in self._judge.bound:
            if bound.blocks_unknown:
                continue
            asks = bound.verdict.mapped(lambda verdict: verdict == Verdict.UNKNOWN)
            if asks.table is None or asks.table.size > TABLE:
                wide.append(bound)
            elif asks.table.any():
                bits = np.where(asks.table, np.uint64(1) << np.uint64(bound.bit), np.uint64(0))
                tables.append(Lookup(asks.referral_codes, asks.pool_codes, bits))
        return joined(tables, np.bitwise_or, TABLE), wide

    def _listed(self) -> tuple[Int64s, Int64s]:
        """Return (place of the person, pool) of pairs on lists, by person."""
        people, pools = self._judge.listed_pools()
        place = np.full(self._judge.problem.size[0], -1, dtype=np.int64)
        place[self._people] = np.arange(len(self._people))
        slot = np.full(self._judge.problem.size[1], -1, dtype=np.int64)
        slot[self.pools] = np.arange(len(self.pools))
        at, where = place[people], slot[pools]
        keep = (at >= 0) & (where >= 0)
        order = np.argsort(at[keep], kind="stable")
        return at[keep][order], where[keep][order]

    def count(self) -> int:
        """Return how many pairs no rule bars."""
        return sum(int(np.bitwise_count(left).sum()) for _, _, left in self._strained())

    def blocks(self, wanted: Wanted | None = None) -> Iterator[Candidates]:
        """List the pairs that no rule bars.

        Parameters
        ----------
        wanted : callable, optional
            Asked about the pairs found before anything else is worked out
            about them; the others are left out.

        Yields
        ------
        Candidates
            All the pairs of some people, who stand in an order of their own.
        """
        for start, words, left in self._strained():
            counts = np.bitwise_count(left).sum(axis=1, dtype=np.int64)
            part = np.cumsum(counts) // AT_ONCE
            for rows in np.split(np.arange(len(left)), np.flatnonzero(np.diff(part)) + 1):
                first, last = int(rows[0]), int(rows[-1]) + 1
                yield self._block(start + first, words, left[first:last], wanted)

    def _strained(self) -> Iterator[tuple[int, Int64s, Bits]]:
        """Yield (first person, words, bits of the pools left) of each block of people."""
        if self._words == 0:
            return
        step = max(1, SHEET // self._words)
        for start in range(0, len(self._people), step):
            stop = min(start + step, len(self._people))
            left = np.repeat(self._closed[None, :], stop - start, axis=0)
            words = np.arange(self._words)
            for bound in self._wide:
                left &= self._wide_sheet(bound, start, stop, words)
                # Most places are out of reach: only the words with any other go on.
                near = np.flatnonzero(left.any(axis=0))
                words, left = words[near], left[:, near]
            for sheet in self._sheets:
                left &= sheet.open[sheet.kind[start:stop, None], words]
            self._strike(start, stop, words, left)
            yield start, words, left

    def _wide_sheet(self, bound: Bound, start: int, stop: int, words: Int64s) -> Bits:
        """Return what one rule leaves open to some people, worked out for them alone."""
        slots = self._slots.reshape(-1, 64)[words].ravel()
        bars = bound.bars
        mine = bars.referral_codes[self._people[start:stop]]
        kinds, kind = those_of(mine, len(bars.first_referral))
        others, other = those_of(bars.pool_codes[slots], len(bars.first_pool))
        return _words(~bars.among(kinds, others).take(other, axis=1))[kind]

    def _strike(self, start: int, stop: int, words: Int64s, left: Bits) -> None:
        """Take the pairs on lists away from a block."""
        first, last = np.searchsorted(self._barred, [start, stop])
        if first == last:
            return
        column = np.full(self._words, -1, dtype=np.int64)
        column[words] = np.arange(len(words))
        slot = self._barred_at[first:last]
        at = column[slot // 64]
        inside = at >= 0
        bit = np.uint64(1) << (slot[inside] % 64).astype(np.uint64)
        row = self._barred[first:last][inside] - start
        np.bitwise_and.at(left, (row, at[inside]), ~bit)

    def _block(
        self, start: int, words: Int64s, left: Bits, wanted: Wanted | None
    ) -> Candidates:
        width = max(1, len(words))
        flat = np.ascontiguousarray(left, dtype="<u8").ravel()
        some = np.flatnonzero(flat)
        bits = np.unpackbits(flat[some].view(np.uint8), bitorder="little")
        found = np.flatnonzero(bits.view(np.bool_))
        word = found >> 6
        row = (some // width)[word]
        pool = self.pools[(words[some % width] << 6)[word] + (found & 63)]
        if wanted is not None:
            keep = wanted(self._people[start + row], pool)
            row, pool = row[keep], pool[keep]
        key = (row << 32) | pool
        key.sort()
        people = self._people[start + (key >> 32)].astype(np.int32)
        pools = (key & 0xFFFFFFFF).astype(np.int32)
        return Candidates(people, pools, self._unknown(people, pools))

    def _unknown(self, people: Rows, pools: Rows) -> Bits:
        out = np.zeros(len(people), dtype=np.uint64)
        for table in self._asking:
            out |= table.of(people, pools)
        for bound in self._asking_wide:
            bit = np.uint64(1) << np.uint64(bound.bit)
            verdict = bound.verdict.pairs(people, pools)
            out |= np.where(verdict == Verdict.UNKNOWN, bit, np.uint64(0))
        return out


def _words(flags: NDArray[np.bool_]) -> Bits:
    """Pack flags, 64 to a word, along the last axis."""
    packed = np.packbits(flags, axis=-1, bitorder="little")
    return np.ascontiguousarray(packed).view("<u8")
