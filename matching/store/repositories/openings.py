"""Confidential providers that somebody opened: who, why and until when."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa

from matching.store.tables_access import openings
from matching.store.unit import Unit

# Whoever reads providers is looked up here first, so it is put together once.
_CURRENT = (
    sa.select(openings)
    .where(
        openings.c.office == sa.bindparam("office"),
        openings.c.actor == sa.bindparam("actor"),
        openings.c.at <= sa.bindparam("now"),
        openings.c.until > sa.bindparam("now"),
    )
    .order_by(openings.c.id)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """One confidential provider opened by one person.

    Attributes
    ----------
    actor : str
    provider_id : str
    reason : str
        Reason code.
    at, until : datetime
        In UTC.
    id : int or None
    """

    actor: str
    provider_id: str
    reason: str
    at: datetime
    until: datetime
    id: int | None = None


class Openings:
    """What was opened at one office; nothing is ever taken out."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def add(self, opening: Opening) -> Opening:
        """Record an opening and return it with its number."""
        values = {
            "office": self._unit.office,
            "actor": opening.actor,
            "provider_id": opening.provider_id,
            "reason": opening.reason,
            "at": opening.at,
            "until": opening.until,
        }
        connection = self._unit.writing(data=False)
        result = connection.execute(openings.insert().values(**values))
        (number,) = result.inserted_primary_key or (None,)
        return replace(opening, id=number)

    def current(self, actor: str, now: datetime) -> tuple[Opening, ...]:
        """Return what somebody has open at a moment, the newest last."""
        values = {"office": self._unit.office, "actor": actor, "now": now}
        rows = self._unit.connection.execute(_CURRENT, values).mappings()
        return tuple(Opening(**{name: row[name] for name in Opening.__slots__}) for row in rows)
