"""What needs a person now: the clocks of cases that are over or run out soon, by urgency."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from matching.services.clocks import Clock, ClockKind, soon
from matching.services.desk import Desk

#: Kinds of clocks of cases in the order in which somebody sees to them, and from when
#: before their time they are shown.
WITHIN = {
    ClockKind.REPORT: timedelta(days=3),  # at once: no later than its time, and not then
    ClockKind.HOLD: timedelta(hours=1),
    ClockKind.CALL_BACK: timedelta(hours=1),
    ClockKind.BED_HOLD: timedelta(days=2),
    ClockKind.REVIEW: timedelta(hours=24),
    ClockKind.SCREENING: timedelta(hours=12),
    ClockKind.DAY_14: timedelta(days=4),
}
_ORDER = list(WITHIN)


@dataclass(frozen=True, slots=True)
class PersonNow:
    """What needs a person now.

    Attributes
    ----------
    clocks : tuple of Clock
        Reports of people missing first, then beds and calls, then reviews; of each kind
        the nearest first.
    counts : mapping of ClockKind to (int, int)
        How many of each kind there are, and how many of them are over.
    """

    clocks: tuple[Clock, ...]
    counts: dict[ClockKind, tuple[int, int]]


def person_now(desk: Desk, clocks: Iterable[Clock]) -> PersonNow:
    """Return which clocks of cases need a person now.

    Parameters
    ----------
    desk : Desk
    clocks : iterable of Clock
        Of :func:`matching.services.clocks.due`, the nearest first.
    """
    all_of_it = tuple(clocks)
    found = [
        one
        for kind, within in WITHIN.items()
        for one in soon(desk, (c for c in all_of_it if c.kind is kind), within)
    ]
    found.sort(key=lambda one: _ORDER.index(one.kind))
    many = Counter(one.kind for one in found)
    over = Counter(one.kind for one in found if one.over)
    counts = {kind: (many[kind], over[kind]) for kind in _ORDER if many[kind]}
    return PersonNow(tuple(found), counts)
