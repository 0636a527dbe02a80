"""What the page Gaps shows: why people have no place, and the supply beside it.

Who may see cases sees every number; for everybody else small counts are
protected here, before anything reaches a page.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from matching.domain import geography
from matching.domain import policy as policies
from matching.domain.access import Action, allows
from matching.domain.rulebook import Stage
from matching.engine.problem import build
from matching.export.columns import rule_title
from matching.insight.categories import ways
from matching.insight.disclosure import (
    Cell,
    Mark,
    Protected,
    ProtectedCross,
    ProtectedTable,
    exact,
)
from matching.insight.gaps import (
    STAGE_TITLES,
    STAGE_WORDS,
    Breakdown,
    Gap,
    break_down,
    stage_counts,
)
from matching.insight.supply import Supply, supply
from matching.insight.weak import Weakness
from matching.services.desk import Desk
from matching.services.facts import places_on
from matching.services.gap_tables import (
    ASKED,
    CONFIRM,
    OUTCOME,
    PLACED,
    POOR,
    POOR_STAGES,
    STAGES,
    WITHOUT,
    YES,
    gap_tables,
)
from matching.services.matching import SavedRun, reopen
from matching.services.people import Unplaced, unplaced
from matching.services.plan_views import standing
from matching.services.planning import Run
from matching.services.publishing import publish


class Lack(StrEnum):
    """What people without a place lacked, in the order of the sentence."""

    PLACE = "place"  #: a suitable kind of place within reach
    LICENCE = "licence"  #: a licence, certificate or background check
    TRAINING = "training"
    BED = "bed"
    FIT = "fit"  #: a bed whose rules take them
    PROVIDER = "provider"  #: declined
    PERSON = "person"  #: declined, missing or in hospital
    FUNDING = "funding"
    CALL = "call"  #: a phone call, not a bed


_LACK = {
    Stage.NO_SUITABLE_PLACE: Lack.PLACE,
    Stage.NOT_READY: Lack.LICENCE,
    Stage.NO_FREE_BED: Lack.BED,
    Stage.EXCLUDED: Lack.FIT,
    Stage.PROVIDER_DECLINED: Lack.PROVIDER,
    Stage.PERSON: Lack.PERSON,
    Stage.FUNDING: Lack.FUNDING,
    Stage.UNKNOWN_FACT: Lack.CALL,
}


@dataclass(frozen=True, slots=True)
class StageLine:
    """One stage: letter, title, short words and the people at it."""

    stage: Stage
    title: str
    words: str
    cell: Cell


@dataclass(frozen=True, slots=True)
class GapTable:
    """People without a place by one way to tell them apart.

    Attributes
    ----------
    title : str
    categories : tuple of str
        Most people first, "not known" last.
    totals : dict of str to Cell
        Empty if the numbers are too small for any table.
    counts : dict of (str, Stage) to int, or None
        By category and stage; ``None`` for those who see protected numbers.
    cross : ProtectedCross or None
        By category and stage for those who see protected numbers; withheld
        where only the totals can be shown.
    """

    title: str
    categories: tuple[str, ...]
    totals: dict[str, Cell]
    counts: dict[tuple[str, Stage], int] | None
    cross: ProtectedCross | None = None


@dataclass(frozen=True, slots=True)
class CrossTable:
    """People without a place by county and by placement type.

    Attributes
    ----------
    rows, columns : tuple of str
        Counties and types, most people first, "not known" last.
    counts : dict of (str, str) to int
        Only where there is anybody.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    counts: dict[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class WeakPlaces:
    """Places that are not what they should be.

    Attributes
    ----------
    provisional, poor : Cell
        People.
    asked : tuple of (str, Cell)
        What has to be asked first, in words, most people first; they add up.
    stages : tuple of StageLine
        Where a better place was lost; they add up.
    why : tuple of (Weakness, Cell)
        What is poor; somebody may count twice.
    confirmed_by, poor_by : tuple of GapTable
        Each by every way to tell people apart; empty for those who see
        protected numbers.
    """

    provisional: Cell
    poor: Cell
    asked: tuple[tuple[str, Cell], ...]
    stages: tuple[StageLine, ...]
    why: tuple[tuple[Weakness, Cell], ...]
    confirmed_by: tuple[GapTable, ...] = ()
    poor_by: tuple[GapTable, ...] = ()


@dataclass(frozen=True, slots=True)
class GapsView:
    """The gaps of one plan.

    Attributes
    ----------
    number : int
    made_at : datetime
    as_of : datetime
    policy_title : str
    protected : bool
        Whether small counts are hidden.
    waiting, placed, without : Cell
    lacks : tuple of (Lack, int)
        What people lacked, most first, then what was declined, a call last;
        empty if protected, since they split the stages more finely than a
        protected table allows.
    stages : tuple of StageLine
        All eight, in order; empty if the numbers are too small for any table.
    tables : tuple of GapTable
    cross : CrossTable or None
        By county and placement type; ``None`` for those who see protected numbers.
    weak : WeakPlaces
        Places to be confirmed, and poor ones; not among those without.
    """

    number: int
    made_at: datetime
    as_of: datetime
    policy_title: str
    protected: bool
    waiting: Cell
    placed: Cell
    without: Cell
    lacks: tuple[tuple[Lack, int], ...]
    stages: tuple[StageLine, ...]
    tables: tuple[GapTable, ...]
    cross: CrossTable | None
    weak: WeakPlaces


@dataclass(frozen=True, slots=True)
class SupplyView:
    """Beds from licensed to usable tonight, as of one moment."""

    moment: datetime
    supply: Supply


def open_gaps(desk: Desk) -> GapsView | None:
    """Return the gaps of the plan saved last, for somebody who may see counts only.

    Returns
    -------
    GapsView or None
        ``None`` if there is no plan, or the record moved since.

    Raises
    ------
    PermissionDenied
        If the actor may not see gaps.
    """
    saved = reopen(desk, Action.SEE_GAPS)
    return None if saved is None else gaps_view(desk, saved)


def gaps_view(desk: Desk, saved: SavedRun) -> GapsView:
    """Return the gaps of a plan, protected unless the actor may see cases.

    Raises
    ------
    PermissionDenied
        If the actor may not see gaps.
    """
    desk.require(Action.SEE_GAPS)
    if allows(desk.actor.role, Action.SEE_CASES):
        return _exact_view(saved)
    tables, nests = gap_tables(saved.run)
    shown = publish(desk, "gaps", tables, record=False, nests=nests)
    return _protected_view(saved, shown)


def _exact_view(saved: SavedRun) -> GapsView:
    run = saved.run
    people, without = run.problem.size[0], len(run.gaps)
    split = exact({PLACED: people - without, WITHOUT: without})
    counts = stage_counts(run.gaps)
    return _view(
        saved,
        split,
        exact({stage.value: counts[stage] for stage in Stage}),
        lacks=_lacks(run.gaps),
        tables=tuple(_gap_table(one) for one in run.breakdowns),
        cross=_cross(run),
        weak=_weak(run),
    )


def _protected_view(saved: SavedRun, shown: Protected) -> GapsView:
    crosses = [(one.title, shown.crosses[one.title]) for one in saved.run.breakdowns]
    return _view(
        saved,
        shown.tables[OUTCOME],
        shown.tables[STAGES],
        tables=tuple(
            GapTable(title, tuple(totals), totals, None, cross)
            for title, cross in crosses
            for totals in (cross.margins[title].cells,)
        ),
        weak=_protected_weak(shown),
    )


def _view(
    saved: SavedRun,
    split: ProtectedTable,
    stages: ProtectedTable,
    *,
    tables: tuple[GapTable, ...],
    weak: WeakPlaces,
    lacks: tuple[tuple[Lack, int], ...] = (),
    cross: CrossTable | None = None,
) -> GapsView:
    return GapsView(
        number=saved.number,
        made_at=saved.made_at,
        as_of=saved.run.problem.as_of,
        policy_title=saved.run.policy.title,
        protected=cross is None,
        waiting=split.total,
        placed=split.cells.get(PLACED, _WITHHELD),
        without=split.cells.get(WITHOUT, _WITHHELD),
        lacks=lacks,
        stages=_lines(stages),
        tables=tables,
        cross=cross,
        weak=weak,
    )


_WITHHELD = Cell(Mark.HIDDEN, None)


def _lines(table: ProtectedTable) -> tuple[StageLine, ...]:
    """Return the lines of a table by stage; none if it is withheld."""
    return tuple(
        StageLine(stage, STAGE_TITLES[stage], STAGE_WORDS[stage], table.cells[stage.value])
        for stage in Stage
        if stage.value in table.cells
    )


def _gap_table(breakdown: Breakdown) -> GapTable:
    totals = dict.fromkeys(breakdown.categories, 0)
    for (category, _), count in breakdown.counts.items():
        totals[category] += count
    return GapTable(
        title=breakdown.title,
        categories=breakdown.categories,
        totals=exact(totals).cells,
        counts=dict(breakdown.counts),
    )


def _lacks(gaps: tuple[Gap, ...]) -> tuple[tuple[Lack, int], ...]:
    found = Counter(
        Lack.TRAINING
        if gap.stage is Stage.NOT_READY and gap.rule == "training"
        else _LACK[gap.stage]
        for gap in gaps
    )
    order = list(Lack)
    return tuple(
        sorted(
            found.items(),
            key=lambda item: (
                item[0] is Lack.CALL,
                item[0] in (Lack.PROVIDER, Lack.PERSON),
                -item[1],
                order.index(item[0]),
            ),
        )
    )


def _cross(run: Run) -> CrossTable:
    found = ways(run.problem, run.policy)
    county, kind = found["County"], found["Placement type"]
    people = [run.problem.referral_records[gap.row] for gap in run.gaps]
    counts = Counter((county(one), kind(one)) for one in people)
    totals = {one.title: one.categories for one in run.breakdowns}
    return CrossTable(totals["County"], totals["Placement type"], dict(counts))


def _weak(run: Run) -> WeakPlaces:
    asked = Counter(rule_title(gap.rule) for gap in run.provisional)
    stages = stage_counts(weak.gap for weak in run.poor)
    why = Counter(one for weak in run.poor for one in weak.why)
    calls = exact(dict(asked.most_common()))
    lost = exact({stage.value: stages[stage] for stage in Stage})
    return WeakPlaces(
        provisional=calls.total,
        poor=lost.total,
        asked=tuple(calls.cells.items()),
        stages=tuple(line for line in _lines(lost) if line.cell.count != 0),
        why=tuple((one, Cell(Mark.SHOWN, why[one])) for one in Weakness),
        confirmed_by=_tables(run, run.provisional),
        poor_by=_tables(run, tuple(weak.gap for weak in run.poor)),
    )


def _tables(run: Run, gaps: tuple[Gap, ...]) -> tuple[GapTable, ...]:
    return tuple(_gap_table(one) for one in break_down(run.problem, run.policy, gaps))


def _protected_weak(shown: Protected) -> WeakPlaces:
    """Return weak places; what is poor is left out, since somebody may count twice."""
    stages = _lines(shown.tables[POOR_STAGES])
    return WeakPlaces(
        provisional=shown.tables[CONFIRM].cells.get(YES, _WITHHELD),
        poor=shown.tables[POOR].cells.get(YES, _WITHHELD),
        asked=tuple(shown.tables[ASKED].cells.items()),
        stages=tuple(line for line in stages if line.cell.count != 0),
        why=(),
    )


def supply_view(desk: Desk, saved: SavedRun | None = None) -> SupplyView:
    """Return the beds on the record from licensed to usable tonight, as of now.

    Parameters
    ----------
    desk : Desk
    saved : SavedRun, optional
        The plan of today's facts; with it, beds that nobody who is waiting
        may use are told apart.

    Raises
    ------
    PermissionDenied
        If the actor may not see gaps.
    """
    desk.require(Action.SEE_GAPS)
    now = desk.local(desk.clock())
    if saved is None:
        policy = policies.load(desk.settings.policy)
        with desk.store.reading() as record:
            places = places_on(record, policy)
        problem = build((), places.providers, places.pools, now, geography.load())
        return SupplyView(now, supply(problem, policy))
    run = saved.run
    problem = build(
        (), run.problem.provider_records, run.problem.pool_records, now, run.problem.geography
    )
    return SupplyView(now, supply(problem, run.policy, run.solution))


def cases_behind(
    desk: Desk,
    saved: SavedRun,
    title: str | None = None,
    category: str | None = None,
    stage: Stage | None = None,
) -> tuple[Unplaced, ...]:
    """Return the people behind a bar, by priority and then wait.

    Parameters
    ----------
    desk : Desk
    saved : SavedRun
    title, category : str, optional
        A breakdown and one of its categories; everybody if left out.
    stage : Stage, optional
        Only people at this stage.

    Raises
    ------
    PermissionDenied
        If the actor may not see cases.
    """
    desk.require(Action.SEE_CASES)
    rows = [unplaced(saved.run, gap) for gap in saved.run.gaps]
    kept = [
        row
        for row in rows
        if (stage is None or row.stage is stage)
        and (title is None or category is None or row.person.categories[title] == category)
    ]
    return tuple(sorted(kept, key=lambda row: standing(row.person)))
