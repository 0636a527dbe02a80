"""Safety: running, recruitment, danger zones, sites, and the people there."""

from __future__ import annotations

import numpy as np
import pytest

from matching.domain import words as w
from tests.builders import FAR, HERE, NEAR, TODAY, day, home, pool, problem, referral
from tests.engine.rules.helpers import FAIL, PASS, UNKNOWN, defaults, matrix, sentence, verdict

L, G, S = w.Level, w.Gender, w.Setting


@pytest.mark.parametrize(
    ("risk", "accepted", "expected"),
    [
        (L.HIGH, L.HIGH, PASS),
        (L.HIGH, L.MEDIUM, FAIL),
        (L.MEDIUM, L.MEDIUM, PASS),
        (L.LOW, None, PASS),
        (L.MEDIUM, None, UNKNOWN),
        (None, L.HIGH, PASS),
        (None, L.LOW, UNKNOWN),
        (None, None, UNKNOWN),
    ],
)
def test_run_risk(risk, accepted, expected):
    assert (
        verdict("run-risk", referral(run_risk=risk), home(run_tolerance=accepted)) is expected
    )


def test_run_risk_sentence():
    assert sentence("run-risk", referral(run_risk=L.HIGH), home(run_tolerance=L.MEDIUM)) == (
        "Accepts people with up to medium run risk; that of this young person is high."
    )


HIGH = referral(recruitment_risk=L.HIGH)


@pytest.mark.parametrize(
    ("kind", "awake", "expected"),
    [
        (w.PlacementType.SAFE_HOUSE, True, PASS),
        (w.PlacementType.SAFE_HOUSE, False, FAIL),
        (w.PlacementType.SAFE_HOUSE, None, UNKNOWN),
        (w.PlacementType.FOSTER_HOME, False, PASS),
        (w.PlacementType.SUPERVISED_INDEPENDENT, None, PASS),
        (None, False, UNKNOWN),
        (None, True, PASS),
    ],
)
def test_supervision(kind, awake, expected):
    place = home(placement_type=kind, awake_night=awake)
    assert verdict("supervision", HIGH, place) is expected
    assert verdict("supervision", referral(recruitment_risk=L.MEDIUM), place) is PASS


def avoids(*counties):
    return referral(avoid_counties=frozenset(counties))


@pytest.mark.parametrize(
    ("person", "county", "miles", "expected"),
    [
        (avoids(HERE), NEAR, 28, FAIL),  # 27.96 miles
        (avoids(HERE), NEAR, 27, PASS),
        (avoids(HERE), HERE, 0, FAIL),
        (avoids(HERE), NEAR, 0, PASS),
        (avoids(HERE, FAR), FAR, 25, FAIL),
        (avoids(), HERE, 25, PASS),
        (avoids(), None, 25, PASS),
        (avoids(HERE), None, 25, UNKNOWN),
        (referral(), HERE, 25, UNKNOWN),
        (avoids("99999"), HERE, 25, UNKNOWN),
        (avoids("99999", HERE), HERE, 25, FAIL),
    ],
)
def test_danger_zone(person, county, miles, expected):
    assert verdict("danger-zone", person, home(county=county), min_miles=miles) is expected


def test_danger_zones_of_more_people_than_bits_in_a_word():
    counties = list(problem(referral()).geography.index)[:70]
    people = [
        referral(f"R{k:02}", avoid_counties=frozenset({c})) for k, c in enumerate(counties)
    ]
    homes = [home(f"P{k:02}", county=c) for k, c in enumerate(counties)]
    found = matrix(problem(people, homes), "danger-zone", defaults("danger-zone", min_miles=0))
    assert np.array_equal(found == FAIL, np.eye(70, dtype=bool))


def test_danger_zone_sentences():
    assert sentence("danger-zone", avoids(HERE, FAR), home(county=NEAR), min_miles=30) == (
        "Marsh County, XA is about 28 miles from Alder County, XA, which this young person "
        "must avoid; the limit is 30 miles."
    )
    assert sentence("danger-zone", avoids(HERE), home(county=HERE)) == (
        "Alder County, XA is a county that this young person must avoid."
    )


@pytest.mark.parametrize(
    ("until", "cleared", "expected"),
    [
        (TODAY, None, FAIL),
        (TODAY, False, FAIL),
        (TODAY, True, PASS),
        (day(-1), None, PASS),
        (None, None, PASS),
    ],
)
def test_compromised(until, cleared, expected):
    place = home(compromised_until=until, compromise_cleared=cleared)
    assert verdict("compromised", None, place) is expected


