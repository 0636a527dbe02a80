"""Words of the page Plan."""

from __future__ import annotations

from matching.domain.words import Urgency, label
from matching.services.last_plan import SinceLast
from matching.services.next_best import NextBest
from matching.services.plan_lists import Asking, Order
from matching.services.plan_views import Certificate, Claim, PlanView
from matching.services.proof import Proof, sentences
from matching.ui.text import common

PAGE = "Plan"

EMPTY_SENTENCE = "There is no plan yet."
EMPTY_TITLE = "One joint plan for everybody who is waiting"
EMPTY = (
    "The plan proposes a bed for as many people as possible: the most urgent first, then those "
    "who have waited longest. It books nothing; a named person decides."
)

MAKE, MAKE_AGAIN = "Make the plan", "Make the plan again"
STOP, GIVE_UP = "Stop and keep the best so far", "Give up and keep nothing"
POLICY = "Policy"
POLICY_HELP = "The rules in force, the weights of the preferences and the order of priority."

OPENING = "Opening the plan"
MAKING = "Making the plan"
MAKING_SENTENCE = "The plan is being made. Nothing is saved until it is finished and checked."
MAKING_NOTE = "You may open other pages meanwhile; this page shows the plan when it is made."
STAGES = {
    "rules": "Checking every rule for every person and every bed",
    "fit": "Working out how well each possible place fits",
    "flow": "Finding the most places, in the order of priority",
    "proof": "Proving that no better plan exists",
    "lottery": "Drawing among plans that are equally good",
    "check": "Checking every rule and every bed again, independently",
}
STOPPING = "Stopping: the best plan so far is checked and saved"

MOVED_LABEL = "Records changed since this plan"
MOVED = "It may propose beds that are gone or leave out people who came since. Make it again."
MOVED_SENTENCE = "Records changed since the last plan."
MOVED_EMPTY = (
    "The last plan, number {number} of {made}, was made from other facts than those on the "
    "record now, so it is not shown. Make the plan again to see who can be placed."
)

_CLAIMS = {
    Claim.MOST: (
        "This is the most possible, proven; nobody was passed over for someone behind them."
    ),
    Claim.IN_ORDER: (
        "No plan places more of the most urgent people, and then of the next; this is proven."
    ),
    Claim.OPEN: "Every rule is kept; a better plan may exist.",
}
_NOTES = {
    Claim.IN_ORDER: (
        "Some people here must be placed together, kept apart, or need several beds. "
        "One of them may take beds that could have served two others behind them."
    ),
}
NOT_PROVEN_LABEL = "Not proven"


#: What is true around decisions that people have made.
_AROUND = {
    Claim.MOST: "Around what people decided, no plan places more; this is proven.",
    Claim.IN_ORDER: (
        "Around what people decided, no plan places more of the most urgent people, and then "
        "of the next; this is proven."
    ),
}


def sentence(view: PlanView, decisions: int = 0) -> str:
    """Return the page's one sentence; it claims no more than is proven.

    Parameters
    ----------
    view : PlanView
    decisions : int, default 0
        How many decisions by people the plan is made around.
    """
    placed, everybody = len(view.placed), len(view.placed) + len(view.without)
    if view.claim is Claim.NOBODY:
        return "Nobody is waiting."
    claims = _CLAIMS | _AROUND if decisions else _CLAIMS
    return f"{placed:,} of {everybody:,} can be placed. {claims[view.claim]}"


def note(view: PlanView) -> str:
    """Return what must be known about the claim, or nothing."""
    return _NOTES.get(view.claim, "")


def not_proven(proof: Proof) -> str:
    """Say why a plan is not proven, and how far it is: in people of each priority."""
    return " ".join(sentences(proof)[1:])


def source(view: PlanView) -> str:
    """Return what the plan was made from."""
    made = view.certificate
    return (
        f"Plan {view.number} by {view.made_by}, under {made.policy_title}, for "
        f"{common.count(made.referrals, 'person', 'people')} and "
        f"{common.count(made.providers, 'provider')}."
    )


CALLS = "Whom to call about these"
PLACED_TITLE = "With a place"
WITHOUT_TITLE = "Without a place"


def shown(number: int, total: int) -> str:
    """Say how many of a list are shown."""
    if number == total:
        return common.count(total, "person", "people")
    return f"{number:,} of {common.count(total, 'person', 'people')} shown"


COLUMNS_PLACED = (
    "Case",
    "Person",
    "Proposed place",
    "What decided, and the next best",
    "Ask before placing",
)
COLUMNS_WITHOUT = ("Case", "Person", "What is missing", "What stands in the way")
OPEN_CASE = "Open case {name}"
NOTHING_TO_ASK = "nothing to ask"
PROVISIONAL = "Provisional."
MORE_QUESTIONS = "And {number} more on the case."
ALL_PLACED = "Everybody who is waiting has a place."
NONE_PLACED = "Nobody can be placed. Below is what stands in the way."
NONE_MATCH = "Nobody matches these filters."


