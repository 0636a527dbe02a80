"""What is removed is brought off the disk, or it is said what was not; never an error."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa

from matching.domain.records import Referral
from matching.store import engines, open_store, tidying
from matching.store.tidying import tidy
from tests.store.making import record

SECRET = b"unit-of-one-case"


@pytest.fixture
def quick(sqlite_store, monkeypatch):
    """A record on which nobody waits for others."""
    monkeypatch.setattr(engines, "WAIT_SECONDS", 0)
    opened = open_store(f"sqlite:///{sqlite_store.engine.url.database}")
    yield opened
    opened.close()


def log_of(store):
    return Path(f"{store.engine.url.database}-wal")


def removed(store):
    """Put a person on the record and take them off again."""
    record(store, referrals=[Referral(referral_id="R1", worker=SECRET.decode())])
    with store.transaction() as tx:
        tx.referrals.rows["referral"].remove([("R1",)])
        tx.images._unit.writing().exec_driver_sql("DELETE FROM upload_images")


def test_nothing_is_left_to_do_on_either_database(store):
    removed(store)
    assert tidy(store) == ""
    with store.transaction() as tx:
        tx.referrals.all()


def test_the_log_is_emptied_once_nobody_reads_and_it_is_said_before(quick):
    with quick.reading() as read:
        read.referrals.all()
        removed(quick)
        assert SECRET in log_of(quick).read_bytes()
        left = tidy(quick)
    assert left.startswith("What was to be removed is removed, and that is saved.")
    assert "in the log beside the file of the record: somebody was still reading" in left
    assert "run 'retain'" in left
    assert tidy(quick) == ""
    assert log_of(quick).read_bytes() == b""
    assert SECRET not in Path(quick.engine.url.database).read_bytes()


def test_what_the_driver_refuses_is_said_in_words(quick, monkeypatch):
    def refused(*_):
        raise sqlite3.OperationalError(f"disk I/O error at {SECRET.decode()}")

    monkeypatch.setattr(quick.engine, "raw_connection", refused)
    left = tidy(quick)
    assert "that is saved" in left
    assert "The database cannot be used (OperationalError)." in left
    assert SECRET.decode() not in left


def test_what_postgresql_refuses_is_said_in_words(postgres_record, monkeypatch):
    monkeypatch.setattr(tidying, "metadata", sa.MetaData())
    sa.Table("no_such_table", tidying.metadata)
    left = tidy(postgres_record)
    assert "that is saved" in left
    assert "the space that it took in the database is not given free yet" in left
    assert "(42P01)" in left
