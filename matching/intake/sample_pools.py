"""Drawing the bed pools of the sample: their beds, vacancies and residents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.domain import words as w
from matching.domain.records import BedPool
from matching.intake.sample_calibration import value
from matching.intake.sample_draw import Column, Draw, Flags, objects, only
from matching.intake.sample_kinds import SPECIALISED, Kinds, days_from

_T = w.PlacementType
_ADULTS = (18, 99)

_GENDERS = {
    "female": frozenset({w.Gender.FEMALE}),
    "male": frozenset({w.Gender.MALE}),
    "mixed": frozenset({w.Gender.FEMALE, w.Gender.MALE}),
    "all": frozenset(w.Gender),
}
_TRANS = {"female": w.Gender.TRANS_FEMALE, "male": w.Gender.TRANS_MALE}


@dataclass(frozen=True)
class Beds:
    """What the bed pools of each provider add up to."""

    licensed: NDArray[np.int64]
    staffed: NDArray[np.int64]
    occupied: NDArray[np.int64]


def draw_pools(
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
        np.bincount(owner, counts.staffed, draw.rows).astype(np.int64),
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
    by = one.pick(value("providers.confirmed_by"))
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
    sides = one.pick(value("providers.locked_to"))
    return {
        "gender_lock": only(sides, lock).tolist(),
        "resident_age_min": one.known(only(middle, some)),
        "resident_age_max": one.known(only(oldest, some)),
        "age_spread_max": one.known(spread),
    }
