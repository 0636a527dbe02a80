"""``python -m matching accounts``: who may sign in, at the machine itself.

A password is never an argument, where every process could read it: it is either made
here and printed once, or typed without being shown.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from getpass import getpass

from matching.commands.at_office import add_office, at_office
from matching.domain.access import STAFF_ROLES, Role
from matching.domain.accounts import Account
from matching.domain.errors import InputError
from matching.services import accounts, offices
from matching.services.desk import Desk, local_desk
from matching.settings import load_settings

ONE_TIME = (
    "One-time password of {name}: {password}\n"
    "It is not shown again. It works for {days} days and must be changed at the first sign-in."
)


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands."""
    family = commands.add_parser("accounts", help="who may sign in, and in which role")
    inner = family.add_subparsers(required=True, metavar="WHAT")

    one = inner.add_parser("add", help="add an account, or give one a role at an office")
    one.add_argument("name")
    one.add_argument("--role", required=True, choices=_ROLES)
    one.add_argument(
        "--elsewhere",
        action="store_true",
        help="they sign in at the identity provider, under exactly this name",
    )
    one.add_argument(
        "--ask", action="store_true", help="type the first password instead of having one made"
    )
    _for_office(one, _add)

    listed = inner.add_parser("list", help="list the accounts of an office")
    _for_office(listed, _list)

    for name, run, text in (
        ("reset", _reset, "give an account a one-time password; it is signed out everywhere"),
        ("disable", _disable, "bar an account from signing in; it is signed out everywhere"),
        ("enable", _enable, "let a disabled account sign in again"),
        ("unlock", _unlock, "let an account try again after wrong passwords"),
    ):
        command = inner.add_parser(name, help=text)
        command.add_argument("name")
        _for_office(command, run)

    role = inner.add_parser("role", help="change a role at an office, or take it away")
    role.add_argument("name")
    role.add_argument("role", choices=(*_ROLES, _NONE))
    _for_office(role, _role)

    office = inner.add_parser("office-add", help="add an office")
    office.add_argument("code", help="short and final, such as north")
    office.add_argument("name")
    office.set_defaults(run=_office_add)

    listed = inner.add_parser("offices", help="list the offices")
    listed.set_defaults(run=_offices)


_NONE = "none"
_ROLES = tuple(role.value for role in STAFF_ROLES)


def _for_office(command: argparse.ArgumentParser, run: object) -> None:
    add_office(command)
    command.set_defaults(run=run)


@contextmanager
def _desk(options: argparse.Namespace) -> Iterator[Desk]:
    with local_desk(load_settings()) as desk:
        yield at_office(options, desk)


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


def _add(options: argparse.Namespace) -> int:
    typed = _typed() if options.ask else None
    with _desk(options) as desk:
        made = accounts.add(
            desk, options.name, Role(options.role), elsewhere=options.elsewhere, given=typed
        )
    _tell(made, f"{made.name} is {options.role} at {options.office}.")
    return 0


def _typed() -> str:
    """Return a password typed twice without being shown.

    Raises
    ------
    InputError
        If the two are different.
    """
    first = getpass("First password: ")
    if getpass("Again: ") != first:
        raise InputError("The two passwords are different.", next_step="Type both again.")
    return first


def _tell(made: accounts.NewPassword, done: str) -> None:
    _say(done)
    if made.password is not None:
        days = accounts.ONE_TIME_DAYS
        _say(ONE_TIME.format(name=made.name, password=made.password, days=days))


def _list(options: argparse.Namespace) -> int:
    with _desk(options) as desk:
        found = accounts.listed(desk)
        for one in found:
            _say(f"{one.name}  {one.roles[options.office].value}  {_state(desk, one)}")
    if not found:
        _say("There are no accounts at this office.")
    return 0


def _state(desk: Desk, one: Account) -> str:
    if not one.active:
        return "disabled"
    if one.locked(desk.clock()) and one.locked_until is not None:
        return f"locked until {desk.local(one.locked_until):%Y-%m-%d %H:%M}"
    if one.last_sign_in is None:
        return "never signed in"
    return f"last sign-in {desk.local(one.last_sign_in):%Y-%m-%d %H:%M}"


def _reset(options: argparse.Namespace) -> int:
    with _desk(options) as desk:
        one = accounts.named(desk, options.name)
        made = accounts.reset(desk, one.id, version=one.version)
    _tell(made, f"{made.name} has a new password and is signed out everywhere.")
    return 0


def _disable(options: argparse.Namespace) -> int:
    with _desk(options) as desk:
        one = accounts.named(desk, options.name)
        accounts.disable(desk, one.id, version=one.version)
    _say(f"{one.name} may not sign in any more and is signed out everywhere.")
    return 0


def _enable(options: argparse.Namespace) -> int:
    with _desk(options) as desk:
        one = accounts.named(desk, options.name)
        accounts.enable(desk, one.id, version=one.version)
    _say(f"{one.name} may sign in again.")
    return 0


def _unlock(options: argparse.Namespace) -> int:
    with _desk(options) as desk:
        one = accounts.named(desk, options.name)
        accounts.unlock(desk, one.id, version=one.version)
    _say(f"{one.name} may try again.")
    return 0


def _role(options: argparse.Namespace) -> int:
    role = None if options.role == _NONE else Role(options.role)
    with _desk(options) as desk:
        one = accounts.named(desk, options.name)
        accounts.set_role(desk, one.id, role, version=one.version)
    held = f"is {role.value}" if role else "has no role any more"
    _say(f"{one.name} {held} at {options.office}, and is signed out there.")
    return 0


def _office_add(options: argparse.Namespace) -> int:
    with _desk(options) as desk:
        office = offices.add(desk, options.code, options.name)
    _say(f"{office.code} is added. Give it an administrator: accounts add NAME --role admin")
    return 0


def _offices(options: argparse.Namespace) -> int:
    with _desk(options) as desk:
        for code, name in offices.names(desk.store).items():
            _say(f"{code}  {name}")
    return 0
