"""What one more bed would do, against the plan made with the bed in."""

from __future__ import annotations

from dataclasses import replace

import pytest

from matching.domain.access import Actor, Role
from matching.domain.errors import NotFound, PermissionDenied
from matching.engine.effort import NO_LIMIT
from matching.services.more_beds import beds_at, best_beds
from matching.services.planning import make_run
from tests.builders import NEAR, NOW, ago, known_home, known_pool, known_referral
from tests.services.planned import desk_at, office

HOMES = (
    known_home("P1", name="Oak House", licensed_capacity=3, residents=1),
    known_home("P2", name="Elm Street", county=NEAR, licensed_capacity=6),
    known_home("P3", name="Men only", licensed_capacity=6),
)
POOLS = (
    known_pool("P1", beds_available=2, beds_licensed=6),
    known_pool("P2", beds_available=1, beds_licensed=6),
    known_pool("P3", genders=frozenset(), beds_licensed=6),
    known_pool("P3", "B2", beds_available=None, beds_accepting=None, beds_licensed=6),
)
PEOPLE = tuple(known_referral(f"R{k}", received_at=ago(hours=90 - k)) for k in range(5))


@pytest.fixture
def desk(sqlite_store):
    return desk_at(sqlite_store)


@pytest.fixture
def saved(desk):
    return office(desk, HOMES, POOLS, PEOPLE)


def with_a_bed(saved, place, *, licence=False):
    """How many more have a place if the record says one bed more."""
    homes, pools = list(HOMES), list(POOLS)
    for k, pool in enumerate(pools):
        if (pool.provider_id, pool.pool_id) == place:
            pools[k] = replace(
                pool,
                beds_available=pool.beds_available + 1,
                beds_accepting=pool.beds_accepting + 1,
                beds_licensed=pool.beds_licensed + 1,
            )
    if licence:
        homes = [
            replace(home, licensed_capacity=home.licensed_capacity + 1)
            if home.provider_id == place[0]
            else home
            for home in homes
        ]
    run = make_run(PEOPLE, homes, pools, saved.run.policy, NOW)
    return len(run.plan.referral) - len(saved.run.plan.referral)


def test_a_bed_gives_as_many_places_as_the_plan_made_with_it(desk, saved):
    for home in HOMES:
        for one in beds_at(desk, saved, home.provider_id, effort=NO_LIMIT):
            place = (one.provider_id, one.pool_id)
            assert one.more == with_a_bed(saved, place, licence=one.licence), one
            assert one.exact
            assert one.sentence.endswith(".")
            assert one.useful == ("would change nothing" not in one.sentence)


def test_where_the_licence_is_full_the_bed_with_a_licence_is_said_too(desk, saved):
    plain, wider = beds_at(desk, saved, "P1")
    assert (plain.licence, plain.more, plain.useful) == (False, 0, False)
    assert (wider.licence, wider.more) == (True, 1)
    assert "one more licensed bed at Oak House" in wider.sentence


def test_a_bed_that_fits_nobody_and_one_nobody_counted(desk, saved):
    (one,) = beds_at(desk, saved, "P3")
    assert one.pool_id == "B1"
    assert not one.useful
    assert "would change nothing for those who are waiting now" in one.sentence


def test_the_most_useful_beds_come_first_and_useless_ones_not_at_all(desk, saved):
    found = best_beds(desk, saved)
    assert [one.provider_id for one in found] == ["P2"]
    assert found[0].more == 1
    assert "without a place now, would go to" in found[0].sentence
    assert best_beds(desk, saved, 0) == ()


def test_where_everybody_has_a_place_no_bed_gives_one(desk):
    saved = office(desk, HOMES, POOLS, PEOPLE[:2])
    assert all(one.more == 0 for one in best_beds(desk, saved))


def test_only_those_who_see_cases_and_only_providers_of_the_plan(desk, saved):
    with pytest.raises(NotFound):
        beds_at(desk, saved, "P99")
    for role in (Role.MANAGER, Role.AUDITOR, Role.LICENSING):
        other = replace(desk, actor=Actor("x", role))
        with pytest.raises(PermissionDenied):
            beds_at(other, saved, "P1")
        with pytest.raises(PermissionDenied):
            best_beds(other, saved)
