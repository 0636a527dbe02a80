"""What was handed to partner agencies and providers, and what they answered."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from matching.domain.errors import ConflictError, NotFound
from matching.domain.sharing import Share, ShareKind
from matching.store.tables_casework import shares
from matching.store.unit import Unit

_COLUMNS = [column for column in shares.c if column.name != "office"]


class Shares:
    """Shares of one office; each is answered once at most."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def add(self, share: Share) -> Share:
        """Keep a share and return it with its number."""
        row: dict[str, Any] = {
            field.name: getattr(share, field.name)
            for field in dataclasses.fields(Share)
            if field.name not in ("id", "answer")
        }
        row |= {"office": self._unit.office, "kind": share.kind.value, "answer": None}
        row["fields"] = list(share.fields)
        statement = shares.insert().returning(shares.c.id)
        number = self._unit.writing(data=False).execute(statement, row).scalar_one()
        return dataclasses.replace(share, id=number)

    def get(self, share_id: int) -> Share:
        """Return one share.

        Raises
        ------
        NotFound
            If this office has none of that number.
        """
        found = self._read(shares.c.id == share_id)
        if not found:
            raise NotFound("There is no such request on the record.")
        return found[0]

    def by_code(self, code: str) -> Share | None:
        """Return the share with a one-time code, or ``None`` if this office has none."""
        found = self._read(shares.c.code == code)
        return found[0] if found else None

    def of(self, referral_id: str) -> tuple[Share, ...]:
        """Return the shares of a case, oldest first."""
        return self._read(shares.c.referral_id == referral_id)

    def all(self, kind: ShareKind | None = None) -> tuple[Share, ...]:
        """Return shares, oldest first, of one kind or of all."""
        return self._read(*(() if kind is None else (shares.c.kind == kind.value,)))

    def answer(self, share_id: int, at: datetime, answer: Mapping[str, Any]) -> Share:
        """Note the one answer to a share, and return it.

        Raises
        ------
        NotFound
        ConflictError
            If it was answered before.
        """
        before = self.get(share_id)
        if before.answered_at is not None:
            raise ConflictError(
                "This request was answered already; an answer counts once.",
                next_step="Make a new request if something changed.",
            )
        self._unit.writing(data=False).execute(
            shares.update()
            .where(shares.c.id == share_id, shares.c.office == self._unit.office)
            .values(answered_at=at, answer=dict(answer))
        )
        return dataclasses.replace(before, answered_at=at, answer=dict(answer))

    def _read(self, *where: sa.ColumnElement[bool]) -> tuple[Share, ...]:
        mine = shares.c.office == self._unit.office
        query = sa.select(*_COLUMNS).where(mine, *where).order_by(shares.c.id)
        return tuple(_share(row) for row in self._unit.connection.execute(query).mappings())


def _share(row: Mapping[Any, Any]) -> Share:
    values = dict(row)
    values["kind"] = ShareKind(values["kind"])
    values["fields"] = tuple(values["fields"])
    return Share(**values)
