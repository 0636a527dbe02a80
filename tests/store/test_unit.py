"""A unit of work knows whether it may write, and whether facts were written."""

from __future__ import annotations

import pytest

from matching.domain.errors import StoreError
from matching.store import tables
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
        unit = Unit(read._unit.connection, writable=False, office="main")
        for data in (True, False):
            with pytest.raises(RuntimeError, match="open a transaction"):
                unit.writing(data=data)
        unit.seal()
        assert unit.data_version() == 0


def test_what_one_office_changes_alone_makes_nothing_of_another_grow_old(store):
    other = store.at("north")
    with store.transaction() as tx:
        tx._unit.writing(data=False).execute(
            tables.offices.insert().values(code="north", name="North", data_version=0)
        )
    with store.transaction() as tx:
        tx._unit.writing()
    assert (store.data_version(), other.data_version()) == (1, 0)
    with other.transaction() as tx:
        tx._unit.writing(shared=True)
    assert (store.data_version(), other.data_version()) == (2, 1)
    with other.transaction() as tx:
        tx._unit.writing(shared=True)
        tx._unit.writing()
    assert (store.data_version(), other.data_version()) == (3, 2)


def test_there_is_no_record_of_an_office_that_does_not_exist(store):
    with pytest.raises(StoreError, match="no such office"):
        store.at("nowhere").data_version()


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
