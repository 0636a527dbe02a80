"""The page on fairness: who waits, travels or goes without, by group."""

from __future__ import annotations

from matching.domain.access import Action, allows
from matching.domain.errors import NotFound
from matching.engine.first_come import first_come
from matching.export.fairness import fairness_workbook
from matching.insight.fairness import ENOUGH, fairness
from matching.insight.fairness_groups import Grouping, groupings
from matching.services.desk import Desk
from matching.services.fairness_document import fairness_document
from matching.services.fairness_views import (
    FairnessView,
    everybody,
    findings_shown,
    group_table,
)
from matching.services.matching import SavedRun, reopen


def open_fairness(desk: Desk) -> FairnessView | None:
    """Return the fairness of the plan saved last.

    Returns
    -------
    FairnessView or None
        ``None`` if there is no plan, or the record moved since.

    Raises
    ------
    PermissionDenied
        If the actor may not see fairness.
    """
    saved = reopen(desk, Action.SEE_FAIRNESS)
    return None if saved is None else fairness_view(desk, saved)


def fairness_view(desk: Desk, saved: SavedRun) -> FairnessView:
    """Return the fairness of a plan, protected unless the actor may see cases.

    Race and tribal status are protected whoever asks.

    Raises
    ------
    PermissionDenied
        If the actor may not see fairness.
    EngineError
        If the plan is too large to be held against first come, first served.
    """
    desk.require(Action.SEE_FAIRNESS)
    exact = allows(desk.actor.role, Action.SEE_CASES)
    return _view(saved, groups_of(desk, saved), exact=exact)


def groups_of(desk: Desk, saved: SavedRun) -> tuple[Grouping, ...]:
    """Return the groups of the people of a plan, race and tribal status where recorded.

    Raises
    ------
    PermissionDenied
        If the actor may not see fairness.
    """
    desk.require(Action.SEE_FAIRNESS)
    with desk.store.reading() as record:
        recorded = {one.referral_id: one for one in record.equity.all()}
    return groupings(saved.run.problem, saved.run.policy, recorded)


def recorded_state(desk: Desk) -> tuple[int, str]:
    """Return what tells one state of what is recorded for fairness from another.

    Raises
    ------
    PermissionDenied
        If the actor may not see fairness.
    """
    desk.require(Action.SEE_FAIRNESS)
    with desk.store.reading() as record:
        number, at = record.equity.state()
    return number, "" if at is None else at.isoformat()


def _view(saved: SavedRun, groups: tuple[Grouping, ...], *, exact: bool) -> FairnessView:
    run = saved.run
    found = fairness(run.solution, first_come(run.solution), groups)
    tables = tuple(group_table(one, found.all, exact=exact) for one in found.tables)
    told, behind = findings_shown(found, tables, exact=exact)
    return FairnessView(
        number=saved.number,
        made_at=saved.made_at,
        as_of=run.problem.as_of,
        policy_title=run.policy.title,
        protected=not exact,
        all=everybody(found.all, exact=exact),
        tables=tables,
        findings=told,
        behind=behind,
        compared=sum(
            line.plan.people >= ENOUGH for table in found.tables for line in table.lines
        ),
    )


def export_fairness(desk: Desk, saved: SavedRun | None = None) -> bytes:
    """Write the fairness of a plan as a workbook, protected whoever asks.

    Race and tribal status are left out: they are shown on the page alone. One
    transaction, one audit event.

    Parameters
    ----------
    desk : Desk
    saved : SavedRun, optional
        The plan shown; the one saved last if left out.

    Raises
    ------
    PermissionDenied
        If the actor may not see fairness, or not export counts.
    NotFound
        If there is no plan of today's facts.
    """
    desk.require(Action.SEE_FAIRNESS)
    desk.require(Action.EXPORT_GAPS)
    saved = saved or reopen(desk, Action.SEE_FAIRNESS)
    if saved is None:
        raise NotFound("There is no plan of today's facts.", next_step="Make the plan first.")
    groups = groupings(saved.run.problem, saved.run.policy)
    view = _view(saved, groups, exact=False)
    data = fairness_workbook(fairness_document(view, desk.local(view.as_of)))
    with desk.store.transaction() as record:
        record.audit.append(
            desk.actor,
            desk.clock(),
            Action.EXPORT_GAPS,
            object_kind="fairness",
            object_id=str(saved.number),
            details={"form": "xlsx", "protected": True},
        )
    return data
