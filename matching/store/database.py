"""The record: opened by its URL, read in readings, written in transactions.

On both databases there is one writer at a time: SQLite's BEGIN IMMEDIATE, and on
PostgreSQL a lock on the one row of ``record_state``, taken before anything else.
So what a transaction has read still holds when it writes, and the audit chain
has no forks. Readers see one moment of the record and never wait for a writer.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy import exc

from matching.domain.errors import ConflictError, InputError, MatchingError, StoreError
from matching.store.engines import engine_at, lock
from matching.store.forgetting import Forgetting
from matching.store.kept import Kept
from matching.store.migrations import upgrade
from matching.store.repositories import (
    Accounts,
    AuditLog,
    Batches,
    Calls,
    Cases,
    Clearances,
    Consents,
    Equity,
    History,
    Images,
    Invented,
    KeyedTable,
    Offers,
    Offices,
    Openings,
    Placements,
    Providers,
    Publications,
    Recipes,
    Referrals,
    Runs,
    Scenarios,
    Searches,
    Sessions,
    Shares,
)
from matching.store.repositories.owned import Owned
from matching.store.unit import Eyes, Unit

#: The office there is from the beginning.
MAIN_OFFICE = "main"

R = TypeVar("R")

_BUSY = (
    "Somebody else is saving and did not finish in time.",
    "Wait a moment and try again.",
)


class _Repository(Generic[R]):
    """A repository of a reading, made when it is first asked for.

    Parameters
    ----------
    make : callable
        Makes it for a piece of work.
    """

    def __init__(self, make: Callable[[Unit], R]) -> None:
        self._make = make

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, reading: Reading, owner: type) -> R:
        found = self._make(reading._unit)  # noqa: SLF001 - a part of the reading
        # From now on the reading's own attribute is found first.
        reading.__dict__[self._name] = found
        return found


class Reading:
    """The record as of one moment.

    Attributes
    ----------
    providers, referrals, batches, images, history, recipes, runs, scenarios, equity,
    publications, searches, consents, shares, audit
        The repositories.
    """

    providers = _Repository(Providers)
    referrals = _Repository(Referrals)
    batches = _Repository(Batches)
    images = _Repository(Images)
    history = _Repository(History)
    recipes = _Repository(Recipes)
    runs = _Repository(Runs)
    scenarios = _Repository(Scenarios)
    equity = _Repository(Equity)
    publications = _Repository(Publications)
    searches = _Repository(Searches)
    consents = _Repository(Consents)
    shares = _Repository(Shares)
    openings = _Repository(Openings)
    offices = _Repository(Offices)
    accounts = _Repository(Accounts)
    sessions = _Repository(Sessions)
    cases = _Repository(Cases)
    offers = _Repository(Offers)
    calls = _Repository(Calls)
    placements = _Repository(Placements)
    invented = _Repository(Invented)
    clearances = _Repository(Clearances)
    audit = _Repository(AuditLog)
    forgetting = _Repository(Forgetting)
    owned = _Repository(Owned)

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    @cached_property
    def rows(self) -> dict[str, KeyedTable[Any]]:
        """The rows of each kind of record, by the name that images give it."""
        return {**self.providers.rows, **self.referrals.rows}

    @property
    def office(self) -> str:
        """Whose cases, uploads and plans are read and written."""
        return self._unit.office

    def data_version(self) -> int:
        """Return the number that grows with every transaction that changed facts."""
        return self._unit.data_version()


class Transaction(Reading):
    """The record while it is written: everything is saved at its end, or nothing."""


class Store:
    """The record in one database, as one office sees it. Safe to share between threads.

    Parameters
    ----------
    engine : Engine
    office : str, default "main"
        Whose cases, uploads and plans are read and written.
    eyes : Eyes, optional
        Who reads; confidential providers are shown by name to those alone who
        opened them. ``None`` is the machinery itself.
    """

    def __init__(
        self, engine: sa.Engine, office: str = MAIN_OFFICE, eyes: Eyes | None = None
    ) -> None:
        self._engine = engine
        self._office = office
        self._eyes = eyes
        self._mine = threading.local()
        self._kept = Kept()

    @property
    def office(self) -> str:
        """The office whose cases, uploads and plans are read and written."""
        return self._office

    def at(self, office: str) -> Store:
        """Return the same record as another office sees it."""
        if office == self._office:
            return self
        return self._like(office, self._eyes)

    def seen_by(self, eyes: Eyes) -> Store:
        """Return the same record as somebody sees it."""
        return self if eyes == self._eyes else self._like(self._office, eyes)

    def _like(self, office: str, eyes: Eyes | None) -> Store:
        other = Store(self._engine, office, eyes)
        other._mine = self._mine
        other._kept = self._kept
        return other

    def forget(self) -> None:
        """Read everything anew: the database was changed by other means than this."""
        self._kept.clear()

    @property
    def writes(self) -> int:
        """A number that grows with everything that this process saves.

        While it stays, whatever was read a moment ago need not be read again for the
        sake of what was done here; other processes are not counted.
        """
        return self._kept.writes

    @property
    def engine(self) -> sa.Engine:
        """The SQLAlchemy engine, for migrations and checks."""
        return self._engine

    @property
    def url(self) -> str:
        """The database's URL without its password."""
        return self._engine.url.render_as_string(hide_password=True)

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Write: commit once at the end, or leave nothing at all.

        Yields
        ------
        Transaction

        Raises
        ------
        ConflictError
            If another writer does not finish in time.
        StoreError
            If the database cannot be reached or refuses.
        RuntimeError
            If this thread is already writing.
        """
        if getattr(self._mine, "writing", False):
            raise RuntimeError("a transaction of this thread is already open")
        self._mine.writing = True
        try:
            with (
                in_plain_words(),
                self._connected(writes=True) as connection,
                connection.begin(),
            ):
                lock(connection)
                unit = self._unit(connection, writable=True)
                yield Transaction(unit)
                unit.seal()
            self._kept.wrote()
        finally:
            self._mine.writing = False

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """Read one moment of the record; nothing can be written.

        Yields
        ------
        Reading

        Raises
        ------
        StoreError
            If the database cannot be reached.
        """
        with in_plain_words(), self._connected(writes=False) as connection, connection.begin():
            yield Reading(self._unit(connection, writable=False))

    def _unit(self, connection: sa.Connection, *, writable: bool) -> Unit:
        return Unit(
            connection,
            writable=writable,
            office=self._office,
            eyes=self._eyes,
            kept=self._kept,
        )

    def data_version(self) -> int:
        """Return the number that grows with every transaction that changed facts."""
        with self.reading() as record:
            return record.data_version()

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()

    @contextmanager
    def _connected(self, *, writes: bool) -> Iterator[sa.Connection]:
        options: dict[str, Any] = {"record_writes": writes}
        if self._engine.dialect.name == "postgresql" and not writes:
            options |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with self._engine.connect() as connection:
            yield connection.execution_options(**options)


def open_store(url: str) -> Store:
    """Open the record, and bring its tables to this version.

    Parameters
    ----------
    url : str
        ``sqlite:///path/record.db`` (its folder is made if need be) or
        ``postgresql://user:password@host/name``.

    Returns
    -------
    Store

    Raises
    ------
    StoreError
        If the database cannot be reached, or was written by a newer version.
    """
    with in_plain_words():
        engine = engine_at(url)
        try:
            upgrade(engine)
        except BaseException:
            engine.dispose()
            raise
    return Store(engine)


@contextmanager
def in_plain_words() -> Iterator[None]:
    """Say in plain words what the database refused.

    The database's own message may hold the refused row, so it is dropped.
    """
    try:
        yield
    except exc.StatementError as error:
        raise _plain(error) from None
    except exc.TimeoutError:
        raise ConflictError(_BUSY[0], next_step=_BUSY[1]) from None
    except OverflowError:
        # SQLite's driver says so itself, before the database is asked.
        raise InputError(
            "The record refuses a value that is out of range or refers to nothing.",
            next_step="Check the numbers and codes and try again.",
        ) from None


def _plain(error: exc.StatementError) -> MatchingError:
    original = error.orig
    if isinstance(original, MatchingError):
        return original
    code = str(getattr(original, "sqlstate", None) or type(original).__name__)
    if code == "55P03" or "database is locked" in str(original):
        return ConflictError(_BUSY[0], next_step=_BUSY[1])
    if isinstance(error, exc.IntegrityError | exc.DataError):
        return InputError(
            f"The record refuses a value that is out of range or refers to nothing ({code}).",
            next_step="Check the numbers and codes and try again.",
        )
    return StoreError(
        f"The database cannot be used ({code}).",
        next_step="Check that it runs and that DATABASE_URL is right, then try again.",
    )
