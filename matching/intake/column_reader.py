"""From the texts of a column to its values, each different text once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Set
from functools import partial
from typing import Any

from matching.intake.courses import course_reader
from matching.intake.dates import DateColumn, Order
from matching.intake.field_types import Field, Kind
from matching.intake.issues import CellError
from matching.intake.values import (
    read_counties,
    read_county,
    read_identifier,
    read_languages,
    read_number,
    read_ranked,
    read_ranked_languages,
    read_ranked_tokens,
    read_set,
    read_state,
    read_text,
    read_tokens,
    read_word,
    read_yes_no,
)
from matching.intake.vocabulary import NONE, UNKNOWN

Reader = Callable[[str], Any]

_READERS: dict[Kind, Callable[[Field, str], Any]] = {
    Kind.TEXT: read_text,
    Kind.IDENTIFIER: read_identifier,
    Kind.NUMBER: read_number,
    Kind.YES_NO: read_yes_no,
    Kind.ONE_OF: read_word,
    Kind.SET_OF: read_set,
    Kind.RANKED: read_ranked,
    Kind.STATE: read_state,
    Kind.COUNTY: read_county,
    Kind.COUNTIES: read_counties,
    Kind.TOKENS: read_tokens,
    Kind.RANKED_TOKENS: read_ranked_tokens,
    Kind.LANGUAGES: read_languages,
    Kind.RANKED_LANGUAGES: read_ranked_languages,
}


def read_column(
    field: Field, texts: Iterable[str], order: Order | None = None
) -> tuple[Mapping[str, Any], Mapping[str, CellError]]:
    """Read every distinct cell of a column once.

    Parameters
    ----------
    field : Field
        The column's entry in the catalogue.
    texts : iterable of str
        Its cells; repeats cost nothing.
    order : Order, optional
        In which order dates in numbers are, if somebody said so.

    Returns
    -------
    values : mapping of str to value
        For every text that can be read; ``None`` for one that says unknown.
    problems : mapping of str to CellError
        For every text that cannot.
    """
    distinct = texts if isinstance(texts, Set) else set(texts)
    read = _reader(field, distinct, order)
    values: dict[str, Any] = {}
    problems: dict[str, CellError] = {}
    nothing = UNKNOWN | NONE if _no_value(field) else UNKNOWN
    for text in distinct:
        stripped = text.strip()
        if stripped.lower() in nothing:
            values[text] = None
            continue
        try:
            values[text] = read(stripped)
        except CellError as problem:
            problems[text] = problem
    return values, problems


def _no_value(field: Field) -> bool:
    """Tell whether "none" in the column just means that there is no such day or lock."""
    return field.kind in (Kind.DATE, Kind.MOMENT) or field.attribute == "gender_lock"


def _reader(field: Field, distinct: Iterable[str], order: Order | None) -> Reader:
    """Return the reader of a column; dates look at the whole column first."""
    if field.kind in (Kind.DATE, Kind.MOMENT):
        column = DateColumn.of(distinct) if order is None else DateColumn(order)
        return column.day if field.kind is Kind.DATE else column.moment
    if field.kind is Kind.TRAININGS:
        return course_reader(field, distinct)
    return partial(_READERS[field.kind], field)
