"""The catalogue is the rulebook, and every rule keeps to what it declares."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.domain import geography, policy
from matching.domain.rulebook import RULES
from matching.engine.problem import build
from matching.engine.rules import BY_CODE, CATALOGUE, JOINT_RULES, PAIR_RULES
from matching.engine.rules.base import Verdict, facts
from matching.engine.sides import PoolColumns, ReferralColumns
from tests import strategies as own
from tests.builders import home, known_home, known_pool, known_referral, pair, pool, referral
from tests.engine.rules.helpers import defaults
from tests.engine.rules.oracles import ORACLES

POLICIES = {name: policy.load(name) for name in policy.available()}
CODES = [rule.code for rule in CATALOGUE]
ALL = [rule.code for rule in (*CATALOGUE, *PAIR_RULES, *JOINT_RULES)]


def test_codes_are_those_of_the_rulebook_in_its_order():
    assert list(BY_CODE) == [spec.code for spec in RULES]
    assert sorted(ALL) == sorted(BY_CODE)
    assert [c for c in BY_CODE if c in CODES] == CODES
    assert [r.code for r in PAIR_RULES] == ["do-not-place", "declined", "veto"]
    assert [r.code for r in JOINT_RULES] == ["together"]


@pytest.mark.parametrize("rule", CATALOGUE, ids=CODES)
def test_declared_columns_exist(rule):
    assert set(rule.reads_referral) <= {f.name for f in fields(ReferralColumns)}
    assert set(rule.reads_pool) <= {f.name for f in fields(PoolColumns)}
    assert rule.__doc__


class Watched:
    """Columns that remember which of them were read."""

    def __init__(self, columns):
        self._columns = columns
        self.read = set()

    def __getattr__(self, name):
        self.read.add(name)
        return getattr(self._columns, name)


class WatchedProblem:
    """A problem that shows a rule nothing but what it may see."""

    def __init__(self, problem):
        self.referrals, self.pools = Watched(problem.referrals), Watched(problem.pools)
        self.as_of, self.today = problem.as_of, problem.today
        self.geography, self.states = problem.geography, problem.states


@pytest.mark.parametrize("rule", CATALOGUE, ids=CODES)
def test_reads_exactly_the_columns_it_declares(rule):
    problem = WatchedProblem(pair(known_referral(), known_home(), known_pool()))
    rule.evaluate(problem, defaults(rule.code), np.array([[0]]), np.array([[0]]))
    assert problem.referrals.read == set(rule.reads_referral)
    assert problem.pools.read == set(rule.reads_pool)


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("name", POLICIES)
def test_the_known_pair_meets_every_rule_of_every_policy(code, name):
    problem = pair(known_referral(), known_home(), known_pool())
    parameters = POLICIES[name].rules[code].parameters
    found = BY_CODE[code].evaluate(problem, parameters, np.array([0]), np.array([0]))
    assert Verdict(int(found[0])) is Verdict.PASS


@pytest.mark.parametrize("rule", CATALOGUE, ids=CODES)
def test_shapes_broadcast_and_agree_with_single_pairs(rule):
    problem = build(
        [referral("R1"), known_referral("R2"), known_referral("R3", age_years=40)],
        [home("P1"), known_home("P2")],
        [pool("P1"), known_pool("P2"), pool("P2", "B2", age_min=12)],
        own.NOW,
        geography.load(),
    )
    parameters = defaults(rule.code)
    i, j = np.arange(3), np.arange(3)
    whole = rule.evaluate(problem, parameters, i[:, None], j[None, :])
    assert whole.shape == (3, 3)
    assert set(np.unique(whole)) <= {0, 1, 2}
    single = [
        [int(rule.evaluate(problem, parameters, i[a : a + 1], j[b : b + 1])[0]) for b in j]
        for a in i
    ]
    assert whole.tolist() == single
    assert rule.evaluate(problem, parameters, i, j).tolist() == whole.diagonal().tolist()
    assert rule.evaluate(problem, parameters, i[:0], j[:0]).shape == (0,)


#: Blank facts that are taken for granted, beside those of the oracles: they
#: enter through another fact (free beds, residents, the state of a county).
TAKEN = {
    "service-area": {"state", "county"},
    "beds": {"children_with", "residents", *(f.name for f in fields(own.BedPool))},
    "staffing": {"beds_occupied"},
    "household": {"children_with"},
    "excludes-parenting": {"children_with"},
    "resident-age": {"beds_occupied"},
}


def filled_in(before, full):
    """Return (fact, record) for each unknown fact, filled in from a full record."""
    return [
        (name, replace(before, **{name: getattr(full, name)}))
        for name in own.field_strategies(type(before))
        if getattr(before, name) is None
    ]


@settings(max_examples=25, deadline=None)
@given(
    st.tuples(own.referrals(), own.providers(), own.pools()),
    st.tuples(*(s(unknown=False) for s in (own.referrals, own.providers, own.pools))),
)
def test_a_fact_filled_in_never_turns_an_answer_round(before, full):
    """Every unknown fact is filled in by itself; unknown may become anything."""
    person, place, beds = before
    people = filled_in(person, full[0])
    places = [(name, known, beds) for name, known in filled_in(place, full[1])]
    places += [(name, place, known) for name, known in filled_in(beds, full[2])]
    problem = build(
        [replace(r, referral_id=f"R{k:03}") for k, r in enumerate([person, *later(people)])],
        [
            replace(p, provider_id=f"P{k:03}")
            for k, p in enumerate([place, *(known for _, known, _ in places)])
        ],
        [
            replace(b, provider_id=f"P{k:03}")
            for k, b in enumerate([beds, *(known for _, _, known in places)])
        ],
        own.NOW,
        geography.load(),
    )
    for rule in CATALOGUE:
        taken = ORACLES[rule.code].kept | TAKEN.get(rule.code, set())
        parameters, zero = defaults(rule.code), np.array([0])
        rows, columns = (np.arange(n) for n in problem.size)
        by_person = rule.evaluate(problem, parameters, rows, zero).tolist()
        by_place = rule.evaluate(problem, parameters, zero, columns).tolist()
        assert by_person[0] == by_place[0]
        names = [*(name for name, _ in people), *(name for name, _, _ in places)]
        for name, now in zip(names, by_person[1:] + by_place[1:], strict=True):
            if name not in taken:
                assert by_person[0] in (now, Verdict.UNKNOWN), (rule.code, name)


def later(named):
    return [record for _, record in named]


@settings(max_examples=20, deadline=None)
@given(own.referrals(), own.providers(), own.pools())
def test_every_verdict_is_said_in_a_sentence(person, place, beds):
    problem = pair(person, place, beds)
    known = facts(problem, 0, 0)
    for code, rule in BY_CODE.items():
        for verdict in Verdict:
            said = rule.say(known, defaults(code), verdict)
            assert said.endswith("."), (code, said)
            assert said[0].isupper() or said[0].isdigit(), (code, said)
            for wrong in ("None", "_", "..", "  ", "{", "frozenset", ": .", " ,"):
                assert wrong not in said, (code, verdict, said)
            if verdict is Verdict.UNKNOWN:
                assert said.startswith("Ask "), (code, said)


@settings(max_examples=15, deadline=None)
@given(own.referrals(), own.providers(), own.pools())
def test_no_sentence_names_anybody(person, place, beds):
    secret = {
        "referral_id": "R-SECRET",
        "worker": "W-SECRET",
        "separate_from": frozenset({"T-SECRET"}),
    }
    person = replace(person, **secret)
    place = replace(
        place,
        provider_id="P-SECRET",
        name="N-SECRET",
        agency="A-SECRET",
        contact="C-SECRET",
        resident_tokens=frozenset({"T-SECRET"}),
    )
    known = facts(pair(person, place, beds), 0, 0)
    for code, rule in BY_CODE.items():
        for verdict in Verdict:
            assert "SECRET" not in rule.say(known, defaults(code), verdict)
