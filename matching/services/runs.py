"""The list of all saved plans."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from matching.domain.access import Action
from matching.services.desk import Desk


@dataclass(frozen=True, slots=True)
class RunLine:
    """One saved plan in the list of all.

    Attributes
    ----------
    number : int
    made_at : datetime
    made_by : str
    as_of : datetime
    policy : str
    policy_version : str
    status : str
        "optimal" when proven.
    """

    number: int
    made_at: datetime
    made_by: str
    as_of: datetime
    policy: str
    policy_version: str
    status: str


def run_lines(desk: Desk, limit: int | None = None) -> tuple[RunLine, ...]:
    """Return the saved plans, newest first, without what they propose.

    Raises
    ------
    PermissionDenied
        If the actor may not replay plans.
    """
    desk.require(Action.REPLAY_PLAN)
    with desk.store.reading() as record:
        found = record.runs.list(limit)
    return tuple(
        RunLine(
            number=int(one.id or 0),
            made_at=one.created_at,
            made_by=one.actor,
            as_of=one.as_of,
            policy=one.policy_name,
            policy_version=one.policy_version,
            status=one.status,
        )
        for one in found
    )
