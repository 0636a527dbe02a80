"""Small counts, protected: what tables may show so that none can be worked out.

Counts from 1 to the threshold are hidden, and with them the fewest others that
keep an outsider from working one out. Both are marked alike: a reader cannot
tell a small count from one that was hidden to protect it. Zero may be shown:
nobody is behind it. Where hiding does not help, a table is withheld.

What remains, and is known to remain: a shown zero tells that nobody of a group
is there; whoever knows this very method can rule out some of the numbers that
the sums allow, and sees that a total of people changed between two days.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from matching.insight.disclosure_choice import THRESHOLD, USUAL, Rules, decide
from matching.insight.disclosure_tables import (
    EVERYBODY,
    CountTable,
    Cross,
    Name,
    Nest,
    Release,
    also,
    one_way,
)

__all__ = [
    "THRESHOLD",
    "Cell",
    "CountTable",
    "Mark",
    "Nest",
    "Protected",
    "ProtectedCross",
    "ProtectedTable",
    "Release",
    "Rules",
    "cell",
    "exact",
    "one_way",
    "protect",
    "protect_all",
    "shown_of",
]

#: What categories put together in a two-way table are called.
TOGETHER = "others together"


class Mark(StrEnum):
    """What a cell shows."""

    SHOWN = "shown"
    SMALL = "small"  #: from 1 to the threshold; only of a count that stands alone
    HIDDEN = "hidden"  #: small, or hidden to protect one that is


@dataclass(frozen=True, slots=True)
class Cell:
    """One protected count.

    Attributes
    ----------
    mark : Mark
    count : int or None
        ``None`` unless shown.
    threshold : int
    """

    mark: Mark
    count: int | None
    threshold: int = THRESHOLD

    @property
    def text(self) -> str:
        """The count, "1 to 10" or "hidden"."""
        if self.mark is Mark.SMALL:
            return f"1 to {self.threshold}"
        return "hidden" if self.count is None else f"{self.count:,}"


_HIDDEN = Cell(Mark.HIDDEN, None)


@dataclass(frozen=True, slots=True)
class ProtectedTable:
    """A one-way table that gives no small count away.

    Attributes
    ----------
    cells : dict of str to Cell
        In an order that tells nothing; empty if the table is withheld.
    total : Cell
    withheld : bool
        Whether the numbers are too small for any table.
    """

    cells: dict[str, Cell]
    total: Cell
    withheld: bool = False

    def text(self) -> dict[str, str]:
        """Return what each cell shows."""
        return {name: cell.text for name, cell in self.cells.items()}


@dataclass(frozen=True, slots=True)
class ProtectedCross:
    """A two-way table that gives no small count away.

    Attributes
    ----------
    dimensions : (str, str)
        Of its rows and of its columns.
    rows, columns : ProtectedTable
        Its margins. Categories whose own count is hidden are one row, or one
        column, :data:`TOGETHER`.
    cells : dict of (str, str) to Cell
        By row and column; empty if the table is withheld.
    margins : dict of str to ProtectedTable
        By dimension, every category by itself.
    together : dict of str to dict of str to tuple of str
        By dimension: the categories behind each row, or column, that stands
        for several.
    withheld : bool
        Whether only its margins can be published.
    """

    dimensions: tuple[str, str]
    rows: ProtectedTable
    columns: ProtectedTable
    cells: dict[tuple[str, str], Cell]
    margins: dict[str, ProtectedTable] = field(default_factory=dict)
    together: dict[str, dict[str, tuple[str, ...]]] = field(default_factory=dict)
    withheld: bool = False

    @property
    def total(self) -> Cell:
        """Everybody in it."""
        return self.rows.total


@dataclass(frozen=True, slots=True)
class Protected:
    """The tables of a page, protected.

    Attributes
    ----------
    tables : dict of str to ProtectedTable
        One-way tables by title.
    crosses : dict of str to ProtectedCross
        Two-way tables by title.
    release : Release
        What is kept so that later tables can be held against these. It holds
        true numbers: it never leaves the record.
    """

    tables: dict[str, ProtectedTable]
    crosses: dict[str, ProtectedCross]
    release: Release


def cell(count: int, threshold: int = THRESHOLD) -> Cell:
    """Protect one count that stands alone."""
    if 0 < count <= threshold:
        return Cell(Mark.SMALL, None, threshold)
    return Cell(Mark.SHOWN, count, threshold)


def exact(counts: Mapping[str, int]) -> ProtectedTable:
    """Return a one-way table as it is, for those who may see cases."""
    cells = {name: Cell(Mark.SHOWN, count) for name, count in counts.items()}
    return ProtectedTable(cells, Cell(Mark.SHOWN, sum(counts.values())))


def protect(counts: Mapping[str, int], threshold: int = THRESHOLD) -> ProtectedTable:
    """Protect a one-way table that is published alone, with its total.

    Parameters
    ----------
    counts : mapping of str to int
        Everybody in exactly one cell; no count is negative.
    threshold : int, default 10

    Returns
    -------
    ProtectedTable
        Cells in the order given: it must have nothing to do with the counts.

    Raises
    ------
    ValueError
        If a count is negative.
    """
    table = one_way("", counts, dimension="category", order=tuple(counts))
    return protect_all([table], rules=Rules(threshold, threshold)).tables[""]


def protect_all(
    tables: Sequence[CountTable],
    nests: Sequence[Nest] = (),
    rules: Rules = USUAL,
    earlier: Sequence[Release] = (),
) -> Protected:
    """Protect all tables of a page or a file together.

    Parameters
    ----------
    tables : sequence of CountTable
        With different titles. What they share, such as a margin or the total,
        is one count and is shown in all of them or in none.
    nests : sequence of Nest, optional
        Dimensions that divide others further.
    rules : Rules, optional
    earlier : sequence of Release, optional
        What was published before in the same period, oldest first.

    Returns
    -------
    Protected

    Raises
    ------
    ValueError
        If tables contradict each other, two have one title, or two-way tables
        form a ring.
    """
    if len({table.title for table in tables}) < len(tables):
        raise ValueError("Two tables of one page have the same title.")
    return shown_of(decide(tables, nests, rules, earlier), rules)


def shown_of(release: Release, rules: Rules = USUAL) -> Protected:
    """Return the tables of a release as they may be shown."""
    tables: dict[str, ProtectedTable] = {}
    crosses: dict[str, ProtectedCross] = {}
    for table in release.tables:
        if len(table.dimensions) == 1:
            tables[table.title] = _table(release, table, table.dimensions[0], rules)
        else:
            crosses[table.title] = _cross(release, table, rules)
    return Protected(tables, crosses, release)


def _cell(release: Release, name: Name, count: int, rules: Rules) -> Cell:
    if name in release.hidden:
        lone = name == EVERYBODY and 0 < count <= rules.threshold
        return Cell(Mark.SMALL if lone else Mark.HIDDEN, None, rules.threshold)
    return Cell(Mark.SHOWN, count, rules.threshold)


def _total(release: Release, table: CountTable, rules: Rules) -> Cell:
    name = table.name
    if any((name - {fact}, fact[0]) in release.withheld for fact in name):
        return Cell(Mark.HIDDEN, None, rules.threshold)
    return _cell(release, name, table.total, rules)


def _table(release: Release, table: CountTable, dimension: str, rules: Rules) -> ProtectedTable:
    of, total = table.name, _total(release, table, rules)
    if (of, dimension) in release.withheld:
        return ProtectedTable({}, total, withheld=True)
    counts = table.margin(dimension)
    cells = {
        category: _cell(release, also(of, dimension, category), counts[category], rules)
        for category in table.categories(dimension)
    }
    return ProtectedTable(cells, total)


def _cross(release: Release, table: CountTable, rules: Rules) -> ProtectedCross:
    of, (first, second) = table.name, table.dimensions
    edge, other_edge = (_table(release, table, by, rules) for by in (first, second))
    low, high = sorted((first, second))
    if (of, low, high) in release.withheld:
        margins = {first: edge, second: other_edge}
        return ProtectedCross((first, second), edge, other_edge, {}, margins, withheld=True)
    cross = (of, low, high)
    rows, columns = (_labels(release, table, cross, by) for by in (first, second))
    sums: dict[tuple[str, str], int] = {(row, column): 0 for row in rows for column in columns}
    place = {
        by: {category: label for label, members in labels.items() for category in members}
        for by, labels in ((first, rows), (second, columns))
    }
    for (one, other), count in table.counts.items():
        sums[place[first][one], place[second][other]] += count
    cells = {
        (row, column): _cell(
            release,
            also(also(of, first, *rows[row]), second, *columns[column]),
            count,
            rules,
        )
        for (row, column), count in sums.items()
    }
    return ProtectedCross(
        (first, second),
        _gathered(table.margin(first), rows, edge, rules),
        _gathered(table.margin(second), columns, other_edge, rules),
        cells,
        {first: edge, second: other_edge},
        {
            by: {label: many for label, many in labels.items() if len(many) > 1}
            for by, labels in ((first, rows), (second, columns))
        },
    )


def _labels(
    release: Release, table: CountTable, cross: Cross, dimension: str
) -> dict[str, tuple[str, ...]]:
    """Return what rows or columns are called, those put together last."""
    together = release.groups(cross, dimension)
    out: dict[str, tuple[str, ...]] = {}
    several: list[tuple[str, ...]] = []
    for category in table.categories(dimension):
        members = together[category]
        if len(members) == 1:
            out[category] = members
        elif members not in several:
            several.append(members)
    for number, members in enumerate(several, start=1):
        label = TOGETHER if len(several) == 1 else f"{TOGETHER} ({number})"
        out[label] = members
    return out


def _gathered(
    counts: Mapping[str, int],
    labels: Mapping[str, tuple[str, ...]],
    edge: ProtectedTable,
    rules: Rules,
) -> ProtectedTable:
    """Return a margin with what is together in the two-way table in one line."""
    cells = {
        label: edge.cells[label]
        if members == (label,)
        else Cell(Mark.SHOWN, sum(counts[one] for one in members), rules.threshold)
        for label, members in labels.items()
    }
    return ProtectedTable(cells, edge.total)
