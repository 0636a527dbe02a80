"""What every use case about placements does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from matching.domain.access import Action
from matching.domain.casework import (
    OfferState,
    Placement,
    ReleaseReason,
    StayState,
)
from matching.domain.errors import ConflictError, InputError
from matching.domain.words import Presence
from matching.services.casebook import person_of, require_version
from matching.services.desk import Desk
from matching.services.lessons import change_people
from matching.services.offer_moves import give_back
from matching.store.database import Reading, Transaction


def past(moment: datetime, now: datetime) -> datetime:
    """Return a moment that is not to come.

    Raises
    ------
    InputError
    """
    if moment.tzinfo is None or moment > now:
        raise InputError(
            "What is recorded has happened: its time is not to come.",
            next_step="Choose a time up to now.",
        )
    return moment


def end_calls(
    record: Transaction,
    desk: Desk,
    cases: Iterable[str],
    now: datetime,
    reason: ReleaseReason = ReleaseReason.ANOTHER_PLACE,
) -> int:
    """End the calls about other places of people who need none any more."""
    calling = [
        one
        for case in cases
        for one in record.offers.of(case)
        if one.state is OfferState.CALLING
    ]
    return len(give_back(record, desk, calling, OfferState.WITHDRAWN, now, reason=reason.value))


def note(
    record: Transaction,
    desk: Desk,
    made: Sequence[Placement],
    now: datetime,
    reason: str,
    **more: Any,
) -> None:
    """Add the event of what was done to placements.

    Parameters
    ----------
    record : Transaction
    desk : Desk
    made : sequence of Placement
        The one it is about first, then those of the group.
    now : datetime
    reason : str
        Code of what was done.
    **more
        Further codes and counts.
    """
    first = made[0]
    details: dict[str, Any] = {
        "case": first.referral_id,
        "provider": first.provider_id,
        "bed_pool": first.pool_id,
        "state": first.state.value,
    }
    if len(made) > 1:
        details["with"] = [one.referral_id for one in made[1:]]
    record.audit.append(
        desk.actor,
        now,
        Action.RECORD_PLACEMENT,
        object_kind="placement",
        object_id=str(first.id),
        reason=reason,
        details=details | more,
    )


def open_placement(record: Reading, placement_id: int, expected: int) -> Placement:
    """Return a placement that has not ended, in the version that was shown.

    Raises
    ------
    NotFound, ConflictError
    """
    found = record.placements.get(placement_id)
    require_version(found.version, expected)
    if found.state is StayState.ENDED:
        raise ConflictError(
            "This placement has ended.", next_step="Look at the case as it is now."
        )
    return found


def require_not_before(placement: Placement, moment: datetime) -> None:
    """Refuse a moment before somebody moved in.

    Raises
    ------
    InputError
    """
    if moment < placement.started_at:
        raise InputError(
            "The time is before the person moved in.", next_step="Choose a later time."
        )


def set_presence(
    record: Transaction, desk: Desk, case: str, presence: Presence, now: datetime
) -> None:
    """Write where somebody is, in the transaction that tells why."""
    person = person_of(record, case)
    change_people(record, desk, [replace(person, presence=presence)], now)
