"""The bed pools of the sample: calibrated, and nothing contradicts itself."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest

from matching.domain import words as w
from matching.domain.records import BedPool
from matching.intake.sample import Sample, generate
from matching.intake.sample_calibration import value
from matching.intake.sample_kinds import HOMES, SPECIALISED

AS_OF = datetime(2026, 11, 22, 22, 0, tzinfo=UTC)
LARGE = 4_000


@cache
def sample() -> Sample:
    return generate(11, LARGE, 0, as_of=AS_OF)


@cache
def kinds() -> dict[str, w.PlacementType | None]:
    return {p.provider_id: p.placement_type for p in sample().providers}


def special() -> list[BedPool]:
    return [p for p in sample().pools if kinds()[p.provider_id] in SPECIALISED]


def beds(pools, test) -> float:
    """Share of the licensed beds in pools that pass a test; unknown ones left out."""
    known = [p for p in pools if p.beds_licensed and test(p) is not None]
    return sum(p.beds_licensed for p in known if test(p)) / sum(p.beds_licensed for p in known)


def test_every_provider_has_one_pool_or_two():
    counts = Counter(p.provider_id for p in sample().pools)
    assert set(counts) == set(kinds())
    assert set(counts.values()) == {1, 2}
    assert {counts[name] for name, kind in kinds().items() if kind in HOMES} == {1}
    assert len({p.pool_id for p in sample().pools}) == len(sample().pools)


def _of_gender(gender: w.Gender):
    other = w.Gender.MALE if gender is w.Gender.FEMALE else w.Gender.FEMALE
    return lambda p: (
        None if p.genders is None else gender in p.genders and other not in p.genders
    )


def test_specialised_beds_serve_genders_as_the_survey_says():
    assert beds(special(), _of_gender(w.Gender.FEMALE)) == pytest.approx(0.867, abs=0.04)
    assert beds(special(), _of_gender(w.Gender.MALE)) < 0.02


def test_specialised_beds_are_for_adults_as_the_survey_says():
    adults = beds(special(), lambda p: None if p.age_min is None else p.age_min >= 18)
    assert adults == pytest.approx(value("providers.specialised_adult"), abs=0.05)


def test_hardly_any_bed_for_minors_is_for_boys_alone():
    minors = [p for p in special() if p.age_max is not None and p.age_max < 18]
    assert beds(minors, _of_gender(w.Gender.MALE)) < 0.03


def test_two_pools_of_one_place_are_one_for_each_gender():
    by_home: dict[str, list[BedPool]] = {}
    for pool in sample().pools:
        by_home.setdefault(pool.provider_id, []).append(pool)
    for first, second in (pair for pair in by_home.values() if len(pair) == 2):
        if first.genders is not None and second.genders is not None:
            assert w.Gender.FEMALE in first.genders
            assert w.Gender.MALE in second.genders
            assert not first.genders & {w.Gender.MALE}


def test_beds_are_within_their_limits():
    for pool in sample().pools:
        low, high = value("providers.beds")[kinds()[pool.provider_id]]
        assert pool.beds_licensed is None or low <= pool.beds_licensed <= high
        chain = (pool.beds_licensed, pool.beds_staffed, pool.beds_accepting)
        known = [count for count in chain if count is not None]
        assert known == sorted(known, reverse=True)
        if pool.beds_accepting is not None:
            assert pool.beds_available == (
                pool.beds_accepting - pool.beds_occupied - pool.beds_held
            )
        assert pool.beds_available is None or pool.beds_available >= 0


def test_vacancies_are_counted_told_or_unknown():
    how = Counter(
        "counted" if p.beds_accepting is not None
        else "free beds only" if p.beds_available is not None
        else "unknown"
        for p in sample().pools
    )  # fmt: skip
    for name, part in value("providers.vacancy_known").items():
        assert how[name] / len(sample().pools) == pytest.approx(part, abs=0.02)
    unknown = [p for p in sample().pools if p.free is None]
    assert all(p.beds_held is None and p.beds_occupied is None for p in unknown)


def test_news_is_fresh_old_or_undated():
    ages = [None if p.as_of is None else AS_OF - p.as_of for p in sample().pools]
    shares = value("providers.news")
    total = len(ages)
    assert ages.count(None) / total == pytest.approx(shares["nobody knows"], abs=0.015)
    old = sum(age is not None and age > timedelta(hours=24) for age in ages)
    assert old / total == pytest.approx(shares["older"], abs=0.02)
    oldest = max(age for age in ages if age is not None)
    assert timedelta(days=1) < oldest <= timedelta(days=value("providers.news_days"))


def test_beds_that_open_later_open_later():
    opening = [p.available_from for p in sample().pools if p.available_from]
    assert 0.03 < len(opening) / len(sample().pools) < 0.1
    assert min(opening) > AS_OF.date()


def test_residents_fit_the_pool_they_live_in():
    for pool in sample().pools:
        low, high = pool.resident_age_min, pool.resident_age_max
        if pool.beds_occupied == 0:
            assert low is None
            assert high is None
            assert pool.gender_lock is None
        if low is None or high is None:
            continue
        assert low <= high
        assert pool.age_min is None or pool.age_min <= low
        assert pool.age_max is None or high <= pool.age_max
        assert pool.age_spread_max is None or high - low <= pool.age_spread_max


def test_a_lock_is_on_a_gender_the_pool_serves():
    locked = [p for p in sample().pools if p.gender_lock]
    assert locked
    for pool in locked:
        assert pool.genders is None or (
            pool.gender_lock in pool.genders and len(pool.genders) > 1
        )


def test_ages_and_households_are_those_of_the_type():
    for pool in sample().pools:
        assert pool.households is None or w.Household.ALONE in pool.households
        if pool.age_min is None or pool.age_max is None:
            continue
        window = (pool.age_min, pool.age_max)
        kind = kinds()[pool.provider_id]
        adult_house = kind is w.PlacementType.SAFE_HOUSE and window == (18, 99)
        assert adult_house or window in value("providers.ages")[kind]


def test_reservations_are_at_safe_houses():
    reserved = {kinds()[p.provider_id] for p in sample().pools if p.reserved_for}
    assert reserved == {w.PlacementType.SAFE_HOUSE}
