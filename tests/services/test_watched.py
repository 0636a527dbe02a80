"""Every look at a case and every file that is given out is in the log; managers see no case."""

from __future__ import annotations

import dataclasses
import inspect
import re
import shutil
import typing
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

import matching
from matching.domain.access import Action, Actor, Role
from matching.domain.errors import StoreError
from matching.services import (
    exports,
    fairness,
    gap_exports,
    gap_map,
    gap_views,
    lapses,
    next_beds,
    outlook,
    phone_round,
    planner,
    planner_choices,
    provider_card,
    scenario_choices,
    scenarios,
    sheets,
    views,
)
from matching.services.desk import Desk
from matching.services.fairness_record import record_view
from matching.services.gap_views import open_gaps
from matching.services.matching import SavedRun, reopen
from matching.services.plan_views import plan_state, plan_view
from matching.store import open_store
from matching.store.audit import AuditEvent
from matching.store.repositories.audit_log import AuditLog
from matching.store.schema import metadata
from tests.services.planned import HOMES, PEOPLE, POOLS, desk_at, office
from tests.services.rights_table import NEEDS, ONE_OF
from tests.services.secret import said_by
from tests.services.test_default_deny import FUNCTIONS
from tests.services.watched_table import ACTS, CASES, ELSEWHERE, INNER, ONE, WATCHED

#: What a case, or a thing of a case, is called where a function takes one.
NAMES = frozenset({"case", "referral_id", "offer_id", "placement_id", "consent_id", "share_id"})
#: Rights to give something out.
GIVES = frozenset(
    {
        Action.EXPORT_PLAN,
        Action.EXPORT_GAPS,
        Action.EXPORT_PROVIDERS,
        Action.EXPORT_CASE,
        Action.EXPORT_RECORD,
        Action.RESTORE_RECORD,
        Action.SHARE_CASE,
        Action.SHARE_BEDS,
    }
)


def _holds_bytes(kind: Any, seen: set[int]) -> bool:
    """Tell whether a type is, or has in it, the bytes of a file."""
    if kind is bytes:
        return True
    if id(kind) in seen:
        return False
    seen.add(id(kind))
    parts = list(kind) if isinstance(kind, list) else list(typing.get_args(kind))
    if dataclasses.is_dataclass(kind):
        parts += typing.get_type_hints(kind).values()
    return any(_holds_bytes(one, seen) for one in parts)


def _returned(function: Callable[..., Any]) -> Any:
    return typing.get_type_hints(function)["return"]


#: Every function that names a case, and every one that gives something out.
LOOKS = {n for n, f in FUNCTIONS.items() if NAMES & set(inspect.signature(f).parameters)}
WAYS_OUT = {n for n, needs in (NEEDS | ONE_OF).items() if GIVES & set(needs)} | {
    n for n, f in FUNCTIONS.items() if _holds_bytes(_returned(f), set())
}


