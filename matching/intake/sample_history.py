"""An invented past for the invented region, so that a first look shows a forecast.

Nothing of it is measured: a steady trickle of people, quieter at weekends, and
free beds that wander around what is free today. It leaves the record with the
sample.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

#: Weeks of the past; long enough for a range four weeks ahead and its back-test.
WEEKS = 52
#: People referred on an average day from Monday to Friday, and on a day of the weekend.
_WORKDAY, _WEEKEND = 1.9, 0.7
#: Days between two rounds of calls about beds.
_ROUND = 2
#: Share of the way back to the usual number that a round goes, and how far off
#: it may be, in parts of the root of that number.
_BACK, _OFF = 0.12, 0.45


@dataclass(frozen=True)
class SamplePast:
    """Counts by day before the sample begins.

    Attributes
    ----------
    listed : dict of date to int
        Lists of referrals brought in.
    referred : dict of date to int
        People; days without any are left out.
    free : dict of (date, str) to int
        Free beds by category, such as "type:safe_house".
    """

    listed: dict[date, int]
    referred: dict[date, int]
    free: dict[tuple[date, str], int]


def sample_past(seed: int, today: date, free: Mapping[str, int]) -> SamplePast:
    """Return an invented past.

    Parameters
    ----------
    seed : int
        Same seed, same past.
    today : date
        The first day of the sample, which is not in it.
    free : mapping of str to int
        Free beds of that day by category.

    Returns
    -------
    SamplePast
    """
    rng = np.random.default_rng([seed, 5])
    days = [today - timedelta(days=ago) for ago in range(WEEKS * 7, 0, -1)]
    rates = [_WEEKEND if day.weekday() >= 5 else _WORKDAY for day in days]
    people = rng.poisson(rates).tolist()
    rounds = days[::-_ROUND]
    beds: dict[tuple[date, str], int] = {}
    for category in sorted(free):
        usual = now = float(free[category])
        for day in rounds:
            now += _BACK * (usual - now) + rng.normal(0, _OFF * np.sqrt(usual))
            beds[day, category] = max(0, round(now))
    return SamplePast(
        listed={day: 1 for day in days if day.weekday() == 0},
        referred={day: number for day, number in zip(days, people, strict=True) if number},
        free=beds,
    )
