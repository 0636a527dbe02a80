"""What a column of a sheet is: its kind, its limits and its words."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from matching.domain.fields import FieldClass, class_of

#: American spellings read as the British ones the record uses.
_SPELLING = {
    "labor": "labour",
    "behavior": "behaviour",
    "behaviors": "behaviours",
    "license": "licence",
    "licenses": "licences",
    "program": "programme",
    "programs": "programmes",
    "specialized": "specialised",
    "sexualized": "sexualised",
    "center": "centre",
    "organization": "organisation",
    "recognized": "recognised",
}

_WORD = re.compile(r"[a-z0-9]+")
#: Where a word starts inside "providerName".
_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")


@cache
def plain(text: str) -> str:
    """Return a text as matched: lower case, letters and digits, British spelling.

    Parameters
    ----------
    text : str
        A header or a word of a vocabulary.

    Returns
    -------
    str
        Words separated by single spaces.
    """
    folded = text
    if not text.isascii():
        folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    lower = folded.lower()
    if lower != folded:
        lower = _CAPITAL.sub(" ", folded).lower()
    return " ".join(
        [_SPELLING.get(word, word) for word in _WORD.findall(lower.replace("'", ""))]
    )


class SheetKind(StrEnum):
    """The two sheets."""

    PROVIDERS = "providers"
    REFERRALS = "referrals"


class Kind(StrEnum):
    """How the cells of a column are read."""

    TEXT = "text"
    IDENTIFIER = "code"
    NUMBER = "whole number"
    DATE = "date"
    MOMENT = "date and time"
    YES_NO = "yes or no"
    ONE_OF = "one of a list"
    SET_OF = "several of a list"
    RANKED = "several of a list, best first"
    STATE = "state"
    COUNTY = "county"
    COUNTIES = "counties"
    TOKENS = "several codes"
    RANKED_TOKENS = "several codes, best first"
    LANGUAGES = "languages"
    RANKED_LANGUAGES = "languages, best first"
    TRAININGS = "courses with their last day"


#: Kinds whose cell holds several entries, separated by ";".
SEVERAL = frozenset(
    {
        Kind.SET_OF,
        Kind.RANKED,
        Kind.COUNTIES,
        Kind.TOKENS,
        Kind.RANKED_TOKENS,
        Kind.LANGUAGES,
        Kind.RANKED_LANGUAGES,
        Kind.TRAININGS,
    }
)

#: Kinds kept as the person wrote them.
WRITTEN = frozenset({Kind.TEXT, Kind.IDENTIFIER, Kind.TOKENS, Kind.RANKED_TOKENS})


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One column of a sheet and the attribute it fills.

    Attributes
    ----------
    record : type
        The dataclass of :mod:`matching.domain.records` it fills.
    attribute : str
        Name of the dataclass field.
    column : str
        Name of the column in the template.
    label : str
        What it is called on a screen.
    kind : Kind
        How its cells are read.
    help : str
        One sentence for the person who fills it in.
    example : str
        A cell as it may be written.
    synonyms : tuple of str
        Other names under which it is recognised, in any spelling and case.
    words : type of StrEnum or None
        The vocabulary of a list kind.
    low, high : int
        Limits of a whole number, both included.
    required : bool
        Whether a sheet without the column is refused.
    """

    record: type
    attribute: str
    column: str
    label: str
    kind: Kind
    help: str
    example: str
    synonyms: tuple[str, ...] = ()
    words: type[StrEnum] | None = None
    low: int = 0
    high: int = 0
    required: bool = False

    @property
    def field_class(self) -> FieldClass:
        """What the field may be used for, as the record says."""
        return class_of(self.record, self.attribute)

    @property
    def names(self) -> frozenset[str]:
        """Every plain name under which the column is recognised."""
        return frozenset(plain(name) for name in (self.column, self.label, *self.synonyms))
