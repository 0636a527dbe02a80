"""Saved runs of the planner."""

from __future__ import annotations

import dataclasses
from typing import Any

import sqlalchemy as sa

from matching.domain.errors import InputError, NotFound
from matching.store.documents import PlanRun
from matching.store.tables import plan_runs
from matching.store.unit import Unit

_COLUMNS = [column for column in plan_runs.c if column.name != "office"]
_HEAD = [column for column in _COLUMNS if column.name != "document"]

_MINE = plan_runs.c.office == sa.bindparam("mine")
_HEADS = sa.select(*_HEAD).where(_MINE).order_by(plan_runs.c.id.desc())
_NEWEST = sa.select(sa.func.max(plan_runs.c.id)).where(_MINE)


class Runs:
    """Plan runs, each with its full plan as one document."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def add(self, run: PlanRun) -> PlanRun:
        """Save a run and return it with its number.

        Raises
        ------
        InputError
            If it has no document.
        """
        if run.document is None:
            raise InputError("A run without its plan cannot be saved.")
        row = {
            field.name: getattr(run, field.name)
            for field in dataclasses.fields(PlanRun)
            if field.name != "id"
        }
        row["document"] = dict(run.document)
        row["office"] = self._unit.office
        statement = plan_runs.insert().returning(plan_runs.c.id)
        # A saved plan changes no fact: whoever planned on the record may go on doing so.
        number = self._unit.writing(data=False).execute(statement, row).scalar_one()
        return dataclasses.replace(run, id=number)

    def get(self, run_id: int) -> PlanRun:
        """Return a run with its document.

        Raises
        ------
        NotFound
            If there is no run of that number.
        """
        found = self._one(self._all().where(plan_runs.c.id == run_id))
        if found is None:
            raise NotFound(f"There is no saved plan number {run_id}.")
        return found

    def latest(self) -> PlanRun | None:
        """Return the run saved last with its document, or ``None`` before the first."""
        return self._one(self._all().order_by(plan_runs.c.id.desc()).limit(1))

    def before(self, run_id: int) -> PlanRun | None:
        """Return the run saved last before another one, with its document, if any."""
        earlier = self._all().where(plan_runs.c.id < run_id)
        return self._one(earlier.order_by(plan_runs.c.id.desc()).limit(1))

    def list(self, limit: int | None = None) -> tuple[PlanRun, ...]:
        """Return runs without their documents, newest first."""
        query = _HEADS if limit is None else _HEADS.limit(limit)
        rows = self._unit.connection.execute(query, {"mine": self._unit.office}).mappings()
        return tuple(PlanRun(**row) for row in rows)

    def newest(self) -> int:
        """Return the number of the run saved last, or 0 before the first."""
        found = self._unit.connection.execute(_NEWEST, {"mine": self._unit.office})
        return int(found.scalar_one() or 0)

    def _all(self) -> sa.Select[Any]:
        return sa.select(*_COLUMNS).where(plan_runs.c.office == self._unit.office)

    def _one(self, query: sa.Select[Any]) -> PlanRun | None:
        row = self._unit.connection.execute(query).mappings().one_or_none()
        return None if row is None else PlanRun(**row)
