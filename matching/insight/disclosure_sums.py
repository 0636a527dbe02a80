"""Published tables as counts and sums, the way an outsider would write them down."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

import numpy as np

from matching.engine.component import Flags
from matching.engine.hiding_attack import Sums
from matching.insight.disclosure_tables import Cross, Margin, Name, Nest, Release, also


class Ledger:
    """Counts by name and number, what is known of them, and what adds up.

    Two releases that give one name the same number mean one count: whoever
    attacks is taken to know that it did not change.
    """

    def __init__(self) -> None:
        self._at: dict[tuple[Name, int], int] = {}
        self._least: list[int] = []
        self._shown: list[bool] = []
        self._sums: dict[tuple[int, ...], None] = {}

    def __len__(self) -> int:
        return len(self._at)

    def count(self, name: Name, value: int, *, least: int, shown: bool) -> int:
        """Enter a count, or what else is known of it, and return its position.

        Parameters
        ----------
        name : Name
        value : int
        least : int
            1 where it is hidden in a table that shows zeros, else 0.
        shown : bool
        """
        at = self._at.setdefault((name, value), len(self._least))
        if at == len(self._least):
            self._least.append(0)
            self._shown.append(False)
        self._least[at] = max(self._least[at], min(least, value))
        self._shown[at] |= shown
        return at

    def find(self, name: Name, value: int) -> int | None:
        """Return the position of a count, if it was entered."""
        return self._at.get((name, value))

    def add_up(self, total: int, parts: Iterable[int]) -> None:
        """Enter that a count is the sum of others."""
        inside = sorted(parts)
        if inside != [total]:
            self._sums[total, *inside] = None

    @property
    def names(self) -> list[tuple[Name, int]]:
        """Names and numbers, by position."""
        return list(self._at)

    @property
    def shown(self) -> Flags:
        """Which counts are shown somewhere."""
        return np.array(self._shown, dtype=bool)

    def published(self) -> Flags:
        """Which counts have a place in a published table."""
        return self.shown | (np.array(self._least, dtype=np.int64) > 0)

    def sums(self) -> Sums:
        """Return everything as columns and rows."""
        lengths = [len(one) for one in self._sums]
        column = np.array([at for one in self._sums for at in one], dtype=np.int64)
        weight = np.ones(len(column), dtype=np.int64)
        weight[np.cumsum([0, *lengths[:-1]])[: len(lengths)]] = -1
        return Sums(
            value=np.array([value for _, value in self._at], dtype=np.int64),
            least=np.array(self._least, dtype=np.int64),
            row=np.repeat(np.arange(len(lengths)), lengths),
            column=column,
            weight=weight,
            rows=len(lengths),
        )


def enter_margins(
    ledger: Ledger, release: Release, only: Sequence[Margin] | None = None
) -> None:
    """Enter totals and one-way tables, shown or hidden as they are published.

    Parameters
    ----------
    ledger : Ledger
    release : Release
    only : sequence of Margin, optional
        All by default.
    """
    for margin, counts in release.margins.items():
        if only is not None and margin not in only:
            continue
        of, dimension = margin
        total = _total(ledger, release, of)
        out = margin in release.withheld
        at = {}
        for category, value in counts.items():
            name = also(of, dimension, category)
            shown = not out and name not in release.hidden
            at[category] = ledger.count(name, value, least=int(not out), shown=shown)
        _add_up_within(ledger, release, margin, total, at)


def _total(ledger: Ledger, release: Release, of: Name) -> int:
    out = inside_withheld(release, of)
    shown = not out and of not in release.hidden
    return ledger.count(of, release.values[of], least=int(not out), shown=shown)


def inside_withheld(release: Release, name: Name) -> bool:
    """Tell whether a count stands in a table of which nothing is shown."""
    return any((name - {fact}, fact[0]) in release.withheld for fact in name)


def _add_up_within(
    ledger: Ledger, release: Release, margin: Margin, total: int, at: Mapping[str, int]
) -> None:
    """Enter that categories add up to the total, or to the coarser ones they are in."""
    of, dimension = margin
    nests = [nest for nest in release.nests if nest.fine == dimension]
    wider = [nest for nest in nests if (of, nest.coarse) in release.margins]
    if not wider:
        ledger.add_up(total, at.values())
    for nest in wider:
        out = (of, nest.coarse) in release.withheld
        for category, value in release.margins[of, nest.coarse].items():
            name = also(of, nest.coarse, category)
            shown = not out and name not in release.hidden
            above = ledger.count(name, value, least=int(not out), shown=shown)
            ledger.add_up(above, [k for c, k in at.items() if nest.inside[c] == category])


def cells_of(release: Release, cross: Cross) -> dict[Name, int]:
    """Return the cells of a two-way table as published, with their numbers."""
    _, first, second = cross
    rows, columns = (release.groups(cross, by) for by in (first, second))
    return _summed(release, cross, rows, columns)


def _summed(
    release: Release,
    cross: Cross,
    rows: Mapping[str, tuple[str, ...]],
    columns: Mapping[str, tuple[str, ...]],
) -> dict[Name, int]:
    of, first, second = cross
    out = {
        also(also(of, first, *row), second, *column): 0
        for row in dict.fromkeys(rows.values())
        for column in dict.fromkeys(columns.values())
    }
    table = release.crosses[cross]
    at = [table.dimensions.index(dimension) for dimension in (first, second)]
    for cell, count in table.counts.items():
        row, column = rows[cell[at[0]]], columns[cell[at[1]]]
        out[also(also(of, first, *row), second, *column)] += count
    return out


def enter_crosses(
    ledger: Ledger, release: Release, crosses: Iterable[Cross], *, single: bool
) -> None:
    """Enter two-way tables, published or not.

    Parameters
    ----------
    ledger : Ledger
    release : Release
    crosses : iterable of Cross
    single : bool
        Whether every cell is entered by itself; the one-way tables must have
        been entered before. Otherwise categories whose own count is hidden are
        one, so that every margin is shown, or is what the total leaves.
    """
    entered: dict[Cross, dict[Name, int]] = {}
    for cross in crosses:
        of, *by = cross
        parts = [
            {one: (one,) for one in release.margins[of, dimension]}
            if single
            else release.parts((of, dimension))
            for dimension in by
        ]
        entered[cross] = _enter(ledger, release, cross, parts)
    for nest in release.nests:
        for cross, cells in entered.items():
            coarse = _coarser(cross, nest)
            if coarse is not None and coarse in entered:
                wide = None if single else release.parts((cross[0], nest.coarse))
                _nest(ledger, cells, entered[coarse], partial(_wider, nest, wide))


def _enter(
    ledger: Ledger,
    release: Release,
    cross: Cross,
    parts: Sequence[Mapping[str, tuple[str, ...]]],
) -> dict[Name, int]:
    """Enter one table and return where its cells are."""
    of, *by = cross
    published = {} if cross in release.withheld else cells_of(release, cross)
    groups = {one: release.groups(cross, one) for one in by}
    at: dict[Name, int] = {}
    inside: dict[Name, list[int]] = {}
    edges: dict[Name, list[int]] = {}
    totals: dict[Name, int] = {}
    for name, value in _summed(release, cross, *parts).items():
        by_itself = name in published
        shown = by_itself and name not in release.hidden
        at[name] = ledger.count(name, value, least=int(by_itself), shown=shown)
        found = dict(name - of)
        block = of | {(one, groups[one][found[one][0]]) for one in by}
        inside.setdefault(block, []).append(at[name])
        for one in by:
            edge = of | {(one, found[one])}
            edges.setdefault(edge, []).append(at[name])
            totals[edge] = totals.get(edge, 0) + value
    for edge, members in edges.items():
        total = ledger.find(edge, totals[edge])
        if total is None:
            total = ledger.count(edge, totals[edge], least=0, shown=True)
        ledger.add_up(total, members)
    for name, value in published.items():
        shown = name not in release.hidden
        ledger.add_up(ledger.count(name, value, least=1, shown=shown), inside[name])
    return at


def _coarser(cross: Cross, nest: Nest) -> Cross | None:
    of, *by = cross
    if nest.fine not in by:
        return None
    (other,) = (one for one in by if one != nest.fine)
    first, second = sorted((nest.coarse, other))
    return of, first, second


def _wider(nest: Nest, wide: Mapping[str, tuple[str, ...]] | None, name: Name) -> Name:
    out = dict(name)
    coarse = nest.inside[out.pop(nest.fine)[0]]
    out[nest.coarse] = (coarse,) if wide is None else wide[coarse]
    return frozenset(out.items())


def _nest(
    ledger: Ledger,
    fine: Mapping[Name, int],
    coarse: Mapping[Name, int],
    parent: Callable[[Name], Name],
) -> None:
    inside: dict[Name, list[int]] = {name: [] for name in coarse}
    for name, at in fine.items():
        inside[parent(name)].append(at)
    for name, members in inside.items():
        ledger.add_up(coarse[name], members)


def told(release: Release) -> tuple[set[tuple[Name, int]], set[tuple[Name, int]]]:
    """Return the counts that a release shows, and those that it hides in its tables."""
    published = {of: release.values[of] for of, _ in release.margins}
    for margin, counts in release.margins.items():
        if margin not in release.withheld:
            published |= {also(*margin, one): count for one, count in counts.items()}
    for cross in release.crosses:
        if cross not in release.withheld:
            published |= cells_of(release, cross)
    hidden = {one for one in published.items() if one[0] in release.hidden}
    return set(published.items()) - hidden, hidden
