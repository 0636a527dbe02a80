"""Phrases that the sentences of the rules share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum

from matching.domain.words import Gender, label
from matching.engine.rules.base import Facts, day
from matching.engine.rules.logic import position

#: From this age on a survivor is called a person, not a young person: young
#: adults are those under 23 (s. 409.1754, Fla. Stat.).
ADULT_AGE = 23

GENDERS = {
    Gender.FEMALE: "girls and women",
    Gender.MALE: "boys and men",
    Gender.TRANS_FEMALE: "trans girls and women",
    Gender.TRANS_MALE: "trans boys and men",
    Gender.NONBINARY: "non-binary people",
}


def who(f: Facts) -> str:
    """Return "this young person", or "this person" from 23 years on."""
    age = f.referral.age_years
    return "this young person" if age is None or age < ADULT_AGE else "this person"


def start(text: str) -> str:
    """Put the first letter in upper case and leave the rest alone."""
    return text[:1].upper() + text[1:]


def listed(parts: Iterable[str], last: str = "and") -> str:
    """Join words: "a", "a and b", "a, b and c"; "none" if there are none."""
    items = list(parts)
    if not items:
        return "none"
    if len(items) == 1:
        return items[0]
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def worded(values: Iterable[StrEnum] | None, last: str = "and") -> str:
    """Join the plain words of vocabulary values, in the vocabulary's order."""
    if values is None:
        return "unknown"
    ranked = sorted(values, key=position)
    return listed([label(value) for value in ranked], last)


def counted(number: int | None, one: str, many: str | None = None) -> str:
    """Write a number with its noun: "1 bed", "2 beds", "an unknown number of beds"."""
    plural = many or f"{one}s"
    if number is None:
        return f"an unknown number of {plural}"
    return f"{number} {one if number == 1 else plural}"


def dated(value: date | None) -> str:
    """Write a date, or "an unknown date"."""
    return "an unknown date" if value is None else day(value)


def ask(parts: Sequence[tuple[bool, str]]) -> str:
    """Return "Ask ..." about what is missing.

    Parameters
    ----------
    parts : sequence of (bool, str)
        Whether the fact is missing, and the question, beginning with
        "whether", "which", "how" or "for". Where none is missing, all are
        asked.
    """
    missing = [text for is_missing, text in parts if is_missing]
    return f"Ask {listed(missing or [text for _, text in parts])}."
