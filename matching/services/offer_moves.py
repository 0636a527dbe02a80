"""What every use case about offers does: beds taken, beds given back, groups in one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from matching.domain.casework import (
    OPEN_OFFERS,
    TAKES_BED,
    Answer,
    Call,
    CaseState,
    DeclineReason,
    Move,
    Offer,
    OfferState,
)
from matching.domain.errors import ConflictError
from matching.services.casebook import STATE_WORDS, case_of, move, person_of
from matching.services.desk import Desk
from matching.services.party import mates_of
from matching.services.room import Wanted, name_at, require_room
from matching.store.database import Reading, Transaction

_STEPS = {OfferState.HELD: Move.HOLD, OfferState.ACCEPTED: Move.ACCEPT}


def companions(record: Reading, desk: Desk, offer: Offer, now: datetime) -> tuple[Offer, ...]:
    """Return an offer, and those of its group that stand alike at the same provider."""
    person = person_of(record, offer.referral_id)
    mates = {one.referral_id for one in mates_of(record, desk, person, now)}
    also = [
        one
        for one in record.offers.at(offer.provider_id)
        if one.referral_id in mates and one.state is offer.state and _alike(one, offer)
    ]
    return (offer, *also)


def _alike(one: Offer, other: Offer) -> bool:
    """Whether two offers go on together: open, or ended by the same press."""
    return one.state in OPEN_OFFERS or one.changed_at == other.changed_at


def open_at(record: Reading, case: str, provider_id: str, pool_id: str) -> Offer | None:
    """Return the offer that is open for a case at a place, if any."""
    place = provider_id, pool_id
    for one in record.offers.of(case):
        if one.state in OPEN_OFFERS and (one.provider_id, one.pool_id) == place:
            return one
    return None


def require_state(offer: Offer, allowed: Iterable[OfferState]) -> None:
    """Refuse what cannot be done where an offer stands.

    Raises
    ------
    ConflictError
    """
    if offer.state not in set(allowed):
        raise ConflictError(
            f"This call or hold is over: {offer.state.value.replace('_', ' ')}.",
            next_step="Look at the case as it is now.",
        )


def changed(desk: Desk, offer: Offer, now: datetime, **values: Any) -> Offer:
    """Return an offer as somebody changes it now."""
    return replace(offer, changed_at=now, changed_by=desk.actor.name, **values)


def take(
    record: Transaction,
    desk: Desk,
    offers: Sequence[Offer],
    state: OfferState,
    now: datetime,
    hold_until: datetime | None,
) -> tuple[Offer, ...]:
    """Take beds for people: all of them, or none.

    Parameters
    ----------
    record : Transaction
    desk : Desk
    offers : sequence of Offer
        At one provider, as they are on the record, or not yet on it.
    state : OfferState
        Held or accepted.
    now : datetime
    hold_until : datetime or None
        For a hold.

    Returns
    -------
    tuple of Offer

    Raises
    ------
    ConflictError
        If no bed is left, or somebody has one already.
    ChoiceError
        If a rule bars the place.
    """
    fresh = [one for one in offers if one.state not in TAKES_BED]
    for one in fresh:
        _require_none_elsewhere(record, one)
    if fresh:
        wanted = [Wanted(person_of(record, one.referral_id), one.pool_id) for one in fresh]
        require_room(record, desk, fresh[0].provider_id, wanted, now)
    out = []
    for one in offers:
        beds = one.beds
        if one.state not in TAKES_BED:
            beds = person_of(record, one.referral_id).beds_needed
        new = changed(desk, one, now, state=state, beds=beds, reason=None, call_back_at=None)
        if state is OfferState.HELD:
            new = replace(new, hold_until=hold_until)
        move(record, case_of(record, one.referral_id), _STEPS[state], now)
        out.append(written(record, new))
    return tuple(out)


def _require_none_elsewhere(record: Reading, offer: Offer) -> None:
    case = case_of(record, offer.referral_id)
    if case.state is CaseState.WAITING:
        return
    held = [one for one in record.offers.of(offer.referral_id) if one.state in TAKES_BED]
    where = f" at {name_at(record, held[0].provider_id)}" if held else ""
    raise ConflictError(
        f"Case {offer.referral_id} {STATE_WORDS[case.state]}{where}, so no other bed can be "
        "taken for it.",
        next_step="Release that bed first." if held else "Look at the case as it is now.",
    )


def give_back(
    record: Transaction,
    desk: Desk,
    offers: Iterable[Offer],
    state: OfferState,
    now: datetime,
    *,
    reason: str | None,
    step: Move = Move.RELEASE,
) -> tuple[Offer, ...]:
    """End offers without a placement, or let them be calls again; beds taken are free."""
    out = []
    for one in offers:
        if one.state in TAKES_BED:
            move(record, case_of(record, one.referral_id), step, now)
        new = changed(desk, one, now, state=state, reason=reason, call_back_at=None)
        out.append(written(record, new))
    return tuple(out)


def written(record: Transaction, offer: Offer) -> Offer:
    """Write an offer: a new one if it has no number."""
    if offer.id is None:
        return record.offers.add(offer)
    return record.offers.change(offer, expected=offer.version)


def note_calls(
    record: Transaction,
    desk: Desk,
    offers: Iterable[Offer],
    answer: Answer,
    now: datetime,
    *,
    reason: DeclineReason | None = None,
    asked: Sequence[Any] = (),
) -> None:
    """Keep what one telephone call came to, for everybody it was about."""
    for k, one in enumerate(offers):
        record.calls.add(
            Call(
                offer_id=int(one.id or 0),
                at=now,
                actor=desk.actor.name,
                answer=answer,
                reason=reason,
                asked=tuple(asked) if k == 0 else (),
            )
        )


def offer_details(offers: Sequence[Offer], **more: object) -> dict[str, object]:
    """Return what an audit event says of offers: codes and numbers."""
    first = offers[0]
    out: dict[str, object] = {
        "case": first.referral_id,
        "provider": first.provider_id,
        "bed_pool": first.pool_id,
        "state": first.state.value,
    }
    if len(offers) > 1:
        out["with"] = [one.referral_id for one in offers[1:]]
    return out | more


def cases_in_words(offers: Sequence[Offer]) -> str:
    """Return whom offers are for."""
    names = [one.referral_id for one in offers]
    if len(names) == 1:
        return f"case {names[0]}"
    return f"cases {', '.join(names[:-1])} and {names[-1]}"
