"""What is left of a case after its time: as little as counts of people need.

Every way of telling people apart but the county puts the person into the same
category before and after, so that no count changes.
"""

from __future__ import annotations

from datetime import datetime, time, tzinfo

from matching.domain import words as w
from matching.domain.geography import Geography
from matching.domain.policy import Policy
from matching.domain.records import Referral
from matching.insight.categories import AGE_BANDS, needs

#: From this age on people are of one band.
_GROWN = AGE_BANDS[-1][1] + 1


def coarse(
    referral: Referral, name: str, policy: Policy, geography: Geography, zone: tzinfo
) -> Referral:
    """Return what may be left of a referral.

    Parameters
    ----------
    referral : Referral
    name : str
        Another code, made at random.
    policy : Policy
        Draws the regions.
    geography : Geography
    zone : tzinfo
        Of the office; of the moment of the referral its day is left.

    Returns
    -------
    Referral
        Age, as the youngest of its band; gender; kind of trafficking; priority;
        least restrictive suitable kind of place; kinds of need; the day of the
        referral; and of the county the one that stands for its region.
    """
    found = needs(referral)
    return Referral(
        referral_id=name,
        received_at=None if referral.received_at is None else noon(referral.received_at, zone),
        urgency=referral.urgency,
        age_years=_youngest(referral.age_years),
        gender=referral.gender,
        trafficking_type=referral.trafficking_type,
        acceptable_types=_least(referral.acceptable_types),
        home_county=_stands_for(referral.home_county, policy, geography),
        mental_health_need=_care("mental health" in found, some=_said(referral)),
        substance_need=w.SubstanceNeed.DETOX if "substance use" in found else None,
        medical_need=w.CareNeed.INTENSIVE if "medical" in found else None,
        developmental_need=w.DevelopmentalNeed.MODERATE if "developmental" in found else None,
        pregnant_parenting=w.Parenting.PARENTING if "pregnant or parenting" in found else None,
        access_needs=frozenset({min(w.Capability)}) if "access" in found else None,
        behaviours=frozenset({min(w.Behaviour)}) if "behaviour" in found else None,
        data_origin=referral.data_origin,
    )


def noon(moment: datetime, zone: tzinfo) -> datetime:
    """Return the middle of the day on which a moment lies."""
    return datetime.combine(moment.astimezone(zone).date(), time(12), tzinfo=zone)


def _youngest(age: int | None) -> int | None:
    if age is None:
        return None
    return next((low for low, high in AGE_BANDS if low <= age <= high), _GROWN)


def _least(types: frozenset[w.PlacementType] | None) -> frozenset[w.PlacementType] | None:
    if not types:
        return None
    return frozenset({min(types, key=lambda one: (w.RESTRICTIVENESS[one], one))})


def _said(referral: Referral) -> bool:
    """Tell whether anything was said about needs."""
    facts = (
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
    return any(one is not None for one in facts)


def _care(high: bool, *, some: bool) -> w.CareNeed | None:
    if high:
        return w.CareNeed.INTENSIVE
    # "None recorded" is another answer than "nobody has said".
    return w.CareNeed.NONE if some else None


def _stands_for(county: str | None, policy: Policy, geography: Geography) -> str | None:
    """Return the first county of a county's region: of its state, where none is drawn."""
    if county is None:
        return None
    mine = policy.region_of(county)
    if mine is not None:
        return min(policy.regions[mine])
    state = geography.state_of(county)
    alike = (
        one.fips
        for one in geography.counties
        if one.state == state and policy.region_of(one.fips) is None
    )
    return None if state is None else min(alike, default=None)
