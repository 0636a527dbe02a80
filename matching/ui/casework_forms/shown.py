"""A value of the record in words, wherever a form tells what it was and becomes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum

from matching.domain.records import Training
from matching.domain.words import label
from matching.ui.text import common
from matching.ui.text import forms as text


def in_words(value: object) -> str:
    """Return a value in words: "not known", "none", "low", "3 Nov 2026"."""
    if value is None:
        return text.NOT_KNOWN.lower()
    if isinstance(value, bool):
        return (text.YES if value else text.NO).lower()
    if isinstance(value, StrEnum):
        return label(value)
    if isinstance(value, datetime):
        return f"{common.day(value.date())} {value:%H:%M}"
    if isinstance(value, date):
        return common.day(value)
    if isinstance(value, Training):
        until = "" if value.expires is None else f" until {common.day(value.expires)}"
        return f"{label(value.course)}{until}"
    if isinstance(value, frozenset | tuple):
        return _several(value)
    return str(value)


def _several(values: Iterable[object]) -> str:
    parts = [in_words(one) for one in values]
    named = parts if isinstance(values, tuple) else sorted(parts)
    return ", ".join(named) or text.NONE.lower()
