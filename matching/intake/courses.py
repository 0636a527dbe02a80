"""Courses of caregivers: "trafficking until 2027-03-01 by C-1", several in a cell."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date

from matching.domain.records import Training
from matching.domain.words import Course
from matching.intake.bulk import make_records
from matching.intake.dates import DateColumn
from matching.intake.field_types import Field, Kind
from matching.intake.values import ID_LENGTH, entries, is_unknown, read_identifier, read_word
from matching.intake.vocabulary import NONE

_UNTIL = re.compile(r"\s+(?:until|till|through|to|expires|exp\.?|valid until)\s+|\s*[:=]\s*")
_BY = re.compile(r"\s+by\s+(\S+)$")
#: A course with its last day as the template writes it.
_TEMPLATE = re.compile(r"([a-z_]+)(?: until ((?:19|2[01])\d\d-\d\d-\d\d))?", re.ASCII)
#: A date in numbers whose order the column must tell; an ISO date is none.
_TWO_ORDERS = re.compile(r"(?<!\d)\d{1,2}[/.\-]\d{1,2}[/.\-]\d{2}")

_BY_NAME = {course.value: course for course in Course}
_COURSE = Field(
    record=Training,
    attribute="course",
    column="trainings",
    label="course",
    kind=Kind.ONE_OF,
    words=Course,
    help="",
    example="trafficking",
)


#: Course, last day and caregiver.
Facts = tuple[Course, date | None, str | None]
_NAMES = ("course", "expires", "caregiver")


def course_reader(
    field: Field, distinct: Iterable[str]
) -> Callable[[str], tuple[Training, ...]]:
    """Return the reader of a column of courses.

    Cells as the template writes them are read at once: nothing in them is in
    doubt. The others tell in which order dates in numbers are written.

    Parameters
    ----------
    field : Field
        The column's entry in the catalogue.
    distinct : iterable of str
        Every different cell of the column.

    Returns
    -------
    callable
        From a cell without outer blanks to its courses; raises
        :class:`CellError` for one that cannot be read.
    """
    heads = _Heads()
    every: list[Facts] = []
    spans: dict[str, slice] = {}
    others: list[str] = []
    for text in map(str.strip, distinct):
        found = [_usual(part, heads) for part in entries(text)]
        facts = [one for one in found if one is not None]
        if len(facts) < len(found):
            others.append(text)
        else:
            spans[text] = slice(len(every), len(every) + len(facts))
            every += facts
    parts = [part for text in others if _TWO_ORDERS.search(text) for part in entries(text)]
    dates = DateColumn.of(_UNTIL.split(_BY.sub("", part), maxsplit=1)[-1] for part in parts)
    columns = {name: [one[k] for one in every] for k, name in enumerate(_NAMES)}
    records = make_records(Training, columns, len(every))

    def read(text: str) -> tuple[Training, ...]:
        span = spans.get(text)
        return _read(field, text, heads, dates) if span is None else records[span]

    return read


class _Heads(dict[str, tuple[Course, date | None] | None]):
    """Courses with their last day by the template's spelling; ``None`` for any other."""

    def __missing__(self, text: str) -> tuple[Course, date | None] | None:
        found = self[text] = _head(text)
        return found


def _head(text: str) -> tuple[Course, date | None] | None:
    """Read a course with its last day in the template's spelling."""
    match = _TEMPLATE.fullmatch(text)
    course = _BY_NAME.get(match[1]) if match else None
    if match is None or course is None:
        return None
    if match[2] is None:
        return course, None
    try:
        return course, date.fromisoformat(match[2])
    except ValueError:
        return None  # no such day: told by whoever reads any spelling


def _usual(part: str, heads: _Heads) -> Facts | None:
    """Return one course of one caregiver if it is written as in the template."""
    head, by, caregiver = part.rpartition(" by ")
    found = heads[head if by else part]
    if found is None:
        return None
    if not by:
        return *found, None
    if " " in caregiver or not caregiver.isprintable() or len(caregiver) > ID_LENGTH:
        return None
    return *found, caregiver


def _read(field: Field, text: str, heads: _Heads, dates: DateColumn) -> tuple[Training, ...]:
    """Read a cell in any spelling; day and caregiver may be missing."""
    if text.lower() in NONE:
        return ()
    return tuple(
        Training(course=course, expires=expires, caregiver=caregiver)
        for course, expires, caregiver in (
            _usual(part, heads) or _unusual(field, part, dates) for part in entries(text)
        )
    )


def _unusual(field: Field, part: str, dates: DateColumn) -> Facts:
    """Read one course of one caregiver in any spelling."""
    by = _BY.search(part)
    words, *rest = _UNTIL.split(part[: by.start()] if by else part, maxsplit=1)
    course = read_word(_COURSE, words)
    ends = None
    if rest and not is_unknown(rest[0]):
        ends = dates.day(rest[0])
    caregiver = read_identifier(field, by[1]) if by else None
    return course, ends, caregiver
