"""Words of the page Providers."""

from __future__ import annotations

from matching.services.clearing import Site, people_there
from matching.services.finding import News
from matching.services.provider_card import Term
from matching.ui.text import common

COLUMNS = (
    "Provider",
    "Type",
    "County",
    "Free beds",
    "Last heard",
    "Licence",
    "Trafficking training",
)
OPEN = "Show {name} in full"
SEARCH = "Search"
SEARCH_HINT = "Name, code or agency"
TYPE = "Type"
ALL_TYPES = "All types"
COUNTY = "County"
ALL_COUNTIES = "All counties"
TRAINING = "Trained for"
ALL_TRAININGS = "Any or none"
FREE_ONLY = "Free beds only"
NEWS = "News"
NEWS_KINDS = {News.FRESH: "fresh", News.STALE: "to ask again"}
LIST = "The list"
NO_MATCH = "No provider matches these filters. Take one away to see more."
EXPORT = "Download this list"
EXPORT_NOTE = (
    "To county level only; what is unknown stays blank. Each download is kept in the audit log."
)
EXPORT_BOOK = "Workbook to correct and load again (XLSX)"
EXPORT_BOOK_FILE = "providers.xlsx"
EXPORT_CSV = "The same as text (CSV)"
EXPORT_FILE = "providers.csv"
EXPORT_AS = {
    "hsds-3.1": "For directories: HSDS 3.1 with service capacity (ZIP)",
    "hmis-csv": "For homeless services: HMIS project and inventory files (ZIP)",
}

ROUND = "Phone round"
ROUND_LIST = "Whom to call, most needed first"
ROUND_COLUMNS = ("Provider", "What we last heard", "Contact", "Planned matches")
ROUND_OPEN = "Record what {name} says"
ROUND_NO_CONTACT = "no number on record"
ROUND_FREE = "Beds free now"
ROUND_BY = "Who said so"
ROUND_BY_HINT = "a role, such as intake desk"
ROUND_SAVE = "Record"
ROUND_SKIP = "Not now"
ROUND_CSV = "Download to fill in (CSV)"
ROUND_FILE = "phone-round.csv"
ROUND_SAVED = "Recorded"
ROUND_NO_NUMBER = "Write how many beds are free, or choose Not now. Nothing was saved."
ROUND_NOT_ALLOWED = "Answers are recorded by those who may confirm beds."


def round_more(more: int) -> str:
    """Say how many vacancies are not on the page."""
    return f"{common.count(more, 'more vacancy', 'more vacancies')} to ask about after these."


def round_needs(proposed: int | None, asked: int | None, *, needed: bool) -> str:
    """Return "3, 1 of them waits for this call", or "yes" where nobody is to be counted."""
    if not needed:
        return "none"
    if proposed is None:
        return "yes"
    if not asked:
        return str(proposed)
    return f"{proposed}, {asked} of them {'waits' if asked == 1 else 'wait'} for this call"


EMPTY_TITLE = "No provider is on the record"
EMPTY = "Upload a list of homes and programmes, with their beds, to plan with them."
GO_UPLOAD = "Upload a list"

