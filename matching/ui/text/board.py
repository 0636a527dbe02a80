"""Words of the page Board."""

from __future__ import annotations

from matching.services.finding import WaitingOrder
from matching.ui.text import common

MAKE_PLAN = "Make the plan"
MAKE_AGAIN = "Make the plan again"
MAKING = "Making the plan"
MADE = "The plan is ready"
NOT_MADE = "No plan was made"
STAGES = {
    "rules": "Checking every rule for every person and every bed",
    "fit": "Weighing what suits each person",
    "flow": "Placing as many as possible, the most urgent first",
    "proof": "Proving that no better plan exists",
    "lottery": "Drawing lots where plans are equally good",
    "check": "Checking the finished plan once more, independently",
}

WAITING = "Who is waiting"
WAITING_SENTENCE = "By priority, then by the longest wait. Open a case to see its options."
COLUMNS = (
    "Case",
    "Age, gender",
    "Waiting",
    "Priority",
    "Needs",
    "Home county",
    "Where it stands",
)
OPEN = "Show what case {name} can have"
PRIORITY = "Priority"
COUNTY = "Home county"
ALL_COUNTIES = "All counties"
SEARCH = "Search"
SEARCH_HINT = "Case, county or need"
ORDER = "Order"
ORDERS = {
    WaitingOrder.PRIORITY: "Priority, then longest wait",
    WaitingOrder.LONGEST: "Longest wait",
    WaitingOrder.CASE: "Case reference",
}
NO_MATCH = "Nobody who is waiting matches these filters."
NO_NEEDS = "no special need on record"

NO_PLAN = "no plan yet"
PROPOSED = "proposed"
NO_PLACE = "no place in the last plan"

BEDS = "Beds by placement type"
BEDS_SENTENCE = (
    "Licensed, staffed and accepting are what providers report; free is what can be filled of "
    "them. A plus sign means at least: some bed pools there have not said."
)
BEDS_CAPTION = "Beds by placement type: licensed, staffed, accepting and free"
BEDS_COLUMNS = (
    "Placement type",
    "Providers",
    "Licensed",
    "Staffed",
    "Accepting",
    "Free",
    "Pools that have not said",
    "News",
)
TOTAL = "All"
NOT_SAID = "not said"
NO_BEDS = "There are no providers on the record yet. Upload a list of providers."

PERSON = "Needs a person now"
STALE_TITLE = "Ask again what is free"
STALE_COLUMNS = ("Provider", "Type", "Last heard", "Beds said to be free then")
ENDINGS_TITLE = "Licences, certificates and training that end"
ENDINGS_COLUMNS = ("Provider", "What", "Ends")
NOTHING_STALE = "Every provider has confirmed its beds within {hours} hours."
NOTHING_ENDS = "No licence, certificate or training ends in the next 30 days."
MORE = "{more} more are on the page Providers."
NEVER = "no date given"

EMPTY_TITLE = "Nobody is waiting"
EMPTY = (
    "No referral is on the record. Upload a list of people who are waiting, and of providers, "
    "then make the plan here."
)
GO_UPLOAD = "Upload a list"

COUNT_WAITING = "Waiting"
COUNT_USABLE = "Beds usable tonight"
COUNT_FREE = "Free, as last said"
COUNT_ASK = "Providers to ask again"
USABLE_NOTE = "free, news at most {hours} hours old; licence, check and training in order"
UNSAID_NOTE = "{pools} more have not said"
ASK_NOTE = "of {providers}"


def sentence(waiting: int, usable: int, at: str) -> str:
    """Return the page's first sentence."""
    who = "Nobody is waiting" if waiting == 0 else f"{waiting:,} waiting"
    beds = "no bed" if usable == 0 else common.count(usable, "bed")
    return f"{who}, {beds} usable tonight, as of {at}."


def tonight_note(tonight: int) -> str:
    """Return how many of those waiting need a place tonight."""
    return f"{tonight:,} need a place tonight"


def last_plan(number: int, made: str, *, moved: bool) -> str:
    """Return when the last plan was made and whether it is of today's facts."""
    said = f"Plan {number} was made at {made}."
    if moved:
        said += " The record has changed since; make it again to include the changes."
    return said


def no_plan_yet() -> str:
    """Return what stands there before the first plan."""
    return "No plan has been made yet. It takes seconds and changes nothing by itself."


def age_gender(age: int | None, gender: str | None) -> str:
    """Return "15, female"; what is not known is said."""
    years = "age not known" if age is None else str(age)
    return f"{years}, {gender or 'gender not known'}"


def proposed(provider: str, *, moved: bool) -> str:
    """Return that a place is proposed, and where."""
    return f"proposed: {provider}" + (" (before the record changed)" if moved else "")


def stale(providers: int, total: int, hours: int) -> str:
    """Return how many providers have not confirmed their beds."""
    have = "has" if providers == 1 else "have"
    return (
        f"{providers:,} of {common.count(total, 'provider')} {have} not confirmed all beds in "
        f"the last {common.span(hours)}. Those with most beds to gain come first."
    )


def endings(ended: int, soon: int) -> str:
    """Return how many have ended and how many are about to."""
    return f"{ended:,} have ended, {soon:,} end within 30 days; the next to end come first."


def ends(day: str, days: int) -> str:
    """Return when something ends, in both ways of saying it."""
    if days < 0:
        return f"ended {day}"
    if days == 0:
        return f"ends today, {day}"
    return f"ends {day}, in {common.count(days, 'day')}"


def news(stale_pools: int, pools: int, oldest: int | None) -> str:
    """Return how old the news of some pools is."""
    if stale_pools == 0:
        return f"all fresh, oldest {common.span(oldest)}"
    old = f"{stale_pools:,} of {common.count(pools, 'bed pool')} old"
    return old if oldest is None else f"{old}, oldest {common.span(oldest)}"
