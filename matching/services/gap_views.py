"""What the page Gaps shows: why people have no place, and the supply beside it.

Who may see cases sees every number; for everybody else small counts are
protected here, before anything reaches a page.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from matching.domain import geography
from matching.domain import policy as policies
from matching.domain.access import Action, allows
from matching.domain.rulebook import Stage
from matching.engine.problem import build
from matching.insight.disclosure import (
    Cell,
    Protected,
    ProtectedTable,
    exact,
)
from matching.insight.gaps import (
    stage_counts,
)
from matching.insight.supply import Supply, supply
from matching.services.desk import Desk
from matching.services.facts import places_on
from matching.services.gap_lines import (
    WITHHELD,
    CrossTable,
    GapTable,
    Lack,
    StageLine,
    WeakPlaces,
    cross_of,
    gap_table,
    lacks_of,
    protected_weak,
    stage_lines,
    weak_of,
)
from matching.services.gap_tables import (
    OUTCOME,
    PLACED,
    STAGES,
    WITHOUT,
    gap_tables,
)
from matching.services.matching import SavedRun, reopen
from matching.services.people import Unplaced, unplaced
from matching.services.plan_views import standing
from matching.services.publishing import publish


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
        lacks=lacks_of(run.gaps),
        tables=tuple(gap_table(one) for one in run.breakdowns),
        cross=cross_of(run),
        weak=weak_of(run),
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
        weak=protected_weak(shown),
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
        placed=split.cells.get(PLACED, WITHHELD),
        without=split.cells.get(WITHOUT, WITHHELD),
        lacks=lacks,
        stages=stage_lines(stages),
        tables=tables,
        cross=cross,
        weak=weak,
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
