"""Closing a case that needs no place any more, and opening it again."""

from __future__ import annotations

from datetime import datetime

from matching.domain.access import Action
from matching.domain.casework import Case, CaseState, Move, Outcome, ReleaseReason
from matching.domain.errors import ConflictError
from matching.services.casebook import case_of, move, require_version
from matching.services.desk import Desk
from matching.services.placement_moves import end_calls
from matching.store.database import Transaction


def close(desk: Desk, case: str, outcome: Outcome, *, expected_version: int) -> Case:
    """Close a case that waits; its calls end with it: one audit event.

    A case whose bed is held or accepted, or who lives somewhere, is not closed: the
    bed is released, or the placement ended, first.

    Parameters
    ----------
    desk : Desk
    case : str
        Case reference.
    outcome : Outcome
    expected_version : int
        Version of the case as it was shown.

    Returns
    -------
    Case

    Raises
    ------
    PermissionDenied
        If the actor may not close cases.
    NotFound
        If there is no such case.
    ConflictError
        If somebody changed it meanwhile, or it cannot be closed where it stands.
    """
    desk.require(Action.CLOSE_CASE)
    now = desk.clock()
    with desk.store.transaction() as record:
        before = case_of(record, case)
        if _twice(before, CaseState.CLOSED, expected_version) and before.outcome is outcome:
            return before
        require_version(before.version, expected_version)
        done = move(record, before, Move.CLOSE, now, outcome=outcome)
        ended = end_calls(record, desk, [case], now, ReleaseReason.NOT_NEEDED)
        _note(record, desk, done, now, outcome.value, calls_ended=ended)
    return done


def reopen(desk: Desk, case: str, *, expected_version: int) -> Case:
    """Open a closed case again: it waits. One audit event.

    Parameters
    ----------
    desk : Desk
    case : str
        Case reference.
    expected_version : int
        Version of the case as it was shown.

    Returns
    -------
    Case

    Raises
    ------
    PermissionDenied
        If the actor may not open cases.
    NotFound
        If there is no such case.
    ConflictError
        If somebody changed it meanwhile, it is not closed, or its facts are gone.
    """
    desk.require(Action.CLOSE_CASE)
    now = desk.clock()
    with desk.store.transaction() as record:
        before = case_of(record, case)
        if _twice(before, CaseState.WAITING, expected_version):
            return before
        require_version(before.version, expected_version)
        if before.stripped_at is not None:
            raise ConflictError(
                "The facts of this case were removed for good, so it cannot be opened again.",
                next_step="Record a new referral.",
            )
        done = move(record, before, Move.REOPEN, now)
        _note(record, desk, done, now, "reopened")
    return done


def _twice(case: Case, state: CaseState, expected: int) -> bool:
    """Tell whether the same press has come a second time."""
    return case.version == expected + 1 and case.state is state


def _note(
    record: Transaction, desk: Desk, case: Case, now: datetime, reason: str, **more: object
) -> None:
    record.audit.append(
        desk.actor,
        now,
        Action.CLOSE_CASE,
        object_kind="referral",
        object_id=case.referral_id,
        reason=reason,
        details={"state": case.state.value, **more},
    )
