"""What every page starts from: the desk, and the plan saved last.

Pages keep identifiers in the session and ask the services for the rest; the
services refuse what the actor may not see.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, NewType, TypeVar, cast

import streamlit as st

from matching.domain.access import Actor, Role
from matching.domain.errors import PermissionDenied
from matching.domain.words import DataOrigin
from matching.services import accounts, offices, sessions, standing, views
from matching.services.clocks import Clock, due
from matching.services.desk import Desk, utc_now
from matching.services.matching import SavedRun, reopen
from matching.services.sessions import Visit
from matching.services.standing import Pulse, Standings
from matching.settings import Settings, load_settings
from matching.store.database import Store, open_store

T = TypeVar("T")

#: The one user there is before accounts exist.
LOCAL_USER = Actor("local user", Role.LOCAL)

#: Names of the cookie that holds the session's token: over https, and else. The guard
#: lets no more than one of them through, and only in its place.
COOKIES = ("__Host-session", "session")

SIGNED_OUT = "You are signed out."
SIGN_IN = "Sign in again."


@dataclass(slots=True)
class _House:
    """What this process serves.

    Attributes
    ----------
    settings : Settings
    store : Store
    accounts : bool
        Whether anybody has to sign in, as far as was seen: accounts are never removed.
    """

    settings: Settings
    store: Store
    accounts: bool = False


@st.cache_resource(show_spinner=False)
def _house() -> _House:
    settings = load_settings()
    return _House(settings, open_store(settings.database_url))


def accounts_exist() -> bool:
    """Tell whether people have to sign in."""
    house = _house()
    if not house.accounts:
        if not accounts.exist(house.store):
            return False
        house.accounts = True
    return True


@dataclass(slots=True)
class _Known:
    """What was looked up in this run of the page already.

    Attributes
    ----------
    visits : list of Visit or None
        Who is signed in, once that was asked.
    read : dict of tuple to (int, object)
        What was read of the record, after how many writes of this process.
    """

    visits: list[Visit | None] = field(default_factory=list)
    read: dict[tuple[object, ...], tuple[int, object]] = field(default_factory=dict)


_known: ContextVar[_Known | None] = ContextVar("known", default=None)


@contextmanager
def one_run() -> Iterator[None]:
    """Look up once who is at the screen, for one run of the whole page.

    The next run looks again, and so does each part of a page that is drawn by
    itself: nothing outlives a press.
    """
    before = _known.set(_Known())
    try:
        yield
    finally:
        _known.reset(before)


def _in_this_run(at: Desk, what: str, read: Callable[[], T]) -> T:
    """Read something of the record once in a run of the page, unless something was saved."""
    known = _known.get()
    if known is None:
        return read()
    key = (what, at.settings.database_url, at.store.office, at.actor)
    writes = at.store.writes
    found = known.read.get(key)
    if found is None or found[0] != writes:
        found = (writes, read())
        known.read[key] = found
    return cast("T", found[1])


def token() -> str | None:
    """Return the token that the browser came with when this page was opened."""
    found = (st.context.cookies.get(name) for name in COOKIES)
    return next((one for one in found if isinstance(one, str)), None)


def visit() -> Visit | None:
    """Return who is signed in at this screen; ``None`` before accounts exist, too.

    Raises
    ------
    PermissionDenied
        If accounts exist and nobody is signed in, or not any more.
    """
    known = _known.get()
    if known is None:
        return _visit()
    if not known.visits:
        known.visits.append(_visit())
    return known.visits[0]


def _visit() -> Visit | None:
    if not accounts_exist():
        return None
    house = _house()
    found = sessions.visit(house.store, house.settings, token(), utc_now())
    if found is None or found.must_change:
        raise PermissionDenied(SIGNED_OUT, next_step=SIGN_IN)
    return found


def desk() -> Desk:
    """Return the desk of the person at this screen, as they stand at this moment.

    Raises
    ------
    PermissionDenied
        If accounts exist and nobody is signed in, or not any more.
    """
    return desk_of(visit())


def desk_of(found: Visit | None) -> Desk:
    """Return the desk of somebody signed in, or of the one local user."""
    house = _house()
    if found is None:
        return Desk(house.store, LOCAL_USER, house.settings)
    return Desk(house.store.at(found.office), found.actor, house.settings)


@st.cache_resource(show_spinner=False, max_entries=64)
def _office_name(_desk: Desk, key: tuple[str, str]) -> str:
    return offices.names(_desk.store)[key[1]]


def office_name(at: Desk) -> str:
    """Return the name of the office that somebody works at."""
    return _office_name(at, (at.settings.database_url, at.store.office))


#: What one person may see and another may not: role, office, opened providers.
Scope = tuple[Role, str, tuple[str, ...]]


def scope(at: Desk) -> Scope:
    """Return what to key everything with that is kept for several people.

    Two people with the same scope see the same of the record; nothing kept under one
    scope may be shown under another.
    """
    return at.actor.role, at.store.office, opened(at)


def opened(at: Desk) -> tuple[str, ...]:
    """Return the confidential providers that the person has opened, in order."""

    def read() -> tuple[str, ...]:
        with at.store.reading() as record:
            found = record.openings.current(at.actor.name, at.clock())
        return tuple(sorted({one.provider_id for one in found}))

    return _in_this_run(at, "opened", read)


def newest(at: Desk) -> tuple[int, int]:
    """Return the state of the record, and the number of the plan saved last or 0."""

    def read() -> tuple[int, int]:
        with at.store.reading() as record:
            return record.data_version(), record.runs.newest()

    return _in_this_run(at, "newest", read)


def moment(at: Desk) -> Pulse:
    """Return what changes when anything on the boards does, as of this run of the page.

    Raises
    ------
    PermissionDenied
        If the actor may see neither cases nor providers.
    """
    return _in_this_run(at, "pulse", lambda: standing.pulse(at))


#: Tells what is kept for everybody who may see the same from what others may see: it
#: begins with a scope. In one text, which is quick to look up.
Key = NewType("Key", str)


def key(at: Desk, *about: object) -> Key:
    """Return the key of something kept for everybody who may see the same.

    Parameters
    ----------
    at : Desk
    about : objects
        What it depends on besides; things that say what they are, such as numbers.
    """
    return Key(repr((scope(at), at.settings.database_url, *about)))


@st.cache_resource(show_spinner=False, max_entries=16)
def _reopened(_desk: Desk, key: Key) -> SavedRun | None:
    del key  # only tells one plan from another
    return reopen(_desk)


@st.cache_resource(show_spinner=False, max_entries=16)
def _made(_desk: Desk, key: Key) -> list[SavedRun]:
    del key
    return []


def remember(at: Desk, saved: SavedRun) -> None:
    """Keep a plan for the pages that explain it, for all who may see the same."""
    _made(at, key(at, saved.number))[:] = [saved]


def kept_run(at: Desk, number: int) -> SavedRun | None:
    """Return a plan that was made here, also where the record moved since.

    Returns
    -------
    SavedRun or None
        ``None`` if it was neither made nor opened here for those who see the same.
    """
    found = _made(at, key(at, number))
    return found[0] if found else None


def current_run(at: Desk) -> SavedRun | None:
    """Return the plan saved last with its explanations.

    Returns
    -------
    SavedRun or None
        ``None`` if there is no plan, or the record moved since it was made.
    """
    version, number = newest(at)
    if not number:
        return None
    kept = kept_run(at, number)
    if kept is not None and kept.data_version == version:
        return kept
    found = _reopened(at, key(at, number, version))
    if found is not None:
        remember(at, found)
    return found


def once(at: Desk, name: str, about: tuple[object, ...], make: Callable[[], T]) -> T:
    """Return what is worked out once for each thing shown in this session.

    Parameters
    ----------
    at : Desk
    name : str
        Where it is kept; only the newest is.
    about : tuple
        What it depends on, such as the number of the plan and the case.
    make : callable
    """
    key = (at.settings.database_url, at.actor.name, scope(at), *about)
    kept = st.session_state.get(name)
    if not isinstance(kept, tuple) or kept[0] != key:
        kept = (key, make())
        st.session_state[name] = kept
    return kept[1]  # type: ignore[no-any-return]


@st.cache_resource(show_spinner=False, max_entries=512)
def _shared(_desk: Desk, key: Key, _make: Callable[[], Any]) -> Any:
    del key  # only tells one thing from another
    return _make()


def shared(at: Desk, name: str, about: tuple[object, ...], make: Callable[[], T]) -> T:
    """Return what is worked out once for everybody who may see the same.

    Parameters
    ----------
    at : Desk
    name : str
    about : tuple
        What it depends on: the number of the plan, the state of the record, the case.
    make : callable
    """
    return cast("T", _shared(at, key(at, name, *about), make))


def box(at: Desk, name: str, about: tuple[object, ...]) -> list[Any]:
    """Return the place for what long work found, for everybody who may see the same.

    Empty until somebody put what was found there.

    Parameters
    ----------
    at : Desk
    name : str
        Of the work.
    about : tuple
        What it depends on, such as the number of the plan and the case.
    """
    return shared(at, name, about, list)


@st.cache_resource(show_spinner=False, max_entries=32)
def _of_plans(_desk: Desk, key: Key, _make: Callable[[], Any]) -> Any:
    del key  # only tells one plan from another
    return _make()


def of_plan(at: Desk, name: str, about: tuple[object, ...], make: Callable[[], T]) -> T:
    """Return what is about everybody in a plan: large, and alike for many people.

    Parameters as for :func:`shared`. Each session that shows it keeps no copy of its own.
    """
    return cast("T", _of_plans(at, key(at, name, *about), make))


def minute(at: Desk) -> str:
    """Return the minute, on which everything depends that grows by waiting."""
    return f"{at.clock():%d%H%M}"


def version(at: Desk) -> int:
    """Return the number that grows when facts do, as of this run of the page."""
    return newest(at)[0]


#: Seconds after which what passes is worked out anew; every office has its own.
_PASSING = 120


@st.cache_resource(show_spinner=False, max_entries=512, ttl=_PASSING)
def _passing(_desk: Desk, key: Key, _make: Callable[[], Any]) -> Any:
    del key  # only tells one state of the record, or one minute, from another
    return _make()


def lately(at: Desk, name: str, about: tuple[object, ...], make: Callable[[], T]) -> T:
    """Return what is about everybody and soon out of date: not kept long, as it is large.

    Parameters as for :func:`shared`, which keeps many small things, such as those of cases.
    """
    return cast("T", _passing(at, key(at, name, *about), make))


def everybody(at: Desk) -> Standings:
    """Return where everybody stands, as of this run of the page."""
    return lately(at, "standings", (moment(at),), lambda: standing.standings(at))


def clocks(at: Desk) -> tuple[Clock, ...]:
    """Return every clock that runs, as of this minute."""
    return lately(at, "clocks", (moment(at), minute(at)), lambda: due(at))


def origins(at: Desk) -> frozenset[DataOrigin]:
    """Return where the facts on the record come from."""
    return lately(at, "origins", (version(at),), lambda: views.origins(at))


def board(at: Desk) -> views.Board:
    """Return the board as of this minute; every touch of a filter asks for it again."""
    return lately(at, "board", (version(at), minute(at)), lambda: views.board(at))


def providers(at: Desk) -> tuple[views.ProviderRow, ...]:
    """Return every provider as of this minute."""
    about = version(at), minute(at)
    return lately(at, "providers", about, lambda: views.provider_rows(at))
