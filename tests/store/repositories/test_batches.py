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


def test_one_upload_is_found_by_its_number(store):
    with store.transaction() as tx:
        added = tx.batches.add(batch(recipe="r"))
        assert tx.batches.get(added.id) == added
        assert tx.batches.get(404) is None


def test_the_same_bytes_read_the_same_way_are_found_again(store):
    with store.transaction() as tx:
        plain = tx.batches.add(batch())
        first = tx.batches.add(batch(recipe="r"))
        second = tx.batches.add(batch(recipe="r"))
        assert tx.batches.last_of("providers", plain.file_sha256, None) == plain
        assert tx.batches.last_of("providers", plain.file_sha256, "r") == second
        assert tx.batches.last_of("providers", plain.file_sha256, "other") is None
        assert tx.batches.last_of("providers", "cd" * 32, None) is None
        assert tx.batches.last_of("referrals", plain.file_sha256, None) is None
        tx.batches.mark_undone(second, NOW, "kim")
        assert tx.batches.last_of("providers", plain.file_sha256, "r") == first


def test_an_upload_is_undone_once(store):
    with store.transaction() as tx:
        added = tx.batches.add(batch())
        undone = tx.batches.mark_undone(added, NOW, "kim")
        assert (undone.undone_at, undone.undone_by) == (NOW, "kim")
        assert tx.batches.list() == (undone,)
        with pytest.raises(NotFound, match="could be undone"):
            tx.batches.mark_undone(undone, NOW, "kim")
        with pytest.raises(NotFound, match="could be undone"):
            tx.batches.mark_undone(batch(id=404), NOW, "kim")
