"""What ends at its time: holds, and beds kept for people who are away.

Nothing ends by itself. A hold whose time has come still takes its bed until an event
in the name of the clock says that it has ended; so everybody sees the same, and the
record tells when each bed was free again.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import datetime

from matching.domain.access import CLOCK, Action
from matching.domain.casework import Move, Offer, OfferState, Placement, StayEnd, StayState
from matching.domain.errors import MatchingError
from matching.services.casebook import case_of, move
from matching.services.desk import Desk
from matching.settings import Settings
from matching.store.database import Store, Transaction

_log = logging.getLogger(__name__)

#: Why a placement ended whose bed was no longer kept.
_LAPSED = {StayState.MISSING: StayEnd.MISSING, StayState.HOSPITAL: StayEnd.HOSPITAL}


@dataclass(frozen=True, slots=True)
class Ended:
    """What ended at its time.

    Attributes
    ----------
    holds : int
        Holds of beds.
    stays : int
        Beds that were kept for somebody who is missing or in hospital.
    """

    holds: int = 0
    stays: int = 0

    def __bool__(self) -> bool:
        return bool(self.holds or self.stays)

    def __add__(self, other: Ended) -> Ended:
        return Ended(self.holds + other.holds, self.stays + other.stays)


def end_what_is_due(store: Store, settings: Settings, now: datetime) -> Ended:
    """End what is due by a moment in every office, each by its own event.

    All that is due in an office is one transaction. It may be called by anybody at
    any time, and by several at once: what one has ended the others find ended. What
    is wrong at another office stops nobody here; it is told in the log, without a fact.

    Parameters
    ----------
    store : Store
        Of whoever asks.
    settings : Settings
    now : datetime
        Aware.

    Returns
    -------
    Ended

    Raises
    ------
    ConflictError, StoreError
        If what is due at the office of whoever asks cannot be ended.
    """
    with store.reading() as record:
        offices = {*record.offers.offices_due(now), *record.placements.offices_due(now)}
    ended = Ended()
    for office in sorted(offices, key=lambda one: (one == store.office, one)):
        desk = Desk(store.at(office), CLOCK, settings, lambda: now)
        try:
            ended += _end(desk, now)
        except MatchingError as error:
            if office == store.office:
                raise
            _log.warning("The clock could not end what is due: %s", type(error).__name__)
    return ended


def _end(desk: Desk, now: datetime) -> Ended:
    desk.require(Action.END_AT_TIME)
    with desk.store.transaction() as record:
        holds = record.offers.due(now)
        for one in holds:
            _end_hold(record, one, now)
        stays = record.placements.due(now)
        for stay in stays:
            _end_stay(record, stay, now)
    return Ended(len(holds), len(stays))


def _end_hold(record: Transaction, offer: Offer, now: datetime) -> None:
    move(record, case_of(record, offer.referral_id), Move.EXPIRE, now)
    new = replace(offer, state=OfferState.EXPIRED, changed_at=now, changed_by=CLOCK.name)
    record.offers.change(new, expected=offer.version)
    record.audit.append(
        CLOCK,
        now,
        Action.END_AT_TIME,
        object_kind="offer",
        object_id=str(offer.id),
        reason="hold_ended",
        details={
            "case": offer.referral_id,
            "provider": offer.provider_id,
            "bed_pool": offer.pool_id,
            "due": None if offer.hold_until is None else offer.hold_until.isoformat(),
        },
    )


def _end_stay(record: Transaction, stay: Placement, now: datetime) -> None:
    move(record, case_of(record, stay.referral_id), Move.EXPIRE, now)
    new = replace(
        stay,
        state=StayState.ENDED,
        ended_at=now,
        ended_by=CLOCK.name,
        end_reason=_LAPSED[stay.state],
    )
    record.placements.change(new, expected=stay.version)
    record.audit.append(
        CLOCK,
        now,
        Action.END_AT_TIME,
        object_kind="placement",
        object_id=str(stay.id),
        reason="bed_hold_ended",
        details={
            "case": stay.referral_id,
            "provider": stay.provider_id,
            "bed_pool": stay.pool_id,
            "away": stay.state.value,
            "due": None if stay.bed_until is None else stay.bed_until.isoformat(),
        },
    )
