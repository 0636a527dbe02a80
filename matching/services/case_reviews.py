"""What was looked at in time: an emergency again, a screening, who pays after two weeks."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import StrEnum

from matching.domain.access import Action
from matching.domain.casework import Placement, StayState
from matching.domain.errors import ConflictError, InputError
from matching.engine.rules.base import day
from matching.engine.rules.text import counted
from matching.services.absences import came_back_on
from matching.services.casebook import case_of, person_of, require_version
from matching.services.desk import Desk
from matching.services.referral_forms import Recorded, edit


class PaymentReview(StrEnum):
    """What came of looking at who pays after two weeks."""

    PAID_ON = "paid_on"
    OTHER_PAYER = "other_payer"
    MOVE_PLANNED = "move_planned"
    ASSESSED = "assessed"


PAYMENT_WORDS: Mapping[PaymentReview, str] = {
    PaymentReview.PAID_ON: "Title IV-E pays on: the place is in a category that is paid",
    PaymentReview.OTHER_PAYER: "somebody else pays",
    PaymentReview.MOVE_PLANNED: "a move to another place is planned",
    PaymentReview.ASSESSED: "an assessment of the level of care has begun",
}


@dataclasses.dataclass(frozen=True, slots=True)
class Reviewed:
    """What recording a review did.

    Attributes
    ----------
    case : str
    version : int
        Of what was reviewed, as it is now.
    sentence : str
    """

    case: str
    version: int
    sentence: str


def emergency_reviewed(desk: Desk, case: str, expected_version: int) -> Reviewed:
    """Record that a referral of an emergency was looked at again: one audit event.

    Parameters
    ----------
    desk : Desk
    case : str
    expected_version : int
        Of the state of the case.

    Returns
    -------
    Reviewed

    Raises
    ------
    PermissionDenied
        If the actor may not record referrals.
    NotFound
        If there is no such case.
    ConflictError
        If somebody else changed its state meanwhile.
    InputError
        If it is no emergency, or was looked at already.
    """
    desk.require(Action.RECORD_REFERRAL)
    now = desk.clock()
    with desk.store.transaction() as record:
        stands = case_of(record, case)
        require_version(stands.version, expected_version)
        if stands.emergency_at is None:
            raise InputError(
                "This case was not recorded in a hurry.", next_step="Open the case again."
            )
        if stands.reviewed_at is not None:
            raise InputError(
                "Somebody looked at this case again already.", next_step="Open the case again."
            )
        new = dataclasses.replace(stands, reviewed_at=now)
        kept = record.cases.put(new, expected=stands.version)
        hours = max(0, int((now - stands.emergency_at).total_seconds() // 3600))
        record.audit.append(
            desk.actor,
            now,
            Action.RECORD_REFERRAL,
            object_kind="referral",
            object_id=case,
            reason="reviewed",
            details={"hours": hours},
        )
    after = counted(hours, "hour")
    said = f"Case {case} was looked at again, {after} after it was recorded in a hurry."
    return Reviewed(case, kept.version, said)


def screened(desk: Desk, case: str, on: date, expected_version: int) -> Recorded:
    """Record the day on which a screening for trafficking began: one audit event.

    Parameters
    ----------
    desk : Desk
    case : str
    on : date
    expected_version : int
        Of the facts of the case.

    Returns
    -------
    Recorded

    Raises
    ------
    PermissionDenied
        If the actor may not record referrals.
    NotFound
        If there is no such case.
    InputError
        If the day lies in the future.
    ConflictError
        If somebody else changed the case meanwhile, or recorded another day.
    """
    desk.require(Action.RECORD_REFERRAL)
    if on > desk.local(desk.clock()).date():
        raise InputError(
            f"{day(on)} lies in the future.", next_step="Write the day on which it began."
        )
    with desk.store.reading() as record:
        before = person_of(record, case).screening_date
        back = came_back_on(desk, record.placements.of(case))
    if before is not None and back is not None and before < back <= on:
        before = None  # whoever was missing is screened again
    if before not in (None, on):
        # Asked for where no screening is on record: another day is a correction.
        raise ConflictError(
            f"Somebody else changed this case meanwhile: screened on {day(before)}.",
            next_step="If that day is wrong, correct it with the other facts of the case.",
        )
    return edit(desk, case, {"screening_date": on}, expected_version)


def day_14_reviewed(
    desk: Desk, placement_id: int, came_to: PaymentReview, expected_version: int
) -> Reviewed:
    """Record that somebody looked at who pays after two weeks: one audit event.

    Parameters
    ----------
    desk : Desk
    placement_id : int
    came_to : PaymentReview
    expected_version : int
        Of the placement.

    Returns
    -------
    Reviewed

    Raises
    ------
    PermissionDenied
        If the actor may not record placements.
    NotFound
        If there is no such placement.
    ConflictError
        If somebody else changed it meanwhile.
    InputError
        If somebody looked at it already.
    """
    desk.require(Action.RECORD_PLACEMENT)

    def look(stay: Placement, now: datetime) -> Placement:
        if stay.day14_reviewed_at is not None:
            raise InputError(
                "Somebody looked at who pays already.", next_step="Open the case again."
            )
        return dataclasses.replace(stay, day14_reviewed_at=now)

    stay = _looked_at(
        desk, placement_id, expected_version, look, came_to.value, review="day_14"
    )
    said = f"Case {stay.referral_id}: who pays was looked at; {PAYMENT_WORDS[came_to]}."
    return Reviewed(stay.referral_id, stay.version, said)


def missing_reported(desk: Desk, placement_id: int, expected_version: int) -> Reviewed:
    """Record that somebody missing was reported to the police and to NCMEC: one audit event.

    Parameters
    ----------
    desk : Desk
    placement_id : int
    expected_version : int
        Of the placement.

    Returns
    -------
    Reviewed

    Raises
    ------
    PermissionDenied
        If the actor may not record placements.
    NotFound
        If there is no such placement.
    ConflictError
        If somebody else changed it meanwhile.
    InputError
        If nobody is missing, or it was recorded already.
    """
    desk.require(Action.RECORD_PLACEMENT)

    def look(stay: Placement, now: datetime) -> Placement:
        if stay.state is not StayState.MISSING or stay.missing_reported_at is not None:
            raise InputError(
                "Nothing was saved. Nobody is missing, or the report is on record already.",
                next_step="Open the case again.",
            )
        return dataclasses.replace(stay, missing_reported_at=now)

    stay = _looked_at(desk, placement_id, expected_version, look, "missing_reported")
    said = f"Case {stay.referral_id}: that it was reported missing is on record."
    return Reviewed(stay.referral_id, stay.version, said)


def _looked_at(
    desk: Desk,
    placement_id: int,
    expected_version: int,
    look: Callable[[Placement, datetime], Placement],
    reason: str,
    **details: str,
) -> Placement:
    """Write what was looked at about a stay, and the event of it, in one transaction."""
    now = desk.clock()
    with desk.store.transaction() as record:
        stay = record.placements.get(placement_id)
        require_version(stay.version, expected_version)
        kept = record.placements.change(look(stay, now), expected=stay.version)
        record.audit.append(
            desk.actor,
            now,
            Action.RECORD_PLACEMENT,
            object_kind="referral",
            object_id=stay.referral_id,
            reason=reason,
            details={"placement": placement_id, **details},
        )
    return kept
