"""The offices on the record."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from matching.domain.accounts import Office
from matching.domain.errors import InputError, NotFound
from matching.store.tables import offices
from matching.store.unit import Unit


class Offices:
    """Offices, each with a counter of its own for what it changed."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def all(self) -> tuple[Office, ...]:
        """Return every office, in the order of codes."""
        query = sa.select(offices.c.code, offices.c.name).order_by(offices.c.code)
        return tuple(Office(**row) for row in self._unit.connection.execute(query).mappings())

    def get(self, code: str) -> Office:
        """Return an office.

        Raises
        ------
        NotFound
        """
        found = next((one for one in self.all() if one.code == code), None)
        if found is None:
            raise NotFound("There is no such office.", next_step="Look at the list of offices.")
        return found

    def add(self, office: Office, at: datetime) -> None:
        """Add an office.

        Raises
        ------
        InputError
            If there is one with that code.
        """
        if any(one.code == office.code for one in self.all()):
            raise InputError(
                f"There is an office '{office.code}' already.", next_step="Choose another code."
            )
        self._unit.writing(data=False).execute(
            offices.insert().values(
                code=office.code, name=office.name, data_version=0, created_at=at
            )
        )
