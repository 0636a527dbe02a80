"""Who may manage whose account, and that no office is ever left without anybody who can."""

from __future__ import annotations

import dataclasses
import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.domain.access import STAFF_ROLES, Action, Actor, Role, allows
from matching.domain.accounts import SessionEnd
from matching.domain.errors import (
    ConflictError,
    InputError,
    MatchingError,
    NotFound,
    PermissionDenied,
)
from matching.services import accounts, hashing, offices, sessions
from tests.services import staffed
from tests.services.staffed import NOW, SETTINGS, begin, desk_of, fresh, machine, staff


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    staffed.quick_hashes(monkeypatch)


@pytest.fixture
def ana(store):
    """The administrator of the main office."""
    return staff(store, "ana", Role.ADMIN)


@pytest.fixture
def admin(store, ana):
    return desk_of(store, "ana", Role.ADMIN)


def test_there_are_no_accounts_until_the_first(store):
    assert not accounts.exist(store)
    accounts.add(machine(store), "ana", Role.ADMIN)
    assert accounts.exist(store)
    assert accounts.exist(store.at("elsewhere"))


def test_the_first_account_is_an_administrators(store):
    for role in STAFF_ROLES:
        if role is not Role.ADMIN:
            with pytest.raises(InputError, match="first account"):
                accounts.add(machine(store), "kim", role)
    assert not accounts.exist(store)


def test_a_new_account_has_a_one_time_password(store, admin):
    made = accounts.add(admin, "Kim.Jones", Role.WORKER)
    assert made.name == "kim.jones"
    assert re.fullmatch(r"([a-z2-9]{4}-){3}[a-z2-9]{4}", made.password)
    assert made.password not in repr(made)
    one = accounts.named(admin, "KIM.jones")
    assert one.must_change
    assert hashing.matches(one.password_hash, made.password)
    assert one.roles == {"main": Role.WORKER}
    with store.reading() as record:
        event = record.audit.events()[-1]
    assert (event.actor, event.action, event.object_id) == ("ana", "account_added", "kim.jones")
    assert made.password not in str(event)


def test_a_password_somebody_typed_is_checked_and_not_told_again(store, admin):
    with pytest.raises(InputError, match="guessed first"):
        accounts.add(admin, "kim", Role.WORKER, given="password1234")
    made = accounts.add(admin, "kim", Role.WORKER, given=staffed.OTHER)
    assert made.password is None
    assert accounts.named(admin, "kim").must_change


def test_whoever_signs_in_elsewhere_has_no_password(store, admin):
    made = accounts.add(admin, "kim@a.example", Role.WORKER, elsewhere=True)
    one = accounts.named(admin, "kim@a.example")
    assert (made.password, one.password_hash, one.must_change) == (None, None, False)
    with pytest.raises(InputError, match="identity provider"):
        accounts.reset(admin, one.id, version=one.version)


@pytest.mark.parametrize(
    "name", ["", "ab", "a b c", "a/b", "-kim", "x" * 101, "kim\n", "<b>kim"]
)
def test_some_names_cannot_be(store, admin, name):
    if name == "kim\n":
        assert accounts.proper_name(name) == "kim"
        return
    with pytest.raises(InputError, match="name of an account"):
        accounts.add(admin, name, Role.WORKER)


@given(st.text(max_size=120))
def test_a_name_has_one_spelling_for_ever(name):
    try:
        once = accounts.proper_name(name)
    except InputError:
        return
    assert accounts.proper_name(once) == once
    assert accounts.proper_name(once.upper()) == accounts.proper_name(once.upper().upper())


@pytest.mark.parametrize("role", [Role.LOCAL, Role.CLOCK, Role.VISITOR])
def test_roles_of_nobody_are_given_to_nobody(store, admin, role):
    with pytest.raises(InputError, match="Nobody can be given"):
        accounts.add(admin, "kim", role)
    one = staff(store, "kim")
    with pytest.raises(InputError, match="Nobody can be given"):
        accounts.set_role(admin, one.id, role, version=one.version)


