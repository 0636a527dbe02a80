"""Many rows at once, column by column.

A county's inventory has tens of thousands of rows in which the same few values
come back, so each distinct value of a column is translated once. It is the
translation of the column's own type: only the order of the work differs from
what SQLAlchemy does row by row.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect

Translate = Callable[[Any], Any]


def _translated(values: Sequence[Any], translate: Translate | None) -> Sequence[Any]:
    """Translate a column; ``None`` stays ``None``."""
    if translate is None:
        return values
    distinct = set(values)
    distinct.discard(None)
    table = {value: translate(value) for value in distinct}
    table[None] = None
    return [table[value] for value in values]


def _to_database(column: sa.Column[Any], dialect: Dialect) -> Translate | None:
    return column.type.dialect_impl(dialect).bind_processor(dialect)


def _from_database(column: sa.Column[Any], dialect: Dialect) -> Translate | None:
    return column.type.dialect_impl(dialect).result_processor(dialect, None)


def read(
    connection: sa.Connection,
    columns: Sequence[sa.Column[Any]],
    where: Sequence[sa.ColumnElement[bool]] = (),
) -> list[tuple[Any, ...]]:
    """Read rows of one table.

    Parameters
    ----------
    connection : Connection
    columns : sequence of Column
        What to read.
    where : sequence of ColumnElement
        Conditions that must all hold.

    Returns
    -------
    list of tuple
        One value per column, in no particular order of rows.
    """
    # Without a type SQLAlchemy hands the driver's values through untouched.
    bare = [sa.type_coerce(column, sa.types.NullType()) for column in columns]
    rows = connection.execute(sa.select(*bare).where(*where)).all()
    translated = (
        _translated(values, _from_database(column, connection.dialect))
        for column, values in zip(columns, zip(*rows, strict=True), strict=False)
    )
    return list(zip(*translated, strict=True))


def save(connection: sa.Connection, table: sa.Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows, or replace all fields of those whose key is there already.

    Parameters
    ----------
    connection : Connection
    table : Table
        With a ``version`` column: 1 in a new row, one more in a replaced one.
    rows : sequence of tuple
        One value for each column of the table but ``version``, in its order.
    """
    if not rows:
        return
    columns = [column for column in table.columns if column.name != "version"]
    dialect = connection.dialect
    translated = [
        _translated(values, _to_database(column, dialect))
        for column, values in zip(columns, zip(*rows, strict=True), strict=True)
    ]
    statement = _upsert(table, [column.name for column in columns], dialect)
    compiled = statement.compile(dialect=dialect)
    names = compiled.positiontup
    by_name = {column.name: values for column, values in zip(columns, translated, strict=True)}
    if names is not None:
        parameters: Any = list(zip(*(by_name[name] for name in names), strict=True))
    else:
        keys = list(by_name)
        parameters = [
            dict(zip(keys, row, strict=True)) for row in zip(*translated, strict=True)
        ]
    connection.exec_driver_sql(str(compiled), parameters)


def _upsert(table: sa.Table, names: list[str], dialect: Dialect) -> sa.Insert:
    insert = (postgresql.insert if dialect.name == "postgresql" else sqlite.insert)(table)
    keys = [column.name for column in table.primary_key]
    values = {name: sa.bindparam(name, type_=table.c[name].type) for name in names}
    replaced: dict[str, Any] = {
        name: insert.excluded[name] for name in names if name not in keys
    }
    replaced["version"] = table.c.version + sa.literal_column("1")
    return insert.values({**values, "version": sa.literal_column("1")}).on_conflict_do_update(
        index_elements=keys, set_=replaced
    )
