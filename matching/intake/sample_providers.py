"""Drawing the providers and bed pools of the sample."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import numpy as np

from matching.domain import words as w
from matching.domain.records import BedPool, Provider, Training
from matching.intake import sample_names as names
from matching.intake.sample_calibration import value
from matching.intake.sample_draw import Draw, Flags, objects, only
from matching.intake.sample_kinds import HOMES, SPECIALISED, Kinds, days_from, mapped
from matching.intake.sample_pools import Beds, draw_pools
from matching.intake.sample_region import Region

_T = w.PlacementType
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
    pools, beds = draw_pools(draw, kinds, ids, as_of)
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
    secret = violence | np.array(
        [k in SPECIALISED for k in kinds.placement_type], dtype=np.bool_
    )
    areas = objects(region.around(value("providers.area_miles")))
    return {
        "name": called.tolist(),
        "agency": agencies[rng.integers(0, len(agencies), rows)].tolist(),
        "contact": draw.pick(value("providers.contacts")).tolist(),
        "placement_type": kinds.placement_type.tolist(),
        "state": objects(region.states)[at].tolist(),
        "county": objects(region.fips)[at].tolist(),
        "service_area": only(areas[at], draw.flags(value("providers.area_named"))).tolist(),
        "confidential": only(
            secret, secret | draw.flags(value("providers.open_recorded"))
        ).tolist(),
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


def _room(draw: Draw, kinds: Kinds, beds: Beds) -> dict[str, list[Any]]:
    """Draw the capacity of the provider as a whole, and residents with high needs."""
    cap = value("providers.foster_cap")
    spare = np.where(kinds.home, draw.flags(value("providers.spare_licence")), 0)
    capacity = beds.licensed + np.where(beds.licensed + spare <= cap, spare, 0)
    high = draw.rng.binomial(beds.occupied, value("providers.high_acuity"))
    limit = np.maximum(high, np.where(kinds.home, 1, np.maximum(2, capacity // 2)))
    return {
        "licensed_capacity": draw.known(capacity),
        "residents": draw.known(beds.occupied),
        "foster_cap_exception": draw.known(np.zeros(draw.rows, dtype=np.bool_)),
        "high_acuity_residents": draw.known(high),
        "high_acuity_limit": draw.known(limit),
        **_staff(draw, kinds, beds),
    }


def _staff(draw: Draw, kinds: Kinds, beds: Beds) -> dict[str, list[Any]]:
    """Draw the staff of the programmes that count them; families are not staffed."""
    ratio, aside = value("providers.staff_ratio"), draw.aside()
    counted = ~kinds.home & aside.flags(value("providers.staff_counted"))
    short = aside.flags(value("providers.staff_short"))
    needed = -(-beds.staffed // ratio)
    return {
        "staff_on_shift": aside.known(only(np.maximum(1, needed - short), counted)),
        "staff_ratio": draw.known(only(np.full(draw.rows, ratio), counted)),
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
        "compromise_cleared": only(draw.flags(value("providers.cleared")), marked).tolist(),
        "resident_tokens": draw.known(only(tokens, has_token, frozenset())),
        "trainable": draw.known(draw.flags(value("providers.trainable"))),
    }


def _trainings(
    draw: Draw, kinds: Kinds, ids: list[str], today: date
) -> list[tuple[Training, ...] | None]:
    """Draw the courses of each caregiver; where training lapsed, one of them let it."""
    alone = kinds.placement_type == _T.SUPERVISED_INDEPENDENT
    status = draw.by(only(kinds.care, ~alone, "independent"), value("providers.trained"))
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
