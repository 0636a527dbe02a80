"""Opening a confidential provider: for a reason that is kept, and for one shift."""

from __future__ import annotations

from datetime import timedelta

from matching.domain.access import Action, allows
from matching.domain.confidential import OpenReason, is_secret
from matching.domain.errors import InputError, NotFound
from matching.services.desk import Desk
from matching.services.upload_records import PROVIDER
from matching.store.repositories import Opening

#: A long shift. Until then the provider is shown to the one who opened it, and
#: then it is confidential again.
OPEN_FOR = timedelta(hours=8)

#: What somebody must be allowed to do in order to need a provider for this reason.
_NEEDS = {
    OpenReason.PLACING: Action.RECORD_CALL,
    OpenReason.CONFIRMING: Action.CONFIRM_BEDS,
    OpenReason.LICENSING: Action.EDIT_PROVIDER,
    OpenReason.EMERGENCY: Action.OPEN_CONFIDENTIAL,
}


def reasons(desk: Desk) -> tuple[OpenReason, ...]:
    """Return the reasons for which the actor may open a confidential provider."""
    role = desk.actor.role
    if not allows(role, Action.OPEN_CONFIDENTIAL):
        return ()
    return tuple(one for one in OpenReason if allows(role, _NEEDS[one]))


def open_provider(desk: Desk, provider_id: str, reason: str) -> Opening:
    """Show a confidential provider to the actor until :data:`OPEN_FOR` is over.

    The same press twice is one opening.

    Parameters
    ----------
    desk : Desk
    provider_id : str
    reason : str
        One of :class:`~matching.domain.confidential.OpenReason`.

    Returns
    -------
    Opening

    Raises
    ------
    PermissionDenied
        If the actor may not see confidential providers, or not for this reason.
    NotFound
        If there is no such provider on record.
    InputError
        If the reason is none, or the provider is not confidential.
    """
    desk.require(Action.OPEN_CONFIDENTIAL)
    why = _reason(reason)
    desk.require(_NEEDS[why])
    now = desk.clock()
    with desk.store.transaction() as record:
        found = record.rows[PROVIDER].some([(provider_id,)]).get((provider_id,))
        if found is None:
            raise NotFound(
                "This provider is not on the record any more.",
                next_step="Go back to the list.",
            )
        if not is_secret(found):
            raise InputError(
                "This provider is not confidential; there is nothing to open.",
                next_step="Load the page again.",
            )
        for one in record.openings.current(desk.actor.name, now):
            if (one.provider_id, one.reason) == (provider_id, why):
                return one
        opening = record.openings.add(
            Opening(
                actor=desk.actor.name,
                provider_id=provider_id,
                reason=why.value,
                at=now,
                until=now + OPEN_FOR,
            )
        )
        record.audit.append(
            desk.actor,
            now,
            Action.OPEN_CONFIDENTIAL,
            object_kind="provider",
            object_id=provider_id,
            reason=why.value,
            details={"until": opening.until.isoformat()},
        )
    return opening


def opened(desk: Desk) -> frozenset[str]:
    """Return the providers that the actor has open now, to key what is kept of pages."""
    with desk.store.reading() as record:
        current = record.openings.current(desk.actor.name, desk.clock())
    return frozenset(one.provider_id for one in current)


def _reason(code: str) -> OpenReason:
    try:
        return OpenReason(code)
    except ValueError:
        raise InputError(
            "That is not a reason for opening a confidential provider. Nothing was opened.",
            next_step="Choose one of the reasons.",
        ) from None
