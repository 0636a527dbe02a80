"""Members of staff with accounts, and a quick hash so that tests need not wait."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from argon2 import PasswordHasher

from matching.domain.access import Actor, Role
from matching.domain.accounts import Account, Office
from matching.services import hashing, sessions
from matching.services.desk import Desk
from matching.settings import Settings
from matching.store import Store

NOW = datetime(2026, 11, 22, 22, 0, tzinfo=UTC)
PASSWORD = "tangled willow porch lamp"
OTHER = "copper thimble over marsh"
SETTINGS = Settings(database_url="sqlite:///unused.db")
MACHINE = Actor("command line", Role.LOCAL)


class Clock:
    """A clock that goes on only when it is told to."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def on(self, **by: float) -> datetime:
        self.now += timedelta(**by)
        return self.now


def quick_hashes(monkeypatch) -> None:
    """Hash with the least work there is."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(hashing, "_hasher", quick)
    hashing._nobodys.cache_clear()


def office(store: Store, code: str, name: str = "") -> None:
    with store.transaction() as change:
        change.offices.add(Office(code=code, name=name or code.title()), NOW)


def staff(
    store: Store, name: str, role: Role = Role.WORKER, at: str = "main", **changed
) -> Account:
    """Add an account with :data:`PASSWORD` that need not be changed."""
    values = {
        "id": 0,
        "name": name,
        "password_hash": hashing.hashed(PASSWORD),
        "password_at": NOW,
        "created_at": NOW,
        "created_by": "command line",
        "roles": {at: role},
    }
    with store.transaction() as change:
        return change.accounts.add(Account(**{**values, **changed}))


def begin(store: Store, account: Account, at: str = "main", now: datetime = NOW) -> str:
    """Start a session and return its token."""
    with store.transaction() as change:
        return sessions.begin(change, account, at, now)


def fresh(store: Store, account: Account) -> Account:
    """Return an account as it is on the record now."""
    with store.reading() as record:
        return record.accounts.get(account.id)


def desk_of(store: Store, name: str, role: Role, at: str = "main", clock=None) -> Desk:
    return Desk(store.at(at), Actor(name, role), SETTINGS, clock or (lambda: NOW))


def machine(store: Store, at: str = "main", clock=None) -> Desk:
    """The desk of whoever sits at the machine."""
    return Desk(store.at(at), MACHINE, SETTINGS, clock or (lambda: NOW))


def actions(store: Store) -> list[str]:
    """Return what the audit log says was done, oldest first."""
    with store.reading() as record:
        assert record.audit.verify() == []
        return [one.action for one in record.audit.events(everywhere=True)]
