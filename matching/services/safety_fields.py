"""The one table of what each field protects, and in which direction it loosens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from matching.domain import words as w
from matching.domain.records import BedPool, Provider, Referral
from matching.services import loosening as way
from matching.services.loosening import Way, more_of


@dataclass(frozen=True, slots=True)
class Guard:
    """A field that protects.

    Attributes
    ----------
    way : Way
        In which direction it loosens.
    why : str
        What a change that loosens it means, in one sentence.
    open_if_unknown : bool
        Whether nothing is ruled out, and nothing asked, once nobody knows it.
    """

    way: Way
    why: str
    open_if_unknown: bool = False


@dataclass(frozen=True, slots=True)
class Free:
    """A field whose changes need no second look, and why."""

    because: str


_ASKED = "A known fact becomes unknown: what was ruled out before is only asked about."
_OPEN = "A known fact becomes unknown: nothing is ruled out by it any more."

_FIT = Free("says what somebody needs or is offered, and protects nobody")
_MONEY = Free("who pays does not make a place more or less safe")
_WHERE = Free("which area is served is a matter of contract")
_WHEN = Free("when a bed is needed or opens is news")

_PROVIDER: dict[str, Guard | Free] = {
    "placement_type": Guard(
        way.OTHER, "The kind of place decides which of the rules on safety count there."
    ),
    "state": _WHERE,
    "county": Guard(way.OTHER, "Danger zones are measured from the county of the place."),
    "service_area": _WHERE,
    "confidential": Guard(
        way.TURNED_OFF, "The location would no longer be treated as secret."
    ),
    "victim_service_provider": Guard(
        way.TURNED_OFF, "A victim service provider's location is protected by federal law."
    ),
    "domestic_violence": Guard(
        way.TURNED_OFF, "A domestic-violence programme's location is kept secret."
    ),
    "licence_status": Guard(
        way.LICENCE, "A licence that kept people out would count, or none would be needed."
    ),
    "licence_expires": Guard(way.REVIVED, "A licence that has ended would count again."),
    "certificate": Guard(
        way.CERTIFICATE, "The place would count as certified for exploited children."
    ),
    "certificate_expires": Guard(
        way.REVIVED, "A certificate that has ended would count again."
    ),
    "family_first": _MONEY,
    "licensed_capacity": Guard(
        way.HIGHER, "More people than before may live there.", open_if_unknown=True
    ),
    "residents": Guard(
        way.NEWS, "The people living there count against the capacity.", open_if_unknown=True
    ),
    "foster_cap_exception": Guard(
        way.TURNED_ON, "The home could take more foster children than the cap allows."
    ),
    "background_check": Guard(
        way.CHECK, "A background check that was not clear would count as clear."
    ),
    "trainings": Guard(way.COURSES, "The last day of a course would no longer be known."),
    "capabilities": _FIT,
    "languages": _FIT,
    "excludes": Guard(
        way.FEWER, "The place would be open to people whom it said it does not take."
    ),
    "trafficking_types": Guard(
        more_of(w.TraffickingType), "Survivors of another kind of trafficking could go there."
    ),
    "identifications": Guard(
        more_of(w.Identification), "People identified in another way could go there."
    ),
    "referral_sources": Guard(
        more_of(w.ReferralSource), "Referrals from another source could go there."
    ),
    "run_tolerance": Guard(
        way.HOLDS_RISK, "People with a higher risk of running could go there."
    ),
    "awake_night": Guard(
        way.TURNED_ON, "People at high risk of recruitment could go there, for staff awake at "
        "night would count."
    ),
    "intake_24_7": Free("at which hours people are taken in protects nobody"),
    "max_stay_days": Free("a longer stay allowed makes no place less safe"),
    "funding": _MONEY,
    "lgbtq_affirming": Guard(
        way.TURNED_ON, "People who ask for an affirming place could go there."
    ),
    "icwa_tier": Free("a place in the order of the Indian Child Welfare Act is a preference"),
    "compromised_until": Guard(
        way.LIFTED, "The site is marked as compromised, and would be used sooner.",
        open_if_unknown=True,
    ),
    "compromise_cleared": Guard(
        way.TURNED_ON_ALONE, "A site marked as compromised would be used again."
    ),
    "resident_tokens": Guard(
        way.FEWER, "People who must be kept apart from somebody there could go there."
    ),
    "high_acuity_residents": Guard(
        way.NEWS, "The residents with high needs count against the limit."
    ),
    "high_acuity_limit": Guard(
        way.HIGHER, "More people with high needs may live there together.",
        open_if_unknown=True,
    ),
    "staff_on_shift": Guard(
        way.NEWS, "The staff on shift limit how many can be looked after.",
        open_if_unknown=True,
    ),
    "staff_ratio": Guard(
        way.HIGHER, "Each member of staff would look after more young people.",
        open_if_unknown=True,
    ),
}  # fmt: skip

_POOL: dict[str, Guard | Free] = {
    "genders": Guard(more_of(w.Gender), "Another gender could be placed in these beds."),
    "age_min": Guard(way.LOWER, "Younger people than before could be placed in these beds."),
    "age_max": Guard(way.HIGHER, "Older people than before could be placed in these beds."),
    "households": Guard(
        more_of(w.Household), "Another kind of household could be placed in these beds."
    ),
    "reserved_for": Guard(
        way.KEPT_FOR, "Beds kept for some could be given to others."
    ),
    "beds_licensed": Guard(
        way.HIGHER, "More beds than before would count as licensed.", open_if_unknown=True
    ),
    "beds_staffed": Free("beds staffed are shown and counted; the vacancy decides"),
    "beds_accepting": Guard(way.FREE_BEDS, "That no bed is open is no longer known."),
    "beds_occupied": Guard(
        way.NEWS, "Beds in use count against the vacancy.", open_if_unknown=True
    ),
    "beds_held": Guard(
        way.NEWS, "Beds held count against the vacancy.", open_if_unknown=True
    ),
    "beds_available": Guard(way.FREE_BEDS, "That no bed is free is no longer known."),
    "available_from": Guard(
        way.OPENING, "The beds open on a later day.", open_if_unknown=True
    ),
    "as_of": Guard(way.TOLD, "The file's news of the beds is older than that on record."),
    "gender_lock": Guard(
        way.OTHER, "The beds would no longer be kept for the gender of those who live there.",
        open_if_unknown=True,
    ),
    "resident_age_min": Guard(
        way.NEWS, "The ages of the residents decide who fits in with them."
    ),
    "resident_age_max": Guard(
        way.NEWS, "The ages of the residents decide who fits in with them."
    ),
    "age_spread_max": Guard(
        way.HIGHER, "People further apart in age could live together.", open_if_unknown=True
    ),
}  # fmt: skip

_FACT = "The fact decides which places are ruled out."
_REFERRAL: dict[str, Guard | Free] = {
    "needed_by": _WHEN,
    "referral_source": _FIT,
    "presence": Free("where the person is now decides only whether a bed is needed"),
    "age_years": Guard(way.NEWS, _FACT),
    "days_to_birthday": Free("it only tells when the next age is reached"),
    "gender": Guard(way.NEWS, _FACT),
    "acceptable_settings": Guard(
        more_of(w.Setting), "Settings that the person did not name could be proposed."
    ),
    "lgbtq_affirming_requested": Guard(
        way.TURNED_OFF, "Places that are not affirming could be proposed."
    ),
    "trafficking_type": Guard(way.NEWS, _FACT),
    "identification": Guard(way.NEWS, _FACT),
    "run_risk": Guard(way.RISK, "Places that cannot hold a high risk of running could be "
                      "proposed."),
    "recruitment_risk": Guard(way.RISK, "Places without staff awake at night could be "
                              "proposed."),
    "acceptable_types": Guard(
        more_of(w.PlacementType), "Another kind of place could be proposed."
    ),
    "stay_days": Guard(way.NEWS, _FACT),
    "substance_need": Guard(way.SUBSTANCE, "Places with less treatment could be proposed."),
    "mental_health_need": Guard(way.CARE, "Places with less care could be proposed."),
    "medical_need": Guard(way.CARE, "Places with less care could be proposed."),
    "medically_fragile": Guard(
        way.TURNED_OFF, "Places that take nobody medically fragile could be proposed."
    ),
    "developmental_need": Guard(
        way.DEVELOPMENTAL, "Places with less support could be proposed."
    ),
    "pregnant_parenting": Guard(
        way.PARENTING, "Places without care for parents could be proposed."
    ),
    "children_with": Guard(way.LOWER, "Places with fewer free beds could be proposed."),
    "behaviours": Guard(
        way.FEWER, "Places that cannot manage the behaviour could be proposed."
    ),
    "behaviour_managed_confirmed": Guard(
        way.TURNED_ON, "A place without a certificate could be proposed."
    ),
    "access_needs": Guard(way.FEWER, "Places that do not meet the need could be proposed."),
    "languages": Guard(way.NEWS, _FACT),
    "interpreter_ok": Guard(
        way.TURNED_ON, "Places where nobody speaks the language could be proposed."
    ),
    "group_id": Guard(
        way.OTHER, "A group that stays together could be placed apart.", open_if_unknown=True
    ),
    "separate_from": Guard(
        way.FEWER, "The person could be placed with somebody to be kept apart from."
    ),
    "vetoed_providers": Guard(
        way.FEWER, "A place that the person refused could be proposed."
    ),
    "avoid_providers": Guard(
        way.FEWER, "A place that a worker ruled out could be proposed."
    ),
    "declined_by": Guard(way.FEWER, "A provider that declined could be proposed again."),
    "icwa_status": Guard(
        way.ICWA, "The order of the Indian Child Welfare Act would no longer count."
    ),
    "icwa_order": Free("the order is a preference within the law's own"),
    "home_county": Guard(way.NEWS, _FACT),
    "avoid_counties": Guard(way.FEWER, "A place in or near a danger zone could be proposed."),
    "max_distance_miles": Guard(
        way.HIGHER, "Places further from home could be proposed.", open_if_unknown=True
    ),
    "funding": _MONEY,
}  # fmt: skip

#: Every field of class H or HO, and those that keep a location secret.
SAFETY: Mapping[tuple[type, str], Guard | Free] = {
    (record, name): entry
    for record, entries in ((Provider, _PROVIDER), (BedPool, _POOL), (Referral, _REFERRAL))
    for name, entry in entries.items()
}


def why_looser(
    record: type, attribute: str, before: Any, after: Any, today: date
) -> str | None:
    """Return why a change of a field loosens safety, or ``None`` if it does not.

    To fill in what nobody knew is news, except where nothing recorded keeps
    people out.

    Parameters
    ----------
    record : type
        A dataclass of :mod:`matching.domain.records`.
    attribute : str
    before, after : values of the field
    today : date
        In the office's time zone.
    """
    entry = SAFETY.get((record, attribute))
    if entry is None or isinstance(entry, Free) or before == after:
        return None
    if before is None:
        return entry.why if entry.way.unknown_bars and after else None
    if after is None:
        if not entry.way.barred(before, today):
            return None
        return f"{entry.why} {_OPEN if entry.open_if_unknown else _ASKED}"
    return entry.why if entry.way.looser(before, after, today) else None
