"""One piece of work on the record: a connection, and whether it may write."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import sqlalchemy as sa

from matching.domain.errors import StoreError
from matching.store import tables
from matching.store.kept import Kept

T = TypeVar("T")

#: Read by nearly every piece of work, so it is put together once.
_NUMBERS = sa.select(
    tables.record_state.c.data_version,
    sa.select(tables.offices.c.data_version)
    .where(tables.offices.c.code == sa.bindparam("office"))
    .scalar_subquery(),
)


@dataclass(frozen=True, slots=True)
class Eyes:
    """Who reads, so that confidential providers are shown to those who opened them.

    Attributes
    ----------
    actor : str
    clock : callable
        Returns the moment, aware.
    """

    actor: str
    clock: Callable[[], datetime]


class Unit:
    """A connection in its transaction, shared by the repositories.

    Parameters
    ----------
    connection : Connection
        With its transaction begun.
    writable : bool
        Whether repositories may write.
    office : str
        Whose cases, uploads and plans it sees and writes.
    eyes : Eyes, optional
        Who reads; ``None`` is the machinery itself, which no screen shows.
    kept : Kept, optional
        What other pieces of work read of the same record.
    """

    def __init__(
        self,
        connection: sa.Connection,
        *,
        writable: bool,
        office: str,
        eyes: Eyes | None = None,
        kept: Kept | None = None,
    ) -> None:
        self.connection = connection
        self.writable = writable
        self.office = office
        self.eyes = eyes
        self._kept = kept
        self._versions: tuple[int, int] | None = None
        self._data_changed = False
        self._shared_changed = False

    def writing(self, *, data: bool = True, shared: bool = False) -> sa.Connection:
        """Return the connection for a write.

        Parameters
        ----------
        data : bool, default True
            Whether facts change, so that caches must be renewed; an audit event
            and a saved plan renew none.
        shared : bool, default False
            Whether they are facts of every office, as those of providers and
            their beds are.

        Raises
        ------
        RuntimeError
            If this is a reading.
        """
        if not self.writable:
            raise RuntimeError("a reading cannot write; open a transaction")
        self._data_changed = self._data_changed or (data and not shared)
        self._shared_changed = self._shared_changed or (data and shared)
        return self.connection

    def seal(self) -> None:
        """Advance the data version if facts were written."""
        if self._shared_changed:
            state = tables.record_state
            self.connection.execute(
                state.update().values(data_version=state.c.data_version + 1)
            )
        elif self._data_changed:
            offices = tables.offices
            self.connection.execute(
                offices.update()
                .where(offices.c.code == self.office)
                .values(data_version=offices.c.data_version + 1)
            )

    def data_version(self) -> int:
        """Return the number that grows with every transaction that changed facts.

        It is the sum of what was changed for every office and for this one, so
        that what another office alone sees makes no plan of this one grow old.

        Raises
        ------
        StoreError
            If there is no such office.
        """
        return sum(self._numbers())

    def shared(self, what: Hashable, read: Callable[[], T]) -> T:
        """Return what every office shares, read only if no other piece of work has it.

        Parameters
        ----------
        what : hashable
            Such as the name of a table; of nothing that an office owns.
        read : callable
        """
        if self._kept is None or self._shared_changed:
            return read()
        return self._kept.of(what, self._numbers()[0], read)

    def _numbers(self) -> tuple[int, int]:
        """Return the numbers of the state that is shared, and of the office's own.

        Neither changes while a piece of work goes on: a reading sees one moment,
        and a transaction is the only one that writes and counts at its end.
        """
        if self._versions is None:
            shared, mine = self.connection.execute(_NUMBERS, {"office": self.office}).one()
            if mine is None:
                raise StoreError(
                    "There is no such office on the record.",
                    next_step="Ask an administrator to add it.",
                )
            self._versions = int(shared), int(mine)
        return self._versions
