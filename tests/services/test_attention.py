"""Old news of beds, on every boundary."""

from __future__ import annotations

from matching.services import attention
from tests.builders import NOW, ago, home, known_pool, pool

LIMIT = 24


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