@pytest.mark.parametrize("role", [r for r in Role if not allows(r, Action.MANAGE_ACCOUNTS)])
def test_nobody_else_manages_accounts(store, ana, role):
    desk = desk_of(store, "ana", role)
    works = (
        lambda: accounts.listed(desk),
        lambda: accounts.named(desk, "ana"),
        lambda: accounts.add(desk, "kim", Role.WORKER),
        lambda: accounts.set_role(desk, ana.id, Role.WORKER, version=1),
        lambda: accounts.disable(desk, ana.id, version=1),
        lambda: accounts.enable(desk, ana.id, version=1),
        lambda: accounts.reset(desk, ana.id, version=1),
        lambda: accounts.unlock(desk, ana.id, version=1),
        lambda: offices.add(desk, "north", "North"),
    )
    for work in works:
        with pytest.raises(PermissionDenied):
            work()
    assert fresh(store, ana) == ana
    assert staffed.actions(store) == []


def test_a_changed_role_ends_the_sessions_at_this_office_alone(store, admin):
    staffed.office(store, "north")
    one = staff(store, "kim", roles={"main": Role.SUPERVISOR, "north": Role.WORKER})
    here, there = begin(store, one), begin(store, one, "north")
    accounts.set_role(admin, one.id, Role.WORKER, version=one.version)
    assert fresh(store, one).roles == {"main": Role.WORKER, "north": Role.WORKER}
    assert sessions.visit(store, SETTINGS, here, NOW) is None
    assert sessions.visit(store, SETTINGS, there, NOW)
    assert sessions.look(store, SETTINGS, sessions.key_of(here), NOW) is SessionEnd.ROLE


@pytest.mark.parametrize("what", ["disable", "reset"])
def test_disabling_and_resetting_end_every_session_at_once(store, admin, what):
    one = staff(store, "kim")
    tokens = [begin(store, one) for _ in range(3)]
    getattr(accounts, what)(admin, one.id, version=one.version)
    assert not any(sessions.visit(store, SETTINGS, token, NOW) for token in tokens)
    with store.reading() as record:
        assert record.audit.events()[-1].details["sessions"] == 3


def test_disabled_and_enabled_again(store, admin):
    one = staff(store, "kim")
    off = accounts.disable(admin, one.id, version=one.version)
    assert not off.active
    assert accounts.enable(admin, one.id, version=off.version).active


def test_an_administrator_unlocks(store, admin):
    one = staff(store, "kim", failures=5, locked_until=NOW + timedelta(minutes=15))
    free = accounts.unlock(admin, one.id, version=one.version)
    assert (free.failures, free.locked_until) == (0, None)


def test_a_reset_opens_a_lock_and_gives_a_one_time_password(store, admin):
    one = staff(store, "kim", failures=5, locked_until=NOW + timedelta(minutes=15))
    made = accounts.reset(admin, one.id, version=one.version)
    now = fresh(store, one)
    assert now.must_change
    assert now.locked_until is None
    assert hashing.matches(now.password_hash, made.password)
    assert not hashing.matches(now.password_hash, staffed.PASSWORD)


def test_an_old_version_changes_nothing(store, admin):
    one = staff(store, "kim")
    accounts.unlock(admin, one.id, version=one.version)
    before = fresh(store, one)
    for work in (accounts.disable, accounts.enable, accounts.reset, accounts.unlock):
        with pytest.raises(ConflictError):
            work(admin, one.id, version=one.version)
    with pytest.raises(ConflictError):
        accounts.set_role(admin, one.id, Role.ADMIN, version=one.version)
    assert fresh(store, one) == before


def test_an_office_is_never_left_without_an_administrator(store, ana, admin):
    for desk in (admin, machine(store)):
        for work in (
            lambda d: accounts.disable(d, ana.id, version=ana.version),
            lambda d: accounts.set_role(d, ana.id, None, version=ana.version),
            lambda d: accounts.set_role(d, ana.id, Role.WORKER, version=ana.version),
        ):
            with pytest.raises(InputError, match="last administrator"):
                work(desk)
    assert fresh(store, ana) == ana


