"""Who looked at what: views of cases and of opened providers are events too."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from matching.domain.access import Action
from matching.services.desk import Desk
from matching.store.database import Reading

#: Looking again at the same thing within this time is the same look.
SAME_LOOK = timedelta(minutes=15)

#: What looking at each kind of thing needs, and is called.
VIEWS = {"referral": Action.SEE_CASES, "provider": Action.SEE_PROVIDERS}


def note_view(
    desk: Desk, kind: str, object_id: str, details: Mapping[str, Any] | None = None
) -> bool:
    """Record that the actor looked at something, once in a quarter of an hour.

    Parameters
    ----------
    desk : Desk
    kind : str
        "referral" or "provider".
    object_id : str
    details : mapping, optional
        Codes and counts.

    Returns
    -------
    bool
        Whether an event was added.

    Raises
    ------
    PermissionDenied
        If the actor may not see such things.
    """
    desk.require(VIEWS[kind])
    with desk.store.reading() as record:
        if _seen_lately(desk, record, kind, object_id):
            return False
    with desk.store.transaction() as record:
        if _seen_lately(desk, record, kind, object_id):
            return False
        record.audit.append(
            desk.actor,
            desk.clock(),
            VIEWS[kind],
            object_kind=kind,
            object_id=object_id,
            details=details,
        )
    return True


def _seen_lately(desk: Desk, record: Reading, kind: str, object_id: str) -> bool:
    found = record.audit.find(
        actor=desk.actor.name,
        action=VIEWS[kind].value,
        object_kind=kind,
        object_id=object_id,
        since=desk.clock() - SAME_LOOK,
        limit=1,
    )
    return bool(found)
