"""What two people say about compromised sites; shared by every office, as sites are."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from matching.domain.errors import ConflictError
from matching.domain.sites import Clearance
from matching.store.tables_casework import clearances
from matching.store.unit import Unit

_COLUMNS = list(clearances.c)


class Clearances:
    """First and second words by site; rows are never taken out."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def of(self, provider_id: str) -> tuple[Clearance, ...]:
        """Return everything said about a site, oldest first."""
        return self._some(clearances.c.provider_id == provider_id)

    def all(self) -> tuple[Clearance, ...]:
        """Return everything said about any site, oldest first."""
        return self._some()

    def waiting(self, provider_ids: Iterable[str] | None = None) -> dict[str, Clearance]:
        """Return the first words that wait for a second person, by site."""
        where = [clearances.c.second_by.is_(None), clearances.c.ended_at.is_(None)]
        if provider_ids is not None:
            where.append(clearances.c.provider_id.in_(sorted(set(provider_ids))))
        return {one.provider_id: one for one in self._some(*where)}

    def first(self, word: Clearance) -> Clearance:
        """Record a first word; return it with its number."""
        row = {name: getattr(word, name) for name in _names() if name != "id"}
        statement = clearances.insert().returning(clearances.c.id)
        number = self._unit.writing(shared=True).execute(statement, row).scalar_one()
        return dataclasses.replace(word, id=number)

    def second(self, word: Clearance, by: str, at: datetime) -> Clearance:
        """Record the second word.

        Raises
        ------
        ConflictError
            If it does not wait for one any more.
        """
        column = clearances.c
        result = self._unit.writing(shared=True).execute(
            clearances.update()
            .where(column.id == word.id, column.second_by.is_(None), column.ended_at.is_(None))
            .values(second_by=by, second_at=at)
        )
        if result.rowcount != 1:
            raise ConflictError(
                "Somebody else cleared the site or reported it again meanwhile.",
                next_step="Open the provider again.",
            )
        return dataclasses.replace(word, second_by=by, second_at=at)

    def end(self, provider_id: str, at: datetime) -> int:
        """End everything said about a site so far; return how many words that were."""
        column = clearances.c
        result = self._unit.writing(shared=True).execute(
            clearances.update()
            .where(column.provider_id == provider_id, column.ended_at.is_(None))
            .values(ended_at=at)
        )
        return int(result.rowcount)

    def _some(self, *where: sa.ColumnElement[bool]) -> tuple[Clearance, ...]:
        query = sa.select(*_COLUMNS).where(*where).order_by(clearances.c.id)
        rows = self._unit.connection.execute(query).mappings()
        return tuple(Clearance(**row) for row in rows)


def _names() -> tuple[str, ...]:
    return tuple(one.name for one in dataclasses.fields(Clearance))
