"""Calling providers: a call begins, its answer is recorded, taken back or withdrawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from matching.domain.access import Action
from matching.domain.casework import (
    TAKES_BED,
    Answer,
    CaseState,
    DeclineReason,
    Offer,
    OfferState,
    standing,
)
from matching.domain.errors import ConflictError, InputError
from matching.services.answers import (
    ANSWER_STATES,
    Answered,
    Times,
    answered,
    checked,
    times,
)
from matching.services.casebook import STATE_WORDS, case_of, hour, require_version
from matching.services.clock import end_what_is_due
from matching.services.desk import Desk
from matching.services.offer_moves import (
    changed,
    companions,
    give_back,
    note_calls,
    offer_details,
    open_at,
    require_state,
    take,
    written,
)
from matching.services.party import party
from matching.services.room import Wanted, name_at
from matching.services.taking_back import take_back_answer, withdraw
from matching.services.upload_records import BED_POOL
from matching.store.database import Reading, Transaction

__all__ = [
    "Answered",
    "ToCall",
    "record_answer",
    "start_calling",
    "start_calls",
    "take_back_answer",
    "withdraw",
]

_FROM = {
    Answer.HOLDS: frozenset({OfferState.CALLING}),
    Answer.ACCEPTED: frozenset({OfferState.CALLING, OfferState.HELD}),
    Answer.DECLINED: frozenset({OfferState.CALLING, OfferState.HELD}),
    Answer.NO_ANSWER: frozenset({OfferState.CALLING}),
    Answer.CALL_BACK: frozenset({OfferState.CALLING}),
}


@dataclass(frozen=True, slots=True)
class ToCall:
    """Whom a call is to be about.

    Attributes
    ----------
    case : str
        Case reference.
    pool_id : str
    pools : mapping of str to str
        Bed pools for others of the group, by case; by default the same.
    """

    case: str
    pool_id: str
    pools: Mapping[str, str] | None = None


def start_calling(
    desk: Desk,
    case: str,
    provider_id: str,
    pool_id: str,
    run_id: int | None = None,
    *,
    pools: Mapping[str, str] | None = None,
) -> Offer:
    """Say that somebody is calling a provider for a person, and for the group with them.

    As :func:`start_calls`, for one person; parameters as there.

    Returns
    -------
    Offer
        That of the case itself; the same one if the same person is calling already.
    """
    desk.require(Action.RECORD_CALL)
    return start_calls(desk, provider_id, (ToCall(case, pool_id, pools),), run_id)[0]


def start_calls(
    desk: Desk, provider_id: str, calls: Sequence[ToCall], run_id: int | None = None
) -> tuple[Offer, ...]:
    """Say that somebody is calling a provider about several people: all, or none.

    One transaction, with an event for each person or group. It takes no bed; the next
    plan leaves the proposals where they are.

    Parameters
    ----------
    desk : Desk
    provider_id : str
    calls : sequence of ToCall
        One for each person without a group, and for each group.
    run_id : int, optional
        Number of the plan that proposed it.

    Returns
    -------
    tuple of Offer
        That of each; the same one if the same person is calling already.

    Raises
    ------
    PermissionDenied
        If the actor may not record calls.
    NotFound
        If there is no such case or place.
    ConflictError
        If a person needs no place now, or somebody else is calling there for them.
    """
    desk.require(Action.RECORD_CALL)
    now = desk.clock()
    with desk.store.transaction() as record:
        return tuple(_started(record, desk, provider_id, one, run_id, now) for one in calls)


def _started(
    record: Transaction,
    desk: Desk,
    provider_id: str,
    call: ToCall,
    run_id: int | None,
    now: datetime,
) -> Offer:
    case, pool_id = call.case, call.pool_id
    there = open_at(record, case, provider_id, pool_id)
    if there is not None:
        return own_call(record, desk, there)
    offers = new_offers(record, desk, case, provider_id, pool_id, now, run_id, call.pools)
    made = tuple(record.offers.add(one) if one.id is None else one for one in offers)
    record.audit.append(
        desk.actor,
        now,
        Action.RECORD_CALL,
        object_kind="offer",
        object_id=str(made[0].id),
        reason="started",
        details=offer_details(made, plan=run_id),
    )
    return made[0]


def own_call(record: Reading, desk: Desk, offer: Offer) -> Offer:
    """Return an open offer if it is the actor's own call, or say that somebody has it.

    Raises
    ------
    ConflictError
    """
    mine = offer.opened_by == desk.actor.name and offer.state is OfferState.CALLING
    if mine:
        return offer
    name = name_at(record, offer.provider_id)
    if offer.state is OfferState.CALLING:
        raise ConflictError(
            f"Another worker has been calling {name} about case {offer.referral_id} since "
            f"{hour(desk, offer.opened_at)}.",
            next_step="Choose another place, or ask them what came of it.",
        )
    raise ConflictError(
        f"A bed at {name} is {offer.state.value} for case {offer.referral_id} already.",
        next_step="Look at the case as it is now.",
    )


def new_offers(
    record: Reading,
    desk: Desk,
    case: str,
    provider_id: str,
    pool_id: str,
    now: datetime,
    run_id: int | None,
    pools: Mapping[str, str] | None,
) -> tuple[Offer, ...]:
    """Return what is asked of a provider for a person and the group, not yet on record.

    Offers for others of the group that are open there already are returned as they are.
    """
    who = party(record, desk, case, provider_id, pool_id, now, pools)
    require_places(record, provider_id, who)
    require_run(record, run_id)
    out = []
    for k, one in enumerate(who):
        name = one.person.referral_id
        state = case_of(record, name).state
        if state not in (CaseState.WAITING, CaseState.HELD):
            raise ConflictError(
                f"Case {name} {STATE_WORDS[state]}, so no place is sought for it.",
                next_step="Look at the case as it is now.",
            )
        there = open_at(record, name, provider_id, one.pool_id) if k else None
        out.append(_offer(desk, one, provider_id, now, run_id) if there is None else there)
    return tuple(out)


def require_places(record: Reading, provider_id: str, who: Sequence[Wanted]) -> None:
    """Refuse bed pools that are not on record.

    Raises
    ------
    NotFound
    InputError
    """
    known = {one.pool_id for one in record.rows[BED_POOL].matching(provider_id=provider_id)}
    if not {one.pool_id for one in who} <= known:
        name = name_at(record, provider_id)
        raise InputError(
            f"{name} has no such beds on record.", next_step="Open the provider again."
        )


def require_run(record: Reading, run_id: int | None) -> None:
    """Refuse a plan that is not on record.

    Raises
    ------
    NotFound
    """
    if run_id is not None:
        record.runs.get(run_id)


def _offer(
    desk: Desk, one: Wanted, provider_id: str, now: datetime, run_id: int | None
) -> Offer:
    name = desk.actor.name
    return Offer(
        referral_id=one.person.referral_id,
        provider_id=provider_id,
        pool_id=one.pool_id,
        state=OfferState.CALLING,
        beds=one.person.beds_needed,
        opened_at=now,
        opened_by=name,
        changed_at=now,
        changed_by=name,
        run_id=run_id,
    )


def record_answer(
    desk: Desk,
    offer_id: int,
    answer: Answer,
    *,
    reason: DeclineReason | None = None,
    asked: Sequence[Mapping[str, Any]] = (),
    hold_minutes: int | None = None,
    call_back_minutes: int | None = None,
    expected_version: int,
) -> Answered:
    """Record what a provider answered: one transaction, one audit event.

    The same answer pressed twice is recorded once.

    Parameters
    ----------
    desk : Desk
    offer_id : int
    answer : Answer
    reason : DeclineReason, optional
        Needed for a decline.
    asked : sequence of mapping, optional
        What was asked, each with ``code``, ``question`` and ``answer``.
    hold_minutes, call_back_minutes : int, optional
        By default as the policy says.
    expected_version : int
        Version of the offer as it was shown.

    Returns
    -------
    Answered

    Raises
    ------
    PermissionDenied
        If the actor may not record calls.
    NotFound
        If there is no such call.
    InputError
        If the reason of a decline is missing, or a time is impossible.
    ConflictError
        If somebody changed it meanwhile, or the last bed is taken.
    ChoiceError
        If a rule bars the place.
    """
    desk.require(Action.RECORD_CALL)
    now = desk.clock()
    until = times(desk, answer, now, hold_minutes, call_back_minutes)
    told = checked(answer, reason, asked)
    end_what_is_due(desk.store, desk.settings, now)
    with desk.store.transaction() as record:
        offer = record.offers.get(offer_id)
        name = name_at(record, offer.provider_id)
        if _pressed_twice(desk, record, offer, answer, reason, expected_version):
            return answered(desk, name, answer, companions(record, desk, offer, now), now)
        require_version(offer.version, expected_version)
        require_state(offer, _FROM[answer])
        together = companions(record, desk, offer, now)
        done = write_answer(record, desk, together, answer, reason, told, until, now)
    return answered(desk, name, answer, done, now)


def _pressed_twice(
    desk: Desk,
    record: Reading,
    offer: Offer,
    answer: Answer,
    reason: DeclineReason | None,
    expected: int,
) -> bool:
    if offer.version != expected + 1 or offer.changed_by != desk.actor.name:
        return False
    last = standing(record.calls.of(int(offer.id or 0)))[-1:]
    return any(
        one.answer is answer and one.reason is reason and one.at == offer.changed_at
        for one in last
    )


def write_answer(
    record: Transaction,
    desk: Desk,
    offers: tuple[Offer, ...],
    answer: Answer,
    reason: DeclineReason | None,
    told: Sequence[Mapping[str, Any]],
    until: Times,
    now: datetime,
    **more: object,
) -> tuple[Offer, ...]:
    """Write what an answer makes of offers, the call, and the event; return the offers.

    Parameters
    ----------
    record : Transaction
    desk : Desk
    offers : tuple of Offer
        The one that was answered first, then those that go with it.
    answer : Answer
    reason : DeclineReason or None
    told : sequence of mapping
        What was asked, checked.
    until : Times
    now : datetime
    **more : object
        What the event says besides.
    """
    done = _moved(record, desk, offers, answer, reason, now, until)
    note_calls(record, desk, done, answer, now, reason=reason, asked=told)
    record.audit.append(
        desk.actor,
        now,
        Action.RECORD_CALL,
        object_kind="offer",
        object_id=str(done[0].id),
        reason="" if reason is None else reason.value,
        details=offer_details(done, answer=answer.value, asked=len(told), **more),
    )
    return done


def _moved(
    record: Transaction,
    desk: Desk,
    offers: tuple[Offer, ...],
    answer: Answer,
    reason: DeclineReason | None,
    now: datetime,
    until: Times,
) -> tuple[Offer, ...]:
    state = ANSWER_STATES[answer]
    if state in TAKES_BED:
        return take(record, desk, offers, state, now, until.hold_until)
    if answer is Answer.CALL_BACK:
        again = [changed(desk, one, now, call_back_at=until.call_back_at) for one in offers]
        return tuple(written(record, one) for one in again)
    code = None if reason is None else reason.value
    return give_back(record, desk, offers, state, now, reason=code)
