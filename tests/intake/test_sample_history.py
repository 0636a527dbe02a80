"""The invented past: the same for the same seed, long enough, and plausible."""

from datetime import date, timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.intake.sample_history import WEEKS, sample_past

TODAY = date(2026, 11, 23)
FREE = {"type:foster_home": 30, "type:safe_house": 4, "type:qrtp": 0}


def test_the_same_seed_gives_the_same_past():
    assert sample_past(1, TODAY, FREE) == sample_past(1, TODAY, FREE)
    assert sample_past(1, TODAY, FREE) != sample_past(2, TODAY, FREE)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 1000), st.dates(date(2020, 1, 1), date(2040, 1, 1)))
def test_it_ends_the_day_before_and_is_whole(seed, today):
    past = sample_past(seed, today, FREE)
    first = today - timedelta(weeks=WEEKS)
    days = {*past.listed, *past.referred, *(day for day, _ in past.free)}
    assert min(days) >= first
    assert max(days) < today
    assert len(past.listed) == WEEKS
    assert {day.weekday() for day in past.listed} == {0}
    assert min(past.referred.values()) > 0
    for category in FREE:
        counts = [number for (_, one), number in past.free.items() if one == category]
        assert len(counts) == WEEKS * 7 // 2
        assert min(counts) >= 0


def test_free_beds_wander_around_what_is_free_today():
    past = sample_past(1, TODAY, FREE)
    for category, usual in FREE.items():
        counts = [number for (_, one), number in past.free.items() if one == category]
        assert abs(np.mean(counts) - usual) <= max(1.5, 0.3 * usual)
    newest = max(day for day, _ in past.free)
    assert abs(past.free[newest, "type:foster_home"] - 30) < 10


def test_weekends_are_quieter():
    past = sample_past(1, TODAY, FREE)
    weekend = sum(n for day, n in past.referred.items() if day.weekday() >= 5)
    assert weekend < sum(past.referred.values()) * 0.25
