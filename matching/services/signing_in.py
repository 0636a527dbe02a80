"""Signing in: with a name and a password, or as somebody an identity provider vouches for.

Whoever is refused learns nothing on whether a name exists: unknown names, wrong
passwords and locked accounts take the same work and get the same words.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from matching.domain.access import NOBODY
from matching.domain.accounts import Account, SessionEnd
from matching.domain.errors import InputError, PermissionDenied
from matching.domain.passwords import LONGEST, check_password
from matching.services import hashing, sessions
from matching.services.accounts import ONE_TIME_DAYS
from matching.services.throttle import Throttle
from matching.settings import Settings
from matching.store.database import MAIN_OFFICE, Store, Transaction

#: So many wrong passwords lock an account.
FAILURES = 5
#: For so long the first time, and twice as long each time after, up to the longest.
LOCK, LONGEST_LOCK = timedelta(minutes=15), timedelta(hours=4)

REFUSED = "This name and password do not fit, or the account is locked."
REFUSED_NEXT = (
    "Try again. After five wrong passwords an account is locked for 15 minutes or longer; "
    "an administrator of your office can unlock it or give you a new password."
)
UNKNOWN_THERE = "You are known to the identity provider, but have no account here."
UNKNOWN_THERE_NEXT = "Ask an administrator of your office to add you."


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session.

    Attributes
    ----------
    token : str
        For the browser alone. Not shown.
    must_change : bool
        Whether the password has to be changed before anything else.
    offices : tuple of str
        Every office the person may work at.
    """

    token: str = field(repr=False)
    must_change: bool
    offices: tuple[str, ...]


def sign_in(
    store: Store,
    settings: Settings,
    throttle: Throttle,
    name: str,
    password: str,
    *,
    address: str,
    now: datetime,
    before: str | None = None,
) -> SignedIn:
    """Sign somebody in.

    Parameters
    ----------
    store : Store
    settings : Settings
    throttle : Throttle
        Of the whole process.
    name, password : str
        As typed.
    address : str
        Where the request comes from.
    now : datetime
    before : str, optional
        Key of the session that the browser came with; it ends.

    Returns
    -------
    SignedIn

    Raises
    ------
    PermissionDenied
        Always with the same words.
    """
    del settings  # the session's times are looked at when it is used
    if throttle.closed(address, now):
        raise refused()
    plain = unicodedata.normalize("NFKC", name).strip().casefold()[:LONGEST]
    with store.reading() as record:
        known = record.accounts.named(plain)
    stored = known.password_hash if known is not None else None
    fits = len(password) <= LONGEST and hashing.matches(stored, password)
    if known is None:
        throttle.failed(address, now)
        with store.at(MAIN_OFFICE).transaction() as change:
            change.audit.append(NOBODY, now, "sign_in_failed", reason="unknown")
        raise refused()
    office = first_office(known)
    with store.at(office or MAIN_OFFICE).transaction() as change:
        account = change.accounts.get(known.id)
        why = _why_not(account, fits and account.password_hash == stored, now)
        if why is None and office is not None:
            return _begin(change, account, office, now, before, password)
        _failed(change, account, why or "no_office", office or MAIN_OFFICE, now)
    throttle.failed(address, now)
    raise refused()


def refused() -> PermissionDenied:
    """Return the one answer to every sign-in that fails."""
    return PermissionDenied(REFUSED, next_step=REFUSED_NEXT)


def first_office(account: Account) -> str | None:
    """Return the office that a session begins at."""
    return account.offices[0] if account.offices else None


def _why_not(account: Account, fits: bool, now: datetime) -> str | None:
    if not fits:
        return "password"
    if not account.active:
        return "disabled"
    if account.locked(now):
        return "locked"
    given = account.password_at
    if account.must_change and given is not None and now - given > timedelta(ONE_TIME_DAYS):
        return "too_old"
    return None


def _begin(
    change: Transaction,
    account: Account,
    office: str,
    now: datetime,
    before: str | None,
    password: str | None = None,
) -> SignedIn:
    fresh: dict[str, object] = {}
    stored = account.password_hash
    if password is not None and stored is not None and hashing.outdated(stored):
        fresh["password_hash"] = hashing.hashed(password)
    if account.failures or account.locked_until is not None or fresh:
        change.accounts.change(account, failures=0, locked_until=None, **fresh)
    if before is not None:
        change.sessions.end(before, now, SessionEnd.REPLACED)
    token = sessions.begin(change, account, office, now)
    sessions.note(change, account, office, now, "signed_in")
    return SignedIn(token, account.must_change, account.offices)


