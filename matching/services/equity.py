"""Recording race and tribal status for the page on fairness, and nothing else.

Only this module and the one on fairness touch what is recorded here.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from matching.domain.access import Action
from matching.domain.equity import EquityFacts
from matching.domain.errors import InputError
from matching.intake.equity import RACE, TRIBE, EquityRow, read_equity
from matching.intake.issues import Issue
from matching.services.desk import Desk


@dataclass(frozen=True, slots=True)
class EquityState:
    """What is recorded, without anybody's answer.

    Attributes
    ----------
    people : int
        Cases for which something is recorded.
    at : datetime or None
        When it last was.
    """

    people: int
    at: datetime | None


@dataclass(frozen=True, slots=True)
class EquityUpload:
    """What a list holds, or what of it was recorded.

    Attributes
    ----------
    cases : int
        Cases on the record for which the list says something.
    unknown : tuple of str
        Case references that are not on the record.
    issues : tuple of Issue
        Rows set aside.
    not_read : tuple of str
        Headers of columns that were not looked at.
    """

    cases: int
    unknown: tuple[str, ...]
    issues: tuple[Issue, ...]
    not_read: tuple[str, ...]


def equity_state(desk: Desk) -> EquityState:
    """Return for how many cases something is recorded, and when it last was.

    Raises
    ------
    PermissionDenied
        If the actor may not record it.
    """
    desk.require(Action.RECORD_EQUITY)
    with desk.store.reading() as record:
        return EquityState(*record.equity.state())


def check_equity(desk: Desk, data: bytes) -> EquityUpload:
    """Return what recording a list would do; nothing is recorded.

    Raises
    ------
    PermissionDenied
        If the actor may not record it.
    InputError
        If the list cannot be used.
    """
    desk.require(Action.RECORD_EQUITY)
    found = read_equity(data)
    with desk.store.reading() as record:
        on_record = record.referrals.versions().keys()
    mine, unknown = _known(found.rows, on_record)
    return EquityUpload(len(mine), unknown, found.issues, found.not_read)


def record_equity(desk: Desk, data: bytes) -> EquityUpload:
    """Record the race and tribal status of cases: one transaction, one audit event.

    What a row says takes the place of what was recorded for its case; what it
    leaves blank stays. Cases that are not on the record are listed and left out.

    Parameters
    ----------
    desk : Desk
    data : bytes
        See :func:`matching.intake.equity.read_equity`.

    Returns
    -------
    EquityUpload

    Raises
    ------
    PermissionDenied
        If the actor may not record it.
    InputError
        If the list cannot be used, or no row of it is about a case on the record.
    """
    desk.require(Action.RECORD_EQUITY)
    found = read_equity(data)
    now = desk.clock()
    with desk.store.transaction() as record:
        mine, unknown = _known(found.rows, record.referrals.versions().keys())
        if not mine:
            raise InputError(
                "No row of the list says anything about a case on the record.",
                next_step="Check the case references and the names of the columns.",
            )
        before = {one.referral_id: one for one in record.equity.all()}
        record.equity.put(
            _merged(row, before.get(row.referral_id), desk.actor.name, now) for row in mine
        )
        record.audit.append(
            desk.actor,
            now,
            Action.RECORD_EQUITY,
            object_kind="equity",
            details={
                "cases": len(mine),
                "not_on_record": len(unknown),
                "rows_set_aside": len(found.issues),
            },
        )
    return EquityUpload(len(mine), unknown, found.issues, found.not_read)


def forget_equity(desk: Desk) -> int:
    """Remove everything recorded: one transaction, one audit event.

    Returns
    -------
    int
        For how many cases something was recorded.

    Raises
    ------
    PermissionDenied
        If the actor may not record it.
    """
    desk.require(Action.RECORD_EQUITY)
    with desk.store.transaction() as record:
        number = record.equity.clear()
        record.audit.append(
            desk.actor,
            desk.clock(),
            Action.RECORD_EQUITY,
            object_kind="equity",
            details={"removed": number},
        )
    return number


def _known(
    rows: tuple[EquityRow, ...], on_record: Collection[str]
) -> tuple[list[EquityRow], tuple[str, ...]]:
    """Return the rows that say something about a case on the record, and the other cases."""
    mine = [row for row in rows if row.said and row.referral_id in on_record]
    return mine, tuple(row.referral_id for row in rows if row.referral_id not in on_record)


def _merged(
    row: EquityRow, before: EquityFacts | None, actor: str, at: datetime
) -> EquityFacts:
    kept_race = None if before is None else before.race
    kept_tribe = None if before is None else before.tribal_status
    return EquityFacts(
        referral_id=row.referral_id,
        race=row.race if RACE in row.said else kept_race,
        tribal_status=row.tribal_status if TRIBE in row.said else kept_tribe,
        actor=actor,
        at=at,
    )
