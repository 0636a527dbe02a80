"""The history is kept with every change, and cannot differ from the record."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from matching.domain.access import Actor, Role
from matching.insight.history import ALL, Measure
from matching.services import history
from matching.services.intake import load_sample
from matching.services.matching import run_plan
from matching.services.phone_round import confirm_beds
from matching.services.upload_sample import CASEWORK, CONFIRMATION, EDIT, clear_sample
from matching.services.views import bed_count
from matching.store import UploadBatch
from tests.builders import NOW, known_referral
from tests.services.planned import HOMES, PEOPLE, POOLS, desk_at, office


@pytest.fixture
def desk(sqlite_store):
    return desk_at(sqlite_store)


def at(desk, days):
    """Return the desk some days later."""
    return replace(desk, clock=lambda: NOW + timedelta(days=days))


def rows(desk, measure, category=ALL):
    with desk.store.reading() as record:
        found = record.history.rows(measure)
    return {one.day: (one.count, one.unknown) for one in found if one.category == category}


def listed(desk, people, file_format="csv"):
    """Bring a list of referrals in."""
    now = desk.clock()
    with desk.store.transaction() as record:
        batch = record.batches.add(
            UploadBatch(
                kind="referrals",
                file_sha256="1" * 64,
                file_format=file_format,
                counts={},
                actor="x",
                at=now,
            )
        )
        record.referrals.upsert(people, batch)
        history.note_facts(record, desk, now)
    return batch


def today(desk):
    return desk.local(desk.clock()).date()


def test_beds_are_counted_as_on_the_page(desk):
    office(desk)
    for measure, name in (
        (Measure.LICENSED, "beds_licensed"),
        (Measure.STAFFED, "beds_staffed"),
        (Measure.ACCEPTING, "beds_accepting"),
        (Measure.FREE, "free"),
    ):
        found = bed_count(getattr(pool, name) for pool in POOLS)
        assert rows(desk, measure) == {today(desk): (found.known, found.unknown_pools)}


def test_types_and_regions_each_add_up_to_all(desk):
    office(desk)
    with desk.store.reading() as record:
        found = record.history.rows(Measure.LICENSED)
    sums = Counter()
    for one in found:
        sums[one.category.split(":")[0]] += one.count
    assert sums[""] == sums["type"] == sums["region"] > 0


def test_a_plan_keeps_who_is_placed_and_who_is_not(desk):
    saved = office(desk)
    placed = len(saved.run.plan.referral)
    assert rows(desk, Measure.PLACED) == {today(desk): (placed, 0)}
    assert rows(desk, Measure.WITHOUT) == {today(desk): (len(PEOPLE) - placed, 0)}


def test_the_last_word_of_a_day_counts_and_days_without_one_have_none(desk):
    office(desk)
    pool = POOLS[0]
    confirm_beds(at(desk, 3), pool.provider_id, pool.pool_id, 0, "desk")
    confirm_beds(at(desk, 3), pool.provider_id, pool.pool_id, 1, "desk")
    days = rows(desk, Measure.FREE)
    first = today(desk)
    assert set(days) == {first, first + timedelta(days=3)}
    after = [replace(pool, beds_available=1), *POOLS[1:]]
    assert days[first + timedelta(days=3)][0] == bed_count(one.free for one in after).known
    # A call about beds says nothing about people.
    assert set(rows(desk, Measure.WAITING)) == {first}


def test_people_are_counted_on_the_day_they_were_referred(desk):
    listed(desk, [known_referral("R1", received_at=NOW - timedelta(days=9))])
    later = at(desk, 10)
    new = [
        known_referral("R2", received_at=NOW + timedelta(days=4)),
        known_referral("R3", received_at=NOW + timedelta(days=4, minutes=1)),
        known_referral("R4", received_at=None),
    ]
    listed(later, new)
    first = today(desk)
    # Of people referred before the first list only those still waiting are known.
    assert rows(desk, Measure.REFERRED) == {first + timedelta(days=4): (2, 0)}
    assert rows(desk, Measure.LISTED) == {first: (1, 0), first + timedelta(days=10): (1, 0)}
    assert rows(desk, Measure.WAITING)[first + timedelta(days=10)] == (4, 1)


@pytest.mark.parametrize("by_hand", [EDIT, CASEWORK, CONFIRMATION])
def test_what_is_changed_by_hand_or_by_casework_is_no_list(desk, by_hand):
    listed(desk, [known_referral("R1", received_at=NOW)])
    listed(at(desk, 5), [known_referral("R1", received_at=NOW, worker="unit 2")], by_hand)
    assert rows(desk, Measure.LISTED) == {today(desk): (1, 0)}


def test_a_day_to_come_is_a_slip_and_not_counted(desk):
    listed(desk, [known_referral("R1", received_at=NOW + timedelta(days=40))])
    assert rows(desk, Measure.REFERRED) == {}


def test_a_list_that_was_undone_does_not_count(desk):
    batch = listed(desk, [known_referral("R1", received_at=NOW)])
    assert rows(desk, Measure.REFERRED) == {today(desk): (1, 0)}
    with desk.store.transaction() as record:
        record.batches.mark_undone(batch, NOW, "x")
        record.rows["referral"].remove([("R1",)])
        history.note_facts(record, desk, NOW)
    assert rows(desk, Measure.REFERRED) == rows(desk, Measure.LISTED) == {}
    assert rows(desk, Measure.WAITING) == {today(desk): (0, 0)}


def test_the_history_of_the_sample_leaves_with_it(desk):
    from matching.domain.words import DataOrigin

    invented = {"data_origin": DataOrigin.SAMPLE}
    load_sample(
        desk,
        tuple(replace(one, **invented) for one in HOMES),
        POOLS,
        tuple(replace(one, **invented) for one in PEOPLE),
        "0" * 64,
    )
    run_plan(desk)
    assert rows(desk, Measure.LISTED)
    assert rows(desk, Measure.PLACED)
    later = at(desk, 2)
    with desk.store.transaction() as record:
        assert clear_sample(record, later, later.clock())
    listed(later, [known_referral("R1", received_at=later.clock())])
    for measure in Measure:
        assert set(rows(desk, measure)) <= {today(later)}


def test_what_an_older_version_left_is_filled_in(desk):
    saved = office(desk)
    with desk.store.transaction() as record:
        record.history.clear()
    listed(at(desk, 5), [known_referral("R9")])
    placed = len(saved.run.plan.referral)
    assert rows(desk, Measure.PLACED) == {today(desk): (placed, 0)}


def test_history_moves_no_plan(desk):
    saved = office(desk)
    version = desk.store.data_version()
    with desk.store.transaction() as record:
        history.note_facts(record, desk, NOW)
    assert desk.store.data_version() == version == saved.data_version


def test_any_role_that_may_confirm_beds_keeps_the_history(desk):
    office(desk)
    manager = replace(at(desk, 1), actor=Actor("m", Role.MANAGER))
    confirm_beds(manager, POOLS[0].provider_id, POOLS[0].pool_id, 1, "desk")
    assert len(rows(desk, Measure.FREE)) == 2


def test_a_second_plan_of_the_day_takes_the_place_of_the_first(desk):
    office(desk)
    run_plan(desk)
    assert len(rows(desk, Measure.PLACED)) == 1
