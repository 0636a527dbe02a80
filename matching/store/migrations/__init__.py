"""Migrations: the tables of each version, and the way from one to the next."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from matching.domain.errors import StoreError

#: Any number that no other program asks PostgreSQL to lock.
_ADVISORY_LOCK = 5_710_264_311


def upgrade(engine: sa.Engine, revision: str = "head") -> None:
    """Bring the tables to a version; does nothing if they are there already.

    Parameters
    ----------
    engine : Engine
        Of the record's database.
    revision : str, default "head"
        Version to go up to.

    Raises
    ------
    StoreError
        If the database was written by a newer version of the software.
    """
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    scripts = ScriptDirectory.from_config(_config())
    if current is not None and current not in known():
        raise StoreError(
            "The record was written by a newer version of this software.",
            next_step="Install that version, or a newer one.",
        )
    if current != (scripts.get_current_head() if revision == "head" else revision):
        _run(engine, "upgrade", revision)


def downgrade(engine: sa.Engine, revision: str) -> None:
    """Take the tables back to an earlier version ("base" removes them all)."""
    _run(engine, "downgrade", revision)


def known() -> frozenset[str]:
    """Return the versions of the tables that this software knows."""
    scripts = ScriptDirectory.from_config(_config())
    return frozenset(one.revision for one in scripts.walk_revisions())


def migrate(connection: sa.Connection, direction: str, revision: str) -> None:
    """Take the tables to a version, as part of a transaction that was begun.

    Parameters
    ----------
    connection : Connection
        Begun with ``record_writes`` and ``record_rebuilds``.
    direction : str
        "upgrade" or "downgrade".
    revision : str
    """
    config = _config()
    config.attributes["connection"] = connection
    getattr(command, direction)(config, revision)


def check_references(connection: sa.Connection) -> None:
    """Refuse rows that refer to nothing; PostgreSQL never lets them in.

    Raises
    ------
    StoreError
    """
    if connection.dialect.name == "sqlite":
        _check_references(connection)


def _config() -> Config:
    config = Config()
    # A percent sign in a folder's name would be read as an interpolation.
    folder = str(Path(__file__).parent).replace("%", "%%")
    config.set_main_option("script_location", folder)
    config.set_main_option("path_separator", "os")
    return config


def _run(engine: sa.Engine, direction: str, revision: str) -> None:
    """Migrate in one transaction that no other process can share."""
    with engine.connect() as plain:
        connection = plain.execution_options(record_writes=True, record_rebuilds=True)
        with connection.begin():
            if connection.dialect.name == "postgresql":
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_ADVISORY_LOCK)))
            migrate(connection, direction, revision)
            check_references(connection)


def _check_references(connection: sa.Connection) -> None:
    if connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
        raise StoreError("The new tables would leave rows that refer to nothing.")
