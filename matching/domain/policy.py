"""Policies: which rules are in force, how, and on whose authority.

A policy is a TOML file. It may extend another one and then says only what is
different. A policy that contradicts itself, names an unknown rule or leaves a
law without its citation does not load; the error says where.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from functools import lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

from matching.domain import clocks as clock_table
from matching.domain import geography
from matching.domain import retention as retention_table
from matching.domain.access import Role
from matching.domain.clocks import Clocks
from matching.domain.errors import PolicyError
from matching.domain.policy_checks import fail, number, only
from matching.domain.retention import Retention
from matching.domain.rulebook import (
    PREFERENCE_BY_CODE,
    RULE_BY_CODE,
    RULES,
    Kind,
    OnUnknown,
    Parameter,
)
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


@dataclass(frozen=True, slots=True)
class Policy:
    """A complete set of rules, preferences and the order of aims.

    Attributes
    ----------
    name, title, jurisdiction, version : str
        What it is called and whom it binds.
    ordering : Ordering
        Who comes first.
    unknown_vacancy_beds : int
        Proposals allowed into a bed pool whose vacancy is unknown.
    rules : dict of str to RuleSetting
        Every rule of the catalogue, in its order.
    preferences : dict of str to PreferenceSetting
        Every preference of the catalogue, in its order.
    regions : dict of str to frozenset of str
        Names of the office's own regions and the codes of their counties, for
        reports only; no rule reads them.
    clocks : Clocks
        How long things may take.
    retention : Retention
        How long what is recorded about people is kept.
    """

    name: str
    title: str
    jurisdiction: str
    version: str
    ordering: Ordering
    unknown_vacancy_beds: int
    rules: Mapping[str, RuleSetting]
    preferences: Mapping[str, PreferenceSetting]
    regions: Mapping[str, frozenset[str]] = field(default_factory=dict)
    clocks: Clocks = field(default_factory=Clocks)
    retention: Retention = field(default_factory=Retention)

    def fingerprint(self) -> str:
        """Return the SHA-256 of everything the policy says about a plan."""
        said = asdict(self)
        for name in ("regions", "clocks", "retention"):
            del said[name]  # changes no plan
        content = json.dumps(said, default=str, sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()

    def region_of(self, county: str) -> str | None:
        """Return the region of a county, by its code; ``None`` if it is in none."""
        return next((name for name, mine in self.regions.items() if county in mine), None)

    def with_rule(self, code: str, **changes: Any) -> Policy:
        """Return a copy in which one rule's setting is changed.

        Parameters
        ----------
        code : str
            The rule.
        **changes
            Attributes of :class:`RuleSetting`; ``parameters`` are merged.
        """
        old = self.rules[code]
        if "parameters" in changes:
            changes["parameters"] = {**old.parameters, **changes["parameters"]}
        return replace(self, rules={**self.rules, code: replace(old, **changes)})


def available() -> tuple[str, ...]:
    """Return the names of the policies shipped with the software."""
    files = _folder().iterdir()
    return tuple(sorted(f.name[:-5] for f in files if f.name.endswith(".toml")))


def load(name: str) -> Policy:
    """Load a shipped policy.

    Parameters
    ----------
    name : str
        One of :func:`available`.

    Raises
    ------
    PolicyError
        If there is no such policy or it does not hold together.
    """
    if name not in available():
        raise PolicyError(
            f"There is no policy called '{name}'.",
            next_step=f"Choose one of: {', '.join(available())}.",
        )
    # A file that was changed while the program runs counts with the next plan.
    return _loaded(
        name, tuple((_folder() / f"{one}.toml").read_text("utf-8") for one in available())
    )


@lru_cache(maxsize=64)
def _loaded(name: str, texts: tuple[str, ...]) -> Policy:
    return parse(dict(zip(available(), texts, strict=True))[name], name)


def parse(text: str, name: str) -> Policy:
    """Read a policy from TOML.

    Parameters
    ----------
    text : str
        Content of the file.
    name : str
        Name to give the policy and to use in errors.

    Raises
    ------
    PolicyError
        With a sentence that says where the file is wrong.
    """
    return _build(_merged(text, name, seen=()), name)


def _folder() -> Traversable:
    return resources.files("matching.domain") / "policies"


def _merged(text: str, name: str, seen: tuple[str, ...]) -> dict[str, Any]:
    """Return the file's tables laid over those of the policy it extends."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise fail(name, "whole file", f"it is not valid TOML ({error}).") from None
    base_name = data.pop("extends", None)
    if base_name is None:
        return data
    if base_name in seen or base_name == name:
        raise fail(name, "extends", f"'{base_name}' extends itself.")
    if base_name not in available():
        raise fail(name, "extends", f"there is no policy called '{base_name}'.")
    base_text = (_folder() / f"{base_name}.toml").read_text("utf-8")
    return _overlay(_merged(base_text, base_name, (*seen, name)), data)


