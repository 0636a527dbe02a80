"""Records turned into the columns of a problem."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.domain import words as w
from matching.domain.certification import certificate_valid, effective_type
from matching.domain.geography import Geography
from matching.domain.occupancy import first_decides
from matching.domain.records import Training
from matching.engine.columns import (
    UNKNOWN,
    Ints,
    SetColumn,
    codes,
    converted,
    known,
    numbers,
    sets,
)
from matching.engine.facts import Facts, once_for_each
from matching.engine.sides import NO_COURSE, PairList, PoolColumns, ReferralColumns

#: Stand for tokens that nobody on the other side has: they can keep nobody
#: apart, but a set that holds one is not empty.
_OTHER_PERSON, _OTHER_RESIDENT = "\0person", "\0resident"


def tokens(people: Facts, homes: Facts) -> list[str]:
    """Return the tokens that stand on both sides, and the two stand-ins."""
    both = people.items("separate_from") & homes.items("resident_tokens")
    return [_OTHER_PERSON, _OTHER_RESIDENT, *sorted(both)]


def _shared(
    said: Sequence[frozenset[str] | None], vocabulary: Sequence[str], other: str
) -> SetColumn:
    """Return sets of tokens; those outside the vocabulary count as a stand-in."""
    inside = frozenset(vocabulary)
    found = {
        one: None if one is None else frozenset(t if t in inside else other for t in one)
        for one in set(said)
    }
    return sets([found[one] for one in said], vocabulary)


def pair_list(
    lists: Sequence[Sequence[str] | frozenset[str] | None], position: dict[str, int]
) -> PairList:
    """Return each referral's list of providers as pairs; unknown names are left out."""
    rows: list[tuple[int, int, int]] = []
    for row, names in enumerate(lists):
        if names:
            ordered = names if isinstance(names, tuple) else sorted(names)
            rows += [(row, position[n], k) for k, n in enumerate(ordered) if n in position]
    table = np.array(rows, dtype=np.int32).reshape(-1, 3)
    return PairList(table[:, 0].copy(), table[:, 1].copy(), table[:, 2].copy())


def referral_columns(
    people: Facts,
    as_of: datetime,
    geography: Geography,
    tokens: Sequence[str],
    tongues: Sequence[str],
) -> ReferralColumns:
    """Return the columns of the referrals, which are sorted.

    Parameters
    ----------
    people : Facts
        Of the referrals.
    as_of : datetime
    geography : Geography
    tokens, tongues : sequence of str
        Vocabularies.
    """
    first = [spoken[0] if spoken else None for spoken in people.said["languages"]]
    return ReferralColumns(
        urgency=people.coded("urgency", list(w.Urgency)),
        waiting_hours=people.hours_before("received_at", as_of),
        needed_by=people.dated("needed_by"),
        source=people.coded("referral_source", list(w.ReferralSource)),
        presence=people.coded("presence", list(w.Presence)),
        age=people.counted("age_years"),
        days_to_birthday=people.counted("days_to_birthday"),
        gender=people.coded("gender", list(w.Gender)),
        settings=people.chosen("acceptable_settings", list(w.Setting)),
        affirming=people.flags("lgbtq_affirming_requested"),
        trafficking=people.coded("trafficking_type", list(w.TraffickingType)),
        identification=people.coded("identification", list(w.Identification)),
        run_risk=people.coded("run_risk", list(w.Level)),
        recruitment_risk=people.coded("recruitment_risk", list(w.Level)),
        types=people.chosen("acceptable_types", list(w.PlacementType)),
        preferred_types=people.chosen("preferred_types", list(w.PlacementType)),
        stay_days=people.counted("stay_days"),
        substance=people.coded("substance_need", list(w.SubstanceNeed)),
        mental_health=people.coded("mental_health_need", list(w.CareNeed)),
        medical=people.coded("medical_need", list(w.CareNeed)),
        fragile=people.flags("medically_fragile"),
        developmental=people.coded("developmental_need", list(w.DevelopmentalNeed)),
        parenting=people.coded("pregnant_parenting", list(w.Parenting)),
        children=people.counted("children_with"),
        behaviours=people.chosen("behaviours", list(w.Behaviour)),
        behaviour_managed=people.flags("behaviour_managed_confirmed"),
        access=people.chosen("access_needs", list(w.Capability)),
        languages=people.chosen("languages", tongues),
        first_language=codes(first, tongues),
        interpreter_ok=people.flags("interpreter_ok"),
        tokens=_shared(people.said["separate_from"], tokens, _OTHER_PERSON),
        icwa=people.coded("icwa_status", list(w.IcwaStatus)),
        home=people.placed("home_county", geography),
        school=people.placed("school_county", geography),
        siblings=people.placed("sibling_county", geography),
        avoid=people.chosen("avoid_counties", sorted(people.items("avoid_counties"))),
        own_max_miles=people.counted("max_distance_miles"),
        faith=people.coded("faith_preference", list(w.FaithCharacter)),
        devices=people.coded("device_preference", list(w.DevicePolicy)),
        funding=people.chosen("funding", list(w.Funding)),
    )


