"""Uploads are on record with their counts, newest first."""

from __future__ import annotations

from datetime import timedelta

import pytest

from matching.domain.errors import NotFound
from matching.domain.words import DataOrigin
from tests.store.making import NOW, batch


def test_an_upload_is_read_as_it_was_added_with_its_number(store):
    with store.transaction() as tx:
        first = tx.batches.add(batch(data_origin=DataOrigin.SAMPLE))
        second = tx.batches.add(batch(kind="referrals", at=NOW + timedelta(hours=1)))
        assert first.id != second.id
    with store.reading() as read:
        assert read.batches.list() == (second, first)
        assert read.batches.list(limit=1) == (second,)


def test_counts_are_completed_once_the_changes_are_known(store):
    with store.transaction() as tx:
        added = tx.batches.add(batch(counts={"rows": 3}))
        completed = tx.batches.count(added, {"added": 2})
    assert completed.counts == {"rows": 3, "added": 2}
    with store.reading() as read:
        assert read.batches.list() == (completed,)


def test_counts_of_an_upload_that_was_never_recorded_are_refused(store):
    with store.transaction() as tx, pytest.raises(NotFound, match="no such upload"):
        tx.batches.count(batch(id=404), {"added": 2})


def test_numbers_are_not_used_again(sqlite_store):
    with sqlite_store.transaction() as tx:
        first = tx.batches.add(batch())
        tx._unit.connection.exec_driver_sql("DELETE FROM upload_batches")
        assert tx.batches.add(batch()).id > first.id
