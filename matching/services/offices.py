"""The offices that share this record, each with its own cases and accounts."""

from __future__ import annotations

import re

from matching.domain.access import Action, Role
from matching.domain.accounts import Office
from matching.domain.errors import InputError, PermissionDenied
from matching.services.desk import Desk
from matching.store.database import Store

_CODE = re.compile(r"[a-z][a-z0-9-]{1,30}")
_LONGEST_NAME = 80


def names(store: Store) -> dict[str, str]:
    """Return the name of every office by its code; a name is no secret."""
    with store.reading() as record:
        return {one.code: one.name for one in record.offices.all()}


def add(desk: Desk, code: str, name: str) -> Office:
    """Add an office.

    Only whoever sits at the machine may: an administrator administers one office.

    Parameters
    ----------
    desk : Desk
    code : str
        Short and final: it stands in every row that belongs to the office.
    name : str

    Returns
    -------
    Office

    Raises
    ------
    PermissionDenied, InputError
    """
    desk.require(Action.MANAGE_ACCOUNTS)
    if desk.actor.role is not Role.LOCAL:
        raise PermissionDenied(
            "An office can be added only at the machine itself.",
            next_step="Ask whoever looks after this software.",
        )
    if not _CODE.fullmatch(code):
        raise InputError(
            "This cannot be the code of an office.",
            next_step="Use 2 to 31 small letters, digits and dashes, a letter first.",
        )
    name = " ".join(name.split())
    if not name or len(name) > _LONGEST_NAME:
        raise InputError(
            "An office needs a name.", next_step=f"Use up to {_LONGEST_NAME} characters."
        )
    office = Office(code=code, name=name)
    with desk.store.transaction() as change:
        change.offices.add(office, desk.clock())
        change.audit.append(
            desk.actor, desk.clock(), "office_added", object_kind="office", object_id=code
        )
    return office


def require(store: Store, code: str) -> Office:
    """Return an office by its code.

    Raises
    ------
    NotFound
    """
    with store.reading() as record:
        return record.offices.get(code)
