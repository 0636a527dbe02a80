"""Small helpers that build records and problems for tests.

``referral``, ``home`` and ``pool`` know nothing but their identifiers: every
other fact is unknown until a test names it. The ``known_`` twins are a pair
that meets every rule of every shipped policy, with every fact known; a test
changes the one fact it is about.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from matching.domain import geography
from matching.domain import words as w
from matching.domain.records import BedPool, Provider, Referral, Training
from matching.engine.problem import Problem, build

NOW = datetime(2026, 11, 3, 22, 41, tzinfo=UTC)
TODAY = NOW.date()

#: Three counties of the invented region: 28 and 122 miles from the first.
HERE, NEAR, FAR = "80001", "80007", "80143"
#: Counties of two real states, for state lines.
MIAMI, BROWARD, HARRIS = "12086", "12011", "48201"


def day(offset: int) -> date:
    """Return the day so many days after today."""
    return TODAY + timedelta(days=offset)


def ago(**parts: float) -> datetime:
    """Return the moment so long before now, such as ``ago(hours=3)``."""
    return NOW - timedelta(**parts)


def referral(referral_id: str = "R1", **facts: Any) -> Referral:
    """Return a person of whom only the facts named are known."""
    return Referral(referral_id=referral_id, **facts)


def home(provider_id: str = "P1", **facts: Any) -> Provider:
    """Return a provider of which only the facts named are known."""
    return Provider(provider_id=provider_id, **facts)


def pool(provider_id: str = "P1", pool_id: str = "B1", **facts: Any) -> BedPool:
    """Return a bed pool of which only the facts named are known."""
    return BedPool(provider_id=provider_id, pool_id=pool_id, **facts)


def course(kind: w.Course = w.Course.TRAFFICKING, ends: date | None = None) -> Training:
    """Return one caregiver's course; it ends in a year unless said otherwise."""
    return Training(course=kind, expires=ends or day(365), caregiver="C1")


def known_referral(referral_id: str = "R1", **facts: Any) -> Referral:
    """Return a girl of 15 with every fact known and no special need."""
    full: dict[str, Any] = {
        "received_at": ago(hours=5),
        "urgency": w.Urgency.TONIGHT,
        "needed_by": TODAY,
        "referral_source": w.ReferralSource.AGENCY,
        "presence": w.Presence.PRESENT,
        "age_years": 15,
        "days_to_birthday": 200,
        "gender": w.Gender.FEMALE,
        "acceptable_settings": frozenset({w.Setting.FEMALE, w.Setting.MIXED}),
        "lgbtq_affirming_requested": False,
        "trafficking_type": w.TraffickingType.SEX,
        "identification": w.Identification.VERIFIED,
        "run_risk": w.Level.LOW,
        "recruitment_risk": w.Level.LOW,
        "acceptable_types": frozenset({w.PlacementType.SAFE_FOSTER_HOME}),
        "stay_days": 90,
        "substance_need": w.SubstanceNeed.NONE,
        "mental_health_need": w.CareNeed.STANDARD,
        "medical_need": w.CareNeed.NONE,
        "medically_fragile": False,
        "developmental_need": w.DevelopmentalNeed.NONE,
        "pregnant_parenting": w.Parenting.NONE,
        "children_with": 0,
        "behaviours": frozenset(),
        "behaviour_managed_confirmed": True,
        "access_needs": frozenset(),
        "languages": ("en",),
        "interpreter_ok": True,
        "separate_from": frozenset(),
        "vetoed_providers": frozenset(),
        "avoid_providers": frozenset(),
        "declined_by": frozenset(),
        "icwa_status": w.IcwaStatus.NO,
        "home_county": HERE,
        "school_county": HERE,
        "avoid_counties": frozenset(),
        "funding": frozenset({w.Funding.STATE}),
    }
    return Referral(referral_id=referral_id, **{**full, **facts})


