"""Ranges hold about as often as they say: on drawn numbers and on a city's real beds."""

import csv
import itertools
import math
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from matching.insight import forecast as fc
from matching.insight.forecast import Forecast, Kind, Range, TooShort

TORONTO = Path(__file__).parent / "data" / "toronto_beds_by_day.csv"
PASTS = st.lists(st.none() | st.integers(0, 60), max_size=60)


def held(make, past, ahead, start=fc.FIT):
    """Return for each origin whether the range held."""
    found = []
    for origin in range(start, len(past) - ahead + 1):
        made = make(past[:origin], ahead)
        if made is not None:
            found.append(made.holds(past[origin + ahead - 1]))
    return found


def toronto():
    """Return beds by day: of each sector and of all, occupied and not."""
    series = defaultdict(dict)
    with TORONTO.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            for name in ("occupied", "unoccupied"):
                for sector in (row["sector"], "all"):
                    days = series[sector, name]
                    days[row["day"]] = days.get(row["day"], 0) + int(row[name])
    return {key: [days[one] for one in sorted(days)] for key, days in series.items()}


@pytest.mark.parametrize(
    ("rate", "low", "high"), [(1, 0.85, 1.0), (5, 0.8, 0.95), (30, 0.77, 0.9)]
)
def test_ranges_of_poisson_arrivals_hold_about_as_often_as_they_say(rate, low, high):
    # A range of whole numbers holds more often than it says where numbers are small.
    draw = np.random.default_rng(5)
    tries = [
        one for _ in range(40) for one in held(fc.arrivals, draw.poisson(rate, 40).tolist(), 1)
    ]
    assert low <= np.mean(tries) <= high


def test_ranges_of_arrivals_that_come_in_clusters_are_wide_enough():
    draw = np.random.default_rng(6)
    tries = [
        one
        for _ in range(40)
        for one in held(fc.arrivals, draw.negative_binomial(4, 1 / 3, 40).tolist(), 1)
    ]
    assert 0.75 <= np.mean(tries) <= 0.92


def test_the_range_of_several_weeks_together_holds_too():
    draw = np.random.default_rng(7)
    found = []
    for _ in range(60):
        past = draw.poisson(6, 30).tolist()
        found.append(fc.several(past[:26], 4).holds(sum(past[26:])))
    assert 0.68 <= np.mean(found) <= 0.97


@pytest.mark.parametrize("ahead", [1, 2, 3])
@pytest.mark.parametrize("back", [0.0, 0.6])
def test_ranges_of_a_number_that_wanders_hold_about_as_often_as_they_say(ahead, back):
    draw = np.random.default_rng(8)
    tries = []
    for _ in range(25):
        at, past = 0.0, []
        for step in draw.normal(0, 5, 60):
            at = at * (1 - back) + step
            past.append(int(200 + at))
        tries += held(fc.standing, past, ahead)
    assert 0.74 <= np.mean(tries) <= 0.95


@pytest.mark.parametrize("ahead", [1, 2])
def test_ranges_of_torontos_beds_hold_about_as_often_as_they_say(ahead):
    series = toronto()
    assert len(series) == 10
    tries = [one for past in series.values() for one in held(fc.standing, past, ahead)]
    assert len(tries) > 200
    assert 0.75 <= np.mean(tries) <= 0.97


def test_torontos_back_test_says_what_the_series_says():
    for past in toronto().values():
        found = fc.forecast(past, Kind.STANDING, season=7)
        assert isinstance(found, Forecast)
        first = found.steps[0]
        assert first.tested.held == sum(held(fc.standing, past, 1)[-fc.LAST_TRIES :])
        naive = np.abs(np.diff(past))[-fc.LAST_TRIES :].mean()
        assert first.tested.last_off == pytest.approx(naive)
        weekly = [abs(b - a) for a, b in zip(past, past[7:], strict=False)]
        assert first.tested.season_off == pytest.approx(np.mean(weekly[-fc.LAST_TRIES :]))


@settings(max_examples=60, deadline=None)
@given(st.floats(0.05, 300), st.floats(1.001, 5))
def test_quantiles_are_those_of_the_negative_binomial_distribution(mean, dispersion):
    low, high = fc._quantiles(mean, mean * dispersion, 0.1, 0.9)
    exact = stats.nbinom(mean / (dispersion - 1), 1 / dispersion)
    for found, share in ((low, 0.1), (high, 0.9)):
        assert exact.cdf(found) >= share - 1e-9
        assert found == 0 or exact.cdf(found - 1) < share + 1e-9


@settings(max_examples=60, deadline=None)
@given(PASTS, st.sampled_from(list(Kind)))
def test_a_range_is_no_less_than_nothing_and_no_guess_of_what_is_unknown(past, kind):
    found = fc.forecast(past, kind, season=52)
    known = sum(one is not None for one in past)
    if isinstance(found, TooShort):
        assert found.known == known < found.needed
        return
    assert known >= fc.NEEDED
    for k, one in enumerate(found.steps, start=1):
        assert one.steps == k
        assert 0 <= one.range.low <= one.range.high
        assert fc.TRIES <= one.tested.tries <= fc.LAST_TRIES
        assert 0 <= one.tested.held <= one.tested.tries


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 40), min_size=fc.NEEDED, max_size=40), st.integers(0, 40))
def test_what_comes_later_changes_no_range_made_before(past, later):
    for make in (fc.arrivals, fc.standing):
        before = fc.back_test(past, make, 1, 52)
        made = make(past, 1)
        after = fc.back_test([*past, later], make, 1, 52)
        if before and made and after and before.tries < fc.LAST_TRIES:
            assert after.held == before.held + made.holds(later)


def test_weeks_that_are_not_known_are_left_out_and_not_counted_as_none():
    past = [8, 9, 7, 10, 8, 9, 7, 10, 8, 9, 7, 10]
    holes = list(itertools.chain.from_iterable((one, None) for one in past))
    assert fc.arrivals(holes, 1) == fc.arrivals(past, 1)


def test_a_number_is_not_told_from_a_week_that_is_not_known():
    past = [*range(30, 50), None]
    assert fc.standing(past, 1) is None
    found = fc.forecast(past, Kind.STANDING, 52)
    assert isinstance(found, TooShort)
    assert not found.last_known


def test_further_ahead_needs_a_longer_past():
    past = [10, 12, 9, 11, 13, 10, 8, 12, 11, 9, 10, 12, 13, 11, 9, 10]
    assert fc.standing(past, 1) is not None
    assert fc.standing(past, 2) is None
    assert fc.standing(past * 3, 4) is not None


def test_changes_lie_in_the_middle_by_order_statistics():
    past = [0]
    for change in (-4, -3, -2, -1, 0, 1, 2, 3, 4):
        past.append(past[-1] + change)
    past = [one + 100 for one in past]
    # 9 changes: the first and the last hold 8 of 10 between them.
    assert fc.standing(past, 1) == Range(past[-1] - 4, past[-1] + 4)


def test_no_arrivals_so_far_do_not_promise_that_none_will_come():
    found = fc.several([0] * 12, 4)
    assert found.low == 0
    assert math.isfinite(found.high)
    assert fc.forecast([0] * 20, Kind.ARRIVALS, 52).steps[0].range == Range(0, 0)


def test_how_much_is_needed_is_said():
    assert fc.forecast([3, 4, 5], Kind.ARRIVALS, 52) == TooShort(3, fc.NEEDED)
    assert fc.forecast([], Kind.STANDING, 52) == TooShort(0, fc.NEEDED)
