"""What a policy says about one rule, one preference, and the order of people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from matching.domain.access import Role
from matching.domain.rulebook import Kind, OnUnknown
from matching.domain.words import Urgency

#: Largest weight of a preference; with at most 10 points each, the cost of a
#: pair stays small enough for exact integer arithmetic.
MAX_WEIGHT = 100


@dataclass(frozen=True, slots=True)
class RuleSetting:
    """How one rule is used by a policy.

    Attributes
    ----------
    code : str
        Code of the rule.
    on : bool
        Whether it is used at all.
    kind : Kind
        Law, safety or policy.
    on_unknown : OnUnknown
        What a missing fact does.
    waiver_role : Role or None
        Who may waive it; only for policy rules.
    citation : str
        Where it comes from; required for law.
    effective_from, effective_to : date or None
        First and last day in force; ``None`` is open.
    parameters : Mapping
        Settings by name, complete.
    """

    code: str
    on: bool
    kind: Kind
    on_unknown: OnUnknown
    waiver_role: Role | None
    citation: str
    effective_from: date | None
    effective_to: date | None
    parameters: Mapping[str, Any]

    def in_force(self, on_day: date) -> bool:
        """Tell whether the rule is used on a day."""
        return (
            self.on
            and (self.effective_from is None or self.effective_from <= on_day)
            and (self.effective_to is None or on_day <= self.effective_to)
        )


@dataclass(frozen=True, slots=True)
class PreferenceSetting:
    """Weight of one preference: cost for each point, in whole numbers."""

    code: str
    weight: int
    parameters: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Ordering:
    """Who comes first.

    Attributes
    ----------
    tiers : tuple of Urgency
        From first to last.
    unknown_urgency : Urgency
        Tier of a referral whose urgency nobody has said.
    waiting_band_hours : int
        Waits within one band of hours count as equal.
    tied_waiting_hours : tuple of int
        Where people are tied to one another and the order of single hours
        cannot be kept, waits between two of these hours count as equal.
    icwa : bool
        Whether the placement preferences of the Indian Child Welfare Act are
        an aim of their own, before any preference.
    """

    tiers: tuple[Urgency, ...]
    unknown_urgency: Urgency
    waiting_band_hours: int
    tied_waiting_hours: tuple[int, ...]
    icwa: bool
