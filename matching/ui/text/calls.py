"""Words of the page Calls."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from matching.domain.casework import Offer
from matching.services.call_lines import Ask, CallSheet, Place
from matching.ui.text import casework, common, people

PAGE = "Calls"

NO_PLAN_SENTENCE = "Whom to call follows from the plan, and there is none yet."
NO_PLAN_TITLE = "Make the plan first"
NO_PLAN = (
    "The plan proposes a place for as many people as possible. The call sheet says whom to "
    "call about them, in which order, what to ask and what may be said."
)
MOVED_SENTENCE = "Records changed since the last plan, so the call sheet must be made again."
MOVED_TITLE = "Make the plan again"
MOVED = (
    "Beds, people or answers changed since. What was recorded is kept; the plan takes seconds."
)
MAKE = "Make the plan"
MAKE_AGAIN = "Make the plan again"
NOT_ALLOWED = "Calls are recorded by workers and supervisors."
STALE_LABEL = "The plan is older than the record"
STALE = "Places that said no and people who have a bed by now are left out below."

FOR = "For whom"
EVERYBODY = "Everybody tonight"
FOR_HELP = "Everybody in the plan, or the places that one person could go to."

LIST = "Whom to call"
COLUMNS = ("Place", "For", "Call", "What is known of it")
OPEN = "Call {name}: what to ask, what may be said, and the answers"
NOBODY_TITLE = "Nobody to call"
NOBODY = (
    "Everybody whom the plan can place has a bed held or lives somewhere. The page Plan says "
    "what would help the others."
)
NOBODY_CASE = "No place on record could take this person now. The page Case says why."
NOT_CALLED = "{people} without a place to call about: the page Plan says what would help them."

PRINT = "Print this list"
PRINT_FILE = "call-sheet-{moment}.html"

NO_CONTACT = "no number on record"
HIDDEN_CONTACT = "not shown until it is opened"
KEPT = "its beds are proposed for others"
ANOTHERS = (
    "{who} is on this call since {moment}. Record an answer only if you have it from the place."
)
CLOSE = "End the call without an answer"
BACK = "Back to the list"

CALL = "Telephone"
PAST = "Answers so far"
NOW = "There now"
BEDS = "Beds"
CONFIDENTIAL = (
    "This is a confidential place: its name and number are shown to whoever needs them to "
    "call. That you opened it is recorded."
)
OPEN_PLACE = "Show its name and number"
SILENT_LABEL = "Never say"
SILENT = (
    "a name, where somebody is from, who exploited them, what happened, which other places "
    "were asked, or what those said."
)
SAY = "You may say"
FIRST = "Find out before you call"
ASK = "Ask the place"
YES, NO = "Yes", "No"
WHY = "Why did they decline case {case}? One press saves it."
WHEN_BACK = "Call back for case {case} in how long? One press saves it."
CANCEL = "Not after all"
ANSWER_HELP = {
    "holds": "The bed is kept until a set time and taken from everybody else's list.",
    "accepted": "They take the young person in; record the arrival when it happens.",
}
TOGETHER = "They go together: one answer for all of them."

BEDS_FORM = "Beds free there, besides those held for us"
BEDS_SAVE = "Save the beds"
BY, BY_HINT = "Who said so", "for example intake desk"
BEDS_NONE = "Say how many beds are free; 0 is an answer."

HOLDS = "Beds held"
HOLDS_NOTE = "Taken from everybody's list until the time ends, they are released or used."
ACCEPTED = "Accepted, not moved in"
ACCEPTED_NOTE = "Record the arrival when it happens, with its time."
EXTEND, RELEASE, MOVED_IN = "Hold longer", "Release", "Moved in"
ACCEPT = "Accepted"
CHOOSE_RELEASE = "Why is it released? One press saves it."
ARRIVED_DAY, ARRIVED_AT = "Day", "Time"
PLANNED_END = "Planned end, if there is one"
SAVE_ARRIVAL = "Save the arrival"
ARRIVAL = "When did case {case} move in?"

RENEWING = "Making the plan again with this answer"
RENEW_STOP = "Use the best found so far"
RENEW_LATER = "Not now"
RENEW_STOPPING = "Stopping"
CHANGED = "What changed in the plan"
RENEW_FAILED = "The plan was not made again"
CLOSE_CHANGES = "Close"

#: Lengths offered for a call back and a longer hold, in minutes.
MINUTES = (15, 30, 60, 120)


def sentence(sheet: CallSheet, held: int, accepted: int) -> str:
    """Return the page's first sentence; beds are counted where there are any."""
    if sheet.case is not None:
        return places_sentence(sheet)
    first = places_sentence(sheet).removesuffix(".")
    beds = [f"{common.count(held, 'bed')} held"] if held else []
    beds += [f"{accepted:,} accepted and not moved in"] if accepted else []
    return (f"{first}; {', '.join(beds)}" if beds else first) + "."


