"""From a sheet of text to a table: its header, its rows of data, and what is neither.

Nothing is thrown away without being told: every row that holds something is a
row of the header, a row of data, or listed with the reason why it was left
out. A row in doubt is data. A person's choices come before every guess.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from matching.intake import firewall, layout_header
from matching.intake.grid import Grid, LeftOut, Why
from matching.intake.layout_header import is_blank, is_number
from matching.intake.layout_rows import Body
from matching.intake.reader import Sheet

_SECTION = "Section"
_COUNTS = (
    "bed", "unit", "room", "space", "slot", "capacity", "available", "vacan", "total",
    "count", "number of", "occup", "people", "clients", "residents",
)  # fmt: skip
_LISTED = 5


def lay_out(
    sheet: Sheet,
    known: Callable[[Sequence[str]], int],
    *,
    header: tuple[int, ...] | None = None,
    rows: Mapping[int, bool] | None = None,
) -> Grid:
    """Find the table of a sheet.

    Parameters
    ----------
    sheet : Sheet
        The sheet.
    known : callable
        How many cells of a row are recognised names of columns.
    header : tuple of int, optional
        The spreadsheet's own numbers of the rows that name the columns, chosen
        by a person; empty if none does. Guessed if left out.
    rows : mapping of int to bool, optional
        The spreadsheet's own numbers of rows that a person has judged: whether
        each is data.

    Returns
    -------
    Grid
    """
    first = sheet.first_row
    places, said = _header(sheet, known, header)
    chosen = {k - first: data for k, data in (rows or {}).items()}
    start = places[-1] + 1 if places else 0
    cells, filled_down = _fill_down(sheet, start)
    said += filled_down
    body = Body(cells, start, [cells[k] for k in places], sheet.merged, chosen)
    body.judge()
    above = _above(cells, places, chosen)
    data = sorted([*(k for k, kept in above.items() if kept is None), *body.data])
    out = {k: why for k, why in above.items() if why is not None} | body.why
    table = [cells[k] for k in data]
    names, table, more = _named(layout_header.join(cells, places, sheet.merged), table)
    said += more
    if body.sections:
        names, table = _with_sections(names, table, data, body.sections)
        said.append(_about_sections(body.sections, first))
    if body.doubted:
        said.append(_about_doubted(body.doubted, first))
    return Grid(
        sheet.name,
        tuple(k + first for k in places),
        names,
        [k + first for k in data],
        table,
        tuple(LeftOut(k + first, out[k], _shown(cells[k])) for k in sorted(out)),
        tuple(said),
    )


def _header(
    sheet: Sheet, known: Callable[[Sequence[str]], int], chosen: tuple[int, ...] | None
) -> tuple[tuple[int, ...], list[str]]:
    """Return the positions of the header's rows, and what was decided about them."""
    if chosen is None:
        places, recognised = layout_header.find(sheet.rows, known, sheet.merged)
        return places, _about_header(sheet, places, recognised)
    within = range(len(sheet.rows))
    return tuple(
        sorted({k - sheet.first_row for k in chosen if k - sheet.first_row in within})
    ), []


def _shown(row: Sequence[str]) -> str:
    """Return the beginning of a row, safe to show."""
    return firewall.safe_header(next((cell for cell in row if cell.strip()), ""))


def _about_header(sheet: Sheet, places: Sequence[int], recognised: int) -> list[str]:
    """Return what was decided about the header; a plain one in the first row says nothing."""
    if not places or (places == (0,) and recognised):
        return []
    numbers = [k + sheet.first_row for k in places]
    together = " together" if len(places) > 1 else ""
    said = f"{_rows(numbers)}{together} {'name' if together else 'names'} the columns."
    if not recognised:
        said += " None of the names is known, so this was guessed from how the sheet looks."
    return [said]


def _above(
    cells: Sequence[Sequence[str]], places: Sequence[int], chosen: Mapping[int, bool]
) -> dict[int, Why | None]:
    """Judge what stands above the header's last row; ``None`` is data."""
    last = places[-1] if places else 0
    found: dict[int, Why | None] = {}
    for k in range(last):
        if k in places or is_blank(cells[k]):
            continue
        choice = chosen.get(k)
        if choice is None:
            found[k] = Why.TITLE if k < places[0] else Why.METADATA
        else:
            found[k] = None if choice else Why.CHOICE
    return found


def _fill_down(sheet: Sheet, start: int) -> tuple[list[list[str]], list[str]]:
    """Let a text that is merged over several rows of data stand in each of them.

    A number under a name that counts something is not repeated: forty beds
    written once for three rows are not a hundred and twenty.
    """
    merged = sorted(
        (left, top, bottom) for top, left, bottom, _ in sheet.merged if bottom > top >= start
    )
    if not merged:
        return sheet.rows, []
    rows: list[list[str]] = list(sheet.rows)
    above = rows[max(0, start - 3) : start]
    done: dict[int, int] = {}
    copied: set[int] = set()
    texts, numbers = 0, []
    for left, top, bottom in merged:
        text = rows[top][left] if top < len(rows) and left < len(rows[top]) else ""
        if not text.strip():
            continue
        if is_number(text) and _counts(above, left):
            numbers.append(top + sheet.first_row)
            continue
        for k in range(max(top, done.get(left, -1)) + 1, min(bottom + 1, len(rows))):
            if is_blank(rows[k]) or (left < len(rows[k]) and rows[k][left].strip()):
                continue
            if k not in copied:
                rows[k] = list(rows[k])
                copied.add(k)
            rows[k].extend([""] * (left + 1 - len(rows[k])))
            rows[k][left] = text
            texts += 1
        done[left] = max(bottom, done.get(left, -1))
    said = []
    if texts:
        said.append(f"Cells merged over several rows were read for each row ({texts} cells).")
    if numbers:
        said.append(
            f"A number merged over several rows was read once only ({_rows(numbers)}); "
            "below it stands none."
        )
    return rows, said


