"""One piece of work on the record: a connection, and whether it may write."""

from __future__ import annotations

import sqlalchemy as sa

from matching.store import tables


class Unit:
    """A connection in its transaction, shared by the repositories.

    Parameters
    ----------
    connection : Connection
        With its transaction begun.
    writable : bool
        Whether repositories may write.
    """

    def __init__(self, connection: sa.Connection, *, writable: bool) -> None:
        self.connection = connection
        self.writable = writable
        self._data_changed = False

    def writing(self, *, data: bool = True) -> sa.Connection:
        """Return the connection for a write.

        Parameters
        ----------
        data : bool, default True
            Whether facts change, so that caches must be renewed; an audit event
            and a saved plan renew none.

        Raises
        ------
        RuntimeError
            If this is a reading.
        """
        if not self.writable:
            raise RuntimeError("a reading cannot write; open a transaction")
        self._data_changed = self._data_changed or data
        return self.connection

    def seal(self) -> None:
        """Advance the data version if facts were written."""
        if self._data_changed:
            state = tables.record_state
            self.connection.execute(
                state.update().values(data_version=state.c.data_version + 1)
            )

    def data_version(self) -> int:
        """Return the number that grows with every transaction that changed facts."""
        version: int = self.connection.execute(
            sa.select(tables.record_state.c.data_version)
        ).scalar_one()
        return version
