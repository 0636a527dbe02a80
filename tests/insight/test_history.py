"""Days become weeks: nothing is lost, nothing unknown becomes a number."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from matching.insight.history import Weeks, arrivals_by_week, monday, numbers_by_week

MONDAY = date(2026, 11, 2)
OFFSETS = st.integers(-30, 120)


def day(offset):
    return MONDAY + timedelta(days=offset)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_a_week_starts_on_monday(found):
    start = monday(found)
    assert start.weekday() == 0
    assert timedelta(0) <= found - start < timedelta(days=7)


@given(st.dictionaries(OFFSETS, st.integers(0, 9)), OFFSETS, st.integers(0, 90))
def test_every_arrival_in_whole_weeks_that_were_looked_at_counts_once(found, start, length):
    first, last = day(start), day(start + length)
    days = {day(k): number for k, number in found.items()}
    weeks = arrivals_by_week(days, first, last)
    assert weeks.first.weekday() == 0
    end = weeks.monday(len(weeks.numbers))
    assert weeks.first >= first
    assert not weeks.numbers or end <= last + timedelta(days=1)
    assert (weeks.first - first).days < 7
    assert (last + timedelta(days=1) - end).days < 7
    inside = sum(number for one, number in days.items() if weeks.first <= one < end)
    assert sum(weeks.numbers) == inside


def test_a_week_looked_at_without_arrivals_had_none():
    assert arrivals_by_week({}, MONDAY, day(13)) == Weeks(MONDAY, (0, 0))


def test_a_week_that_was_not_looked_at_whole_is_left_out():
    assert arrivals_by_week({day(0): 3}, day(1), day(6)).numbers == ()
    assert arrivals_by_week({day(0): 3}, day(0), day(5)).numbers == ()


@given(st.dictionaries(OFFSETS, st.none() | st.integers(0, 9)), OFFSETS)
def test_each_week_has_its_last_number_or_none(found, today):
    days = {day(k): number for k, number in found.items()}
    weeks = numbers_by_week(days, day(today))
    for k, number in enumerate(weeks.numbers):
        said = [
            days[one]
            for one in sorted(days)
            if weeks.monday(k) <= one < weeks.monday(k + 1) and days[one] is not None
        ]
        assert number == (said[-1] if said else None)
    assert weeks.monday(len(weeks.numbers)) == monday(day(today))


def test_a_week_in_which_nobody_spoke_is_unknown_and_not_the_week_before():
    weeks = numbers_by_week({day(0): 4, day(15): 2}, day(22))
    assert weeks.numbers == (4, None, 2)
    assert weeks.known == 2


def test_the_week_that_has_not_ended_is_left_out():
    assert numbers_by_week({day(0): 4}, day(6)).numbers == ()