BACK = "Back to the list"
POOLS = "Beds"
POOLS_CAPTION = "Bed pools with their limits and vacancies"
POOL_COLUMNS = (
    "Bed pool",
    "For",
    "Ages",
    "Licensed",
    "Staffed",
    "Accepting",
    "Occupied",
    "Held",
    "Free",
    "Last heard",
)
NO_POOLS = "No bed pool is on the record for this provider."
HELD = "Licence, certificate and training"
HELD_CAPTION = "What the provider holds and until when, earliest end first"
HELD_COLUMNS = ("What", "Until", "State")
NOTHING_HELD = "Nobody has said what licence, certificate or training there is."
TERMS = {
    Term.IN_FORCE: ("placed", "in force"),
    Term.SOON: ("held", "ends within 30 days"),
    Term.ENDED: ("without", "ended"),
    Term.NOT_KNOWN: ("unknown", "end not known"),
}
EXCLUDES = "Does not take"
NO_EXCLUSIONS = "takes everyone its licence allows"
ABOUT = "About"
CODE = "Code"
AGENCY = "Agency"
WHERE = "Where"
CAPACITY = "Licensed for"
RESIDENTS = "Living there now"
STAFF = "Staff on shift"
OFFERS = "Services and access"
LANGUAGES = "Languages spoken"
INTAKE = "Intake round the clock"
STAY = "Longest stay"
PEOPLE = "Takes"
NONE_LISTED = "none"
COUNTY_ONLY = "{county} (location confidential: only the county is kept)"
ANY_GENDER = "not said for whom"
ANY_AGE = "not said"
NEVER = "no date given"
CLOSED = "none: site compromised"
NOT_SAID = "not said"
YES_NO = {True: "yes", False: "no", None: common.UNKNOWN}


def sentence(providers: int, counties: int, free: int, stale: int) -> str:
    """Return the page's first sentence."""
    where = common.count(counties, "county", "counties")
    who = common.count(providers, "provider")
    asked = f", {stale:,} to ask again" if stale else ""
    return f"{who} in {where}, {common.count(free, 'bed')} free as last said{asked}."


def shown(found: int, total: int, free: int) -> str:
    """Return how many the filters leave."""
    if found == total:
        return f"All {common.count(total, 'provider')}, by name. Open one to see it in full."
    return (
        f"{found:,} of {common.count(total, 'provider')} match, "
        f"{common.count(free, 'free bed')}. Open one to see it in full."
    )


def until(term: Term, day: str) -> str:
    """Return until when something holds, in words that need no colour."""
    if term is Term.ENDED:
        return f"ended {day}" if day else "ended"
    if term is Term.NOT_KNOWN:
        return TERMS[term][1]
    return f"ends {day}" if term is Term.SOON else f"to {day}"


def heard(hours: int | None) -> str:
    """Return how old news is."""
    return NEVER if hours is None else f"{common.span(hours)} ago"


MORE_BEDS = "What one more bed here would do"
MORE_BEDS_NOTE = "For those who are waiting now, around plan {number}."


def card(name: str, kind: str, county: str, free: str) -> str:
    """Return the first sentence about one provider; its type may not be known."""
    what = f"{kind} in" if kind else "type not known, in"
    return f"{name}, {what} {county}: {free}."


def closed(site: Site, kind: str, county: str) -> str:
    """Return the first sentence about a provider whose site is compromised: no bed is free."""
    said = f"Out of use until {common.day(site.until)}, the site is compromised: "
    said += f"{site.name}, {kind} in {county}." if kind else f"{site.name} in {county}."
    return f"{said} {people_there(site.people)}" if site.people else said


def free_beds(known: int, unknown_pools: int) -> str:
    """Return how many beds are free, in a sentence."""
    if unknown_pools and not known:
        return "nobody has said how many beds are free"
    said = common.count(known, "bed") + " free"
    return (
        f"{said}, and {common.count(unknown_pools, 'pool')} not said" if unknown_pools else said
    )


def ages(low: int | None, high: int | None) -> str:
    """Return "12 to 17"."""
    if low is None and high is None:
        return ANY_AGE
    if high is None:
        return f"{low} and over"
    return f"up to {high}" if low is None else f"{low} to {high}"


def caregivers(number: int) -> str:
    """Return for how many caregivers a course is the same."""
    return f" ({common.count(number, 'caregiver')})" if number > 1 else ""


def staff(on_shift: int | None, each: int | None) -> str:
    """Return "3, each looks after up to 4"."""
    if on_shift is None and each is None:
        return NOT_SAID
    number = common.UNKNOWN if on_shift is None else f"{on_shift:,}"
    return number if each is None else f"{number}, each looks after up to {each:,}"


def stay(days: int | None) -> str:
    """Return the longest stay."""
    return common.UNKNOWN if days is None else common.count(days, "day")
