"""Who is signed in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from matching.domain.accounts import Session, SessionEnd
from matching.store.tables_access import sessions
from matching.store.unit import Unit

# With every press somebody is looked up, so these are put together once.
_ALL = sa.select(sessions).order_by(sessions.c.started_at.desc())
_ONE = _ALL.where(sessions.c.token_hash == sa.bindparam("key"))


class Sessions:
    """Sessions of every office, found by the SHA-256 of the browser's token."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def get(self, key: str) -> Session | None:
        """Return a session, ended or not, or ``None`` if there never was one."""
        found = self._found(_ONE, {"key": key})
        return found[0] if found else None

    def open_of(self, account_id: int) -> tuple[Session, ...]:
        """Return the sessions of an account that were not ended, the newest first."""
        mine = sessions.c.account_id == account_id
        return self._read(sa.and_(mine, sessions.c.ended_at.is_(None)))

    def start(self, session: Session) -> None:
        """Note a new session."""
        self._unit.writing(data=False).execute(
            sessions.insert().values(
                token_hash=session.key,
                account_id=session.account_id,
                office=session.office,
                started_at=session.started_at,
                seen_at=session.seen_at,
            )
        )

    def seen(self, key: str, at: datetime) -> None:
        """Note that somebody did something in a session; never an earlier moment."""
        self._unit.writing(data=False).execute(
            sessions.update()
            .where(
                sessions.c.token_hash == key,
                sessions.c.ended_at.is_(None),
                sessions.c.seen_at < at,
            )
            .values(seen_at=at)
        )

    def end(self, key: str, at: datetime, reason: SessionEnd) -> bool:
        """End a session.

        Returns
        -------
        bool
            Whether it was open until now.
        """
        done = self._unit.writing(data=False).execute(
            sessions.update()
            .where(sessions.c.token_hash == key, sessions.c.ended_at.is_(None))
            .values(ended_at=at, end_reason=reason.value)
        )
        return done.rowcount == 1

    def _read(self, where: sa.ColumnElement[bool]) -> tuple[Session, ...]:
        return self._found(_ALL.where(where), {})

    def _found(self, query: sa.Select[Any], values: dict[str, Any]) -> tuple[Session, ...]:
        return tuple(
            Session(
                key=row["token_hash"],
                account_id=row["account_id"],
                office=row["office"],
                started_at=row["started_at"],
                seen_at=row["seen_at"],
                ended_at=row["ended_at"],
                end_reason=None if row["end_reason"] is None else SessionEnd(row["end_reason"]),
            )
            for row in self._unit.connection.execute(query, values).mappings()
        )
