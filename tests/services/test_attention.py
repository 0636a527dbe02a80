"""Old news and usable beds, on every boundary."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.domain import words as w
from matching.services import attention
from tests.builders import NOW, TODAY, ago, day, home, known_home, known_pool, pool

LIMIT = 24


def usable(provider=None, **facts) -> int:
    beds = known_pool(beds_available=2, **facts)
    return attention.usable_tonight([provider or known_home()], [beds], NOW, TODAY, LIMIT)


def test_free_fresh_and_licensed_beds_count():
    assert usable() == 2


@pytest.mark.parametrize(
    ("hours", "expected"), [(0, 2), (24, 2), (24.9, 2), (25, 0), (400, 0), (-3, 2)]
)
def test_news_counts_until_the_limit(hours, expected):
    assert usable(as_of=NOW - timedelta(hours=hours)) == expected


def test_news_without_a_date_is_old_news():
    assert usable(as_of=None) == 0


def test_unknown_vacancy_is_no_usable_bed():
    beds = pool(as_of=ago(hours=1))
    assert attention.usable_tonight([known_home()], [beds], NOW, TODAY, LIMIT) == 0


@pytest.mark.parametrize(("offset", "expected"), [(-1, 2), (0, 2), (1, 0)])
def test_beds_announced_for_later_do_not_count(offset, expected):
    assert usable(available_from=day(offset)) == expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"licence_expires": day(0)}, 2),
        ({"licence_expires": day(-1)}, 0),
        ({"licence_expires": None, "licence_status": None}, 2),
        ({"licence_status": w.LicenceStatus.EXPIRED}, 0),
        ({"licence_status": w.LicenceStatus.REVOKED}, 0),
        ({"licence_status": w.LicenceStatus.PROBATION}, 2),
        ({"licence_status": w.LicenceStatus.NOT_REQUIRED, "licence_expires": day(-9)}, 2),
    ],
)
def test_a_licence_known_to_have_ended_counts_no_bed(facts, expected):
    assert usable(known_home(**facts)) == expected


@pytest.mark.parametrize(
    ("capacity", "residents", "expected"),
    [(4, 1, 2), (2, 1, 1), (1, 3, 0), (None, 9, 2), (1, None, 1)],
)
def test_no_provider_counts_for_more_than_its_licence(capacity, residents, expected):
    place = known_home(licensed_capacity=capacity, residents=residents, staff_ratio=None)
    assert usable(place) == expected


@pytest.mark.parametrize(
    ("staff", "each", "expected"),
    [
        (2, 4, 2),
        (1, 2, 1),
        (1, 1, 0),
        (0, None, 0),
        (2, None, 2),
        (None, 1, 2),
        (None, None, 2),
    ],
)
def test_no_provider_counts_for_more_than_its_staff(staff, each, expected):
    place = known_home(staff_on_shift=staff, staff_ratio=each, residents=1)
    assert usable(place) == expected


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 60)), max_size=6))
def test_usable_is_never_more_than_free(pools):
    homes = [known_home(licensed_capacity=6, residents=0)]
    beds = [
        known_pool(
            pool_id=f"B{k}", beds_accepting=None, beds_available=free, as_of=ago(hours=hours)
        )
        for k, (free, hours) in enumerate(pools)
    ]
    fresh = sum(free for free, hours in pools if hours <= LIMIT)
    assert attention.usable_tonight(homes, beds, NOW, TODAY, LIMIT) == min(6, fresh)


def stale(*pools, homes=None):
    return attention.stale_providers(homes or [home("P1", name="Oak")], pools, NOW, LIMIT)


def test_providers_with_fresh_news_are_not_asked():
    assert stale(known_pool()) == ()


def test_one_old_pool_is_enough_and_is_described():
    (one,) = stale(known_pool(), known_pool(pool_id="B2", as_of=ago(hours=30)))
    assert (one.name, one.pools, one.hours, one.free) == ("Oak", 1, 30, 2)


def test_news_without_date_has_no_age_and_no_one_said_is_no_zero():
    (one,) = stale(pool(), pool(pool_id="B2", as_of=ago(hours=50)))
    assert (one.pools, one.hours, one.free) == (2, None, None)


def test_most_beds_to_gain_come_first_then_the_oldest_news():
    homes = [home(f"P{k}") for k in range(1, 5)]
    order = [
        one.provider_id
        for one in stale(
            known_pool("P1", as_of=ago(hours=30), beds_available=1),
            known_pool("P2", as_of=ago(hours=90), beds_available=1),
            known_pool("P3", as_of=ago(hours=26), beds_available=2),
            pool("P4"),
            homes=homes,
        )
    ]
    assert order == ["P3", "P2", "P1", "P4"]


def test_a_provider_without_a_name_is_shown_by_its_code():
    (one,) = stale(pool(), homes=[home()])
    assert one.name == "P1"
