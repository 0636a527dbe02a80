"""Counties are found by code and by name, and lie where they lie."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.domain import geography
from tests.engine.rules.meanings import miles as by_cosines

WORLD = geography.load()
REAL = [k for k, c in enumerate(WORLD.counties) if c.state not in geography.FICTIONAL_STATES]
positions = st.integers(0, len(WORLD.counties) - 1)


def miles(a, b, world=WORLD):
    return float(world.miles(np.array(a), np.array(b)))


def fips_miles(one, other):
    return miles(WORLD.index[one], WORLD.index[other])


def test_loaded_once_and_complete():
    assert geography.load() is WORLD
    assert len(WORLD.counties) == len(WORLD.index) > 3100
    assert WORLD.states >= geography.FICTIONAL_STATES
    assert {"FL", "TX", "DC", "PR", "AK", "HI"} <= WORLD.states
    assert all(len(c.fips) == 5 and c.fips.isdigit() for c in WORLD.counties)
    assert all(c.name and len(c.state) == 2 for c in WORLD.counties)


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [
        ("12086", "12011", 30, 45),  # Miami-Dade and Broward
        ("06037", "36061", 2380, 2480),  # Los Angeles and Manhattan
        ("48201", "12086", 930, 980),  # Harris and Miami-Dade
        ("02020", "15003", 2700, 2850),  # Anchorage and Honolulu
    ],
)
def test_known_distances(one, other, low, high):
    assert low < fips_miles(one, other) < high


@settings(max_examples=60, deadline=None)
@given(positions, positions)
def test_distance_agrees_with_another_formula_and_is_symmetric(a, b):
    found = miles(a, b)
    assert found == pytest.approx(miles(b, a), abs=1e-3)
    other = by_cosines(WORLD.counties[a].fips, WORLD.counties[b].fips)
    assert found == pytest.approx(other, rel=1e-4, abs=0.05)
    assert 0 <= found <= math.pi * geography.EARTH_RADIUS_MILES


@settings(max_examples=60, deadline=None)
@given(positions, positions, positions)
def test_no_detour_is_shorter(a, b, c):
    assert miles(a, c) <= miles(a, b) + miles(b, c) + 0.01


def test_distances_broadcast_and_are_unknown_where_a_side_is():
    a, b = np.array([[0], [-1]]), np.array([[0, 5, -7]])
    found = WORLD.miles(a, b)
    assert found.shape == (2, 3)
    assert found.dtype == np.float32
    assert found[0, 0] == 0
    assert np.isnan(found).tolist() == [[False, False, True], [True, True, True]]


def test_distances_are_the_same_however_many_are_asked_for():
    places = np.arange(len(WORLD.counties), dtype=np.float64)
    alone, fresh = (
        geography.Geography(WORLD.counties, places % 80, places % 170, {}) for _ in range(2)
    )
    a, b = np.array(REAL[::37]), np.array([*REAL[::41], -1])
    one_by_one = [[miles(x, y, alone) for y in b] for x in a]
    assert np.array_equal(fresh.miles(a[:, None], b[None, :]), one_by_one, equal_nan=True)
    assert fresh.miles(a[:0], b[:0]).shape == (0,)


def test_no_invented_county_is_near_a_real_one():
    invented = [
        k for k, c in enumerate(WORLD.counties) if c.state in geography.FICTIONAL_STATES
    ]
    gaps = WORLD.miles(np.array(invented)[:, None], np.array(REAL)[None, :])
    assert gaps.min() > 150


@pytest.mark.parametrize(
    ("text", "state", "expected"),
    [
        ("12086", None, ("12086",)),
        (" 1001 ", None, ("01001",)),
        ("1001.0", None, ("01001",)),
        ("99999", None, ()),
        ("Miami-Dade County, FL", None, ("12086",)),
        ("miami-dade, fl", None, ("12086",)),
        ("Miami-Dade", "FL", ("12086",)),
        ("Miami-Dade", None, ("12086",)),
        ("Miami-Dade", "TX", ()),
        ("Harris, TX", "FL", ("48201",)),
        ("Alder County, XA", None, ("80001",)),
        ("St. Johns County, FL", None, ("12109",)),
        ("st johns", "FL", ("12109",)),
        ("Orleans Parish, LA", None, ("22071",)),
        ("Dona Ana County, NM", None, ("35013",)),
        ("Doña Ana County, NM", None, ("35013",)),
        ("Prince George's County, MD", None, ("24033",)),
        ("prince georges", "MD", ("24033",)),
        ("Norfolk", "VA", ("51710",)),
        ("Baltimore City", "MD", ("24510",)),
        ("Baltimore", "MD", ("24005", "24510")),
        ("St. Louis County, MO", None, ("29189",)),
        ("St. Croix", "VI", ("78010",)),
        ("nowhere", None, ()),
        ("", None, ()),
    ],
)
def test_counties_are_found_as_people_write_them(text, state, expected):
    assert WORLD.find(text, state) == expected


def test_every_county_has_its_legal_name():
    """Census Bureau names: what kind of place it is stands with the name."""
    kinds = (
        *("County", "Parish", "Borough", "Census Area", "Municipality", "Municipio"),
        *("city", "Island", "District", "Carson City", "Guam", "District of Columbia"),
    )
    real = [one for one in WORLD.counties if one.state not in geography.FICTIONAL_STATES]
    assert [str(one) for one in real if not one.name.endswith(kinds)] == []


def test_a_name_in_many_states_is_left_open():
    found = WORLD.find("Orange")
    assert len(found) > 5
    assert list(found) == sorted(found)
    assert WORLD.find("Orange", "FL") == ("12095",)


@settings(max_examples=80, deadline=None)
@given(positions)
def test_every_county_is_found_by_its_own_name_and_code(k):
    county = WORLD.counties[k]
    assert county.fips in WORLD.find(str(county))
    assert WORLD.find(county.fips) == (county.fips,)
    assert WORLD.name(county.fips) == str(county)
    assert WORLD.state_of(county.fips) == county.state


def test_what_is_not_known_is_said_so():
    assert WORLD.name(None) == WORLD.name("99999") == "an unknown county"
    assert WORLD.state_of(None) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("33101", "12086"),
        ("33101-0001", "12086"),
        ("501", "36103"),
        ("00501.0", "36103"),
        ("00000", None),
        ("abc", None),
        ("", None),
    ],
)
def test_zip_codes(text, expected):
    assert WORLD.county_of_zip(text) == expected


def test_every_zip_code_leads_to_a_known_county():
    assert set(WORLD._zips.values()) <= set(WORLD.index)


def test_every_single_county_is_found_by_code_by_full_name_and_by_bare_name():
    for county in WORLD.counties:
        full = WORLD.find(str(county))
        assert county.fips in full, county
        assert full == WORLD.find(str(county).upper()), county
        assert WORLD.find(county.name, county.state) == full, county
        assert WORLD.find(county.fips) == (county.fips,), county
        bare = geography._SUFFIX.sub("", geography._plain(county.name))
        assert county.fips in WORLD.find(bare, county.state), county
        assert county.fips in WORLD.find(bare), county


def test_a_full_name_with_its_state_means_one_county():
    assert [str(c) for c in WORLD.counties if WORLD.find(str(c)) != (c.fips,)] == []


def test_a_bare_name_that_a_city_shares_with_the_county_around_it_is_not_guessed():
    found = {
        (bare, c.state): WORLD.find(bare, c.state)
        for c in WORLD.counties
        for bare in [geography._SUFFIX.sub("", c.name.lower())]
        if len(WORLD.find(bare, c.state)) > 1
    }
    assert set(found) == {
        *(("baltimore", "MD"), ("st. louis", "MO"), ("fairfax", "VA")),
        *(("franklin", "VA"), ("richmond", "VA"), ("roanoke", "VA")),
    }


#: Great-circle miles between cities, from their published coordinates; the centres of
#: their counties lie within a county's width of them.
CITIES = [
    ("Boston", "25025", "New York", "36061", 190),
    ("New York", "36061", "Philadelphia", "42101", 81),
    ("Chicago", "17031", "Milwaukee", "55079", 81),
    ("Chicago", "17031", "New York", "36061", 711),
    ("Denver", "08031", "Dallas", "48113", 663),
    ("Dallas", "48113", "Houston", "48201", 225),
    ("Atlanta", "13121", "Jacksonville", "12031", 285),
    ("Miami", "12086", "Orlando", "12095", 204),
    ("Tampa", "12057", "Tallahassee", "12073", 203),
    ("San Francisco", "06075", "Sacramento", "06067", 75),
    ("Seattle", "53033", "Portland", "41051", 145),
    ("Kansas City", "29095", "St. Louis", "29510", 238),
    ("Minneapolis", "27053", "Chicago", "17031", 355),
    ("Columbus", "39049", "Cleveland", "39035", 126),
    ("New Orleans", "22071", "Houston", "48201", 318),
    ("Washington", "11001", "Baltimore", "24510", 35),
    ("Honolulu", "15003", "San Francisco", "06075", 2397),
    ("San Juan", "72127", "Miami", "12086", 1045),
]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        pytest.param(one, other, expected, id=f"{city} to {town}")
        for city, one, town, other, expected in CITIES
    ],
)
def test_distances_between_cities(one, other, expected):
    assert fips_miles(one, other) == pytest.approx(expected, abs=max(32, expected * 0.02))
    assert fips_miles(one, one) == 0


def test_a_lost_zero_is_put_back_and_more_digits_are_no_county():
    for county in WORLD.counties:
        if county.fips.startswith("0"):
            assert WORLD.find(county.fips[1:]) == (county.fips,)
    assert WORLD.find("012086") == ()
    assert WORLD.find("120") == ()
    assert WORLD.find("-12086") == ()
