"""Words of stays: who lives where, what happened, and what was learned."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from matching.services.living import Living, Room
from matching.ui.text import common

TITLE = "Who lives where"
NOBODY = "Nobody from this office has moved in anywhere yet."
COLUMNS = ("Case", "Where", "Next")
NOTHING_NEXT = "nothing is due"
OPEN = "Record what happened with case {name}, or open it"
MORE = "{number} more live somewhere; open a case to see its stay."


class Happened(StrEnum):
    """What can happen in a stay."""

    MISSING = "missing"
    HOSPITAL = "hospital"
    BACK = "back"
    MOVED = "moved"
    NOTICE = "notice"
    ENDED = "ended"


HAPPENED = {
    Happened.MISSING: "Missing",
    Happened.HOSPITAL: "In hospital",
    Happened.BACK: "Came back",
    Happened.MOVED: "Moved to another place",
    Happened.NOTICE: "The place gave notice",
    Happened.ENDED: "The placement ended",
}
WHAT = "What happened with case {case}?"
DAY, TIME = "Day", "Time"
BED_DAYS = "Days the bed is kept"
BED_DAYS_HELP = "Then the placement ends by itself, as a recorded event, and the bed is free."
WHERE, WHERE_ANY = "Where to", "Choose a place with a free bed"
LAST_DAY = "Last day, if it was said"
WHY, WHY_ANY = "Why it ended", "Choose a reason"
NEEDS = "Is another place needed?"
NEEDS_YES, NEEDS_NO = "Yes: back on the board", "No: the case is closed"
OUTCOME, OUTCOME_ANY = "How it goes on", "Only where no place is needed"
LESSONS = "What was learned for the next place"
LESSONS_HELP = "Each becomes a fact of the case, so that the next plan keeps to it."
LESSONS_ANY = "Choose what was learned"
NOTHING_LEARNED = "Nothing was learned that changes the search"
NOTHING_LEARNED_HELP = (
    "Say one or the other where another place is needed after a placement broke down, the "
    "place gave notice or the person moved for safety."
)
SAVE, CLOSE, OPEN_CASE = "Save", "Close", "Open the case"
MISSING_PARTS = "Say when it was."
MISSING_PLACE = "Choose where they moved to."
MISSING_WHY = "Say why it ended, and whether another place is needed."

DONE = {
    Happened.MISSING: "Case {case} is recorded as missing; the bed is kept.",
    Happened.HOSPITAL: "Case {case} is recorded as in hospital; the bed is kept.",
    Happened.BACK: "Case {case} is back.",
    Happened.MOVED: "Case {case} moved.",
    Happened.NOTICE: "Notice was recorded for case {case}.",
    Happened.ENDED: "The placement of case {case} ended.",
}
WAITS_AGAIN = "It is back on the board."
CLOSED = "The case is closed."


def sentence(lines: Sequence[Living]) -> str:
    """Return how many live somewhere and how many of them are away."""
    away = sum(one.away for one in lines)
    live = "lives" if len(lines) == 1 else "live"
    said = f"{common.count(len(lines), 'person', 'people')} {live} at a place"
    return f"{said}; {away:,} of them missing or in hospital." if away else f"{said}."


def room(one: Room) -> str:
    """Return a place to move to, with its free beds."""
    return f"{one.name} ({common.count(one.free, 'bed')} free)"


def may_happen(one: Living) -> tuple[Happened, ...]:
    """Return what can happen next in a stay."""
    if one.away:
        return tuple(h for h in Happened if h not in (Happened.MOVED, Happened.NOTICE))
    return tuple(h for h in Happened if h is not Happened.BACK)
