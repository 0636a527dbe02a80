"""Race and tribal status, as an office may record them for the page on fairness alone.

Neither is a matching input: federally funded agencies may not delay or deny a
foster placement because of race, colour or national origin (42 U.S.C. 671(a)(18)).
They are no part of a referral, so that no rule, no plan and no other page can read
them, and they are only ever shown as counts of groups.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Race(StrEnum):
    """Categories of OMB Statistical Policy Directive 15 (2024), and those of AFCARS.

    A person may have several. That somebody declined to say is an answer; that
    nobody has asked is ``None``.
    """

    AMERICAN_INDIAN = "american_indian_or_alaska_native"
    ASIAN = "asian"
    BLACK = "black_or_african_american"
    HISPANIC = "hispanic_or_latino"
    MIDDLE_EASTERN = "middle_eastern_or_north_african"
    PACIFIC_ISLANDER = "native_hawaiian_or_pacific_islander"
    WHITE = "white"
    SEVERAL = "more_than_one"  #: where a list does not say which
    DECLINED = "declined"


class TribalStatus(StrEnum):
    """Whether somebody belongs to a federally recognised tribe (45 CFR 1355.44(b))."""

    MEMBER = "member"
    ELIGIBLE = "eligible"
    NEITHER = "neither"
    DECLINED = "declined"


RACE_WORDS: dict[Race, str] = {
    Race.AMERICAN_INDIAN: "American Indian or Alaska Native",
    Race.ASIAN: "Asian",
    Race.BLACK: "Black or African American",
    Race.HISPANIC: "Hispanic or Latino",
    Race.MIDDLE_EASTERN: "Middle Eastern or North African",
    Race.PACIFIC_ISLANDER: "Native Hawaiian or Pacific Islander",
    Race.WHITE: "White",
    Race.SEVERAL: "more than one",
    Race.DECLINED: "declined to say",
}
TRIBAL_WORDS: dict[TribalStatus, str] = {
    TribalStatus.MEMBER: "member of a tribe",
    TribalStatus.ELIGIBLE: "eligible for membership",
    TribalStatus.NEITHER: "neither member nor eligible",
    TribalStatus.DECLINED: "declined to say",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class EquityFacts:
    """What an office recorded of one case.

    Attributes
    ----------
    referral_id : str
        Case reference.
    race : frozenset of Race or None
        ``None`` if nobody knows; never empty.
    tribal_status : TribalStatus or None
    actor : str
        Account name of who recorded it.
    at : datetime
        When, aware.
    """

    referral_id: str
    race: frozenset[Race] | None = None
    tribal_status: TribalStatus | None = None
    actor: str
    at: datetime