@pytest.mark.parametrize(
    ("own", "there", "expected"),
    [
        ({"T1"}, {"T1", "T2"}, FAIL),
        ({"T1"}, {"T2"}, PASS),
        ({"T1"}, set(), PASS),
        ({"T1"}, None, UNKNOWN),
        (set(), None, PASS),
        (None, {"T1"}, UNKNOWN),
        (None, set(), PASS),
    ],
)
def test_kept_apart(own, there, expected):
    person = referral(separate_from=None if own is None else frozenset(own))
    place = home(resident_tokens=None if there is None else frozenset(there))
    assert verdict("kept-apart", person, place) is expected


def test_kept_apart_says_no_more_than_it_must():
    person, place = (
        referral(separate_from=frozenset({"T1"})),
        home(resident_tokens=frozenset({"T1"})),
    )
    assert sentence("kept-apart", person, place) == (
        "Somebody who lives there must be kept apart from this young person."
    )


@pytest.mark.parametrize(
    ("gender", "settings", "lock", "expected"),
    [
        (G.FEMALE, None, G.FEMALE, PASS),
        (G.MALE, None, G.FEMALE, FAIL),
        (None, None, G.FEMALE, UNKNOWN),
        (None, None, None, PASS),
        (G.TRANS_FEMALE, {S.FEMALE}, G.FEMALE, PASS),
        (G.TRANS_FEMALE, {S.MIXED}, G.FEMALE, FAIL),
        (G.TRANS_FEMALE, None, G.FEMALE, UNKNOWN),
        (G.NONBINARY, set(), G.MALE, FAIL),
    ],
)
def test_resident_gender(gender, settings, lock, expected):
    person = referral(
        gender=gender,
        acceptable_settings=None if settings is None else frozenset(settings),
    )
    assert verdict("resident-gender", person, None, pool(gender_lock=lock)) is expected


@pytest.mark.parametrize(
    ("age", "expected"), [(12, PASS), (11, FAIL), (17, PASS), (18, FAIL), (None, UNKNOWN)]
)
def test_resident_age_widens_the_spread_up_to_its_limit(age, expected):
    beds = pool(resident_age_min=14, resident_age_max=15, age_spread_max=3)
    assert verdict("resident-age", referral(age_years=age), None, beds) is expected


def test_resident_age_needs_a_limit_and_residents():
    person = referral(age_years=10)
    assert verdict("resident-age", person, None, pool(resident_age_min=17)) is PASS
    limited = pool(age_spread_max=2)
    assert verdict("resident-age", person, None, limited) is UNKNOWN
    assert verdict("resident-age", person, home(residents=0), limited) is PASS
    inside = pool(resident_age_min=9, resident_age_max=17, age_spread_max=2)
    assert verdict("resident-age", person, None, inside) is PASS


LOW = {
    "run_risk": L.LOW,
    "recruitment_risk": L.MEDIUM,
    "mental_health_need": w.CareNeed.STANDARD,
    "behaviours": frozenset({w.Behaviour.SELF_HARM}),
}


@pytest.mark.parametrize(
    "need",
    [
        {"run_risk": L.HIGH},
        {"recruitment_risk": L.HIGH},
        {"mental_health_need": w.CareNeed.INTENSIVE},
        {"behaviours": frozenset({w.Behaviour.AGGRESSION})},
    ],
)
def test_acuity(need):
    full = home(high_acuity_residents=2, high_acuity_limit=2)
    room = home(high_acuity_residents=1, high_acuity_limit=2)
    high = referral(**{**LOW, **need})
    assert verdict("acuity", high, full) is FAIL
    assert verdict("acuity", high, room) is PASS
    assert verdict("acuity", high, home(high_acuity_residents=9)) is PASS
    assert verdict("acuity", high, home(high_acuity_limit=2)) is UNKNOWN
    assert verdict("acuity", high, home(high_acuity_limit=0)) is FAIL
    assert verdict("acuity", referral(**LOW), full) is PASS
    unclear = referral(**{**LOW, next(iter(need)): None})
    assert verdict("acuity", unclear, full) is UNKNOWN
    assert verdict("acuity", unclear, room) is UNKNOWN  # placed together with others
