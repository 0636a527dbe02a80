"""The records everything else is about: referrals, providers and bed pools.

``None`` means *unknown* in every field: nobody has said yet. An empty set
means *known to be none*. No record has a place for a name, a birth date, an
address, a free-text note or any other field of class X.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from matching.domain import words as w
from matching.domain.fields import hard, key, measure, order, override, soft


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """One caregiver's course.

    Attributes
    ----------
    course : Course
        What was learned.
    expires : date or None
        Last day on which it counts; ``None`` is unknown.
    caregiver : str or None
        Opaque token of the caregiver; ``None`` if the file does not say.
    """

    course: w.Course
    expires: date | None = None
    caregiver: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Referral:
    """One person who needs a place, under an opaque case reference."""

    referral_id: str = key()

    received_at: datetime | None = order()
    urgency: w.Urgency | None = order()
    needed_by: date | None = override()
    trigger: w.Trigger | None = measure()
    referral_source: w.ReferralSource | None = hard()
    worker: str | None = measure()
    presence: w.Presence | None = hard()

    age_years: int | None = hard()
    days_to_birthday: int | None = override()
    gender: w.Gender | None = hard()
    acceptable_settings: frozenset[w.Setting] | None = hard()
    lgbtq_affirming_requested: bool | None = override()

    trafficking_type: w.TraffickingType | None = hard()
    identification: w.Identification | None = hard()
    screening_date: date | None = measure()
    run_risk: w.Level | None = override()
    recruitment_risk: w.Level | None = override()
    exploiter_attachment: w.Level | None = soft()
    trauma_level: w.Level | None = soft()
    law_enforcement_contact: w.LawEnforcementContact | None = soft()
    exploitation_duration: w.ExploitationDuration | None = soft()

    acceptable_types: frozenset[w.PlacementType] | None = override()
    stay_days: int | None = override()
    substance_need: w.SubstanceNeed | None = hard()
    mental_health_need: w.CareNeed | None = hard()
    medical_need: w.CareNeed | None = hard()
    medically_fragile: bool | None = hard()
    developmental_need: w.DevelopmentalNeed | None = hard()
    pregnant_parenting: w.Parenting | None = hard()
    children_with: int | None = hard()
    behaviours: frozenset[w.Behaviour] | None = override()
    behaviour_managed_confirmed: bool | None = override()
    access_needs: frozenset[w.Capability] | None = hard()
    languages: tuple[str, ...] | None = override()
    interpreter_ok: bool | None = override()

    group_id: str | None = hard()
    separate_from: frozenset[str] | None = hard()
    vetoed_providers: frozenset[str] | None = hard()
    avoid_providers: frozenset[str] | None = override()
    declined_by: frozenset[str] | None = hard()

    icwa_status: w.IcwaStatus | None = override()
    icwa_order: tuple[w.IcwaTier, ...] | None = override()
    otip_status: w.OtipStatus | None = measure()

    home_county: str | None = override()
    school_county: str | None = soft()
    sibling_county: str | None = soft()
    avoid_counties: frozenset[str] | None = override()
    max_distance_miles: int | None = override()
    distance_reason: str | None = measure()

    preferred_providers: tuple[str, ...] | None = soft()
    preferred_types: tuple[w.PlacementType, ...] | None = soft()
    faith_preference: w.FaithCharacter | None = soft()
    device_preference: w.DevicePolicy | None = soft()

    funding: frozenset[w.Funding] | None = override()
    consent: w.Consent | None = measure()
    consent_expires: date | None = measure()
    data_origin: w.DataOrigin | None = measure()

    @property
    def beds_needed(self) -> int:
        """Beds this person takes: one, and one for each child who comes along.

        Unknown ``children_with`` counts as none *here*; the rule on beds asks
        about it where the person is known to be parenting.
        """
        return 1 + (self.children_with or 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """A licensed home or programme at one site, known to county level only."""

    provider_id: str = key()

    name: str | None = measure()
    agency: str | None = measure()
    contact: str | None = measure()
    placement_type: w.PlacementType | None = hard()
    state: str | None = override()
    county: str | None = override()
    service_area: frozenset[str] | None = override()
    confidential: bool | None = measure()
    victim_service_provider: bool | None = measure()
    domestic_violence: bool | None = measure()

    licence_status: w.LicenceStatus | None = hard()
    licence_expires: date | None = hard()
    certificate: w.Certificate | None = hard()
    certificate_expires: date | None = hard()
    family_first: w.FamilyFirstCategory | None = override()
    licensed_capacity: int | None = hard()
    residents: int | None = hard()
    foster_cap_exception: bool | None = hard()
    background_check: w.BackgroundCheck | None = hard()

    trainings: tuple[Training, ...] | None = hard()
    trainable: bool | None = measure()
    capabilities: frozenset[w.Capability] | None = hard()
    languages: frozenset[str] | None = override()
    excludes: frozenset[w.Exclusion] | None = hard()
    trafficking_types: frozenset[w.TraffickingType] | None = hard()
    identifications: frozenset[w.Identification] | None = hard()
    referral_sources: frozenset[w.ReferralSource] | None = hard()
    run_tolerance: w.Level | None = override()
    awake_night: bool | None = override()
    intake_24_7: bool | None = override()
    max_stay_days: int | None = override()
    funding: frozenset[w.Funding] | None = override()
    lgbtq_affirming: bool | None = override()
    faith_character: w.FaithCharacter | None = soft()
    device_policy: w.DevicePolicy | None = soft()
    icwa_tier: w.IcwaTier | None = override()

    compromised_until: date | None = hard()
    compromise_cleared: bool | None = hard()
    resident_tokens: frozenset[str] | None = hard()
    high_acuity_residents: int | None = override()
    high_acuity_limit: int | None = override()
    staff_on_shift: int | None = hard()
    staff_ratio: int | None = hard()
    data_origin: w.DataOrigin | None = measure()


@dataclass(frozen=True, slots=True, kw_only=True)
class BedPool:
    """Interchangeable beds inside a provider (an HMIS Inventory record)."""

    pool_id: str = key()
    provider_id: str = key()

    pool_name: str | None = measure()
    genders: frozenset[w.Gender] | None = hard()
    age_min: int | None = hard()
    age_max: int | None = hard()
    households: frozenset[w.Household] | None = hard()
    reserved_for: frozenset[w.Identification] | None = override()

    beds_licensed: int | None = hard()
    beds_staffed: int | None = hard()
    beds_accepting: int | None = hard()
    beds_occupied: int | None = hard()
    beds_held: int | None = hard()
    beds_available: int | None = hard()
    available_from: date | None = override()
    as_of: datetime | None = override()
    confirmed_by: str | None = measure()

    gender_lock: w.Gender | None = hard()
    resident_age_min: int | None = override()
    resident_age_max: int | None = override()
    age_spread_max: int | None = override()

    @property
    def free(self) -> int | None:
        """Beds that can be filled now, or ``None`` when nobody has said.

        What the provider reports as available and what follows from beds
        accepting, occupied and held are both used where both are known; the
        smaller counts, since a bed that does not exist does more harm than a
        call too many.
        """
        derived: int | None = None
        if (
            self.beds_accepting is not None
            and self.beds_occupied is not None
            and self.beds_held is not None
        ):
            derived = self.beds_accepting - self.beds_occupied - self.beds_held
        reported = self.beds_available
        known = [beds for beds in (derived, reported) if beds is not None]
        return max(0, min(known)) if known else None
