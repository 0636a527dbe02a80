"""Many rows at once, column by column.

A county's inventory has tens of thousands of rows in which the same few values
come back, so each distinct value of a column is translated once. It is the
translation of the column's own type: only the order of the work differs from
what SQLAlchemy does row by row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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


class Picked:
    """Columns to read of one table: their query is put together once, not at each reading.

    Parameters
    ----------
    columns : sequence of Column

    Attributes
    ----------
    query : Select
        Of every row.
    """

    def __init__(self, columns: Sequence[sa.Column[Any]]) -> None:
        self._columns = tuple(columns)
        # Without a type SQLAlchemy hands the driver's values through untouched.
        self.query = sa.select(
            *(sa.type_coerce(column, sa.types.NullType()) for column in self._columns)
        )
        self._translations: dict[str, tuple[Translate | None, ...]] = {}

    def translations(self, dialect: Dialect) -> tuple[Translate | None, ...]:
        """Return what makes of a stored value what the column means, for each column."""
        found = self._translations.get(dialect.name)
        if found is None:
            found = tuple(_from_database(column, dialect) for column in self._columns)
            self._translations[dialect.name] = found
        return found


def read(
    connection: sa.Connection,
    picked: Picked,
    query: sa.Select[*tuple[Any, ...]] | None = None,
    values: Mapping[str, Any] | None = None,
) -> list[tuple[Any, ...]]:
    """Read rows of one table.

    Parameters
    ----------
    connection : Connection
    picked : Picked
        What to read.
    query : Select, optional
        The query of ``picked`` with conditions; by default every row.
    values : mapping, optional
        Of the bound parameters of the query.

    Returns
    -------
    list of tuple
        One value per column, in no particular order of rows.
    """
    rows = connection.execute(picked.query if query is None else query, values).all()
    columns = zip(*rows, strict=True)
    translations = picked.translations(connection.dialect)
    translated = (
        _translated(column, translate)
        for column, translate in zip(columns, translations, strict=False)
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
