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
from functools import lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

from matching.domain import clocks as clock_table
from matching.domain import policy_tables
from matching.domain import retention as retention_table
from matching.domain.clocks import Clocks
from matching.domain.errors import PolicyError
from matching.domain.policy_checks import fail, number, only
from matching.domain.policy_settings import Ordering, PreferenceSetting, RuleSetting
from matching.domain.retention import Retention


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
        ordering=policy_tables.ordering(data.get("ordering", {}), name),
        unknown_vacancy_beds=number(
            vacancy.get("unknown_vacancy_beds", 1), 0, 10, name, "[vacancy]"
        ),
        rules=policy_tables.rules(data.get("rules", {}), name),
        preferences=policy_tables.preferences(data.get("preferences", {}), name),
        regions=policy_tables.regions(data.get("regions", {}), name),
        clocks=clock_table.read(data.get("clocks", {}), name),
        retention=retention_table.read(data.get("retention", {}), name),
    )
    _refuse_contradictions(policy)
    return policy


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
