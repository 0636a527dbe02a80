"""The cells of a sheet, column by column, as a person's decisions make them read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from matching.domain import words as w
from matching.intake.bulk import Column, cells_by_column
from matching.intake.columns import Header, Special
from matching.intake.fields import SheetKind
from matching.intake.grid import Grid
from matching.intake.issues import CellError, Code, shown
from matching.intake.population import Served
from matching.intake.quantities import Part, read_parts
from matching.intake.recipe import Recipe, spelling
from matching.intake.values import is_number, is_unknown, says_yes

#: Columns that may hold numbers inside text, the first with several parts is split.
QUANTITIES = ("licensed_capacity", "beds_licensed", "beds_accepting", "beds_available")
#: Numbers of a single bed pool, which no one can share out among several.
_OF_ONE_POOL = ("beds_licensed", "beds_staffed", "beds_accepting", "beds_occupied",
                "beds_held", "beds_available")  # fmt: skip


@dataclass(slots=True)
class Cells:
    """What is to be read.

    Attributes
    ----------
    numbers : list of int
        The spreadsheet's own number of each row; one that was split occurs
        several times.
    columns : dict of str to Column
        Column of the catalogue, or :class:`Special`, to its cells.
    problems : dict of str to dict of str to CellError
        Column to text to why it is a question.
    apart : int
        Rows that somebody left out.
    decisions : list of str
    """

    numbers: list[int]
    columns: dict[str, Column]
    problems: dict[str, dict[str, CellError]] = field(default_factory=dict)
    apart: int = 0
    decisions: list[str] = field(default_factory=list)


def gather(grid: Grid, header: Header, recipe: Recipe) -> Cells:
    """Return the cells of every column that fills something.

    Parameters
    ----------
    grid : Grid
    header : Header
        What its columns fill.
    recipe : Recipe
        What a person decided to read instead of what stands there.

    Returns
    -------
    Cells
    """
    kept = [
        (number, row)
        for number, row in zip(grid.numbers, grid.rows, strict=True)
        if number not in recipe.left_out
    ]
    wanted: dict[str, int] = dict(header.positions)
    wanted.update((str(name), place) for name, place in header.special.items())
    places = {*wanted.values(), *header.undisclosed}
    found = cells_by_column([row for _, row in kept], places)
    named: dict[str, Column] = {str(name): found[place] for name, place in wanted.items()}
    if len(header.undisclosed) > 1:
        named[Special.UNDISCLOSED] = _any_of([found[place] for place in header.undisclosed])
    out = Cells(
        [number for number, _ in kept],
        named,
        apart=len(grid.rows) - len(kept),
    )
    _replace_values(out, recipe)
    _replace_cells(out, recipe)
    if header.kind is SheetKind.PROVIDERS:
        _quantities(out)
    return out


def _any_of(columns: Sequence[Column]) -> Column:
    """Return of several columns the first cell of each row that says something but no."""
    rows = zip(*(one.cells for one in columns), strict=True)
    return _column([next((text for text in row if says_yes(text)), "") for row in rows])


def _replace_values(cells: Cells, recipe: Recipe) -> None:
    """Put in what somebody decided for all cells of one text."""
    for column, instead in recipe.values.items():
        if column in cells.columns and instead:
            here = cells.columns[column]
            new = {text: instead.get(spelling(text), text) for text in here.different}
            cells.columns[column] = _column([new[text] for text in here.cells])


def _replace_cells(cells: Cells, recipe: Recipe) -> None:
    """Put in what somebody decided for single cells."""
    if not recipe.cells:
        return
    place = {number: k for k, number in enumerate(cells.numbers)}
    texts: dict[str, list[str]] = {}
    for number, mine in recipe.cells.items():
        for column, text in mine.items():
            if number in place:
                before = cells.columns.get(column)
                blank = [""] * len(cells.numbers)
                mine_ = texts.setdefault(column, list(before.cells) if before else blank)
                mine_[place[number]] = text
    cells.columns |= {column: _column(values) for column, values in texts.items()}


def _column(texts: list[str]) -> Column:
    return Column(texts, set(texts))


# --- numbers inside text --------------------------------------------------------------


def _quantities(cells: Cells) -> None:
    """Read numbers inside text; several of them in a cell become several rows."""
    for column in QUANTITIES:
        if column in cells.columns:
            odd = [
                text
                for text in cells.columns[column].different
                if not is_unknown(text) and not is_number(text)
            ]
            if odd:
                _read_odd(cells, column, odd)


def _read_odd(cells: Cells, column: str, odd: Sequence[str]) -> None:
    parts: dict[str, tuple[Part, ...]] = {}
    for text in odd:
        try:
            parts[text] = read_parts(text)
        except CellError as problem:
            cells.problems.setdefault(column, {})[text] = problem
    several = {text: found for text, found in parts.items() if len(found) > 1}
    rows = {k: text for k, text in enumerate(cells.columns[column].cells) if text in parts}
    taken = set(_OF_ONE_POOL) - {column}
    for k in [k for k, text in rows.items() if text in several]:
        if any(_has(cells, name, k) for name in taken):
            text = rows.pop(k)
            cells.problems.setdefault(column, {})[text] = CellError(
                Code.NOT_A_NUMBER,
                f"'{shown(text)}' names several groups of beds, but the row's other numbers "
                "are for one.",
                "Write one row for each group of beds.",
            )
    if rows:
        _expand(cells, column, {k: parts[text] for k, text in rows.items()}, rows)


def _has(cells: Cells, column: str, k: int) -> bool:
    found = cells.columns.get(column)
    return found is not None and not is_unknown(found.cells[k])


def _expand(
    cells: Cells, column: str, parts: Mapping[int, tuple[Part, ...]], said: Mapping[int, str]
) -> None:
    """Give each part of a cell a row of its own."""
    source: list[int] = []
    which: list[Part | None] = []
    for k in range(len(cells.numbers)):
        mine: Sequence[Part | None] = parts.get(k) or (None,)
        source += [k] * len(mine)
        which += mine
    old = cells.columns
    texts = {name: [one.cells[k] for k in source] for name, one in old.items()}
    for name in ("households", "genders", "age_min", "age_max", "beds_licensed", "bed_pool"):
        texts.setdefault(name, [""] * len(source))
    counted = {k: len(mine) for k, mine in parts.items()}
    for at, (k, part) in enumerate(zip(source, which, strict=True)):
        if part is None:
            continue
        total = sum(one.beds for one in parts[k])
        texts[column][at] = str(total if column == "licensed_capacity" else part.beds)
        if counted[k] > 1:
            texts["beds_licensed"][at] = str(part.beds)
            if is_unknown(texts["bed_pool"][at]):
                owner = texts["provider_id"][at] if "provider_id" in texts else ""
                texts["bed_pool"][at] = f"{owner}/{part.text}".strip("/")
        for name, text in _facts(part.served).items():
            if is_unknown(texts[name][at]):
                texts[name][at] = text
    cells.numbers = [cells.numbers[k] for k in source]
    cells.columns = {name: _column(one) for name, one in texts.items()}
    split = sorted({said[k] for k, size in counted.items() if size > 1})
    for text in split:
        groups = "; ".join(f"{one.beds} {one.text}" for one in read_parts(text))
        cells.decisions.append(
            f"Column {column}: '{shown(text)}' was read as groups of beds: {groups}."
        )
    single = sum(size == 1 for size in counted.values())
    if single:
        cells.decisions.append(
            f"Column {column}: {single} {'cell holds' if single == 1 else 'cells hold'} a "
            "number inside text."
        )


def _facts(served: Served) -> dict[str, str]:
    """Return who is served as cells of the template."""
    out = {}
    if served.genders is not None:
        out["genders"] = "; ".join(sorted(one.value for one in served.genders))
    if served.households is not None:
        out["households"] = "; ".join(sorted(w.label(one) for one in served.households))
    if served.age_min is not None:
        out["age_min"] = str(served.age_min)
    if served.age_max is not None:
        out["age_max"] = str(served.age_max)
    return out


def fill_served(cells: Cells, read: Mapping[str, Served]) -> None:
    """Fill who is served from a column that tells it in words, where no other does."""
    told = cells.columns[Special.POPULATION].cells
    for name in ("genders", "households", "age_min", "age_max"):
        before = cells.columns.get(name)
        texts = list(before.cells) if before else [""] * len(told)
        for k, text in enumerate(told):
            if text in read and is_unknown(texts[k]):
                texts[k] = _facts(read[text]).get(name, "")
        if any(texts):
            cells.columns[name] = _column(texts)
