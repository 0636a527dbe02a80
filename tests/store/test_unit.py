"""A unit of work knows whether it may write, and whether facts were written."""

from __future__ import annotations

import pytest

from matching.store.unit import Unit


def version_after(store, *writes):
    """The data version after a transaction with the given kinds of writes."""
    with store.transaction() as tx:
        for data in writes:
            assert tx._unit.writing(data=data) is tx._unit.connection
    return store.data_version()


def test_only_facts_advance_the_data_version_and_only_once(sqlite_store):
    assert version_after(sqlite_store) == 0
    assert version_after(sqlite_store, False) == 0
    assert version_after(sqlite_store, True, True) == 1
    assert version_after(sqlite_store, True, False) == 2
    assert version_after(sqlite_store, False, True) == 3


def test_a_unit_that_may_not_write_hands_out_no_connection_for_it(sqlite_store):
    with sqlite_store.reading() as read:
        unit = Unit(read._unit.connection, writable=False)
        for data in (True, False):
            with pytest.raises(RuntimeError, match="open a transaction"):
                unit.writing(data=data)
        unit.seal()
        assert unit.data_version() == 0


def test_the_version_is_not_advanced_before_the_end(sqlite_store):
    with sqlite_store.transaction() as tx:
        tx._unit.writing()
        assert tx.data_version() == 0
    assert sqlite_store.data_version() == 1


def test_a_unit_is_of_no_use_after_its_end(sqlite_store):
    with sqlite_store.transaction() as tx:
        pass
    with pytest.raises(Exception, match="closed"):
        tx.referrals.all()
