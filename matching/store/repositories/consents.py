"""Written consents to share facts of a case."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from matching.domain.errors import ConflictError, NotFound
from matching.domain.sharing import GivenBy, Scope, WrittenConsent
from matching.store.tables_casework import consents
from matching.store.unit import Unit

_COLUMNS = [column for column in consents.c if column.name != "office"]


class Consents:
    """Consents of one office; none is ever changed but by being withdrawn."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def add(self, consent: WrittenConsent) -> WrittenConsent:
        """Keep a consent and return it with its number."""
        row: dict[str, Any] = {
            field.name: getattr(consent, field.name)
            for field in dataclasses.fields(WrittenConsent)
            if field.name != "id"
        }
        row["office"] = self._unit.office
        row["scope"] = sorted(one.value for one in consent.scope)
        row["given_by"] = consent.given_by.value
        statement = consents.insert().returning(consents.c.id)
        number = self._unit.writing(data=False).execute(statement, row).scalar_one()
        return dataclasses.replace(consent, id=number)

    def get(self, consent_id: int) -> WrittenConsent:
        """Return one consent.

        Raises
        ------
        NotFound
            If this office has none of that number.
        """
        found = self._read(consents.c.id == consent_id)
        if not found:
            raise NotFound("There is no such consent on the record.")
        return found[0]

    def of(self, referral_id: str) -> tuple[WrittenConsent, ...]:
        """Return the consents of a case, oldest first."""
        return self._read(consents.c.referral_id == referral_id)

    def all(self) -> tuple[WrittenConsent, ...]:
        """Return every consent, oldest first."""
        return self._read()

    def withdraw(self, consent_id: int, at: datetime, by: str) -> WrittenConsent:
        """Note that a consent was withdrawn, and return it.

        Raises
        ------
        NotFound
        ConflictError
            If it was withdrawn before.
        """
        before = self.get(consent_id)
        if before.withdrawn_at is not None:
            raise ConflictError(
                "This consent was withdrawn already.", next_step="Look at the list again."
            )
        self._unit.writing(data=False).execute(
            consents.update()
            .where(consents.c.id == consent_id, consents.c.office == self._unit.office)
            .values(withdrawn_at=at, withdrawn_by=by)
        )
        return dataclasses.replace(before, withdrawn_at=at, withdrawn_by=by)

    def _read(self, *where: sa.ColumnElement[bool]) -> tuple[WrittenConsent, ...]:
        mine = consents.c.office == self._unit.office
        query = sa.select(*_COLUMNS).where(mine, *where).order_by(consents.c.id)
        return tuple(_consent(row) for row in self._unit.connection.execute(query).mappings())


def _consent(row: Mapping[Any, Any]) -> WrittenConsent:
    values = dict(row)
    values["scope"] = frozenset(Scope(one) for one in values["scope"])
    values["given_by"] = GivenBy(values["given_by"])
    return WrittenConsent(**values)
