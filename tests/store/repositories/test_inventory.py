"""Providers and their bed pools come and go together."""

from __future__ import annotations

import dataclasses
import time

import pytest

from matching.domain.errors import ConflictError, InputError
from matching.domain.records import BedPool, Provider
from matching.store.repositories import Changes, InventoryChanges
from tests.store.making import batch, record

OAK, ELM = Provider(provider_id="OAK"), Provider(provider_id="ELM")
OAK_1 = BedPool(pool_id="1", provider_id="OAK", beds_available=2)
ELM_1 = BedPool(pool_id="1", provider_id="ELM")


def everything(store):
    with store.reading() as read:
        return read.providers.all()


def test_pools_of_two_providers_may_have_the_same_code(store):
    record(store, providers=[OAK, ELM], pools=[OAK_1, ELM_1])
    assert set(everything(store)[1]) == {OAK_1, ELM_1}
    with store.reading() as read:
        assert read.providers.get("OAK") == (OAK, (OAK_1,))
        assert read.providers.get("oak") is None


def test_a_provider_gone_from_the_file_is_kept_with_its_beds(store):
    record(store, providers=[OAK, ELM], pools=[OAK_1, ELM_1])
    changes, _ = record(store, providers=[OAK], pools=[OAK_1])
    assert changes.providers.missing == (("ELM",),)
    assert changes.pools.missing == (("1", "ELM"),)
    assert everything(store) == ((ELM, OAK), (ELM_1, OAK_1))


def test_beds_may_come_for_a_provider_already_on_record(store):
    record(store, providers=[OAK])
    record(store, providers=[ELM], pools=[OAK_1])
    assert everything(store)[1] == (OAK_1,)


def test_beds_of_nobody_are_refused(store):
    with pytest.raises(InputError, match="neither in the file nor on record"):
        record(store, providers=[ELM], pools=[OAK_1])
    assert everything(store) == ((), ())


@pytest.mark.parametrize("twice", [{"providers": [OAK, OAK]}, {"pools": [OAK_1, OAK_1]}])
def test_a_code_that_stands_twice_is_refused(store, twice):
    with pytest.raises(InputError, match="is there twice"):
        record(store, **{"providers": [OAK], **twice})
    assert everything(store) == ((), ())


def test_replacing_leaves_exactly_what_is_given(store):
    record(store, providers=[OAK, ELM], pools=[OAK_1, ELM_1])
    changed = dataclasses.replace(OAK, residents=1)
    changes, _ = record(store, providers=[changed], pools=[], replace=True)
    assert everything(store) == ((changed,), ())
    assert changes.providers.removed == (("ELM",),)
    assert changes.providers.missing == ()
    assert changes.pools.removed == (("1", "ELM"), ("1", "OAK"))


def test_replacing_does_not_lean_on_what_it_removes(store):
    record(store, providers=[OAK], pools=[OAK_1])
    with pytest.raises(InputError, match="not in the file"):
        record(store, providers=[ELM], pools=[OAK_1], replace=True)
    assert everything(store) == ((OAK,), (OAK_1,))


def test_a_provider_that_moved_meanwhile_is_not_overwritten(store):
    record(store, providers=[OAK])
    with store.reading() as read:
        seen = read.providers.versions()
    assert seen == {"OAK": 1}
    record(store, providers=[dataclasses.replace(OAK, residents=1)])
    with pytest.raises(ConflictError), store.transaction() as tx:
        tx.providers.upsert([OAK], [], tx.batches.add(batch()), expected=seen)
    assert everything(store)[0][0].residents == 1


def test_counts_name_each_kind_of_change():
    changes = InventoryChanges(Changes(added=(("A",), ("B",))), Changes(missing=(("1", "A"),)))
    counts = changes.counts()
    assert counts["providers_added"] == 2
    assert counts["pools_missing"] == 1
    assert sum(counts.values()) == 3
    assert len(counts) == 10


def test_a_county_is_saved_and_read_in_a_moment(store):
    """A guard against row-by-row work; the bound is many times what it takes."""
    homes = [Provider(provider_id=f"P{n}", residents=n % 5) for n in range(3000)]
    beds = [BedPool(pool_id="1", provider_id=one.provider_id) for one in homes]
    start = time.process_time()
    record(store, providers=homes, pools=beds)
    assert len(everything(store)[0]) == 3000
    assert time.process_time() - start < 5
