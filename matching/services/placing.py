"""Moving in; moving away and back, on and out, and closing a case are re-exported here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from matching.domain.access import Action
from matching.domain.casework import (
    OPEN_OFFERS,
    TAKES_BED,
    CaseState,
    Move,
    Offer,
    OfferState,
    Placement,
    StayState,
)
from matching.domain.errors import ConflictError, InputError
from matching.services.calling import new_offers
from matching.services.casebook import STATE_WORDS, case_of, move, person_of, require_version
from matching.services.clock import end_what_is_due
from matching.services.closing import close, reopen
from matching.services.desk import Desk
from matching.services.offer_moves import changed, companions, open_at, require_state
from matching.services.placement_moves import end_calls, note, past
from matching.services.room import Wanted, require_room
from matching.services.stays import come_back, end, leave, notice, transfer
from matching.store.database import Reading, Transaction

__all__ = [
    "close",
    "come_back",
    "end",
    "leave",
    "notice",
    "reopen",
    "start",
    "transfer",
]


def start(
    desk: Desk,
    case: str,
    *,
    offer_id: int | None = None,
    provider_id: str | None = None,
    pool_id: str | None = None,
    started_at: datetime | None = None,
    planned_end: date | None = None,
    expected_version: int,
    pools: Mapping[str, str] | None = None,
) -> Placement:
    """Record that a person moved in, and the group with them: one audit event.

    Calls under way about other places end.

    Parameters
    ----------
    desk : Desk
    case : str
        Case reference.
    offer_id : int, optional
        The call, hold or acceptance that it came of; or else a place.
    provider_id, pool_id : str, optional
    started_at : datetime, optional
        By default now.
    planned_end : date, optional
    expected_version : int
        Version of the case as it was shown, from ``casebook.case_of``.
    pools : mapping of str to str, optional
        Bed pools for others of the group, by case.

    Returns
    -------
    Placement
        That of the case itself; the same one if the same person pressed twice.

    Raises
    ------
    PermissionDenied
        If the actor may not record placements.
    NotFound
        If there is no such case, call or place.
    InputError
        If no place is named, or the time is to come.
    ConflictError
        If somebody changed it meanwhile, or no bed is left.
    ChoiceError
        If a rule bars the place.
    """
    desk.require(Action.RECORD_PLACEMENT)
    now = desk.clock()
    began = past(now if started_at is None else started_at, now)
    end_what_is_due(desk.store, desk.settings, now)
    with desk.store.transaction() as record:
        before = case_of(record, case)
        if before.version == expected_version + 1:
            twice = _started_already(record, desk, case, provider_id, offer_id)
            if twice is not None:
                return twice
        require_version(before.version, expected_version)
        offers = _offers(record, desk, case, offer_id, provider_id, pool_id, now, pools)
        _require_beds(record, desk, offers, now)
        made = [_moved_in(record, desk, one, began, planned_end, now) for one in offers]
        ended = end_calls(record, desk, [one.referral_id for one in offers], now)
        note(record, desk, made, now, "started", calls_ended=ended)
    return made[0]


def _started_already(
    record: Reading, desk: Desk, case: str, provider_id: str | None, offer_id: int | None
) -> Placement | None:
    """Return the placement that the same press began a moment ago."""
    for one in record.placements.of(case):
        same = one.provider_id == provider_id or (offer_id and one.offer_id == offer_id)
        if one.state is StayState.LIVING and one.started_by == desk.actor.name and same:
            return one
    return None


def _offers(
    record: Reading,
    desk: Desk,
    case: str,
    offer_id: int | None,
    provider_id: str | None,
    pool_id: str | None,
    now: datetime,
    pools: Mapping[str, str] | None,
) -> tuple[Offer, ...]:
    """Return what a placement comes of: offers on record, or a place as not yet offered."""
    if offer_id is not None:
        offer = record.offers.get(offer_id)
        if offer.referral_id != case:
            raise InputError(
                "This call or hold is for another case.", next_step="Open the case again."
            )
        require_state(offer, OPEN_OFFERS)
        return companions(record, desk, offer, now)
    if provider_id is None or pool_id is None:
        raise InputError("No place is named.", next_step="Choose the place.")
    there = open_at(record, case, provider_id, pool_id)
    if there is not None:
        return companions(record, desk, there, now)
    return new_offers(record, desk, case, provider_id, pool_id, now, None, pools)


def _require_beds(record: Reading, desk: Desk, offers: Sequence[Offer], now: datetime) -> None:
    """Refuse unless everybody has a bed there or may have one, and nowhere else."""
    for have in (True, False):
        mine = [one for one in offers if (one.state in TAKES_BED) is have]
        wanted = [Wanted(person_of(record, one.referral_id), one.pool_id) for one in mine]
        if mine:
            require_room(record, desk, mine[0].provider_id, wanted, now, have=have)
    for one in offers:
        state = case_of(record, one.referral_id).state
        if one.state not in TAKES_BED and state is not CaseState.WAITING:
            raise ConflictError(
                f"Case {one.referral_id} {STATE_WORDS[state]}, so it cannot move in here.",
                next_step="Release the bed that is held elsewhere first.",
            )


def _moved_in(
    record: Transaction,
    desk: Desk,
    offer: Offer,
    began: datetime,
    planned_end: date | None,
    now: datetime,
) -> Placement:
    beds = offer.beds
    if offer.id is not None:
        new = changed(desk, offer, now, state=OfferState.STARTED, call_back_at=None)
        record.offers.change(new, expected=offer.version)
    move(record, case_of(record, offer.referral_id), Move.START, now)
    return record.placements.add(
        Placement(
            referral_id=offer.referral_id,
            provider_id=offer.provider_id,
            pool_id=offer.pool_id,
            offer_id=offer.id,
            state=StayState.LIVING,
            beds=beds,
            started_at=began,
            started_by=desk.actor.name,
            recorded_at=now,
            planned_end=planned_end,
        )
    )
