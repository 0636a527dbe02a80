"""Read a list of race and tribal status by case reference, and nothing else of it.

Columns that are neither are not looked at beyond their headers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from matching.domain.equity import RACE_WORDS, TRIBAL_WORDS, Race, TribalStatus
from matching.domain.errors import InputError
from matching.intake.field_types import plain
from matching.intake.fields import SheetKind, key_of
from matching.intake.firewall import check_reference, safe_header
from matching.intake.guard import SMALL, Limits
from matching.intake.issues import CellError, Code, Issue, Severity
from matching.intake.layout import lay_out
from matching.intake.reader import Sheet, read
from matching.intake.values import entries, is_unknown, read_identifier
from matching.intake.vocabulary import SAID_UNKNOWN

T = TypeVar("T", bound=StrEnum)

REFERENCE, RACE, ETHNICITY, TRIBE = "case_reference", "race", "ethnicity", "tribal_status"

_HEADERS: Mapping[str, tuple[str, ...]] = {
    REFERENCE: (
        "case reference",
        "case",
        "case id",
        "case number",
        "reference",
        "referral id",
        "referral",
        "id",
    ),
    RACE: (
        "race",
        "races",
        "race s",
        "racial identity",
        "race ethnicity",
        "race and ethnicity",
    ),
    ETHNICITY: ("ethnicity", "hispanic", "hispanic or latino", "hispanic or latino ethnicity"),
    TRIBE: (
        "tribal status",
        "tribal membership",
        "tribal membership status",
        "tribe member",
        "member of a tribe",
    ),
}
_COLUMN = {name: column for column, names in _HEADERS.items() for name in names}

_DECLINED = (
    "declined|declined to say|declined to answer|refused|prefer not to say|prefers not to say"
)
_RACES = {
    Race.AMERICAN_INDIAN: "american indian|alaska native|native american|indigenous|ai an"
    "|american indian alaska native|american indian alaska native or indigenous",
    Race.ASIAN: "asian american|asian or asian american",
    Race.BLACK: "black|african american|black african american|african"
    "|black african american or african",
    Race.HISPANIC: "hispanic|latino|latina|latinx|latine|hispanic latino|hispanic latina e o",
    Race.MIDDLE_EASTERN: "middle eastern|north african|mena|middle eastern north african",
    Race.PACIFIC_ISLANDER: "native hawaiian|pacific islander|nhpi"
    "|native hawaiian or other pacific islander|native hawaiian pacific islander",
    Race.WHITE: "caucasian",
    Race.SEVERAL: "two or more|two or more races|multiracial|multi racial|several|mixed",
    Race.DECLINED: _DECLINED,
}
_TRIBES = {
    TribalStatus.MEMBER: "yes|enrolled|enrolled member|tribal member|tribe member",
    TribalStatus.ELIGIBLE: "eligible for membership in a tribe|may be eligible",
    TribalStatus.NEITHER: "no|none|not a member|not eligible|not applicable",
    TribalStatus.DECLINED: _DECLINED,
}
_HISPANIC = {"yes", "y", "true", "1"}
_NOT_HISPANIC = {"no", "n", "false", "0"}
_NOT_HISPANIC |= {
    "not hispanic or latino",
    "non hispanic",
    "not hispanic",
    "non hispanic latino",
}
#: AFCARS and HMIS have answers of their own for "nobody knows".
_NOBODY_KNOWS = {
    "unable to determine",
    "abandoned",
    "client doesn t know",
    "doesn t know",
    "data not collected",
    "not collected",
}


def _spellings(words: Mapping[T, str], aliases: Mapping[T, str]) -> dict[str, T]:
    return {
        plain(name): member
        for member, text in words.items()
        for name in (text, str(member), *aliases[member].split("|"))
    }


_RACE_OF = _spellings(RACE_WORDS, _RACES)
_TRIBE_OF = _spellings(TRIBAL_WORDS, _TRIBES)


@dataclass(frozen=True, slots=True)
class EquityRow:
    """One row of the list.

    Attributes
    ----------
    number : int
        The spreadsheet's own.
    referral_id : str
    race : frozenset of Race or None
        ``None`` is not known.
    tribal_status : TribalStatus or None
    said : frozenset of str
        Which of "race" and "tribal_status" the row says anything about. A blank
        says nothing; "unknown" says that nobody knows.
    """

    number: int
    referral_id: str
    race: frozenset[Race] | None
    tribal_status: TribalStatus | None
    said: frozenset[str]


@dataclass(frozen=True, slots=True)
class EquityList:
    """A list that was read.

    Attributes
    ----------
    rows : tuple of EquityRow
        The rows that can be recorded.
    issues : tuple of Issue
        Rows set aside, and why; no cell is repeated.
    not_read : tuple of str
        Headers of the columns that were not looked at.
    """

    rows: tuple[EquityRow, ...]
    issues: tuple[Issue, ...]
    not_read: tuple[str, ...]


def read_equity(data: bytes, *, limits: Limits = SMALL) -> EquityList:
    """Read a list of race and tribal status.

    Parameters
    ----------
    data : bytes
        A CSV or a workbook; of a workbook the first sheet with the right columns.
    limits : Limits, optional
        How large it may be.

    Returns
    -------
    EquityList

    Raises
    ------
    InputError
        If it cannot be read, or has no case reference, or neither race nor
        tribal status.
    """
    book = read(data, limits=limits)
    for sheet in book.sheets:
        found = _of_sheet(sheet)
        if found is not None:
            return found
    raise InputError(
        "The file has no column for the case reference, or none for race or tribal status.",
        next_step="Name the columns: case reference, race, tribal status.",
    )


def _columns(cells: Sequence[str]) -> dict[str, int]:
    """Return where each column of the list stands; the first of several counts."""
    out: dict[str, int] = {}
    for place, cell in enumerate(cells):
        name = _COLUMN.get(plain(cell))
        if name is not None:
            out.setdefault(name, place)
    return out


def _of_sheet(sheet: Sheet) -> EquityList | None:
    grid = lay_out(sheet, lambda cells: len(_columns(cells)))
    at = _columns(grid.columns)
    if REFERENCE not in at or not at.keys() & {RACE, ETHNICITY, TRIBE}:
        return None
    rows: list[EquityRow] = []
    issues: list[Issue] = []
    seen: set[str] = set()
    for number, cells in zip(grid.numbers, grid.rows, strict=True):
        texts = {name: cells[k] if k < len(cells) else "" for name, k in at.items()}
        try:
            row = _row(number, texts, seen)
        except _Problem as problem:
            issues.append(problem.issue(number))
            continue
        seen.add(row.referral_id)
        rows.append(row)
    return EquityList(
        rows=tuple(rows),
        issues=tuple(issues),
        not_read=tuple(
            safe_header(name) for k, name in enumerate(grid.columns) if k not in at.values()
        ),
    )


class _Problem(Exception):
    """A row that cannot be recorded."""

    def __init__(self, column: str, error: CellError) -> None:
        super().__init__(error.sentence)
        self._column, self._error = column, error

    def issue(self, number: int) -> Issue:
        """Return it with its row, and without the cell, which may be personal."""
        one = self._error
        return Issue(
            Severity.ERROR, one.code, number, self._column, None, one.sentence, one.fix
        )


def _row(number: int, texts: Mapping[str, str], seen: set[str]) -> EquityRow:
    reference = _read(REFERENCE, _reference, texts[REFERENCE])
    if reference in seen:
        raise _Problem(
            REFERENCE,
            CellError(
                Code.DUPLICATE_ROW,
                "this case stands further up already.",
                "Keep one row for each case.",
            ),
        )
    race = _read(RACE, _race, texts.get(RACE, ""))
    if _read(ETHNICITY, _hispanic, texts.get(ETHNICITY, "")):
        race = (race or frozenset()) - {Race.DECLINED} | {Race.HISPANIC}
    tribe = _read(TRIBE, _tribe, texts.get(TRIBE, ""))
    said = {
        name
        for name, value in ((RACE, race), (TRIBE, tribe))
        if value is not None or _says_unknown(texts.get(name, ""))
    }
    return EquityRow(number, reference, race, tribe, frozenset(said))


R = TypeVar("R")


def _read(column: str, reader: Callable[[str], R], text: str) -> R:
    try:
        return reader(text.strip())
    except CellError as error:
        raise _Problem(column, error) from None


def _reference(text: str) -> str:
    if is_unknown(text):
        raise CellError(Code.MISSING_ID, "the case reference is missing.", "Add it.")
    # As lists of people are read, so that the same code is the same case.
    check_reference(text)
    return read_identifier(key_of(SheetKind.REFERRALS), text)


def _unsaid(text: str) -> bool:
    return is_unknown(text) or plain(text) in _NOBODY_KNOWS


def _says_unknown(text: str) -> bool:
    """Tell whether a cell says in so many words that nobody knows."""
    return text.strip().lower() in SAID_UNKNOWN or plain(text) in _NOBODY_KNOWS


def _race(text: str) -> frozenset[Race] | None:
    """Read one or several races; what names one race as a whole is not cut."""
    whole = _RACE_OF.get(plain(text))
    if whole is not None:
        return frozenset({whole})
    if _unsaid(text):
        return None
    found: set[Race] = set()
    for entry in entries(text):
        race = _RACE_OF.get(plain(entry))
        parts = [entry] if race is not None else _JOINS.split(entry)
        for part in parts:
            if not _unsaid(part):
                found.add(_known(_RACE_OF, part, RACE_WORDS))
    return frozenset(found) or None


_JOINS = re.compile(r"\s*(?:/|\+|&|\band\b)\s*", re.IGNORECASE)


def _hispanic(text: str) -> bool:
    word = plain(text)
    if word in _HISPANIC or _RACE_OF.get(word) is Race.HISPANIC:
        return True
    if word in _NOT_HISPANIC or _RACE_OF.get(word) is Race.DECLINED or _unsaid(text):
        return False
    raise CellError(
        Code.NOT_IN_LIST,
        "the value is not one of those known here.",
        "Write yes or no, or leave it blank if nobody knows.",
    )


def _tribe(text: str) -> TribalStatus | None:
    if plain(text) not in _TRIBE_OF and _unsaid(text):
        return None
    return _known(_TRIBE_OF, text, TRIBAL_WORDS)


def _known(spellings: Mapping[str, T], text: str, words: Mapping[T, str]) -> T:
    found = spellings.get(plain(text))
    if found is None:
        raise CellError(
            Code.NOT_IN_LIST,
            "the value is not one of those known here.",
            f"Choose: {'; '.join(words.values())}; or leave it blank if nobody knows.",
        )
    return found
