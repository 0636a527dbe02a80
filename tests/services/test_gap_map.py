"""Need and supply by county: complete, protected, and giving no shelter away."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.domain import policy as policies
from matching.domain import words as w
from matching.domain.access import Actor, Role
from matching.domain.confidential import is_secret
from matching.domain.errors import PermissionDenied
from matching.insight.disclosure import Mark
from matching.insight.levels import Level
from matching.services import gap_map as maps
from matching.services.gap_views import gaps_view, open_gaps
from matching.services.views import supply_of
from tests.builders import FAR, HERE, NEAR, NOW, known_home, known_pool, known_referral
from tests.services.planned import PEOPLE, desk_at, office

GENERAL = policies.load("general")
COUNTIES = (HERE, NEAR, FAR)


@pytest.fixture
def desk(sqlite_store):
    return desk_at(sqlite_store)


@pytest.fixture
def manager(desk):
    return replace(desk, actor=Actor("manager", Role.MANAGER))


def test_people_and_beds_add_up_to_those_of_the_page(desk):
    saved = office(desk)
    view = maps.gap_map(desk, saved)
    every = [*view.lines, *([view.nowhere] if view.nowhere else [])]
    whole = gaps_view(desk, saved)
    assert sum(one.waiting.count for one in every) == whole.waiting.count
    assert sum(one.without.count for one in every) == whole.without.count
    with desk.store.reading() as record:
        providers, pools = record.providers.all()
    ready = sum(one.beds.ready.known for one in every) + view.elsewhere.ready.known
    assert ready == supply_of(desk, providers, pools).beds(Level.READY)
    licensed = sum(one.beds.licensed.known for one in every) + view.elsewhere.licensed.known
    assert licensed == sum(pool.beds_licensed for pool in pools)
    assert not view.protected
    assert view.as_of == saved.run.problem.as_of


def test_people_without_a_county_are_not_lost(desk):
    people = [*PEOPLE, replace(PEOPLE[0], referral_id="R9", home_county=None)]
    view = maps.gap_map(desk, office(desk, people=people))
    assert view.nowhere.waiting.count == 1
    assert view.nowhere.name == "not known"
    assert all(one.fips for one in view.lines)


def test_the_states_come_with_most_need_first(desk):
    view = maps.gap_map(desk, office(desk))
    assert set(view.states) == {one.state for one in view.lines}
    need = Counter(one.state for one in view.lines if one.without.count)
    assert [need[state] for state in view.states] == sorted(need.values(), reverse=True) + [
        0 for state in view.states if state not in need
    ]


def large(desk):
    """An office where 3 from one county and 23 from another have no place."""
    few = [
        known_referral(f"G{k}", acceptable_types=frozenset(), home_county=NEAR)
        for k in range(3)
    ]
    many = [known_referral(f"B{k}", acceptable_types=frozenset()) for k in range(23)]
    return office(desk, people=[*PEOPLE[:2], *few, *many])


def test_those_who_may_not_see_cases_get_protected_values_only(desk, manager):
    large(desk)
    view = maps.gap_map(manager)
    assert view.protected
    assert all(one.waiting is None for one in view.lines)
    cells = {one.fips: one.without for one in view.lines}
    assert cells[NEAR].mark is not Mark.SHOWN
    assert cells[NEAR].count is None
    assert not [cell for cell in cells.values() if cell.count and cell.count <= 10]


def test_the_map_hides_what_the_table_on_the_same_page_hides(desk, manager):
    large(desk)
    table = next(one for one in open_gaps(manager).tables if one.title == "County")
    for one in maps.gap_map(manager).lines:
        if one.name in table.totals:
            assert one.without.text == table.totals[one.name].text
        else:
            assert one.without.count == 0


def test_without_a_plan_of_today_there_is_no_map(desk, manager):
    assert maps.gap_map(desk) is None
    office(desk)
    assert maps.gap_map(manager) is not None


@pytest.mark.parametrize("role", [Role.LICENSING, Role.AUDITOR, Role.ADMIN])
def test_who_may_not_see_gaps_is_refused(desk, role):
    office(desk)
    with pytest.raises(PermissionDenied):
        maps.gap_map(replace(desk, actor=Actor("x", role)))


@pytest.mark.parametrize(
    ("facts", "secret"),
    [
        ({}, False),
        ({"confidential": True}, True),
        ({"victim_service_provider": True, "confidential": False}, True),
        ({"domestic_violence": True}, True),
        ({"placement_type": w.PlacementType.SAFE_HOUSE}, True),
        ({"placement_type": w.PlacementType.SAFE_HOUSE, "confidential": False}, False),
        ({"placement_type": w.PlacementType.EMERGENCY_SHELTER}, False),
    ],
)
def test_which_places_are_secret(facts, secret):
    plain = {
        "placement_type": w.PlacementType.FOSTER_HOME,
        "confidential": None,
        "victim_service_provider": None,
        "domestic_violence": None,
    }
    assert is_secret(known_home("P1", **(plain | facts))) is secret


def place(number, county, *, secret, free):
    home = known_home(f"P{number}", county=county, confidential=secret)
    home = replace(home, placement_type=w.PlacementType.FOSTER_HOME)
    home = replace(home, victim_service_provider=False, domestic_violence=False)
    return home, known_pool(home.provider_id, beds_available=free)


PLACES = st.lists(
    st.tuples(st.sampled_from([*COUNTIES, None]), st.booleans(), st.integers(0, 3)), max_size=12
)


@settings(max_examples=15, deadline=None)
@given(PLACES)
def test_a_county_with_few_secret_places_looks_as_if_it_had_none(drawn):
    homes, pools = [], []
    for k, (county, secret, free) in enumerate(drawn):
        home, pool = place(k, county, secret=secret, free=free)
        homes.append(home)
        pools.append(pool)
    shown, elsewhere = maps.beds_by_county(homes, pools, NOW, GENERAL)
    for county in COUNTIES:
        mine = [home for home in homes if home.county == county]
        secret = [home for home in mine if home.confidential]
        if len(secret) >= maps.PLACES_TOGETHER:
            assert shown[county].providers == len(mine)
            continue
        open_ones = [home for home in mine if not home.confidential]
        names = {home.provider_id for home in open_ones}
        alone, _ = maps.beds_by_county(
            open_ones, [pool for pool in pools if pool.provider_id in names], NOW, GENERAL
        )
        assert shown.get(county) == alone.get(county)
    counted = sum(one.providers for one in shown.values()) + elsewhere.providers
    assert counted == len(homes)
    for what in ("ready", "licensed"):
        total = sum(getattr(one, what).known for one in shown.values())
        every = [replace(home, confidential=False) for home in homes]
        plain, _ = maps.beds_by_county(every, pools, NOW, GENERAL)
        assert total + getattr(elsewhere, what).known == sum(
            getattr(one, what).known for one in plain.values()
        )


def test_beds_nobody_has_spoken_of_are_not_counted_as_none():
    home, pool = place(1, HERE, secret=False, free=2)
    silent = replace(
        pool, pool_id="b", beds_available=None, beds_occupied=None, beds_licensed=None
    )
    shown, _ = maps.beds_by_county([home], [pool, silent], NOW, GENERAL)
    assert shown[HERE].ready.unknown_pools == 1
    assert shown[HERE].licensed.unknown_pools == 1
    assert shown[HERE].licensed.known == pool.beds_licensed
