"""What can be said to somebody without a place: who competes, and who stands before whom."""

from __future__ import annotations

from dataclasses import dataclass

from matching.domain.access import Action
from matching.domain.errors import ConflictError
from matching.engine.effort import NO_LIMIT, Effort
from matching.insight.promise import Promise, promise
from matching.services.desk import Desk
from matching.services.matching import SavedRun
from matching.services.turn import turn

#: Seconds a page waits where the plan has to be made again for the answer.
AT_ONCE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class PromiseView:
    """What can be said to one person without a place.

    Attributes
    ----------
    case : str
    holds : bool or None
        Whether nobody later in line holds a place that the person could have
        had through any chain of moves, places that somebody decided aside;
        ``None`` if the time was too short to tell.
    sentences : tuple of str
        Who competes for which beds; the promise, or who would lose what if the
        person were placed, and why the plan does not do so.
    people : tuple of str
        Cases that can only use the places reached, this one among them.
    providers : tuple of str
        Identifiers of those places.
    beds : int
        Beds there.
    later : tuple of str
        Cases that stand later in line and hold a place there.
    """

    case: str
    holds: bool | None
    sentences: tuple[str, ...]
    people: tuple[str, ...]
    providers: tuple[str, ...]
    beds: int
    later: tuple[str, ...]


def promise_to(
    desk: Desk, saved: SavedRun, case: str, *, effort: Effort | None = None
) -> PromiseView | None:
    """Return what can be said to a person whom the plan leaves without a place.

    Parameters
    ----------
    desk : Desk
    saved : SavedRun
        The plan shown.
    case : str
    effort : Effort, optional
        For making the plan again where the promise does not hold; by default
        :data:`AT_ONCE_SECONDS`.

    Returns
    -------
    PromiseView or None
        ``None`` for somebody who has a place.

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
    if run.solution.chosen[row] >= 0:
        return None
    found = _promise(saved, row, Effort(AT_ONCE_SECONDS) if effort is None else effort)
    names, reach = run.problem.referral_ids, found.reach
    return PromiseView(
        case=case,
        holds=found.holds,
        sentences=found.sentences,
        people=tuple(names[k] for k in reach.people),
        providers=tuple(run.problem.provider_ids[p] for p in reach.providers),
        beds=reach.beds,
        later=tuple(names[k] for k in reach.later if k not in reach.decided),
    )


def _promise(saved: SavedRun, row: int, effort: Effort) -> Promise:
    """Work it out; no plan is made again while another one is being made."""
    run = saved.run

    def worked_out(limit: Effort) -> Promise:
        return promise(
            run.solution, row, limit, alternatives=run.alternatives, reaches=run.reaches
        )

    if not run.tied:
        return worked_out(NO_LIMIT)
    try:
        with turn(wait=0.0):
            return worked_out(effort)
    except ConflictError:
        return worked_out(Effort(0.0))
