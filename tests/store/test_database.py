"""Transactions save everything or nothing; readings never write; refusals say no facts."""

from __future__ import annotations

import logging

import pytest
import sqlalchemy as sa

from matching.domain.errors import ConflictError, InputError, MatchingError
from matching.domain.records import Provider, Referral
from matching.store import database, engines, open_store, tables
from tests.store.making import LOCAL, NOW, batch, record, run, write_all

SECRET = "Rumpelstiltskin"


def everything(store):
    """Every row of every table."""
    with store.reading() as read:
        connection = read._unit.connection
        return {
            name: connection.execute(sa.select(table)).all()
            for name, table in tables.metadata.tables.items()
        }


class Stop(Exception):
    """Raised by the tests inside a transaction."""


def write_and_raise(store, error):
    with store.transaction() as tx:
        write_all(tx)
        raise error


def test_an_error_leaves_nothing_not_even_the_audit_event(store):
    before = everything(store)
    with pytest.raises(Stop):
        write_and_raise(store, Stop)
    assert everything(store) == before
    with store.transaction() as tx:
        write_all(tx)
    assert everything(store) != before


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_an_interruption_leaves_nothing(store, error):
    before = everything(store)
    with pytest.raises(error):
        write_and_raise(store, error)
    assert everything(store) == before


def test_an_error_of_the_database_leaves_nothing(store):
    before = everything(store)
    with store.transaction() as tx:
        write_all(tx)
        unseen = tx.data_version()
    negative = Referral(referral_id="R2", age_years=-1)
    before = everything(store)
    with pytest.raises(InputError):
        record(store, providers=[Provider(provider_id="P2")], referrals=[negative])
    assert unseen == 0
    assert everything(store) == before


def test_after_an_error_the_same_thread_can_write(store):
    for _ in range(3):
        with pytest.raises(Stop), store.transaction():
            raise Stop
    with store.transaction() as tx:
        write_all(tx)
    assert store.data_version() == 1


def test_a_transaction_sees_what_it_wrote_and_others_do_not(store):
    with store.transaction() as tx:
        write_all(tx)
        assert tx.referrals.get("R1") is not None
        with store.reading() as read:
            assert read.referrals.all() == ()
    with store.reading() as read:
        assert read.referrals.get("R1") is not None


def test_a_reading_stays_at_its_moment(store):
    with store.reading() as read:
        assert read.referrals.all() == ()
        with store.transaction() as tx:
            write_all(tx)
        assert read.referrals.all() == ()
        assert read.data_version() == 0
    assert store.data_version() == 1


@pytest.mark.parametrize(
    "write",
    [
        lambda unit: unit.batches.add(batch()),
        lambda unit: unit.providers.upsert([Provider(provider_id="P")], [], batch(id=1)),
        lambda unit: unit.referrals.upsert([Referral(referral_id="R")], batch(id=1)),
        lambda unit: unit.referrals.replace([Referral(referral_id="R")], batch(id=1)),
        lambda unit: unit.runs.add(run()),
        lambda unit: unit.audit.append(LOCAL, NOW, "look"),
    ],
)
def test_a_reading_cannot_write(store, write):
    with store.reading() as read, pytest.raises(RuntimeError, match="cannot write"):
        write(read)


def test_the_database_itself_refuses_to_write_in_a_reading(store):
    with pytest.raises(MatchingError), store.reading() as read:
        read._unit.connection.execute(tables.record_state.update().values(data_version=9))
    assert store.data_version() == 0
    with store.transaction() as tx:
        write_all(tx)
    assert store.data_version() == 1


def test_a_transaction_inside_a_transaction_is_a_mistake_said_at_once(store):
    with store.transaction() as tx:
        write_all(tx)
        with pytest.raises(RuntimeError, match="already open"), store.transaction():
            pass
    assert store.data_version() == 1


def test_the_data_version_grows_with_facts_but_not_with_looks_and_plans(store):
    versions = [store.data_version()]
    steps = [
        lambda tx: tx.batches.add(batch()),
        lambda tx: tx.referrals.upsert([Referral(referral_id="R")], batch(id=1)),
        lambda tx: tx.referrals.replace([], batch(id=1)),
    ]
    for step in steps:
        with store.transaction() as tx:
            step(tx)
        versions.append(store.data_version())
    assert versions == [0, 1, 2, 3]
    with store.transaction() as tx:
        tx.audit.append(LOCAL, NOW, "look")
        tx.runs.add(run())
        tx.referrals.replace([], batch(id=1))
    assert store.data_version() == 3


def test_a_writer_who_waits_too_long_is_told(store, monkeypatch):
    monkeypatch.setattr(engines, "WAIT_SECONDS", 1)
    other = open_store(store.engine.url.render_as_string(hide_password=False))
    with store.transaction() as tx:
        write_all(tx)
        waiting = pytest.raises(ConflictError, match="Somebody else is saving")
        with waiting as caught, other.transaction():
            pytest.fail("two writers at once")
    assert caught.value.next_step
    with other.transaction() as tx:
        assert tx.data_version() == 1
    other.close()


@pytest.mark.parametrize(
    "bad",
    [
        Referral(referral_id="R", worker=SECRET, age_years=-1),
        Referral(referral_id="R", worker=SECRET, stay_days=2**31),
        Referral(referral_id="R", worker=SECRET, stay_days=2**70),
        Referral(referral_id="R", worker=SECRET + "\x00"),
    ],
)
def test_a_refused_row_is_neither_repeated_nor_logged(store, bad, caplog):
    caplog.set_level(logging.DEBUG)
    with pytest.raises(InputError) as caught:
        record(store, referrals=[bad])
    assert SECRET not in str(caught.value)
    assert SECRET not in caught.value.sentence()
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None or caught.value.__suppress_context__
    assert SECRET not in caplog.text


def test_a_row_of_an_unknown_upload_is_refused(store):
    with pytest.raises(InputError, match="refers to nothing"), store.transaction() as tx:
        tx.referrals.upsert([Referral(referral_id="R")], batch(id=404))


def test_the_url_is_shown_without_its_password():
    engine = engines.engine_at(f"postgresql://office:{SECRET}@db/record")
    store = database.Store(engine)
    assert SECRET not in store.url
    assert store.url.startswith("postgresql+psycopg://office:")


def test_what_was_saved_is_there_after_opening_again(new_url):
    url = new_url()
    first = open_store(url)
    with first.transaction() as tx:
        write_all(tx)
    first.close()
    again = open_store(url)
    with again.reading() as read:
        assert read.referrals.get("R1") == Referral(referral_id="R1")
        assert read.audit.verify() == []
    again.close()
