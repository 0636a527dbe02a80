"""Sessions: who is signed in, until when, and their ends.

Of the browser's token only the SHA-256 is kept. A session ends after some minutes
without anybody doing anything in it, after some hours in any case, and at once when
the account, its role at the office or its password changes.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from matching.domain.access import Actor, Role
from matching.domain.accounts import Account, Session, SessionEnd
from matching.services.desk import Desk
from matching.settings import Settings
from matching.store.database import Reading, Store, Transaction

#: Bytes of chance in a token.
TOKEN_BYTES = 32

#: A session is noted as used at most once in so many seconds.
NOTE_SECONDS = 60

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Somebody who is signed in.

    Attributes
    ----------
    key : str
        SHA-256 of the token.
    account_id : int
    name : str
    office : str
    role : Role
        As it stands now, never as it stood at the sign-in.
    offices : tuple of str
        Every office they may work at.
    must_change : bool
        Whether the password must be changed before anything else.
    started_at, seen_at : datetime
    """

    key: str
    account_id: int
    name: str
    office: str
    role: Role
    offices: tuple[str, ...]
    must_change: bool
    started_at: datetime
    seen_at: datetime

    @property
    def actor(self) -> Actor:
        """The person, in the role they have at the office they work at now."""
        return Actor(self.name, self.role)


def new_token() -> str:
    """Return a new token, which nobody can guess."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def key_of(token: str) -> str | None:
    """Return the key under which a token's session is kept; ``None`` if it is none."""
    if not _TOKEN.fullmatch(token):
        return None
    return hashlib.sha256(token.encode("ascii")).hexdigest()


def look(
    store: Store, settings: Settings, key: str, now: datetime, *, seen: datetime | None = None
) -> Visit | SessionEnd | None:
    """Look a session up.

    Parameters
    ----------
    store : Store
    settings : Settings
    key : str
    now : datetime
    seen : datetime, optional
        When somebody last did something in it, if that is known better than it
        was noted.

    Returns
    -------
    Visit, SessionEnd or None
        The visit while it lasts, why it is over, or ``None`` if there never was one.
    """
    with store.reading() as record:
        return _looked(record, settings, key, now, seen)


def visit(store: Store, settings: Settings, token: str | None, now: datetime) -> Visit | None:
    """Return who is signed in with a token, or ``None``."""
    key = key_of(token) if token else None
    found = look(store, settings, key, now) if key else None
    return found if isinstance(found, Visit) else None


def _looked(
    record: Reading, settings: Settings, key: str, now: datetime, seen: datetime | None
) -> Visit | SessionEnd | None:
    session = record.sessions.get(key)
    if session is None:
        return None
    over = _over(session, settings, now, seen)
    if over is not None:
        return over
    account = record.accounts.get(session.account_id)
    if not account.active:
        return SessionEnd.DISABLED
    role = account.roles.get(session.office)
    if role is None:
        return SessionEnd.ROLE
    return Visit(
        key=key,
        account_id=account.id,
        name=account.name,
        office=session.office,
        role=role,
        offices=account.offices,
        must_change=account.must_change,
        started_at=session.started_at,
        seen_at=session.seen_at,
    )


def _over(
    session: Session, settings: Settings, now: datetime, seen: datetime | None
) -> SessionEnd | None:
    if session.ended_at is not None:
        return session.end_reason or SessionEnd.REVOKED
    if now - session.started_at >= timedelta(hours=settings.session_hours):
        return SessionEnd.EXPIRED
    last = session.seen_at if seen is None else max(seen, session.seen_at)
    if now - last >= timedelta(minutes=settings.idle_minutes):
        return SessionEnd.IDLE
    return None


def begin(
    change: Transaction,
    account: Account,
    office: str,
    now: datetime,
    *,
    started_at: datetime | None = None,
) -> str:
    """Start a session in a transaction, and return its token.

    Parameters
    ----------
    change : Transaction
    account : Account
    office : str
        One of theirs.
    now : datetime
    started_at : datetime, optional
        When they signed in, if that was before: the longest time runs from there.

    Returns
    -------
    str
        For the browser alone.
    """
    token = new_token()
    key = key_of(token)
    assert key is not None  # noqa: S101  # what new_token makes is a token
    change.sessions.start(
        Session(
            key=key,
            account_id=account.id,
            office=office,
            started_at=now if started_at is None else started_at,
            seen_at=now,
        )
    )
    return token


def end_all(
    change: Transaction,
    account_id: int,
    now: datetime,
    reason: SessionEnd,
    *,
    office: str | None = None,
    but: str | None = None,
) -> int:
    """End the sessions of an account in a transaction, and return how many there were.

    Parameters
    ----------
    change : Transaction
    account_id : int
    now : datetime
    reason : SessionEnd
    office : str, optional
        Only those at this office.
    but : str, optional
        Key of the one to keep.
    """
    ended = 0
    for one in change.sessions.open_of(account_id):
        if one.key != but and office in (None, one.office):
            ended += change.sessions.end(one.key, now, reason)
    return ended


def note_seen(store: Store, key: str, at: datetime) -> None:
    """Note that somebody did something in a session."""
    with store.transaction() as change:
        change.sessions.seen(key, at)


def end(store: Store, key: str, now: datetime, reason: SessionEnd) -> bool:
    """End one session, with an event for it.

    Returns
    -------
    bool
        Whether it was open until now.
    """
    with store.reading() as record:
        session = record.sessions.get(key)
        if session is None or session.ended_at is not None:
            return False
        account = record.accounts.get(session.account_id)
    with store.at(session.office).transaction() as change:
        if not change.sessions.end(key, now, reason):
            return False
        note(change, account, session.office, now, "session_ended", reason.value)
    return True


def note(
    change: Transaction,
    account: Account,
    office: str,
    now: datetime,
    action: str,
    reason: str = "",
    **details: object,
) -> None:
    """Record an event of an account's own doing."""
    role = account.roles.get(office, Role.VISITOR)
    change.audit.append(
        Actor(account.name, role),
        now,
        action,
        object_kind="account",
        object_id=account.name,
        reason=reason,
        details=details,
    )


def own(desk: Desk) -> tuple[Session, ...]:
    """Return the open sessions of whoever asks, the newest first.

    Sessions that are over by the clock are left out, though nobody noted it yet.
    """
    now = desk.clock()
    with desk.store.reading() as record:
        account = record.accounts.named(desk.actor.name)
        found = record.sessions.open_of(account.id) if account is not None else ()
    return tuple(one for one in found if _over(one, desk.settings, now, None) is None)


def has_password(desk: Desk) -> bool:
    """Tell whether whoever asks signs in with a password kept here."""
    with desk.store.reading() as record:
        account = record.accounts.named(desk.actor.name)
    return account is not None and account.password_hash is not None


def end_others(desk: Desk, key: str) -> int:
    """End every session of whoever asks but one.

    Parameters
    ----------
    desk : Desk
    key : str
        Of the session to keep.

    Returns
    -------
    int
        How many were ended.
    """
    now = desk.clock()
    with desk.store.transaction() as change:
        account = change.accounts.named(desk.actor.name)
        if account is None:
            return 0
        ended = end_all(change, account.id, now, SessionEnd.REVOKED, but=key)
        note(change, account, desk.store.office, now, "sessions_ended", sessions=ended)
    return ended
