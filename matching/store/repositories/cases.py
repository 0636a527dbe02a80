"""Where cases stand."""

from __future__ import annotations

import dataclasses
from typing import Any

import sqlalchemy as sa

from matching.domain.casework import Case, CaseState, Outcome
from matching.domain.errors import ConflictError
from matching.store.tables_casework import (
    cases,
    consents,
    offers,
    placements,
    searches,
    shares,
)
from matching.store.unit import Unit

_COLUMNS = [column for column in cases.c if column.name != "office"]
_NAMES = tuple(column.name for column in _COLUMNS)

# Every page of a case reads it, so it is put together once.
_ONE = sa.select(*_COLUMNS).where(
    cases.c.office == sa.bindparam("mine"), cases.c.referral_id == sa.bindparam("case")
)

#: What is said to whoever changes something that is no longer as it was shown.
MEANWHILE = (
    "Somebody else changed this meanwhile.",
    "Look at it as it is now, and decide again.",
)


def meanwhile() -> ConflictError:
    """Return the refusal of a change to something that is no longer as it was shown."""
    return ConflictError(MEANWHILE[0], next_step=MEANWHILE[1])


class Cases:
    """The state of every case that was ever moved; all others wait."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def get(self, referral_id: str) -> Case | None:
        """Return where a case stands, or ``None`` if it was never moved."""
        values = {"mine": self._unit.office, "case": referral_id}
        found = self._unit.connection.execute(_ONE, values).mappings().first()
        return None if found is None else _case(found)

    def all(self) -> tuple[Case, ...]:
        """Return every case that was ever moved, in the order of case references."""
        return self._read()

    def worked_on(self) -> frozenset[str]:
        """Return the cases that anything was ever done for, so that more hangs on them."""
        found: set[str] = set()
        for table in (cases, offers, placements, searches, consents, shares):
            column = table.c.referral_id
            query = (
                sa.select(column)
                .distinct()
                .where(table.c.office == self._unit.office, column.is_not(None))
            )
            found |= set(self._unit.connection.execute(query).scalars())
        return frozenset(found)

    def put(self, case: Case, *, expected: int) -> Case:
        """Write where a case stands and return it with its new version.

        Parameters
        ----------
        case : Case
        expected : int
            Version that it was changed from; 0 if it was never moved.

        Raises
        ------
        ConflictError
            If it is no longer in that version.
        """
        new = dataclasses.replace(case, version=expected + 1)
        row = {name: getattr(new, name) for name in _NAMES} | {
            "office": self._unit.office,
            "state": new.state.value,
            "outcome": None if new.outcome is None else new.outcome.value,
        }
        connection = self._unit.writing()
        if expected == 0:
            if self.get(case.referral_id) is not None:
                raise meanwhile()
            connection.execute(cases.insert(), row)
            return new
        done = connection.execute(
            cases.update()
            .where(
                self._mine(),
                cases.c.referral_id == case.referral_id,
                cases.c.version == expected,
            )
            .values(row)
        )
        if done.rowcount != 1:
            raise meanwhile()
        return new

    def _mine(self) -> sa.ColumnElement[bool]:
        return cases.c.office == self._unit.office

    def _read(self, *where: sa.ColumnElement[bool]) -> tuple[Case, ...]:
        query = sa.select(*_COLUMNS).where(self._mine(), *where)
        found = self._unit.connection.execute(query).mappings()
        return tuple(sorted(map(_case, found), key=lambda one: one.referral_id))


def _case(row: Any) -> Case:
    outcome = row["outcome"]
    return Case(
        **{
            **row,
            "state": CaseState(row["state"]),
            "outcome": None if outcome is None else Outcome(outcome),
        }
    )
