"""Who is served, in the words of real lists: "single men", "women with children, 18+".

Nothing is guessed. Every word must be one that can mean one thing only;
"youth" or "women/children" can mean several, and become a question.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from matching.domain import words as w
from matching.intake.ages import FROM, RANGE, UNDER, read_ages
from matching.intake.field_types import plain
from matching.intake.issues import CellError, Code, shown
from matching.intake.vocabulary import lookup

#: Names of columns that tell who is served.
POPULATION_NAMES = frozenset(
    {"population", "population served", "target population", "who is served", "restrictions",
     "sector", "clients served", "people served", "clientele", "eligibility"}
)  # fmt: skip

_WITH = (("w/o", " without "), ("w/", " with "))
_WORD = re.compile(r"[a-z]+")
#: Words that say nothing about who is served.
_FILLERS = frozenset(
    {"and", "or", "for", "only", "the", "of", "all", "ages", "age", "their", "who", "are",
     "people", "persons", "serves"}
)  # fmt: skip
_EVERYBODY = frozenset({"any", "anyone", "anybody", "everyone", "everybody", "all genders"})
#: The longest known expression, in words.
_LONGEST = 4
_ADULT = 18


@dataclass(frozen=True, slots=True)
class Served:
    """Whom beds are for; ``None`` is what the text does not say."""

    genders: frozenset[w.Gender] | None = None
    households: frozenset[w.Household] | None = None
    age_min: int | None = None
    age_max: int | None = None


def read_served(text: str) -> Served:
    """Read who is served.

    Parameters
    ----------
    text : str
        Such as "single women 18+".

    Raises
    ------
    CellError
        If any of its words is not understood or may mean several things.
    """
    low, high, rest = _ages(text)
    genders: set[w.Gender] = set()
    households: set[w.Household] = set()
    words = _WORD.findall(rest)
    adults = False
    while words:
        size, meaning = _first(words)
        if size == 0:
            raise CellError(
                Code.NOT_IN_LIST,
                f"'{shown(text)}' does not say clearly who is served: "
                f"'{words[0]}' is not understood.",
                "Choose genders, households and ages; or say that it is unknown.",
            )
        words = words[size:]
        if meaning == "everybody":
            genders |= set(w.Gender)
            households |= set(w.Household)
        elif meaning == "adults":
            adults = True
        elif isinstance(meaning, w.Gender):
            genders.add(meaning)
        elif isinstance(meaning, w.Household):
            households.add(meaning)
    if adults and low is None:
        low = _ADULT
    return Served(frozenset(genders) or None, frozenset(households) or None, low, high)


def _ages(text: str) -> tuple[int | None, int | None, str]:
    """Return the ages a text names, and the text without them."""
    rest = text.lower()
    for short, long in _WITH:
        rest = rest.replace(short, long)
    # "Families with children under 5" is about the children, not about the beds.
    for pattern in (RANGE, FROM) if "child" in rest else (RANGE, FROM, UNDER):
        found = pattern.search(rest)
        if found:
            low, high = read_ages(found[0])
            return low, high, f"{rest[: found.start()]} {rest[found.end() :]}"
    return None, None, re.sub(r"\d+", " number ", rest)


def _first(words: list[str]) -> tuple[int, object]:
    """Return how many of the first words make sense together, and what they mean."""
    for size in range(min(_LONGEST, len(words)), 0, -1):
        phrase = plain(" ".join(words[:size]))
        if phrase in _EVERYBODY:
            return size, "everybody"
        for vocabulary in (w.Household, w.Gender):
            found = lookup(vocabulary).get(phrase)
            if found is not None:
                return size, found
        if phrase in {"with children", "with child", "with their children", "with kids"}:
            return size, w.Household.WITH_CHILDREN
        if phrase in {"adult", "adults"}:
            return size, "adults"
        if size == 1 and (phrase in _FILLERS or phrase == "mixed"):
            return (1, None) if phrase != "mixed" else (0, None)
    return 0, None
