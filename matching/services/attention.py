"""What needs a person now: old news of beds, and what of the beds can be used tonight."""

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


def usable_tonight(
    providers: Iterable[Provider],
    pools: Iterable[BedPool],
    now: datetime,
    today: date,
    stale_hours: int,
) -> int:
    """Count beds that can be used tonight.

    A bed counts if it is free, the news of it is fresh, it is not announced
    for a later day, and the provider's licence is not known to have ended; no
    provider counts for more than its licensed capacity and the staff on shift
    leave. Whom a bed fits is the plan's question, not this one's.

    Parameters
    ----------
    providers, pools : records
    now : datetime
    today : date
        In the office's time zone.
    stale_hours : int
        Age from which news no longer counts.
    """
    owners = {provider.provider_id: provider for provider in providers}
    beds: dict[str, int] = {}
    for pool in pools:
        later = pool.available_from is not None and pool.available_from > today
        if pool.free and not later and not is_stale(pool, now, stale_hours):
            beds[pool.provider_id] = beds.get(pool.provider_id, 0) + pool.free
    return sum(
        min(number, _room(owners[ident]))
        for ident, number in beds.items()
        if licensed(owners[ident], today)
    )


def licensed(provider: Provider, today: date) -> bool:
    """Tell whether a provider's licence is not known to have ended."""
    ends = provider.licence_expires
    if provider.licence_status is w.LicenceStatus.NOT_REQUIRED:
        return True
    return provider.licence_status not in _NO_LICENCE and (ends is None or ends >= today)


def _room(provider: Provider) -> int:
    most = 10**6 if provider.licensed_capacity is None else provider.licensed_capacity
    if provider.staff_on_shift == 0:
        most = 0
    elif provider.staff_on_shift is not None and provider.staff_ratio is not None:
        most = min(most, provider.staff_on_shift * provider.staff_ratio)
    return max(0, most - (provider.residents or 0))
