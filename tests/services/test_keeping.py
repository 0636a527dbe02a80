"""A backup is an event; what is put back is what there was, and nobody stays signed in."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest
import sqlalchemy as sa

from matching.domain.access import STAFF_ROLES
from matching.domain.errors import ConflictError, InputError, PermissionDenied, StoreError
from matching.services.audit_look import Look
from matching.services.audit_words import sentence
from matching.services.keeping import backup, encrypt_record, restore, verify_backup
from matching.store import encryption, open_store, sealing, tables_access
from matching.store.encryption import address_of
from matching.store.whole import whole_of
from tests.services.conftest import as_role
from tests.services.planned import HOMES, PEOPLE, POOLS, desk_at, events, office
from tests.store.filled import everything, fill

WORDS = "correct horse battery staple"


@pytest.fixture(autouse=True)
def _little_work(monkeypatch):
    monkeypatch.setattr(sealing, "WORK", 4)


@pytest.fixture
def desk(store):
    return desk_at(store)


def without(found, *names):
    """Return the rows of all tables but those that every event changes."""
    return {name: rows for name, rows in found.items() if name not in names}


ITSELF = ("audit_events", "record_state")


def test_what_was_saved_comes_back_and_both_are_events(desk, tmp_path):
    office(desk)
    made = backup(desk, tmp_path / "a.bak", WORDS)
    before = everything(desk.store)
    assert made.counts["referrals"] == len(PEOPLE)
    assert made.counts["providers"] == len(HOMES)
    assert made.encrypted
    with desk.store.transaction() as record:
        record.referrals.rows["referral"].remove([("R1",)])
    found = restore(desk, tmp_path / "a.bak", WORDS, replace=True)
    assert found == made
    after = everything(desk.store)
    assert without(after, *ITSELF) == without(before, *ITSELF)
    assert [one["kind"] for one in events(desk, "export_record")] == []
    (told,) = events(desk, "restore_record")
    assert told["id"] == made.sha256
    assert told["seq"] == made.head.seq
    assert told["replaced_seq"] == made.head.seq + 1, "the event of the backup itself"
    with desk.store.reading() as record:
        assert record.audit.verify() == []
        assert len(record.providers.all()[1]) == len(POOLS)


def test_a_backup_is_an_event_that_holds_its_sum(desk, tmp_path):
    made = backup(desk, tmp_path / "a.bak")
    (told,) = events(desk, "export_record")
    assert told["kind"] == "backup"
    assert told["id"] == made.sha256
    assert told["encrypted"] is False
    assert (tmp_path / "a.bak").stat().st_mode & 0o777 == 0o600


def test_an_encrypted_one_holds_no_fact(desk, tmp_path):
    office(desk)
    backup(desk, tmp_path / "a.bak", WORDS)
    data = (tmp_path / "a.bak").read_bytes()
    assert b"referrals" not in data
    assert b"PK\x03\x04" not in data[:100]
    with pytest.raises(InputError, match="passphrase is wrong"):
        verify_backup(desk, tmp_path / "a.bak", "another passphrase")
    with pytest.raises(InputError, match="is encrypted"):
        restore(desk, tmp_path / "a.bak")
    assert verify_backup(desk, tmp_path / "a.bak", WORDS).counts["referrals"] == len(PEOPLE)


def test_a_record_that_holds_something_is_replaced_only_when_asked(desk, tmp_path):
    backup(desk, tmp_path / "a.bak")
    before = everything(desk.store)
    with pytest.raises(ConflictError, match="not empty") as caught:
        restore(desk, tmp_path / "a.bak")
    assert "--replace" in caught.value.next_step
    assert everything(desk.store) == before


def test_a_damaged_backup_changes_nothing(desk, tmp_path):
    office(desk)
    path = tmp_path / "a.bak"
    backup(desk, path, WORDS)
    before = everything(desk.store)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))
    with pytest.raises((InputError, StoreError)):
        restore(desk, path, WORDS, replace=True)
    assert everything(desk.store) == before


def test_an_empty_record_takes_a_backup_and_plans_are_of_todays_facts(desk, new_url, tmp_path):
    from matching.services.matching import reopen

    saved = office(desk)
    backup(desk, tmp_path / "a.bak")
    other = desk_at(open_store(new_url(tables=True)))
    restore(other, tmp_path / "a.bak")
    again = reopen(other)
    assert again is not None
    assert again.number == saved.number
    other.store.close()


def test_caches_see_that_the_record_was_replaced(desk, tmp_path):
    backup(desk, tmp_path / "a.bak")
    office(desk)
    before = desk.store.data_version()
    restore(desk, tmp_path / "a.bak", replace=True)
    assert desk.store.data_version() > before


def test_nobody_stays_signed_in(desk, tmp_path):
    fill(desk.store)
    sessions = tables_access.sessions
    query = sa.select(sa.func.count()).where(sessions.c.ended_at.is_(None))
    with desk.store.engine.connect() as connection:
        open_ones = connection.execute(query).scalar_one()
    assert open_ones
    backup(desk, tmp_path / "a.bak")
    restore(desk, tmp_path / "a.bak", replace=True)
    with desk.store.engine.connect() as connection:
        assert connection.execute(query).scalar_one() == 0
    (told,) = events(desk, "restore_record")
    assert told["sessions_ended"] == open_ones


@pytest.mark.parametrize("words", ["", "short", "eleven char"])
def test_a_passphrase_that_is_soon_found_is_refused(sqlite_store, tmp_path, words):
    with pytest.raises(InputError, match="fewer than 12"):
        backup(desk_at(sqlite_store), tmp_path / "a.bak", words)
    assert not os.listdir(tmp_path) or "a.bak" not in os.listdir(tmp_path)


@pytest.mark.parametrize("role", STAFF_ROLES)
def test_nobody_who_works_at_one_office_takes_along_what_all_own(sqlite_store, tmp_path, role):
    desk = as_role(desk_at(sqlite_store), role)
    for use in (backup, verify_backup, restore):
        with pytest.raises(PermissionDenied):
            use(desk, tmp_path / "a.bak")


# -- encrypted copies of the file ------------------------------------------------------------

KEY, OTHER_KEY = "0f" * 32, "1e" * 32


def at_file(store, url=None):
    """Return a desk whose settings have the address of the record."""
    made = desk_at(store)
    where = url or f"sqlite:///{store.engine.url.database}"
    return replace(made, settings=replace(made.settings, database_url=where))


def copies(store):
    """Return the events of encrypted copies: reason and sentence."""
    look = Look({}, lambda moment: moment)
    with store.reading() as record:
        assert record.audit.verify() == []
        found = record.audit.events(object_kind="encrypted_copy")
    assert {(one.action, one.role) for one in found} <= {("export_record", "local")}
    return [(one.reason, sentence(one, look).split(") ")[1]) for one in found]


def test_an_encrypted_copy_is_an_event_on_the_record_and_in_the_copy(sqlite_store, tmp_path):
    desk = at_file(sqlite_store)
    office(desk)
    head = encrypt_record(desk, tmp_path / "one.db", KEY)
    said = [("encrypted", "wrote an encrypted copy of the whole record.")]
    assert copies(sqlite_store) == said
    url = address_of(tmp_path / "one.db", KEY)
    copy = open_store(url)
    assert copies(copy) == said
    assert everything(copy) == everything(sqlite_store)
    with copy.reading() as record:
        assert record.audit.head() == head
    again = encrypt_record(at_file(copy, url), tmp_path / "two.db", OTHER_KEY)
    assert again.seq == head.seq + 1
    assert [reason for reason, _ in copies(copy)] == ["encrypted", "rekeyed"]
    copy.close()
    third = open_store(address_of(tmp_path / "two.db", OTHER_KEY))
    assert [reason for reason, _ in copies(third)] == ["encrypted", "rekeyed"]
    third.close()


def test_a_copy_that_was_not_written_is_told_and_one_that_cannot_be_leaves_no_event(
    sqlite_store, tmp_path, monkeypatch
):
    desk = at_file(sqlite_store)
    (tmp_path / "there.db").write_text("mine")
    for path, why in (
        (tmp_path / "there.db", "already a file"),
        (tmp_path / "n/a.db", "folder"),
    ):
        with pytest.raises(InputError, match=why):
            encrypt_record(desk, path, KEY)
    with pytest.raises(InputError, match="Only a record in SQLite"):
        encrypt_record(at_file(sqlite_store, "postgresql://u@h/d"), tmp_path / "a.db", KEY)
    assert copies(sqlite_store) == []

    def refused(*_):
        raise StoreError("The record cannot be copied.")

    monkeypatch.setattr(encryption, "_export", refused)
    with pytest.raises(StoreError, match="cannot be copied"):
        encrypt_record(desk, tmp_path / "a.db", KEY)
    assert copies(sqlite_store) == [
        ("encrypted", "wrote an encrypted copy of the whole record."),
        ("failed", "could not write an encrypted copy of the whole record."),
    ]
    assert not (tmp_path / "a.db").exists()


@pytest.mark.parametrize("role", STAFF_ROLES)
def test_nobody_of_an_office_copies_the_file(sqlite_store, tmp_path, role):
    with pytest.raises(PermissionDenied):
        encrypt_record(as_role(at_file(sqlite_store), role), tmp_path / "a.db", KEY)
    assert copies(sqlite_store) == []
    assert not (tmp_path / "a.db").exists()


def test_an_empty_record_is_known_as_empty(desk):
    with whole_of(desk.store) as whole:
        assert whole.is_empty()
    with desk.store.transaction() as record:
        record.audit.append(desk.actor, desk.clock(), "anything")
    with whole_of(desk.store) as whole:
        assert not whole.is_empty()
