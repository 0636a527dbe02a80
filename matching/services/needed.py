"""What somebody needs and by when, in words; the same on every page and paper."""

from __future__ import annotations

from datetime import date

from matching.domain import words as w
from matching.domain.policy_settings import Ordering
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


def needs(referral: Referral) -> tuple[str, ...]:
    """Say what a person needs, a few words each."""
    out: list[str] = []
    if referral.group_id is not None:
        out.append("stays with a group")
    if referral.children_with:
        out.append(f"{referral.beds_needed} beds")
    if referral.pregnant_parenting not in (None, w.Parenting.NONE):
        out.append(label(referral.pregnant_parenting))
    if referral.medically_fragile:
        out.append("medically fragile")
    if referral.substance_need in (w.SubstanceNeed.DETOX, w.SubstanceNeed.INPATIENT):
        out.append(f"substance use: {label(referral.substance_need)}")
    if referral.mental_health_need in (w.CareNeed.INTENSIVE, w.CareNeed.INPATIENT):
        out.append(f"mental health: {label(referral.mental_health_need)}")
    if referral.developmental_need in (
        w.DevelopmentalNeed.MODERATE,
        w.DevelopmentalNeed.SEVERE,
    ):
        out.append("developmental support")
    out += [label(need) for need in sorted(referral.access_needs or ())]
    if referral.run_risk is w.Level.HIGH:
        out.append("high run risk")
    if referral.separate_from:
        out.append("must be kept apart")
    if referral.icwa_status in (w.IcwaStatus.YES, w.IcwaStatus.INQUIRY):
        out.append("ICWA")
    return tuple(out)
