"""What a person sees of a file's own rows, with nothing personal among them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matching.intake import firewall
from matching.intake.column_reader import read_column
from matching.intake.columns import How, Match, Special
from matching.intake.draft import Draft
from matching.intake.field_types import WRITTEN, Field, Kind
from matching.intake.fields import SheetKind, by_column, key_of
from matching.intake.issues import CellError, shown
from matching.services.uploading import Opened

#: Rows of the preview, and rows near both ends of the table that may be taken out.
ROWS, NEAR = 10, 20
#: Rows among which those with the names of the columns may be chosen.
HEADER_ROWS = 30
#: Characters of a cell in the preview.
_WIDE = 60
_PLACES = frozenset({Kind.COUNTY, Kind.COUNTIES, Kind.STATE})
_DAYS = frozenset({Kind.DATE, Kind.MOMENT})


@dataclass(frozen=True, slots=True)
class OwnRows:
    """The first rows of the table as they stand in the file.

    Attributes
    ----------
    titles : tuple of str
        Names of the columns that may be shown.
    rows : tuple of (int, tuple of str or None)
        The spreadsheet's own number and the cells; ``None`` is a cell that is
        not shown because it may tell who somebody is.
    hidden : tuple of str
        Names of the columns that are never shown.
    """

    titles: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str | None, ...]], ...]
    hidden: tuple[str, ...]


def own_rows(draft: Draft, limit: int = ROWS) -> OwnRows:
    """Return the first rows of a file's table, without what is never kept."""
    grid, header = draft.grid, draft.header
    if grid is None or header is None:
        return OwnRows((), (), ())
    seen = [one for one in header.matches if may_show_column(draft.kind, one)]
    out = [one for one in header.matches if not may_show_column(draft.kind, one)]
    rows = tuple(
        (number, tuple(_cell(draft.kind, one, row) for one in seen))
        for number, row in zip(grid.numbers[:limit], grid.rows[:limit], strict=True)
    )
    names = tuple(one.header for one in seen)
    return OwnRows(names, rows, tuple(one.header for one in out if one.header))


def _cell(kind: SheetKind, match: Match, row: Sequence[str]) -> str | None:
    text = row[match.position] if match.position < len(row) else ""
    return shown(text, _WIDE) if may_show(kind, match, text) else None


def may_show_column(kind: SheetKind, match: Match) -> bool:
    """Tell whether any cell of a column may be shown.

    Never those of a column that the firewall locks, nor places finer than a
    county; of a list of people only those of columns that are kept.
    """
    if match.how is How.PRIVATE or match.column == Special.PLACE:
        return False
    return match.column is not None or (
        kind is SheetKind.PROVIDERS
        and firewall.private_reason(match.key, SheetKind.PROVIDERS) is None
    )


def may_show(kind: SheetKind, match: Match, text: str) -> bool:
    """Tell whether a cell may be shown."""
    if not text.strip():
        return True
    if not may_show_column(kind, match):
        return False
    if match.column is None:
        return not firewall.may_tell_who(text)
    field = by_column(kind).get(match.column)
    if kind is SheetKind.PROVIDERS:
        contact = field is not None and field.attribute == "contact"
        return contact or not firewall.is_personal(text)
    return field is not None and _may_show_of_person(field, text)


def _may_show_of_person(field: Field, text: str) -> bool:
    if field.column == key_of(SheetKind.REFERRALS).column:
        try:
            firewall.check_reference(text.strip())
        except CellError:
            return False
        return True
    if field.kind not in WRITTEN:
        _, problems = read_column(field, {text})
        if text not in problems:
            return True
    return not firewall.may_tell_who(text, place=field.kind in _PLACES, day=field.kind in _DAYS)


def samples(draft: Draft, match: Match, limit: int = 3) -> tuple[str, ...]:
    """Return a few different cells of a column that is kept; none of any other."""
    grid = draft.grid
    if grid is None or match.column is None or not may_show_column(draft.kind, match):
        return ()
    found: dict[str, None] = {}
    for row in grid.rows:
        text = row[match.position] if match.position < len(row) else ""
        if text.strip() and may_show(draft.kind, match, text):
            found[shown(text, 40)] = None
            if len(found) == limit:
                break
    return tuple(found)


def header_choices(draft: Draft, opened: Opened) -> tuple[tuple[int, str], ...]:
    """Return the rows that may name the columns, each with a safe glance at it.

    Only of rows that are no data is anything shown.
    """
    grid = draft.grid
    if grid is None:
        return ()
    sheet = next((one for one in opened.book.sheets if one.name == grid.sheet), None)
    if sheet is None:
        return ()
    told = {one.row: one.text for one in grid.left_out}
    out = []
    for place, row in enumerate(sheet.rows[:HEADER_ROWS]):
        number = place + sheet.first_row
        if number in grid.header:
            names = [firewall.safe_header(cell) for cell in row if cell.strip()]
            out.append((number, ", ".join(names[:4])))
        elif any(cell.strip() for cell in row):
            out.append((number, told.get(number, "")))
    return tuple(out)


def rows_to_leave_out(draft: Draft) -> tuple[int, ...]:
    """Return rows of data near both ends of the table, where titles and notes stand."""
    if draft.grid is None:
        return ()
    numbers = draft.grid.numbers
    return tuple(dict.fromkeys([*numbers[:NEAR], *numbers[-NEAR:]]))
