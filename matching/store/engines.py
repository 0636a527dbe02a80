"""How a database is reached, and what each connection to it must keep to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event, exc
from sqlalchemy.engine import URL, make_url

from matching.domain.errors import StoreError
from matching.store import encryption
from matching.store.tables import record_state

#: Seconds a writer waits for another writer before giving up.
WAIT_SECONDS = 15


def engine_at(url: str) -> sa.Engine:
    """Return the way to the database at a URL; nothing is asked of it yet.

    Parameters
    ----------
    url : str
        As for :func:`matching.store.database.open_store`.

    Raises
    ------
    StoreError
        If the URL is not one of a record, or its file cannot be made.
    """
    return _engine(_parsed(url))


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except exc.ArgumentError:
        raise StoreError(
            "The address of the database is not one.",
            next_step="Use sqlite:///path/record.db or postgresql://user:password@host/name.",
        ) from None
    if parsed.drivername in ("postgres", "postgresql"):
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() not in ("sqlite", "postgresql"):
        raise StoreError(
            "The record can be kept in SQLite or in PostgreSQL only.",
            next_step="Use sqlite:///path/record.db or postgresql://user:password@host/name.",
        )
    return parsed


def _engine(url: URL) -> sa.Engine:
    if url.get_backend_name() == "postgresql":
        return sa.create_engine(
            url,
            pool_pre_ping=True,
            hide_parameters=True,
            connect_args={"connect_timeout": WAIT_SECONDS},
        )
    if not url.database or url.database == ":memory:":
        raise StoreError(
            "The record needs a file, since a record in memory is lost with the program.",
            next_step="Use sqlite:///path/record.db.",
        )
    _make_private(Path(url.database))
    options: dict[str, Any] = {"connect_args": {"timeout": WAIT_SECONDS}}
    if encryption.is_encrypted(url):
        url, options = encryption.opened(url, WAIT_SECONDS)
    engine = sa.create_engine(url, hide_parameters=True, **options)
    event.listen(engine, "connect", _on_sqlite_connect)
    event.listen(engine, "begin", _on_sqlite_begin)
    return engine


def _make_private(path: Path) -> None:
    """Make a new record's folder and file for their owner only; keep existing ones."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # SQLite gives the files beside the record the same mode as the record.
        path.touch(mode=0o600, exist_ok=True)
    except OSError:
        raise StoreError(
            "The file of the record cannot be made.",
            next_step="Choose a folder that you may write to.",
        ) from None


def _on_sqlite_connect(connection: Any, _record: Any) -> None:
    # The driver's own BEGIN is switched off; _on_sqlite_begin sends the right one.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    # With NORMAL a power cut may lose what was already shown as saved.
    cursor.execute("PRAGMA synchronous = FULL")
    # What is removed must not stay readable in the file.
    cursor.execute("PRAGMA secure_delete = ON")
    cursor.close()


def _on_sqlite_begin(connection: sa.Connection) -> None:
    options = connection.get_execution_options()
    writes = options.get("record_writes", False)
    rebuilds = options.get("record_rebuilds", False)
    # Neither can be switched inside a transaction. A migration that rebuilds a
    # table drops the old one, which must not delete what refers to it.
    wanted = {"foreign_keys": not rebuilds, "query_only": not writes}
    for name, on in wanted.items():
        # Connections are used again, and most of them for the same.
        if connection.info.get(name) is not on:
            connection.exec_driver_sql(f"PRAGMA {name} = {'ON' if on else 'OFF'}")
            connection.info[name] = on
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def lock(connection: sa.Connection) -> None:
    """Wait until nobody else writes; on SQLite that came with the transaction."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text(f"SET LOCAL lock_timeout = '{WAIT_SECONDS}s'"))
        connection.execute(sa.select(record_state.c.id).with_for_update()).one()
