"""Columns made from the dataclasses of the domain, so that fields are spelled once.

``None`` is stored as NULL and an empty set as ``[]``, and never the one as the
other. Sets are stored in sorted order and tuples in their own, so that equal
records are equal text in the database.
"""

from __future__ import annotations

import dataclasses
import json
import types
import typing
from collections.abc import Callable
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cache, lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

from matching.domain.errors import InputError, StoreError
from matching.domain.fields import FieldClass
from matching.domain.records import Training
from matching.domain.words import Course

#: Largest value of PostgreSQL's INTEGER; SQLite is held to the same.
MAX_INTEGER = 2**31 - 1


def canonical(value: Any) -> str:
    """Return JSON that is the same text for the same value.

    Parameters
    ----------
    value : Any
        Built of dictionaries with text keys, lists, text, numbers, booleans, ``None``.

    Returns
    -------
    str
        Keys sorted, no spaces, characters outside ASCII escaped.

    Raises
    ------
    InputError
        If the value has no JSON form (a date, NaN); the value is not repeated.
    """
    try:
        return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)
    except (TypeError, ValueError) as error:
        raise InputError(
            f"Something in a document cannot be written as JSON ({type(error).__name__})."
        ) from None


def checked_text(value: str) -> str:
    """Return the text as plain ``str``, refusing what PostgreSQL cannot hold.

    Raises
    ------
    InputError
        If it holds a NUL or half of a surrogate pair; the text is not repeated.
    """
    if "\x00" in value or not (value.isascii() or _encodes(value)):
        raise InputError(
            "A text holds a character that cannot be stored.",
            next_step="Type the text again without control characters.",
        )
    return str.__str__(value)


