"""An outsider who attacks published tables: shares nothing with the code that protects them.

The outsider reads what stands in the tables, knows all categories, that hidden
counts in a table are 1 or more, that counts add up, and of several publications
which counts did not change in between. Linear and whole-number programs of
another library bound every count that is not shown.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import product

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from matching.insight.disclosure import CountTable, Nest, Protected, ProtectedTable

Who = frozenset
FAR = 10**6


@dataclass
class Knowledge:
    """Everything known: unknown counts from ``least`` on, and sums of them."""

    at: dict[tuple[Who, int], int] = field(default_factory=dict)
    least: list[int] = field(default_factory=list)
    most: list[int] = field(default_factory=list)
    sums: list[dict[int, int]] = field(default_factory=list)
    sides: list[tuple[int, int]] = field(default_factory=list)
    #: Counts that the tables show as a number, and those they show as hidden.
    shown: set[int] = field(default_factory=set)
    marked: set[int] = field(default_factory=set)

    def count(self, who: Who, true: int) -> int:
        key = (who, true)
        if key not in self.at:
            self.at[key] = len(self.least)
            self.least.append(0)
            self.most.append(FAR)
        return self.at[key]

    def read(self, k: int, number: int | None) -> None:
        if number is None:
            self.marked.add(k)
            self.least[k] = max(self.least[k], 1)
        else:
            self.shown.add(k)
            self.least[k] = self.most[k] = number

    def add(self, total: int | None, parts: Iterable[int], number: tuple[int, int] = (0, 0)):
        row = dict.fromkeys(parts, 1)
        if total is not None:
            row[total] = row.get(total, 0) - 1
        row = {k: weight for k, weight in row.items() if weight}
        if row and (row, number) not in zip(self.sums, self.sides, strict=True):
            self.sums.append(row)
            self.sides.append(number)

    def attack(self, *, whole: bool = False) -> Callable[[int], tuple[int, int]]:
        """Return what gives least and greatest of a count."""
        entries = [(n, k, w) for n, row in enumerate(self.sums) for k, w in row.items()]
        row, column, weight = np.array(entries).T
        shape = (len(self.sums), len(self.least))
        low, high = np.array(self.sides, dtype=float).reshape(-1, 2).T
        limits = LinearConstraint(csr_array((weight, (row, column)), shape), low, high)
        bounds = Bounds(self.least, self.most)

        def interval(k: int) -> tuple[int, int]:
            out = []
            for sign in (1, -1):
                aim = np.zeros(len(self.least))
                aim[k] = sign
                kind = np.full(len(aim), int(whole))
                found = milp(aim, constraints=limits, bounds=bounds, integrality=kind)
                assert found.status == 0, found.message
                out.append(sign * found.fun)
            return math.ceil(out[0] - 1e-6), math.floor(out[1] + 1e-6)

        return interval


def who(of: Iterable, *facts: tuple[str, str]) -> Who:
    return frozenset({*of, *facts})


def _margin(
    known: Knowledge,
    table: CountTable,
    by: str,
    counts: dict[str, int],
    seen: ProtectedTable,
    nests: Sequence[Nest],
    coarser: set[tuple[Who, str]],
) -> None:
    total = known.count(table.of, table.total)
    if seen.total.count is not None:
        known.read(total, seen.total.count)
    at = {c: known.count(who(table.of, (by, c)), n) for c, n in counts.items()}
    for category, k in at.items():
        if category in seen.cells:
            known.read(k, seen.cells[category].count)
    known.add(total, at.values())
    for nest in nests:
        if nest.fine == by and (table.of, nest.coarse) in coarser:
            for group in set(nest.inside.values()):
                inside = [c for c in at if nest.inside[c] == group]
                true = sum(counts[c] for c in inside)
                name = known.count(who(table.of, (nest.coarse, group)), true)
                known.add(name, [at[c] for c in inside])


def learn(
    known: Knowledge, tables: Sequence[CountTable], found: Protected, nests: Sequence[Nest] = ()
) -> None:
    """Read one publication. Of true counts only the equal ones are made use of."""
    coarser = {(table.of, by) for table in tables for by in table.dimensions}
    for table in tables:
        if len(table.dimensions) == 1:
            (by,) = table.dimensions
            seen = found.tables[table.title]
            _margin(known, table, by, table.margin(by), seen, nests, coarser)
            continue
        cross = found.crosses[table.title]
        for by in table.dimensions:
            counts = table.margin(by)
            _margin(known, table, by, counts, cross.margins[by], nests, coarser)
        _cells(known, table, cross)
        _nested(known, table, nests, coarser)


def _cells(known: Knowledge, table: CountTable, cross) -> None:
    first, second = table.dimensions
    rows, columns = table.margin(first), table.margin(second)
    at = {
        (a, b): known.count(who(table.of, (first, a), (second, b)), table.counts.get((a, b), 0))
        for a, b in product(rows, columns)
    }
    for a, n in rows.items():
        known.add(known.count(who(table.of, (first, a)), n), [at[a, b] for b in columns])
    for b, n in columns.items():
        known.add(known.count(who(table.of, (second, b)), n), [at[a, b] for a in rows])
    for (a, b), cell in cross.cells.items():
        inside = [
            at[one, other]
            for one in cross.together[first].get(a, (a,))
            for other in cross.together[second].get(b, (b,))
        ]
        if len(inside) == 1:
            known.read(inside[0], cell.count)
        elif cell.count is None:
            known.add(None, inside, (1, FAR))
        else:
            known.add(None, inside, (cell.count, cell.count))
    if not cross.withheld:
        for by, seen in ((first, cross.rows), (second, cross.columns)):
            for name, cell in seen.cells.items():
                if name in cross.together[by]:
                    parts = [
                        known.count(who(table.of, (by, c)), table.margin(by)[c])
                        for c in cross.together[by][name]
                    ]
                    known.add(None, parts, (cell.count, cell.count))


def _nested(known, table, nests, coarser) -> None:
    for nest in nests:
        if nest.fine not in table.dimensions or (table.of, nest.coarse) not in coarser:
            continue
        (other,) = (by for by in table.dimensions if by != nest.fine)
        at = table.dimensions.index(nest.fine)
        for group in set(nest.inside.values()):
            for b in table.margin(other):
                parts, true = [], 0
                for c in table.margin(nest.fine):
                    if nest.inside[c] == group:
                        n = table.counts.get((c, b) if at == 0 else (b, c), 0)
                        true += n
                        parts.append(known.count(who(table.of, (nest.fine, c), (other, b)), n))
                name = known.count(who(table.of, (nest.coarse, group), (other, b)), true)
                known.add(name, parts)


def leaks(
    known: Knowledge, threshold: int, width: int, *, whole: bool = False
) -> dict[Who, tuple[int, int, int]]:
    """Return counts of people known too closely: true number, least and greatest.

    Every small count of anybody, published or not, and every count that a
    table marks as hidden.
    """
    out = {}
    interval = known.attack(whole=whole)
    for (name, true), k in known.at.items():
        if true == 0 or k in known.shown or not (true <= threshold or k in known.marked):
            continue
        low, high = interval(k)
        assert low <= true <= high, (name, low, true, high)
        if high - low < width:
            out[name] = (true, low, high)
    return out
