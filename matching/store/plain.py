"""Values of records as plain data for JSON, and back, by the column that holds them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from matching.store.columns import UtcDateTime

#: Types of columns turn values into text alike on every database.
_DIALECT = sqlite.dialect()


def plain_value(column: sa.Column[Any], value: Any) -> Any:
    """Return a field's value as JSON can hold it; ``None`` stays ``None``."""
    if value is None:
        return None
    if isinstance(column.type, UtcDateTime):
        return value.astimezone(UTC).isoformat()
    if isinstance(column.type, sa.Date):
        return value.isoformat()
    if isinstance(column.type, sa.types.TypeDecorator):
        return column.type.process_bind_param(value, _DIALECT)
    return value


def record_value(column: sa.Column[Any], value: Any) -> Any:
    """Return what :func:`plain_value` was given.

    Raises
    ------
    StoreError
        If a word is not one that this version knows.
    """
    if value is None:
        return None
    if isinstance(column.type, UtcDateTime):
        return datetime.fromisoformat(value)
    if isinstance(column.type, sa.Date):
        return date.fromisoformat(value)
    if isinstance(column.type, sa.types.TypeDecorator):
        read = column.type.dialect_impl(_DIALECT).result_processor(_DIALECT, None)
        return value if read is None else read(value)
    return value


def plain_fields(table: sa.Table, record: object, names: Iterable[str]) -> dict[str, Any]:
    """Return some fields of a record as plain data."""
    return {name: plain_value(table.c[name], getattr(record, name)) for name in names}


def record_fields(table: sa.Table, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that :func:`plain_fields` wrote."""
    return {name: record_value(table.c[name], value) for name, value in values.items()}
