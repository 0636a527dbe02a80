"""Beds confirmed as they were in one press; what forms offer; codes about nobody."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest

from matching.domain.access import Action, Actor, Role, allows
from matching.domain.casework import OfferState
from matching.domain.errors import NotFound, PermissionDenied
from matching.services.form_choices import form_choices
from matching.services.still import confirm_still, still_free
from tests.builders import NOW, home, known_home, known_pool, known_referral
from tests.services.planned import desk_at, set_record
from tests.services.test_clocks import offer, put
from tests.services.uploads_made import real

OAK = known_home("P1", name="Oak House", confidential=False)


@pytest.fixture
def desk(store):
    at = desk_at(store)
    homes = real([OAK, known_home("P2", name="Elm House", confidential=True), home("P3")])
    pools = [known_pool("P1"), known_pool("P2"), dataclasses.replace(
        known_pool("P3"), beds_available=None, beds_accepting=None)]  # fmt: skip
    people = real([known_referral("R1", separate_from=frozenset({"K-1"}))])
    set_record(at, homes, real(pools), people)
    return at


def later(desk):
    return dataclasses.replace(desk, clock=lambda: NOW + timedelta(hours=3))


def pool_of(desk, provider_id="P1"):
    with desk.store.reading() as record:
        return record.providers.get(provider_id)[1][0]


def test_one_press_makes_news_of_what_was_said(desk):
    before = pool_of(desk)
    (one,) = still_free(desk, "P1")
    assert one.free == before.free
    done = confirm_still(later(desk), "P1", one)
    after = pool_of(desk)
    assert (after.as_of, after.free) == (NOW + timedelta(hours=3), before.free)
    assert "confirmed at 01:41" in done.sentence
    with desk.store.reading() as record:
        event = record.audit.events()[-1]
    assert (event.action, event.object_id) == (Action.CONFIRM_BEDS, "P1/B1")


def test_beds_held_for_us_are_not_among_those_still_free(desk):
    (before,) = still_free(desk, "P1")
    put(desk, offer(OfferState.HELD, hold_until=NOW + timedelta(hours=1)))
    (one,) = still_free(desk, "P1")
    assert one.free == before.free - 1
    confirm_still(desk, "P1", one)
    assert still_free(desk, "P1")[0].free == one.free


def test_what_nobody_has_said_cannot_be_still_so(desk):
    assert still_free(desk, "P3") == ()
    with pytest.raises(NotFound):
        still_free(desk, "P9")


@pytest.mark.parametrize("role", list(Role))
def test_who_may_confirm_and_what_a_form_offers_them(desk, role):
    (one,) = still_free(desk, "P1")
    other = dataclasses.replace(desk, actor=Actor("carla", role))
    if allows(role, Action.CONFIRM_BEDS):
        confirm_still(other, "P1", one)
    else:
        with pytest.raises(PermissionDenied):
            confirm_still(other, "P1", one)
        with pytest.raises(PermissionDenied):
            still_free(other, "P1")
    if not allows(role, Action.SEE_PROVIDERS):
        with pytest.raises(PermissionDenied):
            form_choices(other)
        return
    found = form_choices(other)
    assert found.providers["P1"] == "Oak House"
    assert "Elm House" not in found.providers.values()
    assert ("K-1" in found.codes) == allows(role, Action.SEE_CASES)
    assert OAK.county in found.counties