def _overlay(base: dict[str, Any], top: dict[str, Any]) -> dict[str, Any]:
    out = dict(base)
    for key, value in top.items():
        both = isinstance(value, dict) and isinstance(out.get(key), dict)
        out[key] = _overlay(out[key], value) if both else value
    return out


_TOP = {
    "title",
    "jurisdiction",
    "version",
    "ordering",
    "vacancy",
    "rules",
    "preferences",
    "regions",
    "clocks",
    "retention",
}


def _build(data: dict[str, Any], name: str) -> Policy:
    only(data, _TOP, name, "top level")
    for needed in ("title", "jurisdiction", "version"):
        if not isinstance(data.get(needed), str) or not data[needed].strip():
            raise fail(name, "top level", f"'{needed}' is missing.")
    vacancy = data.get("vacancy", {})
    only(vacancy, {"unknown_vacancy_beds"}, name, "[vacancy]")
    policy = Policy(
        name=name,
        title=data["title"],
        jurisdiction=data["jurisdiction"],
        version=data["version"],
        ordering=_ordering(data.get("ordering", {}), name),
        unknown_vacancy_beds=number(
            vacancy.get("unknown_vacancy_beds", 1), 0, 10, name, "[vacancy]"
        ),
        rules=_rules(data.get("rules", {}), name),
        preferences=_preferences(data.get("preferences", {}), name),
        regions=_regions(data.get("regions", {}), name),
        clocks=clock_table.read(data.get("clocks", {}), name),
        retention=retention_table.read(data.get("retention", {}), name),
    )
    _refuse_contradictions(policy)
    return policy


_ORDERING_KEYS = {
    "tiers",
    "unknown_urgency",
    "waiting_band_hours",
    "tied_waiting_hours",
    "icwa",
}


def _ordering(table: Any, name: str) -> Ordering:
    where = "[ordering]"
    only(table, _ORDERING_KEYS, name, where)
    named = table.get("tiers", list(Urgency))
    if not isinstance(named, list):
        raise fail(name, where, "the tiers must be a list.")
    try:
        tiers = tuple(Urgency(tier) for tier in named)
        unknown = Urgency(table.get("unknown_urgency", Urgency.TONIGHT))
    except ValueError as error:
        raise fail(name, where, f"{error}.") from None
    if sorted(tiers) != sorted(Urgency):
        raise fail(name, where, "the tiers must name every urgency exactly once.")
    icwa = table.get("icwa", True)
    if not isinstance(icwa, bool):
        raise fail(name, where, "'icwa' must be true or false.")
    band = number(table.get("waiting_band_hours", 1), 1, 8760, name, where)
    wide = _parameter(
        table.get("tied_waiting_hours", [24, 72, 168, 336, 720]),
        Parameter((), "Hours, rising.", low=1, high=87600),
        name,
        f"{where} tied_waiting_hours",
    )
    return Ordering(tiers, unknown, band, wide, icwa)


_RULE_KEYS = {
    "on",
    "kind",
    "on_unknown",
    "waiver_role",
    "citation",
    "effective_from",
    "effective_to",
}


def _rules(table: Any, name: str) -> dict[str, RuleSetting]:
    only(table, set(table) if isinstance(table, dict) else set(), name, "[rules]")
    for code in table:
        if code not in RULE_BY_CODE:
            raise fail(name, f"[rules.{code}]", "there is no such rule.")
    return {spec.code: _rule(spec.code, table.get(spec.code, {}), name) for spec in RULES}


