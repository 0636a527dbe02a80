"""What may come in the next weeks, as a range, held against what came in the past.

No single line: a range that should hold 8 times in 10, and beside it how often
ranges made in the same way held in the past, each from no more than was known
by then. Where the past is too short nothing is said.

Counts of arrivals: a negative binomial distribution whose mean is that of the
past half year and whose variance is that of a Poisson count, made larger by the
dispersion that is seen and by how little the mean is known (quasi-Poisson:
P. McCullagh and J. A. Nelder, Generalized Linear Models, 2nd edition 1989,
section 6.2.3). Numbers of a moment, such as free beds: the last number and the
middle share of past changes over as many steps, by order statistics (H. A. David
and H. N. Nagaraja, Order Statistics, 3rd edition 2003, section 7.3). Yardsticks
and the rolling origin: R. J. Hyndman and G. Athanasopoulos, Forecasting:
Principles and Practice, 3rd edition 2021, sections 5.2 and 5.10.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

#: Numbers by step, oldest first; ``None`` is a step whose number is not known.
Past = Sequence[int | None]

#: Share of what comes that should lie under a range, and over it; how often it holds.
OUTSIDE = 0.1
LEVEL = 0.8
#: Known steps that a range is made from, at least, and times it is tried on the past.
FIT, TRIES = 10, 6
#: Known steps without which nothing is said.
NEEDED = FIT + TRIES
#: Steps ahead, and how many of the last tries are told.
AHEAD, LAST_TRIES = 4, 20
#: Steps that the mean of arrivals, and the changes of a number, are taken from.
_RECENT, _CHANGES = 26, 104


class Kind(StrEnum):
    """What a series counts."""

    ARRIVALS = "arrivals"  #: in the course of a step
    STANDING = "standing"  #: at the end of a step


@dataclass(frozen=True, slots=True)
class Range:
    """A range, both ends in it."""

    low: int
    high: int

    def holds(self, number: int) -> bool:
        """Tell whether a number lies in it."""
        return self.low <= number <= self.high

    @property
    def middle(self) -> float:
        """The number half-way."""
        return (self.low + self.high) / 2


@dataclass(frozen=True, slots=True)
class BackTest:
    """Ranges made in the past, held against what came.

    Attributes
    ----------
    tries : int
        Ranges tried, the newest.
    held : int
        How many of them held.
    middle_off : float
        How far the middle of the range was off, on average.
    last_off : float
        How far off "the same as the last one" was.
    season_off : float or None
        How far off "the same as a season ago" was; ``None`` where the past is
        too short for it.
    """

    tries: int
    held: int
    middle_off: float
    last_off: float
    season_off: float | None


@dataclass(frozen=True, slots=True)
class Ahead:
    """What is said of one step to come."""

    steps: int
    range: Range
    tested: BackTest


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is said of the steps to come.

    Attributes
    ----------
    steps : tuple of Ahead
        The first steps ahead, as far as the past suffices for.
    together : Ahead or None
        Arrivals of all :data:`AHEAD` steps together.
    known : int
        Steps known.
    """

    steps: tuple[Ahead, ...]
    together: Ahead | None
    known: int


@dataclass(frozen=True, slots=True)
class TooShort:
    """The past is too short to say anything.

    Attributes
    ----------
    known, needed : int
        Steps.
    last_known : bool
        Whether the number of the last step is known; a number that stands at
        the end of a step is told from there.
    """

    known: int
    needed: int = NEEDED
    last_known: bool = True


Make = Callable[[Past, int], Range | None]


def forecast(past: Past, kind: Kind, season: int) -> Forecast | TooShort:
    """Return ranges for the steps to come, each with how it would have done.

    Parameters
    ----------
    past : sequence of int or None
        Complete steps, oldest first, up to now.
    kind : Kind
    season : int
        Steps of a season, such as 52 weeks.

    Returns
    -------
    Forecast or TooShort
    """
    known = sum(number is not None for number in past)
    if known < NEEDED:
        return TooShort(known)
    make = arrivals if kind is Kind.ARRIVALS else standing
    steps: list[Ahead] = []
    for ahead in range(1, AHEAD + 1):
        found, tested = make(past, ahead), back_test(past, make, ahead, season)
        if found is None or tested is None:
            break
        steps.append(Ahead(ahead, found, tested))
    if not steps:
        # Gaps between known steps leave fewer changes than there are steps.
        return TooShort(known, known + 1, past[-1] is not None)
    return Forecast(tuple(steps), _together(past) if kind is Kind.ARRIVALS else None, known)


def _together(past: Past) -> Ahead | None:
    found, tested = several(past, AHEAD), _back_test_together(past)
    return None if found is None or tested is None else Ahead(AHEAD, found, tested)


def arrivals(past: Past, ahead: int) -> Range | None:
    """Return the range of arrivals in one step, however far ahead.

    Parameters
    ----------
    past : sequence of int or None
    ahead : int
        Makes no difference: all that is known is how many came of late.

    Returns
    -------
    Range or None
        ``None`` if too few steps are known.
    """
    del ahead
    return several(past, 1)


