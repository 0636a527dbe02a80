"""What the page on fairness may show of groups, to whom.

Who may see cases sees true numbers. For everybody else, and of race and tribal
status for everybody, counts of people are protected here, before anything reaches
a page: small counts are hidden, differences are told in bands, and no middle of few
people is told at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from matching.insight.disclosure import (
    Cell,
    CountTable,
    Mark,
    Nest,
    Protected,
    ProtectedCross,
    Rules,
    one_way,
)
from matching.insight.disclosure_choice import USUAL
from matching.insight.fairness import Fairness, Finding, Line, Measure, Table
from matching.insight.fairness_chance import Spread
from matching.services.fairness_bands import NOT_TOLD, Change, change, least
from matching.services.gap_tables import OUTCOME, PLACED, WITHOUT

HIDDEN = Cell(Mark.HIDDEN, None)
#: So much more or less than the middle of everybody is told as better or worse.
_CLEARLY = 1.25


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

    @property
    def told(self) -> bool:
        """Whether all its counts are shown, so that more may be told of it."""
        return all_shown((self.people, self.placed, self.without))


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


#: People, placed and without.
Cells = tuple[Cell, Cell, Cell]

#: Ways to group whose groups have an order of their own.
_ORDERED = ("Age", "Priority")


def shown(count: int) -> Cell:
    """Return a count that may be shown."""
    return Cell(Mark.SHOWN, count)


def count_tables(found: Fairness, titles: Sequence[str]) -> list[CountTable]:
    """Return the true counts that are to be protected together.

    Parameters
    ----------
    found : Fairness
    titles : sequence of str
        Ways to group.

    Returns
    -------
    list of CountTable
        Everybody by outcome, and each way to group by outcome.
    """
    everyone = found.all.plan
    sides = {PLACED: everyone.placed, WITHOUT: everyone.without}
    out = [one_way(OUTCOME, sides, order=(PLACED, WITHOUT))]
    for table in found.tables:
        title = table.grouping.title
        if title in titles:
            counts: dict[tuple[str, ...], int] = {
                (line.name, side): number
                for line in table.lines
                for side, number in (
                    (PLACED, line.plan.placed),
                    (WITHOUT, line.plan.without),
                )
            }
            order = {title: table.grouping.names} if title in _ORDERED else {}
            out.append(CountTable(title, (title, OUTCOME), counts, order=order))
    return out


def nests(found: Fairness) -> list[Nest]:
    """Return how counties divide regions, where both are among the ways to group."""
    groupings = {table.grouping.title: table.grouping for table in found.tables}
    fine, coarse = groupings.get("County"), groupings.get("Region")
    if fine is None or coarse is None:
        return []
    both = zip(fine.of.tolist(), coarse.of.tolist(), strict=True)
    inside = {fine.names[a]: coarse.names[b] for a, b in both}
    return [Nest("County", "Region", inside)]


def everybody(line: Line, hidden: Protected | None, rules: Rules = USUAL) -> GroupRow:
    """Return the row of everybody; with true numbers where nothing is protected."""
    if hidden is None:
        return _row(line, _true(line), line, None)
    table = hidden.tables[OUTCOME]
    cells = (
        table.total,
        table.cells.get(PLACED, HIDDEN),
        table.cells.get(WITHOUT, HIDDEN),
    )
    return _row(line, cells, line, rules)


def group_table(
    table: Table, everyone: Line, hidden: ProtectedCross | None, rules: Rules = USUAL
) -> GroupTable:
    """Return a table as it may be shown.

    Parameters
    ----------
    table : Table
    everyone : Line
        Everybody, for what is better or worse.
    hidden : ProtectedCross or None
        Its protected counts; true numbers are shown where there are none.
    rules : Rules, optional
        By which they were protected.

    Raises
    ------
    ValueError
        If true numbers of race or tribal status were to be shown.
    """
    title, restricted = table.grouping.title, table.grouping.restricted
    if hidden is None:
        if restricted:
            raise ValueError("Nobody sees true numbers of race or tribal status.")
        rows = tuple(_row(line, _true(line), everyone, None) for line in table.lines)
        return GroupTable(title, rows, restricted)
    lines = {line.name: line for line in table.lines}
    # Whoever sees cases knows the total of a restricted table, even a small one.
    if hidden.rows.withheld or (restricted and hidden.total.count is None):
        return GroupTable(title, (), restricted)
    return GroupTable(
        title,
        tuple(
            _row(lines[name], _cells(hidden, name), everyone, rules)
            if name in lines
            else _together(name, _cells(hidden, name))
            for name in hidden.rows.cells
        ),
        restricted,
    )


def _true(line: Line) -> Cells:
    fared = line.plan
    return shown(fared.people), shown(fared.placed), shown(fared.without)


def _cells(hidden: ProtectedCross, name: str) -> Cells:
    return (
        hidden.rows.cells[name],
        hidden.cells.get((name, PLACED), HIDDEN),
        hidden.cells.get((name, WITHOUT), HIDDEN),
    )


def _together(name: str, cells: Cells) -> GroupRow:
    """Return the row of small groups that are shown as one: its counts alone."""
    return GroupRow(name, *cells, False, None, None, None, None, None, "", NOT_TOLD, None, None)


def _row(line: Line, cells: Cells, everyone: Line, rules: Rules | None) -> GroupRow:
    people, placed, without = cells
    open_, enough_for = rules is None or all_shown(cells), least(rules)
    count = line.plan.people
    share = (line.plan.without / count, *line.chance) if open_ and count else None
    enough = open_ and count >= enough_for

    def middle(found: Spread | None, *, told: bool = open_) -> Middle | None:
        if not told or found is None or found.known < enough_for:
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
        waited=middle(line.waited, told=open_ or people.count is not None),
        still=middle(line.plan.still),
        travel=middle(line.plan.travel),
        fits=_fits(line, everyone, enough_for) if enough else None,
        gives_way=line.gives_way if enough and middle(line.plan.cost) else "",
        first=change(more, rules) if open_ else NOT_TOLD,
        first_still=middle(line.first.still),
        first_travel=middle(line.first.travel),
    )


def all_shown(cells: Sequence[Cell]) -> bool:
    """Tell whether none of some counts is hidden."""
    return all(one.count is not None for one in cells)


def _fits(line: Line, everyone: Line, enough_for: int) -> Fits | None:
    mine, usual = line.plan.cost, everyone.plan.cost
    if mine is None or usual is None or min(mine.known, usual.known) < enough_for:
        return None
    if mine.middle > usual.middle * _CLEARLY:
        return Fits.WORSE
    return Fits.BETTER if mine.middle * _CLEARLY < usual.middle else Fits.ALIKE


def findings_shown(
    found: Fairness, tables: tuple[GroupTable, ...], rules: Rules, *, exact: bool
) -> tuple[tuple[Finding, ...], tuple[tuple[str, str, Change], ...]]:
    """Return the findings, and the groups that fare worse than first come, that may be told.

    Parameters
    ----------
    found : Fairness
    tables : tuple of GroupTable
        What is shown.
    rules : Rules
        By which counts are protected.
    exact : bool
        Whether the actor may see true numbers, but of race and tribal status.
    """
    open_ = {table.title for table in tables if exact and not table.restricted}
    known = {
        (table.title, row.name)
        for table in tables
        for row in table.rows
        if table.title in open_ or row.told
    }
    told = tuple(
        one
        for one in found.findings
        if (one.title, one.name) in known and (one.title in open_ or _large(one, least(rules)))
    )
    behind = tuple(
        (title, name, change(-fewer, None if title in open_ else rules))
        for title, name, fewer in found.behind
        if (title, name) in known
    )
    if not exact:
        # Their order would tell which band holds the larger number.
        behind = tuple(sorted(behind, key=lambda one: one[:2]))
    return told, behind


def _large(one: Finding, enough_for: int) -> bool:
    """Tell whether no count in a finding, nor what it leaves of the others, is small."""
    sizes = [one.mine[1], one.others[1]]
    if one.measure is Measure.WITHOUT:
        for count, people in (one.mine, one.others):
            sizes += [int(count), people - int(count)]
    return all(size == 0 or size >= enough_for for size in sizes)
