"""Words of recording race and tribal status, on the page Fairness."""

from __future__ import annotations

from matching.services.equity import EquityState, EquityUpload
from matching.ui.text import common

TITLE = "Race and tribal status"
NOTE = (
    "Kept apart from all other facts of a case, and used on this page alone: no rule, no plan, "
    "no list and no export knows it. Federal law forbids delaying or denying a foster "
    "placement because of race, colour or national origin (42 U.S.C. 671(a)(18)). It is shown "
    "as counts of groups, with small ones hidden whoever looks."
)
FORM = (
    "A CSV or Excel list with the columns case reference, race and tribal status. Several "
    "races are separated by a semicolon; a blank leaves what was recorded, and unknown and "
    "declined to say are answers of their own. No other column is read."
)
FILE = "List of race and tribal status"
RECORD = "Record this list"
FORGET = "Remove all of it"
SURE = "Yes, remove race and tribal status of all cases"
UNKNOWN_CASES = "Not on the record"
SET_ASIDE = "Rows set aside"
NOT_READ = "Columns not read"


def recorded(state: EquityState, moment: str) -> str:
    """Return what is recorded."""
    if state.people == 0:
        return "Nothing is recorded."
    cases = common.count(state.people, "case")
    return f"Recorded for {cases} (last change: {moment})."


def check(found: EquityUpload) -> str:
    """Return what a list holds, before anything is recorded."""
    said = f"The list says something about {common.count(found.cases, 'case')} on the record."
    return f"{said} Nothing is recorded yet."


def done(found: EquityUpload) -> str:
    """Return what was recorded."""
    return f"Recorded for {common.count(found.cases, 'case')}. No plan changes by it."


def gone(number: int) -> str:
    """Return what was removed."""
    return f"Removed for {common.count(number, 'case')}."


def some(words: tuple[str, ...], most: int = 20) -> str:
    """Return some words, and how many more there are."""
    more = f" and {len(words) - most:,} more" if len(words) > most else ""
    return ", ".join(words[:most]) + more
