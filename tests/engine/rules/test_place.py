"""Area, distance and type of placement."""

from __future__ import annotations

import pytest

from matching.domain import words as w
from tests.builders import BROWARD, FAR, HERE, MIAMI, NEAR, day, home, referral
from tests.engine.rules.helpers import FAIL, PASS, UNKNOWN, sentence, verdict

T = w.PlacementType
MIAMI_CHILD = referral(home_county=MIAMI)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"service_area": frozenset({"FL"})}, PASS),
        ({"service_area": frozenset({MIAMI})}, PASS),
        ({"service_area": frozenset({BROWARD})}, FAIL),
        ({"service_area": frozenset({"TX"})}, FAIL),
        ({"service_area": frozenset()}, FAIL),
        ({"service_area": frozenset({"TX", MIAMI}), "state": "TX"}, PASS),
        ({"service_area": frozenset({"TX"}), "state": "FL"}, FAIL),
        ({"state": "FL"}, PASS),
        ({"state": "TX"}, FAIL),
        ({"county": BROWARD}, PASS),
        ({"county": HERE}, FAIL),
        ({}, UNKNOWN),
    ],
)
def test_service_area(facts, expected):
    assert verdict("service-area", MIAMI_CHILD, home(**facts)) is expected


def test_service_area_without_a_home_cannot_be_told():
    for facts in ({"state": "FL"}, {"service_area": frozenset({"FL"})}, {}):
        assert verdict("service-area", referral(), home(**facts)) is UNKNOWN
    assert sentence("service-area", referral(), home(state="FL")) == (
        "Ask which county this young person is from."
    )


def test_service_area_sentences():
    texan = home(service_area=frozenset({"TX"}))
    assert sentence("service-area", MIAMI_CHILD, texan) == (
        "Its service area does not include Miami-Dade County, FL."
    )
    assert sentence("service-area", MIAMI_CHILD, home(state="TX")) == (
        "Names no service area and is in another state than Miami-Dade County, FL."
    )


@pytest.mark.parametrize(
    ("place", "limit", "own", "expected"),
    [
        (HERE, 0, None, PASS),
        (NEAR, 28, None, PASS),
        (NEAR, 27, None, FAIL),
        (NEAR, 10, 28, PASS),
        (NEAR, 100, 27, FAIL),
        (FAR, 100, None, FAIL),
        (None, 100, None, UNKNOWN),
    ],
)
def test_distance(place, limit, own, expected):
    person = referral(home_county=HERE, max_distance_miles=own)
    assert verdict("distance", person, home(county=place), max_miles=limit) is expected


def test_distance_sentences():
    person = referral(home_county=HERE)
    assert sentence("distance", person, home(county=FAR)) == (
        "Olive Gap County, XA is about 122 miles from Alder County, XA; the limit is 100 miles."
    )
    assert sentence("distance", person, home()) == "Ask which county the place is in."
    assert sentence("distance", referral(), home(county=FAR)) == (
        "Ask which county this young person is from."
    )


def suits(*kinds):
    return referral(acceptable_types=frozenset(kinds))


def test_placement_type_is_looked_up():
    assert verdict("placement-type", suits(T.KINSHIP), home(placement_type=T.KINSHIP)) is PASS
    assert verdict("placement-type", suits(T.KINSHIP), home(placement_type=T.QRTP)) is FAIL
    assert verdict("placement-type", referral(), home(placement_type=T.QRTP)) is UNKNOWN
    assert verdict("placement-type", suits(T.KINSHIP), home()) is UNKNOWN
    assert verdict("placement-type", suits(), home()) is FAIL


def certified(kind, days=None, certificate=w.Certificate.SAFE_HOUSE):
    ends = None if days is None else day(days)
    return home(placement_type=kind, certificate=certificate, certificate_expires=ends)


@pytest.mark.parametrize(
    ("claimed", "plain"),
    [(T.SAFE_FOSTER_HOME, T.FOSTER_HOME), (T.SAFE_HOUSE, T.RESIDENTIAL)],
)
def test_a_lapsed_certificate_makes_a_place_what_its_licence_makes_it(claimed, plain):
    assert verdict("placement-type", suits(claimed), certified(claimed, 0)) is PASS
    assert verdict("placement-type", suits(claimed), certified(claimed, -1)) is FAIL
    assert verdict("placement-type", suits(plain), certified(claimed, -1)) is PASS
    assert verdict("placement-type", suits(plain), certified(claimed, 0)) is FAIL
    # Nobody knows about the certificate: told only if it decides nothing.
    assert verdict("placement-type", suits(claimed), certified(claimed)) is UNKNOWN
    assert verdict("placement-type", suits(plain), certified(claimed)) is UNKNOWN
    assert verdict("placement-type", suits(claimed, plain), certified(claimed)) is PASS
    assert verdict("placement-type", suits(T.KINSHIP), certified(claimed)) is FAIL
    lapsed = certified(claimed, None, w.Certificate.NONE)
    assert verdict("placement-type", suits(claimed), lapsed) is FAIL


@pytest.mark.parametrize(("age", "expected"), [(16, PASS), (15, FAIL), (None, UNKNOWN)])
def test_independent_living_has_a_youngest_age(age, expected):
    own_flat = home(placement_type=T.SUPERVISED_INDEPENDENT)
    person = referral(
        age_years=age, acceptable_types=frozenset({T.SUPERVISED_INDEPENDENT, T.KINSHIP})
    )
    assert verdict("placement-type", person, own_flat) is expected
    assert verdict("placement-type", person, home(placement_type=T.KINSHIP)) is PASS


def test_too_young_fails_even_where_the_suitable_types_are_unknown():
    own_flat = home(placement_type=T.SUPERVISED_INDEPENDENT)
    assert verdict("placement-type", referral(age_years=15), own_flat) is FAIL
    assert sentence("placement-type", referral(age_years=15), own_flat) == (
        "Supervised independent living is for 16 and over; this young person is 15."
    )


def test_placement_type_sentences():
    lapsed = certified(T.SAFE_FOSTER_HOME, -1)
    assert sentence("placement-type", suits(T.SAFE_FOSTER_HOME, T.SAFE_HOUSE), lapsed) == (
        "Safe foster home without a valid certificate, so a foster home; found suitable for "
        "this young person: safe foster home or safe house."
    )
    asked = sentence("placement-type", suits(T.SAFE_HOUSE), certified(T.SAFE_HOUSE))
    assert asked == "Ask until when a certificate of the place is valid."
