"""The plan made again after something was done, and what that changed for whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from matching.domain.access import Action
from matching.engine.effort import Effort
from matching.engine.solve import Progress
from matching.insight.difference import Difference, difference, placings, stored_placings
from matching.services.clock import end_what_is_due
from matching.services.desk import Desk
from matching.services.facts import facts_on
from matching.services.left_plan import with_beds
from matching.services.matching import SavedRun, run_plan


@dataclass(frozen=True, slots=True)
class Renewal:
    """A plan made again.

    Attributes
    ----------
    before, after : int
        Numbers of the plan before and of the new one.
    made_at : datetime
        When the plan before was made.
    saved : SavedRun
        The new plan.
    difference : Difference
    summary : tuple of str
        The numbers, in sentences: who gets, loses or moves; who is new or gone.
    changes : tuple of str
        What changes for whom, by case reference, one sentence each.
    """

    before: int
    after: int
    made_at: datetime
    saved: SavedRun
    difference: Difference
    summary: tuple[str, ...]
    changes: tuple[str, ...]


def renew(
    desk: Desk, *, progress: Progress | None = None, effort: Effort | None = None
) -> Renewal | None:
    """Make the plan saved last again, if the record moved since, with its policy.

    Parameters
    ----------
    desk : Desk
    progress : callable, optional
        Told each stage as it begins; raising stops the work with nothing saved.
    effort : Effort, optional
        A limit on the search, by default that of the settings.

    Returns
    -------
    Renewal or None
        ``None`` if there is no plan, nothing moved, or nobody waits any more.

    Raises
    ------
    PermissionDenied
        If the actor may not run plans.
    ConflictError
        If another plan is being made, or was saved meanwhile.
    """
    desk.require(Action.RUN_PLAN)
    end_what_is_due(desk.store, desk.settings, desk.clock())
    with desk.store.reading() as record:
        last = record.runs.latest()
        if last is None or last.document is None:
            return None
        if last.document.get("data_version") == record.data_version():
            return None
        facts = facts_on(record)
    if not facts.referrals or not facts.providers:
        return None
    saved = run_plan(desk, last.policy_name, progress=progress, effort=effort)
    found = with_beds(
        desk, difference(stored_placings(last.document), placings(saved.run.solution))
    )
    return Renewal(
        before=int(last.id or 0),
        after=saved.number,
        made_at=last.created_at,
        saved=saved,
        difference=found,
        summary=tuple(said for said in (found.sentence(), found.comings_and_goings()) if said),
        changes=found.sentences(),
    )
