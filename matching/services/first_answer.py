"""What a provider answered on a call that nobody had begun on the record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from matching.domain.access import Action
from matching.domain.casework import Answer, DeclineReason, Offer, standing
from matching.services.answers import ANSWER_STATES, Answered, answered, checked, times
from matching.services.calling import ToCall, new_offers, own_call, write_answer
from matching.services.clock import end_what_is_due
from matching.services.desk import Desk
from matching.services.offer_moves import companions, open_at
from matching.services.room import name_at
from matching.store.database import Reading, Transaction

#: Seconds within which the same answer to the same call is the same press.
TWICE_SECONDS = 30


def record_first_answer(
    desk: Desk,
    provider_id: str,
    call: ToCall,
    answer: Answer,
    *,
    run_id: int | None = None,
    reason: DeclineReason | None = None,
    asked: Sequence[Mapping[str, Any]] = (),
    hold_minutes: int | None = None,
    call_back_minutes: int | None = None,
) -> Answered:
    """Record a call and what came of it at once: one transaction, one audit event.

    If the answer cannot be recorded, the call is not begun either. The same answer
    pressed twice is recorded once.

    Parameters
    ----------
    desk : Desk
    provider_id : str
    call : ToCall
        Whom it was about.
    answer : Answer
    run_id : int, optional
        Number of the plan that proposed it.
    reason : DeclineReason, optional
        Needed for a decline.
    asked : sequence of mapping, optional
        What was asked, each with ``code``, ``question`` and ``answer``.
    hold_minutes, call_back_minutes : int, optional
        By default as the policy says.

    Returns
    -------
    Answered

    Raises
    ------
    PermissionDenied
        If the actor may not record calls.
    NotFound
        If there is no such case or place.
    InputError
        If the reason of a decline is missing, or a time is impossible.
    ConflictError
        If somebody else is calling there for the person, the person needs no place now,
        or the last bed is taken.
    ChoiceError
        If a rule bars the place.
    """
    desk.require(Action.RECORD_CALL)
    now = desk.clock()
    until = times(desk, answer, now, hold_minutes, call_back_minutes)
    told = checked(answer, reason, asked)
    end_what_is_due(desk.store, desk.settings, now)
    with desk.store.transaction() as record:
        name = name_at(record, provider_id)
        twice = _pressed_twice(record, desk, provider_id, call, answer, reason, now)
        if twice is not None:
            return answered(desk, name, answer, companions(record, desk, twice, now), now)
        offers = _offers(record, desk, provider_id, call, run_id, now)
        done = write_answer(record, desk, offers, answer, reason, told, until, now, plan=run_id)
    return answered(desk, name, answer, done, now)


def _offers(
    record: Transaction,
    desk: Desk,
    provider_id: str,
    call: ToCall,
    run_id: int | None,
    now: datetime,
) -> tuple[Offer, ...]:
    """Return the actor's own call there if there is one meanwhile, or a new one."""
    there = open_at(record, call.case, provider_id, call.pool_id)
    if there is not None:
        return companions(record, desk, own_call(record, desk, there), now)
    return new_offers(
        record, desk, call.case, provider_id, call.pool_id, now, run_id, call.pools
    )


def _pressed_twice(
    record: Reading,
    desk: Desk,
    provider_id: str,
    call: ToCall,
    answer: Answer,
    reason: DeclineReason | None,
    now: datetime,
) -> Offer | None:
    """Return what the same press recorded a moment ago."""
    for one in record.offers.of(call.case):
        same = (one.provider_id, one.pool_id) == (provider_id, call.pool_id)
        fresh = (now - one.changed_at).total_seconds() < TWICE_SECONDS
        if not same or not fresh or one.changed_by != desk.actor.name:
            continue
        last = standing(record.calls.of(int(one.id or 0)))[-1:]
        said = [(told.answer, told.reason) for told in last]
        if said == [(answer, reason)] and one.state is ANSWER_STATES[answer]:
            return one
    return None
