"""Asking one rule about one pair, and how the rules look at many."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from matching.domain.records import BedPool, Provider, Referral
from matching.domain.rulebook import RULE_BY_CODE
from matching.engine.rules import BY_CODE
from matching.engine.rules.base import Verdict, facts
from tests.builders import home, pair, pool, referral

PASS, FAIL, UNKNOWN = Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN


def defaults(code: str, **changed: Any) -> dict[str, Any]:
    """Return a rule's settings as a policy gives them, some of them changed."""
    out: dict[str, Any] = {}
    for name, parameter in RULE_BY_CODE[code].parameters.items():
        value = changed.pop(name, parameter.default)
        out[name] = tuple(value) if isinstance(value, list) else value
    assert not changed, f"no such setting: {changed}"
    return out


def verdict_and_sentence(
    code: str,
    person: Referral | None = None,
    place: Provider | None = None,
    beds: BedPool | None = None,
    **settings: Any,
) -> tuple[Verdict, str]:
    """Judge one pair by one rule, and say it."""
    problem = pair(person or referral(), place or home(), beds or pool())
    parameters = defaults(code, **settings)
    rule = BY_CODE[code]
    found = rule.evaluate(problem, parameters, np.array([0]), np.array([0]))
    verdict = Verdict(int(found[0]))
    return verdict, rule.say(facts(problem, 0, 0), parameters, verdict)


def verdict(code: str, *records: Any, **settings: Any) -> Verdict:
    """Judge one pair by one rule."""
    return verdict_and_sentence(code, *records, **settings)[0]


def sentence(code: str, *records: Any, **settings: Any) -> str:
    """Judge one pair by one rule and return only the sentence."""
    return verdict_and_sentence(code, *records, **settings)[1]


def matrix(problem: Any, code: str, parameters: Mapping[str, Any]) -> np.ndarray:
    """Judge every referral against every pool, by broadcasting."""
    people, beds = problem.size
    found = BY_CODE[code].evaluate(
        problem, parameters, np.arange(people)[:, None], np.arange(beds)[None, :]
    )
    assert found.shape == (people, beds)
    assert found.dtype == np.int8
    return found
