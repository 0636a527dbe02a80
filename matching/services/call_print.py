"""The call sheet as a page to print: one audit event, since it leaves the screen."""

from __future__ import annotations

from collections.abc import Callable

from matching.domain.access import Action
from matching.services.call_lines import CallSheet
from matching.services.desk import Desk


def printed(desk: Desk, sheet: CallSheet, make: Callable[[CallSheet], bytes]) -> bytes:
    """Return a call sheet to print, and say so in the audit.

    Parameters
    ----------
    desk : Desk
    sheet : CallSheet
    make : callable
        Writes the page in the words of the screen.

    Raises
    ------
    PermissionDenied
        If the actor may not export cases.
    """
    desk.require(Action.EXPORT_CASE)
    data = make(sheet)
    with desk.store.transaction() as record:
        record.audit.append(
            desk.actor,
            desk.clock(),
            Action.EXPORT_CASE,
            object_kind="call_sheet" if sheet.case is None else "referral",
            object_id=sheet.case or "",
            details={"places": len(sheet.places), "people": sheet.people, "run": sheet.number},
        )
    return data
