"""Tables of counts that were published, so that the next ones can be held against them.

True counts are kept for as long as their period lasts, since only then are other
tables held against them; after it, what was shown is all that is left.
"""

from __future__ import annotations

import dataclasses

import sqlalchemy as sa

from matching.store.documents import Publication
from matching.store.tables import publications
from matching.store.unit import Unit

#: The part of a document that holds true counts.
SEALED = "sealed"

_COLUMNS = [column for column in publications.c if column.name != "office"]


class Publications:
    """Published tables by period."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def add(self, publication: Publication) -> Publication:
        """Keep a publication and return it with its number."""
        row = {
            "office": self._unit.office,
            "made_at": publication.made_at,
            "actor": publication.actor,
            "period": publication.period,
            "form": publication.form,
            "document": dict(publication.document),
        }
        statement = publications.insert().returning(publications.c.id)
        number = self._unit.writing(data=False).execute(statement, row).scalar_one()
        return dataclasses.replace(publication, id=number)

    def of(self, period: str) -> tuple[Publication, ...]:
        """Return what was published in a period, oldest first."""
        column = publications.c
        query = sa.select(*_COLUMNS).where(self._mine(), column.period == period)
        query = query.order_by(column.id)
        rows = self._unit.connection.execute(query).mappings()
        return tuple(Publication(**row) for row in rows)

    def last(self, period: str) -> int:
        """Return the number of the latest publication of a period; 0 before the first."""
        column = publications.c
        query = sa.select(sa.func.max(column.id)).where(self._mine(), column.period == period)
        return int(self._unit.connection.execute(query).scalar_one() or 0)

    def seal(self, period: str) -> int:
        """Erase the true counts of all other periods.

        Parameters
        ----------
        period : str
            The one that goes on.

        Returns
        -------
        int
            Publications that had some.
        """
        column = publications.c
        text = sa.type_coerce(column.document, sa.Text)
        query = sa.select(column.id, column.document).where(
            self._mine(), column.period != period, text.contains(f'"{SEALED}"')
        )
        connection = self._unit.writing(data=False)
        rows = connection.execute(query).all()
        for number, document in rows:
            left = {key: value for key, value in document.items() if key != SEALED}
            connection.execute(
                publications.update().where(column.id == number).values(document=left)
            )
        return len(rows)

    def _mine(self) -> sa.ColumnElement[bool]:
        return publications.c.office == self._unit.office
