"""What the record says of a place when its provider is heard: who came and who left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from matching.domain.casework import BedTaken
from matching.domain.records import BedPool, Provider
from matching.engine.lodging import surely_high
from matching.engine.settled import counted, heard, uncounted_beds
from matching.services.facts import taken_on
from matching.services.upload_records import PROVIDER
from matching.store.database import Reading


@dataclass(frozen=True, slots=True)
class News:
    """A pool brought up to the moment its provider is heard.

    Attributes
    ----------
    pool : BedPool
        With its residents brought up to date.
    homes : tuple of Provider
        The provider, where its residents are others now; else nothing.
    held : int
        Beds that people have whom the news will not include: held and accepted.
    moved : int
        Residents more, or fewer, since the news before.
    """

    pool: BedPool
    homes: tuple[Provider, ...]
    held: int
    moved: int


def heard_now(record: Reading, pool: BedPool, now: datetime) -> News:
    """Return what a pool's numbers are before its provider says what is free.

    Whoever was placed there since the last news counts among the residents from
    now on; whoever was counted there and left does no more.

    Parameters
    ----------
    record : Reading
    pool : BedPool
        As it is on the record.
    now : datetime
    """
    taken = [one for one in taken_on(record, pool.provider_id) if one.pool_id == pool.pool_id]
    later = replace(pool, as_of=now)
    came = [one for one in taken if counted(one, later) and not counted(one, pool)]
    before = pool.as_of
    left = sum(
        one.beds
        for one in record.placements.left(pool.provider_id)
        if one.pool_id == pool.pool_id
        and before is not None
        and one.recorded_at < before <= one.ended_at
    )
    new, change = heard(pool, came, left)
    homes = _home_after(record, pool.provider_id, came, change)
    return News(new, homes, uncounted_beds(later, taken), change)


def _home_after(
    record: Reading, provider_id: str, came: Sequence[BedTaken], change: int
) -> tuple[Provider, ...]:
    """Return the provider with its residents brought up to date, where they change.

    How many have high needs is brought up for those who came alone: who of those
    who left had them is not kept.
    """
    home: Provider = record.rows[PROVIDER].some([(provider_id,)])[provider_id,]
    residents, high = home.residents, home.high_acuity_residents
    after = replace(
        home,
        residents=None if residents is None else max(0, residents + change),
        high_acuity_residents=None
        if high is None
        else high + sum(surely_high(one.person) for one in came),
    )
    return () if after == home else (after,)
