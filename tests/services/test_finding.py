"""Filters and orders of the lists."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.domain.words import Course, PlacementType
from matching.services.finding import (
    News,
    WaitingOrder,
    counties_of,
    find_providers,
    find_waiting,
    is_fresh,
    kinds_of,
)
from matching.services.views import ProviderRow, Waiting, bed_count, hours_since
from tests.builders import NOW, ago, course, home, known_home, known_pool, pool, referral


def person(case, tier=0, hours=1, home="Oak County, XA", needs=()):
    return Waiting(referral(case), tier, ("tonight", "planned")[tier], hours, home, needs)


PEOPLE = (
    person("R1", 1, 50),
    person("R2", 0, 3, needs=("wheelchair access",)),
    person("R3", 0, None, "Elm County, XA"),
    person("R4", 0, 9),
)


def cases(**filters):
    return [row.referral.referral_id for row in find_waiting(PEOPLE, **filters)]


def test_priority_then_longest_wait_and_unknown_waits_last():
    assert cases() == ["R4", "R2", "R3", "R1"]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (WaitingOrder.LONGEST, ["R1", "R4", "R2", "R3"]),
        (WaitingOrder.CASE, ["R1", "R2", "R3", "R4"]),
    ],
)
def test_other_orders(order, expected):
    assert cases(order=order) == expected


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"priorities": ["planned"]}, ["R1"]),
        ({"county": "Elm County, XA"}, ["R3"]),
        ({"text": "WHEEL access"}, ["R2"]),
        ({"text": "r4"}, ["R4"]),
        ({"text": "elm wheelchair"}, []),
        ({"text": "  "}, ["R4", "R2", "R3", "R1"]),
    ],
)
def test_filters(filters, expected):
    assert cases(**filters) == expected


@given(st.text(max_size=8), st.sampled_from(list(WaitingOrder)))
def test_filters_never_add_or_double_anybody(text, order):
    found = cases(text=text, order=order)
    assert len(found) == len(set(found))
    assert set(found) <= {"R1", "R2", "R3", "R4"}


def row(provider, *pools, county="Oak County, XA"):
    ages = [age for one in pools if (age := hours_since(one.as_of, NOW)) is not None]
    free = bed_count(one.free for one in pools)
    return ProviderRow(provider, pools, county, free, max(ages, default=None))


OAK = row(known_home("P1", name="Oak House", agency="Kite"), known_pool())
ELM = row(
    home("P2", name="Elm House", placement_type=PlacementType.SAFE_HOUSE),
    pool("P2", as_of=ago(hours=30)),
    county="Elm County, XA",
)
BARE = row(home("P3"))
HOMES = (OAK, ELM, BARE)


def codes(**filters):
    return [one.provider.provider_id for one in find_providers(HOMES, 24, **filters)]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, ["P1", "P2", "P3"]),
        ({"text": "house"}, ["P1", "P2"]),
        ({"text": "kite"}, ["P1"]),
        ({"text": "p3"}, ["P3"]),
        ({"kinds": [PlacementType.SAFE_HOUSE]}, ["P2"]),
        ({"county": "Elm County, XA"}, ["P2"]),
        ({"course": Course.TRAFFICKING}, ["P1"]),
        ({"free_only": True}, ["P1"]),
        ({"news": News.FRESH}, ["P1"]),
        ({"news": News.STALE}, ["P2", "P3"]),
        ({"news": News.STALE, "text": "elm"}, ["P2"]),
    ],
)
def test_provider_filters(filters, expected):
    assert codes(**filters) == expected


def test_ended_training_still_finds_a_provider_that_could_renew_it():
    ended = row(home("P9", trainings=(course(ends=ago(hours=9999).date()),)))
    assert find_providers([ended], 24, course=Course.TRAFFICKING) == (ended,)


def test_one_pool_without_a_date_makes_the_news_old():
    mixed = row(known_home(), known_pool(), pool(pool_id="B2"))
    assert is_fresh(OAK, 24)
    assert not is_fresh(mixed, 24)
    assert not is_fresh(BARE, 24)


@pytest.mark.parametrize(("hours", "fresh"), [(24, True), (25, False)])
def test_news_is_fresh_up_to_the_limit(hours, fresh):
    assert is_fresh(dataclasses.replace(OAK, news_hours=hours), 24) is fresh


def test_choices_are_those_there_are():
    assert kinds_of(HOMES) == (PlacementType.SAFE_FOSTER_HOME, PlacementType.SAFE_HOUSE)
    assert counties_of(HOMES) == ("Elm County, XA", "Oak County, XA")
    assert counties_of(PEOPLE) == ("Elm County, XA", "Oak County, XA")