def several(past: Past, steps: int) -> Range | None:
    """Return the range of arrivals in several steps together.

    Parameters
    ----------
    past : sequence of int or None
    steps : int

    Returns
    -------
    Range or None
        ``None`` if too few steps are known.
    """
    seen = [number for number in past if number is not None][-_RECENT:]
    n = len(seen)
    if n < FIT:
        return None
    # Half an arrival more keeps a past without any from promising that none comes
    # (Jeffreys' prior of a Poisson mean).
    mean = (sum(seen) + 0.5) / n
    spread = sum((number - mean) ** 2 for number in seen) / (n - 1) / mean
    variance = max(1.0, spread) * steps * mean * (1 + steps / n)
    return Range(*_quantiles(steps * mean, variance, OUTSIDE, 1 - OUTSIDE))


def _quantiles(mean: float, variance: float, low: float, high: float) -> tuple[int, int]:
    """Return quantiles of the negative binomial distribution of a mean and variance.

    Terms are added in the recursion p(k+1) = p(k) (k+r)/(k+1) (1-s), with
    s = mean/variance and r = mean s/(1-s); a variance no larger than the mean is
    not asked for.
    """
    share = mean / variance
    size = mean * share / (1 - share)
    log_term = size * math.log(share)
    total, at, first = 0.0, 0, None
    while True:
        total += math.exp(log_term)
        if first is None and total >= low:
            first = at
        # Far beyond the mean, what is left is lost in rounding.
        if total >= high or at > mean + 40 * math.sqrt(variance):
            return (at if first is None else first), at
        log_term += math.log((at + size) / (at + 1) * (1 - share))
        at += 1


def standing(past: Past, ahead: int) -> Range | None:
    """Return the range of a number some steps ahead.

    Changes over several steps overlap, so that many of them tell no more than
    few that do not: a range so many steps ahead needs as many times the past.

    Parameters
    ----------
    past : sequence of int or None
    ahead : int

    Returns
    -------
    Range or None
        ``None`` if the past is too short, or the last number is not known.
    """
    recent = past[-_CHANGES:]
    if not recent or recent[-1] is None:
        return None
    changes = sorted(
        after - before
        for before, after in zip(recent, recent[ahead:], strict=False)
        if before is not None and after is not None
    )
    n = len(changes)
    if OUTSIDE * (n / ahead + 1) < 1 or n < FIT - 1:
        return None
    at = OUTSIDE * (n + 1) - 1
    low, high = math.floor(_between(changes, at)), math.ceil(_between(changes, n - 1 - at))
    last = recent[-1]
    return Range(max(0, last + low), max(0, last + high))


def _between(ordered: Sequence[int], at: float) -> float:
    """Return the value at a place in an ordered list, between two where it is between."""
    low = math.floor(at)
    if low == at:
        return ordered[low]
    return ordered[low] + (at - low) * (ordered[low + 1] - ordered[low])


def back_test(past: Past, make: Make, ahead: int, season: int) -> BackTest | None:
    """Make ranges at every step of the past from what was known by then, and look.

    Parameters
    ----------
    past : sequence of int or None
    make : callable
        Makes a range from a past, so many steps ahead.
    ahead : int
    season : int
        Steps of a season.

    Returns
    -------
    BackTest or None
        Of the last :data:`LAST_TRIES`; ``None`` if there are too few tries.
    """
    tries = []
    for origin in range(FIT, len(past) - ahead + 1):
        then, came = past[:origin], past[origin + ahead - 1]
        last = next((number for number in reversed(then) if number is not None), None)
        found = make(then, ahead)
        if came is None or last is None or found is None:
            continue
        before = origin + ahead - 1 - season
        tries.append((found, came, last, past[before] if before >= 0 else None))
    return _told(tries)


def _back_test_together(past: Past) -> BackTest | None:
    """Try the range of several steps together; each try has all its steps known."""
    tries = []
    for origin in range(FIT, len(past) - AHEAD + 1):
        came, before = _sum(past[origin : origin + AHEAD]), _sum(past[origin - AHEAD : origin])
        found = several(past[:origin], AHEAD)
        if came is not None and before is not None and found is not None:
            tries.append((found, came, before, None))
    return _told(tries)


def _sum(numbers: Past) -> int | None:
    known = [number for number in numbers if number is not None]
    return sum(known) if len(known) == len(numbers) else None


def _told(tries: Sequence[tuple[Range, int, int, int | None]]) -> BackTest | None:
    some = tries[-LAST_TRIES:]
    if len(some) < TRIES:
        return None
    seasons = [abs(came - one) for _, came, _, one in some if one is not None]
    return BackTest(
        tries=len(some),
        held=sum(found.holds(came) for found, came, _, _ in some),
        middle_off=sum(abs(came - found.middle) for found, came, _, _ in some) / len(some),
        last_off=sum(abs(came - last) for _, came, last, _ in some) / len(some),
        # Told beside the others only if it is of the same tries.
        season_off=sum(seasons) / len(seasons) if len(seasons) == len(some) else None,
    )
