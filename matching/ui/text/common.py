"""Words that every page uses: dates, waits, counts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from matching.domain.words import PlacementType, label

_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

UNKNOWN = "not known"
NOBODY_SAID = "nobody has said"

#: Of the stages of long work.
DONE, AT_WORK, TO_COME = "done", "now", "to come"


def capital(text: str) -> str:
    """Return a text with its first letter as a capital."""
    return text[:1].upper() + text[1:]


def day(value: date) -> str:
    """Return "3 Nov 2026", which no one can misread."""
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def moment(value: datetime, today: date) -> str:
    """Return "22:41" for today, else "3 Nov 2026, 22:41".

    Parameters
    ----------
    value : datetime
        In the office's time zone.
    today : date
        In the office's time zone.
    """
    clock = f"{value:%H:%M}"
    return clock if value.date() == today else f"{day(value)}, {clock}"


def span(hours: int | None) -> str:
    """Return a length of time: "40 minutes" is never said, whole hours and days are."""
    if hours is None:
        return UNKNOWN
    if hours < 1:
        return "under 1 hour"
    if hours < 48:
        return count(hours, "hour")
    return count(hours // 24, "day")


def count(number: int, one: str, many: str | None = None) -> str:
    """Return "1 bed", "2 beds", "1,200 beds"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def listed(words: Iterable[str], last: str = "and") -> str:
    """Return "a", "a and b" or "a, b and c"."""
    parts = list(words)
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def so_far(seconds: int) -> str:
    """Say for how long something has been going on: "75 seconds so far."."""
    return f"{count(seconds, 'second')} so far."


def beds(known: int, unknown_pools: int) -> str:
    """Return a sum of beds; what nobody has said stands beside it, never as 0."""
    if not unknown_pools:
        return f"{known:,}"
    if not known:
        return NOBODY_SAID
    return f"{known:,} + {unknown_pools:,} not said"


def kind(placement_type: PlacementType | None) -> str:
    """Return a placement type in words."""
    return UNKNOWN if placement_type is None else label(placement_type)
