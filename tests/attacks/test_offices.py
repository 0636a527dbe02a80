"""A case of another office is not there: the same words as for one that nowhere is."""

from __future__ import annotations

import dataclasses
import inspect
import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from matching.domain.accounts import Office
from matching.domain.casework import Answer, Outcome, ReleaseReason, StayEnd, StayState
from matching.domain.errors import MatchingError, NotFound
from matching.domain.sharing import GivenBy, Scope
from matching.services import holding
from matching.services.case_reviews import PaymentReview
from matching.services.consents import Terms
from matching.services.desk import Desk
from matching.services.matching import reopen, run_plan
from matching.store import Store, open_store
from matching.store.schema import metadata
from tests.services.planned import HOMES, PEOPLE, POOLS, desk_at, office, set_record
from tests.services.rights_table import NEEDS
from tests.services.test_default_deny import FUNCTIONS

#: There at the other office, and nowhere.
FOREIGN, NOWHERE = "FOREIGN-1", "NOWHERE-1"

#: What a case or a thing of a case is called in what services take.
NAMES = ("case", "referral_id", "offer_id", "placement_id", "consent_id", "share_id")


@pytest.fixture(scope="module")
def made(sqlite_template, tmp_path_factory) -> Path:
    """Two offices: one with a plan, one with a held case."""
    path = tmp_path_factory.mktemp("offices") / "record.db"
    shutil.copy(sqlite_template, path)
    store = open_store(f"sqlite:///{path}")
    here = desk_at(store)
    office(here)
    with store.transaction() as record:
        record.offices.add(Office(code="north", name="North"), here.clock())
    north = dataclasses.replace(here, store=store.at("north"))
    people = [dataclasses.replace(PEOPLE[0], referral_id=FOREIGN)]
    set_record(north, HOMES, POOLS, people)
    holding.hold(north, FOREIGN, "P1", "B1")
    # Once more, since the other office has taken a bed.
    run_plan(here)
    store.close()
    return path


@pytest.fixture
def store(made, tmp_path) -> Iterator[Store]:
    path = tmp_path / "record.db"
    shutil.copy(made, path)
    opened = open_store(f"sqlite:///{path}")
    yield opened
    opened.close()


@pytest.fixture
def desk(store) -> Desk:
    return desk_at(store)


def _given(desk: Desk) -> dict[str, Any]:
    """Return what services want besides the case."""
    return {
        "provider_id": "P2",
        "pool_id": "B1",
        "expected_version": 1,
        "outcome": Outcome.KIN,
        "answer": Answer.NO_ANSWER,
        "reason": ReleaseReason.NOT_NEEDED,
        "state": StayState.MISSING,
        "since": desk.clock(),
        "at": desk.clock(),
        "why": StayEnd.PLANNED,
        "end": StayEnd.PLANNED,
        "needs_place": False,
        "minutes": 30,
        "on": desk.clock().date(),
        "changes": {"age_years": 15},
        "confirm": FOREIGN,
        "consent_id": 1,
        "came_to": next(iter(PaymentReview)),
        "partner": "North agency",
        "scope": frozenset(Scope),
        "given_by": next(iter(GivenBy)),
        "given_on": desk.clock().date(),
        "expires": desk.clock().date() + timedelta(days=30),
        "terms": Terms(written=True, informed=True, free=True),
        "hours": 24,
        "date": date(2026, 12, 1),
        "discharge_on": desk.clock().date() + timedelta(days=14),
        "leaves_on": desk.clock().date() + timedelta(days=14),
    }


TAKES = {
    name: next(p for p in NAMES if p in inspect.signature(function).parameters)
    for name, function in FUNCTIONS.items()
    if name in NEEDS and set(NAMES) & set(inspect.signature(function).parameters)
}


def _said(desk: Desk, name: str, about: str | int) -> str:
    function = FUNCTIONS[name]
    given = _given(desk)
    wanted = [
        one.name
        for one in list(inspect.signature(function).parameters.values())[1:]
        if one.default is one.empty or one.name == "saved"
    ]
    values = {one: given[one] for one in wanted if one in given}
    if "saved" in wanted:
        values["saved"] = reopen(desk)
    values[TAKES[name]] = about
    missing = set(wanted) - values.keys() - {"record"}
    if missing:
        return f"unknown arguments {sorted(missing)}"
    if "confirm" in values:
        values["confirm"] = about
    try:
        if "record" in wanted:
            with desk.store.reading() as record:
                function(desk, **{**values, "record": record})
        else:
            function(desk, **values)
    except MatchingError as error:
        kind = "NotFound" if isinstance(error, NotFound) else type(error).__name__
        return f"{kind}: {error.sentence()}".replace(str(about), "it")
    return "done"


def _tables(store: Store) -> list[tuple[Any, ...]]:
    with store.engine.connect() as connection:
        names = ("cases", "offers", "calls", "placements", "referrals", "consents", "shares")
        return [
            tuple(row)
            for name in names
            for row in connection.execute(sa.select(metadata.tables[name])).all()
        ]


@pytest.mark.parametrize("name", sorted(n for n, p in TAKES.items() if not p.endswith("_id")))
def test_a_case_of_another_office_is_as_little_there_as_one_that_nowhere_is(desk, store, name):
    before = _tables(store)
    foreign, nowhere = _said(desk, name, FOREIGN), _said(desk, name, NOWHERE)
    assert foreign == nowhere
    assert not foreign.startswith("unknown arguments"), foreign
    assert foreign != "done"
    assert _tables(store) == before


@pytest.mark.parametrize("name", sorted(n for n, p in TAKES.items() if p.endswith("_id")))
def test_nothing_of_a_case_of_another_office_is_there_either(desk, store, name):
    before = _tables(store)
    foreign, nowhere = _said(desk, name, 1), _said(desk, name, 999)
    assert foreign == nowhere
    assert not foreign.startswith("unknown arguments"), foreign
    assert foreign.startswith("NotFound")
    assert _tables(store) == before


def test_what_is_looked_for_is_there_at_its_own_office(desk, store):
    north = dataclasses.replace(desk, store=store.at("north"))
    (line,) = holding.holds(north)
    assert line.offer.referral_id == FOREIGN
    assert holding.holds(desk) == ()
