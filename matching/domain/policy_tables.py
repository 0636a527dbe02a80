"""Tables of a policy's file, each read and checked by itself; an error says where it is."""

from __future__ import annotations

from datetime import date
from typing import Any

from matching.domain import geography
from matching.domain.access import Role
from matching.domain.policy_checks import fail, number, only
from matching.domain.policy_settings import (
    MAX_WEIGHT,
    Ordering,
    PreferenceSetting,
    RuleSetting,
)
from matching.domain.rulebook import (
    PREFERENCE_BY_CODE,
    RULE_BY_CODE,
    RULES,
    Kind,
    OnUnknown,
    Parameter,
)
from matching.domain.words import Urgency

_ORDERING_KEYS = {
    "tiers",
    "unknown_urgency",
    "waiting_band_hours",
    "tied_waiting_hours",
    "icwa",
}


def ordering(table: Any, name: str) -> Ordering:
    """Read who comes first; what is left out is as built in.

    Raises
    ------
    PolicyError
        With a sentence that says where the table is wrong.
    """
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


def rules(table: Any, name: str) -> dict[str, RuleSetting]:
    """Read every rule of the catalogue, in its order; one that is left out is off.

    Raises
    ------
    PolicyError
        With a sentence that says where the table is wrong.
    """
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


def preferences(table: Any, name: str) -> dict[str, PreferenceSetting]:
    """Read every preference of the catalogue; one that is left out weighs nothing.

    Raises
    ------
    PolicyError
        With a sentence that says where the table is wrong.
    """
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


def regions(table: Any, name: str) -> dict[str, frozenset[str]]:
    """Read the office's regions: each a list of counties, by code or by name with state.

    Raises
    ------
    PolicyError
        With a sentence that says where the table is wrong.
    """
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
