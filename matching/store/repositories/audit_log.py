"""The audit log in the database."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from matching.domain.access import Actor
from matching.domain.errors import InputError
from matching.store.audit import AuditEvent, ChainHead, ChainProblem, verify_chain
from matching.store.columns import canonical
from matching.store.tables import audit_events, record_state
from matching.store.unit import Unit


class AuditLog:
    """Events in the order in which they happened; they can only be added."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def head(self) -> ChainHead:
        """Return the end of the chain."""
        state = record_state.c
        row = self._unit.connection.execute(sa.select(state.audit_seq, state.audit_hash)).one()
        return ChainHead(row.audit_seq, row.audit_hash)

    def append(
        self,
        actor: Actor,
        at: datetime,
        action: str,
        *,
        object_kind: str = "",
        object_id: str = "",
        reason: str = "",
        details: Mapping[str, Any] | None = None,
    ) -> AuditEvent:
        """Add an event.

        Parameters
        ----------
        actor : Actor
            Who acted, in which role.
        at : datetime
            When, aware.
        action : str
            What was done, such as ``Action.RUN_PLAN``.
        object_kind, object_id : str
            What it was done to: a kind and a code or an opaque token.
        reason : str
            Reason code.
        details : mapping, optional
            Counts, codes and fingerprints that have a JSON form; never a personal fact.

        Returns
        -------
        AuditEvent
            As stored.

        Raises
        ------
        InputError
            If ``at`` has no time zone, or the details have no JSON form.
        """
        if at.tzinfo is None:
            raise InputError("A time without a time zone cannot be stored.")
        # The writing transaction holds the lock on record_state, so that nobody
        # else can read this head before this event stands behind it.
        connection = self._unit.writing(data=False)
        head = self.head()
        event = AuditEvent(
            seq=head.seq + 1,
            at=at.astimezone(UTC),
            actor=str(actor.name),
            role=actor.role.value,
            action=str.__str__(action),
            object_kind=object_kind,
            object_id=object_id,
            reason=reason,
            details=json.loads(canonical(dict(details or {}))),
            prev_hash=head.hash,
            office=self._unit.office,
        )
        event = dataclasses.replace(event, hash=event.digest())
        connection.execute(audit_events.insert(), _row(event))
        connection.execute(
            record_state.update().values(audit_seq=event.seq, audit_hash=event.hash)
        )
        return event

    def events(
        self,
        *,
        object_kind: str | None = None,
        object_id: str | None = None,
        after: int = 0,
        limit: int | None = None,
        newest_first: bool = False,
        everywhere: bool = False,
    ) -> tuple[AuditEvent, ...]:
        """Return events.

        Parameters
        ----------
        object_kind, object_id : str, optional
            Only events about these.
        after : int, default 0
            Only events with a greater number.
        limit : int, optional
            At most so many.
        newest_first : bool, default False
            Newest first instead of oldest first.
        everywhere : bool, default False
            Of all offices; by default of this one, and from before there were
            offices.
        """
        columns = audit_events.c
        query = sa.select(audit_events).where(columns.seq > after).limit(limit)
        query = query.order_by(columns.seq.desc() if newest_first else columns.seq)
        if not everywhere:
            mine = columns.office == self._unit.office
            query = query.where(sa.or_(mine, columns.office.is_(None)))
        if object_kind is not None:
            query = query.where(columns.object_kind == object_kind)
        if object_id is not None:
            query = query.where(columns.object_id == object_id)
        rows = self._unit.connection.execute(query).mappings()
        return tuple(AuditEvent(**row) for row in rows)

    def find(
        self,
        *,
        actor: str | None = None,
        action: str | None = None,
        object_kind: str | None = None,
        object_id: str | None = None,
        since: datetime | None = None,
        before: datetime | None = None,
        everywhere: bool = False,
        offset: int = 0,
        limit: int | None = None,
    ) -> tuple[AuditEvent, ...]:
        """Return the events that fit everything said, newest first.

        Parameters
        ----------
        actor, action, object_kind, object_id : str, optional
        since : datetime, optional
            Not earlier than this.
        before : datetime, optional
            Earlier than this.
        everywhere : bool, default False
            Of all offices.
        offset : int, default 0
            Events left out at the beginning.
        limit : int, optional
            At most so many.
        """
        where = self._fitting(
            actor, action, object_kind, object_id, since, before, everywhere=everywhere
        )
        query = sa.select(audit_events).where(*where).order_by(audit_events.c.seq.desc())
        rows = self._unit.connection.execute(query.offset(offset).limit(limit)).mappings()
        return tuple(AuditEvent(**row) for row in rows)

    def count(
        self,
        *,
        actor: str | None = None,
        action: str | None = None,
        object_kind: str | None = None,
        object_id: str | None = None,
        since: datetime | None = None,
        before: datetime | None = None,
        everywhere: bool = False,
    ) -> int:
        """Return how many events fit; arguments as for :meth:`find`."""
        where = self._fitting(
            actor, action, object_kind, object_id, since, before, everywhere=everywhere
        )
        query = sa.select(sa.func.count()).select_from(audit_events).where(*where)
        return int(self._unit.connection.execute(query).scalar_one())

    def values(self, column: str, *, everywhere: bool = False) -> tuple[str, ...]:
        """Return the different values of a column, such as "actor", in order."""
        one = audit_events.c[column]
        query = sa.select(one).distinct().order_by(one)
        rows = self._unit.connection.execute(query.where(*self._place(everywhere=everywhere)))
        return tuple(rows.scalars())

    def _place(self, *, everywhere: bool) -> list[sa.ColumnElement[bool]]:
        office = audit_events.c.office
        return [] if everywhere else [sa.or_(office == self._unit.office, office.is_(None))]

    def _fitting(
        self,
        actor: str | None,
        action: str | None,
        object_kind: str | None,
        object_id: str | None,
        since: datetime | None,
        before: datetime | None,
        *,
        everywhere: bool,
    ) -> list[sa.ColumnElement[bool]]:
        column = audit_events.c
        where = self._place(everywhere=everywhere)
        wanted = {
            "actor": actor,
            "action": action,
            "object_kind": object_kind,
            "object_id": object_id,
        }
        where += [column[name] == value for name, value in wanted.items() if value is not None]
        if since is not None:
            where.append(column.at >= since)
        if before is not None:
            where.append(column.at < before)
        return where

    def verify(self) -> list[ChainProblem]:
        """Check the whole chain up to its noted end; empty if it holds."""
        return verify_chain(self.events(everywhere=True), head=self.head())


def _row(event: AuditEvent) -> dict[str, Any]:
    row = {field.name: getattr(event, field.name) for field in dataclasses.fields(event)}
    row["details"] = dict(event.details)
    return row