def _counts(header: Iterable[Sequence[str]], column: int) -> bool:
    """Tell whether a column's name says that it counts something."""
    name = " ".join(row[column] for row in header if column < len(row)).lower()
    return any(word in name for word in _COUNTS)


def _named(
    names: list[str], table: list[list[str]]
) -> tuple[list[str], list[list[str]], list[str]]:
    """Give every column that holds anything a name of its own, and drop the others."""
    wide = max(map(len, table), default=0)
    names = names + [""] * (wide - len(names))
    unnamed = [k for k, name in enumerate(names) if not name]
    holding = _holding(table, unnamed)
    keep = [k for k, name in enumerate(names) if name or k in holding]
    said: list[str] = []
    if len(keep) < len(names):
        if keep == list(range(len(keep))):
            width = len(keep)
            table = [row if len(row) <= width else row[:width] for row in table]
        else:
            table = [[row[k] if k < len(row) else "" for k in keep] for row in table]
    if holding:
        letters = [letter(k) for k in sorted(holding)]
        plural = "s" if len(letters) > 1 else ""
        said.append(f"Column{plural} {_listed(letters)}: without a name, so called by letter.")
    wanted = [names[k] or f"Column {letter(k)}" for k in keep]
    unique = _unique(wanted)
    again = [new for old, new in zip(wanted, unique, strict=True) if old != new]
    if again:
        shown = [f"'{firewall.safe_header(name)}'" for name in again]
        said.append(f"Several columns have the same name; the later ones are {_listed(shown)}.")
    return unique, table, said


def _holding(table: Sequence[Sequence[str]], columns: Sequence[int]) -> set[int]:
    """Return those of some columns in which any row holds something."""
    if not columns:
        return set()
    found: set[int] = set()
    first, watched = columns[0], set(columns)
    for row in table:
        if len(row) > first:
            found.update(
                k
                for k, cell in enumerate(row[first:], first)
                if cell and k in watched and cell.strip()
            )
    return found


def letter(column: int) -> str:
    """Return a column's letter in a spreadsheet: 0 is A, 26 is AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _unique(names: Sequence[str]) -> list[str]:
    """Return names with a number behind those that came before."""
    taken, seen = set(names), Counter[str]()
    found: list[str] = []
    for name in names:
        seen[name] += 1
        unique = name
        while seen[name] > 1 and unique in taken:
            unique = f"{name} ({seen[name]})"
            seen[name] += unique in taken
        taken.add(unique)
        found.append(unique)
    return found


def _with_sections(
    names: list[str], table: list[list[str]], data: Sequence[int], sections: Mapping[int, str]
) -> tuple[list[str], list[list[str]]]:
    """Add a last column that says below which section each row stands."""
    width = len(names)
    starts = sorted(sections)
    said, after = "", 0
    rows: list[list[str]] = []
    for place, row in zip(data, table, strict=True):
        here: list[str] = []
        while after < len(starts) and starts[after] < place:
            here.append(sections[starts[after]])
            after += 1
        said = " / ".join(here) or said
        rows.append([*row, *[""] * (width - len(row)), said])
    return _unique([*names, _SECTION]), rows


def _about_sections(sections: Mapping[int, str], first: int) -> str:
    """Return the sentence about rows that name the rows below them."""
    numbers = [k + first for k in sorted(sections)]
    if len(numbers) == 1:
        return f"{_rows(numbers)} names the rows below; its text is in the column '{_SECTION}'."
    return f"{_rows(numbers)} name the rows below; their text is in the column '{_SECTION}'."


def _about_doubted(doubted: Sequence[int], first: int) -> str:
    """Return the sentence about rows that may add up others."""
    one = len(doubted) == 1
    return (
        f"{_rows([k + first for k in doubted])} {'speaks' if one else 'speak'} of a total "
        f"but {'does' if one else 'do'} not add up the rows above, "
        f"so {'it is' if one else 'they are'} read as data."
    )


def _rows(numbers: Sequence[int]) -> str:
    """Return the numbers of some rows in words."""
    return f"Row{'s' if len(numbers) > 1 else ''} {_listed(numbers)}"


def _listed(entries: Sequence[object]) -> str:
    """Return some entries in words, the rest as a count."""
    shown = [f"{entry:,}" if isinstance(entry, int) else str(entry) for entry in entries]
    if len(shown) > _LISTED:
        return f"{', '.join(shown[:_LISTED])} and {len(shown) - _LISTED:,} more"
    return " and ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else shown[0]
