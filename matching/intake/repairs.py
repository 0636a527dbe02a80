"""The problems of a file, grouped by what repairs them, so that each is said once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from matching.intake.columns import SPECIAL_LABELS, Special
from matching.intake.fields import Field, Kind, SheetKind, by_column
from matching.intake.issues import Code, Issue, Severity
from matching.intake.meanings import KINDS, words_of

#: Row numbers of one group that are told.
MOST_ROWS = 12


class Ask(StrEnum):
    """What answers a group of problems."""

    WORD = "word"  #: one of a list
    WORDS = "words"  #: several of a list
    NUMBER = "number"
    TEXT = "text"
    ORDER = "order"  #: whether the day or the month comes first in a column
    ROWS = "rows"  #: leaving the rows out, or correcting the file
    NOTHING = "nothing"  #: it was settled, and is only told


_WORDS = {Kind.ONE_OF: Ask.WORD, Kind.YES_NO: Ask.WORD, Kind.SET_OF: Ask.WORDS,
          Kind.RANKED: Ask.WORDS, Kind.NUMBER: Ask.NUMBER}  # fmt: skip
#: Problems of how rows stand to each other: no other text of one cell repairs them.
_OF_ROWS = frozenset(
    {Code.DUPLICATE_ROW, Code.SAME_ID_DIFFERENT_ROWS, Code.PROVIDER_ROWS_DIFFER,
     Code.TWO_COLUMNS, Code.FORMULA_WITHOUT_RESULT, Code.SUMMARY}
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """One repair and all that it repairs.

    Attributes
    ----------
    code : Code
    severity : Severity
    column : str or None
        Column of the catalogue, or :class:`Special`.
    label : str
        What the column is called on a screen.
    value : str or None
        The cells, where they are alike and may be shown.
    count : int
        How many problems.
    rows : tuple of int
        The spreadsheet's own numbers, each once.
    sentence : str
        What is wrong, in the first of the rows.
    fix : str
    ask : Ask
    words : tuple of str
        What may be chosen.
    """

    code: Code
    severity: Severity
    column: str | None
    label: str
    value: str | None
    count: int
    rows: tuple[int, ...]
    sentence: str
    fix: str
    ask: Ask
    words: tuple[str, ...] = ()


def repairs(issues: Iterable[Issue], kind: SheetKind) -> tuple[Repair, ...]:
    """Group problems by repair: those that set rows aside first, then the largest.

    Parameters
    ----------
    issues : iterable of Issue
    kind : SheetKind

    Returns
    -------
    tuple of Repair
        Together they hold every problem once.
    """
    groups: dict[tuple[object, ...], list[Issue]] = {}
    for issue in issues:
        value = None if issue.code in _OF_ROWS or issue.code is _ORDER else issue.value
        groups.setdefault((issue.severity, issue.code, issue.column, value), []).append(issue)
    found = [_repair(group, kind) for group in groups.values()]
    return tuple(
        sorted(found, key=lambda one: (one.severity is not Severity.ERROR, -one.count))
    )


_ORDER = Code.DATE_IN_TWO_ORDERS


def _repair(group: list[Issue], kind: SheetKind) -> Repair:
    first = group[0]
    field = by_column(kind).get(first.column or "")
    rows = sorted({issue.row for issue in group if issue.row is not None})
    words = words_of(field) if field is not None and field.kind in KINDS else ()
    return Repair(
        code=first.code,
        severity=first.severity,
        column=first.column,
        label=_label(first.column, field),
        value=None if first.code in _OF_ROWS or first.code is _ORDER else first.value,
        count=len(group),
        rows=tuple(rows),
        sentence=first.sentence,
        fix=first.fix,
        ask=_ask(first, field),
        words=words,
    )


def _label(column: str | None, field: Field | None) -> str:
    if field is not None:
        return field.label
    return SPECIAL_LABELS.get(Special(column), "") if column in set(Special) else column or ""


def _ask(issue: Issue, field: Field | None) -> Ask:
    """Return what answers a problem."""
    if issue.code is _ORDER:
        return Ask.ORDER
    if issue.severity is Severity.WARNING:
        return Ask.NOTHING
    if issue.code in _OF_ROWS or issue.column is None or issue.value is None:
        return Ask.ROWS
    if field is None:
        return Ask.TEXT if issue.column in set(Special) else Ask.ROWS
    return _WORDS.get(field.kind, Ask.TEXT)
