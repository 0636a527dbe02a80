"""Stays after somebody has moved in: away and back, on to another place, and out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from matching.domain.access import Action
from matching.domain.casework import (
    Lesson,
    Move,
    Outcome,
    Placement,
    StayEnd,
    StayState,
)
from matching.domain.errors import ChoiceError, InputError
from matching.domain.words import Presence
from matching.services.answers import clocks_of
from matching.services.casebook import case_of, move, person_of
from matching.services.clock import end_what_is_due
from matching.services.desk import Desk
from matching.services.lessons import (
    change_people,
    checked_lessons,
    who_must_keep_apart,
)
from matching.services.party import mates_of
from matching.services.placement_moves import (
    note,
    open_placement,
    past,
    require_not_before,
    set_presence,
)
from matching.services.room import Wanted, name_at, require_room
from matching.services.stay_endings import (
    OUTCOMES,
    ended,
    former_wait,
    person_after,
    require_said,
)
from matching.store.database import Reading

#: Most days that a bed is kept for somebody who is away.
MOST_BED_DAYS = 90

_PRESENCE = {StayState.MISSING: Presence.MISSING, StayState.HOSPITAL: Presence.HOSPITAL}


def leave(
    desk: Desk,
    placement_id: int,
    state: StayState,
    since: datetime | None = None,
    bed_days: int | None = None,
    *,
    expected_version: int,
) -> Placement:
    """Record that somebody is missing or in hospital; the bed is kept for some days.

    Once they have passed, the clock ends the placement: the bed is free, and the
    person counts as missing or in hospital, not as somebody without a bed.

    Parameters
    ----------
    desk : Desk
    placement_id : int
    state : StayState
        Missing or in hospital.
    since : datetime, optional
        By default now.
    bed_days : int, optional
        Days from then on for which the bed is kept, by default as the policy says.
    expected_version : int
        Version of the placement as it was shown.

    Raises
    ------
    PermissionDenied, NotFound, InputError, ConflictError
        As for :func:`start`.
    """
    desk.require(Action.RECORD_PLACEMENT)
    now = desk.clock()
    left = past(now if since is None else since, now)
    days = bed_days if bed_days is not None else clocks_of(desk).bed_hold_days
    if state not in _PRESENCE or not 0 <= days <= MOST_BED_DAYS:
        raise InputError(
            f"Choose missing or in hospital, and 0 to {MOST_BED_DAYS} days.",
            next_step="Choose again.",
        )
    with desk.store.transaction() as record:
        before = open_placement(record, placement_id, expected_version)
        require_not_before(before, left)
        move(record, case_of(record, before.referral_id), Move.LEAVE, now)
        until = left + timedelta(days=days)
        new = replace(_in(before, state, now), away_since=left, bed_until=until)
        done = record.placements.change(new, expected=before.version)
        set_presence(record, desk, before.referral_id, _PRESENCE[state], now)
        told = {"since": left.isoformat(), "bed_until": until.isoformat()}
        note(record, desk, [done], now, "left", **told)
    return done


def _in(before: Placement, state: StayState, now: datetime) -> Placement:
    """Return a stay in another state, with what it says of being missing.

    A report holds for as long as somebody is missing. Whoever was missing and is not any
    more was found, be it in hospital, until they are missing again.
    """
    was = before.state is StayState.MISSING
    if state is StayState.MISSING:
        reported = before.missing_reported_at if was else None
        return replace(before, state=state, missing_reported_at=reported, found_at=None)
    return replace(before, state=state, found_at=now if was else before.found_at)


def come_back(desk: Desk, placement_id: int, *, expected_version: int) -> Placement:
    """Record that somebody who was away is back: one audit event.

    Parameters
    ----------
    desk : Desk
    placement_id : int
    expected_version : int
        Version of the placement as it was shown.

    Raises
    ------
    PermissionDenied, NotFound, ConflictError
        As for :func:`leave`; also if the bed is no longer kept.
    """
    desk.require(Action.RECORD_PLACEMENT)
    now = desk.clock()
    end_what_is_due(desk.store, desk.settings, now)
    with desk.store.transaction() as record:
        before = open_placement(record, placement_id, expected_version)
        move(record, case_of(record, before.referral_id), Move.RETURN, now)
        new = replace(_in(before, StayState.LIVING, now), away_since=None, bed_until=None)
        done = record.placements.change(new, expected=before.version)
        set_presence(record, desk, before.referral_id, Presence.PRESENT, now)
        note(record, desk, [done], now, "came_back")
    return done


def notice(
    desk: Desk,
    placement_id: int,
    at: datetime | None = None,
    *,
    planned_end: date | None = None,
    expected_version: int,
) -> Placement:
    """Record that the provider gave notice: one audit event.

    Parameters
    ----------
    desk : Desk
    placement_id : int
    at : datetime, optional
        By default now.
    planned_end : date, optional
        Last day, if it was said.
    expected_version : int
        Version of the placement as it was shown.

    Raises
    ------
    PermissionDenied, NotFound, InputError, ConflictError
        As for :func:`leave`.
    """
    desk.require(Action.RECORD_PLACEMENT)
    now = desk.clock()
    given = past(now if at is None else at, now)
    with desk.store.transaction() as record:
        before = open_placement(record, placement_id, expected_version)
        require_not_before(before, given)
        last = before.planned_end if planned_end is None else planned_end
        new = replace(before, notice_at=given, planned_end=last)
        done = record.placements.change(new, expected=before.version)
        note(record, desk, [done], now, "notice")
    return done


def end(
    desk: Desk,
    placement_id: int,
    reason: StayEnd,
    at: datetime | None = None,
    *,
    needs_place: bool,
    lessons: Sequence[str] = (),
    nothing_learned: bool = False,
    outcome: Outcome | None = None,
    expected_version: int,
) -> Placement:
    """End a placement, with what it taught: one audit event.

    Whoever needs another place waits again from then on. Whether the bed is free is
    not guessed where the provider's numbers had the person in; nor is it guessed that
    a placement that broke down taught nothing.

    Parameters
    ----------
    desk : Desk
    placement_id : int
    reason : StayEnd
    at : datetime, optional
        By default now.
    needs_place : bool
        Whether another place is needed; else the case is closed.
    lessons : sequence of str, optional
        Codes of ``Lesson``: they change the referral in the same transaction.
    nothing_learned : bool, default False
        That nothing was learned that changes the search. One or the other is to be said
        where a placement broke down, the provider ended it or it was not safe, and
        another place is needed.
    outcome : Outcome, optional
        Why the case is closed; by default as the reason says.
    expected_version : int
        Version of the placement as it was shown.

    Returns
    -------
    Placement

    Raises
    ------
    PermissionDenied, NotFound, InputError, ConflictError
        As for :func:`leave`.
    """
    desk.require(Action.RECORD_PLACEMENT)
    now = desk.clock()
    when = past(now if at is None else at, now)
    taught = checked_lessons(lessons)
    require_said(reason, needs_place, taught, nothing_learned)
    with desk.store.transaction() as record:
        before = open_placement(record, placement_id, expected_version)
        require_not_before(before, when)
        step = Move.END if needs_place else Move.FINISH
        closed = None if needs_place else outcome or OUTCOMES.get(reason, Outcome.OTHER)
        move(record, case_of(record, before.referral_id), step, now, outcome=closed)
        done = ended(record, desk, before, reason, when, taught)
        was, today = person_of(record, before.referral_id), desk.local(now).date()
        person = person_after(
            was, before, reason, when, today, needs_place=needs_place, taught=taught
        )
        also = who_must_keep_apart(record, done) if _APART in taught else ()
        changed = change_people(record, desk, [person, *also], now)
        note(
            record,
            desk,
            [done],
            now,
            reason.value,
            needs_place=needs_place,
            lessons=[one.value for one in taught],
            outcome=None if closed is None else closed.value,
            nothing_learned=nothing_learned,
            facts_changed=changed,
            **former_wait(was, reason, needs_place),
        )
    return done


_APART = Lesson.APART_FROM_OTHERS


def transfer(
    desk: Desk,
    placement_id: int,
    provider_id: str,
    pool_id: str,
    *,
    reason: StayEnd = StayEnd.PLANNED,
    at: datetime | None = None,
    planned_end: date | None = None,
    expected_version: int,
) -> Placement:
    """Move somebody to another place in one step, and the group with them.

    Parameters
    ----------
    desk : Desk
    placement_id : int
        Where they live now.
    provider_id, pool_id : str
        Where they move to.
    reason : StayEnd, optional
        Why the old placement ends.
    at : datetime, optional
        By default now.
    planned_end : date, optional
    expected_version : int
        Version of the old placement as it was shown.

    Returns
    -------
    Placement
        The new one.

    Raises
    ------
    PermissionDenied, NotFound, InputError, ConflictError, ChoiceError
        As for ``start``.
    """
    desk.require(Action.RECORD_PLACEMENT)
    now = desk.clock()
    when = past(now if at is None else at, now)
    end_what_is_due(desk.store, desk.settings, now)
    with desk.store.transaction() as record:
        before = open_placement(record, placement_id, expected_version)
        if (before.provider_id, before.pool_id) == (provider_id, pool_id):
            raise InputError(
                "They live there already.", next_step="Choose another place, or end the stay."
            )
        leaving = _with_group(record, desk, before, provider_id, now)
        wanted = [Wanted(person_of(record, one.referral_id), pool_id) for one in leaving]
        require_room(record, desk, provider_id, wanted, now)
        made = []
        for one in leaving:
            require_not_before(one, when)
            move(record, case_of(record, one.referral_id), Move.TRANSFER, now)
            ended(record, desk, one, reason, when)
            beds = person_of(record, one.referral_id).beds_needed
            new = _next(desk, one, provider_id, pool_id, when, planned_end, now)
            made.append(record.placements.add(replace(new, beds=beds)))
        note(
            record, desk, made, now, "transferred", before=before.provider_id, why=reason.value
        )
    return made[0]


def _with_group(
    record: Reading, desk: Desk, placement: Placement, provider_id: str, now: datetime
) -> tuple[Placement, ...]:
    """Return a placement and those of the group at the same provider, which go along."""
    person = person_of(record, placement.referral_id)
    mates = {one.referral_id for one in mates_of(record, desk, person, now)}
    theirs = [one for one in record.placements.open() if one.referral_id in mates]
    elsewhere = {
        one.provider_id
        for one in theirs
        if one.provider_id not in (placement.provider_id, provider_id)
    }
    if elsewhere:
        raise ChoiceError(
            f"Somebody of the group of case {placement.referral_id} lives at "
            f"{name_at(record, min(elsewhere))}, and the group stays together.",
            next_step="Have the split of the group approved first.",
        )
    here = placement.provider_id
    if here == provider_id:
        return (placement,)
    return (placement, *(one for one in theirs if one.provider_id == here))


def _next(
    desk: Desk,
    before: Placement,
    provider_id: str,
    pool_id: str,
    when: datetime,
    planned_end: date | None,
    now: datetime,
) -> Placement:
    return Placement(
        referral_id=before.referral_id,
        provider_id=provider_id,
        pool_id=pool_id,
        state=StayState.LIVING,
        beds=before.beds,
        started_at=when,
        started_by=desk.actor.name,
        recorded_at=now,
        planned_end=planned_end,
    )
