"""Records turned into the columns of a problem."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.domain import words as w
from matching.domain.certification import certificate_valid, effective_type
from matching.domain.geography import Geography
from matching.domain.occupancy import first_decides
from matching.domain.records import BedPool, Provider, Referral, Training
from matching.engine.columns import Ints, SetColumn, codes, numbers, sets
from matching.engine.sides import NO_COURSE, PairList, PoolColumns, ReferralColumns

#: Stand for tokens that nobody on the other side has: they can keep nobody
#: apart, but a set that holds one is not empty.
_OTHER_PERSON, _OTHER_RESIDENT = "\0person", "\0resident"


def tokens(people: Sequence[Referral], homes: Sequence[Provider]) -> list[str]:
    """Return the tokens that stand on both sides, and the two stand-ins."""
    here = {t for r in people for t in r.separate_from or ()}
    there = {t for p in homes for t in p.resident_tokens or ()}
    return [_OTHER_PERSON, _OTHER_RESIDENT, *sorted(here & there)]


def _shared(
    tokens: frozenset[str] | None, vocabulary: frozenset[str], other: str
) -> frozenset[str] | None:
    """Replace tokens outside the vocabulary by a stand-in; keep unknown and empty."""
    if tokens is None:
        return None
    return frozenset(t if t in vocabulary else other for t in tokens)


def pair_list(
    lists: Sequence[Sequence[str] | frozenset[str] | None], position: dict[str, int]
) -> PairList:
    """Return each referral's list of providers as pairs; unknown names are left out."""
    rows: list[tuple[int, int, int]] = []
    for row, names in enumerate(lists):
        ordered = names if isinstance(names, tuple) else sorted(names or ())
        rows += [(row, position[n], k) for k, n in enumerate(ordered) if n in position]
    table = np.array(rows, dtype=np.int32).reshape(-1, 3)
    return PairList(table[:, 0].copy(), table[:, 1].copy(), table[:, 2].copy())


def _day(value: date | None) -> int | None:
    return None if value is None else value.toordinal()


def _flag(value: bool | None) -> int | None:
    return None if value is None else int(value)


