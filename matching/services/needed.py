"""When somebody needs a bed, in words; the same on every page and paper."""

from __future__ import annotations

from datetime import date

from matching.domain.policy import Ordering
from matching.domain.records import Referral
from matching.domain.words import Urgency, label
from matching.engine.rules.base import day


def priority(referral: Referral, order: Ordering) -> tuple[int, str]:
    """Return the place in the order of priority, 0 first, and the priority in words.

    Where nobody has said, the words say what is not known: they stand beside an age
    and a gender that may be unknown as well.
    """
    counted = referral.urgency or order.unknown_urgency
    words = label(counted)
    if referral.urgency is None:
        words = f"priority not said, counts as {words}"
    return order.tiers.index(counted), words


def needed(referral: Referral, today: date) -> str:
    """Say by when a bed is needed, for a place that is asked; never a day that is over."""
    if referral.needed_by is not None:
        return f"by {day(max(referral.needed_by, today))}"
    if referral.urgency is None:
        return "day not known yet"
    if referral.urgency is Urgency.TONIGHT:
        return f"tonight, {day(today)}"
    return label(referral.urgency)
