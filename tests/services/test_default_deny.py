"""Nobody does anything without a right: every function that takes a desk, every role."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import MagicMock

import pytest

import matching
from matching.domain.access import Action, Actor, Role, allows
from matching.domain.errors import PermissionDenied
from matching.services import jobs
from matching.services.desk import Desk
from matching.services.retention import strip_everywhere
from matching.settings import Settings
from tests.services.rights_table import HANDED, NEEDS, ONE_OF, OPEN
from tests.services.without_desk import DESK_LATER, WITHOUT_DESK

ROOT = Path(matching.__file__).parent
NOW = datetime(2026, 11, 22, 22, 0, tzinfo=UTC)

#: Pages draw what services give them; migrations can only be loaded by their tool.
LEFT_OUT = ("matching.ui", "matching.web", "matching.store.migrations", "matching.__main__")


class Touched(Exception):
    """The record was touched."""


class ClosedStore:
    """A record that nobody may touch."""

    office = "main"

    def seen_by(self, _eyes: object) -> ClosedStore:
        return self

    def at(self, _office: str) -> ClosedStore:
        return self

    def __getattr__(self, name: str) -> Any:
        raise Touched(name)


def _defined() -> Iterator[tuple[str, ModuleType, Callable[..., Any]]]:
    """Give every function and every method, by its name in the tables."""
    for module in pkgutil.walk_packages(matching.__path__, "matching."):
        if module.name.startswith(LEFT_OUT):
            continue
        loaded = importlib.import_module(module.name)
        short = module.name.removeprefix("matching.services.")
        for name, one in vars(loaded).items():
            if getattr(one, "__module__", "") != module.name:
                continue
            if inspect.isfunction(one):
                yield f"{short}.{name}", loaded, one
            elif inspect.isclass(one):
                for part, method in vars(one).items():
                    if inspect.isfunction(method):
                        yield f"{short}.{name}.{part}", loaded, method


def _functions() -> dict[str, Callable[..., Any]]:
    return {
        name: one
        for name, loaded, one in _defined()
        if _takes_a_desk(one) and not one.__name__.startswith("_")
        if vars(loaded).get(one.__name__) is one
    }


def _takes_a_desk(function: Callable[..., Any]) -> bool:
    return _kinds(function)[:1] == ["Desk"]


def _kinds(function: Callable[..., Any]) -> list[str]:
    """Return of what kind each parameter is, as it is written."""
    found = inspect.signature(function).parameters.values()
    return [str(one.annotation).rpartition(".")[-1].removesuffix(" | None") for one in found]


FUNCTIONS = _functions()

#: Arguments without which a function could not tell which right it needs.
ARGUMENTS: dict[str, dict[str, Any]] = {
    "audit.note_view": {"kind": "referral"},
    "office_export.delete_office": {"code": ClosedStore.office},
    "office_export.export_office": {"code": ClosedStore.office},
    "publishing.publish": {"action": Action.EXPORT_GAPS},
    "upload_records.require": {"kind": "referrals"},
}


def _call(name: str, role: Role) -> None:
    function = FUNCTIONS[name]
    settings = Settings(database_url="sqlite:///unused.db")
    closed: Any = ClosedStore()
    desk = Desk(closed, Actor("tester", role), settings, lambda: NOW)
    given = dict(ARGUMENTS.get(name, {}))
    for parameter in list(inspect.signature(function).parameters.values())[1:]:
        if parameter.default is parameter.empty and parameter.kind not in (
            parameter.VAR_POSITIONAL,
            parameter.VAR_KEYWORD,
        ):
            given.setdefault(parameter.name, MagicMock())
    function(desk, **given)


def _outcome(name: str, role: Role) -> type[Exception] | None:
    """Return what a call ends with: dummies lead nowhere, and the record is closed."""
    try:
        _call(name, role)
    except Exception as error:
        return type(error)
    return None


def _rights(name: str, role: Role) -> bool:
    if name in NEEDS:
        return all(allows(role, action) for action in NEEDS[name])
    return any(allows(role, action) for action in ONE_OF[name])


@pytest.fixture(autouse=True)
def _no_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin no job: the right to begin one is asked before."""

    def begin(*_: object, **__: object) -> None:
        raise Touched("job")

    monkeypatch.setattr(jobs.Job, "__init__", begin)


