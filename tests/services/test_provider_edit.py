"""A provider corrected by hand: checks of an upload, people who live there, stale forms."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest

from matching.domain import words as w
from matching.domain.access import Action, Actor, Role, allows
from matching.domain.casework import OfferState
from matching.domain.errors import ConflictError, InputError, NotFound, PermissionDenied
from matching.services.openings import open_provider
from matching.services.provider_edit import edit, open_form, preview, stop
from matching.services.upload_commit import ShrinkReason
from tests.builders import HERE, NOW, day, known_home, known_pool, known_referral
from tests.services.planned import desk_at, set_record
from tests.services.test_clocks import offer, put, stay
from tests.services.uploads_made import real

OAK = known_home("P1", name="Oak House", confidential=False, data_origin=None)
BEDS = known_pool("P1")


@pytest.fixture
def desk(store):
    at = desk_at(store)
    people = real([known_referral("R1"), known_referral("R2")])
    set_record(at, [OAK, known_home("P2", confidential=True)], [BEDS, known_pool("P2")], people)
    return signed_in(at, "anna")


def signed_in(desk, name="anna", role=Role.SUPERVISOR):
    return dataclasses.replace(desk, actor=Actor(name, role))


def now_of(desk):
    with desk.store.reading() as record:
        home, pools = record.providers.get("P1")
    return home, pools[0]


def last_event(desk):
    with desk.store.reading() as record:
        assert record.audit.verify() == []
        events = record.audit.events()
        return events[-1] if events else None


def change(desk, changes, beds=None, **more):
    form = open_form(desk, "P1")
    pools = {} if beds is None else {"B1": beds}
    return edit(
        desk, "P1", changes, form.version, pools=pools, pool_versions=form.pool_versions, **more
    )


def test_what_is_answered_changes_and_nothing_else(desk):
    done = change(desk, {"licence_expires": day(600), "languages": {"en", "fr"}})
    home, pool = now_of(desk)
    assert home == dataclasses.replace(
        OAK, licence_expires=day(600), languages=frozenset({"en", "fr"})
    )
    assert pool == BEDS
    assert done.sentence == "Oak House is corrected: licence ends, languages spoken."
    event = last_event(desk)
    assert (event.action, event.object_id) == (Action.EDIT_PROVIDER, "P1")
    assert event.details["fields"] == ["languages", "licence_expires"]


def test_a_number_of_the_vacancy_is_news_of_now_and_of_the_actor(desk):
    later = dataclasses.replace(desk, clock=lambda: NOW + timedelta(hours=2))
    change(later, {}, {"beds_available": 1})
    _, pool = now_of(desk)
    assert pool == dataclasses.replace(
        BEDS, beds_available=1, as_of=NOW + timedelta(hours=2), confirmed_by="anna"
    )
    change(later, {}, {"age_min": BEDS.age_min})
    assert now_of(desk)[1] == pool


def test_nothing_is_written_where_nothing_changes(desk):
    before, event = now_of(desk), last_event(desk)
    assert change(desk, {"name": "Oak House"}).sentence == "Nothing changed."
    assert (now_of(desk), last_event(desk)) == (before, event)


@pytest.mark.parametrize(
    ("changes", "beds", "said"),
    [
        ({"compromised_until": day(3)}, None, "'compromised_until' is not a fact"),
        ({"compromise_cleared": True}, None, "'compromise_cleared' is not a fact"),
        ({"provider_id": "P9"}, None, "'provider_id' is not a fact"),
        ({}, {"as_of": NOW}, "'as_of' is not a fact"),
        ({"licensed_capacity": "two or three"}, None, "Licensed capacity: 'two or three'"),
        ({"county": "12086", "state": "GA"}, None, "County: Miami-Dade County, FL is not in"),
        ({"confidential": False, "domestic_violence": True}, None, "Confidential location:"),
        ({"contact": "maria@example.org and a very long story about who to call when at "
          "night and why it is so"}, None, "Contact: "),
        ({}, {"age_min": 17, "age_max": 12}, "Youngest age: the age min 17 is above"),
        ({}, {"beds_accepting": 99}, "Beds accepting: 99 beds accepting are more than"),
    ],
)  # fmt: skip
def test_what_cannot_be_kept_is_refused_with_its_field(desk, changes, beds, said):
    before = now_of(desk)
    with pytest.raises(InputError) as caught:
        change(desk, changes, beds)
    assert caught.value.message.startswith(said)
    assert now_of(desk) == before


def test_what_loosens_safety_must_be_confirmed(desk):
    changes = {"licensed_capacity": 5, "confidential": None}
    found = preview(desk, "P1", changes)
    assert [one.change.where.attribute for one in found.loosening] == ["licensed_capacity"]
    with pytest.raises(ConflictError, match="licensed capacity"):
        change(desk, changes)
    change(desk, changes, confirmed={"licensed_capacity"})
    assert now_of(desk)[0].licensed_capacity == 5


def test_no_place_shrinks_below_the_people_there_without_a_word(desk):
    put(
        desk,
        stay(),
        offer(OfferState.HELD, referral_id="R2", hold_until=NOW + timedelta(hours=1)),
    )
    assert open_form(desk, "P1").people == {"B1": 2}
    with pytest.raises(ConflictError) as caught:
        change(desk, {}, {"beds_accepting": 1, "beds_available": 0})
    assert "2 people live there or have a bed held, and beds accepting would go" in (
        caught.value.message
    )
    found = preview(desk, "P1", {"licensed_capacity": 1})
    assert found.below == (
        "Oak House: 2 people live there or have a bed held, and licensed capacity would go "
        "from 4 to 1.",
    )
    change(desk, {"licensed_capacity": 1}, shrink=ShrinkReason.LICENSING)
    event = last_event(desk)
    assert (event.reason, event.details["below_people"]) == ("licensing", 1)


def test_beds_held_since_the_numbers_were_told_count_beside_those_told(desk):
    """The form counts the people there as an upload does, which adds up both."""
    change(desk, {}, {"beds_occupied": 2})
    put(desk, offer(OfferState.HELD, hold_until=NOW + timedelta(hours=2)))
    found = preview(desk, "P1", {}, {"B1": {"beds_accepting": 2}})
    assert found.below == (
        "Oak House, B1: 3 people live there or have a bed held, and beds accepting would go "
        "from 3 to 2.",
    )


def test_a_provider_takes_in_nobody_any_more(desk):
    put(desk, stay())
    form = open_form(desk, "P1")
    with pytest.raises(ConflictError, match="fewer beds than people"):
        stop(desk, form)
    stop(desk, form, shrink=ShrinkReason.MOVING_OUT)
    home, pool = now_of(desk)
    assert home == OAK
    assert (pool.beds_accepting, pool.beds_available, pool.as_of) == (0, 0, NOW)


def test_a_stale_form_says_what_the_other_person_changed(desk):
    mine, bert = open_form(desk, "P1"), signed_in(desk, "bert", Role.LICENSING)
    change(bert, {"licence_expires": day(700)}, {"age_max": 16})
    with pytest.raises(
        ConflictError, match="bert changed this provider meanwhile: licence ends"
    ):
        edit(desk, "P1", {"agency": "Harbor"}, mine.version)
    with pytest.raises(ConflictError, match="bert changed these beds meanwhile: oldest age"):
        edit(
            desk, "P1", {}, open_form(desk, "P1").version,
            pools={"B1": {"age_min": 13}}, pool_versions=mine.pool_versions,
        )  # fmt: skip
    assert now_of(desk)[0].agency == OAK.agency


def test_a_confidential_provider_is_opened_before_it_is_corrected(desk):
    with pytest.raises(PermissionDenied, match="have not opened it"):
        open_form(desk, "P2")
    with pytest.raises(PermissionDenied):
        edit(desk, "P2", {"county": HERE}, 1)
    open_provider(desk, "P2", "licensing")
    form = open_form(desk, "P2")
    edit(desk, "P2", {"agency": "Harbor"}, form.version)
    assert open_form(desk, "P2").provider.agency == "Harbor"


def test_what_is_not_there_is_said(desk):
    with pytest.raises(NotFound):
        open_form(desk, "P9")
    with pytest.raises(NotFound, match="no bed pool B9"):
        preview(desk, "P1", {}, {"B9": {"age_min": 3}})


@pytest.mark.parametrize("role", list(Role))
def test_who_may_correct(desk, role):
    form = open_form(desk, "P1")
    other = signed_in(desk, "carla", role)
    for act in (
        lambda: open_form(other, "P1"),
        lambda: preview(other, "P1", {"awake_night": True}),
        lambda: edit(other, "P1", {"name": "Oak House"}, form.version),
        lambda: stop(other, open_form(other, "P1"), shrink=ShrinkReason.SAFETY),
    ):
        if allows(role, Action.EDIT_PROVIDER):
            act()
        else:
            with pytest.raises(PermissionDenied):
                act()


def test_every_word_of_a_course_can_be_written(desk):
    change(desk, {"trainings": "trafficking until 2027-03-01 by C-1; complex_trauma"})
    trained = now_of(desk)[0].trainings
    assert [one.course for one in trained] == [w.Course.TRAFFICKING, w.Course.COMPLEX_TRAUMA]
