"""Every rule agrees with its slow twin, on whole matrices of pairs."""

from __future__ import annotations

from random import Random
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.engine.rules import CATALOGUE
from matching.engine.rules.base import Verdict
from tests.builders import home, pool, problem, referral
from tests.engine.rules.helpers import matrix
from tests.engine.rules.oracles import ORACLES, RENAMED, settings_of

CODES = [rule.code for rule in CATALOGUE]
SIDE = 8


def drawn(random, values):
    return {name: random.choice([None, *some]) for name, some in values.items()}


def named(facts):
    return {RENAMED.get(name, name): value for name, value in facts.items()}


def test_every_rule_has_an_oracle():
    assert list(ORACLES) == CODES


@pytest.mark.parametrize("code", CODES)
@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_agrees_with_the_oracle(code, seed):
    """A failure names the pair it is about, so the facts come from a seed."""
    oracle, random = ORACLES[code], Random(seed)
    people = [drawn(random, oracle.person) for _ in range(SIDE)]
    places = [(drawn(random, oracle.place), drawn(random, oracle.beds)) for _ in range(SIDE)]
    changed = random.choice(oracle.settings)
    parameters = settings_of(code, changed)
    found = matrix(
        problem(
            [referral(f"R{k}", **named(facts)) for k, facts in enumerate(people)],
            [home(f"P{k}", **named(facts)) for k, (facts, _) in enumerate(places)],
            [pool(f"P{k}", **facts) for k, (_, facts) in enumerate(places)],
        ),
        code,
        parameters,
    )
    for i, person in enumerate(people):
        for j, (place, beds) in enumerate(places):
            facts = SimpleNamespace(**person, **place, **beds)
            expected = oracle.verdict(facts, SimpleNamespace(**parameters))
            got = Verdict(int(found[i, j]))
            loose = got is Verdict.UNKNOWN and oracle.loose(facts)
            assert loose or got is expected, (facts, changed)


@pytest.mark.parametrize("code", CODES)
def test_every_oracle_knows_passing_and_something_else(code):
    """Guards the test above: an oracle that always passes would prove nothing."""
    oracle, random = ORACLES[code], Random(code)
    seen = set()
    for _ in range(200):
        facts = SimpleNamespace(**drawn(random, oracle.fields()))
        parameters = SimpleNamespace(**settings_of(code, random.choice(oracle.settings)))
        seen.add(oracle.verdict(facts, parameters))
    assert Verdict.PASS in seen
    assert len(seen) >= 2
