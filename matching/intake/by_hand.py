"""Answers given on a form, checked as the cells of an upload are.

An answer is a value of the record, or a text as it might stand in a cell. ``None`` and a
blank are unknown; an empty set is known to be none. Each answer is written as a cell of
the template and read back, so that a form can hold nothing that a file could not.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from matching.domain.errors import InputError
from matching.domain.records import BedPool, Provider, Referral
from matching.intake import checks
from matching.intake.column_reader import read_column
from matching.intake.fields import CATALOGUE, Field, SheetKind
from matching.intake.issues import CellError, Code, Issue, Severity
from matching.intake.private_cells import HIDDEN, is_written, personal, tells_who
from matching.intake.table import Table
from matching.intake.template import cell

R = TypeVar("R", Referral, Provider, BedPool)

#: Where an upload takes the smaller number, leaves a part out or keeps a place secret: a
#: person at a form can say what is right.
_TO_CORRECT = frozenset({Code.MORE_THAN_LIMIT, Code.PERSONAL_TEXT})


def fields_of(record: type) -> dict[str, Field]:
    """Return the fields of a kind of record by attribute, in the order of the template."""
    every = (field for kind in SheetKind for field in CATALOGUE[kind])
    return {field.attribute: field for field in every if field.record is record}


def read(record: type, said: Mapping[str, Any]) -> dict[str, Any]:
    """Read answers one by one.

    Parameters
    ----------
    record : type
        Referral, Provider or BedPool.
    said : mapping of str to object
        By attribute: a value of the record or the text of a cell.

    Returns
    -------
    dict of str to value

    Raises
    ------
    InputError
        If one of them cannot be read or would tell who somebody is; the message names
        the field, and never repeats what may be personal.
    """
    known = fields_of(record)
    return {name: _read(known[name], value) for name, value in said.items()}


def _read(field: Field, value: Any) -> Any:
    if isinstance(value, set):
        value = frozenset(value)
    elif isinstance(value, list):
        value = tuple(value)
    text = value if type(value) is str else cell(field, value)
    values, problems = read_column(field, {text})
    found = problems.get(text)
    if found is not None:
        raise _refused(field, found, text)
    kind = SheetKind.REFERRALS if field.record is Referral else SheetKind.PROVIDERS
    if is_written(field, kind):
        private = personal(field, {text}).get(text)
        if private is not None:
            raise _refused(field, private, text)
    return values[text]


def _refused(field: Field, problem: CellError, text: str) -> InputError:
    said = problem.sentence
    if problem.code is Code.PERSONAL_TEXT:
        said = "what was written may tell who somebody is, and is never stored."
    elif problem.show and tells_who(field, text):
        said = HIDDEN
    return InputError(f"{field.label.capitalize()}: {said}", next_step=problem.fix)


def fitting(
    before: Sequence[R],
    after: Sequence[R],
    touched: Iterable[str],
    owner: Provider | None = None,
) -> tuple[str, ...]:
    """Check records as they would be against themselves, as rows of an upload are.

    Parameters
    ----------
    before : sequence of records
        As they are on record; none where they are new.
    after : sequence of records
        As they would be, of one kind.
    touched : iterable of str
        Attributes that were answered: what is wrong with others is not this form's.
    owner : Provider, optional
        Of bed pools.

    Returns
    -------
    tuple of str
        What does not fit together and is kept all the same.

    Raises
    ------
    InputError
        If something contradicts itself and cannot be kept.
    """
    table, check = _table(after, owner)
    check(table)
    fields = {one.column: one for one in fields_of(type(after[0])).values()} if after else {}
    asked = set(touched)
    old = _sentences(before, owner) if before else frozenset()
    notes: list[str] = []
    for issue in table.issues:
        field = fields.get(issue.column or "")
        if field is None or issue.sentence in old:
            continue
        if not asked & _together(field.attribute):
            continue
        if _must_be_corrected(field, issue):
            raise InputError(_said(field, issue), next_step=issue.fix)
        notes.append(_said(field, issue))
    return tuple(dict.fromkeys(notes))


def _must_be_corrected(field: Field, issue: Issue) -> bool:
    if issue.code is Code.MORE_THAN_LIMIT and field.attribute == "beds_occupied":
        return False  # people live there, whatever the beds; whoever closes it says why
    if issue.severity is Severity.ERROR or issue.code in _TO_CORRECT:
        return True
    return field.record is Provider and issue.code is Code.CONTRADICTION


#: Fields that one check looks at together.
_PAIRS = (
    {"children_with", "pregnant_parenting"},
    {"needed_by", "received_at"},
    {"confidential", "domestic_violence", "victim_service_provider"},
    {
        *("beds_licensed", "beds_staffed", "beds_accepting"),
        *("beds_available", "beds_occupied", "beds_held"),
    },
    {"age_min", "age_max"},
    {"resident_age_min", "resident_age_max"},
    {"county", "state"},
    {"name", "agency", "contact", "confidential", "domestic_violence"},
    {"pool_name", "confirmed_by"},
)


def _together(attribute: str) -> set[str]:
    return {attribute}.union(*(pair for pair in _PAIRS if attribute in pair))


def _said(field: Field, issue: Issue) -> str:
    sentence = issue.sentence.split("; ")[0].rstrip(".")
    return f"{field.label.capitalize()}: {sentence}."


def _sentences(records: Sequence[R], owner: Provider | None) -> frozenset[str]:
    table, check = _table(records, owner)
    check(table)
    return frozenset(one.sentence for one in table.issues)


def _table(
    records: Sequence[R], owner: Provider | None
) -> tuple[Table, Callable[[Table], None]]:
    """Return records as the rows of a sheet, and what checks it."""
    people = bool(records) and isinstance(records[0], Referral)
    kind = SheetKind.REFERRALS if people else SheetKind.PROVIDERS
    values: dict[str, list[Any]] = {}
    for field in CATALOGUE[kind]:
        values[field.column] = [
            getattr(one if isinstance(one, field.record) else owner, field.attribute, None)
            for one in records
        ]
    table = Table(list(range(1, len(records) + 1)), values)
    return table, checks.check_referrals if people else checks.check_providers


def with_values(record: R, values: Mapping[str, Any]) -> R:
    """Return a record with some fields answered."""
    return dataclasses.replace(record, **values)
