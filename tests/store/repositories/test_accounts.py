"""Accounts, roles, offices and sessions as they are kept, on both databases."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest

from matching.domain.access import Role
from matching.domain.accounts import Account, Office, Session, SessionEnd
from matching.domain.errors import ConflictError, InputError, NotFound
from tests.store.making import NOW


def account(name="kim", **changed):
    values = {
        "id": 0,
        "name": name,
        "password_hash": "$argon2id$x",
        "created_at": NOW,
        "created_by": "ana",
        "roles": {"main": Role.WORKER},
    }
    return Account(**{**values, **changed})


def added(store, *several):
    with store.transaction() as change:
        return [change.accounts.add(one) for one in several]


def test_an_account_comes_back_as_it_was_added(store):
    (one,) = added(store, account(must_change=True, password_at=NOW))
    with store.reading() as record:
        assert record.accounts.exist()
        assert record.accounts.get(one.id) == one
        assert record.accounts.named("kim") == one
        assert record.accounts.all() == (one,)
    assert dataclasses.replace(one, id=0) == account(must_change=True, password_at=NOW)


def test_before_the_first_there_is_none(store):
    with store.reading() as record:
        assert not record.accounts.exist()
        assert record.accounts.named("kim") is None
        with pytest.raises(NotFound):
            record.accounts.get(1)


def test_names_are_unique(store):
    added(store, account())
    with pytest.raises(InputError, match="already"), store.transaction() as change:
        change.accounts.add(account())


def test_each_office_lists_its_own(store):
    with store.transaction() as change:
        change.offices.add(Office(code="north", name="North"), NOW)
    both = {"main": Role.WORKER, "north": Role.ADMIN}
    added(
        store,
        account("ana", roles=both),
        account("bo"),
        account("cy", roles={"north": Role.MANAGER}),
    )
    with store.reading() as record:
        assert [one.name for one in record.accounts.at_office("main")] == ["ana", "bo"]
        assert [one.name for one in record.accounts.at_office("north")] == ["ana", "cy"]
        assert record.accounts.named("ana").roles == both


def test_a_role_is_replaced_and_taken(store):
    (one,) = added(store, account())
    with store.transaction() as change:
        change.accounts.set_role(one.id, "main", Role.AUDITOR)
        assert change.accounts.get(one.id).roles == {"main": Role.AUDITOR}
        change.accounts.set_role(one.id, "main", None)
        assert change.accounts.get(one.id).roles == {}


def test_a_change_needs_the_version_that_was_read(store):
    (one,) = added(store, account())
    with store.transaction() as change:
        two = change.accounts.change(one, active=False)
    assert (two.active, two.version) == (False, one.version + 1)
    with pytest.raises(ConflictError), store.transaction() as change:
        change.accounts.change(one, active=True)
    with store.reading() as record:
        assert record.accounts.get(one.id) == two


def test_somebody_elsewhere_is_known_by_issuer_and_subject_alone(store):
    added(store, account(password_hash=None, issuer="https://a.example", subject="7"))
    with store.reading() as record:
        assert record.accounts.known_as("https://a.example", "7").name == "kim"
        assert record.accounts.known_as("https://b.example", "7") is None
        assert record.accounts.known_as("https://a.example", "8") is None


def test_accounts_and_sessions_make_no_plan_old(store):
    before = store.data_version()
    (one,) = added(store, account())
    with store.transaction() as change:
        change.sessions.start(session(one))
        change.sessions.seen("aa", NOW + timedelta(minutes=1))
        change.sessions.end("aa", NOW + timedelta(minutes=2), SessionEnd.IDLE)
    assert store.data_version() == before


def session(one, key="aa", **changed):
    values = {
        "key": key,
        "account_id": one.id,
        "office": "main",
        "started_at": NOW,
        "seen_at": NOW,
    }
    return Session(**{**values, **changed})


def test_a_session_from_its_start_to_its_end(store):
    (one,) = added(store, account())
    with store.transaction() as change:
        change.sessions.start(session(one))
    with store.reading() as record:
        assert record.sessions.get("aa") == session(one)
        assert record.sessions.get("bb") is None
        assert record.accounts.get(one.id).last_sign_in == NOW
    later = NOW + timedelta(minutes=5)
    with store.transaction() as change:
        change.sessions.seen("aa", later)
        change.sessions.seen("aa", NOW)  # never back
        assert change.sessions.get("aa").seen_at == later
        assert change.sessions.end("aa", later, SessionEnd.LEFT)
        assert not change.sessions.end("aa", later, SessionEnd.IDLE)
        change.sessions.seen("aa", later + timedelta(minutes=1))
    with store.reading() as record:
        found = record.sessions.get("aa")
    assert (found.ended_at, found.end_reason, found.seen_at) == (later, SessionEnd.LEFT, later)


def test_open_sessions_newest_first_and_only_ones_own(store):
    one, two = added(store, account("ana"), account("bo"))
    with store.transaction() as change:
        change.sessions.start(session(one, "aa"))
        change.sessions.start(session(one, "bb", started_at=NOW + timedelta(hours=1)))
        change.sessions.start(session(one, "cc", started_at=NOW + timedelta(hours=2)))
        change.sessions.start(session(two, "dd"))
        change.sessions.end("cc", NOW, SessionEnd.REVOKED)
        assert [found.key for found in change.sessions.open_of(one.id)] == ["bb", "aa"]


def test_offices_are_listed_and_unique(store):
    with store.transaction() as change:
        change.offices.add(Office(code="north", name="North"), NOW)
    with store.reading() as record:
        assert [one.code for one in record.offices.all()] == ["main", "north"]
        assert record.offices.get("north").name == "North"
        with pytest.raises(NotFound):
            record.offices.get("south")
    with pytest.raises(InputError), store.transaction() as change:
        change.offices.add(Office(code="north", name="Other"), NOW)
    assert store.at("north").data_version() == store.data_version()
