"""Kept searches: who was considered for a case, and why not the rest."""

from __future__ import annotations

import dataclasses

import sqlalchemy as sa

from matching.domain.sharing import Search
from matching.store.tables_casework import searches
from matching.store.unit import Unit

_COLUMNS = [column for column in searches.c if column.name != "office"]


class Searches:
    """Searches by case; rows are only added."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def note(self, search: Search) -> Search:
        """Keep a search, once for each case and plan; return it with its number.

        Parameters
        ----------
        search : Search
            If one of the same case and plan is kept already, nothing is
            written and that one is returned.
        """
        if search.run_id is not None:
            kept = self.of(search.referral_id, search.run_id)
            if kept:
                return kept[0]
        row = {
            "office": self._unit.office,
            "referral_id": search.referral_id,
            "run_id": search.run_id,
            "made_at": search.made_at,
            "actor": search.actor,
            "document": dict(search.document),
        }
        # What was considered changes no fact: plans stay of today's facts.
        statement = searches.insert().returning(searches.c.id)
        number = self._unit.writing(data=False).execute(statement, row).scalar_one()
        return dataclasses.replace(search, id=number)

    def of(self, referral_id: str, run_id: int | None = None) -> tuple[Search, ...]:
        """Return the searches for a case, oldest first, of one plan or of all."""
        column = searches.c
        query = sa.select(*_COLUMNS).where(
            column.office == self._unit.office, column.referral_id == referral_id
        )
        if run_id is not None:
            query = query.where(column.run_id == run_id)
        rows = self._unit.connection.execute(query.order_by(column.id)).mappings()
        return tuple(Search(**row) for row in rows)

    def kept(self, referral_id: str, run_id: int) -> bool:
        """Tell whether the search for a case in a plan is kept already."""
        column = searches.c
        query = sa.select(sa.func.count()).where(
            column.office == self._unit.office,
            column.referral_id == referral_id,
            column.run_id == run_id,
        )
        return bool(self._unit.connection.execute(query).scalar_one())
