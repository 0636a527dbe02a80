"""What the end of a stay does: to the stay, to the person's facts, and what must be said."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from matching.domain.casework import Lesson, Outcome, Placement, StayEnd, StayState
from matching.domain.errors import InputError
from matching.domain.records import Referral
from matching.domain.words import Presence
from matching.services.desk import Desk
from matching.services.lessons import learned
from matching.store.database import Transaction

#: What a case is closed with if nobody says otherwise.
OUTCOMES: Mapping[StayEnd, Outcome] = {
    StayEnd.STEP_DOWN: Outcome.STEPPED_DOWN,
    StayEnd.AGED_OUT: Outcome.AGED_OUT,
    StayEnd.COURT: Outcome.COURT,
    StayEnd.MISSING: Outcome.MISSING,
}
#: Endings after which the same place would be proposed again if nobody was asked.
MUST_TEACH = frozenset({StayEnd.DISRUPTION, StayEnd.PROVIDER_DISCHARGE, StayEnd.SAFETY_MOVE})

_AWAY = {StayEnd.MISSING: Presence.MISSING, StayEnd.HOSPITAL: Presence.HOSPITAL}


def require_said(
    reason: StayEnd, needs_place: bool, taught: Collection[Lesson], nothing_learned: bool
) -> None:
    """Refuse an ending that leaves open whether it taught anything, or says both.

    Parameters
    ----------
    reason : StayEnd
    needs_place : bool
    taught : collection of Lesson
    nothing_learned : bool
        Whether somebody said that nothing was learned that changes the search.

    Raises
    ------
    InputError
    """
    if taught and nothing_learned:
        raise InputError(
            "Nothing was saved. Something was learned, and it is said that nothing was.",
            next_step="Take one of the two back.",
        )
    if needs_place and reason in MUST_TEACH and not taught and not nothing_learned:
        raise InputError(
            "Nothing was saved. Say what was learned, or that nothing was.",
            next_step="Without it the same place could be proposed again at once.",
        )


def ended(
    record: Transaction,
    desk: Desk,
    before: Placement,
    reason: StayEnd,
    when: datetime,
    taught: Iterable[Lesson] = (),
) -> Placement:
    """Write that a stay has ended, and what it taught."""
    new = replace(
        before,
        state=StayState.ENDED,
        ended_at=when,
        ended_by=desk.actor.name,
        end_reason=reason,
        learned=tuple(one.value for one in taught),
    )
    return record.placements.change(new, expected=before.version)


def waits_anew(reason: StayEnd, needs_place: bool) -> bool:
    """Tell whether a wait begins with an ending: not if the stay never was."""
    return needs_place and reason is not StayEnd.BY_MISTAKE


def former_wait(person: Referral, reason: StayEnd, needs_place: bool) -> dict[str, Any]:
    """Return what the event of an ending keeps of the wait before, for the history."""
    if not waits_anew(reason, needs_place):
        return {}
    since = person.received_at
    return {"waited_since": None if since is None else since.isoformat()}


def person_after(
    person: Referral,
    stay: Placement,
    reason: StayEnd,
    when: datetime,
    today: date,
    *,
    needs_place: bool,
    taught: Iterable[Lesson],
) -> Referral:
    """Return a person's facts once a stay has ended.

    Parameters
    ----------
    person : Referral
        As they were.
    stay : Placement
    reason : StayEnd
    when : datetime
        When it ended.
    today : date
        In the office's time.
    needs_place : bool
    taught : iterable of Lesson
    """
    for one in taught:
        person = learned(person, one, stay)
    if reason in _AWAY:
        person = replace(person, presence=_AWAY[reason])
    if not waits_anew(reason, needs_place):
        return person
    # The wait is for this place, not for the one that was found months ago; a day that
    # has passed was about that one, and by when this one is needed nobody has said.
    by = person.needed_by
    passed = by is not None and by < today
    return replace(person, received_at=when, needed_by=None if passed else by)
