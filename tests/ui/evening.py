"""A small office this very evening: the pages read the real clock, so the facts do too."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

from matching.domain.access import Actor, Role
from matching.domain.records import BedPool, Provider, Referral
from matching.services.desk import Desk
from matching.services.intake import load_sample
from matching.services.matching import SavedRun, run_plan
from matching.settings import Settings
from matching.store import Store, open_store
from matching.ui.text import calls
from tests.builders import course, known_home, known_pool, known_referral
from tests.ui.office import said

#: What a hold of an hour says of itself just after it began: the page may be drawn within
#: the same second.
HOUR_LEFT = r"(59 minutes|1 hour) left"

#: The user of the pages before accounts exist.
ME = "local user"


def desk_of(store: Store, name: str = ME, role: Role = Role.LOCAL) -> Desk:
    """Return a desk at a record, with the real clock."""
    return Desk(store, Actor(name, role), Settings(database_url="sqlite:///unused.db"))


def home(now: datetime, provider_id: str, **facts: Any) -> Provider:
    """Return a home that meets every rule tonight and is no secret."""
    later = now.date() + timedelta(days=300)
    own = {
        "licence_expires": later,
        "certificate_expires": later,
        "trainings": (course(ends=later),),
        "confidential": False,
        "contact": "555 0100",
    }
    return known_home(provider_id, **{**own, **facts})


def pool(now: datetime, provider_id: str, **facts: Any) -> BedPool:
    """Return two beds confirmed two hours ago."""
    own = {"as_of": now - timedelta(hours=2), "available_from": now.date()}
    return known_pool(provider_id, **{**own, **facts})


def person(now: datetime, referral_id: str, hours: int = 5, **facts: Any) -> Referral:
    """Return somebody who needs a place tonight."""
    own = {"received_at": now - timedelta(hours=hours), "needed_by": now.date()}
    return known_referral(referral_id, **{**own, **facts})


def two_homes(now: datetime) -> tuple[list[Provider], list[BedPool], list[Referral]]:
    """Return two homes with a bed each, and two people."""
    homes = [home(now, "P1", name="Oak House"), home(now, "P2", name="Birch House")]
    pools = [pool(now, one.provider_id, beds_available=1) for one in homes]
    return homes, pools, [person(now, "R1", 9), person(now, "R2", 5)]


Made = tuple[Sequence[Provider], Sequence[BedPool], Sequence[Referral]]


def evening(
    path: Path, make: Callable[[datetime], Made] = two_homes, *, plan: bool = True
) -> SavedRun | None:
    """Put an office on the record at a path, with its plan."""
    store = open_store(f"sqlite:///{path}")
    desk = desk_of(store)
    homes, pools, people = make(desk.clock())
    load_sample(desk, tuple(homes), tuple(pools), tuple(people), "0" * 64)
    saved = run_plan(desk) if plan else None
    store.close()
    return saved


def press(app: AppTest, key: str) -> AppTest:
    """Press a button, and wait for the plan where it is made again."""
    app.button(key).click().run()
    assert not app.exception
    return renewed(app)


def renewed(app: AppTest) -> AppTest:
    """Wait until the plan has been made again, if it is being made."""
    here = "renewal" in app.session_state
    found = app.session_state["renewal"] if here else None
    if found is not None:
        assert found.job.wait(120)
        app.run()
    assert not app.exception
    return app


def place_of(app: AppTest, name: str) -> str:
    """Return the key of the button that calls a place."""
    return next(one.key for one in app.button if one.label.replace("\\", "") == name)


def asked_for(app: AppTest) -> str:
    """Return everything the page says from the list of calls on."""
    return said(app).split(calls.LIST, 1)[1]


def sooner(store: Store, offer_id: int, minutes: int) -> None:
    """Let a hold end some minutes sooner than it would."""
    with store.transaction() as record:
        offer = record.offers.get(offer_id)
        assert offer.hold_until is not None
        until = offer.hold_until - timedelta(minutes=minutes)
        record.offers.change(replace(offer, hold_until=until), expected=offer.version)
