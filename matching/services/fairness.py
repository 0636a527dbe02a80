"""The page on fairness: who waits, travels or goes without, by group."""

from __future__ import annotations

from matching.domain.access import Action, allows
from matching.domain.errors import NotFound
from matching.engine.first_come import first_come
from matching.export.fairness import fairness_workbook
from matching.insight.disclosure import Protected
from matching.insight.fairness import ENOUGH, Fairness, fairness
from matching.insight.fairness_groups import Grouping, groupings
from matching.services.desk import Desk
from matching.services.fairness_document import fairness_document
from matching.services.fairness_views import (
    FairnessView,
    count_tables,
    everybody,
    findings_shown,
    group_table,
    nests,
)
from matching.services.matching import SavedRun, reopen
from matching.services.publishing import publish, rules_of

#: Under what the counts of this page are published.
FORM = "fairness"


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
    return _view(desk, saved, exact=exact)


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


def _view(desk: Desk, saved: SavedRun, *, exact: bool) -> FairnessView:
    found = _found(saved, groups_of(desk, saved))
    titles = [
        one.grouping.title for one in found.tables if one.grouping.restricted or not exact
    ]
    hidden = None
    if titles:
        tables = count_tables(found, titles)
        hidden = publish(desk, FORM, tables, record=False, nests=[] if exact else nests(found))
    return _shown(desk, saved, found, hidden, exact=exact)


def _found(saved: SavedRun, groups: tuple[Grouping, ...]) -> Fairness:
    solution = saved.run.solution
    return fairness(solution, first_come(solution), groups)


def _shown(
    desk: Desk, saved: SavedRun, found: Fairness, hidden: Protected | None, *, exact: bool
) -> FairnessView:
    rules = rules_of(desk.settings)
    crosses = {} if hidden is None else hidden.crosses
    tables = tuple(
        group_table(one, found.all, crosses.get(one.grouping.title), rules)
        for one in found.tables
    )
    told, behind = findings_shown(found, tables, rules, exact=exact)
    run = saved.run
    return FairnessView(
        number=saved.number,
        made_at=saved.made_at,
        as_of=run.problem.as_of,
        policy_title=run.policy.title,
        protected=not exact,
        all=everybody(found.all, None if exact else hidden, rules),
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
    audit event.

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
    found = _found(saved, groupings(saved.run.problem, saved.run.policy))
    hidden = publish(
        desk,
        FORM,
        count_tables(found, [one.grouping.title for one in found.tables]),
        record=True,
        nests=nests(found),
        about=(FORM, str(saved.number)),
    )
    view = _shown(desk, saved, found, hidden, exact=False)
    return fairness_workbook(fairness_document(view, desk.local(view.as_of)))
