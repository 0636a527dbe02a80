"""Whatever writes a record keeps what it was before."""

from __future__ import annotations

import dataclasses
import shutil
import tempfile
from pathlib import Path

from hypothesis import given, settings

from matching.domain.records import BedPool, Provider, Referral
from matching.domain.words import Gender
from matching.store import open_store
from tests import strategies
from tests.store.making import NOW, batch


def saved(tx, *referrals):
    made = tx.batches.add(batch(kind="referrals"))
    tx.referrals.upsert(referrals, made)
    return made


def test_a_record_that_was_added_has_no_before(store):
    with store.transaction() as tx:
        made = tx.batches.add(batch())
        tx.providers.upsert(
            [Provider(provider_id="P1")], [BedPool(pool_id="B1", provider_id="P1")], made
        )
        found = tx.images.of(made.id)
    assert {(one.kind, one.key, one.added, one.fields) for one in found} == {
        ("provider", ("P1",), True, ()),
        ("bed_pool", ("B1", "P1"), True, ()),
    }


def test_a_change_keeps_only_the_fields_that_changed(store):
    one = Referral(referral_id="R1", age_years=15, received_at=NOW)
    with store.transaction() as tx:
        first = saved(tx, one)
        second = saved(tx, dataclasses.replace(one, age_years=16, gender=Gender.FEMALE))
        third = saved(tx, dataclasses.replace(one, age_years=16, gender=Gender.FEMALE))
        (image,) = tx.images.of(second.id)
        assert tx.images.of(third.id) == ()
    assert image.fields == ("age_years", "gender")
    assert image.before == {"age_years": 15, "gender": None}
    assert image.after == {"age_years": 16, "gender": "female"}
    assert image.batch_before == first.id


def test_later_changes_of_the_same_record_are_found_until_they_are_undone(store):
    one = Referral(referral_id="R1", age_years=15)
    with store.transaction() as tx:
        first = saved(tx, one, Referral(referral_id="R2"))
        second = saved(tx, dataclasses.replace(one, age_years=16))
        other = saved(tx, Referral(referral_id="R3"))
        assert [image.batch_id for image in tx.images.after(first.id)] == [second.id]
        assert tx.images.after(second.id) == tx.images.after(other.id) == ()
        tx.batches.mark_undone(second, NOW, "kim")
        assert tx.images.after(first.id) == ()


def test_the_last_upload_that_touched_the_same_fields_is_found(store):
    one = Referral(referral_id="R1", age_years=15)
    with store.transaction() as tx:
        first = saved(tx, one)
        second = saved(tx, dataclasses.replace(one, age_years=16))
        third = saved(tx, dataclasses.replace(one, age_years=16, gender=Gender.FEMALE))
        fourth = saved(tx, dataclasses.replace(one, age_years=17, gender=Gender.FEMALE))
        assert tx.images.touched_since(first.id) == fourth.id
        assert tx.images.touched_since(second.id) == fourth.id
        assert tx.images.touched_since(third.id) is None
        assert tx.images.touched_since(fourth.id) is None
        tx.batches.mark_undone(fourth, NOW, "kim")
        assert tx.images.touched_since(second.id) is None
        assert tx.images.touched_since(first.id) == third.id


def test_a_record_written_twice_in_one_upload_is_one_image(store):
    with store.transaction() as tx:
        before = saved(tx, Referral(referral_id="R1", age_years=15))
        made = tx.batches.add(batch(kind="referrals"))
        tx.referrals.upsert([Referral(referral_id="R1", age_years=16)], made)
        tx.referrals.upsert([Referral(referral_id="R1", gender=Gender.MALE)], made)
        (image,) = tx.images.of(made.id)
    assert image.before == {"age_years": 15, "gender": None}
    assert image.after == {"age_years": None, "gender": "male"}
    assert image.batch_before == before.id


def test_added_and_then_changed_in_one_upload_is_added(store):
    with store.transaction() as tx:
        made = tx.batches.add(batch(kind="referrals"))
        tx.referrals.upsert([Referral(referral_id="R1")], made)
        tx.referrals.upsert([Referral(referral_id="R1", age_years=9)], made)
        (image,) = tx.images.of(made.id)
        assert image.added
        assert tx.images.adding("referral", [("R1",), ("R2",)]) == (image,)
        assert tx.images.adding("referral", []) == tx.images.adding("provider", [("R1",)]) == ()


def test_a_row_that_was_removed_and_comes_again_has_another_state(store):
    with store.transaction() as tx:
        saved(tx, Referral(referral_id="R1"))
        before = tx.rows["referral"].states()
        tx.rows["referral"].remove([("R1",)])
        assert tx.rows["referral"].states() == {}
        saved(tx, Referral(referral_id="R1"))
        after = tx.rows["referral"].states()
    assert before[("R1",)][0] == after[("R1",)][0] == 1
    assert before != after


@given(first=strategies.referral_lists(), second=strategies.referral_lists())
@settings(max_examples=25)
def test_images_put_back_are_the_record_as_before(sqlite_template, first, second):
    folder = Path(tempfile.mkdtemp(prefix="images-"))
    shutil.copy(sqlite_template, folder / "record.db")
    store = open_store(f"sqlite:///{folder}/record.db")
    try:
        with store.transaction() as tx:
            saved(tx, *first)
        with store.transaction() as tx:
            made = saved(tx, *second)
        with store.transaction() as tx:
            rows = tx.rows["referral"]
            images = tx.images.of(made.id)
            rows.remove(image.key for image in images if image.added)
            changed = [image for image in images if not image.added]
            now = rows.some(image.key for image in changed)
            rows.put_back(
                [
                    (
                        dataclasses.replace(now[image.key], **rows.fields_of(image.before)),
                        image.batch_before,
                    )
                    for image in changed
                ],
                NOW,
            )
            assert {one.referral_id: one for one in tx.referrals.all()} == {
                one.referral_id: one for one in first
            }
    finally:
        store.close()
        shutil.rmtree(folder)
