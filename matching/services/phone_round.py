"""The phone round: whose beds nobody has confirmed lately, and recording the answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from matching.domain import policy as policies
from matching.domain.access import Action, allows
from matching.domain.records import BedPool, Provider
from matching.domain.words import PlacementType
from matching.engine.rules.base import day
from matching.services.attention import hours_old, is_stale, licensed
from matching.services.confirming import MOST_BEDS, Confirmed, confirm_beds
from matching.services.desk import Desk
from matching.services.facts import places_on, to_ask
from matching.services.sheets import written
from matching.services.upload_records import Key, Record, name_of
from matching.services.views import stale_limit

__all__ = [
    "MOST_BEDS",
    "PAGE",
    "Call",
    "Confirmed",
    "PhoneRound",
    "confirm_beds",
    "phone_round",
    "phone_round_csv",
]

#: Lines on one page.
PAGE = 25
#: Questions of a plan that a call about the vacancy settles.
_ASKED = frozenset({"freshness", "beds"})


@dataclass(frozen=True, slots=True)
class Call:
    """One vacancy to ask about.

    Attributes
    ----------
    provider_id, pool_id : str
    name : str
        Of the provider and the bed pool.
    contact : str or None
        A desk or work number, as the provider gave it.
    placement_type : PlacementType or None
    free : int or None
        Beds last said to be free, besides those that somebody has.
    as_of : datetime or None
        When they were last confirmed; ``None`` is never, as far as is known.
    confirmed_by : str or None
    hours : int or None
        Age of the news.
    proposed : int or None
        People whom the last plan proposes there; not told to whoever sees no cases.
    asked : int or None
        Those among them for whom the plan asks about the vacancy first; likewise.
    sentence : str
    held : int or None
        Beds held there for us, which are not among the free ones; likewise.
    needed : bool
        Whether the last plan proposes anybody there.
    left : bool
        Whether somebody whom the provider's numbers had in has left since.
    """

    provider_id: str
    pool_id: str
    name: str
    contact: str | None
    placement_type: PlacementType | None
    free: int | None
    as_of: datetime | None
    confirmed_by: str | None
    hours: int | None
    proposed: int | None
    asked: int | None
    sentence: str
    held: int | None = 0
    needed: bool = False
    left: bool = False


@dataclass(frozen=True, slots=True)
class PhoneRound:
    """Whom to call, most needed first, one page long.

    Attributes
    ----------
    as_of : datetime
    calls : tuple of Call
    more : int
        Further stale vacancies that are not on the page.
    vacancies : int
        Bed pools on record.
    sentence : str
    """

    as_of: datetime
    calls: tuple[Call, ...]
    more: int
    vacancies: int
    sentence: str


def phone_round(desk: Desk, limit: int = PAGE) -> PhoneRound:
    """Return the vacancies to ask about: those the last plan needs first, then the oldest.

    Places whose licence is known to have ended come last. Whoever sees no cases is told
    whether the plan needs a place and whether a bed is held there, and not for how many:
    one bed held is one person.

    Parameters
    ----------
    desk : Desk
    limit : int, default 25
        Lines; the rest is counted.

    Raises
    ------
    PermissionDenied
        If the actor may not see providers.
    """
    desk.require(Action.SEE_PROVIDERS)
    now, stale = desk.clock(), stale_limit(desk)
    counted = allows(desk.actor.role, Action.SEE_CASES)
    today = desk.local(now).date()
    policy = policies.load(desk.settings.policy)
    with desk.store.reading() as record:
        providers, pools = record.providers.all()
        places = places_on(record, policy)
        left = to_ask(record, pools)
        last = record.runs.latest()
    free = {(one.provider_id, one.pool_id): one.free for one in places.pools}
    held = places.beds(lived_in=False)
    needed, asked = _needs({} if last is None else last.document or {})
    owners = {one.provider_id: one for one in providers}
    keyed: dict[Key, Record] = {(one.provider_id,): one for one in providers}
    found = []
    for pool in pools:
        place = pool.provider_id, pool.pool_id
        if is_stale(pool, now, stale) or place in left:
            name, owner = name_of(pool, keyed), owners[pool.provider_id]
            told = _Told(free[place], held.get(place, 0), place in left, counted)
            need = needed[place], asked[place]
            found.append(_call(desk, owner, pool, name, now, need, told))

    def order(one: Call) -> tuple[Any, ...]:
        age = float("inf") if one.hours is None else one.hours
        shut = not licensed(owners[one.provider_id], today)
        place = one.provider_id, one.pool_id
        return shut, -needed[place], -asked[place], -age, one.name, one.pool_id

    found.sort(key=order)
    said = _of_all(len(found), len(pools), sum(one.needed for one in found))
    more = max(0, len(found) - limit)
    return PhoneRound(now, tuple(found[:limit]), more, len(pools), said)


def _needs(
    document: Mapping[str, Any],
) -> tuple[Counter[tuple[str, str]], Counter[tuple[str, str]]]:
    """Return how many a plan proposes at each bed pool, and for how many it asks first."""
    needed: Counter[tuple[str, str]] = Counter()
    asked: Counter[tuple[str, str]] = Counter()
    for one in document.get("placements", ()):
        place = one["provider"], one["bed_pool"]
        needed[place] += 1
        asked[place] += not _ASKED.isdisjoint(one["ask"])
    return needed, asked


@dataclass(frozen=True, slots=True)
class _Told:
    """What is known of a pool besides what its provider said, and whether it may be counted."""

    free: int | None
    held: int
    left: bool
    counted: bool


def _call(
    desk: Desk,
    owner: Provider,
    pool: BedPool,
    name: str,
    now: datetime,
    need: tuple[int, int],
    told: _Told,
) -> Call:
    return Call(
        provider_id=owner.provider_id,
        pool_id=pool.pool_id,
        name=name,
        contact=owner.contact,
        placement_type=owner.placement_type,
        free=told.free,
        as_of=pool.as_of,
        confirmed_by=pool.confirmed_by,
        hours=hours_old(pool.as_of, now),
        proposed=need[0] if told.counted else None,
        asked=need[1] if told.counted else None,
        sentence=_sentence(desk, pool, name, need[0], told),
        held=told.held if told.counted else None,
        needed=need[0] > 0,
        left=told.left,
    )


def _sentence(desk: Desk, pool: BedPool, name: str, proposed: int, told: _Told) -> str:
    free = (
        "nobody has said how many beds are free"
        if told.free is None
        else (f"{told.free} {'bed' if told.free == 1 else 'beds'} said to be free")
    )
    if told.held:
        free += f" besides {told.held if told.counted else 'those'} held for us"
    when = "never confirmed"
    if pool.as_of is not None:
        local = desk.local(pool.as_of)
        by = "" if pool.confirmed_by is None else f" by {pool.confirmed_by}"
        when = f"confirmed on {day(local)} at {local:%H:%M}{by}"
    waits = ""
    if proposed and not told.counted:
        waits = " The last plan needs it."
    elif proposed:
        waits = f" {proposed} planned {'match needs' if proposed == 1 else 'matches need'} it."
    if told.left:
        waits += " Somebody placed there has left since: ask whether the bed is free."
    return f"{name}: {free}, {when}.{waits}"


def _of_all(stale: int, vacancies: int, needed: int) -> str:
    if not stale:
        return "Every vacancy has been confirmed lately."
    have = "has" if stale == 1 else "have"
    many = f"{needed:,}" if needed else "None"
    matter = f"{many} of them {'matter' if needed > 1 else 'matters'} to the last plan."
    return f"{stale} of {vacancies} vacancies {have} not been confirmed lately. {matter}"


def phone_round_csv(desk: Desk, calls: PhoneRound) -> bytes:
    """Return the phone round as a sheet to fill in, and say so in the audit.

    Raises
    ------
    PermissionDenied
        If the actor may not export providers.
    """
    desk.require(Action.EXPORT_PROVIDERS)
    titles = (
        "provider", "bed pool", "name", "contact", "needed by the last plan",
        "beds last said free", "last confirmed", "confirmed by", "beds free now", "who said so",
    )  # fmt: skip
    lines = [
        (
            one.provider_id,
            one.pool_id,
            one.name,
            one.contact or "",
            "yes" if one.needed else "no",
            "unknown" if one.free is None else one.free,
            "never" if one.as_of is None else desk.local(one.as_of).isoformat(" ", "minutes"),
            one.confirmed_by or "",
            "",
            "",
        )
        for one in calls.calls
    ]
    with desk.store.transaction() as record:
        record.audit.append(
            desk.actor,
            desk.clock(),
            Action.EXPORT_PROVIDERS,
            object_kind="phone_round",
            details={"bed_pools": len(lines)},
        )
    return written([titles, *lines])