def known_home(provider_id: str = "P1", **facts: Any) -> Provider:
    """Return a certified safe foster home with every fact known."""
    full: dict[str, Any] = {
        "placement_type": w.PlacementType.SAFE_FOSTER_HOME,
        "state": "XA",
        "county": HERE,
        "service_area": frozenset({"XA"}),
        "confidential": False,
        "victim_service_provider": False,
        "domestic_violence": False,
        "licence_status": w.LicenceStatus.ACTIVE,
        "licence_expires": day(300),
        "certificate": w.Certificate.SAFE_FOSTER_HOME,
        "certificate_expires": day(300),
        "family_first": w.FamilyFirstCategory.FAMILY,
        "licensed_capacity": 4,
        "residents": 1,
        "foster_cap_exception": False,
        "background_check": w.BackgroundCheck.CLEAR,
        "trainings": tuple(course(kind) for kind in w.Course),
        "capabilities": frozenset(w.Capability),
        "languages": frozenset({"en", "es"}),
        "excludes": frozenset(),
        "trafficking_types": frozenset(w.TraffickingType),
        "identifications": frozenset(w.Identification),
        "referral_sources": frozenset(w.ReferralSource),
        "run_tolerance": w.Level.HIGH,
        "awake_night": True,
        "intake_24_7": True,
        "max_stay_days": 365,
        "funding": frozenset(w.Funding),
        "lgbtq_affirming": True,
        "faith_character": w.FaithCharacter.SECULAR,
        "device_policy": w.DevicePolicy.OPEN,
        "icwa_tier": w.IcwaTier.NONE,
        "resident_tokens": frozenset(),
        "high_acuity_residents": 0,
        "high_acuity_limit": 2,
        "staff_on_shift": 2,
        "staff_ratio": 4,
    }
    return Provider(provider_id=provider_id, **{**full, **facts})


def known_pool(provider_id: str = "P1", pool_id: str = "B1", **facts: Any) -> BedPool:
    """Return two free beds for girls and women of 10 to 17."""
    full: dict[str, Any] = {
        "genders": frozenset({w.Gender.FEMALE, w.Gender.TRANS_FEMALE}),
        "age_min": 10,
        "age_max": 17,
        "households": frozenset(w.Household),
        "reserved_for": frozenset(),
        "beds_licensed": 3,
        "beds_staffed": 3,
        "beds_accepting": 3,
        "beds_occupied": 1,
        "beds_held": 0,
        "beds_available": 2,
        "available_from": TODAY,
        "as_of": ago(hours=2),
        "gender_lock": w.Gender.FEMALE,
        "resident_age_min": 14,
        "resident_age_max": 14,
        "age_spread_max": 5,
    }
    return BedPool(provider_id=provider_id, pool_id=pool_id, **{**full, **facts})


def problem(
    referrals: Referral | Sequence[Referral] = (),
    homes: Provider | Sequence[Provider] = (),
    pools: BedPool | Sequence[BedPool] | None = None,
    as_of: datetime = NOW,
) -> Problem:
    """Freeze records into a problem.

    Parameters
    ----------
    referrals, homes : record or sequence of records
        The two sides.
    pools : record or sequence of records, optional
        One blank pool for each home if left out.
    as_of : datetime
        The moment of the plan.
    """
    people = [referrals] if isinstance(referrals, Referral) else list(referrals)
    places = [homes] if isinstance(homes, Provider) else list(homes)
    if pools is None:
        pools = [pool(place.provider_id) for place in places]
    beds = [pools] if isinstance(pools, BedPool) else list(pools)
    return build(people, places, beds, as_of, geography.load())


def pair(person: Referral, place: Provider, beds: BedPool | None = None) -> Problem:
    """Freeze one person and one bed pool, moving the pool to the provider."""
    beds = dataclasses.replace(beds or pool(), provider_id=place.provider_id)
    return problem(person, place, beds)
