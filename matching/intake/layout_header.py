"""Which rows of a sheet name its columns, and what they call them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from statistics import median

Row = Sequence[str]
#: Top, left, bottom and right of merged cells: positions in the rows, ends included.
Merged = tuple[int, int, int, int]

#: How many rows that hold something may stand above the header.
DEPTH = 40
_BELOW = 30
_MOST_ROWS = 3
_LONGEST = 300
_NUMBER = re.compile(r"[-+(]?[$€£]?\s?[\d,. ]*\d[\d,. ]*%?\)?", re.ASCII)
_YEAR = re.compile(r"(?:19|20)\d\d")
_DATE = re.compile(r"\d{1,2}[/.]\d{1,2}[/.]\d{2,4}|\d{4}-\d\d-\d\d")
_TYPE = re.compile(
    r"(?:(?:var)?char|string|integer|int|float|double|decimal|number|numeric|boolean|bool|text"
    r"|date|date ?time|timestamp|uuid|required|optional|mandatory|unchangeable|read[- ]only"
    r"|free text|drop-?down|yes/no|pick ?list)(?:\s?\(\d+(?:, ?\d+)?\))?\*?",
    re.IGNORECASE,
)


def is_blank(row: Row) -> bool:
    """Tell whether a row holds nothing."""
    return not any(map(str.strip, row))


def is_number(text: str) -> bool:
    """Tell whether a cell is a number, a sum of money or a share."""
    return _NUMBER.fullmatch(text.strip()) is not None


def is_type(text: str) -> bool:
    """Tell whether a cell says what a column may hold, and not what it holds."""
    return _TYPE.fullmatch(text.strip()) is not None


def filled(row: Row) -> list[int]:
    """Return the columns of a row that hold something."""
    return [k for k, cell in enumerate(row) if cell and cell.strip()]


def find(
    rows: Sequence[Row],
    known: Callable[[Sequence[str]], int],
    merged: Sequence[Merged],
) -> tuple[tuple[int, ...], int]:
    """Guess the rows that name the columns.

    Parameters
    ----------
    rows : sequence of sequence of str
        The sheet.
    known : callable
        How many cells of a row are recognised names of columns.
    merged : sequence of tuple
        Merged cells.

    Returns
    -------
    tuple of int
        Their positions; empty if the sheet is blank.
    int
        How many names of the best of them are recognised.
    """
    places = list(_first(rows, DEPTH + _BELOW))
    if not places:
        return (), 0
    tops = list(_tops(rows, places[:DEPTH]))
    scores = {k: known(rows[k]) if _names_columns(rows[k]) else 0 for k in tops}
    best = max(tops, key=lambda k: (scores[k], -k))
    if scores[best] < 2 and not (
        scores[best] and 2 * len(filled(rows[best])) >= _width_below(rows, places, best)
    ):
        shaped = next((k for k in tops if _has_shape(rows, places, k, merged)), None)
        best = shaped if shaped is not None else places[0]
    return _with_neighbours(rows, best, merged), scores.get(best, 0)


def _first(rows: Sequence[Row], count: int) -> Iterator[int]:
    """Yield the positions of the first rows that hold something."""
    for k, row in enumerate(rows):
        if not is_blank(row):
            yield k
            count -= 1
            if not count:
                return


def _tops(rows: Sequence[Row], places: Sequence[int]) -> Iterator[int]:
    """Yield the rows that may be the header: those before the third that holds data."""
    data = 0
    for k in places:
        yield k
        data += len(filled(rows[k])) > 2 and not _names_columns(rows[k])
        if data > 2:
            return


def _names_columns(row: Row) -> bool:
    """Tell whether a row holds texts rather than numbers; years may be names."""
    cells = [row[k] for k in filled(row)]
    numbers = sum(is_number(cell) and not _YEAR.fullmatch(cell.strip()) for cell in cells)
    return 5 * numbers <= len(cells)


def _width_below(rows: Sequence[Row], places: Sequence[int], here: int) -> float:
    """Return how many cells the rows below usually fill; 0 if there are none."""
    counts = [len(filled(rows[k])) for k in places if k > here][:_BELOW]
    return median(counts) if counts else 0.0


def _has_shape(
    rows: Sequence[Row], places: Sequence[int], here: int, merged: Sequence[Merged]
) -> bool:
    """Tell whether a row looks like names above rows of data."""
    cells = [rows[here][k].strip() for k in filled(rows[here])]
    below = _width_below(rows, places, here)
    if not below or len(cells) < 0.6 * below or (len(cells) < 2 <= below):
        return False
    if not _names_columns(rows[here]) or median(map(len, cells)) > 80:
        return False
    different = len({cell.casefold() for cell in cells}) >= 0.9 * len(cells)
    return different or (here > 0 and is_group(rows[here - 1], rows[here], here - 1, merged))


def _with_neighbours(
    rows: Sequence[Row], best: int, merged: Sequence[Merged]
) -> tuple[int, ...]:
    """Return the header row with the rows of groups above and of parts below it."""
    first = last = best
    while (
        first > 0
        and last - first < _MOST_ROWS - 1
        and is_group(rows[first - 1], rows[first], first - 1, merged, rows[best])
    ):
        first -= 1
    while (
        last + 1 < len(rows) and last - first < _MOST_ROWS - 1 and _is_part(rows, last, merged)
    ):
        last += 1
    return tuple(range(first, last + 1))


def _spans(row: int, merged: Iterable[Merged]) -> dict[int, int]:
    """Return the last column of each cell of a row that is merged to the right."""
    return {left: right for top, left, _, right in merged if top == row and right > left}


def is_group(
    upper: Row, lower: Row, row: int, merged: Sequence[Merged], lowest: Row | None = None
) -> bool:
    """Tell whether a row names groups of the columns that the next row names.

    Parameters
    ----------
    upper, lower : sequence of str
        The two rows.
    row : int
        Position of the upper one.
    merged : sequence of tuple
        Merged cells.
    lowest : sequence of str, optional
        The row that names every column, if it is not ``lower``.

    Returns
    -------
    bool
    """
    above, below = filled(upper), filled(lower)
    if not above or not below or not _names_columns(upper):
        return False
    if any(_DATE.search(upper[k]) or is_type(upper[k]) for k in above):
        return False
    spans = _spans(row, merged)
    wide = [k for k in above if k in spans]
    if len(above) == 1:
        left, right = above[0], spans.get(above[0], above[0])
        columns = below if lowest is None else filled(lowest)
        inside = sum(left <= k <= right for k in columns)
        return bool(wide) and 2 <= inside < len(columns)
    if len(above) == 2 and above[0] == 0 and above[1] > 1 and 0 not in spans:
        return False
    taken = set(above)
    return any(k not in taken and k > above[0] for k in below)


def _is_part(rows: Sequence[Row], here: int, merged: Sequence[Merged]) -> bool:
    """Tell whether the row below the header names parts of its columns."""
    upper, lower = rows[here], rows[here + 1]
    above, below = set(filled(upper)), filled(lower)
    if not above or not below or any(is_number(lower[k]) for k in below):
        return False
    tails = {k for k in below if k not in above and k > min(above)}
    starts = {max(p for p in above if p < k) for k in tails}
    if not tails or not set(below) <= tails | starts:
        return False
    spans = _spans(here, merged)
    if any(left in spans and spans[left] > left for left in starts):
        return True
    alone = above - starts
    deeper = [rows[k] for k in range(here + 2, min(here + 2 + _BELOW, len(rows)))]
    numbers = any(_mostly_numbers(deeper, k) for k in below)
    return bool(alone - set(below)) and numbers


def _mostly_numbers(rows: Iterable[Row], column: int) -> bool:
    """Tell whether most cells of a column are numbers."""
    cells = [row[column] for row in rows if column < len(row) and row[column].strip()]
    return bool(cells) and 2 * sum(map(is_number, cells)) > len(cells)


def join(rows: Sequence[Row], header: Sequence[int], merged: Sequence[Merged]) -> list[str]:
    """Return the name of each column; empty where no row names it.

    Parameters
    ----------
    rows : sequence of sequence of str
        The sheet.
    header : sequence of int
        Positions of the rows that name the columns, in order.
    merged : sequence of tuple
        Merged cells.

    Returns
    -------
    list of str
    """
    if not header:
        return []
    width = max(len(rows[k]) for k in header)
    levels: list[list[str]] = []
    edges: set[int] = set()
    for place in header:
        cells = [" ".join(cell[:_LONGEST].split()) for cell in rows[place]]
        cells += [""] * (width - len(cells))
        starts = set(filled(cells))
        edges |= starts
        if place != header[-1]:
            cells = _spread(cells, _spans(place, merged), edges)
        levels.append(cells)
    own = [any(k < len(rows[p]) and rows[p][k].strip() for p in header) for k in range(width)]
    return [
        _joined(level[k] for level in levels) if has_name else ""
        for k, has_name in enumerate(own)
    ]


def _spread(cells: Sequence[str], spans: dict[int, int], edges: set[int]) -> list[str]:
    """Let each group's name stand above all of its columns."""
    spread = list(cells)
    end = -1
    for k, cell in enumerate(cells):
        if cell:
            end = spans.get(k, k) if spans else len(cells)
        elif k in edges:
            end = -1
        elif k and k <= end:
            spread[k] = spread[k - 1]
    return spread


def _joined(parts: Iterable[str]) -> str:
    """Join what several header rows say of a column, each thing once."""
    said: list[str] = []
    for part in parts:
        if part and (not said or said[-1].casefold() != part.casefold()):
            said.append(part)
    return " ".join(said)[:_LONGEST]
