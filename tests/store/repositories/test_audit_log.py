"""Events are added, chained and checked; the database refuses everything else."""

from __future__ import annotations

import dataclasses
import threading
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime, timedelta, timezone
from multiprocessing import get_context

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching.domain.access import Action, Actor, Role
from matching.domain.errors import InputError, MatchingError
from matching.store import ChainHead, open_store, tables
from tests.store.making import LOCAL, NOW, batch

ON_ONE_STORE = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=9)
VALUES = (
    st.none()
    | st.booleans()
    | st.integers()
    | TEXT
    | st.lists(TEXT, max_size=2)
    | st.floats(allow_nan=False, allow_infinity=False)
)
DETAILS = st.dictionaries(TEXT, VALUES, max_size=3) | st.dictionaries(
    st.integers(0, 20), VALUES, max_size=3
)


def append(store, number=0, **more):
    with store.transaction() as tx:
        return tx.audit.append(LOCAL, NOW, f"act_{number}", **more)


def tamper(store, statement):
    """What somebody with a database client of their own could send."""
    with store.engine.execution_options(record_writes=True).begin() as connection:
        connection.exec_driver_sql(statement)


@ON_ONE_STORE
@given(TEXT, TEXT, TEXT, DETAILS)
def test_any_event_is_read_as_it_was_added_and_the_chain_holds(
    store, kind, ident, why, details
):
    event = append(store, object_kind=kind, object_id=ident, reason=why, details=details)
    with store.reading() as read:
        assert read.audit.events()[-1] == event
        assert read.audit.head() == ChainHead(event.seq, event.hash)
        assert read.audit.verify() == []


def test_an_event_says_who_did_what_in_plain_text(store):
    elsewhere = datetime(2026, 11, 3, 17, 41, tzinfo=timezone(timedelta(hours=-5)))
    with store.transaction() as tx:
        ana = Actor("ana", Role.SUPERVISOR)
        event = tx.audit.append(
            ana, elsewhere, Action.RUN_PLAN, object_kind="run", object_id="7"
        )
    assert (event.seq, event.actor, event.role) == (1, "ana", "supervisor")
    assert event.action == "run_plan"
    assert type(event.action) is str
    assert event.at == elsewhere
    assert event.at.utcoffset() == timedelta(0)
    assert event.prev_hash == "0" * 64


def test_events_can_be_chosen(store):
    for number in range(6):
        append(
            store, number, object_kind="case" if number % 2 else "run", object_id=str(number)
        )
    with store.reading() as read:

        def numbers(**chosen):
            return [one.seq for one in read.audit.events(**chosen)]

        assert numbers() == [1, 2, 3, 4, 5, 6]
        assert numbers(object_kind="case") == [2, 4, 6]
        assert numbers(object_kind="case", object_id="3") == [4]
        assert numbers(after=4) == [5, 6]
        assert numbers(limit=2) == [1, 2]
        assert numbers(limit=2, newest_first=True) == [6, 5]


def test_an_event_without_a_time_zone_is_refused(store):
    with store.transaction() as tx, pytest.raises(InputError, match="time zone"):
        tx.audit.append(LOCAL, datetime(2026, 11, 3), "look")  # noqa: DTZ001


def test_details_without_a_json_form_are_refused(store):
    with pytest.raises(InputError, match="cannot be written as JSON"):
        append(store, details={"at": NOW})
    with store.reading() as read:
        assert read.audit.events() == ()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_events SET actor = 'nobody'",
        "UPDATE audit_events SET actor = 'nobody' WHERE seq = 2",
        "DELETE FROM audit_events",
        "DELETE FROM audit_events WHERE seq = 3",
    ],
)
def test_the_database_refuses_to_change_or_remove_events(store, statement):
    for number in range(3):
        append(store, number)
    with pytest.raises(Exception, match="audit events are never"):
        tamper(store, statement)
    with store.reading() as read:
        assert len(read.audit.events()) == 3
        assert read.audit.verify() == []


def test_the_database_refuses_to_replace_or_empty(store):
    append(store)
    on_sqlite = store.engine.dialect.name == "sqlite"
    replace = "INSERT OR REPLACE INTO audit_events SELECT * FROM audit_events"
    with pytest.raises(Exception, match="audit events are never"):
        tamper(store, replace if on_sqlite else "TRUNCATE audit_events")
    with store.reading() as read:
        assert len(read.audit.events()) == 1


def put_in(store, event):
    """Add a row as somebody with a database client of their own could."""
    row = {field.name: getattr(event, field.name) for field in dataclasses.fields(event)}
    row["details"] = dict(event.details)
    with store.engine.execution_options(record_writes=True).begin() as connection:
        connection.execute(tables.audit_events.insert(), row)


def test_a_fork_of_the_chain_is_refused(store):
    fork = dataclasses.replace(append(store), seq=2)
    with pytest.raises(Exception, match=r"prev_hash|never replaced"):
        put_in(store, fork)


def test_an_event_put_in_from_outside_is_found(store):
    event = append(store)
    more = dataclasses.replace(event, seq=2, prev_hash=event.hash, actor="nobody")
    put_in(store, dataclasses.replace(more, hash=more.digest()))
    with store.reading() as read:
        (problem,) = read.audit.verify()
    assert "ends at event 2 and should end at event 1" in problem.sentence


def test_events_changed_behind_the_triggers_are_found(sqlite_store):
    for number in range(4):
        append(sqlite_store, number)
    tamper(sqlite_store, "DROP TRIGGER audit_events_no_delete")
    tamper(sqlite_store, "DELETE FROM audit_events WHERE seq = 4")
    with sqlite_store.reading() as read:
        (problem,) = read.audit.verify()
    assert "ends at event 3 and should end at event 4" in problem.sentence


def write_many(store, name, times):
    for _ in range(times):
        with store.transaction() as tx:
            tx.batches.add(batch(actor=name))
            tx.audit.append(Actor(name, Role.WORKER), NOW, "upload_referrals")


def expect_all(store, names, times):
    with store.reading() as read:
        events = read.audit.events()
        assert read.audit.verify() == []
        assert len(read.batches.list()) == len(names) * times
        assert read.data_version() == len(names) * times
    assert [one.seq for one in events] == list(range(1, len(names) * times + 1))
    for name in names:
        assert sum(one.actor == name for one in events) == times


def test_threads_that_write_at_once_make_one_chain(store):
    names = ["ana", "ben", "cleo", "dan"]
    errors = []

    def work(name):
        try:
            write_many(store, name, 5)
        except MatchingError as error:
            errors.append(error.sentence())

    threads = [threading.Thread(target=work, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    expect_all(store, names, 5)


def write_in_another_process(url, name, times):
    store = open_store(url)
    write_many(store, name, times)
    store.close()


def test_processes_that_write_at_once_make_one_chain(store):
    url = store.engine.url.render_as_string(hide_password=False)
    names = ["ana", "ben"]
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        jobs = [pool.submit(write_in_another_process, url, name, 6) for name in names]
        for job in jobs:
            job.result(timeout=60)
    expect_all(store, names, 6)


def test_a_rolled_back_event_leaves_no_gap(store):
    append(store, 1)

    class Stop(Exception):
        pass

    def fail():
        with store.transaction() as tx:
            tx.audit.append(LOCAL, NOW, "lost")
            raise Stop

    with pytest.raises(Stop):
        fail()
    assert append(store, 2).seq == 2
    with store.reading() as read:
        assert [one.action for one in read.audit.events()] == ["act_1", "act_2"]
        assert read.audit.verify() == []
