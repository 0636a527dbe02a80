"""Words of what lapses soon: licences, certificates and courses."""

from __future__ import annotations

from matching.services.lapses import HorizonCost, LapseCosts, LapseLine, LapsesView
from matching.ui.text import common

SENTENCE = (
    "What counts today and will not then, days of grace included, if nobody renews it. As of "
    "{moment}, from the record."
)
NONE = "Nothing with an end on the record lapses in the next {days} days."


def title(view: LapsesView) -> str:
    """Return the finding."""
    days = view.horizons[-1]
    found = view.within(days)
    if not found:
        return NONE.format(days=days)
    homes = len({one.provider_id for one in found})
    soon = len(view.within(view.horizons[0]))
    what = common.count(len(found), "licence, certificate or course")
    if len(found) != 1:
        what = f"{len(found):,} licences, certificates and courses"
    verb = "lapses" if len(found) == 1 else "lapse"
    return (
        f"{what} at {common.count(homes, 'provider')} {verb} in the next {days} days, "
        f"{soon:,} of them in the next {view.horizons[0]}"
    )


BY = "Counted by"
WAYS = ("Placement type", "Region", "What lapses")
HORIZON = "In {days} days"
TABLE_CAPTION = "What lapses in the next days, by {by}"
LIST = "Provider by provider"
LIST_COLUMNS = ("Provider", "What", "Ends", "Counts for", "Placement type", "Region")
LIST_CAPTION = "What lapses, earliest first"


def counts_for(line: LapseLine) -> str:
    """Return for how long something still counts."""
    if line.days is None:
        return common.UNKNOWN
    return "today only" if line.days == 1 else f"{line.days:,} more days"


UNKNOWN_LABEL = "Not counted above"


def unknown(view: LapsesView) -> str:
    """Say what nobody has said the end of, and what has no end on the record."""
    said = []
    if view.unknown:
        at = common.count(len({one.provider_id for one in view.unknown}), "provider")
        ends = common.count(len(view.unknown), "end")
        said.append(f"nobody has said {ends} at {at}, which may lapse as well")
    if view.lapsed:
        are = "has" if view.lapsed == 1 else "have"
        said.append(f"{view.lapsed:,} {are} lapsed already")
    if view.checks_open:
        are = "is" if view.checks_open == 1 else "are"
        said.append(
            "background checks have no end on the record, and "
            f"{common.count(view.checks_open, 'home')} {are} without a clear one"
        )
    return f"{common.capital('; '.join(said))}." if said else ""


UNKNOWN_LIST = "Ends that nobody has said"
UNKNOWN_COLUMNS = ("Provider", "What", "Placement type", "Region")
UNKNOWN_CAPTION = "Ends that nobody has said"

COST = "The places this would cost"
COST_SENTENCE = (
    "The whole plan is made again as if it were that day, with the same people, as old and "
    "waiting as long as today, and the same beds; only what a provider holds has run out. "
    "Then once more for each provider alone."
)
ASK, AGAIN = "Work it out", "Work it out again"
WORKING = "Making the plan again"
STOP, STOPPING = "Stop and keep what was found", "Stopping"


def cost_title(found: LapseCosts) -> str:
    """Return the finding on the widest horizon that was worked out."""
    if not found.horizons:
        return "Stopped before the first day ahead was worked out"
    last = found.horizons[-1]
    if last.text == "no change":
        return f"Nobody would lose a place if nothing were renewed for {last.days} days"
    number, side = last.text.rsplit(" ", 1)
    people = "person" if number == "1" else "people"
    return (
        f"{number} {side} {people} would have a place if nothing were renewed for "
        f"{last.days} days"
    )


COST_COLUMNS = ("As if it were", "People with a place")
COST_CAPTION = "What it would cost if nothing were renewed, by day"


def ahead(one: HorizonCost) -> str:
    """Return a day ahead."""
    return f"in {one.days} days, {common.day(one.day)}"


def against_today(one: HorizonCost) -> str:
    """Return how many have a place, against today."""
    unproven = "" if one.proven else " (the search was stopped: perhaps a few more)"
    return f"{one.text}{unproven}"


ALONE = "Which renewals matter most"
ALONE_SENTENCE = (
    "People who would lose a place if this provider alone renewed nothing for {days} days. "
    "Renewing it in time is what keeps them: ask on the phone round, or upload the new date."
)
ALONE_COLUMNS = ("Provider", "What lapses", "First end", "People with a place")
ALONE_CAPTION = "What each provider alone would cost"


def rest(found: LapseCosts) -> str:
    """Say of how many providers the lapse costs nobody a place, and which were not tried."""
    said = []
    if found.free:
        homes = common.count(found.free, "other provider" if found.providers else "provider")
        said.append(f"What lapses at {homes} would cost nobody a place.")
    if found.left:
        was = "was" if found.left == 1 else "were"
        said.append(f"{common.count(found.left, 'provider')} {was} not tried.")
    return " ".join(said)


WHO = "Who would lose a place, {day}"
BANDS = "Counts of people are given in bands, so that nobody can be recognised."
TO_ROUND, TO_UPLOAD = "Go to the phone round", "Go to Upload"
NO_PLAN = "What it would cost is worked out from the plan. There is none of today's facts."
