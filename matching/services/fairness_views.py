"""What the page on fairness may show of groups, to whom.

Who may see cases sees true numbers. For everybody else, and of race and tribal
status for everybody, counts of people are protected here, before anything reaches
a page: small counts are hidden, differences are told in bands, and no middle of few
people is told at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from matching.insight.disclosure import Cell, Mark, ProtectedTable, protect
from matching.insight.fairness import (
    ENOUGH,
    Fairness,
    Finding,
    Line,
    Measure,
    Spread,
    Table,
)

#: Upper ends of the bands in which differences are told.
BANDS = (10, 25, 50, 100, 250, 1_000)
HIDDEN = Cell(Mark.HIDDEN, None)
#: So much more or less than the middle of everybody is told as better or worse.
_CLEARLY = 1.25


@dataclass(frozen=True, slots=True)
class Change:
    """A difference in people: exact, or as a band.

    Attributes
    ----------
    sign : int or None
        1 is more, -1 fewer, 0 as many; ``None`` if it must not be told.
    exact : int or None
        The difference without its sign; ``None`` where it is protected.
    band : tuple of int or None
        Least and most it could be; the most is 0 where there is none.
    """

    sign: int | None
    exact: int | None = None
    band: tuple[int, int] | None = None


def change(more: int, *, exact: bool) -> Change:
    """Return a difference as it may be told."""
    sign = (more > 0) - (more < 0)
    if exact or more == 0:
        return Change(sign, abs(more))
    low = 1
    for high in BANDS:
        if abs(more) <= high:
            return Change(sign, None, (low, high))
        low = high + 1
    return Change(sign, None, (low, 0))


NOT_TOLD = Change(None)


class Fits(StrEnum):
    """How well the places of a group fit, against those of everybody."""

    BETTER = "better"
    ALIKE = "alike"
    WORSE = "worse"


@dataclass(frozen=True, slots=True)
class Middle:
    """The middle of some numbers and the half of them around it, in whole numbers."""

    low: int
    middle: int
    high: int


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One group as it may be shown.

    Attributes
    ----------
    name : str
    people, placed, without : Cell
    enough : bool
        Whether it is large enough for anything to be said about it.
    share : tuple of float or None
        Share without a place, and the range that chance allows, from 0 to 1.
    waited, still : Middle or None
        Hours waited so far: by everybody, and by those without a place.
    travel : Middle or None
        Miles from home to the place.
    fits : Fits or None
    gives_way : str
        Code of the preference that gives way most for this group, or empty.
    first : Change
        How many more have a place under the plan than first come, first served.
    first_still, first_travel : Middle or None
        As above, first come, first served.
    """

    name: str
    people: Cell
    placed: Cell
    without: Cell
    enough: bool
    share: tuple[float, float, float] | None
    waited: Middle | None
    still: Middle | None
    travel: Middle | None
    fits: Fits | None
    gives_way: str
    first: Change
    first_still: Middle | None
    first_travel: Middle | None


@dataclass(frozen=True, slots=True)
class GroupTable:
    """All groups of one way to group.

    Attributes
    ----------
    title : str
    rows : tuple of GroupRow
        Empty if the numbers are too small for any table.
    restricted : bool
        Whether it is protected whoever looks.
    """

    title: str
    rows: tuple[GroupRow, ...]
    restricted: bool


@dataclass(frozen=True, slots=True)
class FairnessView:
    """The fairness of one plan.

    Attributes
    ----------
    number : int
    made_at, as_of : datetime
    policy_title : str
    protected : bool
        Whether small counts are hidden.
    all : GroupRow
        Everybody.
    tables : tuple of GroupTable
    findings : tuple of Finding
        Of groups all of whose numbers may be shown.
    behind : tuple of (str, str, Change)
        Groups of which fewer have a place than first come, first served.
    compared : int
        Groups large enough to be held against the others.
    """

    number: int
    made_at: datetime
    as_of: datetime
    policy_title: str
    protected: bool
    all: GroupRow
    tables: tuple[GroupTable, ...]
    findings: tuple[Finding, ...]
    behind: tuple[tuple[str, str, Change], ...]
    compared: int


Cells = tuple[Cell, Cell, Cell]


def shown(count: int) -> Cell:
    """Return a count that may be shown."""
    return Cell(Mark.SHOWN, count)


def everybody(line: Line, *, exact: bool) -> GroupRow:
    """Return the row of everybody."""
    split = _table({"placed": line.plan.placed, "without": line.plan.without}, exact=exact)
    cells = (
        split.total,
        split.cells.get("placed", HIDDEN),
        split.cells.get("without", HIDDEN),
    )
    return _row(line, cells, line, exact=exact)