def pool_columns(
    homes: Facts,
    beds: Facts,
    owner: NDArray[np.int32],
    as_of: datetime,
    geography: Geography,
    tokens: Sequence[str],
    tongues: Sequence[str],
    states: Sequence[str],
) -> PoolColumns:
    """Return the columns of the bed pools, each with the facts of its provider.

    Parameters
    ----------
    homes, beds : Facts
        Of the providers, each repeated for its pools, and of the pools; sorted.
    owner : ndarray of int32, shape (pools,)
        Position of each pool's provider.
    as_of : datetime
    geography : Geography
    tokens, tongues, states : sequence of str
        Vocabularies.
    """
    own = _beds(beds, as_of)
    occupied = beds.counted("beds_occupied")
    return PoolColumns(
        provider=owner,
        residents=homes.spread(_residents(homes, occupied, owner)),
        first_decides=once_for_each(
            lambda k: _flag(first_decides(homes.records[owner[k]], beds.records[k])),
            *(own["gender_lock"], own["genders"], occupied, homes.counted("residents")),
        ),
        **_standing(homes, as_of.date()),
        **_services(homes, tongues),
        **_safety(homes, tokens),
        **_place(homes, geography, states),
        **own,
    )


def _flag(value: bool | None) -> int | None:
    return None if value is None else int(value)


def _residents(homes: Facts, occupied: Ints, owner: NDArray[np.int32]) -> Ints:
    """People living at each provider: as recorded, or the sum over pools if all are known."""
    recorded = numbers(homes.said["residents"])
    pools = np.bincount(owner, minlength=len(recorded))
    told = np.bincount(owner[known(occupied)], minlength=len(recorded))
    total = np.zeros(len(recorded), dtype=np.int64)
    np.add.at(total, owner, np.where(known(occupied), occupied, 0))
    whole = (pools > 0) & (told == pools)
    summed = numbers(
        sum_ if all_ else None
        for sum_, all_ in zip(total.tolist(), whole.tolist(), strict=True)
    )
    return np.where(known(recorded), recorded, summed)


def _standing(homes: Facts, today: date) -> dict[str, Any]:
    """Kind, licence, certificate, checks and training."""
    kinds = list(w.PlacementType)
    kind = codes(homes.said["placement_type"], kinds)
    certificate = codes(homes.said["certificate"], list(w.Certificate))
    ends = converted(homes.said["certificate_expires"], date.toordinal)
    training, first_end = _course_ends(homes.said["trainings"])

    def effective(k: int) -> int | None:
        found = effective_type(homes.records[k], today)
        return None if found is None else kinds.index(found)

    def certified(k: int) -> int | None:
        return _flag(certificate_valid(homes.records[k], today))

    return {
        "placement_type": homes.spread(kind),
        "effective_type": homes.spread(once_for_each(effective, kind, certificate, ends)),
        "certified": homes.spread(once_for_each(certified, certificate, ends)),
        "foster_family": homes.spread(
            converted(homes.said["placement_type"], lambda one: one in w.FOSTER_FAMILY_TYPES)
        ),
        "foster_exception": homes.flags("foster_cap_exception"),
        "licence_status": homes.coded("licence_status", list(w.LicenceStatus)),
        "licence_expires": homes.dated("licence_expires"),
        "licensed_capacity": homes.counted("licensed_capacity"),
        "background": homes.coded("background_check", list(w.BackgroundCheck)),
        "training": homes.spread(training),
        "training_first_end": homes.spread(first_end),
    }


