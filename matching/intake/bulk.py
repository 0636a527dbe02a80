"""Many cells and many records at once, a block of rows at a time.

A sheet of ten thousand rows holds a million cells. Going through them column
by column, or record by record with a call for each value, means waiting for
memory most of the time; the blocks are small enough to stay close to the
processor.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import MISSING, dataclass, fields
from itertools import repeat, zip_longest
from typing import Any, TypeVar

R = TypeVar("R")

#: Rows that are handled in one go.
BLOCK = 128


@dataclass(frozen=True, slots=True)
class Column:
    """The cells of one column.

    Attributes
    ----------
    cells : list of str
        One for each row; equal cells are one text.
    different : set of str
        Each different cell once.
    """

    cells: list[str]
    different: Set[str]


def cells_by_column(
    rows: Sequence[Sequence[str]], positions: Iterable[int]
) -> dict[int, Column]:
    """Return some columns of a sheet.

    Few of a column's cells differ; kept once, later steps find the same few
    texts again and again.

    Parameters
    ----------
    rows : sequence of sequence of str
        They may differ in length; what is missing is blank.
    positions : iterable of int
        Positions of the columns that are wanted.

    Returns
    -------
    dict of int to Column
    """
    different: dict[int, dict[str, str]] = {position: {} for position in positions}
    out = {position: Column([], texts.keys()) for position, texts in different.items()}
    for start in range(0, len(rows), BLOCK):
        block = rows[start : start + BLOCK]
        columns = list(zip_longest(*block, fillvalue=""))
        blank = ("",) * len(block)
        for position, texts in different.items():
            cells = columns[position] if position < len(columns) else blank
            out[position].cells.extend(map(texts.setdefault, cells, cells))
    return out


def make_records(
    record: type[R], columns: Mapping[str, Sequence[Any]], rows: int
) -> tuple[R, ...]:
    """Return records with the values of some columns, equal to what their class makes.

    The constructor of a frozen record stores its values one by one through
    calls; here each attribute is stored for a whole block of records.

    Parameters
    ----------
    record : type
        A frozen dataclass with slots that does nothing but hold its values.
    columns : mapping of str to sequence
        Attribute to one value for each row; other attributes get their default.
    rows : int
        How many records there are.

    Returns
    -------
    tuple of record

    Raises
    ------
    TypeError
        If a column is no attribute, or an attribute without default has no column.
    """
    known: dict[str, Any] = {one.name: one.default for one in fields(record)}  # type: ignore[arg-type]
    if unknown := columns.keys() - known.keys():
        raise TypeError(f"{record.__name__} has no attribute {sorted(unknown)}.")
    if lacking := {n for n, v in known.items() if v is MISSING} - columns.keys():
        raise TypeError(f"{record.__name__} needs a value for {sorted(lacking)}.")
    stores = [(getattr(record, name).__set__, columns.get(name)) for name in known]
    out: list[R] = []
    for start in range(0, rows, BLOCK):
        made = [object.__new__(record) for _ in range(min(BLOCK, rows - start))]
        for (store, values), default in zip(stores, known.values(), strict=True):
            given = repeat(default) if values is None else values[start : start + BLOCK]
            deque(map(store, made, given), maxlen=0)
        out += made
    return tuple(out)
