"""Where cases stand, and moving them from one state to another."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from matching.domain.casework import Case, CaseState, Move, Outcome, after
from matching.domain.errors import ConflictError, NotFound
from matching.domain.records import Referral
from matching.engine.rules.base import day
from matching.services.desk import Desk
from matching.store.database import Reading, Transaction

#: How a state is said of a case.
STATE_WORDS = {
    CaseState.WAITING: "is waiting for a place",
    CaseState.HELD: "has a bed held",
    CaseState.ACCEPTED: "was accepted and has not moved in",
    CaseState.PLACED: "lives at a place",
    CaseState.AWAY: "is away while the bed is kept",
    CaseState.CLOSED: "is closed",
}


def person_of(record: Reading, referral_id: str) -> Referral:
    """Return the facts of a case.

    Raises
    ------
    NotFound
        If there is no such case in this office.
    """
    found = record.referrals.get(referral_id)
    if found is None:
        raise NotFound("There is no such case on record.", next_step="Open the board again.")
    return found


def case_of(record: Reading, referral_id: str) -> Case:
    """Return where a case stands; one that was never moved waits.

    Raises
    ------
    NotFound
        If there is no such case in this office.
    """
    found = record.cases.get(referral_id)
    if found is None:
        person_of(record, referral_id)
        found = Case(referral_id=referral_id)
    return found


def states(record: Reading) -> dict[str, Case]:
    """Return where everybody on the record stands, by case reference."""
    moved = {one.referral_id: one for one in record.cases.all()}
    return {
        name: moved.get(name) or Case(referral_id=name) for name in record.referrals.versions()
    }


def move(
    record: Transaction,
    case: Case,
    step: Move,
    now: datetime,
    *,
    outcome: Outcome | None = None,
) -> Case:
    """Move a case to another state.

    Parameters
    ----------
    record : Transaction
    case : Case
        As it was read in this transaction.
    step : Move
    now : datetime
    outcome : Outcome, optional
        Why it is closed.

    Returns
    -------
    Case
        As it is now, with its new version.

    Raises
    ------
    ConflictError
        If there is no such move from where the case stands.
    """
    state = after(case.state, step)
    if state is None:
        raise ConflictError(
            f"Case {case.referral_id} {STATE_WORDS[case.state]}, so this cannot be done.",
            next_step="Look at the case as it is now.",
        )
    closed = state is CaseState.CLOSED
    new = replace(
        case,
        state=state,
        since=case.since if state is case.state and case.since else now,
        closed_at=now if closed else None,
        outcome=outcome if closed else None,
    )
    return record.cases.put(new, expected=case.version)


def require_version(found: int, expected: int | None) -> None:
    """Refuse a change to something that is no longer as it was shown.

    Raises
    ------
    ConflictError
    """
    if expected is not None and found != expected:
        raise ConflictError(
            "Somebody else changed this meanwhile.",
            next_step="Look at it as it is now, and decide again.",
        )


def hour(desk: Desk, moment: datetime) -> str:
    """Return a moment as a time of day in the office's zone."""
    return f"{desk.local(moment):%H:%M}"


def when(desk: Desk, moment: datetime) -> str:
    """Return "22:41" today, and the day with it on any other."""
    local = desk.local(moment)
    if local.date() == desk.local(desk.clock()).date():
        return f"{local:%H:%M}"
    return f"{local:%H:%M} on {day(local)}"
