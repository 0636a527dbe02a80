"""What each field of a record may be used for.

The classes come from the data dictionary the records follow; a field's class
is written beside the field, and the engine, the store and the exports obey it.
"""

from __future__ import annotations

import dataclasses
from enum import StrEnum
from typing import Any


class FieldClass(StrEnum):
    """What a field may be used for."""

    KEY = "key"  #: names the record
    HARD = "H"  #: a rule that is never offered if broken
    OVERRIDE = "HO"  #: a rule unless a named approver overrides it
    SOFT = "S"  #: a preference
    ORDER = "O"  #: decides only who comes first
    MEASURE = "M"  #: reports and audit only; never reaches the engine
    FORBIDDEN = "X"  #: must not be stored; no record has a place for it


def key() -> Any:
    """Declare a field that names the record (required)."""
    return dataclasses.field(metadata={"class": FieldClass.KEY})


def hard() -> Any:
    """Declare a class H field; ``None`` is unknown."""
    return dataclasses.field(default=None, metadata={"class": FieldClass.HARD})


def override() -> Any:
    """Declare a class HO field; ``None`` is unknown."""
    return dataclasses.field(default=None, metadata={"class": FieldClass.OVERRIDE})


def soft() -> Any:
    """Declare a class S field; ``None`` is unknown."""
    return dataclasses.field(default=None, metadata={"class": FieldClass.SOFT})


def order() -> Any:
    """Declare a field that decides only who comes first; ``None`` is unknown."""
    return dataclasses.field(default=None, metadata={"class": FieldClass.ORDER})


def measure() -> Any:
    """Declare a class M field; ``None`` is unknown."""
    return dataclasses.field(default=None, metadata={"class": FieldClass.MEASURE})


def class_of(record: type, name: str) -> FieldClass:
    """Return the class of a record's field.

    Parameters
    ----------
    record : type
        A dataclass of :mod:`matching.domain.records`.
    name : str
        A field name of it.

    Returns
    -------
    FieldClass

    Raises
    ------
    KeyError
        If the record has no such field.
    """
    for field in dataclasses.fields(record):
        if field.name == name:
            return FieldClass(field.metadata["class"])
    raise KeyError(name)
