"""Drawing the providers and bed pools of the sample."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.domain import words as w
from matching.domain.records import BedPool, Provider, Training
from matching.intake import sample_names as names
from matching.intake.sample_calibration import value
from matching.intake.sample_draw import Column, Draw, Flags, objects, only
from matching.intake.sample_region import Region

_T = w.PlacementType
HOMES = frozenset({*w.FOSTER_FAMILY_TYPES, _T.KINSHIP, _T.HOST_HOME})
SPECIALISED = frozenset({_T.SAFE_HOUSE, _T.SAFE_FOSTER_HOME})
_SECRET = frozenset({_T.SAFE_HOUSE, _T.SAFE_FOSTER_HOME})
_ADULTS = (18, 99)

_GENDERS = {
    "female": frozenset({w.Gender.FEMALE}),
    "male": frozenset({w.Gender.MALE}),
    "mixed": frozenset({w.Gender.FEMALE, w.Gender.MALE}),
    "all": frozenset(w.Gender),
}
_TRANS = {"female": w.Gender.TRANS_FEMALE, "male": w.Gender.TRANS_MALE}
_TRAFFICKING = {
    "all": frozenset(w.TraffickingType),
    "sex, also with labour": frozenset({w.TraffickingType.SEX, w.TraffickingType.BOTH}),
    "sex only": frozenset({w.TraffickingType.SEX}),
    "labour": frozenset({w.TraffickingType.LABOUR, w.TraffickingType.BOTH}),
}
_IDENTIFIED = {
    "all": frozenset(w.Identification),
    "verified or suspected": frozenset({w.Identification.VERIFIED, w.Identification.SUSPECTED}),
    "verified": frozenset({w.Identification.VERIFIED}),
}
_SOURCES = {
    "all": frozenset(w.ReferralSource),
    "agency or police": frozenset({w.ReferralSource.AGENCY, w.ReferralSource.POLICE}),
    "agency": frozenset({w.ReferralSource.AGENCY}),
}
_PAYERS = {
    "federal and state": frozenset({w.Funding.IV_E, w.Funding.STATE}),
    "all public": frozenset({w.Funding.IV_E, w.Funding.STATE, w.Funding.VOCA}),
    "victim funds and private": frozenset({w.Funding.VOCA, w.Funding.PRIVATE}),
    "state": frozenset({w.Funding.STATE}),
    "private": frozenset({w.Funding.PRIVATE}),
}
_FAMILY_FIRST = {
    _T.SAFE_HOUSE: w.FamilyFirstCategory.TRAFFICKING_SETTING,
    _T.QRTP: w.FamilyFirstCategory.QRTP,
    _T.SUPERVISED_INDEPENDENT: w.FamilyFirstCategory.INDEPENDENT_LIVING,
    _T.TRANSITIONAL: w.FamilyFirstCategory.INDEPENDENT_LIVING,
    **dict.fromkeys(HOMES, w.FamilyFirstCategory.FAMILY),
}


def mapped(keys: Column, table: dict[Any, Any]) -> Column:
    """Return what a table holds for each key."""
    return objects(table[key] for key in keys)


def days_from(today: date, days: NDArray[np.integer[Any]]) -> Column:
    """Return the day so many days after today, for each record."""
    start = today.toordinal()
    return objects(date.fromordinal(start + k) for k in days.tolist())


@dataclass(frozen=True)
class Kinds:
    """What is drawn of each provider before anything else."""

    placement_type: Column
    home: Flags
    #: "family" or "programme"
    group: Column
    #: "ordinary home", "specialised home" or "programme"
    care: Column
    #: safe houses and shelters that are for minors
    receiving: Flags
    #: takes adults only
    adults: Flags

    @classmethod
    def draw(cls, draw: Draw) -> Kinds:
        """Draw the types, and which specialised places are for adults."""
        kind = draw.quota(value("providers.types"))
        home = np.array([k in HOMES for k in kind], dtype=np.bool_)
        special = np.array([k in SPECIALISED or k is _T.SPECIALISED_FOSTER_HOME for k in kind])
        care = np.where(
            ~home, "programme", np.where(special, "specialised home", "ordinary home")
        )
        adults = np.zeros(draw.rows, dtype=np.bool_)
        houses = np.flatnonzero(kind == _T.SAFE_HOUSE)
        share = _adult_houses()
        adults[houses] = Draw(draw.rng, len(houses)).quota({True: share, False: 1 - share})
        in_care = (kind == _T.EMERGENCY_SHELTER) | ((kind == _T.SAFE_HOUSE) & ~adults)
        receiving = in_care & draw.flags(value("providers.receiving_share"))
        return cls(
            kind,
            home,
            objects(np.where(home, "family", "programme").tolist()),
            objects(care.tolist()),
            receiving,
            adults,
        )


def _adult_houses() -> float:
    """Share of safe houses for adults that gives the share of specialised beds for adults.

    Safe foster homes are all for minors, so more than that share of the houses
    must be for adults.
    """
    types, beds = value("providers.types"), value("providers.beds")
    house, home = (types[k] * sum(beds[k]) / 2 for k in (_T.SAFE_HOUSE, _T.SAFE_FOSTER_HOME))
    return min(1.0, float(value("providers.specialised_adult") * (house + home) / house))


def draw_providers(
    rng: np.random.Generator, rows: int, region: Region, as_of: datetime
) -> tuple[tuple[Provider, ...], tuple[BedPool, ...]]:
    """Draw providers and their bed pools.

    Parameters
    ----------
    rng : numpy.random.Generator
    rows : int
        How many providers.
    region : Region
    as_of : datetime
        The moment the sample is of.

    Returns
    -------
    providers : tuple of Provider
    pools : tuple of BedPool
    """
    draw = Draw(rng, rows)
    draw.fill_in(
        value("region.hurried"),
        value("region.unknown_hurried"),
        value("region.unknown_careful"),
    )
    kinds = Kinds.draw(draw)
    ids = [f"P-{k:05d}" for k in range(1, rows + 1)]
    pools, beds = _pools(draw, kinds, ids, as_of)
    columns = {
        "provider_id": ids,
        "data_origin": [w.DataOrigin.SAMPLE] * rows,
        **_place(draw, kinds, region),
        **_standing(draw, kinds, as_of.date()),
        **_room(draw, kinds, beds),
        **_programme(draw, kinds),
        **_safety(draw, kinds, as_of.date()),
        "trainings": _trainings(draw, kinds, ids, as_of.date()),
    }
    keys = list(columns)
    providers = tuple(
        Provider(**dict(zip(keys, row, strict=True)))
        for row in zip(*columns.values(), strict=True)
    )
    return providers, pools


def _place(draw: Draw, kinds: Kinds, region: Region) -> dict[str, list[Any]]:
    """Draw names, agency and county."""
    rows, rng = draw.rows, draw.rng
    at = rng.choice(len(region.counties), rows, p=region.shares(value("region.provider_urban")))
    called = np.empty(rows, dtype=object)
    for flags, words in ((kinds.home, names.HOMES), (~kinds.home, names.PROGRAMMES)):
        called[flags] = names.numbered(rng, words, int(flags.sum()))
    agencies = objects(names.numbered(rng, names.AGENCIES, max(3, rows // 12)))
    shelter = (kinds.placement_type == _T.EMERGENCY_SHELTER) | (
        kinds.placement_type == _T.TRANSITIONAL
    )
    violence = shelter & draw.flags(value("providers.violence"))
    secret = violence | np.array([k in _SECRET for k in kinds.placement_type], dtype=np.bool_)
    areas = objects(region.around(value("providers.area_miles")))
    return {
        "name": called.tolist(),
        "agency": agencies[rng.integers(0, len(agencies), rows)].tolist(),
        "contact": draw.pick({"intake desk": 0.7, "placement desk": 0.3}).tolist(),
        "placement_type": kinds.placement_type.tolist(),
        "state": objects(region.states)[at].tolist(),
        "county": objects(region.fips)[at].tolist(),
        "service_area": only(areas[at], draw.flags(value("providers.area_named"))).tolist(),
        "confidential": only(secret, secret | (draw.rng.random(rows) < 0.9)).tolist(),
        "victim_service_provider": violence.tolist(),
        "domestic_violence": violence.tolist(),
    }


def _standing(draw: Draw, kinds: Kinds, today: date) -> dict[str, list[Any]]:
    """Draw licence, certificate, Family First category and background check."""
    status = draw.quota(value("providers.licence"))
    lapsed = status == "expired"
    ends = np.where(lapsed, -draw.whole(1, 150), draw.whole(20, 700))
    no_certificate = np.full(draw.rows, w.Certificate.NONE, dtype=object)
    certificate = no_certificate
    for kind, drawn in (
        (_T.SAFE_FOSTER_HOME, np.full(draw.rows, w.Certificate.SAFE_FOSTER_HOME, dtype=object)),
        (_T.SAFE_HOUSE, draw.pick(value("providers.safe_house_tiers"))),
    ):
        certificate = np.where(kinds.placement_type == kind, drawn, certificate)
    others = ~kinds.home & (kinds.placement_type != _T.SAFE_HOUSE)
    service = others & draw.flags(value("providers.trafficking_service"))
    certificate = only(certificate, ~service, w.Certificate.TRAFFICKING_SERVICE)
    held = certificate != w.Certificate.NONE
    over = draw.flags(value("providers.certificate_lapsed"))
    certified_until = np.where(over, -draw.whole(1, 120), draw.whole(30, 700))
    category = objects(
        _FAMILY_FIRST.get(kind, w.FamilyFirstCategory.OTHER) for kind in kinds.placement_type
    )
    return {
        "licence_status": draw.known(objects(w.LicenceStatus(s) for s in status)),
        "licence_expires": draw.known(days_from(today, ends)),
        "certificate": draw.known(certificate),
        "certificate_expires": draw.known(only(days_from(today, certified_until), held)),
        "family_first": draw.known(category),
        "background_check": draw.known(
            only(draw.pick(value("providers.background")), kinds.home)
        ),
    }


@dataclass(frozen=True)
class Beds:
    """What the bed pools of each provider add up to."""

    licensed: NDArray[np.int64]
    occupied: NDArray[np.int64]


def _room(draw: Draw, kinds: Kinds, beds: Beds) -> dict[str, list[Any]]:
    """Draw the capacity of the provider as a whole, and residents with high needs."""
    cap = value("providers.foster_cap")
    spare = np.where(kinds.home, draw.flags(0.3), 0)
    capacity = beds.licensed + np.where(beds.licensed + spare <= cap, spare, 0)
    high = draw.rng.binomial(beds.occupied, value("providers.high_acuity"))
    limit = np.maximum(high, np.where(kinds.home, 1, np.maximum(2, capacity // 3)))
    return {
        "licensed_capacity": draw.known(capacity),
        "residents": draw.known(beds.occupied),
        "foster_cap_exception": draw.known(np.zeros(draw.rows, dtype=np.bool_)),
        "high_acuity_residents": draw.known(high),
        "high_acuity_limit": draw.known(limit),
        "staff_ratio": draw.known(np.where(kinds.home, 2, value("providers.staff_ratio"))),
    }


def _programme(draw: Draw, kinds: Kinds) -> dict[str, list[Any]]:
    """Draw whom the place takes, what it has and who pays."""
    shelter = kinds.placement_type == _T.EMERGENCY_SHELTER
    group = kinds.group
    stay_group = only(group, ~shelter, "shelter")
    stay = draw.by(stay_group, value("providers.stay"))
    stay[kinds.receiving] = value("providers.receiving_stay")
    excludes = draw.subset_by(group, value("providers.excludes"))
    excludes[kinds.receiving] = value("providers.receiving_excludes")
    spoken = draw.subset(value("providers.languages_spoken"))
    capabilities = draw.subset_by(kinds.care, value("providers.capabilities"))
    inpatient = kinds.placement_type == _T.INPATIENT
    ward = frozenset({w.Capability.INPATIENT_MENTAL_HEALTH, w.Capability.INPATIENT_MEDICAL})
    capabilities[inpatient] = objects(has | ward for has in capabilities[inpatient])
    return {
        "capabilities": draw.known(capabilities),
        "languages": draw.known(objects(frozenset({"en"}) | more for more in spoken)),
        "excludes": draw.known(excludes),
        "trafficking_types": draw.known(
            mapped(draw.pick(value("providers.trafficking_served")), _TRAFFICKING)
        ),
        "identifications": draw.known(
            mapped(draw.pick(value("providers.identified_served")), _IDENTIFIED)
        ),
        "referral_sources": draw.known(
            mapped(draw.pick(value("providers.sources_served")), _SOURCES)
        ),
        "max_stay_days": draw.known(stay),
        "funding": draw.known(mapped(draw.by(group, value("providers.payers")), _PAYERS)),
        "faith_character": draw.known(draw.pick(value("providers.faith"))),
        "device_policy": draw.known(draw.pick(value("providers.devices"))),
        "icwa_tier": draw.known(draw.pick(value("providers.icwa_homes"))),
        "lgbtq_affirming": draw.known(draw.flags(value("providers.affirming"))),
    }


def _safety(draw: Draw, kinds: Kinds, today: date) -> dict[str, list[Any]]:
    """Draw what the place can keep safe, and what stands against it."""

    def by_group(name: str) -> Flags:
        shares = value(f"providers.{name}")
        return draw.flags(np.where(kinds.home, shares["family"], shares["programme"]))

    marked = draw.flags(value("providers.compromised"))
    has_token = draw.flags(value("providers.resident_tokens"))
    tokens = objects(frozenset({t}) for t in names.tokens(draw.rng, "C", draw.rows))
    return {
        "run_tolerance": draw.known(draw.by(kinds.group, value("providers.run_tolerance"))),
        "awake_night": draw.known(by_group("awake_night")),
        "intake_24_7": draw.known(by_group("intake_24_7")),
        "compromised_until": only(days_from(today, draw.whole(5, 60)), marked).tolist(),
        "compromise_cleared": only(draw.flags(0.5), marked).tolist(),
        "resident_tokens": draw.known(only(tokens, has_token, frozenset())),
        "trainable": draw.known(draw.flags(value("providers.trainable"))),
    }


def _trainings(
    draw: Draw, kinds: Kinds, ids: list[str], today: date
) -> list[tuple[Training, ...] | None]:
    """Draw the courses of each caregiver; where training lapsed, one of them let it."""
    status = draw.by(kinds.care, value("providers.trained"))
    people = draw.by(kinds.group, value("providers.caregivers")).astype(np.int64)
    owner = np.repeat(np.arange(draw.rows), people)
    number = np.arange(len(owner)) - np.repeat(np.cumsum(people) - people, people) + 1
    one = Draw(draw.rng, len(owner))
    ahead, behind = one.whole(15, 420).tolist(), one.whole(1, 200).tolist()
    lapsed = ((status[owner] == "lapsed") & (number == 1)).tolist()
    others = one.subset(value("providers.other_courses")).tolist()
    out: list[list[Training]] = [[] for _ in range(draw.rows)]
    start = today.toordinal()
    trained = (status[owner] != "none").tolist()
    for k, (home, which) in enumerate(zip(owner.tolist(), number.tolist(), strict=True)):
        if not trained[k]:
            continue
        caregiver = f"G-{ids[home][2:]}-{which}"
        ends = date.fromordinal(start + (-behind[k] if lapsed[k] else ahead[k]))
        out[home].append(
            Training(course=w.Course.TRAFFICKING, expires=ends, caregiver=caregiver)
        )
        later = date.fromordinal(start + ahead[k])
        out[home] += [
            Training(course=course, expires=later, caregiver=caregiver)
            for course in sorted(others[k])
        ]
    return draw.known(objects(tuple(courses) for courses in out))


def _pools(
    draw: Draw, kinds: Kinds, ids: list[str], as_of: datetime
) -> tuple[tuple[BedPool, ...], Beds]:
    """Draw the bed pools of every provider, and what they add up to."""
    two = ~kinds.home & (kinds.placement_type != _T.SAFE_HOUSE)
    two &= draw.flags(value("providers.two_pools"))
    owner = np.repeat(np.arange(draw.rows), 1 + two)
    second = np.r_[False, owner[1:] == owner[:-1]][: len(owner)]
    one = draw.spread(owner)
    home, kind = kinds.home[owner], kinds.placement_type[owner]
    profile = _profiles(one, kinds, owner, two[owner], second)
    ages = one.by(kind, value("providers.ages"))
    ages[kinds.adults[owner]] = objects([_ADULTS] * int(kinds.adults[owner].sum()))
    licensed, counts = _bed_counts(one, kind, home)
    columns: dict[str, list[Any]] = {
        "pool_id": [
            f"{ids[o]}-{s}" for o, s in zip(owner.tolist(), (second + 1).tolist(), strict=True)
        ],
        "provider_id": objects(ids)[owner].tolist(),
        "genders": one.known(_gender_sets(one, profile)),
        "age_min": one.known(objects(low for low, _ in ages)),
        "age_max": one.known(objects(high for _, high in ages)),
        "households": one.known(_households(one, home)),
        "reserved_for": one.known(_reserved(one, kind)),
        "beds_licensed": one.known(licensed),
        **_vacancies(one, counts, as_of),
        **_residents(one, home, profile, ages, counts.occupied),
    }
    keys = list(columns)
    pools = tuple(
        BedPool(**dict(zip(keys, row, strict=True)))
        for row in zip(*columns.values(), strict=True)
    )
    total = Beds(
        np.bincount(owner, licensed, draw.rows).astype(np.int64),
        np.bincount(owner, counts.occupied, draw.rows).astype(np.int64),
    )
    return pools, total


def _profiles(
    one: Draw, kinds: Kinds, owner: NDArray[np.int64], two: Flags, second: Flags
) -> Column:
    """Draw the gender profile of each pool; two pools of one place are one for each."""
    profile = one.by(kinds.group[owner], value("providers.genders"))
    profile[two] = np.where(second[two], "male", "female").astype(object)
    special = np.flatnonzero([k in SPECIALISED for k in kinds.placement_type[owner]])
    profile[special] = Draw(one.rng, len(special)).quota(value("providers.specialised_genders"))
    return profile


def _gender_sets(one: Draw, profile: Column) -> Column:
    """Draw the genders each pool names."""
    named = one.pick(value("providers.trans_named"))
    out = []
    for name, more in zip(profile, named, strict=True):
        genders = _GENDERS[name]
        if name in _TRANS and more != "not named":
            genders = genders | {_TRANS[name]}
            if more == "trans and non-binary":
                genders = genders | {w.Gender.NONBINARY}
        out.append(genders)
    return objects(out)


def _households(one: Draw, home: Flags) -> Column:
    """Draw the households each pool is for."""
    shares = value("providers.with_children")
    both = one.flags(np.where(home, shares["family"], shares["programme"]))
    alone = objects([frozenset({w.Household.ALONE})] * one.rows)
    return only(alone, ~both, frozenset(w.Household))


def _reserved(one: Draw, kind: Column) -> Column:
    """Draw whom beds are reserved for."""
    kept = (kind == _T.SAFE_HOUSE) & one.flags(value("providers.reserved"))
    nobody = objects([frozenset()] * one.rows)
    return only(nobody, ~kept, frozenset({w.Identification.VERIFIED}))


@dataclass(frozen=True)
class Counts:
    """Beds of each pool; licensed >= staffed >= accepting >= occupied + held."""

    staffed: NDArray[np.int64]
    accepting: NDArray[np.int64]
    occupied: NDArray[np.int64]
    held: NDArray[np.int64]


def _bed_counts(one: Draw, kind: Column, home: Flags) -> tuple[NDArray[np.int64], Counts]:
    """Draw the beds licensed, and how many of them are what."""
    limits = np.array([value("providers.beds")[k] for k in kind], dtype=np.int64).reshape(-1, 2)
    licensed = one.whole(limits[:, 0], limits[:, 1])
    missing = np.where(~home & one.flags(value("providers.short_staffed")), one.whole(1, 3), 0)
    staffed = np.maximum(1, licensed - missing)
    closed = one.flags(value("providers.closed_beds")) & (staffed > 1)
    accepting = staffed - closed
    shares = value("providers.occupied")
    taken = one.rng.binomial(accepting, np.where(home, shares["family"], shares["programme"]))
    held = one.rng.binomial(accepting - taken, value("providers.held"))
    return licensed, Counts(staffed, accepting, taken, held)


def _vacancies(one: Draw, counts: Counts, as_of: datetime) -> dict[str, list[Any]]:
    """Draw what is known of the vacancy, and since when."""
    how = one.pick(value("providers.vacancy_known"))
    counted, told = how == "counted", how != "unknown"
    free = counts.accepting - counts.occupied - counts.held
    news = one.pick(value("providers.news"))
    old = one.whole(24 * 60 + 60, value("providers.news_days") * 24 * 60)
    minutes = np.where(news == "older", old, one.whole(5, 23 * 60)).tolist()
    when = objects(as_of - timedelta(minutes=m) for m in minutes)
    opens = days_from(as_of.date(), one.whole(1, 20))
    by = one.pick({"intake desk": 0.6, "placement desk": 0.25, "provider portal": 0.15})
    known = news != "nobody knows"
    return {
        "beds_staffed": one.known(only(counts.staffed, told)),
        "beds_accepting": only(counts.accepting, counted).tolist(),
        "beds_occupied": only(counts.occupied, counted).tolist(),
        "beds_held": only(counts.held, counted).tolist(),
        "beds_available": only(free, told).tolist(),
        "available_from": only(opens, one.flags(value("providers.opens_later"))).tolist(),
        "as_of": only(when, known).tolist(),
        "confirmed_by": only(by, known).tolist(),
    }


def _residents(
    one: Draw, home: Flags, profile: Column, ages: Column, occupied: NDArray[np.int64]
) -> dict[str, list[Any]]:
    """Draw who lives there, as far as it binds the free beds."""
    some = occupied > 0
    low = np.array([first for first, _ in ages], dtype=np.int64)
    high = np.array([min(last, 45) for _, last in ages], dtype=np.int64)
    first, last = one.whole(low, high), one.whole(low, high)
    last = np.where(occupied == 1, first, last)
    group = objects(np.where(home, "family", "programme").tolist())
    spread = one.by(group, value("providers.age_spread"))
    spread = only(spread, low < _ADULTS[0], _ADULTS[1])
    residents = np.abs(first - last)
    middle = np.minimum(first, last)
    oldest = middle + np.minimum(residents, np.array(spread.tolist(), dtype=np.int64))
    shared = (profile == "mixed") | (profile == "all")
    lock = shared & some & one.flags(value("providers.gender_lock"))
    sides = one.pick({w.Gender.FEMALE: 0.7, w.Gender.MALE: 0.3})
    return {
        "gender_lock": only(sides, lock).tolist(),
        "resident_age_min": one.known(only(middle, some)),
        "resident_age_max": one.known(only(oldest, some)),
        "age_spread_max": one.known(spread),
    }
