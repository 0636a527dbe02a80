"""What may come in the next weeks, from the record's own history.

Who may see cases sees people by week; everybody else months with small counts
hidden, and a range for four weeks together, since weeks are small numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from matching.domain.access import Action, allows
from matching.insight.disclosure import Cell, CountTable
from matching.insight.forecast import (
    BackTest,
    Forecast,
    Kind,
    Range,
    TooShort,
    forecast,
)
from matching.insight.history import (
    ALL,
    Measure,
    Weeks,
    arrivals_by_week,
    monday,
    numbers_by_week,
)
from matching.services.desk import Desk
from matching.services.history import TYPE, note_facts
from matching.services.publishing import publish, rules_of
from matching.store.database import Reading

#: Weeks of a season: the same week of the year before.
SEASON = 52
#: Share of the people on record without a date of referral above which weeks tell nothing.
MOST_UNDATED = 0.2
#: People referred in whole months: others than those in a plan.
_MONTHS = "Month of referral"
_REFERRED = frozenset({("People", "referred in whole months")})
#: Ends of a range that leaves case work are multiples of this.
COARSE = 5


@dataclass(frozen=True, slots=True)
class Series:
    """Weeks of one number, and what is said of those to come.

    Attributes
    ----------
    weeks : Weeks
    said : Forecast or TooShort
    """

    weeks: Weeks
    said: Forecast | TooShort


@dataclass(frozen=True, slots=True)
class ByMonth:
    """People referred, for those who may not see cases.

    Attributes
    ----------
    months : tuple of (date, Cell)
        Whole months, by their first day, oldest first.
    together : Range or None
        People of the next four weeks together, its ends made coarser; ``None``
        if the history is too short or the numbers are too small.
    tested : BackTest or None
        Likewise; only how often it held is for showing.
    short : TooShort or None
        Where the history is too short.
    """

    months: tuple[tuple[date, Cell], ...]
    together: Range | None
    tested: BackTest | None
    short: TooShort | None


@dataclass(frozen=True, slots=True)
class Outlook:
    """Demand and vacancies of the weeks to come.

    Attributes
    ----------
    as_of : datetime
    today : date
        In the office's time zone.
    people : Series or None
        People referred by week; ``None`` for those who see protected counts.
    months : ByMonth or None
        For those alone.
    undated : bool
        Whether too many people have no date of referral, so that nothing is
        said of people.
    beds : Series
        Beds said to be free at the end of each week.
    unsaid : int
        Bed pools nobody had spoken of when beds were counted last.
    kind : str
        Placement type of the beds; all if empty.
    kinds : tuple of str
        Placement types that were ever counted.
    """

    as_of: datetime
    today: date
    people: Series | None
    months: ByMonth | None
    undated: bool
    beds: Series
    unsaid: int
    kind: str
    kinds: tuple[str, ...]


def outlook(desk: Desk, kind: str = "") -> Outlook:
    """Return what may come in the next weeks.

    Parameters
    ----------
    desk : Desk
    kind : str, default ""
        Placement type of the beds to look at; all by default.

    Raises
    ------
    PermissionDenied
        If the actor may not see gaps.
    """
    desk.require(Action.SEE_GAPS)
    _fill(desk)
    now = desk.clock()
    today = desk.local(now).date()
    exact = allows(desk.actor.role, Action.SEE_CASES)
    with desk.store.reading() as record:
        days, looked_at = _referred(record)
        undated = _undated(record)
        free = record.history.rows(Measure.FREE)
    category = f"{TYPE}{kind}" if kind else ALL
    mine = [one for one in free if one.category == category]
    weeks = numbers_by_week(
        {one.day: None if one.unknown and not one.count else one.count for one in mine}, today
    )
    beds = Series(weeks, forecast(weeks.numbers, Kind.STANDING, SEASON))
    people = _people(days, looked_at, today)
    return Outlook(
        as_of=now,
        today=today,
        people=people if exact else None,
        months=None if exact else _by_month(desk, days, looked_at, people),
        undated=undated,
        beds=beds,
        unsaid=mine[-1].unknown if mine else 0,
        kind=kind,
        kinds=tuple(
            sorted({one.category[len(TYPE) :] for one in free if one.category.startswith(TYPE)})
        ),
    )


def _fill(desk: Desk) -> None:
    """Begin the history of a record that an older version wrote."""
    with desk.store.reading() as record:
        begun = not record.history.is_empty() or not record.batches.list(limit=1)
    if not begun:
        with desk.store.transaction() as record:
            note_facts(record, desk, desk.clock())


def _referred(record: Reading) -> tuple[dict[date, int], tuple[date, date] | None]:
    """Return people referred by day, and the first and last day looked at whole.

    A list tells of the days before it; of days after the last list nobody has told.
    """
    lists = [one.day for one in record.history.rows(Measure.LISTED)]
    days = {one.day: one.count for one in record.history.rows(Measure.REFERRED)}
    if not lists:
        return days, None
    return days, (min(lists) + timedelta(days=1), max(lists) - timedelta(days=1))


def _undated(record: Reading) -> bool:
    """Tell whether too many have no date, of everybody whom weeks are counted from.

    That is asked of the record as it is: between two lists people are placed, corrected
    and removed, and what the last list counted as waiting says nothing of them.
    """
    received = record.history.received()
    return received.count(None) > MOST_UNDATED * len(received)


def _people(days: dict[date, int], looked_at: tuple[date, date] | None, today: date) -> Series:
    weeks = Weeks(monday(today), ())
    if looked_at is not None:
        weeks = arrivals_by_week(days, *looked_at)
        # Weeks since the last list are not known; what is told begins with this week.
        silent = (monday(today) - weeks.monday(len(weeks.numbers))).days // 7
        weeks = Weeks(weeks.first, weeks.numbers + (None,) * silent)
    return Series(weeks, forecast(weeks.numbers, Kind.ARRIVALS, SEASON))


def _by_month(
    desk: Desk,
    days: dict[date, int],
    looked_at: tuple[date, date] | None,
    people: Series,
) -> ByMonth:
    months = _published(desk, {} if looked_at is None else _months(days, *looked_at))
    if isinstance(people.said, TooShort):
        return ByMonth(months, None, None, people.said)
    found = people.said.together
    if found is None or found.range.low <= rules_of(desk.settings).threshold:
        return ByMonth(months, None, None, None)
    low, high = found.range.low, found.range.high
    wide = Range(low // COARSE * COARSE, -(-high // COARSE) * COARSE)
    return ByMonth(months, wide, found.tested, None)


def _published(desk: Desk, months: dict[date, int]) -> tuple[tuple[date, Cell], ...]:
    """Return people by month as they may be shown, held against all shown that day."""
    if not months:
        return ()
    names = {first: f"{first:%Y-%m}" for first in months}
    table = CountTable(
        _MONTHS,
        (_MONTHS,),
        {(names[first],): number for first, number in months.items()},
        of=_REFERRED,
        order={_MONTHS: tuple(names.values())},
    )
    cells = publish(desk, "forecast", [table], record=False).tables[_MONTHS].cells
    return tuple((first, cells[name]) for first, name in names.items() if name in cells)


def _months(days: dict[date, int], first: date, last: date) -> dict[date, int]:
    """Count people by whole month, oldest first."""
    start = first if first.day == 1 else _next_month(first)
    out = {}
    while (after := _next_month(start)) <= last + timedelta(days=1):
        out[start] = sum(count for day, count in days.items() if start <= day < after)
        start = after
    return out


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
