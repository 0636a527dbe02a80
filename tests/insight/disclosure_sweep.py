"""Random pages by the thousand, protected and attacked by an outsider.

    python -m tests.insight.disclosure_sweep [--pages 1000] [--first 0] [--whole 20]

Of every page: what is published has no leak; small counts alone, hidden without
anything to protect them, leak wherever more was hidden; rows in another order
are hidden alike. Of every fourth, people leave and the page is published again
on the same day: both together have no leak. Of one in so many, the attack is
made in whole numbers. At the end it is told what was hidden, and what choosing
one count after the other would have hidden.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from random import Random

import numpy as np

from matching.engine.hiding import Hiding, hide_least, leaks
from matching.insight.disclosure import CountTable, Nest, Protected, protect_all, shown_of
from matching.insight.disclosure_choice import USUAL
from matching.insight.disclosure_sums import cells_of
from matching.insight.disclosure_tables import Release
from tests.engine.sums import table
from tests.insight import outsider
from tests.insight.crowd import page

AGAIN, GONE = 4, 3


def primary_only(tables: list[CountTable], nests: list[Nest]) -> Protected:
    """Return tables in which nothing but small counts is hidden."""
    release = Release(tuple(tables), tuple(nests))
    values = release.values

    def small(counts: dict) -> set:
        return {name for name, count in counts.items() if 0 < count <= USUAL.threshold}

    hidden = frozenset(small(values))
    out = {one for one in (*release.margins, *release.crosses) if one[0] in hidden}
    release = Release(release.tables, release.nests, hidden, frozenset(out))
    for cross in release.crosses:
        # One row is the margin again.
        if any(len(set(release.groups(cross, by).values())) < 2 for by in cross[1:]):
            out.add(cross)
        if cross not in out:
            hidden |= small(cells_of(release, cross))
    return shown_of(Release(release.tables, release.nests, hidden, frozenset(out)))


def attacked(*publications: tuple, whole: bool = False) -> dict:
    """Return what an outsider who reads some publications knows too closely."""
    known = outsider.Knowledge()
    for tables, found, nests in publications:
        outsider.learn(known, tables, found, nests)
    return outsider.leaks(known, USUAL.threshold, USUAL.width, whole=whole)


def shuffled(tables: list[CountTable], seed: int) -> list[CountTable]:
    """Return the same tables with their rows in another order."""
    random = Random(seed)
    out = []
    for one in tables:
        rows = list(one.counts.items())
        random.shuffle(rows)
        out.append(CountTable(one.title, one.dimensions, dict(rows), one.of, one.order))
    return out


def _same(one: Protected, other: Protected) -> bool:
    return (one.tables, one.crosses) == (other.tables, other.crosses)


def check(seed: int, *, whole: bool = False) -> Counter[str]:
    """Protect one page, attack it, and count what came of it.

    Raises
    ------
    AssertionError
        If anything leaks, or a planted leak is not found.
    """
    tables, nests = page(seed)
    found = protect_all(tables, nests)
    leak = attacked((tables, found, nests), whole=whole)
    assert not leak, (seed, leak)
    assert _same(found, protect_all(shuffled(tables, seed), nests)), seed
    bare = primary_only(tables, nests)
    planted = not _same(bare, found)
    assert bool(attacked((tables, bare, nests))) == planted, seed
    out = Counter(pages=1, planted=int(planted))
    if seed % AGAIN == 0:
        out += _again(seed, tables, nests, found)
    for cross in found.crosses.values():
        out += Counter(tables=1, withheld=int(cross.withheld), cells=len(cross.cells))
        out["hidden"] += sum(cell.count is None for cell in cross.cells.values())
    return out


def _again(seed: int, tables, nests, found: Protected) -> Counter[str]:
    """Publish the page again after some people left, and attack both together."""
    later, _ = page(seed, gone=GONE)
    after = protect_all(later, nests, earlier=[found.release])
    leak = attacked((tables, found, nests), (later, after, nests))
    assert not leak, (seed, "again", leak)
    alone = protect_all(later, nests)
    careless = bool(attacked((tables, found, nests), (later, alone, nests)))
    return Counter(again=1, careless=int(careless))


def greedy(one: Hiding) -> np.ndarray | None:
    """Hide for every leak the smallest count that helps, one after the other."""
    hidden = one.hidden.copy()
    while found := leaks(one, hidden):
        columns = found[0].columns[found[0].room > 0]
        free = [k for k in columns.tolist() if one.may[k] and not hidden[k]]
        if not free:
            return None
        hidden[min(free, key=lambda k: (one.sums.value[k], k))] = True
    return hidden


def beside_greedy(seed: int) -> tuple[int, int, int] | None:
    """Return cells hidden for being small, besides at least, and besides by greed."""
    random = np.random.default_rng(seed)
    cells = np.rint(random.exponential(25, (random.integers(3, 9), random.integers(3, 9))))
    sums = table(cells.astype(np.int64))
    inner = np.arange(len(sums.value)) < cells.size
    small = inner & (sums.value > 0) & (sums.value <= USUAL.threshold)
    one = Hiding(
        sums=sums,
        hidden=small,
        may=inner & (sums.value > USUAL.threshold),
        guarded=inner & (sums.value > 0),
        cost=np.ones(len(sums.value), np.int64),
        width=USUAL.width,
    )
    best, other = hide_least(one), greedy(one)
    if best is None or other is None:
        return None
    first = int(small.sum())
    return first, int(best.sum()) - first, int(other.sum()) - first


def main() -> None:
    """Check pages and print what came of them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--whole", type=int, default=20)
    options = parser.parse_args()
    began, total = time.monotonic(), Counter[str]()
    for seed in range(options.first, options.first + options.pages):
        total += check(seed, whole=seed % options.whole == 0)
    sys.stdout.write(f"{dict(total)} {time.monotonic() - began:.0f} s\n")
    sums = [one for seed in range(200) if (one := beside_greedy(seed)) is not None]
    small, best, other = np.array(sums).sum(axis=0)
    line = f"{len(sums)} tables: {small} small, {best} more hidden; by greed {other}\n"
    sys.stdout.write(line)


if __name__ == "__main__":
    main()
