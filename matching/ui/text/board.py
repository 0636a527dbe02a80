"""Words of the page Board."""

from __future__ import annotations

from matching.services.clocks import ClockKind
from matching.services.finding import WaitingOrder
from matching.services.person_now import PersonNow
from matching.services.views import BedCount, Board
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

CALLS, NEW_REFERRAL = "Whom to call", "New referral or emergency"

PERSON = "Needs a person now"
PROVIDERS = "Whom to ask, and papers that end"
NOTHING_NOW = "No hold ends within the hour, no call is due, and no review is late."
NOW_COLUMNS = ("Case", "What, and by when")
NOW_OPEN = "Open what has to be done for case {name}"
#: What is counted of each kind: one, and several.
_KINDS = {
    ClockKind.REPORT: ("missing person to report", "missing people to report"),
    ClockKind.HOLD: ("hold ends", "holds end"),
    ClockKind.CALL_BACK: ("call to make again", "calls to make again"),
    ClockKind.BED_HOLD: ("bed kept for somebody away", "beds kept for people away"),
    ClockKind.REVIEW: ("review of an emergency", "reviews of emergencies"),
    ClockKind.SCREENING: ("screening to begin", "screenings to begin"),
    ClockKind.CONSENT: ("consent that ends", "consents that end"),
    ClockKind.DAY_14: ("payment to look at", "payments to look at"),
}
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


def sentence(waiting: int, usable: int, at: str, with_a_bed: int = 0) -> str:
    """Return the page's first sentence.

    Parameters
    ----------
    waiting : int
        People who live nowhere yet.
    usable : int
        Beds usable tonight.
    at : str
        As of when.
    with_a_bed : int, default 0
        Of those waiting, people for whom a bed is held or who were accepted.
    """
    who = "Nobody is waiting" if waiting == 0 else f"{waiting:,} waiting"
    if with_a_bed:
        who += f" ({with_a_bed:,} of them with a bed held or accepted)"
    beds = "no bed" if usable == 0 else common.count(usable, "bed")
    return f"{who}, {beds} usable tonight, as of {at}."


def counts(board: Board, tonight: int, free: BedCount) -> list[tuple[str, object, str]]:
    """Return the counts at the top: what, how many, and a note."""
    unsaid = UNSAID_NOTE.format(pools=common.count(free.unknown_pools, "bed pool"))
    return [
        (COUNT_WAITING, f"{len(board.waiting):,}", tonight_note(tonight)),
        (COUNT_USABLE, f"{board.usable:,}", USABLE_NOTE.format(hours=board.stale_hours)),
        (COUNT_FREE, f"{free.known:,}", unsaid if free.unknown_pools else ""),
        (COUNT_ASK, f"{len(board.stale):,}", ASK_NOTE.format(providers=f"{board.providers:,}")),
    ]


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


def now(found: PersonNow) -> str:
    """Say how many things need a person of each kind, and how many are late."""
    said = []
    for kind, (many, over) in found.counts.items():
        one = common.count(many, *_KINDS[kind])
        said.append(f"{one} ({over:,} late)" if over else one)
    return common.capital(", ".join(said)) + "."


def calling(name: str, since: str, who: str, back: str | None) -> str:
    """Say that somebody is calling a place, or when they shall call it again."""
    if back is not None:
        return f"call {name} again at {back}"
    return f"calling {name} since {since}, {who}"


def held(name: str, until: str) -> str:
    """Return "held at Oak House until 23:40, 32 minutes left"."""
    return f"held at {name} {until}"


def accepted(name: str) -> str:
    """Say that a place accepted."""
    return f"accepted by {name}, not moved in"


def lives(name: str) -> str:
    """Say where somebody lives."""
    return f"lives at {name}"


def away(name: str, where: str) -> str:
    """Say that somebody is away while the bed is kept."""
    return f"{where}; the bed at {name} is kept"


def closed(outcome: str | None) -> str:
    """Say that a case is closed, and how it went on."""
    return f"closed: {outcome}" if outcome else "closed"