def places_sentence(sheet: CallSheet) -> str:
    """Say how many places there are to call, for how many, and for how many there are none.

    These are said where they are none as well: no news here is news.
    """
    if sheet.case is not None:
        places = common.count(len(sheet.places), "place")
        return f"Case {sheet.case}: {places} to call."
    none = sheet.nobody_to_call
    if not sheet.places:
        without = common.count(none, "person", "people") if none else "nobody"
        return f"No calls to make, {without} without a place to call."
    calls = common.count(len(sheet.places), "call")
    whom = common.count(sheet.people, "person", "people")
    without = f"{none:,} more" if none else "nobody"
    return f"{calls} to make for {whom}, {without} without a place to call."


def number(place: Place) -> str:
    """Return the number to call, or why none is shown."""
    return place.contact or (HIDDEN_CONTACT if place.hidden else NO_CONTACT)


def source(number: int) -> str:
    """Return which plan the list follows."""
    return f"From plan {number}."


def for_whom(place: Place) -> list[tuple[str, str]]:
    """Return the people a place is asked for: the case, and a few words."""
    return [
        (ask.case, f"{people.who(ask.person)}, {people.waiting(ask.person)}")
        for ask in place.asks
    ]


def minutes(number: int) -> str:
    """Return what is on the button of a length of time."""
    return casework.length(number)


def calling(place: Place, clock: Callable[[datetime], str], but: str = "") -> str:
    """Say who is on the line there, and who is to call back when; nothing if nobody is.

    Parameters
    ----------
    place : Place
    clock : callable
        Says a moment in the office's time.
    but : str, default ""
        Whose own calls are not told.
    """
    said = []
    for one in place.calling:
        who = f"for case {one.referral_id}"
        if one.call_back_at is None and one.opened_by != but:
            said.append(f"{one.opened_by} is calling {who} since {clock(one.opened_at)}")
        if one.call_back_at is not None:
            said.append(f"call back {who} at {clock(one.call_back_at)}")
    return common.capital("; ".join(said)) + "." if said else ""


def taken(beds: int) -> str:
    """Say how many beds there are held or accepted and not moved into."""
    return f"{common.count(beds, 'bed')} held or accepted there now." if beds else ""


def vacancies(place: Place) -> str:
    """Say how many beds are free and how fresh that is, for each pool."""
    said = []
    for one in place.vacancies:
        free = "nobody has said how many are free" if one.free is None else f"{one.free} free"
        name = f"{one.name}: " if len(place.vacancies) > 1 else ""
        # What has no date is not old: nobody has said.
        old = ", which is old" if one.stale and one.dated else ""
        said.append(f"{name}{free}, {one.heard}{old}")
    return common.capital("; ".join(said)) + "." if said else ""


def ask_title(ask: Ask) -> str:
    """Return the heading of one person of a call."""
    return f"Case {ask.case}: {people.who(ask.person)}, {people.waiting(ask.person)}"


def held_line(offer: Offer, name: str) -> str:
    """Say whose bed it is."""
    return f"{name}, for case {offer.referral_id}"


OPEN_CASE, OPEN_CASE_HELP = "Open the case", "Open case {case}"
FROM_NOW = "{length} from now"
EXTENDED = "The bed for case {case} is held until {until} now."
RELEASED = "The bed for case {case} was released: {reason}."
ARRIVED = "Case {case} moved in at {moment}."
ARRIVAL_MISSING = "Say on which day and at what time."


def held_until(until: str, by: str) -> str:
    """Return "Held until 23:40, 32 minutes left, by anna"."""
    return f"Held {until}, by {by}"


def accepted_since(moment: str, by: str) -> str:
    """Return when a place accepted and who recorded it."""
    return f"Accepted at {moment}, recorded by {by}; nobody has moved in yet"
