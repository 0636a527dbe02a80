"""Every rule agrees with its slow twin, on whole matrices of pairs."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from matching.engine.rules import CATALOGUE
from matching.engine.rules.base import Verdict
from tests.builders import home, pool, problem, referral
from tests.engine.rules.helpers import matrix
from tests.engine.rules.oracles import ORACLES, RENAMED, settings_of

CODES = [rule.code for rule in CATALOGUE]
SIDE = 5
#: A failure names its pair, so there is nothing to shrink.
NO_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)


def drawn(values):
    return st.fixed_dictionaries({k: st.sampled_from([None, *v]) for k, v in values.items()})


def named(facts):
    return {RENAMED.get(name, name): value for name, value in facts.items()}


def test_every_rule_has_an_oracle():
    assert list(ORACLES) == CODES


@pytest.mark.parametrize("code", CODES)
def test_agrees_with_the_oracle(code):
    oracle = ORACLES[code]
    people = st.lists(drawn(oracle.person), min_size=SIDE, max_size=SIDE)
    places = st.lists(
        st.tuples(drawn(oracle.place), drawn(oracle.beds)), min_size=SIDE, max_size=SIDE
    )

    @settings(max_examples=12, deadline=None, phases=NO_SHRINKING)
    @given(people, places, st.sampled_from(oracle.settings))
    def check(people, places, changed):
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
                if got is Verdict.UNKNOWN and oracle.loose(facts):
                    continue
                assert got is expected, (facts, changed)

    check()


@pytest.mark.parametrize("code", CODES)
def test_every_oracle_knows_passing_and_something_else(code):
    """Guards the test above: an oracle that always passes would prove nothing."""
    oracle = ORACLES[code]
    seen = set()

    @settings(max_examples=60, deadline=None, derandomize=True, database=None)
    @given(drawn(oracle.fields()), st.sampled_from(oracle.settings))
    def look(facts, changed):
        parameters = SimpleNamespace(**settings_of(code, changed))
        seen.add(oracle.verdict(SimpleNamespace(**facts), parameters))

    look()
    assert Verdict.PASS in seen
    assert len(seen) >= 2
