"""Which change of a fact would let a survivor be placed with less protection than before.

Each way says, for two known values, whether the second lets more through than
the first, and whether a known value keeps anything out at all: only then is it
a loss when nobody knows it any more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from matching.domain import words as w
from matching.domain.records import Training


@dataclass(frozen=True, slots=True)
class Way:
    """How a field can loosen safety.

    Attributes
    ----------
    looser : callable
        Given the value before, the value after and the day: whether the second
        lets through more than the first. Both are known.
    barred : callable
        Given a known value and the day: whether it keeps anything out.
    unknown_bars : bool
        Whether nothing recorded keeps out as much as anything can.
    """

    looser: Callable[[Any, Any, date], bool]
    barred: Callable[[Any, date], bool]
    unknown_bars: bool = False


def _always(_value: Any, _today: date) -> bool:
    return True


def _never(*_values: Any) -> bool:
    return False


def more_of(every: type[StrEnum]) -> Way:
    """Return the way of a set of those who are let in: any new member loosens."""
    whole = frozenset(every)
    return Way(
        lambda before, after, _: bool(frozenset(after) - frozenset(before)),
        lambda value, _: frozenset(value) != whole,
    )


def ranked(order: Sequence[Any], *, bars_below: Any) -> Way:
    """Return the way of words in an order: further on loosens.

    Parameters
    ----------
    order : sequence
        From the strictest to the most open.
    bars_below : member of ``order``
        The first word that keeps nothing out.
    """
    place = {word: k for k, word in enumerate(order)}
    return Way(
        lambda before, after, _: place[after] > place[before],
        lambda value, _: place[value] < place[bars_below],
    )


#: A set of those who are kept out: any member less loosens.
FEWER = Way(
    lambda before, after, _: bool(frozenset(before) - frozenset(after)),
    lambda value, _: bool(value),
)
#: A set of those whom beds are kept for; none is open to all.
KEPT_FOR = Way(
    lambda before, after, _: bool(before) and (not after or bool(after - before)),
    lambda value, _: bool(value),
)
HIGHER = Way(lambda before, after, _: after > before, _always)
LOWER = Way(lambda before, after, _: after < before, _always)
#: A last day: one that has passed moved to one that has not.
REVIVED = Way(lambda before, after, today: before < today <= after, _always)
#: A day until which nobody may go there: earlier loosens while it still counts.
LIFTED = Way(
    lambda before, after, today: before >= today and after < before,
    lambda value, today: value >= today,
)
#: A mark that protects, taken away.
TURNED_OFF = Way(lambda before, after, _: before and not after, lambda value, _: bool(value))
#: A word that opens, put on.
TURNED_ON = Way(lambda before, after, _: after and not before, lambda value, _: not value)
#: The same, where nothing recorded keeps out just as "no" does.
TURNED_ON_ALONE = Way(
    lambda before, after, _: after and not before, lambda value, _: not value, unknown_bars=True
)
#: Any other value may let through what the one before kept out.
OTHER = Way(lambda before, after, _: before != after, _always)
#: News of the day: no value is looser than another, but to forget it is.
NEWS = Way(_never, _always)
#: News of free beds: only that there are none keeps anybody out.
FREE_BEDS = Way(_never, lambda value, _: value == 0)
#: A first day: one still to come keeps people out, and coming earlier is news.
OPENING = Way(_never, lambda value, today: value > today)
#: When news was told: an earlier moment takes the place of later news.
TOLD = Way(lambda before, after, _: after < before, _never)


def _course_open(before: Sequence[Training], after: Sequence[Training], _today: date) -> bool:
    ends = {(one.course, one.caregiver) for one in before if one.expires is not None}
    still = {(one.course, one.caregiver) for one in after if one.expires is not None}
    return any(
        (one.course, one.caregiver) in ends - still for one in after if one.expires is None
    )


def _course_missing(value: Sequence[Training], today: date) -> bool:
    held = {one.course for one in value if one.expires is not None and one.expires >= today}
    return held != set(w.Course)


#: Courses: a last day taken away. New and renewed courses are what homes are asked for.
COURSES = Way(_course_open, _course_missing)

LICENCE = ranked(
    (
        w.LicenceStatus.REVOKED,
        w.LicenceStatus.EXPIRED,
        w.LicenceStatus.PROBATION,
        w.LicenceStatus.ACTIVE,
        w.LicenceStatus.NOT_REQUIRED,
    ),
    bars_below=w.LicenceStatus.ACTIVE,
)
CHECK = Way(
    lambda before, after, _: after is w.BackgroundCheck.CLEAR is not before,
    lambda value, _: value is not w.BackgroundCheck.CLEAR,
)
CERTIFICATE = Way(
    lambda before, after, _: after is not w.Certificate.NONE and before is not after,
    lambda value, _: value is w.Certificate.NONE,
)
#: Highest risk that a place can hold.
HOLDS_RISK = ranked(tuple(w.Level), bars_below=w.Level.HIGH)
#: A person's own risk: lower opens places.
RISK = ranked(tuple(w.Level)[::-1], bars_below=w.Level.LOW)
DEVELOPMENTAL = ranked(tuple(w.DevelopmentalNeed)[::-1], bars_below=w.DevelopmentalNeed.NONE)
CARE = ranked(tuple(w.CareNeed)[::-1], bars_below=w.CareNeed.NONE)
SUBSTANCE = ranked(tuple(w.SubstanceNeed)[::-1], bars_below=w.SubstanceNeed.NONE)
PARENTING = Way(
    lambda _before, after, _: after is w.Parenting.NONE,
    lambda value, _: value is not w.Parenting.NONE,
)
ICWA = ranked(
    (w.IcwaStatus.YES, w.IcwaStatus.INQUIRY, w.IcwaStatus.NO), bars_below=w.IcwaStatus.NO
)
