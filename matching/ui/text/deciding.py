"""Words of decisions: tried out, accepted, in force, taken back."""

from __future__ import annotations

from matching.domain.words import Urgency, label
from matching.insight.difference import Difference
from matching.services.choosing import Trial
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

TIER_COLUMNS = ("Priority", "Waiting", "With a place now", "Then")
TIERS_CAPTION = "People with a place by priority, now and if you decide this"
MORE_CHANGES = "All {number} changes"

DECISIONS = "Decided by people"
DECISIONS_NOTE = (
    "The plan is the best around these decisions. They hold in every plan made from now on, "
    "until somebody takes them back."
)
DROPPED = "No longer in force"
DROPPED_NOTE = "The last plan could not keep these decisions."

CHOOSE, NOT_THIS = "Choose this instead", "Not this place"
CHOOSE_HELP = "Shows what would change if case {case} went to {place}. Saves nothing yet."
NOT_THIS_HELP = (
    "Shows what would change if case {case} never went to {place}. Saves nothing yet."
)


def heading(trial: Trial) -> str:
    """Return the heading of a decision that is tried out."""
    return IF_TAKEN_BACK if trial.wish.back else IF_DECIDED


def summary(found: Difference) -> str:
    """Say in numbers what changes, and that nothing is saved."""
    return f"{found.sentence()} {NOT_SAVED}"


def tier(name: str) -> str:
    """Return a tier of priority in words."""
    return common.capital(label(Urgency(name)))


def fit(found: Difference) -> str:
    """Say how the total cost of preferences changes."""
    if found.cost == 0:
        return "Everybody's wishes and needs together fit as well as before."
    way = "rises" if found.cost > 0 else "falls"
    return (
        f"The cost of preferences of everybody together {way} by {abs(found.cost):,}; "
        "less is better."
    )


def kept(number: int, sentence: str) -> str:
    """Say that a decision is saved and its plan the current one."""
    return f"{sentence} Plan {number} is the current plan now."


KEPT_LABEL = "Saved"