def _encodes(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


class PlainText(TypeDecorator[str]):
    """Text that both databases can hold."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Check the text."""
        return None if value is None else checked_text(value)


class WholeNumber(TypeDecorator[int]):
    """A number that both databases can hold; both refuse alike."""

    impl = sa.Integer
    cache_ok = True
    limit = 2**31

    def process_bind_param(self, value: int | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        """Check the size."""
        if value is not None and not -self.limit <= value < self.limit:
            raise InputError("A number is too large to be stored.")
        return value


class LargeNumber(WholeNumber):
    """A number of up to 64 bits, such as a cost."""

    impl = sa.BigInteger
    cache_ok = True
    limit = 2**63


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment; stored and given back in UTC."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002
    ) -> datetime | None:
        """Turn a moment into UTC, refusing one that does not say its time zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise InputError("A time without a time zone cannot be stored.")
        return value.astimezone(UTC)

    def process_result_value(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002
    ) -> datetime | None:
        """Give the moment back in UTC; SQLite keeps no zone, so UTC is put back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Word(TypeDecorator[StrEnum]):
    """One member of a closed vocabulary, stored as its word."""

    impl = sa.Text
    cache_ok = True

    def __init__(self, vocabulary: type[StrEnum]) -> None:
        super().__init__()
        self.vocabulary = vocabulary

    def process_bind_param(self, value: StrEnum | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Store the word, refusing one outside the vocabulary."""
        return None if value is None else _member(self.vocabulary, value).value

    def process_result_value(self, value: Any | None, dialect: Dialect) -> StrEnum | None:  # noqa: ARG002
        """Give the member back."""
        return None if value is None else _member(self.vocabulary, value)


class Several(TypeDecorator[Any]):
    """A set (sorted) or a tuple (in its own order) of texts or words, as a JSON list."""

    impl = sa.Text
    cache_ok = True

    def __init__(self, container: type, member: type) -> None:
        super().__init__()
        self.container = container
        self.member = member

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Store the JSON list."""
        return None if value is None else _dump_several(self.member, value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ARG002
        """Give the set or tuple back."""
        return None if value is None else _load_several(self.container, self.member, value)


class Trainings(TypeDecorator[tuple[Training, ...]]):
    """Courses, as a JSON list in their own order."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(
        self,
        value: tuple[Training, ...] | None,
        dialect: Dialect,  # noqa: ARG002
    ) -> str | None:
        """Store the JSON list."""
        return None if value is None else _dump_trainings(value)

    def process_result_value(
        self,
        value: Any | None,
        dialect: Dialect,  # noqa: ARG002
    ) -> tuple[Training, ...] | None:
        """Give the courses back."""
        return None if value is None else _load_trainings(value)


class JsonText(TypeDecorator[Any]):
    """A JSON document as canonical text."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Store the canonical text."""
        return None if value is None else canonical(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ARG002
        """Give the document back."""
        return None if value is None else json.loads(value)


@cache
def _members(vocabulary: type[StrEnum]) -> dict[str, StrEnum]:
    return {member.value: member for member in vocabulary}


def _member(vocabulary: type[StrEnum], value: str) -> StrEnum:
    found = _members(vocabulary).get(value)
    if found is None:
        raise StoreError(
            f"There is a word that this version does not know as {vocabulary.__name__}.",
            next_step="Use the version of the software that wrote it, or a newer one.",
        )
    return found


def _texts(member: type, values: typing.Iterable[str]) -> list[str]:
    if issubclass(member, StrEnum):
        return [_member(member, value).value for value in values]
    return [checked_text(value) for value in values]


# The same few sets occur in thousands of rows; what is cached is immutable.
@lru_cache(maxsize=4096)
def _dump_several(member: type, values: frozenset[str] | tuple[str, ...]) -> str:
    texts = _texts(member, values)
    return canonical(sorted(texts) if isinstance(values, frozenset) else texts)


@lru_cache(maxsize=4096)
def _load_several(container: type, member: type, text: str) -> Any:
    texts = json.loads(text)
    if issubclass(member, StrEnum):
        return container(_member(member, value) for value in texts)
    return container(texts)


@lru_cache(maxsize=4096)
def _dump_trainings(trainings: tuple[Training, ...]) -> str:
    return canonical(
        [
            {
                "course": _member(Course, one.course).value,
                "expires": one.expires.isoformat() if one.expires else None,
                "caregiver": None if one.caregiver is None else checked_text(one.caregiver),
            }
            for one in trainings
        ]
    )


@lru_cache(maxsize=4096)
def _load_trainings(text: str) -> tuple[Training, ...]:
    return tuple(
        Training(
            course=typing.cast("Course", _member(Course, one["course"])),
            expires=date.fromisoformat(one["expires"]) if one["expires"] else None,
            caregiver=one["caregiver"],
        )
        for one in json.loads(text)
    )


_SIMPLE: dict[Any, Callable[[], TypeEngine[Any]]] = {
    bool: sa.Boolean,
    int: WholeNumber,
    str: PlainText,
    date: sa.Date,
    datetime: UtcDateTime,
}


def _without_none(hint: Any) -> Any:
    if typing.get_origin(hint) not in (types.UnionType, typing.Union):
        return hint
    (known,) = (part for part in typing.get_args(hint) if part is not type(None))
    return known


def column_type(hint: Any) -> TypeEngine[Any]:
    """Return the column type that holds a field of the given type.

    Parameters
    ----------
    hint : Any
        The field's type hint; ``| None`` is set aside.

    Returns
    -------
    TypeEngine

    Raises
    ------
    TypeError
        If no column can hold such a field.
    """
    known = _without_none(hint)
    origin, arguments = typing.get_origin(known), typing.get_args(known)
    if origin is tuple and arguments[0] is Training:
        return Trainings()
    if origin in (frozenset, tuple):
        return Several(origin, arguments[0])
    if isinstance(known, type) and issubclass(known, StrEnum):
        return Word(known)
    if known in _SIMPLE:
        return _SIMPLE[known]()
    raise TypeError(f"no column type for {hint}")


def record_columns(record: type) -> list[sa.Column[Any]]:
    """Return one column for each field of a record, in the order of its fields.

    Parameters
    ----------
    record : type
        A dataclass of :mod:`matching.domain.records`.

    Returns
    -------
    list of Column
        Fields of class KEY form the primary key; all others may be NULL (unknown).

    Raises
    ------
    TypeError
        If a field is of class X: such a field has no place to be stored.
    """
    hints = typing.get_type_hints(record)
    columns: list[sa.Column[Any]] = []
    for field in dataclasses.fields(record):
        field_class = FieldClass(field.metadata["class"])
        if field_class is FieldClass.FORBIDDEN:
            raise TypeError(f"{field.name} must not be stored")
        is_key = field_class is FieldClass.KEY
        columns.append(
            sa.Column(
                field.name,
                column_type(hints[field.name]),
                primary_key=is_key,
                nullable=not is_key,
            )
        )
    return columns


def number_checks(record: type) -> list[sa.CheckConstraint]:
    """Return a check for each number of a record: unknown, or 0 to :data:`MAX_INTEGER`."""
    hints = typing.get_type_hints(record)
    return [
        sa.CheckConstraint(f"{name} BETWEEN 0 AND {MAX_INTEGER}", name=f"{name}_range")
        for name in (field.name for field in dataclasses.fields(record))
        if _without_none(hints[name]) is int
    ]
