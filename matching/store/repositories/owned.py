"""Everything one office owns: read for an export, or removed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from matching.store import tables, tables_access
from matching.store.plain_rows import bare_rows, columns_of
from matching.store.schema import metadata
from matching.store.unit import Unit

#: Tables whose rows belong to an office by another table's column, and by which.
_THROUGH = {"upload_images": "upload_batches"}
#: Tables that belong to nobody, or to all offices; a test asks for a word on a new one.
SHARED = frozenset(
    {"record_state", "offices", "accounts", "providers", "bed_pools", "clearances"}
)
#: Owned, and of no use outside: fingerprints of the tokens of browsers.
NOT_GIVEN_OUT = frozenset({"sessions"})
#: Owned, and never removed.
STAYS = frozenset({"audit_events"})


class Owned:
    """The rows of an office, table by table."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._here = unit.connection

    def names(self) -> tuple[str, ...]:
        """Return the names of tables with rows of offices, in the order of references."""
        return tuple(one.name for one in metadata.sorted_tables if one.name not in SHARED)

    def columns(self, name: str) -> tuple[str, ...]:
        """Return the names of a table's columns."""
        return tuple(columns_of(metadata.tables[name]))

    def rows(self, name: str) -> Iterator[tuple[Any, ...]]:
        """Read the office's rows of a table, in the order of its key."""
        table = metadata.tables[name]
        return bare_rows(self._here, table, self._mine(table))

    def remove(self, heir: str | None) -> Mapping[str, int]:
        """Remove everything the office owns, but the audit log.

        Parameters
        ----------
        heir : str or None
            The office that takes over the uploads that providers came with, which all
            offices share; ``None`` leaves them, and the office, where they are.

        Returns
        -------
        mapping of str to int
            Rows removed, by table.
        """
        connection = self._unit.writing(shared=True)
        shared = self._shared_batches()
        counts = {}
        for table in reversed(metadata.sorted_tables):
            if table.name in SHARED | STAYS:
                continue
            where = self._mine(table)
            if table.name == "upload_batches":
                where = sa.and_(where, table.c.id.not_in(shared))
            if table.name == "upload_images":
                where = sa.and_(where, table.c.batch_id.not_in(shared))
            counts[table.name] = int(connection.execute(table.delete().where(where)).rowcount)
        self._close_accounts()
        if heir is not None:
            batches, offices = tables.upload_batches, tables.offices
            connection.execute(batches.update().where(self._mine(batches)).values(office=heir))
            connection.execute(offices.delete().where(offices.c.code == self._unit.office))
        return counts

    def _mine(self, table: sa.Table) -> sa.ColumnElement[bool]:
        if table.name in _THROUGH:
            owner = metadata.tables[_THROUGH[table.name]]
            mine = sa.select(owner.c.id).where(owner.c.office == self._unit.office)
            return table.c.batch_id.in_(mine)
        return table.c.office == self._unit.office

    def _shared_batches(self) -> list[int]:
        """Return the office's uploads that providers or beds on the record came with."""
        used = sa.union(
            sa.select(tables.providers.c.batch_id), sa.select(tables.bed_pools.c.batch_id)
        )
        batches = tables.upload_batches
        mine = sa.select(batches.c.id).where(self._mine(batches), batches.c.id.in_(used))
        return list(self._here.execute(mine).scalars())

    def _close_accounts(self) -> None:
        """Close the accounts that are left without an office."""
        accounts, memberships = tables_access.accounts, tables_access.memberships
        left = sa.select(memberships.c.account_id)
        self._here.execute(
            accounts.update().where(accounts.c.id.not_in(left)).values(active=False)
        )
