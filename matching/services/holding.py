"""Beds held for a while: taken, kept longer, given back, and who holds which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from matching.domain.access import Action
from matching.domain.casework import (
    TAKES_BED,
    Answer,
    Offer,
    OfferState,
    ReleaseReason,
)
from matching.domain.errors import ConflictError, InputError
from matching.services.answers import hold_end
from matching.services.calling import new_offers
from matching.services.casebook import hour, require_version
from matching.services.clock import end_what_is_due
from matching.services.desk import Desk
from matching.services.offer_moves import (
    changed,
    companions,
    note_calls,
    offer_details,
    open_at,
    require_state,
    take,
    written,
)
from matching.services.room import name_at
from matching.services.taking_back import withdraw

_FAR = datetime.max.replace(tzinfo=UTC)


def hold(
    desk: Desk,
    case: str,
    provider_id: str,
    pool_id: str,
    minutes: int | None = None,
    run_id: int | None = None,
    *,
    pools: Mapping[str, str] | None = None,
) -> Offer:
    """Hold a bed for a person, and beds for the group with them: all, or none.

    A call under way about the same place becomes the hold.

    Parameters
    ----------
    desk : Desk
    case : str
        Case reference.
    provider_id, pool_id : str
    minutes : int, optional
        By default as the policy says.
    run_id : int, optional
        Number of the plan that proposed it.
    pools : mapping of str to str, optional
        Bed pools for others of the group, by case.

    Returns
    -------
    Offer
        That of the case itself; the same one if the same person pressed twice.

    Raises
    ------
    PermissionDenied
        If the actor may not record calls.
    NotFound
        If there is no such case or place.
    InputError
        If the time is impossible.
    ConflictError
        If the last bed is taken, or the person has a bed already.
    ChoiceError
        If a rule bars the place.
    """
    desk.require(Action.RECORD_CALL)
    now = desk.clock()
    until = hold_end(desk, now, minutes)
    end_what_is_due(desk.store, desk.settings, now)
    with desk.store.transaction() as record:
        there = open_at(record, case, provider_id, pool_id)
        if there is not None and there.state in TAKES_BED:
            return _held_already(desk, there, name_at(record, provider_id))
        if there is None:
            offers = new_offers(record, desk, case, provider_id, pool_id, now, run_id, pools)
        else:
            offers = companions(record, desk, there, now)
        done = take(record, desk, offers, OfferState.HELD, now, until)
        note_calls(record, desk, done, Answer.HOLDS, now)
        record.audit.append(
            desk.actor,
            now,
            Action.RECORD_CALL,
            object_kind="offer",
            object_id=str(done[0].id),
            reason="held",
            details=offer_details(done, plan=run_id, until=until.isoformat()),
        )
    return done[0]


def _held_already(desk: Desk, offer: Offer, name: str) -> Offer:
    """Return a hold that the same person took just now, or say that there is one."""
    if offer.changed_by == desk.actor.name and offer.state is OfferState.HELD:
        return offer
    raise ConflictError(
        f"A bed at {name} is {offer.state.value} for case {offer.referral_id} already, since "
        f"{hour(desk, offer.changed_at)}.",
        next_step="Look at the case as it is now.",
    )


def extend(desk: Desk, offer_id: int, minutes: int, *, expected_version: int) -> Offer:
    """Hold a bed for longer, from now on: one audit event.

    Parameters
    ----------
    desk : Desk
    offer_id : int
    minutes : int
    expected_version : int
        Version of the offer as it was shown.

    Raises
    ------
    PermissionDenied
        If the actor may not record calls.
    NotFound
        If there is no such hold.
    InputError
        If the time is impossible, or would end the hold sooner.
    ConflictError
        If somebody changed it meanwhile, or it has ended.
    """
    desk.require(Action.RECORD_CALL)
    now = desk.clock()
    until = hold_end(desk, now, minutes)
    end_what_is_due(desk.store, desk.settings, now)
    with desk.store.transaction() as record:
        offer = record.offers.get(offer_id)
        twice = offer.version == expected_version + 1 and offer.hold_until == until
        if twice and offer.changed_by == desk.actor.name:
            return offer
        require_version(offer.version, expected_version)
        require_state(offer, {OfferState.HELD})
        if offer.hold_until is not None and until < offer.hold_until:
            raise InputError(
                f"The bed is held until {hour(desk, offer.hold_until)} already.",
                next_step="Choose a longer time, or release the bed.",
            )
        together = companions(record, desk, offer, now)
        done = tuple(
            written(record, changed(desk, one, now, hold_until=until)) for one in together
        )
        record.audit.append(
            desk.actor,
            now,
            Action.RECORD_CALL,
            object_kind="offer",
            object_id=str(offer_id),
            reason="extended",
            details=offer_details(done, until=until.isoformat()),
        )
    return done[0]


def release(
    desk: Desk, offer_id: int, reason: ReleaseReason, *, expected_version: int
) -> Offer:
    """Give a bed back that is held or accepted: one audit event.

    Parameters, result and errors as for
    :func:`matching.services.taking_back.withdraw`.
    """
    desk.require(Action.RECORD_CALL)
    return withdraw(desk, offer_id, reason, expected_version=expected_version, only=TAKES_BED)


@dataclass(frozen=True, slots=True)
class HoldLine:
    """One bed that is held or accepted.

    Attributes
    ----------
    offer : Offer
    name : str
        Of the provider.
    until : datetime or None
        ``None`` once the provider has accepted.
    minutes_left : int or None
        Until the hold ends; 0 if its time has come.
    sentence : str
    """

    offer: Offer
    name: str
    until: datetime | None
    minutes_left: int | None
    sentence: str


def holds(desk: Desk) -> tuple[HoldLine, ...]:
    """Return the beds held and accepted for this office's cases, those that end first first.

    Raises
    ------
    PermissionDenied
        If the actor may not see cases.
    """
    desk.require(Action.SEE_CASES)
    now = desk.clock()
    with desk.store.reading() as record:
        found = [one for one in record.offers.open() if one.state in TAKES_BED]
        providers, _ = record.providers.all() if found else ((), ())
    names = {one.provider_id: one.name or one.provider_id for one in providers}
    lines = [hold_line(desk, one, names[one.provider_id], now) for one in found]
    return tuple(sorted(lines, key=lambda one: (one.until or _FAR, one.offer.id or 0)))


def hold_line(desk: Desk, offer: Offer, name: str, now: datetime) -> HoldLine:
    """Return a bed that is held or accepted, in words.

    Parameters
    ----------
    desk : Desk
    offer : Offer
        In one of the states that take a bed.
    name : str
        Of the provider.
    now : datetime

    Raises
    ------
    PermissionDenied
        If the actor may not see cases.
    """
    desk.require(Action.SEE_CASES)
    beds = "a bed" if offer.beds == 1 else f"{offer.beds} beds"
    if offer.state is OfferState.ACCEPTED or offer.hold_until is None:
        said = (
            f"{name} accepted case {offer.referral_id} at {hour(desk, offer.changed_at)}; "
            "they have not moved in yet."
        )
        return HoldLine(offer, name, None, None, said)
    left = max(0, int((offer.hold_until - now).total_seconds() // 60))
    said = (
        f"{name} holds {beds} for case {offer.referral_id} until "
        f"{hour(desk, offer.hold_until)}, by {offer.opened_by}."
    )
    return HoldLine(offer, name, offer.hold_until, left, said)
