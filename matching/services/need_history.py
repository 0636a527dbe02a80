"""When a place was needed: first, and again after each placement that ended.

The facts of a person say since when they wait now. When the first need was recorded is in
the audit event of the ending that began the next wait.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from matching.domain.casework import StayEnd
from matching.store.audit import AuditEvent


def renewals(events: Iterable[AuditEvent]) -> tuple[AuditEvent, ...]:
    """Return the endings after which another place was needed, oldest first.

    Parameters
    ----------
    events : iterable of AuditEvent
        About a case and its placements, oldest first; others are passed over.
    """
    return tuple(
        one
        for one in events
        if one.object_kind == "placement"
        and one.details.get("needs_place") is True
        and one.reason != StayEnd.BY_MISTAKE
    )


def first_need(received_at: datetime | None, ends: tuple[AuditEvent, ...]) -> datetime | None:
    """Return when the first need was recorded.

    Parameters
    ----------
    received_at : datetime or None
        Since when the person waits now.
    ends : tuple of AuditEvent
        As of :func:`renewals`.

    Returns
    -------
    datetime or None
        ``None`` where nobody said it, or where the record of an early ending did not
        keep it: it is not guessed from a later wait.
    """
    if not ends:
        return received_at
    kept = ends[0].details.get("waited_since")
    return None if kept is None else datetime.fromisoformat(kept)