def test_every_function_that_takes_a_desk_is_in_the_table():
    table = [*NEEDS, *ONE_OF, *HANDED, *OPEN]
    assert len(table) == len(set(table))
    missing, gone = FUNCTIONS.keys() - set(table), set(table) - FUNCTIONS.keys()
    assert not missing, f"say in rights_table.py which right they need: {sorted(missing)}"
    assert not gone, f"take them out of rights_table.py: {sorted(gone)}"


def _given_the_record() -> set[str]:
    """Return what is given the record itself, or opens it, outside of the store."""
    found = set()
    for name, loaded, one in _defined():
        private = one.__name__.startswith("_") and one.__name__ != "__init__"
        if private or _takes_a_desk(one) or loaded.__name__.startswith("matching.store"):
            continue
        if "Store" in _kinds(one) or "open_store" in inspect.unwrap(one).__code__.co_names:
            found.add(name)
    return found


def test_what_is_given_the_record_without_a_desk_says_why():
    found = _given_the_record()
    assert "signing_in.sign_in" in found
    missing, gone = found - WITHOUT_DESK.keys(), WITHOUT_DESK.keys() - found
    assert not missing, f"take a desk, or say in without_desk.py why not: {sorted(missing)}"
    assert not gone, f"take them out of without_desk.py: {sorted(gone)}"


def test_a_desk_comes_first_so_that_the_table_finds_it():
    """It may come after the record alone, which somebody who asked has opened."""
    later = {
        name
        for name, _, one in _defined()
        if "Desk" in _kinds(one)[1:] and not {"Reading", "Transaction"} & set(_kinds(one))
        if not one.__name__.startswith("_")
    }
    assert later == DESK_LATER.keys()


def test_only_commands_sit_down_at_the_machine():
    """The desk of whoever sits at the machine may do everything."""
    users = {
        path.relative_to(ROOT).parts[0]
        for path in ROOT.rglob("*.py")
        if "local_desk" in path.read_text("utf-8")
    }
    assert users == {"services", "commands", "__main__.py"}
    inside = {p.name for p in (ROOT / "services").glob("*.py") if "local_desk" in p.read_text()}
    assert inside == {"desk.py"}


@pytest.mark.parametrize(
    "role", [role for role in Role if not allows(role, Action.END_AT_TIME)]
)
def test_nobody_without_the_right_has_everything_stripped(role, sqlite_store):
    settings = Settings(database_url="sqlite:///unused.db")
    actor = Actor("tester", role)
    if allows(role, Action.DELETE_RECORD):
        assert strip_everywhere(sqlite_store, settings, NOW, actor).cases == 0
    else:
        with pytest.raises(PermissionDenied):
            strip_everywhere(sqlite_store, settings, NOW, actor)


@pytest.mark.parametrize("name", sorted(NEEDS.keys() | ONE_OF.keys()))
def test_without_the_right_everybody_is_refused_before_anything_is_read(name):
    refused = [role for role in Role if not _rights(name, role)]
    assert Role.VISITOR in refused
    for role in refused:
        with pytest.raises(PermissionDenied) as error:
            _call(name, role)
        assert error.value.next_step


#: Who else is refused, besides those without the right.
NARROWER = {"offices.add": frozenset(Role) - {Role.LOCAL}}


@pytest.mark.parametrize("name", sorted(NEEDS.keys() | ONE_OF.keys()))
def test_with_the_right_nobody_is_refused(name):
    granted = [r for r in Role if _rights(name, r) and r not in NARROWER.get(name, ())]
    assert Role.LOCAL in granted
    refused = [role for role in granted if _outcome(name, role) is PermissionDenied]
    assert refused == []


@pytest.mark.parametrize("name", sorted(HANDED))
def test_a_function_that_asks_for_no_right_cannot_open_the_record(name):
    source = inspect.getsource(FUNCTIONS[name])
    assert "desk.store" not in source
    assert Touched not in {_outcome(name, role) for role in Role}


def test_the_sample_is_not_looked_for_by_those_who_may_not_load_it():
    for role in Role:
        if allows(role, Action.LOAD_SAMPLE):
            with pytest.raises(Touched):
                _call("samples.ensure_sample", role)
        else:
            _call("samples.ensure_sample", role)


def test_a_visitor_and_the_clock_may_do_no_more_than_they_must():
    assert not [one for one in Action if allows(Role.VISITOR, one)]
    assert [one for one in Action if allows(Role.CLOCK, one)] == [Action.END_AT_TIME]
