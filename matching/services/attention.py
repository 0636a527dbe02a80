"""What needs a person now: old news of beds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from matching.domain import words as w
from matching.domain.records import BedPool, Provider

_NO_LICENCE = frozenset({w.LicenceStatus.EXPIRED, w.LicenceStatus.REVOKED})


@dataclass(frozen=True, slots=True)
class Stale:
    """A provider whose beds nobody has confirmed lately.

    Attributes
    ----------
    provider_id : str
    name : str
    placement_type : PlacementType or None
    pools : int
        Bed pools with old news or none.
    hours : int or None
        Age of the oldest news; ``None`` if some pool has no date at all.
    free : int or None
        Beds last said to be free in them; ``None`` if nobody has said.
    """

    provider_id: str
    name: str
    placement_type: w.PlacementType | None
    pools: int
    hours: int | None
    free: int | None


def hours_old(moment: datetime | None, now: datetime) -> int | None:
    """Return whole hours since a moment, never negative; ``None`` if there is none."""
    return None if moment is None else max(0, int((now - moment).total_seconds() // 3600))


def is_stale(pool: BedPool, now: datetime, stale_hours: int) -> bool:
    """Tell whether news of a pool is older than the limit, or of unknown age."""
    age = hours_old(pool.as_of, now)
    return age is None or age > stale_hours


def stale_providers(
    providers: Iterable[Provider],
    pools: Sequence[BedPool],
    now: datetime,
    stale_hours: int,
) -> tuple[Stale, ...]:
    """Return providers to ask again: most beds to gain first, then the oldest news.

    Parameters
    ----------
    providers, pools : records
    now : datetime
    stale_hours : int
        Age from which news no longer counts.
    """
    old: dict[str, list[BedPool]] = {}
    for pool in pools:
        if is_stale(pool, now, stale_hours):
            old.setdefault(pool.provider_id, []).append(pool)
    out = []
    for provider in providers:
        mine = old.get(provider.provider_id)
        if not mine:
            continue
        ages = [hours_old(pool.as_of, now) for pool in mine]
        known = [age for age in ages if age is not None]
        said = [pool.free for pool in mine if pool.free is not None]
        out.append(
            Stale(
                provider_id=provider.provider_id,
                name=provider.name or provider.provider_id,
                placement_type=provider.placement_type,
                pools=len(mine),
                hours=max(known) if len(known) == len(ages) else None,
                free=sum(said) if said else None,
            )
        )

    def place(one: Stale) -> tuple[int, float, str]:
        age = float("inf") if one.hours is None else one.hours
        return -(one.free or 0), -age, one.name

    return tuple(sorted(out, key=place))


def licensed(provider: Provider, today: date) -> bool:
    """Tell whether a provider's licence is not known to have ended."""
    ends = provider.licence_expires
    if provider.licence_status is w.LicenceStatus.NOT_REQUIRED:
        return True
    return provider.licence_status not in _NO_LICENCE and (ends is None or ends >= today)
