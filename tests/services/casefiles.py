"""A small office in which things have happened to a case: calls, holds, stays, decisions."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from matching.domain.records import Provider, Referral
from matching.services.desk import Desk
from matching.services.matching import SavedRun
from matching.store import Store
from tests.services.planned import HOMES, PEOPLE, desk_at, office

#: The same places, of which none is confidential, so that they are called by name.
OPEN_HOMES: tuple[Provider, ...] = tuple(replace(one, confidential=False) for one in HOMES)


def at(desk: Desk, moment: datetime) -> Desk:
    """Return the same desk at another moment."""
    return dataclasses.replace(desk, clock=lambda: moment)


def later(desk: Desk, **parts: float) -> Desk:
    """Return the same desk so much later."""
    return at(desk, desk.clock() + timedelta(**parts))


def open_office(
    store: Store,
    people: Sequence[Referral] = PEOPLE,
    homes: Sequence[Provider] = OPEN_HOMES,
) -> tuple[Desk, SavedRun]:
    """Return a desk and the plan of an office whose places are called by name."""
    desk = desk_at(store)
    return desk, office(desk, homes=homes, people=people)
