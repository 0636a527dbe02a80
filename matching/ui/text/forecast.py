"""Words of what may come in the next weeks."""

from __future__ import annotations

from datetime import date

from matching.insight.forecast import AHEAD, LEVEL, NEEDED, BackTest, Forecast, Range, TooShort
from matching.services.outlook import ByMonth, Outlook
from matching.ui.text import common

PEOPLE = "People referred by week"
PEOPLE_MONTHS = "People referred by month"
BEDS = "Beds said to be free at the end of a week"
KIND = "Placement type"
EVERY_KIND = "all types"
TABLE = "The same numbers as a table"
MONTHS_TABLE = "People referred by month as a table"
COLUMNS_WEEK, COLUMN_PEOPLE, COLUMN_BEDS = "Week from", "People referred", "Beds free"
MONTH = "Month"
NOT_KNOWN = "not known"

_MOST = round(LEVEL * 10)
METHOD = (
    f"Ranges, not promises: each is made so that the true number lies in it {_MOST} times in "
    "10. They come from this record's own history alone; what has never been on it, such as a "
    "campaign or a closure to come, is not in them."
)
UNDATED = (
    "Too many people on the record have no date of referral, so nothing is said of people to "
    "come. Add the dates to the next list."
)
SMALL = (
    "Not shown: the numbers are too small. People by week, and a range of them, would let "
    "somebody be recognised."
)
MONTHS_NOTE = "Whole months on the record; small counts are hidden."


def title(view: Outlook) -> str:
    """Return what the section finds, as its title."""
    people, beds = _people_said(view), _beds_said(view)
    if people and beds:
        when = "" if view.months is None else "this week "
        return f"{people}, and {when}{beds}"
    if beds:
        return f"This week {beds}"
    return people or "No forecast yet: the history is too short"


def _people_said(view: Outlook) -> str:
    if view.undated:
        return ""
    if view.months is not None:
        found = view.months.together
        return (
            f"In the {AHEAD} weeks from this one {span(found)} people are likely to be referred"
            if (found)
            else ""
        )
    if view.people is None or isinstance(view.people.said, TooShort):
        return ""
    first = view.people.said.steps[0].range
    return f"This week {span(first)} people are likely to be referred"


def _beds_said(view: Outlook) -> str:
    if isinstance(view.beds.said, TooShort):
        return ""
    first = view.beds.said.steps[0].range
    of = f" ({kind(view.kind)})" if view.kind else ""
    return f"{span(first)} beds{of} likely to be free at its end"


def kind(value: str) -> str:
    """Return a placement type in words."""
    return value.replace("_", " ")


def span(found: Range) -> str:
    """Return "4 to 11"."""
    if found.low == found.high:
        return f"{found.low:,}"
    return f"{found.low:,} to {found.high:,}"


def this_week(found: Range) -> str:
    """Return the range of this week, as it stands over its bar."""
    return f"this week {span(found)}"


def week(monday: date) -> str:
    """Return "Week from 3 Nov 2026"."""
    return f"Week from {common.day(monday)}"


def short_day(value: date) -> str:
    """Return "3 Nov", under a bar."""
    return common.day(value).rsplit(" ", 1)[0]


def month(first: date) -> str:
    """Return "Nov 2026"."""
    return common.day(first).split(" ", 1)[1]


def short(found: TooShort) -> str:
    """Say that the history is too short, and how much is needed."""
    if not found.last_known and found.known >= NEEDED:
        return (
            "No range: nobody confirmed a number of beds in the last full week. Confirm the "
            "beds, and ranges are back from the next week on."
        )
    return (
        f"Not enough history yet: {found.known} of {found.needed} weeks are known. Ranges come "
        "by themselves as the record is kept; a week counts once lists or beds were brought up "
        "to date in it."
    )


def held(found: BackTest) -> str:
    """Say how often ranges held in the past."""
    expected = round(LEVEL * found.tries)
    return (
        f"In the past {found.tries} weeks the true number lay in the range made as the week "
        f"began {_times(found.held)} ({expected} expected)."
    )


def held_together(found: BackTest) -> str:
    """Say how often ranges of several weeks together held in the past."""
    return (
        f"Of the last {found.tries} ranges for {AHEAD} weeks together {found.held} held "
        f"({round(LEVEL * found.tries)} expected)."
    )


def _times(number: int) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(number, f"{number} times")


def yardsticks(found: BackTest) -> str:
    """Hold the middle of the range against the simplest guesses."""
    middle, last = found.middle_off, found.last_off
    said = (
        f"The middle of the range was off by {middle:.1f} on average; saying the same as last "
        f"week was off by {last:.1f}"
    )
    if found.season_off is not None:
        said += f", the same as a year ago by {found.season_off:.1f}"
    best = min(one for one in (last, found.season_off) if one is not None)
    if best < middle:
        said += ": the simple guess did no worse, so go by the width of the range"
    return said + "."


def together(found: Forecast) -> str:
    """Say what is likely in several weeks together."""
    if found.together is None:
        return ""
    return (
        f"In the {AHEAD} weeks from this one together: {span(found.together.range)} people. "
        f"{held_together(found.together.tested)}"
    )


def by_month(found: ByMonth) -> str:
    """Say what is likely, for those who see protected counts."""
    if found.short is not None:
        return short(found.short)
    if found.together is None or found.tested is None:
        return SMALL
    return held_together(found.tested)


def unsaid(pools: int) -> str:
    """Say of how many bed pools nobody has spoken."""
    if not pools:
        return ""
    are = "bed pool is" if pools == 1 else "bed pools are"
    return f"{pools:,} {are} not counted: nobody has said how many of their beds are free."


def further(found: Forecast) -> str:
    """Say why ranges do not reach further ahead."""
    reached = len(found.steps)
    if reached == AHEAD:
        return ""
    return (
        f"Ranges reach {common.count(reached, 'week')} ahead; further ahead needs a longer "
        "history."
    )


PEOPLE_ALT = (
    "People referred in each past week as bars, and ranges for the weeks to come; the table "
    "below has the same numbers."
)
BEDS_ALT = (
    "Beds said to be free at the end of each past week as bars, and ranges for the weeks to "
    "come; the table below has the same numbers."
)


def caption(what: str) -> str:
    """Return what a table shows."""
    return f"{what}: weeks to come as ranges, then past weeks, newest first."
