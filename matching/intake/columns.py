"""Which sheet a file holds, which row is its header and which column fills what."""

from __future__ import annotations

import re
from dataclasses import dataclass

from matching.domain.errors import InputError
from matching.intake import firewall
from matching.intake.fields import CATALOGUE, Field, SheetKind, key_of, plain
from matching.intake.issues import Code, Issue, NotKept, Severity
from matching.intake.reader import Sheet

#: How many rows from the top may be titles before the header.
HEADER_DEPTH = 20

#: One column that holds both ages ("12-17").
AGES = frozenset({"ages", "age range", "ages served", "ages accepted", "age group served"})
_ZIPS = frozenset({"zip", "zip code", "zipcode", "facility zip", "postal code", "provider zip"})


@dataclass(frozen=True, slots=True)
class Header:
    """What a sheet's header row was matched to.

    Attributes
    ----------
    kind : SheetKind
        Which of the two sheets it is.
    row : int
        Position of the header in the sheet's rows.
    positions : dict of str to int
        Column of the catalogue to position in the sheet.
    ages, zips : int or None
        Position of a column with both ages, and of one with ZIP codes.
    not_kept : tuple of NotKept
        Columns that nothing takes.
    issues : tuple of Issue
        Problems of the header itself.
    """

    kind: SheetKind
    row: int
    positions: dict[str, int]
    ages: int | None
    zips: int | None
    not_kept: tuple[NotKept, ...]
    issues: tuple[Issue, ...]


def names_of(kind: SheetKind) -> dict[str, Field]:
    """Return the fields of a sheet by every plain name they answer to."""
    found = _NAMES.get(kind)
    if found is None:
        found = {name: field for field in CATALOGUE[kind] for name in field.names}
        found.update((plain(field.column), field) for field in CATALOGUE[kind])
        _NAMES[kind] = found
    return found


_NAMES: dict[SheetKind, dict[str, Field]] = {}


def score(cells: list[str], kind: SheetKind) -> int:
    """Return how many different fields of a sheet a row of headers names."""
    names = names_of(kind)
    return len({names[plain(cell)].column for cell in cells if plain(cell) in names})


def header_row(sheet: Sheet, kind: SheetKind) -> tuple[int, int]:
    """Return the row that names most fields of a sheet, and how many it names."""
    best, most = 0, 0
    for k, row in enumerate(sheet.rows[:HEADER_DEPTH]):
        here = score(row, kind)
        if here > most:
            best, most = k, here
    return best, most


def has_key(cells: list[str], kind: SheetKind) -> bool:
    """Tell whether a row of headers names the sheet's key."""
    names = key_of(kind).names
    return any(plain(cell) in names for cell in cells)


def match(sheet: Sheet, kind: SheetKind) -> Header:
    """Match a sheet's columns to the catalogue.

    Parameters
    ----------
    sheet : Sheet
        The sheet.
    kind : SheetKind
        Which sheet it is meant to be.

    Returns
    -------
    Header

    Raises
    ------
    InputError
        If it is not that sheet, is a list of people where providers were
        expected, or lacks a required column.
    """
    row, most = header_row(sheet, kind)
    cells = sheet.rows[row] if sheet.rows else []
    if kind is SheetKind.PROVIDERS and firewall.is_client_list(cells):
        raise InputError(
            "The file looks like a list of people, with names and birth dates, "
            "not like a list of providers. Nothing of it was kept.",
            next_step="Choose the list of providers. Names and birth dates never belong here.",
        )
    if not has_key(cells, kind):
        raise _refusal(cells, kind, most)
    return _assign(cells, kind, row)


def _assign(cells: list[str], kind: SheetKind, row: int) -> Header:
    """Give every column to a field, or list it as not kept."""
    names = names_of(kind)
    wanted: dict[str, list[int]] = {}
    ages = zips = None
    dropped: list[NotKept] = []
    for position, cell in enumerate(cells):
        name = plain(cell)
        if name in names:
            wanted.setdefault(names[name].column, []).append(position)
            continue
        if kind is SheetKind.PROVIDERS and name in AGES and ages is None:
            ages = position
            continue
        if kind is SheetKind.PROVIDERS and name in _ZIPS and zips is None:
            zips = position
        if name:
            dropped.append(firewall.not_kept(cell, kind))
    positions: dict[str, int] = {}
    issues: list[Issue] = []
    for column, found in wanted.items():
        chosen, more = _choose(column, found, cells, kind)
        if chosen is not None:
            positions[column] = chosen
        for position in found:
            if position != chosen:
                why = f"another column already fills {column}"
                if chosen is None:
                    why = f"two columns may fill {column}, and choosing one would be a guess"
                dropped.append(NotKept(firewall.safe_header(cells[position]), why, False))
        issues += more
    if {"age_min", "age_max"} & positions.keys():
        ages = None
    return Header(kind, row, positions, ages, zips, tuple(dropped), tuple(issues))


def _choose(
    column: str, found: list[int], cells: list[str], kind: SheetKind
) -> tuple[int | None, list[Issue]]:
    """Choose among columns that may fill one field; never by guess."""
    if len(found) == 1:
        return found[0], []
    exact = [position for position in found if plain(cells[position]) == plain(column)]
    headers = ", ".join(f"'{firewall.safe_header(cells[position])}'" for position in found)
    chosen = exact[0] if len(exact) == 1 else None
    if chosen is None and column == key_of(kind).column:
        raise InputError(
            f"More than one column may hold the {key_of(kind).label}: {headers}.",
            next_step=f"Name one of them {column} and remove or rename the others.",
        )
    used = "none of them was read" if chosen is None else f"only '{cells[chosen]}' was read"
    return chosen, [
        Issue(
            Severity.WARNING,
            Code.TWO_COLUMNS,
            None,
            column,
            None,
            f"{len(found)} columns may fill this: {headers}; {used}.",
            f"Name the right one {column} and remove or rename the others.",
        )
    ]


def _refusal(cells: list[str], kind: SheetKind, most: int) -> InputError:
    """Return the error for a file that is not the sheet it should be."""
    key = key_of(kind)
    found = listed(cells)
    if most >= 3:
        return InputError(
            f"The column {key.column} is missing: it names the {key.label} of each row. "
            f"Columns found: {found}.",
            next_step=f"Add a column {key.column}, or rename the one that holds it.",
        )
    expected = ", ".join(field.column for field in CATALOGUE[kind][:6])
    return InputError(
        f"The file is not a list of {kind.value}. Expected columns such as {expected}. "
        f"Columns found: {found}.",
        next_step="Choose another file, or start from the template.",
    )


_VALUE = re.compile(r"[\d.,]+|yes|no|male|female", re.IGNORECASE)


def _is_value(name: str) -> bool:
    """Tell whether what stands where a header should be is data."""
    return name.startswith("(a value") or _VALUE.fullmatch(name) is not None


def listed(cells: list[str]) -> str:
    """Return a row of headers as a short list that shows nothing personal."""
    names = [firewall.safe_header(cell) for cell in cells if cell.strip()]
    if not names or any(map(_is_value, names)):
        return "none; the first row holds values, not names of columns" if names else "none"
    more = f" and {len(names) - 8} more" if len(names) > 8 else ""
    return ", ".join(f"'{name}'" for name in names[:8]) + more
