"""Who lives where: day of the stay, what comes next, and where they could move to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from matching.domain import policy as policies
from matching.domain.access import Action
from matching.domain.casework import Placement, StayState
from matching.engine.rules.base import day
from matching.services.clocks import Clock
from matching.services.desk import Desk
from matching.services.facts import facts_on


@dataclass(frozen=True, slots=True)
class Living:
    """One person with a placement.

    Attributes
    ----------
    placement : Placement
    case : str
    name : str
        Of the provider.
    day : int
        Day of the stay in the office's days; the day of arrival is the first.
    away : bool
        Whether they are missing or in hospital.
    sentence : str
        Where they are and since when.
    next : Clock or None
        What has to be looked at first.
    """

    placement: Placement
    case: str
    name: str
    day: int
    away: bool
    sentence: str
    next: Clock | None


@dataclass(frozen=True, slots=True)
class Room:
    """A bed pool that somebody could move to: it has a bed free, as last said."""

    provider_id: str
    pool_id: str
    name: str
    free: int


def living(desk: Desk, clocks: Iterable[Clock] = ()) -> tuple[Living, ...]:
    """Return everybody who lives somewhere: those away first, then the newest.

    Parameters
    ----------
    desk : Desk
    clocks : iterable of Clock
        What runs out, the nearest first; the first of each case is named.

    Raises
    ------
    PermissionDenied
        If the actor may not see cases.
    """
    desk.require(Action.SEE_CASES)
    nearest: dict[str | None, Clock] = {}
    for one in clocks:
        nearest.setdefault(one.case, one)
    with desk.store.reading() as record:
        stays = record.placements.open()
        homes, _ = record.providers.all() if stays else ((), ())
    names = {one.provider_id: one.name or one.provider_id for one in homes}
    now = desk.clock()
    lines = [
        living_line(desk, one, names[one.provider_id], nearest.get(one.referral_id), now)
        for one in stays
    ]
    return tuple(sorted(lines, key=lambda one: (not one.away, one.day, one.case)))


def living_line(
    desk: Desk, stay: Placement, name: str, clock: Clock | None, now: datetime
) -> Living:
    """Return where somebody lives, in words.

    Parameters
    ----------
    desk : Desk
    stay : Placement
        That did not end.
    name : str
        Of the provider.
    clock : Clock or None
        What runs out first.
    now : datetime

    Raises
    ------
    PermissionDenied
        If the actor may not see cases.
    """
    desk.require(Action.SEE_CASES)
    began, today = desk.local(stay.started_at), desk.local(now).date()
    number = (today - began.date()).days + 1
    away = stay.state in (StayState.MISSING, StayState.HOSPITAL)
    said = f"At {name} since {day(began)}, day {number}."
    if away and stay.away_since is not None:
        where = "Missing" if stay.state is StayState.MISSING else "In hospital"
        left = desk.local(stay.away_since)
        said = f"{where} since {left:%H:%M} on {day(left)}; the bed at {name} is kept."
    if stay.notice_at is not None:
        said += f" {name} gave notice on {day(desk.local(stay.notice_at))}."
    if stay.planned_end is not None:
        said += f" Planned end: {day(stay.planned_end)}."
    return Living(stay, stay.referral_id, name, number, away, said, clock)


def rooms(desk: Desk) -> tuple[Room, ...]:
    """Return the bed pools with a bed free, by name, for whoever moves in one step.

    Whether a rule bars the place for the person is looked at when it is saved.

    Raises
    ------
    PermissionDenied
        If the actor may not record placements.
    """
    desk.require(Action.RECORD_PLACEMENT)
    policy = policies.load(desk.settings.policy)
    with desk.store.reading() as record:
        facts = facts_on(record, policy)
    names = {one.provider_id: one.name or one.provider_id for one in facts.providers}
    several: dict[str, int] = {}
    for pool in facts.pools:
        several[pool.provider_id] = several.get(pool.provider_id, 0) + 1
    found = []
    for pool in facts.pools:
        if pool.free:
            name = names[pool.provider_id]
            if several[pool.provider_id] > 1:
                name = f"{name}, {pool.pool_name or pool.pool_id}"
            found.append(Room(pool.provider_id, pool.pool_id, name, pool.free))
    return tuple(sorted(found, key=lambda one: (one.name, one.provider_id, one.pool_id)))
