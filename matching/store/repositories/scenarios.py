"""What if: named scenarios and what came of them; no fact of the record changes."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from matching.domain.errors import InputError, NotFound
from matching.store.tables import scenarios
from matching.store.unit import Unit

_COLUMNS = [column for column in scenarios.c if column.name != "office"]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class StoredScenario:
    """One scenario as it is kept.

    Attributes
    ----------
    id : int or None
        Number; ``None`` before it is saved.
    name : str
        Of which there is one.
    made_at : datetime
        When its steps were saved last, aware.
    actor : str
        Account name of who saved them.
    steps : sequence of mapping
        As plain data.
    result : mapping or None
        What came of it, as plain data; ``None`` until it is worked out.
    """

    name: str
    made_at: datetime
    actor: str
    steps: Sequence[Mapping[str, Any]]
    result: Mapping[str, Any] | None = None
    id: int | None = None


class Scenarios:
    """Scenarios by their numbers; names are unique."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def add(self, scenario: StoredScenario) -> StoredScenario:
        """Save a scenario and return it with its number.

        One that was deleted gets its old number back, if it brings one.

        Raises
        ------
        InputError
            If another one has its name.
        """
        self._refuse_name(scenario.name, scenario.id)
        values = {
            "office": self._unit.office,
            "name": scenario.name,
            "made_at": scenario.made_at,
            "actor": scenario.actor,
            "steps": [dict(step) for step in scenario.steps],
            "result": None if scenario.result is None else dict(scenario.result),
        }
        if scenario.id is not None:
            values["id"] = scenario.id
        statement = scenarios.insert().values(values).returning(scenarios.c.id)
        number = self._unit.writing(data=False).execute(statement).scalar_one()
        return dataclasses.replace(scenario, id=number)

    def change(self, number: int, **values: Any) -> None:
        """Change a scenario: its ``name``, ``steps``, ``made_at``, ``actor`` or ``result``.

        Raises
        ------
        NotFound
            If there is no scenario of that number.
        InputError
            If another one has the new name.
        """
        if "name" in values:
            self._refuse_name(values["name"], number)
        statement = (
            scenarios.update().where(scenarios.c.id == number, self._mine()).values(values)
        )
        done = self._unit.writing(data=False).execute(statement)
        if done.rowcount == 0:
            raise _missing()

    def remove(self, number: int) -> StoredScenario:
        """Delete a scenario and return it.

        Raises
        ------
        NotFound
            If there is no scenario of that number.
        """
        found = self.get(number)
        connection = self._unit.writing(data=False)
        connection.execute(scenarios.delete().where(scenarios.c.id == number, self._mine()))
        return found

    def get(self, number: int) -> StoredScenario:
        """Return a scenario.

        Raises
        ------
        NotFound
            If there is no scenario of that number.
        """
        query = sa.select(*_COLUMNS).where(scenarios.c.id == number, self._mine())
        row = self._unit.connection.execute(query).mappings().one_or_none()
        if row is None:
            raise _missing()
        return StoredScenario(**row)

    def all(self) -> tuple[StoredScenario, ...]:
        """Return all scenarios, newest first."""
        query = sa.select(*_COLUMNS).where(self._mine()).order_by(scenarios.c.id.desc())
        rows = self._unit.connection.execute(query).mappings()
        return tuple(StoredScenario(**row) for row in rows)

    def _mine(self) -> sa.ColumnElement[bool]:
        return scenarios.c.office == self._unit.office

    def _refuse_name(self, name: str, number: int | None) -> None:
        query = sa.select(scenarios.c.id).where(scenarios.c.name == name, self._mine())
        found = self._unit.connection.execute(query).scalar_one_or_none()
        if found is not None and found != number:
            raise InputError(
                "Another scenario has this name.", next_step="Choose another name."
            )


def _missing() -> NotFound:
    return NotFound(
        "This scenario is not there any more.", next_step="Somebody may have deleted it."
    )
