"""Ages in one cell: "12-17", "18+", "under 18"."""

from __future__ import annotations

import re

from matching.intake.issues import CellError, Code, shown

#: Oldest age that is taken for one.
OLDEST = 120

_START = r"(?:ages?:?\s*)?"
RANGE = re.compile(
    rf"{_START}(\d{{1,3}})\s*(?:-|–|—|to|through)\s*(\d{{1,3}})\b", re.IGNORECASE
)
FROM = re.compile(
    rf"{_START}(\d{{1,3}})\s*(?:\+|(?:and|&|or) (?:over|older|up|above)\b)", re.IGNORECASE
)
UNDER = re.compile(rf"{_START}(?:under|below|younger than)\s*(\d{{1,3}})\b", re.IGNORECASE)
_YEARS = re.compile(r"\b(?:years?|yrs?|y/?o)\b(?: old)?\.?", re.IGNORECASE)


def read_ages(text: str) -> tuple[int | None, int | None]:
    """Read both ages.

    Parameters
    ----------
    text : str

    Returns
    -------
    youngest, oldest : int or None
        ``None`` is not said.

    Raises
    ------
    CellError
        If it is no range of ages.
    """
    bare = " ".join(_YEARS.sub(" ", text).split())
    both, start, under = RANGE.fullmatch(bare), FROM.fullmatch(bare), UNDER.fullmatch(bare)
    if both:
        found: tuple[int | None, int | None] = int(both[1]), int(both[2])
    elif start:
        found = int(start[1]), None
    elif under and int(under[1]) > 0:
        found = None, int(under[1]) - 1
    else:
        raise CellError(
            Code.NOT_A_NUMBER,
            f"'{shown(text)}' is not a range of ages.",
            "Write it as 12-17 or 18+, or leave it blank.",
        )
    if max(one or 0 for one in found) > OLDEST:
        raise CellError(
            Code.OUT_OF_RANGE,
            f"{shown(text)} is not between 0 and {OLDEST}.",
            "Write it as 12-17 or 18+, or leave it blank.",
        )
    return found
