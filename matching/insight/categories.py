"""The ways in which people are told apart when they are counted.

Each way puts everybody into exactly one category, so that the counts of every
way add up to everybody. What nobody has said is a category of its own.
"""

from __future__ import annotations

from collections.abc import Callable

from matching.domain import words as w
from matching.domain.policy import Policy
from matching.domain.records import Referral
from matching.domain.words import label
from matching.engine.problem import Problem

UNKNOWN_WORD = "not known"
NO_NEED = "none recorded"
SEVERAL_NEEDS = "two or more of these"

Way = Callable[[Referral], str]

AGE_BANDS = ((0, 5), (6, 12), (13, 15), (16, 17), (18, 20), (21, 24))


def age_band(age: int | None) -> str:
    """Return the age band of an age in years, in words."""
    if age is None:
        return UNKNOWN_WORD
    for low, high in AGE_BANDS:
        if low <= age <= high:
            return f"{low} to {high}"
    return "25 and over"


#: Every category of the age, youngest first.
AGE_ORDER = (*(f"{low} to {high}" for low, high in AGE_BANDS), "25 and over", UNKNOWN_WORD)


def _gender(referral: Referral) -> str:
    return UNKNOWN_WORD if referral.gender is None else label(referral.gender)


def _type(referral: Referral) -> str:
    """Name the least restrictive kind of place found suitable."""
    if not referral.acceptable_types:
        return UNKNOWN_WORD
    return label(min(referral.acceptable_types, key=lambda t: (w.RESTRICTIVENESS[t], t)))


def _trafficking(referral: Referral) -> str:
    found = referral.trafficking_type
    return UNKNOWN_WORD if found is None else label(found)


def _priority(referral: Referral) -> str:
    return UNKNOWN_WORD if referral.urgency is None else label(referral.urgency)


_CARE = (w.CareNeed.INTENSIVE, w.CareNeed.INPATIENT)


def needs(referral: Referral) -> tuple[str, ...]:
    """Return the kinds of need beyond an ordinary bed that are on record."""
    found = {
        "mental health": referral.mental_health_need in _CARE,
        "substance use": referral.substance_need
        in (w.SubstanceNeed.DETOX, w.SubstanceNeed.INPATIENT),
        "medical": referral.medical_need in _CARE or bool(referral.medically_fragile),
        "developmental": referral.developmental_need
        in (w.DevelopmentalNeed.MODERATE, w.DevelopmentalNeed.SEVERE),
        "pregnant or parenting": referral.pregnant_parenting
        in (w.Parenting.PREGNANT, w.Parenting.PARENTING)
        or bool(referral.children_with),
        "access": bool(referral.access_needs),
        "behaviour": bool(referral.behaviours),
    }
    return tuple(name for name, has in found.items() if has)


def _need(referral: Referral) -> str:
    found = needs(referral)
    if len(found) > 1:
        return SEVERAL_NEEDS
    if found:
        return found[0]
    said = (
        referral.mental_health_need,
        referral.substance_need,
        referral.medical_need,
        referral.medically_fragile,
        referral.developmental_need,
        referral.pregnant_parenting,
        referral.children_with,
        referral.access_needs,
        referral.behaviours,
    )
    return UNKNOWN_WORD if all(one is None for one in said) else NO_NEED


def region(problem: Problem, policy: Policy, county: str | None) -> str:
    """Return the region of a county, as the policy draws it; its state otherwise."""
    if county is None:
        return UNKNOWN_WORD
    return policy.region_of(county) or problem.geography.state_of(county) or UNKNOWN_WORD


def ways(problem: Problem, policy: Policy) -> dict[str, Way]:
    """Return the ways to tell people apart: a title and a function of a referral.

    Parameters
    ----------
    problem : Problem
        Its geography names the counties.
    policy : Policy
        Draws the regions.

    Returns
    -------
    dict of str to callable
        In the order in which they are shown.
    """
    geography = problem.geography
    return {
        "Region": lambda r: region(problem, policy, r.home_county),
        "County": lambda r: (
            UNKNOWN_WORD if r.home_county is None else geography.name(r.home_county)
        ),
        "Placement type": _type,
        "Age": lambda r: age_band(r.age_years),
        "Gender": _gender,
        "Need": _need,
        "Trafficking": _trafficking,
        "Priority": _priority,
    }