def _hours_before(moment: datetime | None, as_of: datetime) -> int | None:
    """Whole hours from a moment to ``as_of``; a moment ahead counts as now."""
    if moment is None:
        return None
    return max(0, int((as_of - moment).total_seconds() // 3600))


def _county(fips: str | None, geography: Geography) -> int | None:
    return None if fips is None else geography.index.get(fips)


def referral_columns(
    people: Sequence[Referral],
    as_of: datetime,
    geography: Geography,
    tokens: Sequence[str],
    tongues: Sequence[str],
) -> ReferralColumns:
    """Return the columns of the referrals, which are sorted.

    Parameters
    ----------
    people : sequence of Referral
    as_of : datetime
    geography : Geography
    tokens, tongues : sequence of str
        Vocabularies.
    """
    avoided = sorted({c for r in people for c in r.avoid_counties or ()})
    shared = frozenset(tokens)
    return ReferralColumns(
        urgency=codes((r.urgency for r in people), list(w.Urgency)),
        waiting_hours=numbers(_hours_before(r.received_at, as_of) for r in people),
        needed_by=numbers(_day(r.needed_by) for r in people),
        source=codes((r.referral_source for r in people), list(w.ReferralSource)),
        presence=codes((r.presence for r in people), list(w.Presence)),
        age=numbers(r.age_years for r in people),
        days_to_birthday=numbers(r.days_to_birthday for r in people),
        gender=codes((r.gender for r in people), list(w.Gender)),
        settings=sets([r.acceptable_settings for r in people], list(w.Setting)),
        affirming=numbers(_flag(r.lgbtq_affirming_requested) for r in people),
        trafficking=codes((r.trafficking_type for r in people), list(w.TraffickingType)),
        identification=codes((r.identification for r in people), list(w.Identification)),
        run_risk=codes((r.run_risk for r in people), list(w.Level)),
        recruitment_risk=codes((r.recruitment_risk for r in people), list(w.Level)),
        types=sets([r.acceptable_types for r in people], list(w.PlacementType)),
        preferred_types=sets([r.preferred_types for r in people], list(w.PlacementType)),
        stay_days=numbers(r.stay_days for r in people),
        substance=codes((r.substance_need for r in people), list(w.SubstanceNeed)),
        mental_health=codes((r.mental_health_need for r in people), list(w.CareNeed)),
        medical=codes((r.medical_need for r in people), list(w.CareNeed)),
        fragile=numbers(_flag(r.medically_fragile) for r in people),
        developmental=codes((r.developmental_need for r in people), list(w.DevelopmentalNeed)),
        parenting=codes((r.pregnant_parenting for r in people), list(w.Parenting)),
        children=numbers(r.children_with for r in people),
        behaviours=sets([r.behaviours for r in people], list(w.Behaviour)),
        behaviour_managed=numbers(_flag(r.behaviour_managed_confirmed) for r in people),
        access=sets([r.access_needs for r in people], list(w.Capability)),
        languages=sets([r.languages for r in people], tongues),
        first_language=codes(
            (r.languages[0] if r.languages else None for r in people), tongues
        ),
        interpreter_ok=numbers(_flag(r.interpreter_ok) for r in people),
        tokens=sets(
            [_shared(r.separate_from, shared, _OTHER_PERSON) for r in people],
            tokens,
        ),
        icwa=codes((r.icwa_status for r in people), list(w.IcwaStatus)),
        home=numbers(_county(r.home_county, geography) for r in people),
        school=numbers(_county(r.school_county, geography) for r in people),
        siblings=numbers(_county(r.sibling_county, geography) for r in people),
        avoid=sets([r.avoid_counties for r in people], avoided),
        own_max_miles=numbers(r.max_distance_miles for r in people),
        faith=codes((r.faith_preference for r in people), list(w.FaithCharacter)),
        devices=codes((r.device_preference for r in people), list(w.DevicePolicy)),
        funding=sets([r.funding for r in people], list(w.Funding)),
    )


def _earliest(trainings: Sequence[Training] | None, course: w.Course) -> int | None:
    """Roll a course up over caregivers: the earliest end counts for the home."""
    if trainings is None:
        return None
    ends = [_day(t.expires) for t in trainings if t.course is course]
    if not ends:
        return int(NO_COURSE)
    return None if None in ends else min(e for e in ends if e is not None)


def _first_end(trainings: Sequence[Training] | None, course: w.Course) -> int | None:
    """Earliest known end of a course: one that has passed settles it for the home."""
    if trainings is None:
        return None
    held = [t.expires for t in trainings if t.course is course]
    ends = [end.toordinal() for end in held if end is not None]
    return min(ends, default=None if held else int(NO_COURSE))


def _residents(provider: Provider, pools: Sequence[BedPool]) -> int | None:
    """People living there: as recorded, or the sum over pools if all are known."""
    if provider.residents is not None:
        return provider.residents
    occupied = [b.beds_occupied for b in pools]
    if not occupied or any(beds is None for beds in occupied):
        return None
    return sum(beds for beds in occupied if beds is not None)


def pool_columns(
    homes: Sequence[Provider],
    beds: Sequence[BedPool],
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
    homes, beds : sequence of records
        Sorted.
    owner : ndarray of int32, shape (beds,)
        Position of each pool's provider.
    as_of : datetime
    geography : Geography
    tokens, tongues, states : sequence of str
        Vocabularies.
    """
    by_home: list[list[BedPool]] = [[] for _ in homes]
    for bed, k in zip(beds, owner, strict=True):
        by_home[k].append(bed)
    side = _ProviderSide(homes, owner)
    return PoolColumns(
        provider=owner,
        residents=side.spread(numbers(_residents(p, by_home[k]) for k, p in enumerate(homes))),
        first_decides=numbers(
            _flag(first_decides(homes[k], bed)) for bed, k in zip(beds, owner, strict=True)
        ),
        **_standing(side, as_of.date()),
        **_services(side, tongues),
        **_safety(side, tokens),
        **_place(side, geography, states),
        **_beds(beds, as_of),
    )


class _ProviderSide:
    """Columns of the providers, spread over their pools."""

    def __init__(self, homes: Sequence[Provider], owner: NDArray[np.int32]) -> None:
        self.homes = homes
        self.owner = owner

    def spread(self, column: Ints) -> Ints:
        out = column[self.owner]
        out.flags.writeable = False
        return out

    def flags(self, name: str) -> Ints:
        return self.spread(numbers(_flag(getattr(p, name)) for p in self.homes))

    def coded(self, name: str, vocabulary: Sequence[object]) -> Ints:
        return self.spread(codes((getattr(p, name) for p in self.homes), vocabulary))

    def counted(self, name: str) -> Ints:
        return self.spread(numbers(getattr(p, name) for p in self.homes))

    def dated(self, name: str) -> Ints:
        return self.spread(numbers(_day(getattr(p, name)) for p in self.homes))

    def chosen(self, name: str, vocabulary: Sequence[object]) -> SetColumn:
        return sets([getattr(p, name) for p in self.homes], vocabulary).take(self.owner)


def _standing(side: _ProviderSide, today: date) -> dict[str, Any]:
    """Kind, licence, certificate, checks and training."""
    homes = side.homes
    return {
        "placement_type": side.coded("placement_type", list(w.PlacementType)),
        "effective_type": side.spread(
            codes((effective_type(p, today) for p in homes), list(w.PlacementType))
        ),
        "certified": side.spread(numbers(_flag(certificate_valid(p, today)) for p in homes)),
        "foster_family": side.spread(
            numbers(
                None
                if p.placement_type is None
                else int(p.placement_type in w.FOSTER_FAMILY_TYPES)
                for p in homes
            )
        ),
        "foster_exception": side.flags("foster_cap_exception"),
        "licence_status": side.coded("licence_status", list(w.LicenceStatus)),
        "licence_expires": side.dated("licence_expires"),
        "licensed_capacity": side.counted("licensed_capacity"),
        "background": side.coded("background_check", list(w.BackgroundCheck)),
        "training": _by_course(side, _earliest),
        "training_first_end": _by_course(side, _first_end),
    }


def _by_course(
    side: _ProviderSide,
    end: Callable[[Sequence[Training] | None, w.Course], int | None],
) -> Ints:
    """Return one column for each course, shape (pools, courses)."""
    return np.column_stack(
        [
            side.spread(numbers(end(p.trainings, course) for p in side.homes))
            for course in w.Course
        ]
    )


def _services(side: _ProviderSide, tongues: Sequence[str]) -> dict[str, Any]:
    """Return what a provider offers, to whom, and who pays."""
    return {
        "capabilities": side.chosen("capabilities", list(w.Capability)),
        "languages": side.chosen("languages", tongues),
        "excludes": side.chosen("excludes", list(w.Exclusion)),
        "trafficking": side.chosen("trafficking_types", list(w.TraffickingType)),
        "identifications": side.chosen("identifications", list(w.Identification)),
        "sources": side.chosen("referral_sources", list(w.ReferralSource)),
        "intake_24_7": side.flags("intake_24_7"),
        "max_stay": side.counted("max_stay_days"),
        "funding": side.chosen("funding", list(w.Funding)),
        "family_first": side.coded("family_first", list(w.FamilyFirstCategory)),
        "affirming": side.flags("lgbtq_affirming"),
        "faith": side.coded("faith_character", list(w.FaithCharacter)),
        "devices": side.coded("device_policy", list(w.DevicePolicy)),
        "icwa_tier": side.coded("icwa_tier", list(w.IcwaTier)),
    }


def _safety(side: _ProviderSide, tokens: Sequence[str]) -> dict[str, Any]:
    """Return what keeps the people there safe."""
    shared = frozenset(tokens)
    return {
        "run_tolerance": side.coded("run_tolerance", list(w.Level)),
        "awake_night": side.flags("awake_night"),
        "compromised_until": side.dated("compromised_until"),
        "compromise_cleared": side.flags("compromise_cleared"),
        "tokens": sets(
            [_shared(p.resident_tokens, shared, _OTHER_RESIDENT) for p in side.homes], tokens
        ).take(side.owner),
        "high_acuity": side.counted("high_acuity_residents"),
        "high_acuity_limit": side.counted("high_acuity_limit"),
        "staff_on_shift": side.counted("staff_on_shift"),
        "staff_ratio": side.counted("staff_ratio"),
    }


def _place(side: _ProviderSide, geography: Geography, states: Sequence[str]) -> dict[str, Any]:
    """Return where a provider is and whom it serves, to county level."""
    homes = side.homes
    areas = sorted({a for p in homes for a in p.service_area or ()})
    return {
        "county": side.spread(numbers(_county(p.county, geography) for p in homes)),
        "state": side.spread(codes((_state(p, geography) for p in homes), states)),
        "area": side.chosen("service_area", areas),
    }


def _beds(beds: Sequence[BedPool], as_of: datetime) -> dict[str, Any]:
    """Return the pools' own facts."""
    return {
        "beds_licensed": numbers(b.beds_licensed for b in beds),
        "free": numbers(b.free for b in beds),
        "available_from": numbers(_day(b.available_from) for b in beds),
        "news_hours": numbers(_hours_before(b.as_of, as_of) for b in beds),
        "genders": sets([b.genders for b in beds], list(w.Gender)),
        "age_min": numbers(b.age_min for b in beds),
        "age_max": numbers(b.age_max for b in beds),
        "households": sets([b.households for b in beds], list(w.Household)),
        "reserved": sets([b.reserved_for for b in beds], list(w.Identification)),
        "gender_lock": codes((b.gender_lock for b in beds), list(w.Gender)),
        "resident_age_min": numbers(b.resident_age_min for b in beds),
        "resident_age_max": numbers(b.resident_age_max for b in beds),
        "age_spread": numbers(b.age_spread_max for b in beds),
    }


def _state(provider: Provider, geography: Geography) -> str | None:
    """State of a provider: as recorded, or that of its county."""
    recorded = provider.state if provider.state in geography.states else None
    return recorded or geography.state_of(provider.county)
