"""A provider, or more beds at one, recorded by hand."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest

from matching.domain import words as w
from matching.domain.access import Action, Actor, Role
from matching.domain.errors import InputError, NotFound, PermissionDenied
from matching.domain.records import BedPool
from matching.services.audit_look import Look
from matching.services.audit_words import sentence
from matching.services.matching import run_plan
from matching.services.provider_new import COVERED, add, add_beds
from matching.services.samples import ensure_sample
from matching.services.upload_undo import undo
from tests.builders import NOW, day, known_home, known_pool, known_referral
from tests.services.planned import desk_at, set_record
from tests.services.test_provider_edit import last_event, signed_in
from tests.services.uploads_made import real

LATER = NOW + timedelta(hours=1)
FACTS = {
    "name": "Cedar House",
    "placement_type": w.PlacementType.FOSTER_HOME,
    "county": "12073",
    "confidential": False,
}
BEDS = {"age_min": 12, "age_max": 17, "beds_available": 2}


@pytest.fixture
def desk(store):
    at = desk_at(store)
    homes = [
        known_home("P1", name="Oak House", confidential=False),
        known_home("P2", name="Elm House", confidential=True),
    ]
    set_record(at, homes, [known_pool("P1"), known_pool("P2")], real([known_referral("R1")]))
    return dataclasses.replace(signed_in(at, "anna"), clock=lambda: LATER)


def found(desk, provider_id):
    with desk.store.reading() as record:
        return record.providers.get(provider_id)


def test_what_is_said_stands_and_everything_else_is_unknown(desk):
    done = add(desk, FACTS, BEDS, code="H7")
    home, (pool,) = found(desk, "H7")
    assert done.sentence == "Cedar House is on the record."
    assert (home.name, home.county, home.confidential) == ("Cedar House", "12073", False)
    assert home.data_origin is w.DataOrigin.REAL
    assert (home.licence_status, home.trainings, home.compromised_until) == (None, None, None)
    assert pool == BedPool(
        pool_id="B1",
        provider_id="H7",
        age_min=12,
        age_max=17,
        beds_available=2,
        as_of=LATER,
        confirmed_by="anna",
    )
    event = last_event(desk)
    assert (event.action, event.object_id, event.reason) == (
        Action.EDIT_PROVIDER,
        "H7",
        "added",
    )
    assert event.details["known"] == sorted({*FACTS, *BEDS})


def test_a_home_of_which_nothing_is_said_is_asked_about_and_not_left_out(store):
    at = desk_at(store)
    set_record(at, [], [], real([known_referral("R1")]))
    desk = signed_in(at, "anna")
    done = add(desk, {"name": "Cedar House"}, {})
    home, (pool,) = found(desk, done.provider_id)
    assert (pool.free, pool.as_of, pool.confirmed_by) == (None, None, None)
    assert home.provider_id.startswith("H-")
    run = run_plan(desk).run
    assert run.problem.pool_keys == ((done.provider_id, "B1"),)
    assert run.plan.pool.tolist() == [0]
    assert (run.plan.unknown > 0).all()


@pytest.mark.parametrize(
    ("facts", "beds", "code", "said"),
    [
        ({}, {}, None, "The provider has no name"),
        ({"name": " "}, {}, None, "The provider has no name"),
        ({"name": "A", "compromised_until": day(3)}, {}, None, "'compromised_until' is not"),
        ({"name": "A", "provider_id": "P9"}, {}, None, "'provider_id' is not"),
        ({"name": "A"}, {"as_of": NOW}, None, "'as_of' is not"),
        ({"name": "A"}, {"age_min": 17, "age_max": 12}, None, "Youngest age: "),
        ({"name": "A", "county": "12086", "state": "GA"}, {}, None, "County: Miami-Dade"),
        ({"name": "A"}, {}, "P1", "Provider P1 is on the record already"),
    ],
)
def test_what_cannot_be_kept_is_refused_and_nothing_is_saved(desk, facts, beds, code, said):
    before, event = everything(desk), last_event(desk)
    with pytest.raises(InputError) as caught:
        add(desk, facts, beds, code=code)
    assert caught.value.message.startswith(said)
    assert (everything(desk), last_event(desk)) == (before, event)


def everything(desk):
    with desk.store.reading() as record:
        return record.providers.all()


def test_it_is_taken_back_until_somebody_has_to_do_with_it(desk):
    before = everything(desk)
    done = add(desk, FACTS, BEDS, code="H7")
    back = undo(desk, done.batch)
    assert back.done
    assert back.sentence == "What was put on the record is off it again."
    assert everything(desk) == before
    again = add(desk, FACTS, BEDS, code="H7")
    add_beds(desk, "H7", {"beds_available": 1})
    assert not undo(desk, again.batch).done
    assert found(desk, "H7") is not None


def test_a_namesake_is_told_unless_it_is_confidential(desk):
    told = add(desk, {"name": "oak house"}, {})
    assert told.notes == ("Another provider has the same name: P1. Is it the same one?",)
    assert add(desk, {"name": "Elm House"}, {}).notes == ()


def test_a_safe_house_of_which_nobody_says_whether_it_is_public_is_confidential(desk):
    done = add(desk, {"name": "Cedar", "placement_type": w.PlacementType.SAFE_HOUSE}, {})
    assert COVERED in done.notes
    with pytest.raises(PermissionDenied):
        add_beds(desk, done.provider_id, {"beds_available": 1})


def test_more_beds_at_a_home(desk):
    done = add_beds(desk, "P1", {"pool_name": "Nursery", "beds_available": 1})
    assert done.sentence == "Oak House, Nursery is on the record."
    _, pools = found(desk, "P1")
    assert [one.pool_id for one in pools] == ["B1", "B2"]
    assert (pools[1].beds_available, pools[1].as_of, pools[1].confirmed_by) == (
        1,
        LATER,
        "anna",
    )
    assert last_event(desk).reason == "added_beds"
    assert undo(desk, done.batch).done
    assert [one.pool_id for one in found(desk, "P1")[1]] == ["B1"]


def test_more_beds_need_a_home_and_a_word(desk):
    with pytest.raises(NotFound):
        add_beds(desk, "P9", {"beds_available": 1})
    with pytest.raises(InputError, match="Nothing is said"):
        add_beds(desk, "P1", {})
    with pytest.raises(PermissionDenied, match="confidential"):
        add_beds(desk, "P2", {"beds_available": 1})


def test_while_the_sample_is_shown_it_belongs_to_the_sample(sqlite_desk):
    ensure_sample(sqlite_desk)
    done = add(sqlite_desk, FACTS, BEDS)
    home, _ = found(sqlite_desk, done.provider_id)
    assert home.data_origin is w.DataOrigin.SAMPLE


def test_an_auditor_reads_it_as_a_sentence(desk):
    add(desk, FACTS, BEDS, code="H7")
    first = last_event(desk)
    add_beds(desk, "H7", {"beds_available": 1})
    look = Look({"H7": "Cedar House"}, desk.local)
    told = [sentence(one, look) for one in (first, last_event(desk))]
    assert "put Cedar House on the record" in told[0]
    assert "put more beds at Cedar House on the record" in told[1]


def test_a_worker_does_not_put_providers_on_the_record(desk):
    worker = dataclasses.replace(desk, actor=Actor("wren", Role.WORKER))
    with pytest.raises(PermissionDenied):
        add(worker, FACTS, BEDS)
