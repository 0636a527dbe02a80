"""What a person decided about a file; everything else about it is worked out anew.

A recipe holds only decisions. Together with the bytes of the file it gives the
same records every time, so that each step can be gone back to, and a part of it
can be kept for the next file with the same columns.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import Any

from pydantic import TypeAdapter

from matching.intake.dates import Order
from matching.intake.field_types import plain

#: What stands for "this column is not used" and for "nobody knows".
NOT_USED = UNKNOWN = ""


def spelling(text: str) -> str:
    """Return a cell's text as values are matched: lower case, single blanks."""
    return " ".join(text.split()).lower()


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """Decisions about one file.

    Attributes
    ----------
    sheet : str or None
        Name of the sheet; ``None`` is for the product to choose.
    encoding, delimiter : str or None
        Of a text file.
    standard : bool
        Whether a known standard is read as such; if not, as any other table.
    header : tuple of int
        The spreadsheet's own numbers of the rows with the names of the
        columns; empty is for the product to find.
    rows : mapping of int to bool
        Row to whether it is one of data, against what was found.
    columns : mapping of str to str
        Name of a column in the file to a column of the catalogue;
        :data:`NOT_USED` leaves it out.
    values : mapping of str to mapping of str to str
        Column of the catalogue to :func:`spelling` of a cell to the text that
        is read instead; :data:`UNKNOWN` is unknown.
    orders : mapping of str to Order
        Column of the catalogue to the order of its dates in numbers.
    cells : mapping of int to mapping of str to str
        Row to column of the catalogue to the text that is read instead.
    left_out : mapping of int to str
        Row to the reason why somebody left it out.
    made_ids : bool
        Whether providers get their code from their name, since no column
        names them.
    """

    sheet: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    standard: bool = True
    header: tuple[int, ...] = ()
    rows: Mapping[int, bool] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    orders: Mapping[str, Order] = field(default_factory=dict)
    cells: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    left_out: Mapping[int, str] = field(default_factory=dict)
    made_ids: bool = False

    def with_column(self, header: str, column: str) -> Recipe:
        """Return the recipe with a column of the file matched anew."""
        others = {name: to for name, to in self.columns.items() if not column or to != column}
        return replace(self, columns={**others, header: column})

    def with_value(self, column: str, text: str, instead: str) -> Recipe:
        """Return the recipe with all cells of a text in a column read as another."""
        mine = {**self.values.get(column, {}), spelling(text): instead}
        return replace(self, values={**self.values, column: mine})

    def without_value(self, column: str, text: str) -> Recipe:
        """Return the recipe with the cells of a text read as they stand."""
        mine = {k: v for k, v in self.values.get(column, {}).items() if k != spelling(text)}
        return replace(self, values={**self.values, column: mine})

    def with_cell(self, row: int, column: str, instead: str) -> Recipe:
        """Return the recipe with one cell read as another text."""
        mine = {**self.cells.get(row, {}), column: instead}
        return replace(self, cells={**self.cells, row: mine})

    def with_order(self, column: str, order: Order) -> Recipe:
        """Return the recipe with the order of a column's dates settled."""
        return replace(self, orders={**self.orders, column: order})

    def with_rows_left_out(self, rows: Iterable[int], why: str) -> Recipe:
        """Return the recipe with some rows left out for a reason."""
        return replace(self, left_out={**self.left_out, **dict.fromkeys(rows, why)})

    def with_rows_back(self, rows: Iterable[int]) -> Recipe:
        """Return the recipe with some rows read as data, whoever had left them out."""
        gone = set(rows)
        left = {row: why for row, why in self.left_out.items() if row not in gone}
        return replace(self, left_out=left, rows={**self.rows, **dict.fromkeys(gone, True)})

    def under(self, decided: Recipe) -> Recipe:
        """Return this recipe with everything that another one decides put over it."""
        blank = Recipe()
        told = {
            one.name: getattr(decided, one.name)
            for one in fields(Recipe)
            if getattr(decided, one.name) != getattr(blank, one.name)
        }
        joined = replace(self, **told)
        values = {
            name: {**self.values.get(name, {}), **decided.values.get(name, {})}
            for name in {*self.values, *decided.values}
        }
        return replace(
            joined,
            columns={**self.columns, **decided.columns},
            values=values,
            orders={**self.orders, **decided.orders},
        )

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the decisions, whatever their order."""
        text = json.dumps(self.document(), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def document(self) -> dict[str, Any]:
        """Return the decisions as plain data, ready for JSON."""
        found: dict[str, Any] = _ADAPTER.dump_python(self, mode="json")
        return found

    @classmethod
    def of_document(cls, document: Mapping[str, Any]) -> Recipe:
        """Return the decisions that a document holds.

        Raises
        ------
        ValueError
            If it holds none.
        """
        return _ADAPTER.validate_python(dict(document))


def headers_fingerprint(columns: Iterable[str]) -> str:
    """Return what files with the same columns have in common, in whatever order.

    Parameters
    ----------
    columns : iterable of str
        Names of the columns.
    """
    names = sorted({plain(name) for name in columns} - {""})
    return hashlib.sha256("\n".join(names).encode()).hexdigest()


_ADAPTER: TypeAdapter[Recipe] = TypeAdapter(Recipe)
