"""Accounts of members of staff: who may sign in, and in which role at which office.

An administrator manages the roles of their own office. What reaches further (the
password of an account, whether it is in use) they may change only for accounts that
belong to no office but those they administer. Whoever sits at the machine itself may
manage every office, by the command line.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from dataclasses import dataclass, field

from matching.domain.access import STAFF_ROLES, Action, Actor, Role
from matching.domain.accounts import Account, SessionEnd
from matching.domain.errors import ConflictError, InputError, NotFound, PermissionDenied
from matching.domain.passwords import check_password
from matching.services import hashing, sessions
from matching.services.desk import Desk
from matching.store.database import Reading, Store, Transaction

#: Letters and digits of a one-time password, without those that look alike.
_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP = 4, 4

_NAME = re.compile(r"[^\W_][\w.@+-]{1,98}[^\W_]")

#: The longest that a one-time password can be used.
ONE_TIME_DAYS = 7


@dataclass(frozen=True, slots=True)
class NewPassword:
    """A one-time password, to be told to its owner and to nobody else.

    Attributes
    ----------
    name : str
        Of the account.
    password : str or None
        ``None`` if there is none to be told: the account signs in elsewhere, or had
        a password already. Not shown.
    """

    name: str
    password: str | None = field(repr=False)


def exist(store: Store) -> bool:
    """Tell whether there is any account; if there is none, one local user does all."""
    with store.reading() as record:
        return record.accounts.exist()


def listed(desk: Desk) -> tuple[Account, ...]:
    """Return the accounts with a role at this office, in the order of names.

    Raises
    ------
    PermissionDenied
    """
    desk.require(Action.MANAGE_ACCOUNTS)
    with desk.store.reading() as record:
        return record.accounts.at_office(desk.store.office)


def add(
    desk: Desk, name: str, role: Role, *, elsewhere: bool = False, given: str | None = None
) -> NewPassword:
    """Give somebody a role at this office, with a new account if they have none.

    Parameters
    ----------
    desk : Desk
    name : str
        What they sign in with. Where an identity provider is used, exactly what it
        says in the claim of the settings.
    role : Role
    elsewhere : bool, default False
        Whether they sign in at the identity provider.
    given : str, optional
        The first password, if somebody typed one; by default a one-time password is
        made. Either must be changed at the first sign-in.

    Returns
    -------
    NewPassword

    Raises
    ------
    PermissionDenied, InputError
    """
    desk.require(Action.MANAGE_ACCOUNTS)
    name, now = proper_name(name), desk.clock()
    _check_role(role)
    if given is not None:
        check_password(given, name)
    password = None if elsewhere else one_time_password() if given is None else given
    hashed = None if password is None else hashing.hashed(password)
    with desk.store.transaction() as change:
        office = desk.store.office
        known = change.accounts.named(name)
        if known is not None:
            if office in known.roles:
                raise InputError(
                    "There is an account of that name at this office already.",
                    next_step="Choose another name, or change the role of that account.",
                )
            change.accounts.set_role(known.id, office, role)
            _note(change, desk, known, "account_joined", role=role.value)
            return NewPassword(name, None)
        if not change.accounts.exist() and role is not Role.ADMIN:
            raise InputError(
                "The first account must be an administrator's.",
                next_step="Add an administrator first; nobody else could add the others.",
            )
        account = change.accounts.add(
            Account(
                id=0,
                name=name,
                password_hash=hashed,
                must_change=not elsewhere,
                password_at=None if elsewhere else now,
                created_at=now,
                created_by=desk.actor.name,
                roles={office: role},
            )
        )
        _note(change, desk, account, "account_added", role=role.value, elsewhere=elsewhere)
    return NewPassword(name, password if given is None else None)


def set_role(desk: Desk, account_id: int, role: Role | None, *, version: int) -> Account:
    """Change or take away somebody's role at this office; their sessions here end.

    Parameters
    ----------
    desk : Desk
    account_id : int
    role : Role or None
        ``None`` takes it away.
    version : int
        Of the account as it was shown.

    Raises
    ------
    PermissionDenied, NotFound, InputError, ConflictError
    """
    desk.require(Action.MANAGE_ACCOUNTS)
    if role is not None:
        _check_role(role)
    now, office = desk.clock(), desk.store.office
    with desk.store.transaction() as change:
        account = _here(change, desk, account_id, version)
        before = account.roles[office]
        if before is Role.ADMIN and role is not Role.ADMIN:
            _keep_an_admin(change, account, (office,))
        change.accounts.set_role(account_id, office, role)
        changed = change.accounts.change(account)
        ended = sessions.end_all(change, account_id, now, SessionEnd.ROLE, office=office)
        _note(
            change,
            desk,
            account,
            "role_changed",
            before=before.value,
            after=role.value if role else "none",
            sessions=ended,
        )
    return changed


def disable(desk: Desk, account_id: int, *, version: int) -> Account:
    """Bar an account from signing in; all its sessions end at once.

    Raises
    ------
    PermissionDenied, NotFound, InputError, ConflictError
    """
    desk.require(Action.MANAGE_ACCOUNTS)
    with desk.store.transaction() as change:
        account = _whole(change, desk, account_id, version)
        if account.active:
            administered = [o for o, role in account.roles.items() if role is Role.ADMIN]
            _keep_an_admin(change, account, administered)
        changed = change.accounts.change(account, active=False)
        ended = sessions.end_all(change, account_id, desk.clock(), SessionEnd.DISABLED)
        _note(change, desk, account, "account_disabled", sessions=ended)
    return changed


def enable(desk: Desk, account_id: int, *, version: int) -> Account:
    """Let an account sign in again.

    Raises
    ------
    PermissionDenied, NotFound, ConflictError
    """
    desk.require(Action.MANAGE_ACCOUNTS)
    with desk.store.transaction() as change:
        account = _whole(change, desk, account_id, version)
        changed = change.accounts.change(account, active=True)
        _note(change, desk, account, "account_enabled")
    return changed


def reset(desk: Desk, account_id: int, *, version: int) -> NewPassword:
    """Give an account a one-time password; all its sessions end at once.

    Raises
    ------
    PermissionDenied, NotFound, InputError, ConflictError
    """
    desk.require(Action.MANAGE_ACCOUNTS)
    password, now = one_time_password(), desk.clock()
    hashed = hashing.hashed(password)
    with desk.store.transaction() as change:
        account = _whole(change, desk, account_id, version)
        if account.password_hash is None:
            raise InputError(
                "This account signs in at the identity provider and has no password here.",
                next_step="Reset it there.",
            )
        change.accounts.change(
            account,
            password_hash=hashed,
            must_change=True,
            password_at=now,
            failures=0,
            locked_until=None,
        )
        ended = sessions.end_all(change, account_id, now, SessionEnd.PASSWORD)
        _note(change, desk, account, "password_reset", sessions=ended)
    return NewPassword(account.name, password)


def unlock(desk: Desk, account_id: int, *, version: int) -> Account:
    """Let an account try again that is locked after wrong passwords.

    Raises
    ------
    PermissionDenied, NotFound, ConflictError
    """
    desk.require(Action.MANAGE_ACCOUNTS)
    with desk.store.transaction() as change:
        account = _whole(change, desk, account_id, version)
        changed = change.accounts.change(account, failures=0, locked_until=None)
        _note(change, desk, account, "account_unlocked")
    return changed


def named(desk: Desk, name: str) -> Account:
    """Return the account of that name at this office.

    Raises
    ------
    PermissionDenied, NotFound
    """
    found = next((one for one in listed(desk) if one.name == _plain(name)), None)
    if found is None:
        raise NotFound(
            "There is no account of that name at this office.",
            next_step="Look at the list of accounts.",
        )
    return found


def proper_name(name: str) -> str:
    """Return the name of an account in its one spelling.

    Raises
    ------
    InputError
        If it is too short, too long or holds other signs than letters, digits and
        ``. _ @ + -`` between them.
    """
    plain = _plain(name)
    if not _NAME.fullmatch(plain):
        raise InputError(
            "This cannot be the name of an account.",
            next_step="Use 3 to 100 letters, digits, dots, dashes or @, without spaces.",
        )
    return plain


def one_time_password() -> str:
    """Return a password of 79 bits that can be read out on the telephone."""
    signs = ("".join(secrets.choice(_SIGNS) for _ in range(_GROUP)) for _ in range(_GROUPS))
    return "-".join(signs)


def may_manage_whole(record: Reading, actor: Actor, account: Account) -> bool:
    """Tell whether somebody administers every office that an account belongs to."""
    if actor.role is Role.LOCAL:
        return True
    asking = record.accounts.named(actor.name)
    return asking is not None and all(
        asking.roles.get(office) is Role.ADMIN for office in account.roles
    )


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKC", name).strip().casefold()


def _check_role(role: Role) -> None:
    if role not in STAFF_ROLES:
        raise InputError(
            "Nobody can be given this role.",
            next_step="Choose " + ", ".join(one.value for one in STAFF_ROLES) + ".",
        )


def _here(change: Transaction, desk: Desk, account_id: int, version: int) -> Account:
    """Return an account of this office in the version that was shown."""
    account = change.accounts.get(account_id)
    if desk.store.office not in account.roles:
        raise NotFound("There is no such account.", next_step="Look at the list again.")
    if account.version != version:
        raise ConflictError(
            "Somebody else changed this account meanwhile.",
            next_step="Look at it again and repeat the change.",
        )
    return account


def _whole(change: Transaction, desk: Desk, account_id: int, version: int) -> Account:
    account = _here(change, desk, account_id, version)
    if not may_manage_whole(change, desk.actor, account):
        raise PermissionDenied(
            "This account works at another office too, which you do not administer.",
            next_step="You may change or take away its role at this office.",
        )
    return account


def _keep_an_admin(
    change: Transaction, account: Account, offices: list[str] | tuple[str, ...]
) -> None:
    """Refuse to leave an office without anybody who can manage its accounts."""
    for office in offices:
        others = (
            one
            for one in change.accounts.at_office(office)
            if one.id != account.id and one.active and one.roles[office] is Role.ADMIN
        )
        if next(others, None) is None:
            raise InputError(
                "This is the last administrator of the office.",
                next_step="Make somebody else an administrator first.",
            )


def _note(
    change: Transaction, desk: Desk, account: Account, action: str, **details: object
) -> None:
    change.audit.append(
        desk.actor,
        desk.clock(),
        action,
        object_kind="account",
        object_id=account.name,
        details=details,
    )


__all__ = [
    "NewPassword",
    "add",
    "disable",
    "enable",
    "exist",
    "listed",
    "may_manage_whole",
    "named",
    "one_time_password",
    "proper_name",
    "reset",
    "set_role",
    "unlock",
]