def group_table(table: Table, everyone: Line, *, exact: bool) -> GroupTable:
    """Return a table as it may be shown.

    Parameters
    ----------
    table : Table
    everyone : Line
        Everybody, for what is better or worse.
    exact : bool
        Whether the actor may see true numbers. Of race and tribal status nobody
        may.
    """
    restricted = table.grouping.restricted
    open_ = exact and not restricted
    lines = table.lines
    if not exact and not restricted:
        # By name: an order by size would tell which hidden count is the larger one.
        order = {name: k for k, name in enumerate(table.grouping.names)}
        known = table.grouping.title in ("Age", "Priority")
        lines = tuple(
            sorted(lines, key=lambda one: (order[one.name] if known else 0, one.name))
        )
    cells = _cells(lines, exact=open_)
    rows = tuple(_row(line, cells[line.name], everyone, exact=open_) for line in lines if cells)
    if not any(row.people.count or row.without.count or row.placed.count for row in rows):
        rows = ()
    return GroupTable(table.grouping.title, rows, restricted)


def _table(counts: Mapping[str, int], *, exact: bool) -> ProtectedTable:
    if not exact:
        return protect(counts)
    total = sum(counts.values())
    return ProtectedTable({name: shown(n) for name, n in counts.items()}, shown(total))


def _cells(lines: tuple[Line, ...], *, exact: bool) -> dict[str, Cells]:
    """Return people, placed and without of each group.

    Those with a place and those without are two tables that share no count: the
    people of a group are shown only where both its counts are.
    """
    placed, without = (
        _column({line.name: getattr(line.plan, name) for line in lines}, exact=exact)
        for name in ("placed", "without")
    )
    out = {}
    for line in lines:
        both = placed[line.name], without[line.name]
        known = all(one.count is not None for one in both)
        people = shown(sum(one.count or 0 for one in both)) if known else HIDDEN
        out[line.name] = (people, *both)
    return out


def _column(counts: dict[str, int], *, exact: bool) -> dict[str, Cell]:
    table = _table(counts, exact=exact)
    # A total that is hidden here may be known to somebody who sees cases.
    if table.withheld or (table.total.count is None and not exact):
        return dict.fromkeys(counts, HIDDEN)
    return table.cells


def _row(line: Line, cells: Cells, everyone: Line, *, exact: bool) -> GroupRow:
    people, placed, without = cells
    open_ = exact or people.count is not None
    count = line.plan.people
    share = (line.plan.without / count, *line.chance) if open_ and count else None
    enough = open_ and count >= ENOUGH

    def middle(found: Spread | None) -> Middle | None:
        if not open_ or found is None or found.known < ENOUGH:
            return None
        return Middle(round(found.low), round(found.middle), round(found.high))

    more = line.plan.placed - line.first.placed
    return GroupRow(
        name=line.name,
        people=people,
        placed=placed,
        without=without,
        enough=enough,
        share=share,
        waited=middle(line.waited),
        still=middle(line.plan.still),
        travel=middle(line.plan.travel),
        fits=_fits(line, everyone) if enough else None,
        gives_way=line.gives_way if enough and middle(line.plan.cost) else "",
        first=change(more, exact=exact) if open_ else NOT_TOLD,
        first_still=middle(line.first.still),
        first_travel=middle(line.first.travel),
    )


def _fits(line: Line, everyone: Line) -> Fits | None:
    mine, usual = line.plan.cost, everyone.plan.cost
    if mine is None or usual is None or min(mine.known, usual.known) < ENOUGH:
        return None
    if mine.middle > usual.middle * _CLEARLY:
        return Fits.WORSE
    return Fits.BETTER if mine.middle * _CLEARLY < usual.middle else Fits.ALIKE


def findings_shown(
    found: Fairness, tables: tuple[GroupTable, ...], *, exact: bool
) -> tuple[tuple[Finding, ...], tuple[tuple[str, str, Change], ...]]:
    """Return the findings, and the groups that fare worse than first come, that may be told."""
    open_ = {table.title for table in tables if exact and not table.restricted}
    known = {
        (table.title, row.name)
        for table in tables
        for row in table.rows
        if table.title in open_ or row.people.count is not None
    }
    told = tuple(
        one
        for one in found.findings
        if (one.title, one.name) in known and (one.title in open_ or _large(one))
    )
    behind = tuple(
        (title, name, change(-fewer, exact=title in open_))
        for title, name, fewer in found.behind
        if (title, name) in known
    )
    if not exact:
        # Their order would tell which band holds the larger number.
        behind = tuple(sorted(behind, key=lambda one: one[:2]))
    return told, behind


def _large(one: Finding) -> bool:
    """Tell whether no count in a finding, nor what it leaves of the others, is small."""
    sizes = [one.mine[1], one.others[1]]
    if one.measure is Measure.WITHOUT:
        for count, people in (one.mine, one.others):
            sizes += [int(count), people - int(count)]
    return all(size == 0 or size >= ENOUGH for size in sizes)
