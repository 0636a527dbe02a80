"""The diligent-search record: who was considered for a case, why not the rest, who decided.

It stands on what was kept when it happened: the search of each plan that somebody
acted on, calls, holds, decisions and placements. Every sentence in it can be held
against the record, or worked out again from the plan it names.
"""

from __future__ import annotations

from matching.domain.access import Action
from matching.domain.errors import ConflictError
from matching.domain.sharing import Search
from matching.engine.effort import Effort
from matching.services.case_history import case_file
from matching.services.casebook import case_of, person_of
from matching.services.desk import Desk
from matching.services.diligence_lines import Diligence, Teller
from matching.services.matching import SavedRun, reopen
from matching.services.promises import promise_to
from matching.services.search_documents import search_document
from matching.services.smallest import SmallChanges, small_changes
from matching.services.wishes import read_wishes

#: Seconds of search for the smallest change, where nobody has looked for it yet.
CHANGE_SECONDS = 6.0


def prepared(desk: Desk, saved: SavedRun, case: str) -> Search:
    """Return the search for a case in a plan, ready to be kept; writes nothing.

    Raises
    ------
    PermissionDenied
        If the actor may not see cases.
    NotFound
        If the case is not part of the plan.
    """
    desk.require(Action.SEE_CASES)
    run = saved.run
    row = run.row(case)
    with desk.store.reading() as record:
        pools = record.rows["bed_pool"].all()
    confirmed = {(b.provider_id, b.pool_id): b.confirmed_by for b in pools}
    return Search(
        referral_id=case,
        run_id=saved.number,
        made_at=saved.made_at,
        actor=saved.made_by,
        document=search_document(run, case, confirmed, _holds(desk, saved, row)),
    )


def _holds(desk: Desk, saved: SavedRun, row: int) -> bool | None:
    """Tell whether nobody later in line holds a place that somebody could have had."""
    if saved.run.solution.chosen[row] >= 0:
        return None
    found = promise_to(desk, saved, saved.run.problem.referral_ids[row])
    return None if found is None else found.holds


def keep_search(desk: Desk, saved: SavedRun, case: str) -> bool:
    """Keep who was considered for a case in a plan, before somebody acts on it.

    Once for each case and plan: whoever calls, holds or decides next from the same
    plan finds it kept.

    Returns
    -------
    bool
        Whether it was kept now; an audit event says so.

    Raises
    ------
    PermissionDenied
        If the actor may not see cases.
    NotFound
        If the case is not part of the plan.
    """
    desk.require(Action.SEE_CASES)
    with desk.store.reading() as record:
        if record.searches.kept(case, saved.number):
            return False
    search = prepared(desk, saved, case)
    with desk.store.transaction() as record:
        if record.searches.kept(case, saved.number):
            return False
        kept = record.searches.note(search)
        record.audit.append(
            desk.actor,
            desk.clock(),
            Action.SEE_CASES,
            object_kind="search",
            object_id=case,
            details={"run": saved.number, "search": kept.id},
        )
    return True


def record(
    desk: Desk,
    case: str,
    saved: SavedRun | None = None,
    changes: SmallChanges | None = None,
) -> Diligence:
    """Return the diligent-search record of a case; an audit event says who looked.

    Who is considered in the plan of today's facts is kept with it, if there is such
    a plan and the case is part of it.

    Parameters
    ----------
    desk : Desk
    case : str
    saved : SavedRun, optional
        The plan shown; by default the plan saved last, if it is of today's facts.
    changes : SmallChanges, optional
        What would give the person a place, if somebody looked for it; looked for
        a short while by default.

    Raises
    ------
    PermissionDenied
        If the actor may not hand out what a case holds.
    NotFound
        If there is no such case on the record.
    """
    desk.require(Action.EXPORT_CASE)
    found = gathered(desk, case, saved, changes)
    with desk.store.transaction() as record:
        record.audit.append(
            desk.actor,
            desk.clock(),
            Action.SEE_CASES,
            object_kind="referral",
            object_id=case,
            details={"part": "diligent_search", "searches": len(found.searches)},
        )
    return found


def gathered(
    desk: Desk, case: str, saved: SavedRun | None, changes: SmallChanges | None
) -> Diligence:
    """Return the record of a case, for whoever notes in the audit what becomes of it.

    Raises
    ------
    PermissionDenied
        If the actor may not see cases.
    NotFound
        If there is no such case on the record.
    """
    desk.require(Action.SEE_CASES)
    saved = saved or reopen(desk)
    if saved is not None and case in saved.run.problem.referral_ids:
        keep_search(desk, saved, case)
        if changes is None:
            changes = _looked_for(desk, saved, case)
    else:
        saved = None
    with desk.store.reading() as record:
        file = case_file(record, person_of(record, case))
        stands = case_of(record, case)
        numbers = {one.run_id for one in file.searches if one.run_id is not None}
        runs = {number: record.runs.get(number) for number in numbers}
        veil = record.providers.veil()
        covered = frozenset(name for name in file.names if veil.covers(name))
        told = read_wishes(desk, record, case)
    return Teller(desk, file, runs, covered).whole(stands, told, changes, saved)


def _looked_for(desk: Desk, saved: SavedRun, case: str) -> SmallChanges | None:
    """Look for the smallest change, for a short while, where there is no place."""
    if saved.run.solution.chosen[saved.run.row(case)] >= 0:
        return None
    try:
        return small_changes(desk, saved, case, effort=Effort(CHANGE_SECONDS))
    except ConflictError:
        return None  # somebody is making a plan; the record says that nobody looked
