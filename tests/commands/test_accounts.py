"""Accounts at the machine itself: no password is ever an argument, or printed twice."""

from __future__ import annotations

import re

import pytest

from matching.__main__ import FAILED, OK, main
from matching.commands import accounts as commands
from matching.domain.access import Role
from matching.services import hashing
from matching.store import open_store
from tests.services import staffed
from tests.services.staffed import OTHER

ONE_TIME = r"([a-z2-9]{4}-){3}[a-z2-9]{4}"


@pytest.fixture(autouse=True)
def _record(sqlite_store, monkeypatch):
    staffed.quick_hashes(monkeypatch)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{sqlite_store.engine.url.database}")


def run(capsys, *words):
    """Run a command and return its status and what it printed."""
    status = main(["accounts", *words])
    printed = capsys.readouterr()
    return status, printed.out + printed.err


def account(store, name):
    with store.reading() as record:
        return record.accounts.named(name)


def test_the_first_administrator_is_added_and_listed(capsys, sqlite_store):
    status, printed = run(capsys, "add", "Ana", "--role", "admin")
    assert status == OK
    password = re.search(ONE_TIME, printed)[0]
    made = account(sqlite_store, "ana")
    assert made.roles == {"main": Role.ADMIN}
    assert made.must_change
    assert hashing.matches(made.password_hash, password)
    status, printed = run(capsys, "list")
    assert printed == "ana  admin  never signed in\n"
    assert password not in printed


def test_a_record_without_accounts_says_so(capsys):
    assert run(capsys, "list") == (OK, "There are no accounts at this office.\n")


def test_the_first_must_be_an_administrator(capsys, sqlite_store):
    status, printed = run(capsys, "add", "kim", "--role", "worker")
    assert status == FAILED
    assert "first account" in printed
    assert account(sqlite_store, "kim") is None


def test_no_argument_takes_a_password(capsys):
    for more in (["--password", "x"], ["x"]):
        with pytest.raises(SystemExit):
            main(["accounts", "add", "ana", "--role", "admin", *more])
        with pytest.raises(SystemExit):
            main(["accounts", "reset", "ana", *more])
    capsys.readouterr()


def test_a_password_is_typed_twice_without_being_shown(capsys, monkeypatch, sqlite_store):
    typed = iter([OTHER, OTHER, OTHER, "another"])
    monkeypatch.setattr(commands, "getpass", lambda _: next(typed))
    status, printed = run(capsys, "add", "ana", "--role", "admin", "--ask")
    assert status == OK
    assert OTHER not in printed
    assert hashing.matches(account(sqlite_store, "ana").password_hash, OTHER)
    status, printed = run(capsys, "add", "kim", "--role", "worker", "--ask")
    assert status == FAILED
    assert "different" in printed


def test_from_reset_to_disabled_and_back(capsys, sqlite_store):
    run(capsys, "add", "ana", "--role", "admin")
    run(capsys, "add", "kim", "--role", "worker")
    status, printed = run(capsys, "reset", "kim")
    assert status == OK
    assert re.search(ONE_TIME, printed)
    assert run(capsys, "disable", "kim")[0] == OK
    assert "kim  worker  disabled" in run(capsys, "list")[1]
    assert run(capsys, "enable", "kim")[0] == OK
    assert run(capsys, "unlock", "kim")[0] == OK
    assert account(sqlite_store, "kim").active
    status, printed = run(capsys, "role", "kim", "auditor")
    assert printed == "kim is auditor at main, and is signed out there.\n"
    run(capsys, "role", "kim", "none")
    assert account(sqlite_store, "kim").roles == {}
    status, printed = run(capsys, "disable", "ana")
    assert status == FAILED
    assert "last administrator" in printed


def test_another_office_has_its_own(capsys, sqlite_store):
    assert run(capsys, "office-add", "north", "North Office")[0] == OK
    assert "north  North Office" in run(capsys, "offices")[1]
    assert run(capsys, "add", "boris", "--role", "admin", "--office", "north")[0] == OK
    assert account(sqlite_store, "boris").roles == {"north": Role.ADMIN}
    assert "boris" not in run(capsys, "list")[1]
    assert "boris  admin" in run(capsys, "list", "--office", "north")[1]
    for command in (["list"], ["reset", "boris"], ["add", "x.y", "--role", "worker"]):
        status, printed = run(capsys, *command, "--office", "south")
        assert status == FAILED
        assert "no such office" in printed


def test_whoever_signs_in_elsewhere_gets_no_password(capsys, sqlite_store):
    run(capsys, "add", "ana", "--role", "admin")
    status, printed = run(capsys, "add", "kim@a.example", "--role", "worker", "--elsewhere")
    assert (status, printed) == (OK, "kim@a.example is worker at main.\n")
    assert account(sqlite_store, "kim@a.example").password_hash is None


def test_a_name_nobody_has_is_said(capsys):
    run(capsys, "add", "ana", "--role", "admin")
    for command in ("reset", "disable", "enable", "unlock"):
        assert "no account of that name" in run(capsys, command, "kim")[1]


def test_states_are_listed(capsys, sqlite_store):
    run(capsys, "add", "ana", "--role", "admin")
    from datetime import timedelta

    from matching.services.desk import utc_now

    one = staffed.staff(sqlite_store, "kim", locked_until=utc_now() + timedelta(hours=1))
    staffed.begin(sqlite_store, staffed.staff(sqlite_store, "pat"), "main", utc_now())
    printed = run(capsys, "list")[1]
    assert one.locked_until is not None
    assert "kim  worker  locked until " in printed
    assert "pat  worker  last sign-in " in printed


def test_everything_done_at_the_machine_is_recorded(capsys, sqlite_store):
    run(capsys, "add", "ana", "--role", "admin")
    run(capsys, "reset", "ana")
    with open_store(f"sqlite:///{sqlite_store.engine.url.database}").reading() as record:
        found = [(one.actor, one.role, one.action) for one in record.audit.events()]
    assert found == [
        ("command line", "local", "account_added"),
        ("command line", "local", "password_reset"),
    ]
