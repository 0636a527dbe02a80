"""Whether somebody may still do what they began: asked of the record when it is saved.

Work in the background outlives the press that began it. Meanwhile an account can be
disabled, or its role at the office changed or taken away.
"""

from __future__ import annotations

from matching.domain.access import Action, Actor, Role, require
from matching.domain.errors import PermissionDenied
from matching.services.desk import Desk
from matching.store.database import Transaction

#: Who has no account: the machine's own user, and the clock.
_WITHOUT_ACCOUNT = (Role.LOCAL, Role.CLOCK)


def require_still(record: Transaction, desk: Desk, *actions: Action) -> Actor:
    """Refuse unless the actor may still do all this, as of this transaction.

    Nobody else writes while a transaction goes on, so that what it finds of an account
    still holds when it saves.

    Parameters
    ----------
    record : Transaction
        That saves what was begun.
    desk : Desk
        Whose actor was who they were when it was begun.
    actions : Action

    Returns
    -------
    Actor
        As they stand now; the same where there are no accounts, and of the local user.

    Raises
    ------
    PermissionDenied
        If the account is disabled, or its role at the office is gone or no longer
        allows it.
    """
    now = _as_they_stand(record, desk.actor)
    for action in actions:
        require(now, action)
    return now


def _as_they_stand(record: Transaction, actor: Actor) -> Actor:
    if actor.role in _WITHOUT_ACCOUNT or not record.accounts.exist():
        return actor
    account = record.accounts.named(actor.name)
    role = account.roles.get(record.office) if account is not None and account.active else None
    if role is None:
        raise PermissionDenied(
            "Whoever began this may not work at this office any more.",
            next_step="Ask an administrator of the office.",
        )
    return Actor(actor.name, role)
