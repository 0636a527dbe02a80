"""Whole columns at once give the same rows as SQLAlchemy's own way, row by row."""

from __future__ import annotations

import dataclasses

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching.store import bulk, tables
from tests import strategies as own
from tests.store.making import NOW, batch

ON_ONE_STORE = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
COLUMNS = [c for c in tables.referrals.columns if c.name not in {"version"}]


def rows_of(referrals, batch_id):
    return [
        (*(getattr(one, f.name) for f in dataclasses.fields(one)), NOW, batch_id, "main")
        for one in referrals
    ]


def by_key(rows):
    return {row[0]: tuple(row) for row in rows}


@ON_ONE_STORE
@given(own.referral_lists(max_size=3), own.referral_lists(max_size=3))
def test_saving_and_reading_agree_with_row_by_row(store, first, second):
    with store.transaction() as tx:
        connection = tx._unit.connection
        connection.execute(tables.referrals.delete())
        number = tx.batches.add(batch()).id
        for drawn in (first, second):
            bulk.save(connection, tables.referrals, rows_of(drawn, number))
        plainly = by_key(connection.execute(sa.select(*COLUMNS)).all())
        assert plainly == by_key(rows_of(first, number)) | by_key(rows_of(second, number))
        assert by_key(bulk.read(connection, bulk.Picked(COLUMNS))) == plainly
        versions = dict(
            connection.execute(
                sa.select(tables.referrals.c.referral_id, tables.referrals.c.version)
            ).all()
        )
    both = {one.referral_id for one in first} & {one.referral_id for one in second}
    assert versions == {key: 2 if key in both else 1 for key in plainly}


def test_what_row_by_row_saved_is_read_alike(store):
    with store.transaction() as tx:
        connection = tx._unit.connection
        number = tx.batches.add(batch()).id
        names = [column.name for column in COLUMNS]
        row = dict.fromkeys(names) | {"referral_id": "R1", "behaviours": frozenset()}
        row |= {"updated_at": NOW, "batch_id": number, "version": 7, "received_at": NOW}
        row |= {"office": "main"}
        connection.execute(tables.referrals.insert(), [row])
        (read,) = bulk.read(connection, bulk.Picked([*COLUMNS, tables.referrals.c.version]))
    assert dict(zip([*names, "version"], read, strict=True)) == row


def test_nothing_is_saved_and_read_as_nothing(store):
    with store.transaction() as tx:
        bulk.save(tx._unit.connection, tables.referrals, [])
        assert bulk.read(tx._unit.connection, bulk.Picked(COLUMNS)) == []


def test_a_row_of_the_wrong_length_is_refused(sqlite_store):
    with sqlite_store.transaction() as tx, pytest.raises(ValueError, match="zip"):
        bulk.save(tx._unit.connection, tables.referrals, [("R1", None)])


@given(st.lists(st.none() | st.integers(0, 3)))
def test_each_distinct_value_is_translated_once(values):
    seen = []

    def translate(value):
        seen.append(value)
        return str(value)

    expected = [None if value is None else str(value) for value in values]
    assert list(bulk._translated(values, translate)) == expected
    assert sorted(seen) == sorted(set(values) - {None})
