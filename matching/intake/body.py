"""From the grid of a sheet to a table of values, column by column."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Set

from matching.intake import firewall
from matching.intake.ages import read_ages
from matching.intake.bulk import Column
from matching.intake.cells import Cells, fill_served, gather
from matching.intake.column_reader import read_column
from matching.intake.columns import Header, Special
from matching.intake.dates import DateColumn, Order
from matching.intake.fields import Field, Kind, SheetKind, by_column, key_of
from matching.intake.grid import Grid
from matching.intake.issues import CellError, Code, Severity, shown
from matching.intake.places import read_county, read_secret
from matching.intake.population import Served, read_served
from matching.intake.private_cells import HIDDEN, is_written, personal, report
from matching.intake.recipe import Recipe
from matching.intake.table import Table
from matching.intake.values import ID_LENGTH, is_unknown
from matching.intake.vocabulary import SAID_UNKNOWN

_ZONE = re.compile(r"(Z|UTC|[+\-]\d{2}:?\d{2})\s*$")


def build(grid: Grid, header: Header, recipe: Recipe | None = None) -> Table:
    """Read every kept column of a sheet.

    Parameters
    ----------
    grid : Grid
        The sheet.
    header : Header
        What its columns fill.
    recipe : Recipe, optional
        What a person decided about its cells.

    Returns
    -------
    Table
    """
    told = recipe or Recipe()
    found = gather(grid, header, told)
    table = Table(found.numbers, {}, apart=found.apart)
    _read_served(table, found)
    if told.made_ids and header.kind is SheetKind.PROVIDERS:
        name_providers(table, found)
    fields = by_column(header.kind)
    for name, column in found.columns.items():
        if name in fields and name != "county":
            problems = found.problems.get(name, {})
            _read(table, fields[name], column, header.kind, told.orders.get(name), problems)
    if Special.AGES in found.columns:
        _read_both_ages(table, found.columns[Special.AGES])
    if header.kind is SheetKind.PROVIDERS:
        read_county(table, found)
        read_secret(table, found)
    table.decisions += found.decisions
    return table


def _read_served(table: Table, found: Cells) -> None:
    """Read who is served where a column tells it in words."""
    if Special.POPULATION not in found.columns:
        return
    column = found.columns[Special.POPULATION]
    read: dict[str, Served] = {}
    problems: dict[str, CellError] = {}
    for text in column.different:
        if not is_unknown(text):
            try:
                read[text] = read_served(text)
            except CellError as problem:
                problems[text] = problem
    for k, text in enumerate(column.cells if problems else ()):
        if text in problems:
            hidden = firewall.is_personal(text)
            table.add(
                Severity.ERROR,
                problems[text].code,
                k,
                Special.POPULATION,
                None if hidden else shown(text),
                HIDDEN if hidden else problems[text].sentence,
                problems[text].fix,
            )
    fill_served(found, read)


def _code(name: str) -> str:
    """Return a name as a code, the same in every file: "my-sisters-house"."""
    folded = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return "-".join(_LETTERS.findall(folded.replace("'", "")))[:ID_LENGTH].rstrip("-")


_LETTERS = re.compile(r"[a-z0-9]+")


def name_providers(table: Table, found: Cells) -> None:
    """Give providers a code made from their name, since no column names them."""
    names = found.columns["name"].cells
    codes = [_code(name) for name in names]
    found.columns["provider_id"] = Column(codes, set(codes))
    table.decisions.append("Providers have no code in the file; one was made from each name.")
    if "bed_pool" not in found.columns:
        return
    pools = found.columns["bed_pool"].cells
    joined = [
        f"{code}/{pool}" if pool and not pool.startswith(code) else pool
        for code, pool in zip(codes, pools, strict=True)
    ]
    found.columns["bed_pool"] = Column(joined, set(joined))


def _read(
    table: Table,
    field_: Field,
    column: Column,
    kind: SheetKind,
    order: Order | None,
    asked: Mapping[str, CellError],
) -> None:
    """Read one column into the table."""
    texts, distinct = column.cells, column.different
    values, problems = read_column(field_, distinct, order)
    if asked:
        problems = {**problems, **asked}
    table.values[field_.column] = list(map(values.get, texts))
    nobody = {text for text in distinct if text.strip().lower() in SAID_UNKNOWN}
    if nobody:
        found = {k for k, text in enumerate(texts) if text in nobody}
        table.said_unknown[field_.column] = found
    if is_written(field_, kind):
        problems = {**problems, **personal(field_, distinct - problems.keys())}
    if problems:
        for k, text in enumerate(texts):
            if text in problems:
                report(table, field_, k, text, problems[text])
    if field_ is key_of(kind):
        for k, value in enumerate(table.values[field_.column]):
            if value is None and k not in table.bad:
                report(table, field_, k, "", _MISSING)
    _decide(table, field_, distinct, order)


_MISSING = CellError(
    Code.MISSING_ID, "the row has no code, so it cannot be kept.", "Give the row a code."
)


def _decide(table: Table, field_: Field, distinct: Set[str], told: Order | None) -> None:
    """List how a column's dates were read."""
    if field_.kind not in (Kind.DATE, Kind.MOMENT):
        return
    order = DateColumn.of(distinct).order
    if told is None and order in (Order.DAY_FIRST, Order.MONTH_FIRST):
        table.decisions.append(
            f"Column {field_.column}: dates in numbers are read {order.value}, "
            "because some of them can only be read so."
        )
    if field_.kind is Kind.MOMENT and any(
        not is_unknown(text) and not _ZONE.search(text) for text in distinct
    ):
        table.decisions.append(
            f"Column {field_.column}: times without a zone are read as universal time (UTC)."
        )


def _read_both_ages(table: Table, column: Column) -> None:
    """Read a column that holds both ages: "12-17", "18+"."""
    read: dict[str, tuple[int | None, int | None]] = {}
    problems: dict[str, CellError] = {}
    for text in column.different:
        try:
            read[text] = (None, None) if is_unknown(text) else read_ages(text)
        except CellError as problem:
            problems[text], read[text] = problem, (None, None)
    ages = [read[text] for text in column.cells]
    table.values["age_min"] = [low for low, _ in ages]
    table.values["age_max"] = [high for _, high in ages]
    for k, text in enumerate(column.cells if problems else ()):
        if text in problems:
            found = problems[text]
            table.add(
                Severity.ERROR,
                found.code,
                k,
                Special.AGES,
                shown(text),
                found.sentence,
                found.fix,
            )