def _course_ends(held: Sequence[Sequence[Training] | None]) -> tuple[Ints, Ints]:
    """Roll courses up over the caregivers of each provider.

    Returns
    -------
    earliest, first_end : ndarray of int32, shape (providers, courses)
        The earliest end counts for the home, and is unknown where any end is;
        and the earliest of the known ends: one that has passed settles it.
    """
    courses = list(w.Course)
    shape = len(held), len(courses)
    every = [one for trainings in held for one in trainings or ()]
    counts = np.array([len(trainings or ()) for trainings in held], dtype=np.intp)
    home = np.repeat(np.arange(len(held)), counts)
    cell = home * len(courses) + codes([one.course for one in every], courses)
    end = converted([one.expires for one in every], date.toordinal)
    latest = np.iinfo(np.int32).max
    soonest = np.full(shape, latest, dtype=np.int32)
    np.minimum.at(soonest.reshape(-1), cell[known(end)], end[known(end)])
    open_ = np.bincount(cell[~known(end)], minlength=soonest.size).reshape(shape) > 0
    none_held = ~open_ & (soonest == latest)
    untold = np.array([trainings is None for trainings in held], dtype=np.bool_)[:, None]
    first_end = np.where(soonest == latest, UNKNOWN, soonest)
    first_end = np.where(untold, UNKNOWN, np.where(none_held, NO_COURSE, first_end))
    return np.where(open_, UNKNOWN, first_end), first_end


def _services(homes: Facts, tongues: Sequence[str]) -> dict[str, Any]:
    """Return what a provider offers, to whom, and who pays."""
    return {
        "capabilities": homes.chosen("capabilities", list(w.Capability)),
        "languages": homes.chosen("languages", tongues),
        "excludes": homes.chosen("excludes", list(w.Exclusion)),
        "trafficking": homes.chosen("trafficking_types", list(w.TraffickingType)),
        "identifications": homes.chosen("identifications", list(w.Identification)),
        "sources": homes.chosen("referral_sources", list(w.ReferralSource)),
        "intake_24_7": homes.flags("intake_24_7"),
        "max_stay": homes.counted("max_stay_days"),
        "funding": homes.chosen("funding", list(w.Funding)),
        "family_first": homes.coded("family_first", list(w.FamilyFirstCategory)),
        "affirming": homes.flags("lgbtq_affirming"),
        "faith": homes.coded("faith_character", list(w.FaithCharacter)),
        "devices": homes.coded("device_policy", list(w.DevicePolicy)),
        "icwa_tier": homes.coded("icwa_tier", list(w.IcwaTier)),
    }


def _safety(homes: Facts, tokens: Sequence[str]) -> dict[str, Any]:
    """Return what keeps the people there safe."""
    return {
        "run_tolerance": homes.coded("run_tolerance", list(w.Level)),
        "awake_night": homes.flags("awake_night"),
        "compromised_until": homes.dated("compromised_until"),
        "compromise_cleared": homes.flags("compromise_cleared"),
        "tokens": homes.take(_shared(homes.said["resident_tokens"], tokens, _OTHER_RESIDENT)),
        "high_acuity": homes.counted("high_acuity_residents"),
        "high_acuity_limit": homes.counted("high_acuity_limit"),
        "staff_on_shift": homes.counted("staff_on_shift"),
        "staff_ratio": homes.counted("staff_ratio"),
    }


def _place(homes: Facts, geography: Geography, states: Sequence[str]) -> dict[str, Any]:
    """Return where a provider is and whom it serves, to county level."""
    county = {fips: geography.state_of(fips) for fips in set(homes.said["county"])}
    state = [
        (recorded if recorded in geography.states else None) or county[fips]
        for recorded, fips in zip(homes.said["state"], homes.said["county"], strict=True)
    ]
    return {
        "county": homes.placed("county", geography),
        "state": homes.spread(codes(state, states)),
        "area": homes.chosen("service_area", sorted(homes.items("service_area"))),
    }


def _beds(beds: Facts, as_of: datetime) -> dict[str, Any]:
    """Return the pools' own facts."""
    counts = ("beds_accepting", "beds_occupied", "beds_held", "beds_available")
    return {
        "beds_licensed": beds.counted("beds_licensed"),
        "free": once_for_each(lambda k: beds.records[k].free, *map(beds.counted, counts)),
        "available_from": beds.dated("available_from"),
        "news_hours": beds.hours_before("as_of", as_of),
        "genders": beds.chosen("genders", list(w.Gender)),
        "age_min": beds.counted("age_min"),
        "age_max": beds.counted("age_max"),
        "households": beds.chosen("households", list(w.Household)),
        "reserved": beds.chosen("reserved_for", list(w.Identification)),
        "gender_lock": beds.coded("gender_lock", list(w.Gender)),
        "resident_age_min": beds.counted("resident_age_min"),
        "resident_age_max": beds.counted("resident_age_max"),
        "age_spread": beds.counted("age_spread_max"),
    }
