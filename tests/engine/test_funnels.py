"""Exact counts by rule, against asking every rule about every pair."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.domain.rulebook import RULES
from matching.engine import funnels, keyed
from matching.engine.funnels import count
from matching.engine.judge import BIT, Judge
from matching.engine.rules.base import Verdict
from tests import strategies
from tests.builders import FAR, known_home, known_pool, known_referral, problem
from tests.engine.small import GENERAL, POLICIES, Slow, blocking, policies, problems

FEW = settings(max_examples=8, deadline=None)


@pytest.fixture(params=[(20_000_000, 4_000_000), (0, 1), (3, 5)], ids=str)
def limits(request):
    """Tables and blocks of different sizes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keyed, "MAX_TABLE", request.param[0])
        patch.setattr(funnels, "AT_ONCE", request.param[1])
        yield request.param


@st.composite
def any_problem(draw):
    """Problems of every kind: likely ones, and ones of arbitrary records."""
    if draw(st.booleans()):
        return draw(problems(people=4, pools=5))
    people = draw(strategies.referral_lists(max_size=3))
    return problem(people, *draw(strategies.inventories(max_providers=3, max_pools=3)))


def _best(verdicts):
    """What a rule says of the pool of a provider that fares best."""
    for verdict in (Verdict.PASS, Verdict.UNKNOWN):
        if verdict in verdicts:
            return verdict
    return Verdict.FAIL


def _places(one, providers):
    """The pools of every place that is counted."""
    every = range(one.size[1])
    if not providers:
        return [[j] for j in every]
    homes = [
        [j for j in every if one.pools.provider[j] == p] for p in range(len(one.provider_ids))
    ]
    return [pools for pools in homes if pools]


@pytest.mark.usefixtures("limits")
@pytest.mark.parametrize("providers", [False, True], ids=["pools", "providers"])
@FEW
@given(any_problem(), policies() | st.sampled_from([blocking(p) for p in POLICIES]))
def test_counts_are_those_of_every_pair(providers, one, policy):
    slow, found = Slow(one, policy), count(Judge(one, policy), providers=providers)
    places = _places(one, providers)
    assert found.places == len(places)
    assert found.failed.shape == found.unknown.shape == (one.size[0], len(RULES))
    for i in range(one.size[0]):
        barred = {}
        for code, k in BIT.items():
            said = [
                _best([slow.verdict(code, i, j) for j in pools]) if code in slow.codes else None
                for pools in places
            ]
            fails, asks = said.count(Verdict.FAIL), said.count(Verdict.UNKNOWN)
            assert (found.failed[i, k], found.unknown[i, k]) == (fails, asks)
            bars = fails + (asks if code in slow.blocks else 0)
            assert found.barred[i, k] == bars
            if bars:
                barred[code] = bars
        assert found.of(i) == barred


@FEW
@given(problems(people=5, pools=4), st.data())
def test_some_referrals_are_counted_as_all_are(one, data):
    judge = Judge(one, GENERAL)
    rows = data.draw(st.lists(st.integers(0, one.size[0] - 1), max_size=4))
    some, every = count(judge, np.array(rows, dtype=int)), count(judge)
    assert some.rows.tolist() == rows
    assert np.array_equal(some.failed, every.failed[rows])
    assert np.array_equal(some.unknown, every.unknown[rows])


def test_a_provider_is_barred_by_a_rule_only_if_all_its_pools_are():
    pools = [known_pool("P1", "B1", age_min=0, age_max=5), known_pool("P1", "B2")]
    homes = [known_home("P1"), known_home("P2", county=FAR), known_home("P3")]
    pools += [known_pool("P2", "B1"), known_pool("P2", "B2")]
    judge = Judge(problem(known_referral(age_years=15), homes, pools), GENERAL)
    by_pool, by_provider = count(judge), count(judge, providers=True)
    assert (by_pool.places, by_provider.places) == (4, 2)
    assert by_pool.of(0)["age"] == 1
    assert "age" not in by_provider.of(0)
    assert (by_pool.of(0)["distance"], by_provider.of(0)["distance"]) == (2, 1)


@pytest.mark.parametrize(
    "parts",
    [((), ()), (known_referral(), ()), ((), known_home(), ())],
    ids=["nobody", "no place", "no pool"],
)
@pytest.mark.parametrize("providers", [False, True])
def test_nothing_to_count(parts, providers):
    found = count(Judge(problem(*parts), GENERAL), providers=providers)
    assert found.places == 0
    assert not found.failed.any()
    assert not found.unknown.any()