@pytest.fixture(scope="module")
def made(sqlite_template, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("watched") / "record.db"
    shutil.copy(sqlite_template, path)
    store = open_store(f"sqlite:///{path}")
    people = [
        dataclasses.replace(one, referral_id=case)
        for one, case in zip(PEOPLE, CASES, strict=True)
    ]
    office(desk_at(store), HOMES, POOLS, people)
    store.close()
    return path


@pytest.fixture
def desk(made, tmp_path) -> Iterator[Desk]:
    path = tmp_path / "record.db"
    shutil.copy(made, path)
    store = open_store(f"sqlite:///{path}")
    yield desk_at(store)
    store.close()


@pytest.fixture
def saved(desk) -> SavedRun:
    again = reopen(desk)
    assert again is not None
    return again


def _rows(desk: Desk) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table."""
    with desk.store.engine.connect() as connection:
        return {
            name: [tuple(row) for row in connection.execute(sa.select(table)).all()]
            for name, table in metadata.tables.items()
        }


def _events(desk: Desk) -> list[AuditEvent]:
    with desk.store.reading() as record:
        return list(record.audit.events())


@pytest.mark.parametrize("name", WATCHED)
def test_each_look_and_each_file_leaves_its_event(desk, saved, name):
    function, action, call = WATCHED[name]
    before = _events(desk)
    call(desk, saved)
    after = _events(desk)
    assert after[: len(before)] == before
    told = [one for one in after[len(before) :] if one.action == action]
    assert told
    if function in LOOKS and action == "see_cases":
        assert ONE in {one.object_id for one in told}


@pytest.mark.parametrize("name", ACTS)
def test_each_act_on_a_case_is_one_event_saved_with_it_or_nothing(desk, name, monkeypatch):
    act = ACTS[name](desk)
    before, rows = _events(desk), _rows(desk)

    def fails(*_args: object, **_more: object) -> None:
        raise StoreError("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(AuditLog, "append", fails)
        with pytest.raises(StoreError):
            act()
    assert _rows(desk) == rows
    act()
    (event,) = _events(desk)[len(before) :]
    assert event.actor == desk.actor.name
    assert _rows(desk) != rows


def test_no_way_to_look_at_a_case_or_to_take_something_out_is_left_unwatched():
    """A new function has to be called in the table, or stand there with its reason."""
    known = {name for name, _, _ in WATCHED.values()} | ACTS.keys() | ELSEWHERE.keys()
    found = LOOKS | WAYS_OUT
    assert found - known == set(), "say in watched_table.py what they leave in the log"
    assert ELSEWHERE.keys() - found == set(), "take them out of watched_table.py"
    assert known <= FUNCTIONS.keys()
    twice = ELSEWHERE.keys() & (known - ELSEWHERE.keys())
    assert twice == set()


def test_what_leaves_no_event_of_its_own_is_called_by_services_alone():
    for folder in ("ui", "commands", "web"):
        for path in (Path(matching.__file__).parent / folder).rglob("*.py"):
            text = path.read_text("utf-8")
            for name in INNER:
                module, _, function = name.partition(".")
                if f"services.{module} import" in text or f"import {module}" in text:
                    assert not re.search(rf"\b{function}\b", text), f"{path.name}: {name}"


def _hsds(desk: Desk) -> bytes:
    rows = views.provider_rows(desk)
    return exports.export_standard(desk, rows, exports.StandardForm.HSDS).content


MANAGER: dict[str, Callable[[Desk], Any]] = {
    "provider rows": views.provider_rows,
    "card": lambda d: provider_card.provider_card(d, "P1"),
    "phone round": phone_round.phone_round,
    "state of the plan": plan_state,
    "gaps": lambda d: [open_gaps(d), gap_map.gap_map(d), gap_views.supply_view(d)],
    "outlook": outlook.outlook,
    "lapses": lapses.lapses,
    "lapse costs": lapses.lapse_costs,
    "planner": lambda d: planner.answer(d, planner.Ask(beds=2)),
    "planner choices": planner_choices.places,
    "next beds": next_beds.next_beds,
    "what if": lambda d: [scenario_choices.step_choices(d), scenarios.scenarios(d)],
    "fairness": lambda d: [fairness.open_fairness(d), record_view(d)],
    "providers.csv": lambda d: sheets.export_providers(d, views.provider_rows(d)),
    "hsds": _hsds,
    "phone round.csv": lambda d: phone_round.phone_round_csv(d, phone_round.phone_round(d)),
    "gaps.xlsx": gap_exports.export_gaps,
    "brief": gap_exports.export_brief,
    "fairness.xlsx": fairness.export_fairness,
}


@pytest.mark.parametrize("name", MANAGER)
def test_a_manager_is_never_told_a_case(desk, name):
    manager = dataclasses.replace(desk, actor=Actor("manager", Role.MANAGER))
    told = MANAGER[name](manager)
    assert told is not None
    texts = "\n".join(said_by(told))
    assert [case for case in CASES if case in texts] == []


def test_what_a_manager_is_told_would_be_found(desk, saved):
    """The scan is no good if it finds nothing where cases are shown."""
    assert CASES[0] in "\n".join(said_by(plan_view(desk, saved)))
    assert CASES[0] in "\n".join(said_by(views.board(desk)))
