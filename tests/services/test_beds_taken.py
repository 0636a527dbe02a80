"""Beds that somebody has are free on no page, and shown to those who see the place."""

from __future__ import annotations

import pytest

from matching.domain.access import Action, Role, allows
from matching.domain.accounts import Office
from matching.domain.casework import StayEnd
from matching.insight.levels import Level
from matching.services import holding, placing
from matching.services.confirming import confirm_beds
from matching.services.facts import facts_on, places_on, taken_on
from matching.services.gap_map import gap_map
from matching.services.gap_views import supply_view
from matching.services.matching import run_plan
from matching.services.phone_round import phone_round
from matching.services.upload_sample import FORM, hand_batch
from matching.services.views import board, provider_rows
from tests.builders import known_referral
from tests.services.casework import NOW, beds, desk_of, later, oak, on_record, other, people


@pytest.fixture
def desk(sqlite_store):
    on_record(sqlite_store, [oak()], [beds(3)], people(3))
    return desk_of(sqlite_store)


def usable(desk):
    boss = other(desk, "max", Role.SUPERVISOR)
    return supply_view(boss).supply.beds(Level.READY)


def test_usable_tonight_is_what_nobody_has(desk):
    assert (usable(desk), board(desk).usable) == (3, 3)
    holding.hold(desk, "R1", "H1", "P")
    placing.start(desk, "R2", provider_id="H1", pool_id="P", expected_version=0)
    assert (usable(desk), board(desk).usable) == (1, 1)
    run_plan(desk)
    (line,) = [one for one in gap_map(other(desk, "max", Role.SUPERVISOR)).lines if one.fips]
    assert line.beds.ready.known == 1


def test_a_provider_shows_what_is_held_and_lived_in(desk):
    holding.hold(desk, "R1", "H1", "P")
    placing.start(desk, "R2", provider_id="H1", pool_id="P", expected_version=0)
    (row,) = provider_rows(desk)
    assert (row.free.known, row.held, row.lived_in) == (1, {"P": 1}, {"P": 1})
    assert row.to_ask == frozenset()
    assert row.pools[0].beds_available == 3  # as the provider gave it
    confirm_beds(later(desk, minutes=5), "H1", "P", 1, "intake desk")
    placing.end(
        later(desk, minutes=9), 1, StayEnd.PLANNED, needs_place=True, expected_version=1
    )
    (row,) = provider_rows(desk)
    assert (row.free.known, row.lived_in, row.to_ask) == (1, {}, {"P"})


@pytest.mark.parametrize("role", [one for one in Role if allows(one, Action.SEE_PROVIDERS)])
def test_beds_of_people_are_counted_for_those_who_see_cases_alone(desk, role):
    """One bed held for a case is one person."""
    old = later(desk, hours=30)
    run_plan(old)
    for case in ("R1", "R2"):
        holding.hold(old, case, "H1", "P")
    mine = other(old, "max", role)
    (row,), (call,) = provider_rows(mine), phone_round(mine).calls
    assert row.free.known == call.free == 1
    counted = allows(role, Action.SEE_CASES)
    assert (row.held, call.held) == (({"P": 2}, 2) if counted else ({}, None))
    assert (call.proposed is not None) is counted
    assert (call.asked is not None) is counted
    assert call.proposed != 0
    assert call.needed
    said = [call.sentence]
    if allows(role, Action.CONFIRM_BEDS):
        said.append(confirm_beds(mine, "H1", "P", 1, "intake desk").sentence)
    for one in said:
        assert ("besides 2 held for us" in one) is counted
        assert ("besides those held for us" in one) is not counted


def test_another_office_takes_beds_and_shows_nobody(desk, sqlite_store):
    with sqlite_store.transaction() as record:
        record.offices.add(Office(code="second", name="Second"), NOW)
    there = desk_of(sqlite_store, Role.LOCAL, "ann", office="second")
    with there.store.transaction() as record:
        batch = record.batches.add(hand_batch("referrals", FORM, there, NOW))
        record.referrals.upsert([known_referral("S1"), known_referral("S2")], batch)
    placing.start(there, "S1", provider_id="H1", pool_id="P", expected_version=0)
    assert board(desk).usable == 2
    with sqlite_store.reading() as record:
        found = facts_on(record)
        assert [one.key for one in taken_on(record)] == [("second", "S1")]
        places = places_on(record)
    assert {one.referral_id for one in found.people} == {"R1", "R2", "R3"}
    assert {one.referral_id for one in found.referrals} == {"R1", "R2", "R3"}
    assert "S1" not in repr(found)
    assert "S1" not in repr(places)
    assert places.beds(lived_in=True) == {("H1", "P"): 1}
