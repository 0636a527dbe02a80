"""The smallest changes that would give somebody a place who has none: searched when asked for.

Each is confirmed by making the whole plan again, which takes a while: the search
runs in the background and can be stopped.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from matching.domain.access import Action
from matching.engine.effort import Effort
from matching.engine.solve import Progress
from matching.insight.attempts import ChangeKind
from matching.insight.changes import KIND_WORDS, Change, smallest_changes
from matching.services.decisions import Matter, split, waive
from matching.services.desk import Desk
from matching.services.jobs import Job, refuse_if_busy
from matching.services.matching import SavedRun
from matching.services.turn import turn

#: Seconds of search for one person, unless told otherwise.
SEARCH_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Small:
    """One single change with which the plan would give the person a place.

    Attributes
    ----------
    kind : ChangeKind
    title : str
        What kind of change it is, in a few words.
    sentence : str
        The change, what it would give, and what becomes of everybody else.
    lines : tuple of str
        What changes for whom, by case reference.
    provider_id : str or None
        Whom it is about, where it is about one provider.
    role : str or None
        Who may decide it, where it is a waiver.
    matter : Matter or None
        What to decide, where it is a decision that can be tried out at once.
    """

    kind: ChangeKind
    title: str
    sentence: str
    lines: tuple[str, ...]
    provider_id: str | None
    role: str | None
    matter: Matter | None


@dataclass(frozen=True, slots=True)
class SmallChanges:
    """What a search for the smallest changes found.

    Attributes
    ----------
    case : str
    found : tuple of Small
        At most one of each kind, from the least effort to the most.
    sentence : str
        How thoroughly was searched.
    complete : bool
        Whether every change of the kinds not found was tried.
    """

    case: str
    found: tuple[Small, ...]
    sentence: str
    complete: bool


def small_changes(
    desk: Desk,
    saved: SavedRun,
    case: str,
    *,
    progress: Progress | None = None,
    effort: Effort | None = None,
) -> SmallChanges:
    """Find the smallest change of each kind that would give a person a place.

    Parameters
    ----------
    desk : Desk
    saved : SavedRun
        The plan shown.
    case : str
        Case reference of somebody without a place.
    progress : callable, optional
        Told in a few words what is tried.
    effort : Effort, optional
        A limit on the search; what was found by then is kept. By default
        :data:`SEARCH_SECONDS`.

    Returns
    -------
    SmallChanges

    Raises
    ------
    PermissionDenied
        If the actor may not see cases.
    NotFound
        If the case is not part of the plan.
    ConflictError
        If another plan is being made.
    """
    desk.require(Action.SEE_CASES)
    row = saved.run.row(case)
    people = saved.run.problem.referral_records
    limited = {one.referral_id for one in people if one.max_distance_miles is not None}
    limit = Effort(SEARCH_SECONDS) if effort is None else effort
    with turn(wait=0.0):
        result = smallest_changes(
            saved.run.solution, row, progress=progress, stop=lambda: limit.left() == 0.0
        )
    untried = sum(result.left_out.values())
    return SmallChanges(
        case=case,
        found=tuple(_small(one, limited) for one in result.found),
        sentence=_how(result.tried, untried, found=bool(result.found)),
        complete=result.exhausted,
    )


def start_small_changes(
    desk: Desk, saved: SavedRun, case: str, *, seconds: float | None = None
) -> Job[SmallChanges]:
    """Search in the background; stopped, it keeps what was found.

    Raises
    ------
    PermissionDenied
        If the actor may not see cases.
    NotFound
        If the case is not part of the plan.
    ConflictError
        If another plan is being made.
    """
    desk.require(Action.SEE_CASES)
    saved.run.row(case)
    refuse_if_busy()

    def work(progress: Progress, effort: Effort) -> SmallChanges:
        return small_changes(desk, saved, case, progress=progress, effort=effort)

    return Job(work, seconds=SEARCH_SECONDS if seconds is None else seconds)


def _small(one: Change, limited: Collection[str]) -> Small:
    return Small(
        kind=one.kind,
        title=KIND_WORDS[one.kind],
        sentence=one.sentence,
        lines=one.difference.sentences(),
        provider_id=one.provider,
        role=one.role,
        matter=_matter(one, limited),
    )


def _matter(one: Change, limited: Collection[str]) -> Matter | None:
    """Return the decision that a change is, if it is nothing else.

    Looking farther than the policy does, for one person, is a waiver of its limit at one
    place. A limit of their own is a fact about them, which nobody waives.
    """
    edit = one.edit
    if one.kind is ChangeKind.WIDEN and one.role and one.provider:
        (case, *others) = [person.referral_id for person in edit.referrals]
        alone = not others and case not in limited
        return waive(case, "distance", one.provider) if alone else None
    if edit.records or len(edit.waived) + len(edit.split) != 1:
        return None
    for group in edit.split:
        return split(group)
    (waiver,) = edit.waived
    return waive(waiver.referral_id, waiver.code, waiver.provider_id)


def _how(tried: int, untried: int, *, found: bool) -> str:
    made = f"The plan was made again with {tried} {'change' if tried == 1 else 'changes'} in"
    if untried:
        rest = "1 more change" if untried == 1 else f"{untried:,} more changes"
        return f"{made}; {rest} could be tried."
    if found:
        return f"{made}; no other kind of single change would give a place."
    if tried:
        return f"{made}; none gives a place. It takes more than one change."
    return "No single change comes into question. It takes more than one change."
