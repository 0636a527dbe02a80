"""A record with places and people for tests of casework."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from matching.domain.access import Actor, Role
from matching.domain.casework import Case
from matching.domain.records import BedPool, Provider, Referral
from matching.services.casebook import states
from matching.services.desk import Desk
from matching.services.facts import facts_on, places_on
from matching.settings import Settings
from matching.store import Store
from tests.builders import known_home, known_pool, known_referral
from tests.services.planned import set_record

NOW = datetime(2026, 11, 3, 22, 41, tzinfo=UTC)
SETTINGS = Settings(database_url="sqlite:///unused.db")


def oak(home: str = "H1", **facts: Any) -> Provider:
    """Return a home whose name everybody may see."""
    return known_home(home, **{"name": "Oak House", "confidential": False, **facts})


def beds(number: int | None = 1, home: str = "H1", pool: str = "P", **facts: Any) -> BedPool:
    """Return a pool with so many beds said to be free an hour ago, in which nobody lives."""
    given = {
        "beds_licensed": 4,
        "beds_staffed": None,
        "beds_accepting": None,
        "beds_occupied": 0,
        "beds_held": None,
        "beds_available": number,
        "gender_lock": None,
        "resident_age_min": None,
        "resident_age_max": None,
        "age_spread_max": None,
        "as_of": NOW - timedelta(hours=1),
    }
    return known_pool(home, pool, **{**given, **facts})


def people(number: int, **facts: Any) -> tuple[Referral, ...]:
    """Return people R1, R2 and so on."""
    return tuple(known_referral(f"R{k}", **facts) for k in range(1, number + 1))


def desk_of(
    store: Store,
    role: Role = Role.WORKER,
    name: str = "kim",
    *,
    hours: float = 0,
    office: str = "main",
) -> Desk:
    """Return somebody's desk, so many hours after the test began."""
    moment = NOW + timedelta(hours=hours)
    return Desk(store.at(office), Actor(name, role), SETTINGS, lambda: moment)


def later(desk: Desk, **parts: float) -> Desk:
    """Return the same desk at a later moment."""
    moment = desk.clock() + timedelta(**parts)
    return dataclasses.replace(desk, clock=lambda: moment)


def other(desk: Desk, name: str = "lee", role: Role = Role.WORKER) -> Desk:
    """Return somebody else's desk at the same moment."""
    return dataclasses.replace(desk, actor=Actor(name, role))


def on_record(
    store: Store,
    homes: Sequence[Provider] = (),
    pools: Sequence[BedPool] = (),
    persons: Sequence[Referral] = (),
) -> None:
    """Put records where nothing was."""
    set_record(desk_of(store, Role.LOCAL, "loader"), list(homes), list(pools), list(persons))


def case(desk: Desk, name: str = "R1") -> Case:
    """Return where a case stands."""
    with desk.store.reading() as record:
        return states(record)[name]


def free(desk: Desk, home: str = "H1", pool: str = "P") -> int | None:
    """Return the beds that are free besides those that somebody has."""
    with desk.store.reading() as record:
        for one in places_on(record).pools:
            if (one.provider_id, one.pool_id) == (home, pool):
                return one.free
    raise AssertionError("no such pool")


def waiting(desk: Desk) -> dict[str, Referral]:
    """Return those who wait, as a plan sees them."""
    with desk.store.reading() as record:
        return {one.referral_id: one for one in facts_on(record).referrals}


def events(desk: Desk) -> list[tuple[str, str]]:
    """Return what was done, by action and reason, without what a test began with."""
    with desk.store.reading() as record:
        assert record.audit.verify() == []
        found = record.audit.events()
    return [(one.action, one.reason) for one in found if one.actor != "loader"]
