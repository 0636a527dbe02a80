"""A record in which every table has rows, whatever tables there are."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from matching.store import Store, schema
from matching.store.plain_rows import BARE, columns_of, kind_of
from matching.store.whole import Whole, whole_of
from tests.store.making import LOCAL, NOW

#: Texts that a careless copy would spoil.
TEXTS = (
    "plain",
    "",
    " both ends ",
    "a\tb\nc\rd",
    "quotes \" and ' and \\",
    "Zoë – naïve ⚑ 漢字 😀",
    "None",
    "0012",
    "\x7f\x1f",
    "\u2028",
)
#: Not made by chance: the chain, and tables that a record has rows in from the start.
_BY_HAND = {"record_state", "audit_events", "offices"}


def fill(store: Store, seed: int = 0, rows: int = 12) -> None:
    """Put rows into every table; what they say means nothing."""
    chance = random.Random(seed)
    options = {"record_writes": True}
    made: dict[str, list[dict[str, Any]]] = {}
    with store.engine.connect().execution_options(**options) as connection, connection.begin():
        connection.execute(
            sa.insert(schema.metadata.tables["offices"]),
            [
                {"code": f"o{k}", "name": TEXTS[k], "data_version": k, "created_at": NOW}
                for k in (1, 2)
            ],
        )
        made["offices"] = [{"code": code} for code in ("main", "o1", "o2")]
        for table in schema.metadata.sorted_tables:
            if table.name in _BY_HAND:
                continue
            made[table.name] = [_row(table, made, k, chance) for k in range(rows)]
            bare = sa.table(
                table.name,
                *(sa.column(name, BARE[kind]) for name, kind in columns_of(table).items()),
            )
            connection.execute(bare.insert(), made[table.name])
            _number(connection, table, rows)
    with store.transaction() as record:
        for text in TEXTS:
            record.audit.append(LOCAL, NOW, "test", reason=text, details={"text": text})


def _row(
    table: sa.Table, made: dict[str, list[dict[str, Any]]], k: int, chance: random.Random
) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for constraint in sorted(table.foreign_key_constraints, key=lambda c: -len(c.columns)):
        there = made[constraint.referred_table.name]
        # Most tables have as many rows as the one that they refer to: one each.
        target = there[k % len(there)]
        for element in constraint.elements:
            row.setdefault(element.parent.name, target[element.column.name])
    for column in table.columns:
        if column.name not in row:
            row[column.name] = _value(column, k, chance)
    return row


def _value(column: sa.Column[Any], k: int, chance: random.Random) -> Any:
    kind = kind_of(column)
    if column.primary_key and kind == "number":
        return k + 1
    unique = column.primary_key or any(
        isinstance(one, sa.UniqueConstraint) and column.name in one.columns
        for one in column.table.constraints
    )
    if column.nullable and not unique and chance.random() < 0.4:
        return None
    if kind == "text":
        return f"{column.name}{k}" if unique or _distinct(column) else _text(column, chance)
    if kind == "number":
        return chance.choice((1, 2, 2**31 - 1))
    if kind == "yes_no":
        return chance.random() < 0.5
    if kind == "day":
        return date(2026, 1, 1) + timedelta(days=k)
    return datetime(2026, 1, 1, 23, 59, 59, 999999 - k, tzinfo=UTC) + timedelta(days=k)


def _distinct(column: sa.Column[Any]) -> bool:
    return column.name in ("first_by", "second_by")


def _text(column: sa.Column[Any], chance: random.Random) -> str:
    """Return a text; JSON where the code reads JSON."""
    if type(column.type).__name__ in ("JsonText", "Several", "Trainings"):
        return '{"a":[1,"\\u00eb",null]}'
    return chance.choice(TEXTS)


def _number(connection: sa.Connection, table: sa.Table, rows: int) -> None:
    """Tell PostgreSQL that numbers were given by hand."""
    if connection.dialect.name == "postgresql" and table.primary_key.columns.keys() == ["id"]:
        sequence = connection.execute(
            sa.text("SELECT pg_get_serial_sequence(:name, 'id')"), {"name": table.name}
        ).scalar()
        if sequence:
            connection.execute(
                sa.text("SELECT setval(CAST(:name AS regclass), :last)"),
                {"name": sequence, "last": rows},
            )


def everything(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table, in an order that databases agree on."""
    with whole_of(store) as whole:
        return contents(whole)


def contents(whole: Whole) -> dict[str, list[tuple[Any, ...]]]:
    return {name: sorted(whole.rows(name), key=repr) for name in whole.names()}
