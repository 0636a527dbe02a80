"""What the pages show about the record: plain data, as of one moment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from matching.domain import geography
from matching.domain import policy as policies
from matching.domain import words as w
from matching.domain.access import Action, allows
from matching.domain.casework import CaseState
from matching.domain.records import BedPool, Provider, Referral
from matching.domain.sites import is_closed
from matching.domain.words import label
from matching.engine.problem import build
from matching.insight.levels import Level
from matching.insight.supply import Supply, supply
from matching.services.attention import Stale, stale_providers
from matching.services.confidential import county_of, shown
from matching.services.desk import Desk
from matching.services.facts import facts_on, places_on, to_ask
from matching.services.needed import needs, priority


@dataclass(frozen=True, slots=True)
class Waiting:
    """One person on the board.

    Attributes
    ----------
    referral : Referral
    tier : int
        Place in the order of priority, 0 first.
    priority : str
        In words.
    hours : int or None
        Whole hours waiting; ``None`` if nobody has said since when.
    home : str
        County in words.
    needs : tuple of str
        What is needed, in a few words each.
    """

    referral: Referral
    tier: int
    priority: str
    hours: int | None
    home: str
    needs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BedCount:
    """Beds summed over the pools that have said, and how many have not.

    Attributes
    ----------
    known : int
        Beds in the pools where the number is known.
    unknown_pools : int
        Pools where nobody has said; they are not counted as 0.
    """

    known: int
    unknown_pools: int


def bed_count(numbers: Iterable[int | None]) -> BedCount:
    """Sum what is known and count what is not."""
    listed = list(numbers)
    known = [number for number in listed if number is not None]
    return BedCount(sum(known), len(listed) - len(known))


@dataclass(frozen=True, slots=True)
class Beds:
    """Beds of one placement type.

    Attributes
    ----------
    placement_type : str
        In words.
    providers : int
    licensed, staffed, accepting, free : BedCount
    stale_pools : int
        Pools whose news is older than the policy's limit, or of unknown age.
    pools : int
    oldest_hours : int or None
        Age of the oldest news that has a date, in hours.
    """

    placement_type: str
    providers: int
    licensed: BedCount
    staffed: BedCount
    accepting: BedCount
    free: BedCount
    stale_pools: int
    pools: int
    oldest_hours: int | None


@dataclass(frozen=True, slots=True)
class Ending:
    """A licence, certificate or course that ends soon or has ended."""

    provider_id: str
    name: str
    what: str
    ends: date


@dataclass(frozen=True, slots=True)
class Board:
    """The first page.

    Attributes
    ----------
    as_of : datetime
    waiting : tuple of Waiting
        Whoever lives nowhere yet, by priority, then longest wait.
    beds : tuple of Beds
        By placement type, most free beds first; beds held or lived in are not free.
    endings : tuple of Ending
        In the next 30 days or already past, earliest first.
    stale_hours : int
        Limit of the policy.
    origins : frozenset of DataOrigin
        Where the facts come from.
    providers : int
    usable : int
        Beds usable tonight (see :mod:`matching.insight.supply`).
    stale : tuple of Stale
        Providers to ask again, most beds to gain first.
    with_a_bed : int
        Of those on the list, people for whom a bed is held or who were accepted.
    """

    as_of: datetime
    waiting: tuple[Waiting, ...]
    beds: tuple[Beds, ...]
    endings: tuple[Ending, ...]
    stale_hours: int
    origins: frozenset[w.DataOrigin]
    providers: int
    usable: int
    stale: tuple[Stale, ...]
    with_a_bed: int = 0


#: States of people who need a place and do not live at one, and those of them with a bed.
WITH_A_BED = frozenset({CaseState.HELD, CaseState.ACCEPTED})
WITHOUT_A_HOME = WITH_A_BED | {CaseState.WAITING}


def board(desk: Desk) -> Board:
    """Return who is waiting and what is free.

    Raises
    ------
    PermissionDenied
        If the actor may not see cases.
    """
    desk.require(Action.SEE_CASES)
    policy = policies.load(desk.settings.policy)
    with desk.store.reading() as record:
        providers, pools = record.providers.all()
        referrals = record.referrals.all()
        effective = facts_on(record, policy)
        states = {one.referral_id: one.state for one in record.cases.all()}
    now = desk.clock()
    today = desk.local(now).date()
    stale = stale_limit(desk)
    without = tuple(
        one
        for one in referrals
        if states.get(one.referral_id, CaseState.WAITING) in WITHOUT_A_HOME
    )
    return Board(
        as_of=now,
        waiting=_waiting(without, policy, now),
        beds=beds_by_type(providers, effective.pools, now, stale),
        endings=_endings(providers, today),
        stale_hours=stale,
        origins=_origins(providers, referrals),
        providers=len(providers),
        usable=supply_of(desk, effective.providers, effective.pools).beds(Level.READY),
        stale=stale_providers(providers, pools, now, stale),
        with_a_bed=sum(states.get(one.referral_id) in WITH_A_BED for one in without),
    )


def supply_of(
    desk: Desk, providers: tuple[Provider, ...], pools: tuple[BedPool, ...]
) -> Supply:
    """Follow the beds on the record from licensed to usable tonight."""
    policy = policies.load(desk.settings.policy)
    now = desk.local(desk.clock())
    return supply(build((), providers, pools, now, geography.load()), policy)


def stale_limit(desk: Desk) -> int:
    """Return the age in hours from which news of a bed no longer counts as fresh."""
    policy = policies.load(desk.settings.policy)
    return int(policy.rules["freshness"].parameters["stale_hours"])


def origins(desk: Desk) -> frozenset[w.DataOrigin]:
    """Return where the facts on the record come from, for the banner on every page."""
    with desk.store.reading() as record:
        providers, _ = record.providers.all()
        referrals = record.referrals.all()
    return _origins(providers, referrals)


def _origins(
    providers: tuple[Provider, ...], referrals: tuple[Referral, ...]
) -> frozenset[w.DataOrigin]:
    said = [*(p.data_origin for p in providers), *(r.data_origin for r in referrals)]
    return frozenset(origin for origin in said if origin is not None)


def hours_since(moment: datetime | None, now: datetime) -> int | None:
    """Return whole hours since a moment, never negative."""
    if moment is None:
        return None
    return max(0, int((now - moment).total_seconds() // 3600))


def _waiting(
    referrals: tuple[Referral, ...], policy: policies.Policy, now: datetime
) -> tuple[Waiting, ...]:
    where = geography.load()
    rows = []
    for referral in referrals:
        tier, words = priority(referral, policy.ordering)
        rows.append(
            Waiting(
                referral=referral,
                tier=tier,
                priority=words,
                hours=hours_since(referral.received_at, now),
                home=where.name(referral.home_county),
                needs=needs(referral),
            )
        )

    def place(row: Waiting) -> tuple[int, int, str]:
        waited = -1 if row.hours is None else row.hours
        return row.tier, -waited, row.referral.referral_id

    return tuple(sorted(rows, key=place))


def beds_by_type(
    providers: tuple[Provider, ...], pools: tuple[BedPool, ...], now: datetime, stale: int
) -> tuple[Beds, ...]:
    """Count beds by placement type, most free beds first.

    Parameters
    ----------
    providers, pools : tuple of records
    now : datetime
    stale : int
        Age in hours from which news no longer counts as fresh.
    """
    kind = {p.provider_id: p.placement_type for p in providers}
    by_type: dict[w.PlacementType | None, list[BedPool]] = defaultdict(list)
    for pool in pools:
        by_type[kind[pool.provider_id]].append(pool)
    out = []
    for placement_type, mine in by_type.items():
        ages = [hours_since(pool.as_of, now) for pool in mine]
        known = [age for age in ages if age is not None]
        out.append(
            Beds(
                placement_type="not known" if placement_type is None else label(placement_type),
                providers=len({pool.provider_id for pool in mine}),
                licensed=bed_count(pool.beds_licensed for pool in mine),
                staffed=bed_count(pool.beds_staffed for pool in mine),
                accepting=bed_count(pool.beds_accepting for pool in mine),
                free=bed_count(pool.free for pool in mine),
                stale_pools=sum(age is None or age > stale for age in ages),
                pools=len(mine),
                oldest_hours=max(known, default=None),
            )
        )
    return tuple(sorted(out, key=lambda b: (-b.free.known, b.placement_type)))


#: How far ahead the board looks for licences and the like.
SOON_DAYS = 30


def _endings(providers: tuple[Provider, ...], today: date) -> tuple[Ending, ...]:
    out: list[Ending] = []
    for provider in providers:
        name = provider.name or provider.provider_id
        dates = [("licence", provider.licence_expires)]
        if provider.certificate not in (None, w.Certificate.NONE):
            dates.append(("certificate", provider.certificate_expires))
        dates += [(f"{label(t.course)} training", t.expires) for t in provider.trainings or ()]
        out += [
            Ending(provider.provider_id, name, what, ends)
            for what, ends in dates
            if ends is not None and (ends - today).days <= SOON_DAYS
        ]
    return tuple(sorted(set(out), key=lambda e: (e.ends, e.name, e.what)))


@dataclass(frozen=True, slots=True)
class ProviderRow:
    """One provider with its bed pools, as a page shows it.

    Attributes
    ----------
    provider : Provider
    pools : tuple of BedPool
    county : str
        In words.
    free : BedCount
        Besides the beds that anybody of any office has.
    news_hours : int or None
        Age of the oldest news among the pools.
    held, lived_in : mapping of str to int
        Beds that are held or accepted, and those that people placed from here
        live in, of every office, by bed pool; none are told to whoever sees no cases,
        since each of them is a person.
    to_ask : frozenset of str
        Bed pools that somebody counted there left: nobody knows what is free.
    closed : bool
        Whether its site is compromised: whatever was said of its beds, none is free.
    """

    provider: Provider
    pools: tuple[BedPool, ...]
    county: str
    free: BedCount
    news_hours: int | None
    held: Mapping[str, int] = field(default_factory=dict)
    lived_in: Mapping[str, int] = field(default_factory=dict)
    to_ask: frozenset[str] = frozenset()
    closed: bool = False


def provider_rows(desk: Desk) -> tuple[ProviderRow, ...]:
    """Return every provider, by name.

    Raises
    ------
    PermissionDenied
        If the actor may not see providers.
    """
    desk.require(Action.SEE_PROVIDERS)
    with desk.store.reading() as record:
        providers, _ = record.providers.all()
        places = places_on(record, policies.load(desk.settings.policy))
        asked = to_ask(record, places.given)
        veil = record.providers.veil()
    now = desk.clock()
    today = desk.local(now).date()
    mine: dict[str, list[BedPool]] = defaultdict(list)
    free: dict[str, list[int | None]] = defaultdict(list)
    for pool, after in zip(places.given, places.pools, strict=True):
        mine[pool.provider_id].append(pool)
        free[pool.provider_id].append(after.free)
    counted = allows(desk.actor.role, Action.SEE_CASES)
    held = _by_home(places.beds(lived_in=False) if counted else {})
    lived_in = _by_home(places.beds(lived_in=True) if counted else {})
    unsure = _by_home(dict.fromkeys(asked, 1))
    out = []
    for kept, provider in zip(providers, shown(veil, providers), strict=True):
        beds = mine[provider.provider_id]
        ages = [age for pool in beds if (age := hours_since(pool.as_of, now)) is not None]
        closed = is_closed(kept, today)
        out.append(
            ProviderRow(
                provider=provider,
                pools=tuple(beds),
                county=county_of(veil, kept),
                free=BedCount(0, 0) if closed else bed_count(free[provider.provider_id]),
                news_hours=max(ages, default=None),
                held=held.get(provider.provider_id, {}),
                lived_in=lived_in.get(provider.provider_id, {}),
                to_ask=frozenset(unsure.get(provider.provider_id, ())),
                closed=closed,
            )
        )
    return tuple(
        sorted(out, key=lambda row: (row.provider.name or "", row.provider.provider_id))
    )


def _by_home(by_place: Mapping[tuple[str, str], int]) -> dict[str, dict[str, int]]:
    """Return numbers of bed pools by provider, then by pool."""
    out: dict[str, dict[str, int]] = defaultdict(dict)
    for (home, pool), number in by_place.items():
        out[home][pool] = number
    return out
