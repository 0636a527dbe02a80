"""Where people live and lived."""

from __future__ import annotations

import dataclasses
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from matching.domain.casework import BedTaken, Placement, StayEnd, StayState
from matching.domain.errors import NotFound
from matching.store.repositories.cases import meanwhile
from matching.store.repositories.people import people_of
from matching.store.tables_casework import placements
from matching.store.unit import Unit

_COLUMNS = [column for column in placements.c if column.name != "office"]


class Stay(NamedTuple):
    """A stay that is over: where, how many beds, and when."""

    provider_id: str
    pool_id: str
    beds: int
    recorded_at: datetime
    ended_at: datetime


class Placements:
    """Placements by their numbers."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def add(self, placement: Placement) -> Placement:
        """Record a placement and return it with its number."""
        placement = dataclasses.replace(
            placement, recorded_at=placement.recorded_at or placement.started_at
        )
        row = _row(placement) | {"office": self._unit.office, "version": 1}
        statement = placements.insert().returning(placements.c.id)
        number = self._writing().execute(statement, row).scalar_one()
        return dataclasses.replace(placement, id=number, version=1)

    def change(self, placement: Placement, *, expected: int) -> Placement:
        """Write a placement and return it with its new version.

        Parameters
        ----------
        placement : Placement
        expected : int
            Version that it was changed from.

        Raises
        ------
        ConflictError
            If it is no longer in that version.
        """
        c = placements.c
        done = self._writing().execute(
            placements.update()
            .where(self._mine(), c.id == placement.id, c.version == expected)
            .values(_row(placement) | {"version": expected + 1})
        )
        if done.rowcount != 1:
            raise meanwhile()
        return dataclasses.replace(placement, version=expected + 1)

    def get(self, number: int) -> Placement:
        """Return one placement.

        Raises
        ------
        NotFound
            If there is no placement of that number.
        """
        found = self._read(placements.c.id == number)
        if not found:
            raise NotFound(
                "There is no such placement on record.", next_step="Open the case again."
            )
        return found[0]

    def all(self) -> tuple[Placement, ...]:
        """Return every placement, in the order in which they were recorded."""
        return self._read()

    def of(self, referral_id: str) -> tuple[Placement, ...]:
        """Return the placements of one person, in the order in which they were recorded."""
        return self._found(_OF_CASE, case=referral_id)

    def open(self) -> tuple[Placement, ...]:
        """Return the placements that have not ended, in the order of their numbers."""
        return self._found(_OPEN)

    def due(self, now: datetime) -> tuple[Placement, ...]:
        """Return the placements of people away whose bed is no longer held."""
        return self._read(*_due(now))

    def offices_due(self, now: datetime) -> tuple[str, ...]:
        """Return the offices that have a bed hold whose time has come."""
        query = sa.select(placements.c.office).distinct().where(*_due(now))
        return tuple(sorted(self._unit.connection.execute(query).scalars()))

    def current(self, provider_id: str | None = None) -> tuple[BedTaken, ...]:
        """Return the beds that people of every office live in, or that are kept for them.

        Parameters
        ----------
        provider_id : str, optional
            Only at this provider.
        """
        c = placements.c
        names = (c.id, c.office, c.referral_id, c.provider_id, c.pool_id, c.beds)
        query = sa.select(*names, c.recorded_at, c.started_by).where(_open()).order_by(c.id)
        if provider_id is not None:
            query = query.where(c.provider_id == provider_id)
        found = self._unit.connection.execute(query).all()
        people = people_of(self._unit, {(one.office, one.referral_id) for one in found})
        return tuple(
            BedTaken(
                office=one.office,
                person=people[one.office, one.referral_id],
                provider_id=one.provider_id,
                pool_id=one.pool_id,
                beds=one.beds,
                since=one.recorded_at,
                by=one.started_by,
                moved_in=one.recorded_at,
                placement_id=one.id,
            )
            for one in found
        )

    def left(self, provider_id: str | None = None) -> tuple[Stay, ...]:
        """Return the stays that are over, of every office, with no fact about anybody.

        Parameters
        ----------
        provider_id : str, optional
            Only at this provider.
        """
        c = placements.c
        names = (c.provider_id, c.pool_id, c.beds, c.recorded_at, c.ended_at)
        query = sa.select(*names).where(~_open(), c.ended_at.is_not(None)).order_by(c.id)
        if provider_id is not None:
            query = query.where(c.provider_id == provider_id)
        return tuple(Stay(*one) for one in self._unit.connection.execute(query))

    def providers_named(self) -> frozenset[str]:
        """Return the providers at which anybody of any office lives or lived."""
        query = sa.select(placements.c.provider_id).distinct()
        return frozenset(self._unit.connection.execute(query).scalars())

    def pools_named(self) -> frozenset[tuple[str, str]]:
        """Return the bed pools, by provider and pool, in which anybody lives or lived."""
        query = sa.select(placements.c.provider_id, placements.c.pool_id).distinct()
        return frozenset(
            (one.provider_id, one.pool_id) for one in self._unit.connection.execute(query)
        )

    def _writing(self) -> sa.Connection:
        return self._unit.writing(shared=True)

    def _mine(self) -> sa.ColumnElement[bool]:
        return placements.c.office == self._unit.office

    def _read(self, *where: sa.ColumnElement[bool]) -> tuple[Placement, ...]:
        return self._found(_ALL.where(*where))

    def _found(self, query: sa.Select[Any], **values: str) -> tuple[Placement, ...]:
        values = {"mine": self._unit.office, **values}
        found = self._unit.connection.execute(query, values).mappings()
        return tuple(_placement(row) for row in found)


def _open() -> sa.ColumnElement[bool]:
    return placements.c.state != StayState.ENDED.value


# Nearly every page reads who lives somewhere, so it is put together once.
_ALL = (
    sa.select(*_COLUMNS)
    .where(placements.c.office == sa.bindparam("mine"))
    .order_by(placements.c.id)
)
_OPEN = _ALL.where(_open())
_OF_CASE = _ALL.where(placements.c.referral_id == sa.bindparam("case"))


def _due(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    away = placements.c.state.in_([StayState.MISSING.value, StayState.HOSPITAL.value])
    return away, placements.c.bed_until <= now


def _row(placement: Placement) -> dict[str, Any]:
    names = (column.name for column in _COLUMNS if column.name not in ("id", "version"))
    reason = placement.end_reason
    return {name: getattr(placement, name) for name in names} | {
        "state": placement.state.value,
        "end_reason": None if reason is None else reason.value,
        "learned": [str(one) for one in placement.learned],
    }


def _placement(row: Any) -> Placement:
    reason = row["end_reason"]
    return Placement(
        **{
            **row,
            "state": StayState(row["state"]),
            "end_reason": None if reason is None else StayEnd(reason),
            "learned": tuple(row["learned"] or ()),
        }
    )
