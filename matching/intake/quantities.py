"""Numbers of beds inside text: "12 beds", "32 for families, 80 singles"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from matching.intake.issues import CellError, Code, shown
from matching.intake.population import Served, read_served

_PART = re.compile(r"(?:^|[,;/&+]|\band\b)\s*(\d{1,3}(?:,\d{3})+|\d+)(?!\d|\s*(?:\+|-|–|to\b))")
_BEDS = re.compile(
    r"\b(?:beds?|spaces?|places?|slots?|spots?|people|persons?|residents?|youth|clients?)\b"
)
_NOT_BEDS = re.compile(
    r"\b(rooms?|bedrooms?|units?|apartments?|apts?|houses?|homes?|cottages?|cabins?|suites?"
    r"|famil(?:y|ies) rooms?|households?)\b"
)
_OPEN = re.compile(r"\b(?:about|around|approx\w*|up to|over|more than|at least|max\w*)\b|[~<>]")


@dataclass(frozen=True, slots=True)
class Part:
    """Some beds and whom they are for.

    Attributes
    ----------
    beds : int
    served : Served
    text : str
        How the cell calls those it is for; empty if it does not.
    """

    beds: int
    served: Served
    text: str


def read_parts(text: str) -> tuple[Part, ...]:
    """Read how many beds a text tells of, and for whom.

    Parameters
    ----------
    text : str
        Such as "32 for families, 80 singles".

    Returns
    -------
    tuple of Part
        At least one.

    Raises
    ------
    CellError
        If it counts something else than beds, is no exact number, or does not
        say clearly for whom each number is.
    """
    plain_text = " ".join(text.split()).lower()
    starts = list(_PART.finditer(plain_text))
    if not starts or starts[0].start() != 0:
        raise _question(text, "is not a number")
    if _OPEN.search(plain_text):
        raise _question(text, "is not an exact number")
    counted = _NOT_BEDS.search(plain_text)
    if counted:
        raise _question(text, f"counts {counted[1]}, not beds")
    ends = [one.start() for one in starts[1:]] + [len(plain_text)]
    out = []
    for found, end in zip(starts, ends, strict=True):
        who = _BEDS.sub(" ", plain_text[found.end() : end]).strip(" ,;/&+()")
        try:
            served = read_served(who)
        except CellError as problem:
            raise _question(text, "does not say clearly for whom") from problem
        words = re.sub(r"^(?:for|of)\b|\b(?:for|of)$", "", who).strip()
        out.append(Part(int(found[1].replace(",", "")), served, words))
    if len(out) > 1 and any(part.served == Served() for part in out):
        raise _question(text, "names several numbers, but not for whom each is")
    return tuple(out)


def _question(text: str, what: str) -> CellError:
    return CellError(
        Code.NOT_A_NUMBER,
        f"'{shown(text)}' {what}.",
        "Write how many beds that is, or say that it is unknown.",
    )
