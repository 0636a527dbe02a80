"""An encrypted record does what a plain one does, and its file tells nothing."""

from __future__ import annotations

import sqlite3
import stat
from urllib.parse import quote

import pytest
import sqlalchemy as sa

from matching.domain.errors import ConflictError, InputError, StoreError
from matching.domain.records import Referral
from matching.store import encryption, engines, open_store
from matching.store.encryption import encrypted_copy
from tests.store.filled import everything, fill
from tests.store.making import LOCAL, NOW, batch, record

#: Made at random, so that no time is spent on deriving it.
KEY = "0f" * 32
SECRET = "unit-of-one-case"


def address(path, key=KEY):
    return f"sqlite+sqlcipher://:{quote(key, safe='')}@/{path}"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "record.db"


@pytest.fixture
def store(path):
    opened = open_store(address(path))
    yield opened
    opened.close()


def test_what_is_saved_is_there_after_opening_again(store, path):
    record(store, referrals=[Referral(referral_id="R1", worker=SECRET)])
    with store.transaction() as tx:
        tx.audit.append(LOCAL, NOW, "test")
    store.close()
    again = open_store(address(path))
    with again.reading() as read:
        assert read.referrals.get("R1").worker == SECRET
        assert read.audit.verify() == []
    again.close()


def test_the_files_hold_nothing_in_plain(store, path):
    record(store, referrals=[Referral(referral_id="R1", worker=SECRET)])
    for file in path.parent.glob("record.db*"):
        data = file.read_bytes()
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        for plain in (SECRET.encode(), b"SQLite format 3", b"referrals", KEY.encode()):
            assert plain not in data[32:] if file.suffix == ".db-shm" else plain not in data


def test_it_is_set_up_as_any_record_is(store):
    with store.reading() as read:
        ask = read._unit.connection.exec_driver_sql
        assert ask("PRAGMA journal_mode").scalar() == "wal"
        assert ask("PRAGMA synchronous").scalar() == 2
        assert ask("PRAGMA foreign_keys").scalar() == 1
        assert ask("PRAGMA secure_delete").scalar() == 1
        assert ask("PRAGMA busy_timeout").scalar() == engines.WAIT_SECONDS * 1000
        assert ask("PRAGMA cipher_version").scalar()


def test_the_guards_hold(store):
    with store.transaction() as tx:
        tx.audit.append(LOCAL, NOW, "test")
    writing = store.engine.execution_options(record_writes=True)
    with pytest.raises(sa.exc.DatabaseError), writing.begin() as connection:
        connection.exec_driver_sql("DELETE FROM audit_events")
    with pytest.raises(InputError, match="refers to nothing"), store.transaction() as tx:
        tx.referrals.upsert([Referral(referral_id="R")], batch(id=404))


def test_all_or_nothing_and_one_writer(store, path, monkeypatch):
    before = everything(store)
    with pytest.raises(ZeroDivisionError), store.transaction() as tx:
        tx.audit.append(LOCAL, NOW, f"{1 // 0}")
    assert everything(store) == before
    monkeypatch.setattr(engines, "WAIT_SECONDS", 0)
    other = open_store(address(path))
    with (
        store.transaction(),
        pytest.raises(ConflictError, match="is saving"),
        other.transaction(),
    ):
        pytest.fail("two writers at once")
    other.close()


@pytest.mark.parametrize("key", ["0e" * 32, "a passphrase of several words"])
def test_a_wrong_key_says_so_plainly(store, path, key):
    with pytest.raises(StoreError, match="key does not fit") as caught:
        open_store(address(path, key))
    assert key not in caught.value.sentence()
    assert KEY not in store.url


def test_a_passphrase_may_hold_any_sign(path):
    key = 'it\'s "a" %20 phrase@/:with signs'
    open_store(address(path, key)).close()
    open_store(address(path, key)).close()
    with pytest.raises(StoreError, match="key does not fit"):
        open_store(address(path, key.replace("'", "''")))


def test_no_key_and_no_package_are_said(path, monkeypatch):
    with pytest.raises(StoreError, match="no key was given"):
        open_store(f"sqlite+sqlcipher:///{path}")
    monkeypatch.setattr(encryption.importlib, "import_module", _missing)
    with pytest.raises(StoreError, match="needs the package sqlcipher3"):
        open_store(address(path))


def _missing(name):
    raise ImportError(name)


def test_a_plain_record_is_not_taken_for_an_encrypted_one(sqlite_store):
    with pytest.raises(StoreError, match="no encrypted record"):
        open_store(address(sqlite_store.engine.url.database))


# -- copies -------------------------------------------------------------------------------


@pytest.mark.parametrize("source", ["plain", "encrypted"])
def test_a_copy_holds_everything_under_its_own_key(source, sqlite_store, store, tmp_path):
    filled = sqlite_store if source == "plain" else store
    fill(filled)
    before = everything(filled)
    url = (
        f"sqlite:///{filled.engine.url.database}"
        if source == "plain"
        else address(filled.engine.url.database)
    )
    other = "1e" * 32
    encrypted_copy(url, tmp_path / "copy.db", other)
    assert stat.S_IMODE((tmp_path / "copy.db").stat().st_mode) == 0o600
    copy = open_store(address(tmp_path / "copy.db", other))
    assert everything(copy) == before
    with copy.reading() as read:
        assert read.audit.verify() == []
    writing = copy.engine.execution_options(record_writes=True)
    with pytest.raises(sa.exc.DatabaseError), writing.begin() as connection:
        connection.exec_driver_sql("DELETE FROM audit_events")
    copy.close()
    assert everything(filled) == before
    assert not list(tmp_path.glob(".*part*"))
    with pytest.raises(sqlite3.DatabaseError):
        sqlite3.connect(tmp_path / "copy.db").execute("SELECT * FROM referrals")


def test_a_copy_takes_no_other_files_place_and_needs_sqlite(sqlite_store, tmp_path):
    url = f"sqlite:///{sqlite_store.engine.url.database}"
    (tmp_path / "copy.db").write_text("mine")
    with pytest.raises(InputError, match="already a file"):
        encrypted_copy(url, tmp_path / "copy.db", KEY)
    assert (tmp_path / "copy.db").read_text() == "mine"
    with pytest.raises(InputError, match="Only a record in SQLite"):
        encrypted_copy("postgresql+psycopg://u@h/d", tmp_path / "c.db", KEY)
    (tmp_path / "x.db").write_bytes(b"no record" * 500)
    with pytest.raises(StoreError, match="does not fit"):
        encrypted_copy(address(tmp_path / "x.db"), tmp_path / "c.db", KEY)
    assert not (tmp_path / "c.db").exists()