def next_best(one: NextBest) -> str:
    """Return "Next best: Elm Street; 1 other moves, nobody loses a place."."""
    place = f"Next best: {one.provider}"
    if one.moves == 0:
        return f"{place}; nobody else moves."
    said = []
    between = one.moves - len(one.loses) - len(one.gains)
    if between:
        said.append(f"{common.count(between, 'other moves', 'others move')}")
    if one.gains:
        said.append(f"{common.count(len(one.gains), 'other gets', 'others get')} a place")
    if not one.loses:
        said.append("nobody loses a place")
    elif len(one.loses) == 1:
        said.append(f"case {one.loses[0]} would be left without a place")
    else:
        said.append(f"{len(one.loses):,} would be left without a place")
    return f"{place}; {', '.join(said)}."


NEXT_WORKING = "Working out what the next best places would mean for others"
BEDS = "Where one more bed would do most"
BEDS_NOTE = "For those who are waiting now, one bed at a time."
BEDS_ASK = "Look for the most useful beds"
BEDS_WORKING = "Trying one more bed everywhere"
BEDS_NONE = "One more bed anywhere would change nothing for those who are waiting now."

SEARCH = "Find a case or a provider"
SORT = "Sort by"
ORDERS = {
    Order.PRIORITY: "Priority, then longest wait",
    Order.WAIT: "Longest wait",
    Order.COUNTY: "County",
    Order.CASE: "Case reference",
}
FILTERS = "Filter"
COUNTY, PRIORITY, KIND, WORKER = "County", "Priority", "Placement type", "Worker"
ASKING = "Ask before placing"
ASKINGS = {Asking.ALL: "All", Asking.ASK: "Something to ask", Asking.READY: "Nothing to ask"}
ASKING_HELP = (
    "Something to ask: a fact that a rule needs is not known, so the place is provisional."
)
ANY = "Any"
NO_WORKER = "no worker named"

SINCE = "Since the last plan"
SINCE_NOTE = "Plan {number} by {who}, {made}."


def since(found: SinceLast) -> str:
    """Say in numbers what changed since the plan before."""
    return " ".join(found.summary)


EXPORT = "Export exactly these rows"
EXPORT_CSV, EXPORT_XLSX = "CSV", "Excel (XLSX)"
EXPORT_NOTE = "The file carries case references. Who exported it, and when, is recorded."

HOW = "How this was decided"
AIMS_TITLE = "Order of aims"
AIMS = (
    "Place as many people as possible: the most urgent tier first, then by longest wait.",
    "The order of preferences of the Indian Child Welfare Act, for children it applies to.",
    "The best fit: the least total cost of preferences over everybody together.",
    "Among plans that are equally good, a published draw, so that no order of rows decides.",
)
ICWA_AIM = 1
TIER_COLUMNS = ("Priority", "Waiting", "Placed", "Most possible")
TIERS_CAPTION = "People placed by tier of priority"
MOST_NOTE = "Most possible: proven, given the tiers before."
PROOF_TITLE = "How it was solved and proven"
RUN_TITLE = "Make it again"
REPLAY = (
    "This is plan {number}. The command below makes it again from the record and says "
    "whether it comes out the same, or what differs."
)
REPLAY_COMMAND = "python -m matching replay {number}"
FACTS = {
    "policy": "Policy",
    "pairs": "Pairs of person and bed pool",
    "eligible": "Of them, no rule stands in the way",
    "cost": "Total preference cost",
    "bound": "Least it could be",
    "checked": "Checked again",
    "fingerprint": "Fingerprint of the facts",
    "policy_fingerprint": "Fingerprint of the policy",
    "salt": "Salt of the draw",
    "versions": "Versions",
    "seconds": "Time",
}
CHECKED = (
    "Every placement was checked against every rule, and every bed pool and licence against "
    "its limit, by code that shares nothing with the solver. Nothing was wrong."
)
NOT_CHECKED = "The independent check found something wrong."


def tier(name: str) -> str:
    """Return a tier of priority in words."""
    return common.capital(label(Urgency(name)))


def certificate(made: Certificate) -> dict[str, str]:
    """Return how far a plan is proven, by the keys of :data:`FACTS`."""
    names = {"matching": "this software", "ortools": "OR-Tools"}
    return {
        "policy": f"{made.policy_title}, version {made.policy_version}",
        "pairs": f"{made.pairs:,}",
        "eligible": f"{made.eligible:,}",
        "cost": f"{made.objective:,}",
        "bound": f"{made.bound:,}",
        "checked": CHECKED if made.verified else NOT_CHECKED,
        "fingerprint": made.fingerprint,
        "policy_fingerprint": made.policy_fingerprint,
        "salt": made.salt,
        "versions": ", ".join(
            f"{names.get(name, name)} {number}" for name, number in made.versions.items()
        ),
        "seconds": f"{made.seconds:.1f} seconds",
    }
