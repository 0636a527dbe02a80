"""Rows of any table as plain values that mean the same in every database.

They are the values as they are stored, not the records that the domain makes of
them, so that a word of another version of the software passes through untouched.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator, TypeEngine

from matching.domain.errors import InputError
from matching.store.columns import UtcDateTime

#: What a column can hold, and the type that reads and writes it bare.
BARE: Mapping[str, TypeEngine[Any]] = {
    "text": sa.Text(),
    "number": sa.BigInteger(),
    "yes_no": sa.Boolean(),
    "moment": UtcDateTime(),
    "day": sa.Date(),
}

_PYTHON: Mapping[str, tuple[type, ...]] = {
    "text": (str,),
    "number": (int,),
    "yes_no": (bool,),
    "moment": (str,),
    "day": (str,),
}

#: Rows fetched at once.
BATCH = 500


def kind_of(column: sa.Column[Any]) -> str:
    """Return which of :data:`BARE` a column holds.

    Raises
    ------
    TypeError
        If it is none of them.
    """
    kind: TypeEngine[Any] = column.type
    if isinstance(kind, TypeDecorator):
        kind = kind.impl_instance
    order = (
        (sa.Boolean, "yes_no"),
        (sa.DateTime, "moment"),
        (sa.Date, "day"),
        (sa.Integer, "number"),
        (sa.Text, "text"),
    )
    for bare, name in order:
        if isinstance(kind, bare):
            return name
    raise TypeError(f"no plain form for the column {column}")


def columns_of(table: sa.Table) -> dict[str, str]:
    """Return what each column of a table holds, by name, in their order."""
    return {column.name: kind_of(column) for column in table.columns}


def bare_rows(
    connection: sa.Connection, table: sa.Table, where: sa.ColumnElement[bool] | None = None
) -> Iterator[tuple[Any, ...]]:
    """Read rows of a table, in the order of its key, without holding them all.

    Parameters
    ----------
    connection : Connection
    table : Table
    where : ColumnElement, optional

    Yields
    ------
    tuple
        Text, numbers, booleans, days and moments as they are stored.
    """
    columns = [sa.type_coerce(c, BARE[kind_of(c)]).label(c.name) for c in table.columns]
    query = sa.select(*columns).order_by(*table.primary_key.columns)
    if where is not None:
        query = query.where(where)
    # An option of this query alone: one of the connection would stay on it, and PostgreSQL
    # has no cursor for what is written next.
    for row in connection.execute(query, execution_options={"yield_per": BATCH}):
        yield tuple(row)


def line_of(row: Sequence[Any]) -> bytes:
    """Return a row as one line of JSON."""
    values = [_written(value) for value in row]
    return json.dumps(values, separators=(",", ":")).encode("ascii") + b"\n"


def _written(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value.isoformat() if isinstance(value, date) else value


_READ: Mapping[str, Callable[[str], Any]] = {
    "moment": datetime.fromisoformat,
    "day": date.fromisoformat,
}


def row_of(line: bytes, kinds: Sequence[str]) -> tuple[Any, ...]:
    """Return the row of a line.

    Parameters
    ----------
    line : bytes
    kinds : sequence of str
        What each column holds.

    Raises
    ------
    InputError
        If the line is not such a row; its content is not repeated.
    """
    try:
        values = json.loads(line)
        if not isinstance(values, list):
            raise TypeError
        pairs = zip(values, kinds, strict=True)
        return tuple(None if v is None else _value(v, kind) for v, kind in pairs)
    except (ValueError, TypeError, KeyError):
        raise InputError("A row of the backup cannot be read.") from None


def _value(value: Any, kind: str) -> Any:
    if type(value) not in _PYTHON[kind]:
        raise TypeError
    return _READ[kind](value) if kind in _READ else value
