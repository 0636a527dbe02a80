"""What an upload would change, sorted into the lists that a page shows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Any

from matching.domain import geography
from matching.domain import words as w
from matching.domain.confidential import HIDDEN, HIDDEN_OF_POOLS, Veil
from matching.engine.rules.base import day
from matching.intake.fields import CATALOGUE, Field, Kind
from matching.intake.template import cell
from matching.services.confidential import veil_of
from matching.services.desk import Desk
from matching.services.upload_comparison import (
    Comparison,
    FieldChange,
    Gone,
    Loosening,
    RecordChange,
)
from matching.services.upload_records import KINDS, PROVIDER, REFERRAL, Where

#: Facts of a confidential provider that are not shown as they were, until it is opened.
_NOT_SHOWN = frozenset({*HIDDEN, *HIDDEN_OF_POOLS, "county", "service_area"})
NOT_SHOWN = "not shown"

#: Counties of a list that are named; a state may have hundreds.
_COUNTIES = 6


@cache
def _fields() -> dict[tuple[type, str], Field]:
    return {(one.record, one.attribute): one for sheet in CATALOGUE.values() for one in sheet}


def in_words(desk: Desk, where: Where, value: Any) -> str:
    """Return a value of a record in words; an empty text is not known."""
    if value is None or isinstance(value, (bool, date)):
        return plain_words(desk, value)
    field = _fields().get((KINDS[where.kind], where.attribute))
    kind = None if field is None else field.kind
    if kind is Kind.COUNTY:
        return geography.load().name(value)
    if kind is Kind.COUNTIES:
        names = sorted(map(geography.load().name, value))
        more = len(names) - _COUNTIES
        named = "; ".join(names if more <= 1 else names[:_COUNTIES]) or "none"
        return named if more <= 1 else f"{named} and {more:,} more"
    if field is not None and field.words is not None and kind is not Kind.TRAININGS:
        several = value if isinstance(value, (frozenset, tuple)) else (value,)
        parts = [w.label(one) for one in several]
        return "; ".join(parts if isinstance(value, tuple) else sorted(parts)) or "none"
    return cell(field, value) if field is not None else str(value)


def plain_words(desk: Desk, value: object) -> str:
    """Return a value that is in words already, or plain, as a text; empty is not known."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, StrEnum):
        return w.label(value)
    if isinstance(value, datetime):
        local = desk.local(value)
        return f"{day(local.date())}, {local:%H:%M}"
    return day(value) if isinstance(value, date) else str(value)


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One fact of one record, before and after.

    Attributes
    ----------
    name : str
    label : str
    before, after : str
        In words; empty is not known.
    """

    name: str
    label: str
    before: str
    after: str


def change_lines(desk: Desk, changes: Sequence[RecordChange]) -> tuple[ChangeLine, ...]:
    """Return the facts that change, record by record."""
    veil = veil_of(desk)
    return tuple(
        _line(desk, veil, record.name, field) for record in changes for field in record.fields
    )


def _line(desk: Desk, veil: Veil, name: str, field: FieldChange) -> ChangeLine:
    where = field.where
    kept = where.attribute in _NOT_SHOWN and veil.covers(where.key[-1])
    before = NOT_SHOWN if kept and field.before is not None else None
    return ChangeLine(
        name,
        field.label,
        in_words(desk, where, field.before) if before is None else before,
        in_words(desk, where, field.after),
    )


@dataclass(frozen=True, slots=True)
class LooserGroup:
    """Changes of one kind of fact that loosen safety in the same way.

    Attributes
    ----------
    ident : str
        Tells groups apart, and one from itself with other facts.
    label : str
        The fact.
    why : str
        What the change means.
    lines : tuple of ChangeLine
    wheres : frozenset of Where
    """

    ident: str
    label: str
    why: str
    lines: tuple[ChangeLine, ...]
    wheres: frozenset[Where]


def looser_groups(desk: Desk, loosening: Iterable[Loosening]) -> tuple[LooserGroup, ...]:
    """Return what loosens safety, by fact and by what it means; the largest first."""
    found: dict[tuple[str, str, str], list[Loosening]] = {}
    for one in loosening:
        where = one.change.where
        found.setdefault((where.kind, where.attribute, one.why), []).append(one)
    veil = veil_of(desk)
    groups = [_looser(desk, veil, why, mine) for (_, _, why), mine in found.items()]
    return tuple(sorted(groups, key=lambda one: -len(one.lines)))


def _looser(desk: Desk, veil: Veil, why: str, mine: Sequence[Loosening]) -> LooserGroup:
    lines = tuple(_line(desk, veil, one.name, one.change) for one in mine)
    wheres = frozenset(one.change.where for one in mine)
    # A tick counts for exactly what was looked at, and for nothing that moved since.
    seen = repr((why, lines, sorted(wheres)))
    ident = hashlib.sha256(seen.encode()).hexdigest()[:12]
    return LooserGroup(ident, mine[0].change.label, why, lines, wheres)


def gone_records(comparison: Comparison) -> tuple[Gone, ...]:
    """Return the providers, or the people, that are on record and not in the file."""
    kind = PROVIDER if comparison.kind == "providers" else REFERRAL
    return tuple(
        sorted((one for one in comparison.gone if one.kind == kind), key=lambda one: one.name)
    )


def new_names(comparison: Comparison) -> tuple[str, ...]:
    """Return what the new records are called, providers and people before bed pools."""
    order = {PROVIDER: 0, REFERRAL: 0}
    listed = sorted(comparison.new, key=lambda one: (order.get(one.kind, 1), one.name))
    return tuple(one.name for one in listed)
