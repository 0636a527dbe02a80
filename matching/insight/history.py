"""The record's own history: days made into weeks, and what is not known kept unknown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

WEEK = timedelta(days=7)

#: Category of everybody and of all beds; others are "type:..." and "region:...".
ALL = ""


class Measure(StrEnum):
    """What is counted by day."""

    LISTED = "lists of referrals"  #: brought in on this day
    REFERRED = "people referred"  #: on this day, as the record knows now
    WAITING = "people waiting"  #: when the day's last list came; unknown: without a date
    PLACED = "people placed"  #: in the day's last plan
    WITHOUT = "people without a place"  #: likewise
    LICENSED = "beds licensed"
    STAFFED = "beds staffed"
    ACCEPTING = "beds accepting"
    FREE = "beds free"  #: as said on this day; unknown: bed pools nobody spoke of


@dataclass(frozen=True, slots=True)
class Weeks:
    """Complete weeks, Monday to Sunday, without a gap between them.

    Attributes
    ----------
    first : date
        Monday of the first week.
    numbers : tuple of int or None
        One for each week; ``None`` is not known.
    """

    first: date
    numbers: tuple[int | None, ...]

    @property
    def known(self) -> int:
        """How many weeks have a number."""
        return sum(number is not None for number in self.numbers)

    def monday(self, k: int) -> date:
        """Return the Monday of a week by its place, also of weeks to come."""
        return self.first + k * WEEK


def monday(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def arrivals_by_week(days: Mapping[date, int], first: date, last: date) -> Weeks:
    """Add up arrivals by week.

    A day within the time that was looked at and without arrivals had none; a
    week that was not looked at whole is left out.

    Parameters
    ----------
    days : mapping of date to int
        Arrivals; days without any may be missing.
    first, last : date
        First and last day that were looked at whole.

    Returns
    -------
    Weeks
    """
    start = monday(first + timedelta(days=6))
    weeks = max(0, ((last + timedelta(days=1)) - start).days // 7)
    sums = [0] * weeks
    for day, number in days.items():
        k = (day - start).days // 7
        if 0 <= k < weeks:
            sums[k] += number
    return Weeks(start, tuple(sums))


def numbers_by_week(days: Mapping[date, int | None], today: date) -> Weeks:
    """Take the last number said in each complete week.

    A week in which nobody said a number is unknown; it is not the number of the
    week before.

    Parameters
    ----------
    days : mapping of date to int or None
        ``None`` where it was asked and nobody knew.
    today : date
        Its week is not complete and left out.

    Returns
    -------
    Weeks
    """
    end = monday(today)
    said = {day: number for day, number in days.items() if day < end}
    if not said:
        return Weeks(end, ())
    start = monday(min(said))
    numbers: list[int | None] = [None] * ((end - start).days // 7)
    for day in sorted(said):
        if said[day] is not None:
            numbers[(day - start).days // 7] = said[day]
    return Weeks(start, tuple(numbers))
