"""Small sets of counts that add up, and everything that can be tried with them."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from matching.engine.hiding_attack import Sums


def sums_of(values, rows, least=None) -> Sums:
    """Return counts; each row maps positions to weights, and one more count is its total."""
    values = list(values)
    entries = []
    for number, row in enumerate(rows):
        entries += [(number, column, weight) for column, weight in row.items()]
    row, column, weight = (
        np.array(part, dtype=np.int64) for part in zip(*entries, strict=True)
    )
    return Sums(
        value=np.array(values, dtype=np.int64),
        least=np.zeros(len(values), np.int64) if least is None else np.array(least, np.int64),
        row=row,
        column=column,
        weight=weight,
        rows=len(rows),
    )


def table(cells: np.ndarray) -> Sums:
    """Return a two-way table with its margins and its total, hidden counts 1 or more."""
    height, width = cells.shape
    at = np.arange(height * width).reshape(height, width)
    values = cells.ravel().tolist()
    rows = []
    for line, total in [*((at[k], cells[k].sum()) for k in range(height))]:
        rows.append({**dict.fromkeys(line.tolist(), 1), len(values): -1})
        values.append(int(total))
    for k in range(width):
        rows.append({**dict.fromkeys(at[:, k].tolist(), 1), len(values): -1})
        values.append(int(cells[:, k].sum()))
    first = height * width
    for margins in (range(first, first + height), range(first + height, len(values))):
        rows.append({**dict.fromkeys(margins, 1), first + height + width: -1})
    values.append(int(cells.sum()))
    return sums_of(values, rows, [min(1, value) for value in values])


def possible(sums: Sums, hidden: np.ndarray, most: int) -> np.ndarray:
    """Return every set of numbers up to ``most`` that agrees with what is shown."""
    free = np.flatnonzero(hidden)
    ranges = [np.arange(int(sums.least[k]), most + 1) for k in free]
    numbers = np.stack(np.meshgrid(*ranges, indexing="ij"), axis=-1).reshape(-1, len(free))
    matrix = np.zeros((sums.rows, len(sums.value)), dtype=np.int64)
    np.add.at(matrix, (sums.row, sums.column), sums.weight)
    side = matrix @ np.where(hidden, 0, sums.value)
    kept = numbers[((numbers @ matrix[:, free].T + side) == 0).all(axis=1)]
    out = np.tile(sums.value, (len(kept), 1))
    out[:, free] = kept
    return out


def whole_tables(cells: np.ndarray) -> np.ndarray:
    """Return every table of whole numbers with the margins of one, row by row."""
    height, width = cells.shape
    ranges = [np.arange(int(cells[k].sum()) + 1) for k in range(height - 1)]
    axes = [ranges[k] for k in range(height - 1) for _ in range(width - 1)]
    block = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1)
    block = block.reshape(-1, height - 1, width - 1)
    out = np.zeros((len(block), height, width), dtype=np.int64)
    out[:, :-1, :-1] = block
    out[:, :-1, -1] = cells[:-1].sum(axis=1) - block.sum(axis=2)
    out[:, -1] = cells.sum(axis=0) - out[:, :-1].sum(axis=1)
    return out[(out >= 0).all(axis=(1, 2))].reshape(-1, cells.size)


@st.composite
def tables(draw, most: int = 4, sizes=((2, 2), (2, 3), (3, 3))):
    """Draw the cells of a small two-way table."""
    height, width = draw(st.sampled_from(sizes))
    numbers = st.lists(st.integers(0, most), min_size=height * width, max_size=height * width)
    return np.array(draw(numbers), dtype=np.int64).reshape(height, width)
