"""Counts by day: what was referred, waiting, placed and free."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from matching.domain.casework import CaseState
from matching.domain.records import BedPool
from matching.domain.words import PlacementType
from matching.store import tables
from matching.store.tables_casework import cases
from matching.store.unit import Unit

_POOL = ("pool_id", "provider_id", "beds_licensed", "beds_staffed", "beds_accepting",
         "beds_occupied", "beds_held", "beds_available")  # fmt: skip

_COLUMNS = [column for column in tables.history.c if column.name != "office"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCount:
    """One count of one day.

    Attributes
    ----------
    day : date
        In the office's time zone.
    measure, category : str
    count : int
    unknown : int
        What could not be counted, such as bed pools nobody spoke of.
    """

    day: date
    measure: str
    category: str
    count: int
    unknown: int


@dataclass(frozen=True, slots=True)
class Place:
    """The beds of one pool, and where they are.

    Attributes
    ----------
    placement_type : PlacementType or None
    county, state : str or None
    pool : BedPool
        With its numbers of beds alone.
    """

    placement_type: PlacementType | None
    county: str | None
    state: str | None
    pool: BedPool


class History:
    """Counts by day. They change no fact, so that plans and caches stay as they are."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def is_empty(self) -> bool:
        """Tell whether nothing was ever counted."""
        query = sa.select(tables.history.c.day).where(self._mine()).limit(1)
        return self._unit.connection.execute(query).first() is None

    def rows(self, measure: str, *, since: date | None = None) -> tuple[DayCount, ...]:
        """Return the counts of a measure, by day and category.

        Parameters
        ----------
        measure : str
        since : date, optional
            First day; by default all.
        """
        column = tables.history.c
        query = sa.select(*_COLUMNS).where(self._mine(), column.measure == measure)
        if since is not None:
            query = query.where(column.day >= since)
        query = query.order_by(column.day, column.category)
        found = self._unit.connection.execute(query).mappings()
        return tuple(DayCount(**row) for row in found)

    def set_days(self, measure: str, since: date, counts: Iterable[DayCount]) -> None:
        """Make the counts of a measure from one day on be exactly these.

        Rows that stay as they are are not written again.

        Parameters
        ----------
        measure : str
        since : date
            Counts of days before it are left as they are.
        counts : iterable of DayCount
            Of this measure, none before that day.
        """
        connection = self._unit.writing(data=False)
        wanted = {(one.day, one.category): one for one in counts}
        there = {(one.day, one.category): one for one in self.rows(measure, since=since)}
        stale = [key for key, one in there.items() if wanted.get(key) != one]
        column = tables.history.c
        for day, category in stale:
            connection.execute(
                tables.history.delete().where(
                    self._mine(),
                    column.measure == measure,
                    column.day == day,
                    column.category == category,
                )
            )
        new = [
            {
                "office": self._unit.office,
                "day": one.day,
                "measure": one.measure,
                "category": one.category,
                "count": one.count,
                "unknown": one.unknown,
            }
            for key, one in wanted.items()
            if there.get(key) != one
        ]
        if new:
            connection.execute(tables.history.insert(), new)

    def clear(self) -> None:
        """Forget everything: it was of invented facts."""
        self._unit.writing(data=False).execute(tables.history.delete().where(self._mine()))

    def _mine(self) -> sa.ColumnElement[bool]:
        return tables.history.c.office == self._unit.office

    def received(self) -> tuple[datetime | None, ...]:
        """Return when each person on the record was referred, if that is known."""
        mine = tables.referrals.c.office == self._unit.office
        query = sa.select(tables.referrals.c.received_at).where(mine)
        return tuple(self._unit.connection.execute(query).scalars())

    def waiting(self) -> tuple[int, int]:
        """Return how many people wait, and of how many of them nobody has said since when."""
        people, case = tables.referrals.c, cases.c
        moved = sa.exists().where(
            case.office == people.office,
            case.referral_id == people.referral_id,
            case.state != CaseState.WAITING.value,
        )
        known = sa.func.count(people.received_at)
        query = sa.select(sa.func.count(), known).where(
            people.office == self._unit.office, ~moved
        )
        number, told = self._unit.connection.execute(query).one()
        return int(number), int(number) - int(told)

    def places(self) -> tuple[Place, ...]:
        """Return the beds of every pool on the record, with no more than is counted."""
        home, pool = tables.providers.c, tables.bed_pools.c
        query = sa.select(
            home.placement_type, home.county, home.state, *(pool[name] for name in _POOL)
        ).join_from(tables.bed_pools, tables.providers)
        found = self._unit.connection.execute(query).mappings()
        return tuple(
            Place(
                row["placement_type"],
                row["county"],
                row["state"],
                BedPool(**{name: row[name] for name in _POOL}),
            )
            for row in found
        )
