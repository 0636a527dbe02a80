"""Which facts are asked for together, in the order in which they are asked."""

from __future__ import annotations

from collections.abc import Mapping

from matching.domain.records import BedPool, Provider, Referral
from matching.intake.by_hand import fields_of
from matching.intake.field_types import Field

#: Facts of a person, by group.
PERSON: Mapping[str, tuple[str, ...]] = {
    "now": (
        *("presence", "urgency", "needed_by", "trigger", "referral_source", "worker"),
        *("screening_date", "stay_days"),
    ),
    "person": (
        *("age_years", "days_to_birthday", "gender", "acceptable_settings"),
        *("lgbtq_affirming_requested", "languages", "interpreter_ok"),
        *("trafficking_type", "identification", "exploitation_duration"),
    ),
    "care": (
        *("medical_need", "medically_fragile", "substance_need", "mental_health_need"),
        *("developmental_need", "access_needs", "pregnant_parenting", "children_with"),
        "trauma_level",
    ),
    "risk": (
        *("run_risk", "recruitment_risk", "exploiter_attachment"),
        *("law_enforcement_contact", "behaviours", "behaviour_managed_confirmed"),
    ),
    "together": (
        *("group_id", "separate_from", "vetoed_providers", "avoid_providers"),
        "declined_by",
    ),
    "where": (
        *("home_county", "school_county", "sibling_county", "avoid_counties"),
        *("max_distance_miles", "distance_reason"),
    ),
    "wishes": (
        *("preferred_providers", "preferred_types", "acceptable_types"),
        *("faith_preference", "device_preference"),
    ),
    "law": (
        *("funding", "icwa_status", "icwa_order", "otip_status", "consent"),
        "consent_expires",
    ),
}

#: Facts of a provider, by group.
PROVIDER: Mapping[str, tuple[str, ...]] = {
    "place": (
        *("name", "agency", "contact", "placement_type", "state", "county", "service_area"),
        *("confidential", "victim_service_provider", "domestic_violence"),
    ),
    "papers": (
        *("licence_status", "licence_expires", "certificate", "certificate_expires"),
        *("trainings", "trainable", "background_check", "family_first"),
        *("licensed_capacity", "foster_cap_exception"),
    ),
    "takes": (
        *("trafficking_types", "identifications", "referral_sources", "excludes"),
        *("run_tolerance", "lgbtq_affirming", "funding", "icwa_tier"),
    ),
    "offers": (
        *("capabilities", "languages", "awake_night", "intake_24_7", "max_stay_days"),
        *("faith_character", "device_policy"),
    ),
    "people": (
        *("residents", "resident_tokens", "staff_on_shift", "staff_ratio"),
        *("high_acuity_residents", "high_acuity_limit"),
    ),
}

#: Facts of a bed pool.
POOL = (
    *("pool_name", "beds_available", "genders", "age_min", "age_max", "households"),
    *("reserved_for", "beds_licensed", "beds_staffed", "beds_accepting", "beds_occupied"),
    *("beds_held", "available_from", "gender_lock", "resident_age_min"),
    *("resident_age_max", "age_spread_max"),
)


def fields(record: type, names: tuple[str, ...]) -> tuple[Field, ...]:
    """Return the fields of a group, as the catalogue has them."""
    known = fields_of(record)
    return tuple(known[name] for name in names)


def of_person(group: str) -> tuple[Field, ...]:
    """Return the fields of a group of facts of a person."""
    return fields(Referral, PERSON[group])


def of_provider(group: str) -> tuple[Field, ...]:
    """Return the fields of a group of facts of a provider."""
    return fields(Provider, PROVIDER[group])


def of_pool() -> tuple[Field, ...]:
    """Return the fields of a bed pool."""
    return fields(BedPool, POOL)