def test_a_disabled_administrator_does_not_count(store, ana, admin):
    staff(store, "bo", Role.ADMIN, active=False)
    with pytest.raises(InputError, match="last administrator"):
        accounts.disable(admin, ana.id, version=ana.version)
    staff(store, "cy", Role.ADMIN)
    assert not accounts.disable(admin, ana.id, version=ana.version).active


def test_an_administrator_sees_and_changes_nothing_of_another_office(store, admin):
    staffed.office(store, "north")
    one = staff(store, "kim", at="north")
    assert [found.name for found in accounts.listed(admin)] == ["ana"]
    with pytest.raises(NotFound):
        accounts.named(admin, "kim")
    for work in (accounts.disable, accounts.enable, accounts.reset, accounts.unlock):
        with pytest.raises(NotFound):
            work(admin, one.id, version=one.version)
    with pytest.raises(NotFound):
        accounts.set_role(admin, one.id, Role.ADMIN, version=one.version)
    assert fresh(store, one) == one


def test_a_shared_account_is_not_taken_over_by_one_office(store, admin):
    """A new password would let the administrator in at the other office."""
    staffed.office(store, "north")
    one = staff(store, "kim", roles={"main": Role.WORKER, "north": Role.SUPERVISOR})
    for work in (accounts.disable, accounts.enable, accounts.reset, accounts.unlock):
        with pytest.raises(PermissionDenied, match="another office"):
            work(admin, one.id, version=one.version)
    assert fresh(store, one) == one
    accounts.set_role(admin, one.id, None, version=one.version)
    assert fresh(store, one).roles == {"north": Role.SUPERVISOR}


def test_whoever_administers_both_offices_may(store):
    staffed.office(store, "north")
    both = {"main": Role.ADMIN, "north": Role.ADMIN}
    staff(store, "ana", roles=both)
    one = staff(store, "kim", roles={"main": Role.WORKER, "north": Role.SUPERVISOR})
    desk = desk_of(store, "ana", Role.ADMIN, "north")
    assert accounts.reset(desk, one.id, version=one.version).password


def test_a_known_name_is_given_a_role_here_and_keeps_its_password(store, admin):
    staffed.office(store, "north")
    one = staff(store, "kim", at="north")
    made = accounts.add(admin, "kim", Role.WORKER)
    assert made.password is None
    now = fresh(store, one)
    assert now.roles == {"main": Role.WORKER, "north": Role.WORKER}
    assert now.password_hash == one.password_hash
    with pytest.raises(InputError, match="already"):
        accounts.add(admin, "kim", Role.WORKER)


def test_the_machine_manages_every_office(store, ana):
    staffed.office(store, "north")
    one = staff(store, "kim", roles={"main": Role.WORKER, "north": Role.SUPERVISOR})
    made = accounts.reset(machine(store, "north"), one.id, version=one.version)
    assert made.password


def test_offices_are_added_at_the_machine_alone(store, admin):
    with pytest.raises(PermissionDenied, match="machine itself"):
        offices.add(admin, "north", "North")
    offices.add(machine(store), "north", "  North   Office ")
    assert offices.names(store)["north"] == "North Office"
    assert offices.require(store, "north").code == "north"
    for code, name in (
        ("North", "x"),
        ("n", "x"),
        ("a b", "x"),
        ("south", " "),
        ("south", "x" * 99),
    ):
        with pytest.raises(InputError):
            offices.add(machine(store), code, name)
    assert staffed.actions(store) == ["office_added"]


def test_everything_an_actor_may_forge_is_looked_up_again(store, ana):
    """A desk with a role the record does not know gives nothing beyond this office."""
    staffed.office(store, "north")
    one = staff(store, "kim", roles={"main": Role.WORKER, "north": Role.SUPERVISOR})
    forged = dataclasses.replace(machine(store), actor=Actor("kim", Role.ADMIN))
    with pytest.raises(MatchingError):
        accounts.reset(forged, one.id, version=one.version)
    assert fresh(store, one) == one
