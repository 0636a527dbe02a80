"""What one number of the sample is, and the sources it may name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

ASSUMPTION = "assumption"

#: What the short names of sources stand for.
SOURCES: Mapping[str, str] = {
    "bed survey 2019": "Saint Francis Ministries, national survey of beds for survivors of "
    "trafficking, September 2019 (self-reported), saintfrancisministries.org",
    "Connecticut 2021": "WTNH on reports of child trafficking in Connecticut in 2021 "
    "(reports, not prevalence), wtnh.com",
    "Georgia centre": "Marietta Daily Journal on the Receiving Hope Center, mdjonline.com",
    "Florida standards": "Fla. Admin. Code 65C-46.020, standards for safe houses "
    "(text of 2019), flrules.elaws.us",
    "Family First": "42 U.S.C. 672(c), foster family homes, as the Family First Prevention "
    "Services Act has it",
}


@dataclass(frozen=True, slots=True)
class Number:
    """One number, or one set of shares, of the sample.

    Attributes
    ----------
    value : object
        A share, a count, a range, or shares by name.
    source : str
        A key of :data:`SOURCES`, or "assumption".
    says : str
        What it is, in plain words.
    bare : bool
        Whether a fraction in it is a plain number and no share of a whole.
    """

    value: Any
    source: str
    says: str
    bare: bool = False


def guess(value: Any, says: str, *, bare: bool = False) -> Number:
    """Return a number that nobody has published."""
    return Number(value, ASSUMPTION, says, bare)
