"""The whole record, table by table: read at one moment, or put in the place of all there is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from typing import Any

import sqlalchemy as sa
from alembic.migration import MigrationContext

from matching.domain.errors import StoreError
from matching.store import migrations, tables_access
from matching.store.audit import ChainHead
from matching.store.database import Store, Transaction, in_plain_words
from matching.store.engines import lock
from matching.store.plain_rows import BARE, BATCH, bare_rows, columns_of
from matching.store.schema import metadata
from matching.store.tables import offices, record_state
from matching.store.unit import Unit

#: Made by a migration beside the tables, for PostgreSQL alone.
_FUNCTIONS = ("audit_events_refuse",)
_VERSIONS = "alembic_version"


class Whole:
    """Every table of the record.

    Parameters
    ----------
    connection : Connection
        With its transaction begun.
    """

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._tables = {table.name: table for table in metadata.sorted_tables}

    def names(self) -> tuple[str, ...]:
        """Return the names of all tables, those first that others refer to."""
        return tuple(self._tables)

    def columns(self, name: str) -> dict[str, str]:
        """Return what each column of a table holds."""
        return columns_of(self._tables[name])

    def rows(self, name: str) -> Iterator[tuple[Any, ...]]:
        """Read the rows of a table, in the order of its key."""
        return bare_rows(self._connection, self._tables[name])

    def revision(self) -> str:
        """Return the version of the tables."""
        return str(MigrationContext.configure(self._connection).get_current_revision())

    def head(self) -> ChainHead:
        """Return the end of the audit chain."""
        state = record_state.c
        return ChainHead(
            *self._connection.execute(sa.select(state.audit_seq, state.audit_hash)).one()
        )

    def data_version(self) -> int:
        """Return the greatest number that any office's caches can know."""
        state, own = record_state.c.data_version, sa.func.max(offices.c.data_version)
        query = sa.select(state, sa.select(own).scalar_subquery())
        shared, most = self._connection.execute(query).one()
        return int(shared) + int(most or 0)

    def lasts(self) -> dict[str, int]:
        """Return the greatest number ever given to a row, by table.

        Numbers of removed rows are never given again, which a copy must not forget.
        """
        found = {}
        for name in self._numbered():
            table = self._tables[name]
            top = self._connection.execute(sa.select(sa.func.max(table.c.id))).scalar()
            found[name] = max(int(top or 0), self._given(name))
        return found

    def is_empty(self) -> bool:
        """Tell whether nothing was ever recorded."""
        first = {record_state.name, offices.name}
        if self.head() != ChainHead() or self.data_version() != 0:
            return False
        if (
            self._connection.execute(sa.select(sa.func.count()).select_from(offices)).scalar()
            != 1
        ):
            return False
        return all(
            self._connection.execute(
                sa.select(sa.literal(1)).select_from(table).limit(1)
            ).first()
            is None
            for name, table in self._tables.items()
            if name not in first
        )

    # -- put in the place of everything ------------------------------------------------

    def rebuild(self, revision: str) -> None:
        """Remove every table, and make those of a version, without a row.

        Raises
        ------
        StoreError
            If this version of the software does not know those tables.
        """
        if revision not in migrations.known():
            raise StoreError(
                "The backup was written by a newer version of this software.",
                next_step="Install that version, or a newer one.",
            )
        there = set(sa.inspect(self._connection).get_table_names())
        for name in [_VERSIONS, *reversed(self._tables)]:
            if name in there:
                self._send(f'DROP TABLE "{name}"')
        if self._connection.dialect.name == "postgresql":
            for function in _FUNCTIONS:
                self._send(f"DROP FUNCTION IF EXISTS {function}()")
        migrations.migrate(self._connection, "upgrade", revision)

    def fill(
        self, name: str, columns: Mapping[str, str], rows: Iterable[tuple[Any, ...]]
    ) -> None:
        """Make a table hold exactly these rows."""
        table = sa.table(name, *(sa.column(one, BARE[kind]) for one, kind in columns.items()))
        self._connection.execute(table.delete())
        left = iter(rows)
        while batch := list(islice(left, BATCH)):
            self._connection.execute(
                table.insert(), [dict(zip(columns, row, strict=True)) for row in batch]
            )

    def finish(self, lasts: Mapping[str, int]) -> None:
        """Bring the tables to this version, and go on numbering where it was left.

        Raises
        ------
        StoreError
            If rows refer to nothing.
        """
        migrations.migrate(self._connection, "upgrade", "head")
        there = self.lasts()
        for name in self._numbered():
            self._number_from(name, max(there[name], lasts.get(name, 0)))

    def outrun(self, version: int) -> None:
        """Make the number that caches go by greater than one that was given before."""
        if self.data_version() <= version:
            state = record_state.c.data_version
            self._connection.execute(
                record_state.update().values(data_version=state + version + 1)
            )

    def end_sessions(self, at: datetime, reason: str) -> int:
        """End every session that has not ended; return how many."""
        sessions = tables_access.sessions
        ended = (
            sessions.update()
            .where(sessions.c.ended_at.is_(None))
            .values(ended_at=at, end_reason=reason)
        )
        return self._connection.execute(ended).rowcount

    def _numbered(self) -> list[str]:
        """Return the tables whose rows are numbered by the database."""
        return [
            name
            for name, table in self._tables.items()
            if table.autoincrement_column is not None
            and table.primary_key.columns.keys() == ["id"]
        ]

    def _given(self, name: str) -> int:
        if self._connection.dialect.name == "sqlite":
            query = sa.text("SELECT seq FROM sqlite_sequence WHERE name = :name")
            return int(self._connection.execute(query, {"name": name}).scalar() or 0)
        sequence = self._sequence(name)
        row = self._connection.exec_driver_sql(
            f"SELECT last_value, is_called FROM {sequence}"  # noqa: S608 - a name of ours
        ).one()
        return int(row[0]) if row[1] else 0

    def _number_from(self, name: str, last: int) -> None:
        if self._connection.dialect.name == "sqlite":
            there = sa.table("sqlite_sequence", sa.column("name"), sa.column("seq"))
            self._connection.execute(there.delete().where(there.c.name == name))
            self._connection.execute(there.insert().values(name=name, seq=last))
            return
        self._connection.execute(
            sa.text("SELECT setval(CAST(:name AS regclass), :value, :called)"),
            {"name": self._sequence(name), "value": max(last, 1), "called": last > 0},
        )

    def _sequence(self, name: str) -> str:
        query = sa.text("SELECT pg_get_serial_sequence(:name, 'id')")
        return str(self._connection.execute(query, {"name": name}).scalar_one())

    def _send(self, statement: str) -> None:
        self._connection.exec_driver_sql(statement)


@contextmanager
def whole_of(store: Store) -> Iterator[Whole]:
    """Read the whole record as of one moment, while others may write.

    Yields
    ------
    Whole

    Raises
    ------
    StoreError
        If the database cannot be reached.
    """
    options: dict[str, Any] = {"record_writes": False}
    if store.engine.dialect.name == "postgresql":
        options |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with in_plain_words(), store.engine.connect() as plain:
        connection = plain.execution_options(**options)
        with connection.begin():
            yield Whole(connection)


@contextmanager
def rebuilding(store: Store) -> Iterator[tuple[Whole, Transaction]]:
    """Put something in the place of the whole record: at its end, or not at all.

    Yields
    ------
    whole : Whole
    record : Transaction
        For the event that says so; only once the tables are finished.

    Raises
    ------
    ConflictError
        If somebody else uses the record and does not finish in time.
    StoreError
        If the database refuses, or rows would refer to nothing.
    """
    options = {"record_writes": True, "record_rebuilds": True}
    with in_plain_words(), store.engine.connect() as plain:
        connection = plain.execution_options(**options)
        with connection.begin():
            lock(connection)
            unit = Unit(connection, writable=True, office=store.office)
            yield Whole(connection), Transaction(unit)
            migrations.check_references(connection)
