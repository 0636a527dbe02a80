"""Words of decisions: tried out, accepted, in force, taken back."""

from __future__ import annotations

from matching.domain.words import Urgency, label
from matching.engine.plan import TierCount
from matching.insight.difference import Difference
from matching.services.choosing import Trial
from matching.services.decisions import Kind
from matching.ui.text import common

IF_DECIDED = "If you decide this"
IF_TAKEN_BACK = "If you take this back"
NOT_SAVED = "Nothing is saved yet."
WORKING = "Making the plan again with this decision"
STOP, STOPPING = "Show the best found so far", "Stopping"
GIVE_UP = "Give up"

KEEP, LEAVE, CLOSE = "Keep this plan", "Leave it as it was", "Close"
TAKE_BACK = "Take back"
UNDO = "Take the decision back"

MORE_CHANGES = "All {number} changes"

DECISIONS = "Decided by people"
DECISIONS_NOTE = (
    "The plan is the best around these decisions. They hold in every plan made from now on, "
    "until somebody takes them back."
)
DROPPED = "No longer in force"
DROPPED_NOTE = "The last plan could not keep these decisions."

CHOOSE, NOT_THIS = "Choose this instead", "Not this place"
CHOOSE_FIRST = "Choose this place"
#: Decisions about a place: what is on the button, and what pressing it does.
ACTIONS = {
    Kind.FORCE: (
        CHOOSE,
        "Shows what would change if case {case} went to {place}. Saves nothing yet.",
    ),
    Kind.FORBID: (
        NOT_THIS,
        "Shows what would change if case {case} never went to {place}. Saves nothing yet.",
    ),
}

SPLIT = "Let this group be placed apart"
SPLIT_NOTE = "Only where it is right for them: it needs a reason and a last day."
REASON, REASON_ANY = "Reason", "Choose a reason"
REASON_MISSING = "Nothing was saved. A decision that goes against the plan needs a reason."
#: For which places a rule is waived.
SCOPE, HERE, EVERYWHERE = "Where", "here", "everywhere"
SCOPES = {HERE: "At this provider only", EVERYWHERE: "At every provider"}
UNTIL = "Last day in force"
TRY = "Show what would change"


def heading(trial: Trial) -> str:
    """Return the heading of a decision that is tried out."""
    return IF_TAKEN_BACK if trial.wish.back else IF_DECIDED


def summary(found: Difference) -> str:
    """Say in numbers what changes, and that nothing is saved."""
    return f"{found.sentence()} {NOT_SAVED}"


def tier(after: TierCount, before: int) -> str:
    """Return "Tonight: 14 of 21 with a place, 1 more than now."."""
    change = after.placed - before
    than = "as many as now"
    if change:
        than = f"{abs(change):,} {'more' if change > 0 else 'fewer'} than now"
    name = common.capital(label(Urgency(after.tier)))
    return f"{name}: {after.placed:,} of {after.waiting:,} with a place, {than}."


def fit(found: Difference) -> str:
    """Say how the total cost of preferences changes."""
    if found.cost == 0:
        return "Everybody's wishes and needs together fit as well as before."
    way = "less well" if found.cost > 0 else "better"
    points = common.count(abs(found.cost), "point", "points")
    return f"Everybody's wishes and needs together fit {way} than before, by {points}."


def kept(number: int, sentence: str) -> str:
    """Say that a decision is saved and its plan the current one."""
    return f"{sentence} Plan {number} is the current plan now."


KEPT_LABEL = "Saved"