def _rule(code: str, table: Any, name: str) -> RuleSetting:
    where = f"[rules.{code}]"
    specs = RULE_BY_CODE[code].parameters
    only(table, _RULE_KEYS | set(specs), name, where)
    try:
        kind = Kind(table.get("kind", Kind.POLICY))
        on_unknown = OnUnknown(table.get("on_unknown", OnUnknown.CONFIRM))
        role = Role(table["waiver_role"]) if "waiver_role" in table else None
    except ValueError as error:
        raise fail(name, where, f"{error}.") from None
    on = table.get("on", bool(table))
    citation = table.get("citation", "")
    if not isinstance(on, bool) or not isinstance(citation, str):
        raise fail(name, where, "'on' must be true or false and 'citation' a text.")
    start, end = (table.get(k) for k in ("effective_from", "effective_to"))
    if any(day is not None and type(day) is not date for day in (start, end)):
        raise fail(name, where, "dates of effect must be dates, such as 2024-07-01.")
    if start and end and end < start:
        raise fail(name, where, "it ends before it begins.")
    if on and kind is Kind.LAW and not citation.strip():
        raise fail(name, where, "a law must name its citation.")
    if kind is not Kind.POLICY and role is not None:
        raise fail(name, where, f"a {kind.value} rule cannot be waived by anybody.")
    if on and kind is Kind.POLICY and role is None:
        raise fail(name, where, "a policy rule must say which role may waive it.")
    parameters = {
        key: _parameter(table.get(key, spec.default), spec, name, f"{where} {key}")
        for key, spec in specs.items()
    }
    return RuleSetting(code, on, kind, on_unknown, role, citation, start, end, parameters)


def _preferences(table: Any, name: str) -> dict[str, PreferenceSetting]:
    only(table, set(table) if isinstance(table, dict) else set(), name, "[preferences]")
    for code in table:
        if code not in PREFERENCE_BY_CODE:
            raise fail(name, f"[preferences.{code}]", "there is no such preference.")
    return {code: _preference(code, table.get(code, {}), name) for code in PREFERENCE_BY_CODE}


def _preference(code: str, table: Any, name: str) -> PreferenceSetting:
    where = f"[preferences.{code}]"
    specs = PREFERENCE_BY_CODE[code].parameters
    only(table, {"weight"} | set(specs), name, where)
    weight = number(table.get("weight", 0), 0, MAX_WEIGHT, name, f"{where} weight")
    parameters = {
        key: _parameter(table.get(key, spec.default), spec, name, f"{where} {key}")
        for key, spec in specs.items()
    }
    return PreferenceSetting(code, weight, parameters)


def _regions(table: Any, name: str) -> dict[str, frozenset[str]]:
    """Read the office's regions: each a list of counties, by code or by name with state."""
    where = "[regions]"
    if not isinstance(table, dict):
        raise fail(name, where, "a table is expected here.")
    taken: dict[str, str] = {}
    for region, counties in table.items():
        if not isinstance(counties, list):
            raise fail(name, where, f"'{region}' must be a list of counties.")
        for county in counties:
            found = geography.load().find(str(county))
            if len(found) != 1:
                raise fail(name, where, f"{county!r} is not the name of one county.")
            if found[0] in taken:
                raise fail(name, where, f"{county!r} is listed twice.")
            taken[found[0]] = str(region)
    return {
        str(region): frozenset(code for code, mine in taken.items() if mine == region)
        for region in table
    }


def _parameter(value: Any, spec: Parameter, name: str, where: str) -> Any:
    """Check one setting against its declaration and return it, lists as tuples."""
    if isinstance(spec.default, bool):
        if not isinstance(value, bool):
            raise fail(name, where, f"{value!r} must be true or false.")
        return value
    if isinstance(spec.default, int):
        return number(value, spec.low or 0, spec.high or 0, name, where)
    if not isinstance(value, list):
        raise fail(name, where, "a list is expected here.")
    if spec.choices is not None:
        for item in value:
            if not isinstance(item, str) or item not in spec.choices:
                raise fail(name, where, f"{item!r} is none of {sorted(spec.choices)}.")
        return tuple(value)
    numbers = tuple(number(v, spec.low or 0, spec.high or 0, name, where) for v in value)
    if list(numbers) != sorted(set(numbers)):
        raise fail(name, where, "the numbers must rise.")
    return numbers


def _refuse_contradictions(policy: Policy) -> None:
    """Refuse rules that could never hold together.

    Raises
    ------
    PolicyError
    """
    distance, danger = policy.rules["distance"], policy.rules["danger-zone"]
    if distance.on and danger.on:
        most, least = distance.parameters["max_miles"], danger.parameters["min_miles"]
        if least > most:
            raise fail(
                policy.name,
                "[rules.danger-zone] min_miles",
                f"{least} miles away from a danger zone at home cannot be within "
                f"{most} miles of home ([rules.distance] max_miles): nobody whose home "
                "is a danger zone could ever be placed.",
            )
    opening = policy.rules["opening"].parameters
    if not opening["tonight_days"] <= opening["soon_days"] <= opening["planned_days"]:
        raise fail(
            policy.name,
            "[rules.opening]",
            "a more urgent referral would be allowed to wait longer than a less urgent one.",
        )
    if not any(setting.on for setting in policy.rules.values()):
        raise fail(policy.name, "[rules]", "no rule is on.")
