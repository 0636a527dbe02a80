"""From the text of a cell to a value of the record.

Every reader takes one cell's text and returns a value or raises
:class:`CellError`.
"""

from __future__ import annotations

import math
import re
from functools import cache, lru_cache
from typing import Any

from matching.domain import geography
from matching.domain.words import Course
from matching.intake.field_types import Field, plain
from matching.intake.issues import CellError, Code, shown
from matching.intake.vocabulary import ANY, NO, NONE, STATES, UNKNOWN, YES, language, lookup

ID_LENGTH = 64
TEXT_LENGTH = 200

_NUMBER = re.compile(r"[+\-]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?", re.ASCII)
_MARKS = re.compile(r"[;|\n]")
#: A code with which nothing can be wrong.
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_\-]{0,63}")
_POINT_ZERO = re.compile(r"\d+\.0")
_BROKEN = frozenset(
    {"#ref!", "#value!", "#div/0!", "#name?", "#num!", "#null!", "#spill!", "#calc!"}
)


def is_unknown(text: str) -> bool:
    """Tell whether a cell says that nobody knows."""
    return text.strip().lower() in UNKNOWN


def says_yes(text: str) -> bool:
    """Tell whether a cell says anything but no."""
    return not is_unknown(text) and text.strip().lower() not in NO


def is_number(text: str) -> bool:
    """Tell whether a cell holds one number and nothing else."""
    return _NUMBER.fullmatch(text.strip()) is not None


def entries(text: str) -> list[str]:
    """Split a cell that holds several entries.

    Parameters
    ----------
    text : str
        Entries separated by ";", by "|" or, if neither occurs, by ","
        (or a line break).

    Returns
    -------
    list of str
        Without blanks.
    """
    if "|" in text or "\n" in text:
        parts = _MARKS.split(text)
    else:
        parts = text.split(";" if ";" in text else ",")
    return [stripped for part in parts if (stripped := part.strip())]


def read_number(field: Field, text: str) -> int:
    """Read a whole number within the field's limits ("12", "12.0", "1,200")."""
    fix = f"Write a whole number from {field.low} to {field.high}, or leave it blank."
    if not _NUMBER.fullmatch(text):
        raise CellError(Code.NOT_A_NUMBER, f"'{shown(text)}' is not a number.", fix)
    number = float(text.replace(",", ""))  # infinite beyond 308 digits
    if math.isfinite(number) and number != int(number):
        raise CellError(Code.NOT_WHOLE, f"'{shown(text)}' is not a whole number.", fix)
    if not field.low <= number <= field.high:
        raise CellError(
            Code.OUT_OF_RANGE,
            f"{shown(text, 20)} is not between {field.low} and {field.high}.",
            fix,
        )
    return int(number)


def read_yes_no(_: Field, text: str) -> bool:
    """Read yes or no in its usual spellings."""
    word = text.lower()
    if word in YES or word in {"1.0"}:
        return True
    if word in NO or word in {"0.0"}:
        return False
    raise CellError(
        Code.NOT_YES_OR_NO,
        f"'{shown(text)}' is neither yes nor no.",
        "Write yes or no, or leave it blank if nobody knows.",
    )


def read_word(field: Field, text: str) -> Any:
    """Read one word of the field's vocabulary."""
    words = field.words or Course
    found = lookup(words).get(plain(text))
    if found is not None:
        return found
    allowed = ", ".join(word.value.replace("_", " ") for word in words)
    raise CellError(
        Code.NOT_IN_LIST,
        f"'{shown(text)}' is not one of the values known here.",
        f"Choose: {allowed}; or leave it blank if nobody knows.",
    )


def _several(field: Field, text: str) -> list[Any]:
    """Read several words; "none" is the empty list, "any" the whole vocabulary."""
    if text.lower() in NONE:
        return []
    if text.lower() in ANY and field.words is not None:
        return [word for word in field.words if word.value != "none"]
    whole = lookup(field.words).get(plain(text)) if field.words else None
    if whole is not None:
        return [whole]
    return [read_word(field, part) for part in entries(text)]


def read_set(field: Field, text: str) -> frozenset[Any]:
    """Read a set of words of a vocabulary."""
    return frozenset(_several(field, text))


def read_ranked(field: Field, text: str) -> tuple[Any, ...]:
    """Read words of a vocabulary in their order, each once."""
    return tuple(dict.fromkeys(_several(field, text)))


