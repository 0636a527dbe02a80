"""Race and tribal status by case, in a table of their own that only fairness reads."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from matching.domain.equity import EquityFacts, Race, TribalStatus
from matching.domain.errors import StoreError
from matching.store.tables import equity_facts
from matching.store.unit import Unit


class Equity:
    """What is recorded for fairness; no fact of a case, so that no plan grows old by it."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def all(self) -> tuple[EquityFacts, ...]:
        """Return everything recorded, in the order of case references.

        Raises
        ------
        StoreError
            If there is a word that this version does not know.
        """
        query = sa.select(equity_facts).where(self._mine())
        query = query.order_by(equity_facts.c.referral_id)
        return tuple(_facts(row) for row in self._unit.connection.execute(query).mappings())

    def state(self) -> tuple[int, datetime | None]:
        """Return for how many cases something is recorded, and when it last was."""
        column = equity_facts.c
        query = sa.select(sa.func.count(), sa.func.max(column.at)).where(self._mine())
        number, last = self._unit.connection.execute(query).one()
        return number, last

    def put(self, facts: Iterable[EquityFacts]) -> int:
        """Record facts, each in the place of what was recorded for its case.

        Returns
        -------
        int
            For how many cases.

        Raises
        ------
        InputError
            If a case is not on the record.
        """
        rows = [_row(one) for one in facts]
        connection = self._unit.writing(data=False)
        for row in rows:
            mine = equity_facts.c.referral_id == row["referral_id"]
            connection.execute(equity_facts.delete().where(self._mine(), mine))
            connection.execute(equity_facts.insert(), {**row, "office": self._unit.office})
        return len(rows)

    def clear(self) -> int:
        """Remove everything recorded; return for how many cases it was."""
        number, _ = self.state()
        self._unit.writing(data=False).execute(equity_facts.delete().where(self._mine()))
        return number

    def _mine(self) -> sa.ColumnElement[bool]:
        return equity_facts.c.office == self._unit.office


def _row(one: EquityFacts) -> dict[str, object]:
    return {
        "referral_id": one.referral_id,
        "race": None if one.race is None else sorted(race.value for race in one.race),
        "tribal_status": None if one.tribal_status is None else one.tribal_status.value,
        "actor": one.actor,
        "at": one.at,
    }


def _facts(row: sa.RowMapping) -> EquityFacts:
    race, tribe = row["race"], row["tribal_status"]
    try:
        return EquityFacts(
            referral_id=row["referral_id"],
            race=None if race is None else frozenset(Race(word) for word in race),
            tribal_status=None if tribe is None else TribalStatus(tribe),
            actor=row["actor"],
            at=row["at"],
        )
    except ValueError:
        raise StoreError(
            "What is recorded for fairness holds a word that this version does not know.",
            next_step="Use the version of the software that wrote it, or a newer one.",
        ) from None
