"""Storing what was compared: all of it or nothing, and never what nobody looked at."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching.domain.access import Action, Role
from matching.domain.errors import ConflictError, InputError, PermissionDenied
from matching.intake.recipe import Recipe
from matching.services.upload_commit import (
    SHRINK_WORDS,
    HowRead,
    Override,
    ShrinkReason,
    commit,
)
from matching.services.upload_compare import compare
from tests import strategies
from tests.builders import NOW, known_home, known_pool, known_referral
from tests.services.conftest import as_role
from tests.services.planned import desk_at, set_record
from tests.services.uploads_made import (
    WHO,
    everything,
    homes_upload,
    people_upload,
    put,
    real,
    upload,
)

OAK, BEDS = known_home("P1", name="Oak House"), known_pool("P1")
SHARED = settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def desk(store):
    return desk_at(store)


@pytest.fixture
def office(desk):
    set_record(desk, [OAK], [BEDS], [known_referral("R1")])
    return desk


def beds(**facts):
    return dataclasses.replace(BEDS, **facts)


def events(desk):
    with desk.store.reading() as record:
        assert record.audit.verify() == []
        return record.audit.events()


@given(
    first=strategies.inventories(max_providers=3),
    second=strategies.inventories(max_providers=3),
    unknown=st.booleans(),
)
@SHARED
def test_what_was_stored_changes_nothing_when_compared_again(desk, first, second, unknown):
    first, second = (real(first[0]), first[1]), (real(second[0]), second[1])
    set_record(desk, *first, [])
    said = frozenset(
        ("provider", (one.provider_id,), "licence_expires") for one in second[0] if unknown
    )
    one = homes_upload(*second, said_unknown=said)
    found = compare(desk, one)
    put(desk, found)
    homes, pools, _ = everything(desk)
    stored = {"provider": homes, "bed_pool": pools}
    for change in (*found.new, *found.changed):
        assert change.after in stored[change.kind]
    assert compare(desk, one).nothing
    assert {p.provider_id for p in homes} == {p.provider_id for p in (*first[0], *second[0])}


@given(first=strategies.referral_lists(), second=strategies.referral_lists())
@SHARED
def test_the_same_of_referrals(desk, first, second):
    first, second = real(first), real(second)
    set_record(desk, [], [], first)
    put(desk, compare(desk, people_upload(second)))
    assert compare(desk, people_upload(second)).nothing


def test_an_upload_is_one_batch_and_one_event(office):
    before = len(events(office))
    found = compare(office, homes_upload([OAK], [beds(age_max=16)]))
    done = put(office, found)
    assert done.changes == {
        "providers_added": 0, "providers_changed": 0, "providers_unchanged": 1,
        "providers_missing": 0, "providers_removed": 0, "pools_added": 0,
        "pools_changed": 1, "pools_unchanged": 0, "pools_missing": 0, "pools_removed": 0,
        "providers_closed": 0,
    }  # fmt: skip
    assert done.sentence == "1 bed pool changes. 1 provider stays as it is."
    (event,) = events(office)[before:]
    assert (event.action, event.object_id) == (Action.UPLOAD_PROVIDERS, str(done.batch))
    assert event.details["pools_changed"] == 1
    with office.store.reading() as record:
        batch = record.batches.get(done.batch)
        (image,) = record.images.of(done.batch)
    assert batch.counts["pools_changed"] == 1
    assert (image.before, image.after) == ({"age_max": 17}, {"age_max": 16})


def test_a_change_that_loosens_safety_must_be_confirmed(office):
    found = compare(office, homes_upload([OAK], [beds(age_max=18, age_min=9)]))
    before = everything(office)
    with pytest.raises(ConflictError, match="2 changes loosen safety and are not") as caught:
        commit(office, found)
    assert "Nothing was saved." in caught.value.sentence()
    some = list(found.to_confirm)[:1]
    with pytest.raises(ConflictError, match="1 change loosens safety and is not"):
        commit(office, found, confirmed_loosening=some)
    assert everything(office) == before
    commit(office, found, confirmed_loosening=found.to_confirm)
    assert everything(office)[1] == (beds(age_max=18, age_min=9),)


def test_a_place_does_not_shrink_below_people_without_a_name_and_a_reason(office):
    found = compare(office, homes_upload([OAK], [beds(beds_licensed=0, beds_accepting=0)]))
    with pytest.raises(ConflictError, match="1 person lives there") as caught:
        commit(office, found)
    assert "And 1 more." in caught.value.message
    for nobody in (" ", "555-123-4567", "kim@example.org"):
        who = Override(nobody, ShrinkReason.SAFETY)
        with pytest.raises(InputError, match="account or role"):
            commit(office, found, overrides=dict.fromkeys(found.to_override, who))
    done = commit(office, found, overrides=dict.fromkeys(found.to_override, WHO))
    told = events(office)[-1].details["overrides"]
    assert [(one["field"], one["who"], one["reason"]) for one in told] == [
        ("beds_accepting", "supervisor", "moving_out"),
        ("beds_licensed", "supervisor", "moving_out"),
    ]
    assert done.changes["pools_changed"] == 1


def test_every_reason_has_its_words():
    assert set(SHRINK_WORDS) == set(ShrinkReason)


def test_a_closed_provider_is_stored_with_its_event(office):
    found = compare(office, homes_upload([known_home("P2")]), closing=["P1"])
    with pytest.raises(ConflictError, match="Other providers are ticked"):
        put(office, found, closing=["P2"])
    put(office, found, closing=["P1"])
    homes, (pool,), _ = everything(office)
    assert homes[0] == OAK
    assert (pool.beds_accepting, pool.beds_available, pool.free) == (0, 0, 0)
    assert (pool.as_of, pool.confirmed_by, pool.beds_occupied) == (NOW, "tester", 1)
    assert events(office)[-1].details["closed"] == ["P1"]
    again = compare(office, homes_upload([known_home("P2")]), closing=["P1"])
    assert again.closed == ()


MOVES = {
    "the same pool": (homes_upload([OAK], [beds(age_min=11)]), True),
    "the provider": (homes_upload([dataclasses.replace(OAK, agency="Harbor")]), True),
    "another pool of the provider": (homes_upload([OAK], [known_pool("P1", "B2")]), True),
    "another provider": (homes_upload([known_home("P9")], [known_pool("P9")]), False),
    "a referral": (people_upload([known_referral("R9")]), False),
}


@pytest.mark.parametrize("move", MOVES)
def test_a_record_that_moved_meanwhile_stops_the_upload(office, move):
    other, stops = MOVES[move]
    found = compare(office, homes_upload([OAK], [beds(age_max=16)]))
    upload(office, other)
    before = everything(office)
    if stops:
        with pytest.raises(ConflictError, match="Somebody else changed 1 of these"):
            put(office, found)
        assert everything(office) == before
    else:
        put(office, found)
        assert beds(age_max=16) in everything(office)[1]


def test_a_record_that_was_removed_and_came_again_has_moved(office):
    found = compare(office, homes_upload([OAK], [beds(age_max=16)]))
    set_record(office, [], [], [])
    set_record(office, [OAK], [BEDS], [])
    with pytest.raises(ConflictError, match="changed 2 of these"):
        put(office, found)


def test_a_record_that_is_new_to_both_stops_the_second(desk):
    first = compare(desk, homes_upload([OAK], [BEDS]))
    second = compare(desk, homes_upload([OAK], [beds(age_max=12)]))
    put(desk, first)
    with pytest.raises(ConflictError, match="changed 2 of these"):
        put(desk, second)


def test_the_same_bytes_read_the_same_way_are_stored_once(office):
    one = homes_upload([OAK], [beds(age_max=16)])
    how = HowRead(Recipe(columns={"Beds": "beds_licensed"}))
    first = put(office, compare(office, one), read=how)
    number = len(events(office))
    again = put(office, compare(office, one), read=how)
    assert (again.batch, again.already) == (first.batch, NOW)
    assert again.sentence == (
        "The same file was uploaded on 3 Nov 2026 at 22:41 by tester, and it changes "
        "nothing now. Nothing was stored again."
    )
    assert len(events(office)) == number
    other = put(office, compare(office, one))
    assert other.batch > first.batch
    assert other.already is None


def test_the_same_file_is_stored_again_where_the_record_moved_on(office):
    one = homes_upload([OAK], [beds(age_max=16)])
    first = upload(office, one)
    upload(office, homes_upload([OAK], [beds(age_max=15)], sha256="b" * 64))
    again = upload(office, one)
    assert again.already is None
    assert again.batch > first.batch
    assert everything(office)[1] == (beds(age_max=16),)


def test_a_recipe_is_remembered_without_what_is_about_single_rows(office):
    recipe = Recipe(
        columns={"Beds": "beds_licensed"},
        cells={3: {"age_max": "17"}},
        left_out={4: "a total"},
        rows={5: False},
    )
    found = compare(office, homes_upload([OAK], [beds(age_max=16)]))
    put(office, found, read=HowRead(recipe, "headers", "Harbor"))
    with office.store.reading() as record:
        kept = record.recipes.find("headers", "providers", "Harbor")
        (batch, *_) = record.batches.list()
    assert Recipe.of_document(kept.recipe) == Recipe(columns={"Beds": "beds_licensed"})
    assert (kept.actor, kept.at) == ("tester", NOW)
    assert batch.recipe == recipe.fingerprint


def test_a_comparison_of_somebody_without_the_right_is_refused(office):
    found = compare(office, people_upload([known_referral("R2")]))
    with pytest.raises(PermissionDenied):
        commit(as_role(office, Role.MANAGER), found)


def test_an_error_in_the_middle_leaves_nothing(office, monkeypatch):
    found = compare(office, homes_upload([OAK], [beds(age_max=16)]))
    before, number = everything(office), len(events(office))

    def broken(*_args, **_kwargs):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("matching.store.repositories.AuditLog.append", broken)
    with pytest.raises(RuntimeError):
        put(office, found)
    monkeypatch.undo()
    assert (everything(office), len(events(office))) == (before, number)
    with office.store.reading() as record:
        assert [one.file_format for one in record.batches.list()] == ["csv"]


def test_the_day_of_the_earlier_upload_is_the_office_s(office):
    one = homes_upload([OAK], [BEDS])
    late = dataclasses.replace(office, clock=lambda: NOW + timedelta(hours=3))
    upload(late, one)
    zone = (
        dataclasses.replace(late.settings, time_zone="America/New_York")
        if (dataclasses.is_dataclass(late.settings))
        else late.settings.model_copy(update={"time_zone": "America/New_York"})
    )
    said = upload(dataclasses.replace(late, settings=zone), one).sentence
    assert "on 3 Nov 2026 at 20:41" in said
