"""What offices share is read once for each state of the record, and never an older one."""

from __future__ import annotations

import pytest

from matching.domain.records import BedPool, Provider
from matching.store.kept import MOST, Kept
from matching.store.repositories.keyed import KeyedTable
from tests.store.making import record


def test_a_thing_is_read_once_for_each_state():
    kept, read = Kept(), []
    for state in (1, 1, 2, 2, 1):
        found = kept.of("beds", state, lambda state=state: read.append(state) or list(read))
        assert found[-1] == state
    assert read == [1, 2, 1]


def test_what_was_asked_for_longest_ago_is_forgotten_first():
    kept, read = Kept(), []
    for k in range(MOST):
        kept.of(k, 1, lambda k=k: read.append(k))
    kept.of(0, 1, lambda: read.append("again"))
    kept.of("one more", 1, lambda: None)
    kept.of(0, 1, lambda: read.append("again"))
    kept.of(1, 1, lambda: read.append("again"))
    assert read == [*range(MOST), "again"]


def test_forgotten_means_read_anew():
    kept, read = Kept(), []
    for _ in range(2):
        kept.of("beds", 1, lambda: read.append(1))
        kept.clear()
    assert len(read) == 2


@pytest.fixture
def reads(monkeypatch):
    """Counts how often a whole table is read."""
    seen = []
    whole = KeyedTable.all

    def counted(self):
        seen.append(self._table.name)
        return whole(self)

    monkeypatch.setattr(KeyedTable, "all", counted)
    return seen


def put(store, name):
    home = Provider(provider_id="P1", name=name)
    record(store, providers=[home], pools=[BedPool(pool_id="B1", provider_id="P1")])


def name_in(reading):
    return reading.providers.all()[0][0].name


def test_providers_are_read_again_only_after_a_change(store, reads):
    put(store, "Oak")
    for _ in range(3):
        with store.reading() as now:
            assert name_in(now) == "Oak"
    assert reads == ["providers", "bed_pools"]
    put(store, "Elm")
    with store.reading() as now:
        assert name_in(now) == "Elm"
    assert len(reads) == 4


def test_a_change_of_another_process_is_seen(store, new_url, backend, reads):
    from matching.store import open_store

    url = new_url()
    one, other = open_store(url), open_store(url)
    put(one, "Oak")
    with other.reading() as now:
        assert name_in(now) == "Oak"
    put(one, "Elm")
    with other.reading() as now:
        assert name_in(now) == "Elm"
    one.close()
    other.close()


def test_a_reading_that_began_before_a_change_goes_on_with_what_it_saw(store):
    put(store, "Oak")
    with store.reading() as before:
        assert before.data_version() == 1
        put(store, "Elm")
        with store.reading() as after:
            assert name_in(after) == "Elm"
        assert name_in(before) == "Oak"
    with store.reading() as now:
        assert name_in(now) == "Elm"


def test_a_transaction_sees_its_own_changes_and_leaves_none_if_it_fails(store):
    put(store, "Oak")

    def fails():
        with store.transaction() as tx:
            assert name_in(tx) == "Oak"
            home = Provider(provider_id="P1", name="Elm")
            from tests.store.making import batch

            tx.providers.upsert([home], (), tx.batches.add(batch()))
            assert name_in(tx) == "Elm"
            raise LookupError

    with pytest.raises(LookupError):
        fails()
    with store.reading() as now:
        assert name_in(now) == "Oak"
