"""The columns of a file as a person decides about them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from matching.intake.columns import SPECIAL_LABELS, How, Match, Special
from matching.intake.draft import Draft
from matching.intake.fields import CATALOGUE, SheetKind, by_column, key_of
from matching.intake.values import is_unknown
from matching.services.upload_sheet import samples

#: Columns proposed to name the rows.
_MOST_KEYS = 4
#: Share of its cells that must be filled and different.
_DIFFERENT = 0.98


class Group(StrEnum):
    """What a column waits for, in the order of the page."""

    OPEN = "open"  #: two may fill one field, or it looks like a field
    USED = "used"
    UNUSED = "unused"
    LOCKED = "locked"  #: never kept, whatever anybody chooses


@dataclass(frozen=True, slots=True)
class FileColumn:
    """One column of the file.

    Attributes
    ----------
    match : Match
    group : Group
    fills : str
        What it fills, in words; empty if nothing.
    samples : tuple of str
        A few of its cells, where they are kept and may be shown.
    proposals : tuple of (column, words)
        What it may fill.
    """

    match: Match
    group: Group
    fills: str
    samples: tuple[str, ...]
    proposals: tuple[tuple[str, str], ...]


def label_of(column: str, kind: SheetKind) -> str:
    """Return what a column of the catalogue, or a special one, is called on a screen."""
    field = by_column(kind).get(column)
    if field is not None:
        return field.label
    return SPECIAL_LABELS[Special(column)] if column in set(Special) else column


def file_columns(draft: Draft) -> tuple[FileColumn, ...]:
    """Return every column of the file, in the order of the file."""
    if draft.header is None:
        return ()
    return tuple(
        FileColumn(
            one,
            _group(one),
            "" if one.column is None else label_of(one.column, draft.kind),
            samples(draft, one),
            tuple((to, label_of(to, draft.kind)) for to in one.proposals),
        )
        for one in draft.header.matches
        if one.header or one.column is not None
    )


def grouped(columns: Iterable[FileColumn]) -> dict[Group, tuple[FileColumn, ...]]:
    """Return the columns by what they wait for; every group is there."""
    listed = tuple(columns)
    return {group: tuple(one for one in listed if one.group is group) for group in Group}


def _group(match: Match) -> Group:
    if match.column is not None:
        return Group.USED
    if match.how is How.PRIVATE:
        return Group.LOCKED
    if match.how is How.UNDECIDED or match.proposals:
        return Group.OPEN
    return Group.UNUSED


@dataclass(frozen=True, slots=True)
class Target:
    """Something a column may fill.

    Attributes
    ----------
    column : str
    words : str
        What it is called, and what it belongs to.
    """

    column: str
    words: str


_OWNERS = {"Provider": "provider", "BedPool": "beds", "Referral": "person"}


def _target(label: str, owner: str) -> str:
    return f"{label} (code)" if label == owner else f"{label} ({owner})"


def targets(kind: SheetKind) -> tuple[Target, ...]:
    """Return everything a column may fill: the record's own fields in their order."""
    every = [
        Target(field.column, _target(field.label, _OWNERS[field.record.__name__]))
        for field in CATALOGUE[kind]
    ]
    if kind is SheetKind.PROVIDERS:
        every += [Target(str(one), words) for one, words in SPECIAL_LABELS.items()]
    return tuple(every)


@dataclass(frozen=True, slots=True)
class MissingKey:
    """That no column says which row is about whom.

    Attributes
    ----------
    column : str
        Of the catalogue.
    candidates : tuple of Match
        Columns whose cells differ from row to row.
    from_names : bool
        Whether codes can be made from the names.
    """

    column: str
    candidates: tuple[Match, ...]
    from_names: bool


def missing_key(draft: Draft) -> MissingKey | None:
    """Return what may name the rows, where no column does."""
    header, grid = draft.header, draft.grid
    if header is None or grid is None or draft.stop is None:
        return None
    key = key_of(header.kind)
    if key.column in header.positions or not grid.rows:
        return None
    providers = header.kind is SheetKind.PROVIDERS
    undecided = [
        one
        for one in header.matches
        if one.how is How.UNDECIDED and f"fill {key.column}," in one.why
    ]
    free = [
        one
        for one in header.matches
        if one.column is None and one.how is How.NOTHING and _names_rows(draft, one)
    ]
    found = tuple((undecided or free)[:_MOST_KEYS])
    return MissingKey(
        key.column, found, providers and not undecided and "name" in header.positions
    )


def codes_are_made(draft: Draft) -> bool:
    """Tell whether providers get their code from their name, since no column holds one."""
    header = draft.header
    return (
        header is not None
        and draft.stop is None
        and key_of(header.kind).column not in header.positions
    )


def _names_rows(draft: Draft, match: Match) -> bool:
    """Tell whether nearly every row has a cell of its own in a column."""
    rows = draft.grid.rows if draft.grid is not None else []
    cells = [row[match.position] for row in rows if match.position < len(row)]
    known = [cell for cell in cells if not is_unknown(cell)]
    least = _DIFFERENT * len(rows)
    return bool(rows) and len(known) >= least and len(set(known)) >= least


def used_twice(draft: Draft) -> tuple[str, ...]:
    """Return the sentences about several columns that may fill one field."""
    if draft.header is None:
        return ()
    return tuple(f"{one.sentence} {one.fix}" for one in draft.header.issues)
