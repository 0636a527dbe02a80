"""The phone round: whose beds nobody has confirmed lately, and recording the answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from matching.domain.access import Action
from matching.domain.errors import InputError, NotFound
from matching.domain.records import BedPool, Provider
from matching.domain.words import PlacementType
from matching.engine.rules.base import day
from matching.intake.firewall import has_email, is_personal, is_story
from matching.services.attention import hours_old, is_stale, licensed
from matching.services.desk import Desk
from matching.services.history import note_beds
from matching.services.sheets import written
from matching.services.upload_records import BED_POOL, PROVIDER, Key, Record, name_of
from matching.services.upload_sample import CONFIRMATION
from matching.services.views import stale_limit
from matching.store.documents import UploadBatch

#: Lines on one page.
PAGE = 25
#: Most beds that a pool can have.
MOST_BEDS = 10_000
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
        Beds last said to be free.
    as_of : datetime or None
        When they were last confirmed; ``None`` is never, as far as is known.
    confirmed_by : str or None
    hours : int or None
        Age of the news.
    proposed : int
        People whom the last plan proposes there.
    asked : int
        Those among them for whom the plan asks about the vacancy first.
    sentence : str
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
    proposed: int
    asked: int
    sentence: str


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

    Places whose licence is known to have ended come last.

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
    today = desk.local(now).date()
    with desk.store.reading() as record:
        providers, pools = record.providers.all()
        last = record.runs.latest()
    needed, asked = _needs({} if last is None else last.document or {})
    owners = {one.provider_id: one for one in providers}
    keyed: dict[Key, Record] = {(one.provider_id,): one for one in providers}
    found = []
    for pool in pools:
        if is_stale(pool, now, stale):
            place = pool.provider_id, pool.pool_id
            name, owner = name_of(pool, keyed), owners[pool.provider_id]
            found.append(_call(desk, owner, pool, name, now, needed[place], asked[place]))

    def order(one: Call) -> tuple[Any, ...]:
        age = float("inf") if one.hours is None else one.hours
        shut = not licensed(owners[one.provider_id], today)
        return shut, -one.proposed, -one.asked, -age, one.name, one.pool_id

    found.sort(key=order)
    said = _of_all(len(found), len(pools), sum(one.proposed > 0 for one in found))
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


def _call(
    desk: Desk,
    owner: Provider,
    pool: BedPool,
    name: str,
    now: datetime,
    proposed: int,
    asked: int,
) -> Call:
    return Call(
        provider_id=owner.provider_id,
        pool_id=pool.pool_id,
        name=name,
        contact=owner.contact,
        placement_type=owner.placement_type,
        free=pool.free,
        as_of=pool.as_of,
        confirmed_by=pool.confirmed_by,
        hours=hours_old(pool.as_of, now),
        proposed=proposed,
        asked=asked,
        sentence=_sentence(desk, pool, name, proposed),
    )


def _sentence(desk: Desk, pool: BedPool, name: str, proposed: int) -> str:
    free = (
        "nobody has said how many beds are free"
        if pool.free is None
        else (f"{pool.free} {'bed' if pool.free == 1 else 'beds'} said to be free")
    )
    when = "never confirmed"
    if pool.as_of is not None:
        local = desk.local(pool.as_of)
        by = "" if pool.confirmed_by is None else f" by {pool.confirmed_by}"
        when = f"confirmed on {day(local)} at {local:%H:%M}{by}"
    waits = ""
    if proposed:
        waits = f" {proposed} planned {'match needs' if proposed == 1 else 'matches need'} it."
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
        "provider", "bed pool", "name", "contact", "planned matches", "beds last said free",
        "last confirmed", "confirmed by", "beds free now", "who said so",
    )  # fmt: skip
    lines = [
        (
            one.provider_id,
            one.pool_id,
            one.name,
            one.contact or "",
            one.proposed,
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


@dataclass(frozen=True, slots=True)
class Confirmed:
    """An answer on record.

    Attributes
    ----------
    pool : BedPool
        As it is now.
    free : int or None
        Beds that count as free; fewer than said where the other numbers on
        record leave fewer.
    sentence : str
    """

    pool: BedPool
    free: int | None
    sentence: str


def confirm_beds(
    desk: Desk, provider_id: str, pool_id: str, available: int, by: str
) -> Confirmed:
    """Record how many beds a provider says are free now: one transaction, one audit event.

    Parameters
    ----------
    desk : Desk
    provider_id, pool_id : str
    available : int
        Beds free, as they say.
    by : str
        Who said so: a role or account, not a private person.

    Returns
    -------
    Confirmed

    Raises
    ------
    PermissionDenied
        If the actor may not confirm beds.
    NotFound
        If there is no such bed pool.
    InputError
        If the number is impossible, or ``by`` names nobody or a private person.
    """
    desk.require(Action.CONFIRM_BEDS)
    who = _checked(by)
    now = desk.clock()
    key = pool_id, provider_id
    with desk.store.transaction() as record:
        before = record.rows[BED_POOL].some([key]).get(key)
        if before is None:
            raise NotFound(
                "There is no such bed pool on record.", next_step="Open the provider again."
            )
        most = MOST_BEDS if before.beds_licensed is None else before.beds_licensed
        if not 0 <= available <= most:
            raise InputError(
                f"{available} is not a number of beds from 0 to {most}.",
                next_step="Ask again, or correct the beds licensed first.",
            )
        after = replace(before, beds_available=available, as_of=now, confirmed_by=who)
        batch = record.batches.add(
            UploadBatch(
                kind="providers",
                file_sha256="",
                file_format=CONFIRMATION,
                counts={"pools_changed": 1},
                actor=desk.actor.name,
                at=now,
            )
        )
        record.providers.upsert((), (after,), batch)
        note_beds(record, desk, now)
        record.audit.append(
            desk.actor,
            now,
            Action.CONFIRM_BEDS,
            object_kind="bed_pool",
            object_id=f"{provider_id}/{pool_id}",
            details={"before": before.beds_available, "available": available, "by": who},
        )
        name = name_of(
            after, record.rows[PROVIDER].some([(provider_id,)]), record.providers.veil()
        )
    return Confirmed(after, after.free, _confirmed(desk, after, name, available, now))


def _checked(by: str) -> str:
    who = by.strip()
    if not who or is_personal(who) or has_email(who) or is_story(who):
        raise InputError(
            "Who confirmed the beds is a role or an account, without a number or an "
            "e-mail address.",
            next_step="Write, for example, intake desk.",
        )
    return who


def _confirmed(desk: Desk, pool: BedPool, name: str, available: int, now: datetime) -> str:
    beds = f"{available} {'bed' if available == 1 else 'beds'} free"
    said = f"{name}: {beds}, confirmed at {desk.local(now):%H:%M} by {pool.confirmed_by}."
    if pool.free is not None and pool.free < available:
        taken = (pool.beds_occupied or 0) + (pool.beds_held or 0)
        said += (
            f" Only {pool.free} can be used: of {pool.beds_accepting} beds open to referrals, "
            f"{taken} are occupied or held. Correct those numbers too."
        )
    return said
