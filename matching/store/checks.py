"""Checks of the database itself, for the command that says whether all is in order."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from matching.domain.errors import StoreError
from matching.store import tables, tables_casework
from matching.store.database import Store, in_plain_words
from matching.store.migrations import check_references
from matching.store.schema import metadata


class Checks:
    """What can be wrong with a record; each check returns sentences, none if all is well.

    Parameters
    ----------
    store : Store
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def path(self) -> Path | None:
        """The file of the record; ``None`` in PostgreSQL."""
        engine = self._store.engine
        return Path(str(engine.url.database)) if engine.dialect.name == "sqlite" else None

    def tables(self) -> list[str]:
        """Compare the tables with those of this version; SQLite's pages are read too."""
        with in_plain_words(), self._store.engine.connect() as connection:
            options = {"compare_type": True}
            context = MigrationContext.configure(connection, opts=options)
            found = len(compare_metadata(context, metadata))
            wrong = (
                [f"The tables differ from this version's in {found} places."] if found else []
            )
            if connection.dialect.name == "sqlite":
                said = connection.exec_driver_sql("PRAGMA integrity_check").scalar()
                if said != "ok":
                    wrong.append("The file of the record is damaged: restore a backup.")
        return wrong

    def chain(self) -> list[str]:
        """Check the audit chain from its first event to its noted end."""
        with self._store.reading() as record:
            return [problem.sentence for problem in record.audit.verify()]

    def orphans(self) -> list[str]:
        """Look for rows that refer to nothing; PostgreSQL never lets them in."""
        with in_plain_words(), self._store.engine.connect() as connection:
            try:
                check_references(connection)
            except StoreError:
                return ["Rows refer to rows that are not there: restore a backup."]
        return []

    def beds(self) -> list[str]:
        """Look for pools in which more beds are taken than are licensed."""
        offers, stays = tables_casework.offers, tables_casework.placements
        held = offers.c.state.in_(("held", "accepted"))
        taken = sa.union_all(
            sa.select(offers.c.provider_id, offers.c.pool_id, offers.c.beds).where(held),
            sa.select(stays.c.provider_id, stays.c.pool_id, stays.c.beds).where(
                stays.c.state != "ended"
            ),
        ).subquery()
        pools = tables.bed_pools
        same = sa.and_(
            pools.c.provider_id == taken.c.provider_id, pools.c.pool_id == taken.c.pool_id
        )
        query = (
            sa.select(pools.c.provider_id)
            .join(taken, same)
            .group_by(pools.c.provider_id, pools.c.pool_id, pools.c.beds_licensed)
            .having(sa.func.sum(taken.c.beds) > pools.c.beds_licensed)
        )
        with in_plain_words(), self._store.engine.connect() as connection:
            number = len(connection.execute(query).all())
        said = "1 bed pool has" if number == 1 else f"{number} bed pools have"
        return [f"{said} more beds taken than it is licensed for."] if number else []

    def overdue(self, now: datetime) -> list[str]:
        """Look for holds whose time is over and that no event has ended."""
        offers = tables_casework.offers
        query = sa.select(sa.func.count()).where(
            offers.c.state == "held", offers.c.hold_until < now
        )
        with in_plain_words(), self._store.engine.connect() as connection:
            number = int(connection.execute(query).scalar_one())
        said = (
            "1 hold is over and still takes its bed"
            if number == 1
            else (f"{number} holds are over and still take their beds")
        )
        return [f"{said}: run 'tick', or start the dashboard."] if number else []
