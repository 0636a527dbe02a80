"""The rules in force, in words: what they say, where they come from, who may waive them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from matching.domain import clocks as clock_table
from matching.domain import policy as policies
from matching.domain.access import Action, Role, allows
from matching.domain.policy import Policy
from matching.domain.policy_settings import Ordering, RuleSetting
from matching.domain.rulebook import PREFERENCES, RULE_BY_CODE, Kind, OnUnknown, Parameter
from matching.domain.words import label
from matching.services.desk import Desk


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One rule of the policy.

    Attributes
    ----------
    code, title, meaning : str
    kind : Kind
    on_unknown : OnUnknown
        What a missing fact does.
    waiver_role : Role or None
        Who may waive it; nobody may where it is law or safety.
    citation : str
        Where it comes from; empty for a setting of the office.
    settings : tuple of (str, str)
        What each of its numbers and lists means, and what it is.
    starts, ends : date or None
        First and last day of effect.
    in_force : bool
        Whether it counts today.
    """

    code: str
    title: str
    meaning: str
    kind: Kind
    on_unknown: OnUnknown
    waiver_role: Role | None
    citation: str
    settings: tuple[tuple[str, str], ...]
    starts: date | None
    ends: date | None
    in_force: bool


@dataclass(frozen=True, slots=True)
class PreferenceLine:
    """One preference: what is better or worse, and how much it weighs."""

    title: str
    meaning: str
    weight: int
    settings: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ClockLine:
    """One clock: its name, its length in its unit, and where that comes from."""

    name: str
    number: int
    unit: str
    citation: str


@dataclass(frozen=True, slots=True)
class PolicyView:
    """The policy of the office.

    Attributes
    ----------
    name, title, jurisdiction, version, fingerprint : str
    ordering : Ordering
    unknown_vacancy_beds : int
        Proposals allowed where nobody has said how many beds are free.
    rules : tuple of RuleLine
        In force today, in the order of the catalogue.
    off : tuple of RuleLine
        Rules that do not count today.
    preferences : tuple of PreferenceLine
        Those that weigh anything, heaviest first.
    clocks : tuple of ClockLine
    """

    name: str
    title: str
    jurisdiction: str
    version: str
    fingerprint: str
    ordering: Ordering
    unknown_vacancy_beds: int
    rules: tuple[RuleLine, ...]
    off: tuple[RuleLine, ...]
    preferences: tuple[PreferenceLine, ...]
    clocks: tuple[ClockLine, ...]

    def of_kind(self, kind: Kind) -> tuple[RuleLine, ...]:
        """Return the rules in force of a kind."""
        return tuple(one for one in self.rules if one.kind is kind)


def policy_view(desk: Desk) -> PolicyView:
    """Return the policy of the office as of today.

    Raises
    ------
    PermissionDenied
        If the actor may neither see providers nor read the audit log.
    """
    if not allows(desk.actor.role, Action.SEE_AUDIT):
        desk.require(Action.SEE_PROVIDERS)
    policy = policies.load(desk.settings.policy)
    today = desk.local(desk.clock()).date()
    lines = tuple(_rule(one, today) for one in policy.rules.values())
    return PolicyView(
        name=policy.name,
        title=policy.title,
        jurisdiction=policy.jurisdiction,
        version=policy.version,
        fingerprint=policy.fingerprint(),
        ordering=policy.ordering,
        unknown_vacancy_beds=policy.unknown_vacancy_beds,
        rules=tuple(one for one in lines if one.in_force),
        off=tuple(one for one in lines if not one.in_force),
        preferences=_preferences(policy),
        clocks=_clocks(policy),
    )


def _rule(one: RuleSetting, today: date) -> RuleLine:
    spec = RULE_BY_CODE[one.code]
    return RuleLine(
        code=one.code,
        title=spec.title,
        meaning=spec.meaning,
        kind=one.kind,
        on_unknown=one.on_unknown,
        waiver_role=one.waiver_role,
        citation=one.citation,
        settings=_settings(spec.parameters, one.parameters),
        starts=one.effective_from,
        ends=one.effective_to,
        in_force=one.in_force(today),
    )


def _preferences(policy: Policy) -> tuple[PreferenceLine, ...]:
    lines = [
        PreferenceLine(
            spec.title,
            spec.meaning,
            policy.preferences[spec.code].weight,
            _settings(spec.parameters, policy.preferences[spec.code].parameters),
        )
        for spec in PREFERENCES
        if policy.preferences[spec.code].weight
    ]
    return tuple(sorted(lines, key=lambda one: (-one.weight, one.title)))


def _clocks(policy: Policy) -> tuple[ClockLine, ...]:
    out = []
    for name in clock_table.names():
        bare, unit = name.rsplit("_", 1)
        number = int(getattr(policy.clocks, name))
        out.append(ClockLine(bare, number, unit, policy.clocks.citations.get(name, "")))
    return tuple(out)


def _settings(
    specs: Mapping[str, Parameter], values: Mapping[str, Any]
) -> tuple[tuple[str, str], ...]:
    return tuple((spec.help, _value(values[name])) for name, spec in specs.items())


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(_value(one) for one in value) or "none"
    if isinstance(value, str):
        return value.replace("_", " ")
    return f"{value:,}" if isinstance(value, int) else label(value)