def _failed(
    change: Transaction, account: Account, why: str, office: str, now: datetime
) -> None:
    sessions.note(change, account, office, now, "sign_in_failed", why)
    if why != "password" or account.locked(now):
        return  # what is tried while the account is locked makes the lock no longer
    failures = account.failures + 1
    if failures % FAILURES:
        change.accounts.change(account, failures=failures)
        return
    until = now + lock_time(failures)
    change.accounts.change(account, failures=failures, locked_until=until)
    minutes = int((until - now).total_seconds() // 60)
    sessions.note(change, account, office, now, "account_locked", minutes=minutes)


def lock_time(failures: int) -> timedelta:
    """Return for how long an account is locked after so many wrong passwords in a row."""
    doublings = min(failures // FAILURES - 1, 10)
    return min(LOCK * int(2**doublings), LONGEST_LOCK)


def vouched(
    store: Store,
    issuer: str,
    subject: str,
    name: str | None,
    *,
    now: datetime,
    before: str | None,
) -> SignedIn:
    """Sign in somebody that the identity provider vouches for.

    Whoever signed in before is known by issuer and subject. The first time, an account
    that an administrator made for sign-in elsewhere is found by its name.

    Parameters
    ----------
    store : Store
    issuer, subject : str
        As the verified ID token says them.
    name : str or None
        The claim that holds the account's name, if it is there and verified.
    now : datetime
    before : str or None
        Key of the session that the browser came with; it ends.

    Raises
    ------
    PermissionDenied
    """
    with store.reading() as record:
        known = record.accounts.known_as(issuer, subject)
        if known is None and name is not None:
            known = record.accounts.named(
                unicodedata.normalize("NFKC", name).strip().casefold()
            )
    office = first_office(known) if known is not None else None
    with store.at(office or MAIN_OFFICE).transaction() as change:
        account = change.accounts.get(known.id) if known is not None else None
        if account is not None and office is not None and _is_theirs(account, issuer, subject):
            if account.subject is None:
                account = change.accounts.change(account, issuer=issuer, subject=subject)
            return _begin(change, account, office, now, before)
        change.audit.append(NOBODY, now, "sign_in_failed", reason="not_here")
    raise PermissionDenied(UNKNOWN_THERE, next_step=UNKNOWN_THERE_NEXT)


def _is_theirs(account: Account, issuer: str, subject: str) -> bool:
    """Tell whether an account is for this person; one with a password never is."""
    if not account.active or account.password_hash is not None:
        return False
    return (account.issuer, account.subject) in ((None, None), (issuer, subject))


def change_password(
    store: Store,
    key: str,
    settings: Settings,
    current: str,
    new: str,
    *,
    now: datetime,
) -> SignedIn:
    """Change one's own password; every session ends and a new one begins.

    Parameters
    ----------
    store : Store
    key : str
        Of the session in which it is done.
    settings : Settings
    current, new : str
    now : datetime

    Returns
    -------
    SignedIn

    Raises
    ------
    PermissionDenied
        If the session is over.
    InputError
        If the present password is not right, or the new one is too easy to guess.
    """
    visit = sessions.look(store, settings, key, now)
    if not isinstance(visit, sessions.Visit):
        raise PermissionDenied("You are signed out.", next_step="Sign in again.")
    with store.reading() as record:
        known = record.accounts.get(visit.account_id)
    fits = len(current) <= LONGEST and hashing.matches(known.password_hash, current)
    if not fits:
        _wrong_present(store.at(visit.office), known.id, visit.office, now)
        raise InputError(
            "The present password is not right.", next_step="Type it again, then the new one."
        )
    if current == new:
        raise InputError("The new password is the present one.", next_step="Choose another.")
    check_password(new, known.name)
    hashed = hashing.hashed(new)
    with store.at(visit.office).transaction() as change:
        account = change.accounts.get(known.id)
        if account.password_hash != known.password_hash or not account.active:
            raise PermissionDenied(
                "Somebody else changed this account meanwhile.", next_step="Sign in again."
            )
        account = change.accounts.change(
            account,
            password_hash=hashed,
            password_at=now,
            must_change=False,
            failures=0,
            locked_until=None,
        )
        ended = sessions.end_all(change, account.id, now, SessionEnd.PASSWORD)
        token = sessions.begin(change, account, visit.office, now)
        sessions.note(change, account, visit.office, now, "password_changed", sessions=ended)
    return SignedIn(token, False, account.offices)


def _wrong_present(store: Store, account_id: int, office: str, now: datetime) -> None:
    """Count a wrong present password as a wrong sign-in; a lock ends every session."""
    with store.transaction() as change:
        account = change.accounts.get(account_id)
        _failed(change, account, "password", office, now)
        if change.accounts.get(account_id).locked(now):
            sessions.end_all(change, account_id, now, SessionEnd.REVOKED)


def go_to_office(
    store: Store, key: str, settings: Settings, office: str, *, now: datetime
) -> SignedIn:
    """Go on at another office, in a new session that lasts no longer than this one.

    Raises
    ------
    PermissionDenied
        If the session is over, or the person has no role at that office.
    """
    visit = sessions.look(store, settings, key, now)
    if not isinstance(visit, sessions.Visit) or visit.must_change:
        raise PermissionDenied("You are signed out.", next_step="Sign in again.")
    with store.at(office if office in visit.offices else visit.office).transaction() as change:
        account = change.accounts.get(visit.account_id)
        if office not in account.roles or not account.active:
            raise PermissionDenied(
                "You have no role at that office.", next_step="Choose one from the list."
            )
        if not change.sessions.end(key, now, SessionEnd.OFFICE):
            raise PermissionDenied("You are signed out.", next_step="Sign in again.")
        # Nobody proves anew who they are, so the longest time goes on from the sign-in.
        token = sessions.begin(change, account, office, now, started_at=visit.started_at)
        sessions.note(change, account, office, now, "signed_in", "office")
    return SignedIn(token, False, account.offices)
