"""Where people have no place: counties by placement type, and the map."""

from __future__ import annotations

from collections import Counter

from matching.services.gap_lines import CrossTable
from matching.ui import components as ui
from matching.ui.text import common
from matching.ui.text import gaps as text

#: Rows and columns shown before the rest is put together.
MOST_ROWS, MOST_COLUMNS = 15, 8
#: Shades behind the numbers of a table, from none to most.
SHADES = 5


def cross(table: CrossTable) -> None:
    """Draw a shaded table of counties by placement type."""
    rows, columns, counts = _fewer(table)
    single = set(table.rows), set(table.columns)
    most = max(
        (n for (row, column), n in counts.items() if row in single[0] and column in single[1]),
        default=0,
    )
    sums = Counter[str]()
    for (_, column), number in counts.items():
        sums[column] += number
    ui.section(text.cross_title(table), text.CROSS_SENTENCE)
    ui.table(
        (
            text.COUNTY,
            ui.Column(text.ALL, number=True),
            *(ui.Column(common.capital(column), number=True) for column in columns),
        ),
        [
            (
                row,
                f"{sum(counts.get((row, column), 0) for column in columns):,}",
                *(_shaded(counts.get((row, column), 0), most) for column in columns),
            )
            for row in rows
        ],
        text.CROSS_CAPTION,
        total=(
            text.ALL,
            f"{sum(sums.values()):,}",
            *(f"{sums[column]:,}" for column in columns),
        ),
    )


def _shaded(number: int, most: int) -> ui.Html:
    """Return a number on a shade that rises with it; no shade stands for none."""
    if number == 0:
        return ui.Html('<span class="sb-zero">0</span>')
    step = min(SHADES, 1 + (number - 1) * (SHADES - 1) // max(1, most - 1))
    return ui.Html(f'<span class="sb-shade sb-shade-{step}">{number:,}</span>')


def _fewer(
    table: CrossTable,
) -> tuple[list[str], list[str], dict[tuple[str, str], int]]:
    rows = _kept(table.rows, MOST_ROWS)
    columns = _kept(table.columns, MOST_COLUMNS)
    counts: Counter[tuple[str, str]] = Counter()
    for (row, column), number in table.counts.items():
        counts[rows[row], columns[column]] += number
    return list(dict.fromkeys(rows.values())), list(dict.fromkeys(columns.values())), counts


def _kept(names: tuple[str, ...], most: int) -> dict[str, str]:
    """Map each name to itself, or to the words for all those beyond the first."""
    if len(names) <= most:
        return {name: name for name in names}
    rest = text.rest_of(len(names) - most + 1)
    return {name: name if k < most - 1 else rest for k, name in enumerate(names)}
