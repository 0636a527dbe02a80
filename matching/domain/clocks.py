"""How long things may take: the `[clocks]` table of a policy.

A clock changes no plan. It says by when somebody has to look at something again, and
what a hold or a call back is set to if nobody says otherwise. Where a text asks for it,
the table `[clocks.citations]` names that text; without one it is a setting of the office.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta
from typing import Any

from matching.domain.policy_checks import fail, number, only


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocks:
    """Lengths of time, each in the unit that its name ends with.

    Attributes
    ----------
    hold_minutes : int
        How long a bed is held if nobody says otherwise.
    longest_hold_minutes : int
        The longest that one press may hold it.
    hold_soon_minutes : int
        From when before its end a hold is among what needs a person.
    call_back_minutes : int
        When to call again after "call back", if nobody says otherwise.
    screening_hours : int
        From the referral to the beginning of a screening for trafficking.
    missing_report_hours : int
        From when a young person is missing to the report to the police and to NCMEC.
    review_hours : int
        From a referral recorded in a hurry to the day it is looked at again.
    bed_hold_days : int
        How long a bed is kept for somebody who is missing or in hospital.
    family_first_days : int
        Day of a placement by which its federal payment category is looked at.
    ending_days : int
        From when before its end a licence, certificate or training is shown.
    citations : mapping of str to str
        The text that asks for a clock, by the name of the clock.
    """

    hold_minutes: int = 60
    longest_hold_minutes: int = 1440
    hold_soon_minutes: int = 60
    call_back_minutes: int = 30
    screening_hours: int = 24
    missing_report_hours: int = 24
    review_hours: int = 72
    bed_hold_days: int = 14
    family_first_days: int = 14
    ending_days: int = 30
    citations: Mapping[str, str] = field(default_factory=dict)

    @property
    def hold(self) -> timedelta:
        """How long a bed is held if nobody says otherwise."""
        return timedelta(minutes=self.hold_minutes)

    @property
    def longest_hold(self) -> timedelta:
        """The longest that one press may hold a bed."""
        return timedelta(minutes=self.longest_hold_minutes)

    @property
    def hold_soon(self) -> timedelta:
        """From when before its end a hold is among what needs a person."""
        return timedelta(minutes=self.hold_soon_minutes)

    @property
    def call_back(self) -> timedelta:
        """When to call again, if nobody says otherwise."""
        return timedelta(minutes=self.call_back_minutes)

    @property
    def screening(self) -> timedelta:
        """From the referral to the beginning of a screening."""
        return timedelta(hours=self.screening_hours)

    @property
    def missing_report(self) -> timedelta:
        """From when somebody is missing to the report of it."""
        return timedelta(hours=self.missing_report_hours)

    @property
    def review(self) -> timedelta:
        """From an emergency to its review."""
        return timedelta(hours=self.review_hours)

    @property
    def bed_hold(self) -> timedelta:
        """How long a bed is kept for somebody who is away."""
        return timedelta(days=self.bed_hold_days)

    @property
    def family_first(self) -> timedelta:
        """From moving in to the day the payment category is looked at."""
        return timedelta(days=self.family_first_days)

    @property
    def ending(self) -> timedelta:
        """From when before its end a licence, certificate or training is shown."""
        return timedelta(days=self.ending_days)


#: Least and most of each clock: what an office could mean, not what is wise.
LIMITS: Mapping[str, tuple[int, int]] = {
    "hold_minutes": (5, 1440),
    "longest_hold_minutes": (5, 10_080),
    "hold_soon_minutes": (1, 1440),
    "call_back_minutes": (1, 1440),
    "screening_hours": (1, 720),
    "missing_report_hours": (1, 72),
    "review_hours": (1, 720),
    "bed_hold_days": (1, 90),
    "family_first_days": (1, 90),
    "ending_days": (1, 365),
}


def read(table: Any, name: str) -> Clocks:
    """Read the clocks of a policy; what it does not say is as in :class:`Clocks`.

    Parameters
    ----------
    table : object
        The `[clocks]` table as it was read.
    name : str
        Name of the policy, for errors.

    Raises
    ------
    PolicyError
        With a sentence that says where the file is wrong.
    """
    where = "[clocks]"
    only(table, LIMITS.keys() | {"citations"}, name, where)
    lengths = {
        key: number(table[key], *limits, name, f"{where} {key}")
        for key, limits in LIMITS.items()
        if key in table
    }
    clocks = Clocks(**lengths, citations=_citations(table.get("citations", {}), name))
    if clocks.hold_minutes > clocks.longest_hold_minutes:
        raise fail(
            name,
            f"{where} hold_minutes",
            f"a hold of {clocks.hold_minutes} minutes would be longer than the longest "
            f"one ({clocks.longest_hold_minutes} minutes).",
        )
    return clocks


def _citations(table: Any, name: str) -> dict[str, str]:
    where = "[clocks.citations]"
    only(table, LIMITS.keys(), name, where)
    for key, text in table.items():
        if not isinstance(text, str) or not text.strip():
            raise fail(name, f"{where} {key}", "a citation must be a text.")
    return dict(table)


def names() -> tuple[str, ...]:
    """Return the names of the clocks, in the order to show them."""
    return tuple(one.name for one in fields(Clocks) if one.name in LIMITS)
