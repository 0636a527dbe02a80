"""Dates as people write them, read for a whole column at a time.

"3/4/2026" has two readings. The column decides: if one of its dates can only
be read in one order, all are read in that order. If none can, or if both
orders occur, nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import Enum

from matching.intake.issues import CellError, Code

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_NUMERIC = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4}|\d{2})")
_DAY_MONTH = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[\s\-]+([A-Za-z]{3,9})\.?,?[\s\-]+(\d{4})")
_MONTH_DAY = re.compile(r"([A-Za-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})")
_UTC = re.compile(r"\s*(UTC|Z)$")
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*([AaPp][Mm])?")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FULL_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_FIX = "Write the date as 2026-11-22 or 22 Nov 2026."


class Order(Enum):
    """In which order a column writes its numeric dates."""

    MONTH_FIRST = "month first"
    DAY_FIRST = "day first"
    UNKNOWN = "unknown"  #: every numeric date could be read both ways
    BOTH = "both"  #: some can only be month first, others only day first


@dataclass(frozen=True, slots=True)
class DateColumn:
    """What a column's dates have in common."""

    order: Order

    @classmethod
    def of(cls, texts: Iterable[str]) -> DateColumn:
        """Work out the order from every cell of the column.

        Parameters
        ----------
        texts : iterable of str
            The cells, in any order, repeated or not.

        Returns
        -------
        DateColumn
        """
        day = month = False
        for text in texts:
            if text[4:5] == "-":
                continue  # year first: nothing to find out
            match = _NUMERIC.match(text.strip())
            if match:
                day = day or int(match[1]) > 12
                month = month or int(match[2]) > 12
        if day and month:
            return cls(Order.BOTH)
        if day or month:
            return cls(Order.DAY_FIRST if day else Order.MONTH_FIRST)
        return cls(Order.UNKNOWN)

    def day(self, text: str) -> date:
        """Read one date; a time of day behind it is ignored.

        Raises
        ------
        CellError
            If it is not a date, or could be two.
        """
        text = text.strip()
        if len(text) == 10 and text[4] == "-" and "1900" < text[:4] < "2200":
            try:
                return date.fromisoformat(text)
            except ValueError:
                pass  # the patterns below say what is wrong
        return self._split(text)[0]

    def moment(self, text: str) -> datetime:
        """Read a date and time; without a zone it is universal time.

        Raises
        ------
        CellError
            If it is not a date, could be two, or the time is not one.
        """
        text = text.strip()
        iso = _UTC.sub("+00:00", text) if text[-1:] in "ZC" else text
        try:
            found = datetime.fromisoformat(iso)
        except ValueError:
            day, rest = self._split(text)
            found = datetime.combine(day, _time(text, rest))
        if not 1900 <= found.year <= 2200:
            raise CellError(Code.NOT_A_DATE, f"'{text[:40]}' is not a date.", _FIX)
        if found.tzinfo is UTC:
            return found
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)

    def _split(self, text: str) -> tuple[date, str]:
        """Return the date in front and whatever stands behind it."""
        for pattern in (_ISO, _DAY_MONTH, _MONTH_DAY, _NUMERIC):
            match = pattern.match(text)
            if match is None:
                continue
            rest = text[match.end() :].lstrip(" T,")
            if rest and not _TIME.match(rest):
                continue
            try:
                found = date(*self._numbers(pattern, text, match))
            except ValueError:
                break
            if 1900 <= found.year <= 2200:
                return found, rest
        raise CellError(Code.NOT_A_DATE, f"'{text[:40]}' is not a date.", _FIX)

    def _numbers(
        self, pattern: re.Pattern[str], text: str, match: re.Match[str]
    ) -> tuple[int, int, int]:
        """Return year, month and day of a date in one of the patterns."""
        if pattern is _ISO:
            return int(match[1]), int(match[2]), int(match[3])
        if pattern is _DAY_MONTH:
            return int(match[3]), _month(match[2]), int(match[1])
        if pattern is _MONTH_DAY:
            return int(match[3]), _month(match[1]), int(match[2])
        return self._numeric(text, match)

    def _numeric(self, text: str, match: re.Match[str]) -> tuple[int, int, int]:
        """Return year, month and day of a date written in numbers."""
        first, second, year = int(match[1]), int(match[2]), int(match[3])
        year += 2000 if year < 100 else 0
        if first > 12 or second > 12:
            return (year, second, first) if first > 12 else (year, first, second)
        if self.order is Order.DAY_FIRST or first == second:
            return year, second, first
        if self.order is Order.MONTH_FIRST:
            return year, first, second
        why = (
            "the column writes dates in both orders"
            if self.order is Order.BOTH
            else "no date in the column shows which number is the month"
        )
        raise CellError(
            Code.DATE_IN_TWO_ORDERS,
            f"'{text[:40]}' can be read in two orders: {why}.",
            _FIX,
        )


def _month(name: str) -> int:
    """Return the number of a month by its name; 0 if it is none."""
    word = name.lower()
    if word in _FULL_MONTHS:
        return _FULL_MONTHS.index(word) + 1
    short = "sep" if word == "sept" else word
    return _MONTHS.index(short) + 1 if short in _MONTHS else 0


def _time(text: str, rest: str) -> time:
    """Return the time of day behind a date; midnight if there is none."""
    match = _TIME.match(rest)
    if not match:
        return time()
    hour, half = int(match[1]), (match[4] or "").lower()
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    try:
        return time(hour, int(match[2]), int(match[3] or 0))
    except ValueError:
        raise CellError(
            Code.NOT_A_DATE, f"'{text[:40]}' is not a date and time.", _FIX
        ) from None
