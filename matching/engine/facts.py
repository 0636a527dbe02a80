"""What records say, attribute by attribute, turned into columns.

Ten thousand records say few different things: whatever takes work is done
once for each different value and looked up for the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.domain.fields import FieldClass
from matching.domain.geography import Geography
from matching.engine.columns import Ints, SetColumn, codes, converted, numbers, sets
from matching.engine.keyed import combine, factorize, first_of

#: Records that are read in one go: few enough to stay close to the processor.
BLOCK = 256
_HOUR = timedelta(hours=1)


def once_for_each(
    decide: Callable[[int], int | None], *columns: NDArray[Any] | SetColumn
) -> Ints:
    """Return what a function says of every row, from what some columns say.

    Parameters
    ----------
    decide : callable
        Takes the position of a row; called once for each different combination.
    *columns : ndarray or SetColumn
        All that the answer depends on.
    """
    code = combine([factorize(column) for column in columns])
    out = numbers(map(decide, first_of(code).tolist()))[code]
    out.flags.writeable = False
    return out


class Facts:
    """The attributes of records of one kind as lists, and as columns on demand.

    Parameters
    ----------
    records : sequence of records
    kind : type
        Their class.
    rows : ndarray of int, shape (rows,), optional
        Position of the record that each row of a column repeats; by default
        every record has one row.

    Attributes
    ----------
    records : sequence of records
    said : dict of str to list
        Attribute to one value for each record, but for those of class M, which
        never reach the engine.
    """

    def __init__(
        self, records: Sequence[Any], kind: type, rows: NDArray[np.int32] | None = None
    ) -> None:
        self.records = records
        self._rows = rows
        names = [
            one.name for one in fields(kind) if one.metadata["class"] is not FieldClass.MEASURE
        ]
        read = attrgetter(*names)
        self.said: dict[str, list[Any]] = {name: [] for name in names}
        for start in range(0, len(records), BLOCK):
            block = zip(*map(read, records[start : start + BLOCK]), strict=True)
            for values, more in zip(self.said.values(), block, strict=True):
                values.extend(more)

    def spread(self, column: Ints) -> Ints:
        """Repeat a column with one row for each record."""
        if self._rows is None:
            return column
        out = column[self._rows]
        out.flags.writeable = False
        return out

    def flags(self, name: str) -> Ints:
        """Return yes as 1 and no as 0."""
        return self.spread(converted(self.said[name], int))

    def counted(self, name: str) -> Ints:
        """Return whole numbers."""
        return self.spread(numbers(self.said[name]))

    def coded(self, name: str, vocabulary: Sequence[object]) -> Ints:
        """Return positions in a vocabulary."""
        return self.spread(codes(self.said[name], vocabulary))

    def dated(self, name: str) -> Ints:
        """Return days as proleptic ordinals."""
        return self.spread(converted(self.said[name], lambda day: day.toordinal()))

    def placed(self, name: str, geography: Geography) -> Ints:
        """Return positions of counties; one that does not exist is unknown."""
        return self.spread(converted(self.said[name], geography.index.get))

    def hours_before(self, name: str, as_of: datetime) -> Ints:
        """Return whole hours from moments to ``as_of``; a moment ahead counts as now."""
        return self.spread(
            converted(self.said[name], lambda moment: max(0, (as_of - moment) // _HOUR))
        )

    def chosen(self, name: str, vocabulary: Sequence[object]) -> SetColumn:
        """Return sets over a vocabulary."""
        return self.take(sets(self.said[name], vocabulary))

    def take(self, column: SetColumn) -> SetColumn:
        """Repeat a column of sets with one row for each record."""
        return column if self._rows is None else column.take(self._rows)

    def items(self, name: str) -> set[Any]:
        """Return everything that stands in anybody's set or list."""
        return {item for held in set(self.said[name]) for item in held or ()}
