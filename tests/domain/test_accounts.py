"""What is kept of an account and of a session, and what of it is ever shown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from matching.domain.access import Role
from matching.domain.accounts import Account

NOW = datetime(2026, 11, 22, 22, 0, tzinfo=UTC)


def account(**changed):
    values = {
        "id": 1,
        "name": "kim",
        "password_hash": "$argon2id$secret",
        "created_at": NOW,
        "created_by": "ana",
        "roles": {"south": Role.WORKER, "north": Role.ADMIN},
    }
    return Account(**{**values, **changed})


def test_the_hash_is_never_shown():
    assert "argon2" not in repr(account())
    assert "argon2" not in str(account())


def test_offices_come_in_order():
    assert account().offices == ("north", "south")


def test_a_lock_ends_at_its_time():
    locked = account(locked_until=NOW)
    assert locked.locked(NOW - timedelta(seconds=1))
    assert not locked.locked(NOW)
    assert not account().locked(NOW)
