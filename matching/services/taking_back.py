"""Taking an answer back, and ending a call, a hold or an acceptance from our side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from datetime import datetime, timedelta

from matching.domain.access import Action
from matching.domain.casework import (
    OPEN_OFFERS,
    TAKES_BED,
    Answer,
    Call,
    CaseState,
    Offer,
    OfferState,
    ReleaseReason,
    standing,
)
from matching.domain.errors import ConflictError
from matching.services.answers import ANSWER_STATES, UNDO_MINUTES, Answered
from matching.services.casebook import case_of, require_version
from matching.services.clock import end_what_is_due
from matching.services.desk import Desk
from matching.services.offer_moves import (
    cases_in_words,
    companions,
    give_back,
    note_calls,
    offer_details,
    open_at,
    require_state,
    take,
)
from matching.services.room import name_at
from matching.store.database import Reading, Transaction


def take_back_answer(desk: Desk, offer_id: int, *, expected_version: int) -> Answered:
    """Take the last answer back while nothing is built on it: an event of its own.

    Parameters
    ----------
    desk : Desk
    offer_id : int
    expected_version : int
        Version of the offer as it was shown.

    Raises
    ------
    PermissionDenied
        If the actor may not record calls.
    NotFound
        If there is no such call.
    ConflictError
        If somebody changed it meanwhile, it is too late, something is built on it, or
        the bed is no longer there.
    """
    desk.require(Action.RECORD_CALL)
    now = desk.clock()
    end_what_is_due(desk.store, desk.settings, now)
    with desk.store.transaction() as record:
        offer = record.offers.get(offer_id)
        require_version(offer.version, expected_version)
        calls = standing(record.calls.of(offer_id))
        _require_last(offer, calls, now)
        before = _before(offer, calls, now)
        together = companions(record, desk, offer, now)
        done = _restored(record, desk, together, before, now)
        note_calls(record, desk, done, Answer.TAKEN_BACK, now)
        name = name_at(record, offer.provider_id)
        record.audit.append(
            desk.actor,
            now,
            Action.RECORD_CALL,
            object_kind="offer",
            object_id=str(offer_id),
            reason="taken_back",
            details=offer_details(done, answer=calls[-1].answer.value),
        )
    said = f"The answer of {name} about {cases_in_words(done)} was taken back."
    return Answered(done[0], done, said)


def _require_last(offer: Offer, calls: Sequence[Call], now: datetime) -> None:
    last = calls[-1] if calls else None
    if (
        last is None
        or last.at != offer.changed_at
        or offer.state is not ANSWER_STATES[last.answer]
        or now - last.at > timedelta(minutes=UNDO_MINUTES)
    ):
        raise ConflictError(
            "The answer cannot be taken back any more: it is too old, or something was done "
            "on it since.",
            next_step="Record what is true now instead.",
        )


def _before(offer: Offer, calls: Sequence[Call], now: datetime) -> OfferState:
    """Return where an offer stood before its last answer."""
    if len(calls) > 1:
        held = calls[-2].answer is Answer.HOLDS
        lasts = offer.hold_until is not None and offer.hold_until > now
        return OfferState.HELD if held and lasts else OfferState.CALLING
    begun_with_it = offer.version == 1
    return OfferState.WITHDRAWN if begun_with_it else OfferState.CALLING


def _restored(
    record: Transaction,
    desk: Desk,
    offers: tuple[Offer, ...],
    state: OfferState,
    now: datetime,
) -> tuple[Offer, ...]:
    reason = ReleaseReason.BY_MISTAKE.value if state is OfferState.WITHDRAWN else None
    for one in offers:
        if one.state not in OPEN_OFFERS:
            _require_no_other(record, one)
    if state is not OfferState.HELD:
        return give_back(record, desk, offers, state, now, reason=reason)
    if offers[0].state in TAKES_BED:
        offers = give_back(record, desk, offers, OfferState.CALLING, now, reason=None)
    until = offers[0].hold_until
    return take(record, desk, offers, OfferState.HELD, now, until)


def _require_no_other(record: Reading, offer: Offer) -> None:
    """Refuse to open an offer again where another one is open for the same place."""
    other = open_at(record, offer.referral_id, offer.provider_id, offer.pool_id)
    state = case_of(record, offer.referral_id).state
    if other is not None or state not in (CaseState.WAITING, CaseState.HELD):
        raise ConflictError(
            f"Case {offer.referral_id} went on since, so the answer cannot be taken back.",
            next_step="Look at the case as it is now.",
        )


def withdraw(
    desk: Desk,
    offer_id: int,
    reason: ReleaseReason,
    *,
    expected_version: int,
    only: Set[OfferState] = OPEN_OFFERS,
) -> Offer:
    """End a call, a hold or an acceptance from our side: one audit event.

    Parameters
    ----------
    desk : Desk
    offer_id : int
    reason : ReleaseReason
    expected_version : int
        Version of the offer as it was shown.
    only : set of OfferState, optional
        Where it may stand; by default anywhere that is not over.

    Returns
    -------
    Offer

    Raises
    ------
    PermissionDenied
        If the actor may not record calls.
    NotFound
        If there is no such call.
    ConflictError
        If somebody changed it meanwhile, or it is over.
    """
    desk.require(Action.RECORD_CALL)
    now = desk.clock()
    with desk.store.transaction() as record:
        return _withdrawn(record, desk, offer_id, reason, expected_version, only, now)


def withdraw_all(
    desk: Desk, offers: Mapping[int, int], reason: ReleaseReason
) -> tuple[Offer, ...]:
    """End several calls from our side, all or none: one transaction, an event for each.

    Those of a group end together, as one event.

    Parameters
    ----------
    desk : Desk
    offers : mapping of int to int
        The version of each offer as it was shown, by its number.
    reason : ReleaseReason

    Raises
    ------
    PermissionDenied, NotFound, ConflictError
        As for :func:`withdraw`.
    """
    desk.require(Action.RECORD_CALL)
    now = desk.clock()
    with desk.store.transaction() as record:
        return tuple(
            _withdrawn(record, desk, number, reason, version, OPEN_OFFERS, now)
            for number, version in offers.items()
        )


def _withdrawn(
    record: Transaction,
    desk: Desk,
    offer_id: int,
    reason: ReleaseReason,
    expected: int,
    only: Set[OfferState],
    now: datetime,
) -> Offer:
    offer = record.offers.get(offer_id)
    if _ended_twice(desk, offer, reason, expected):
        return offer
    require_version(offer.version, expected)
    require_state(offer, only)
    together = companions(record, desk, offer, now)
    done = give_back(record, desk, together, OfferState.WITHDRAWN, now, reason=reason.value)
    record.audit.append(
        desk.actor,
        now,
        Action.RECORD_CALL,
        object_kind="offer",
        object_id=str(offer_id),
        reason=reason.value,
        details=offer_details(done, before=offer.state.value),
    )
    return done[0]


def _ended_twice(desk: Desk, offer: Offer, reason: ReleaseReason, expected: int) -> bool:
    return (
        offer.version == expected + 1
        and offer.changed_by == desk.actor.name
        and (offer.state, offer.reason) == (OfferState.WITHDRAWN, reason.value)
    )