def read_text(_: Field, text: str) -> str:
    """Read a short text as it stands."""
    if text.startswith("#") and text.lower() in _BROKEN:
        raise CellError(
            Code.SPREADSHEET_ERROR,
            f"the cell holds the spreadsheet error {text}.",
            "Repair the formula, or leave the cell blank.",
        )
    if "  " in text or not text.isprintable():  # no blank but single spaces is printable
        text = " ".join(text.split())
    if len(text) > TEXT_LENGTH:
        raise CellError(
            Code.TOO_LONG,
            f"the text has {len(text)} characters; at most {TEXT_LENGTH} are kept.",
            "Shorten it.",
            show=False,
        )
    return text


def read_identifier(_: Field, text: str) -> str:
    """Read a code that names something; "14.0" from a spreadsheet is "14"."""
    if _CODE.fullmatch(text):
        return text
    text = read_text(_, text)
    if text.endswith(".0") and _POINT_ZERO.fullmatch(text):
        text = text[:-2]
    if len(text) > ID_LENGTH:
        raise CellError(
            Code.BAD_ID,
            f"the code is longer than {ID_LENGTH} characters.",
            "Shorten it.",
            show=False,
        )
    return text


def read_tokens(field: Field, text: str) -> frozenset[str]:
    """Read a set of codes."""
    return frozenset(read_ranked_tokens(field, text))


def read_ranked_tokens(field: Field, text: str) -> tuple[str, ...]:
    """Read codes in their order, each once."""
    if text.lower() in NONE:
        return ()
    return tuple(dict.fromkeys(read_identifier(field, part) for part in entries(text)))


def read_ranked_languages(field: Field, text: str) -> tuple[str, ...]:
    """Read languages in their order, by name or ISO 639 code."""
    if text.lower() in NONE:
        return ()
    return tuple(dict.fromkeys(language(read_text(field, part)) for part in entries(text)))


def read_languages(field: Field, text: str) -> frozenset[str]:
    """Read a set of languages, by name or ISO 639 code."""
    return frozenset(read_ranked_languages(field, text))


def read_state(_: Field, text: str) -> str:
    """Read a state by its postal code or its name."""
    code = text.upper()
    if code in geography.load().states:
        return code
    named = STATES.get(plain(text))
    if named:
        return named
    raise CellError(
        Code.NO_SUCH_STATE,
        f"'{shown(text)}' is not a state.",
        "Write the two letters of the state, such as FL.",
    )


@lru_cache(maxsize=20_000)
def _find_county(text: str) -> tuple[str, ...]:
    """Return the counties a text may mean."""
    return geography.load().find(text)


def read_county(_: Field, text: str) -> str:
    """Read a county by its code or its name; an ambiguous name is not guessed."""
    found = _find_county(text)
    if len(found) == 1:
        return found[0]
    if not found:
        raise CellError(
            Code.NO_SUCH_COUNTY,
            f"county '{shown(text)}' does not exist.",
            "Write it as 'Leon, FL' or as its five-digit code.",
        )
    names = [geography.load().name(fips) for fips in found]
    several = " or ".join(names) if len(names) == 2 else f"{names[0]}, {names[1]} or others"
    raise CellError(
        Code.AMBIGUOUS_COUNTY,
        f"county '{shown(text)}' may be {several}.",
        f"Write it in full, as in '{names[0]}', or as its five-digit code.",
    )


def read_counties(field: Field, text: str) -> frozenset[str]:
    """Read a set of counties; two letters of a state mean all of its counties."""
    if text.lower() in NONE:
        return frozenset()
    geo = geography.load()
    found: set[str] = set()
    for part in _county_entries(text):
        if part.upper() in geo.states:
            found |= _counties_of(part.upper())
        else:
            found.add(read_county(field, part))
    return frozenset(found)


@cache
def _counties_of(state: str) -> frozenset[str]:
    """Return every county of a state."""
    counties = geography.load().counties
    return frozenset(county.fips for county in counties if county.state == state)


def _county_entries(text: str) -> list[str]:
    """Split counties; "Leon, FL, Wakulla, FL" keeps each name with its state."""
    if "," not in text or _MARKS.search(text):
        return entries(text)
    states = geography.load().states
    out: list[str] = []
    for part in entries(text):
        if out and part.upper() in states and not re.fullmatch(r"\d+", out[-1]):
            out[-1] = f"{out[-1]}, {part}" if "," not in out[-1] else out[-1]
        else:
            out.append(part)
    return out
