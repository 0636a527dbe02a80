"""Drawing the referrals of the sample."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.domain import words as w
from matching.domain.records import Provider, Referral
from matching.intake import sample_names as names
from matching.intake.sample_calibration import value
from matching.intake.sample_draw import Column, Draw, Flags, objects, only
from matching.intake.sample_kinds import days_from, mapped
from matching.intake.sample_numbers_referrals import PATTERNS
from matching.intake.sample_region import Region

_ADULT = 18
_AGES = {
    "5 to 11": (5, 11),
    "12 to 14": (12, 14),
    "15 to 17": (15, 17),
    "18 to 20": (18, 20),
    "21 to 24": (21, 24),
    "25 to 40": (25, 40),
}
_PAYERS = {
    "federal and state": frozenset({w.Funding.IV_E, w.Funding.STATE}),
    "state": frozenset({w.Funding.STATE}),
    "federal": frozenset({w.Funding.IV_E}),
    "state and victim funds": frozenset({w.Funding.STATE, w.Funding.VOCA}),
    "victim funds": frozenset({w.Funding.VOCA}),
    "nobody": frozenset({w.Funding.NONE}),
}
_OWN_SETTING = {
    w.Gender.FEMALE: frozenset({w.Setting.FEMALE, w.Setting.MIXED}),
    w.Gender.MALE: frozenset({w.Setting.MALE, w.Setting.MIXED}),
    w.Gender.TRANS_FEMALE: frozenset({w.Setting.FEMALE}),
    w.Gender.TRANS_MALE: frozenset({w.Setting.MALE}),
    w.Gender.NONBINARY: frozenset({w.Setting.MIXED}),
}
_BINARY = (w.Gender.FEMALE, w.Gender.MALE)
_ICWA_ORDERS = (
    (w.IcwaTier.TRIBE_LICENSED, w.IcwaTier.EXTENDED_FAMILY, w.IcwaTier.INDIAN_HOME),
    (w.IcwaTier.INDIAN_HOME, w.IcwaTier.TRIBE_LICENSED, w.IcwaTier.EXTENDED_FAMILY),
)
_CHILD_MAX, _OLDER_FROM = 11, 16


def draw_referrals(
    rng: np.random.Generator,
    rows: int,
    region: Region,
    providers: tuple[Provider, ...],
    as_of: datetime,
) -> tuple[Referral, ...]:
    """Draw referrals.

    Parameters
    ----------
    rng : numpy.random.Generator
    rows : int
        How many referrals.
    region : Region
    providers : tuple of Provider
        Named in vetoes, declines and wishes; their residents' tokens are
        shared by a few referrals.
    as_of : datetime
        The moment the sample is of.

    Returns
    -------
    tuple of Referral
    """
    draw = Draw(rng, rows)
    draw.fill_in(
        value("region.hurried"),
        value("region.unknown_hurried"),
        value("region.unknown_careful"),
    )
    at = rng.choice(len(region.counties), rows, p=region.shares(value("region.referral_urban")))
    ages = draw.quota(value("referrals.ages"))
    limits = np.array([_AGES[band] for band in ages], dtype=np.int64).reshape(-1, 2)
    age = draw.whole(limits[:, 0], limits[:, 1])
    gender = draw.quota(value("referrals.genders"))
    urgency = draw.quota(value("referrals.urgency"))
    columns = {
        "referral_id": names.tokens(rng, "R", rows),
        "data_origin": [w.DataOrigin.SAMPLE] * rows,
        **_call(draw, urgency, as_of),
        **_person(draw, age, gender),
        **_exploitation(draw, age, as_of),
        **_setting(draw, age, urgency),
        **_needs(draw, age, gender),
        **_family(draw, age),
        **_where(draw, at, age, region),
        **_wishes(draw, at, region, providers),
        "separate_from": _apart(draw, at, region, providers),
        "group_id": _groups(draw),
    }
    keys = list(columns)
    return tuple(
        Referral(**dict(zip(keys, row, strict=True)))
        for row in zip(*columns.values(), strict=True)
    )


def _call(draw: Draw, urgency: Column, as_of: datetime) -> dict[str, list[Any]]:
    """Draw when and from whom the referral came."""
    longest = value("referrals.waiting_hours")
    hours = np.array([longest[u] for u in urgency], dtype=np.int64)
    # Most have waited a short while, few a long one.
    minutes = (hours * 60 * draw.rng.random(draw.rows) ** 2).astype(np.int64) + 5
    received = objects(as_of - timedelta(minutes=m) for m in minutes.tolist())
    wait = {w.Urgency.TONIGHT: 0, w.Urgency.WITHIN_72_HOURS: 3, w.Urgency.PLANNED: 14}
    latest = np.array([wait[u] for u in urgency], dtype=np.int64)
    needed = days_from(as_of.date(), draw.whole(latest // 2, latest))
    units = draw.pick({f"unit {k}": 1.0 for k in range(1, 7)})
    return {
        "received_at": draw.known(received),
        "urgency": draw.known(urgency),
        "needed_by": draw.known(needed),
        "trigger": draw.known(draw.pick(value("referrals.trigger"))),
        "referral_source": draw.known(draw.pick(value("referrals.source"))),
        "worker": units.tolist(),
        "presence": draw.known(draw.quota(value("referrals.presence"))),
        "consent": draw.known(draw.pick(value("referrals.consent"))),
        "consent_expires": only(
            days_from(as_of.date(), draw.whole(10, 300)),
            draw.flags(value("referrals.consent_dated")),
        ).tolist(),
    }


def _person(draw: Draw, age: NDArray[np.int64], gender: Column) -> dict[str, list[Any]]:
    """Draw age and gender."""
    binary = np.array([g in _BINARY for g in gender], dtype=np.bool_)
    said = draw.pick(value("referrals.settings_trans"))
    every = frozenset(w.Setting)
    settings = objects(
        own if how == "own gender" else own | {w.Setting.MIXED} if "mixed" in how else every
        for own, how in zip((_OWN_SETTING[g] for g in gender), said, strict=True)
    )
    settings[binary] = objects(_OWN_SETTING[g] for g in gender[binary])
    asked = value("referrals.affirming_asked")
    return {
        "age_years": draw.known(age),
        "days_to_birthday": draw.known(draw.whole(1, 365)),
        "gender": draw.known(gender),
        "acceptable_settings": draw.known(settings),
        "lgbtq_affirming_requested": draw.known(
            draw.flags(np.where(binary, asked["binary"], asked["other"]))
        ),
    }


def _exploitation(draw: Draw, age: NDArray[np.int64], as_of: datetime) -> dict[str, list[Any]]:
    """Draw what happened, as professionals coded it."""
    levels = value("referrals.levels")
    otip = only(draw.pick(value("referrals.otip")), age < _ADULT, w.OtipStatus.NONE)
    screened = days_from(as_of.date(), -draw.whole(0, 20))
    return {
        "trafficking_type": draw.known(draw.quota(value("referrals.trafficking"))),
        "identification": draw.known(draw.quota(value("referrals.identification"))),
        "screening_date": draw.known(screened),
        "run_risk": draw.known(draw.pick(value("referrals.run_risk"))),
        "recruitment_risk": draw.known(draw.pick(value("referrals.recruitment_risk"))),
        "exploiter_attachment": draw.known(draw.pick(levels)),
        "trauma_level": draw.known(draw.pick(levels)),
        "law_enforcement_contact": draw.known(draw.pick(value("referrals.police"))),
        "exploitation_duration": draw.known(draw.pick(value("referrals.duration"))),
        "otip_status": draw.known(otip),
    }


def _setting(draw: Draw, age: NDArray[np.int64], urgency: Column) -> dict[str, list[Any]]:
    """Draw kinds of place that suit, the stay and who pays."""
    band = np.full(draw.rows, "youth", dtype=object)
    band[age <= _CHILD_MAX] = "child"
    band[age >= _OLDER_FROM] = "older youth"
    band[age >= _ADULT] = "adult"
    types = mapped(draw.by(band, value("referrals.patterns")), PATTERNS)
    tonight = (urgency == w.Urgency.TONIGHT) & draw.flags(value("referrals.shelter_tonight"))
    tonight &= age > _CHILD_MAX
    types[tonight] = objects(t | {w.PlacementType.EMERGENCY_SHELTER} for t in types[tonight])
    wished = draw.flags(value("referrals.wished_types"))
    least = objects((min(t, key=lambda k: (w.RESTRICTIVENESS[k], k)),) for t in types)
    return {
        "acceptable_types": draw.known(types),
        "preferred_types": only(least, wished).tolist(),
        "stay_days": draw.known(draw.by(urgency, value("referrals.stay_days"))),
        "funding": draw.known(mapped(draw.pick(value("referrals.payers")), _PAYERS)),
    }


def _needs(draw: Draw, age: NDArray[np.int64], gender: Column) -> dict[str, list[Any]]:
    """Draw care, behaviours, access and languages."""
    behaviours = draw.subset(value("referrals.behaviours"))
    managed = draw.flags(value("referrals.behaviour_managed"))
    return {
        "substance_need": draw.known(draw.pick(value("referrals.substance"))),
        "mental_health_need": draw.known(draw.pick(value("referrals.mental_health"))),
        "medical_need": draw.known(draw.pick(value("referrals.medical"))),
        "medically_fragile": draw.known(draw.flags(value("referrals.fragile"))),
        "developmental_need": draw.known(draw.pick(value("referrals.developmental"))),
        "behaviours": draw.known(behaviours),
        "behaviour_managed_confirmed": draw.known(managed),
        "access_needs": draw.known(draw.subset(value("referrals.access"))),
        "languages": draw.known(draw.pick(value("referrals.languages"))),
        "interpreter_ok": draw.known(draw.flags(value("referrals.interpreter_ok"))),
        **_children(draw, age, gender),
    }


def _children(draw: Draw, age: NDArray[np.int64], gender: Column) -> dict[str, list[Any]]:
    """Draw pregnancy, parenthood and children who come along."""
    may_bear = (gender == w.Gender.FEMALE) & (age >= 13)
    pregnant = may_bear & draw.flags(value("referrals.pregnant"))
    parent = (age >= 15) & ~pregnant & draw.flags(value("referrals.parenting"))
    most = min(
        value("referrals.most_children"), round(draw.rows * value("referrals.bring_children"))
    )
    old_enough = np.flatnonzero((age >= 15) & ~pregnant)
    bring = draw.rng.permutation(old_enough)[:most]
    parent[bring] = True
    status = np.full(draw.rows, w.Parenting.NONE, dtype=object)
    status[pregnant], status[parent] = w.Parenting.PREGNANT, w.Parenting.PARENTING
    children = np.zeros(draw.rows, dtype=np.int64)
    children[bring] = 1
    known = draw.known(status)
    # A number of children stands only beside a status that is known.
    return {
        "pregnant_parenting": known,
        "children_with": [
            None if status is None else number
            for status, number in zip(known, children.tolist(), strict=True)
        ],
    }


def _family(draw: Draw, age: NDArray[np.int64]) -> dict[str, list[Any]]:
    """Draw the Indian Child Welfare Act, and wishes about how one lives."""
    status = draw.quota(value("referrals.icwa"))
    status[age >= _ADULT] = w.IcwaStatus.NO
    order = objects(_ICWA_ORDERS)[draw.rng.integers(0, len(_ICWA_ORDERS), draw.rows)]
    own = (status == w.IcwaStatus.YES) & draw.flags(value("referrals.icwa_reordered"))
    devices = draw.pick(value("referrals.devices"))
    return {
        "icwa_status": draw.known(status),
        "icwa_order": only(order, own).tolist(),
        "faith_preference": only(
            draw.pick(value("referrals.faith")), draw.flags(value("referrals.faith_asked"))
        ).tolist(),
        "device_preference": only(
            devices, draw.flags(value("referrals.devices_asked"))
        ).tolist(),
    }


def _where(
    draw: Draw, at: NDArray[np.int64], age: NDArray[np.int64], region: Region
) -> dict[str, list[Any]]:
    """Draw home, school, brothers and sisters, and where not to go."""
    fips = objects(region.fips)
    near = region.nearest(draw.whole(1, 4), at)
    minor = age < _ADULT
    school = np.where(draw.flags(value("referrals.school_at_home")), at, near)
    sibling = np.where(
        draw.flags(value("referrals.sibling_at_home")), at, region.nearest(draw.whole(1, 6), at)
    )
    danger = draw.quota(value("referrals.avoid"))
    avoided = objects(
        frozenset() if what == "nothing" else frozenset({home if what == "home" else other})
        for what, home, other in zip(danger, fips[at], fips[near], strict=True)
    )
    limit = draw.pick(value("referrals.own_limit"))
    has_limit = draw.flags(value("referrals.own_limit_share"))
    reason = draw.pick(value("referrals.limit_reasons"))
    return {
        "home_county": draw.known(fips[at]),
        "school_county": only(fips[school], minor).tolist(),
        "sibling_county": only(
            fips[sibling], minor & draw.flags(value("referrals.sibling"))
        ).tolist(),
        "avoid_counties": draw.known(avoided),
        "max_distance_miles": only(limit, has_limit).tolist(),
        "distance_reason": only(reason, has_limit).tolist(),
    }


def _wishes(
    draw: Draw, at: NDArray[np.int64], region: Region, providers: tuple[Provider, ...]
) -> dict[str, list[Any]]:
    """Draw providers refused, ruled out, asked in vain, or wished for."""
    nearby: dict[str, list[str]] = defaultdict(list)
    for provider in providers:
        nearby[provider.county or ""].append(provider.provider_id)
        nearby[provider.state or ""].append(provider.provider_id)

    def chosen(who: Flags, most: int) -> list[tuple[str, ...]]:
        out: list[tuple[str, ...]] = [()] * draw.rows
        for k in np.flatnonzero(who).tolist():
            state = region.states[at[k]]
            # The home county where it has any provider, else the state.
            homes = nearby.get(region.fips[at[k]]) or nearby.get(state) or []
            picks = draw.rng.integers(0, max(1, len(homes)), draw.rng.integers(1, most + 1))
            out[k] = tuple(dict.fromkeys(homes[p] for p in picks.tolist() if homes))
        return out

    def listed(name: str, most: int) -> list[Any]:
        found = chosen(draw.flags(value(f"referrals.{name}")), most)
        return draw.known(objects(map(frozenset, found)))

    wishes = chosen(draw.flags(value("referrals.wishes")), 2)
    return {
        "vetoed_providers": listed("vetoes", 2),
        "avoid_providers": listed("ruled_out", 1),
        "declined_by": listed("declines", 3),
        "preferred_providers": [found or None for found in wishes],
    }


def _apart(
    draw: Draw, at: NDArray[np.int64], region: Region, providers: tuple[Provider, ...]
) -> list[frozenset[str] | None]:
    """Draw tokens: a few shared by two who wait, some with somebody who lives somewhere.

    A resident's token goes to one referral at most, so that it ties no two
    referrals to each other.
    """
    tokens: list[frozenset[str]] = [frozenset()] * draw.rows
    order = draw.rng.permutation(draw.rows)
    pairs = _pair_count(draw.rows)
    shared = names.tokens(draw.rng, "K", pairs)
    for k, token in enumerate(shared):
        for row in order[2 * k : 2 * k + 2].tolist():
            tokens[row] = frozenset({token})
    position = region.geography.index
    homes = sorted(
        (position.get(p.county or "", -1), token)
        for p in providers
        for token in p.resident_tokens or ()
    )
    wanted = round(draw.rows * value("referrals.kept_apart"))
    rest = order[2 * pairs :][: min(wanted, len(homes))]
    rest = rest[np.argsort(region.counties[at[rest]], kind="stable")]
    step = len(homes) / max(1, len(rest))
    for k, row in enumerate(rest.tolist()):
        tokens[row] = frozenset({homes[int(k * step)][1]})
    known = draw.known(objects(tokens))
    # Whoever shares a token is known to: the other side of it would be lost.
    return [mine or told for mine, told in zip(tokens, known, strict=True)]


def _groups(draw: Draw) -> list[str | None]:
    """Draw a few pairs of brothers and sisters who stay together."""
    groups: list[str | None] = [None] * draw.rows
    order = draw.rng.permutation(draw.rows).tolist()
    for k in range(_pair_count(draw.rows)):
        for row in order[2 * k : 2 * k + 2]:
            groups[row] = f"S-{k + 1:02d}"
    return groups


def _pair_count(rows: int) -> int:
    """How many pairs of a kind there are among some referrals."""
    return int(min(value("referrals.most_pairs"), round(rows * value("referrals.pairs"))))
