"""Counts by day on either database: written once, changed in place, no fact touched."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching.store.repositories.history import DayCount
from tests.builders import known_home, known_pool, known_referral
from tests.services.planned import desk_at, set_record

DAY = date(2026, 11, 2)


def count(day, number, category="", unknown=0, measure="m"):
    return DayCount(day=day, measure=measure, category=category, count=number, unknown=unknown)


def test_counts_are_read_as_they_were_set(store):
    rows = (count(DAY, 3), count(DAY, 2, "type:x", 1), count(DAY + timedelta(1), 5))
    with store.transaction() as record:
        assert record.history.is_empty()
        record.history.set_days("m", DAY, rows)
        record.history.set_days("n", DAY, [count(DAY, 9, measure="n")])
    with store.reading() as record:
        assert record.history.rows("m") == rows
        assert record.history.rows("m", since=DAY + timedelta(1)) == rows[2:]
        assert not record.history.is_empty()


DAYS = st.dictionaries(
    st.tuples(st.integers(0, 4), st.sampled_from(["", "a", "b"])), st.integers(0, 9)
)


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(DAYS, DAYS, st.integers(0, 4))
def test_setting_again_leaves_exactly_what_was_set(sqlite_store, before, after, since):
    first = DAY + timedelta(since)
    old = [count(DAY + timedelta(k), n, c) for (k, c), n in before.items()]
    new = [count(DAY + timedelta(k), n, c) for (k, c), n in after.items() if k >= since]
    with sqlite_store.transaction() as record:
        record.history.clear()
        record.history.set_days("m", DAY, old)
        record.history.set_days("m", first, new)
        kept = [one for one in old if one.day < first]
        wanted = sorted([*kept, *new], key=lambda one: (one.day, one.category))
        assert list(record.history.rows("m")) == wanted


def test_history_is_no_fact(store):
    before = store.data_version()
    with store.transaction() as record:
        record.history.set_days("m", DAY, [count(DAY, 3)])
        record.history.clear()
    assert store.data_version() == before


def test_a_reading_writes_nothing(store):
    with store.reading() as record, pytest.raises(RuntimeError):
        record.history.clear()


def test_places_and_people_are_told_with_what_is_counted_alone(store):
    desk = desk_at(store)
    home, pool = known_home("P1"), known_pool("P1")
    people = [known_referral("R1"), known_referral("R2", received_at=None)]
    set_record(desk, [home], [pool], people)
    with store.reading() as record:
        (place,) = record.history.places()
        assert set(record.history.received()) == {people[0].received_at, None}
    assert (place.placement_type, place.county) == (home.placement_type, home.county)
    assert place.pool.free == pool.free
    assert place.pool.beds_licensed == pool.beds_licensed
    assert place.pool.genders is None
