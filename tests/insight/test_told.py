"""A preference is told exactly when the facts that it compares are known."""

import numpy as np
import pytest

from matching.domain.rulebook import PREFERENCES
from matching.domain.words import DevicePolicy, FaithCharacter
from matching.insight.told import told
from tests.builders import HERE, home, known_home, known_pool, known_referral, pool, problem

CODES = [spec.code for spec in PREFERENCES]


def ask(code, person, place, beds):
    one = problem(person, place, beds)
    pair = np.zeros(1, dtype=np.int64)
    return bool(told(one, code, pair, pair)[0])


@pytest.mark.parametrize("code", CODES)
def test_everything_known_is_told(code):
    assert ask(code, known_referral(home_county=HERE), known_home("P1"), known_pool("P1"))


@pytest.mark.parametrize("code", ["distance", "school", "siblings"])
def test_a_place_that_has_not_said_where_it_is(code):
    person = known_referral(home_county=HERE, school_county=HERE, sibling_county=HERE)
    assert not ask(code, person, known_home("P1", county=None), known_pool("P1"))


def test_a_person_whose_home_is_not_known():
    assert not ask(
        "distance", known_referral(home_county=None), known_home("P1"), known_pool("P1")
    )


@pytest.mark.parametrize(
    "code", ["school", "siblings", "language", "faith", "devices", "wishes"]
)
def test_who_wishes_nothing_misses_nothing(code):
    blank = {
        "school_county": None,
        "sibling_county": None,
        "languages": None,
        "faith_preference": None,
        "device_preference": None,
        "preferred_types": None,
    }
    assert ask(code, known_referral(**blank), home("P1"), pool("P1"))


@pytest.mark.parametrize("code", ["certainty", "freshness"])
def test_what_counts_the_unknown_as_worst_is_always_told(code):
    assert ask(code, known_referral(), home("P1"), pool("P1"))


@pytest.mark.parametrize(
    ("code", "wish"),
    [
        ("faith", {"faith_preference": next(iter(FaithCharacter))}),
        ("devices", {"device_preference": next(iter(DevicePolicy))}),
        ("language", {"languages": ("es",)}),
        ("training", {}),
        ("least-restrictive", {}),
        ("scarce", {}),
    ],
)
def test_a_place_that_has_said_nothing_is_not_told(code, wish):
    assert not ask(code, known_referral(**wish), home("P1"), pool("P1"))
