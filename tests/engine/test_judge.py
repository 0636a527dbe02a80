from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.domain import words as w
from matching.engine import judge as judge_module
from matching.engine import keyed
from matching.engine.candidates import candidates
from matching.engine.judge import AREA_RULES, BIT, NONE_FAILS, Judge
from matching.engine.rules import CATALOGUE
from tests import strategies
from tests.builders import MIAMI, known_home, known_pool, known_referral, problem
from tests.engine.small import (
    GENERAL,
    POLICIES,
    Slow,
    blocking,
    one_verdict,
    policies,
    problems,
)

FEW = settings(max_examples=7, deadline=None)

#: Ordinary limits, and limits so small that nothing is tabulated or done in one go.
LIMITS = ((20_000_000, 4_000_000), (0, 1), (3, 2))


@st.composite
def any_problem(draw):
    """Problems of every kind: likely ones, and ones of arbitrary records."""
    if draw(st.booleans()):
        return draw(problems(people=4, pools=4))
    people = draw(strategies.referral_lists(max_size=3))
    return problem(people, *draw(strategies.inventories(max_providers=3)))


@pytest.fixture(params=LIMITS, ids=["ordinary", "smallest", "small"])
def limits(request):
    """Tables and blocks of different sizes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keyed, "MAX_TABLE", request.param[0])
        patch.setattr(judge_module, "BLOCK", request.param[1])
        yield request.param


def _every(one):
    people, beds = one.size
    return np.arange(people), np.arange(beds)


def _codes(bits) -> list[str]:
    return [code for code, k in BIT.items() if int(bits) >> k & 1]


@pytest.mark.usefixtures("limits")
@FEW
@given(any_problem(), policies() | st.sampled_from([blocking(p) for p in POLICIES]))
def test_bits_say_what_every_rule_says_of_every_pair(one, policy):
    slow, judge = Slow(one, policy), Judge(one, policy)
    failed, unknown = judge.bits(*_every(one))
    first = judge.first_barring(*_every(one))
    allowed = judge.allowed(*_every(one))
    barred = judge.barred(failed, unknown)
    for i, j in np.ndindex(*one.size):
        assert _codes(failed[i, j]) == slow.failing(i, j)
        assert _codes(unknown[i, j]) == slow.asking(i, j)
        bars = slow.barring(i, j)
        assert _codes(barred[i, j]) == bars
        assert int(first[i, j]) == (BIT[bars[0]] if bars else int(NONE_FAILS))
        assert bool(allowed[i, j]) == (not bars)


@pytest.mark.usefixtures("limits")
@FEW
@given(any_problem(), policies() | st.sampled_from([blocking(p) for p in POLICIES]))
def test_candidates_are_the_pairs_that_no_rule_bars(one, policy):
    slow, found = Slow(one, policy), candidates(Judge(one, policy))
    pairs = list(zip(found.referral.tolist(), found.pool.tolist(), strict=True))
    assert pairs == [p for p in np.ndindex(*one.size) if not slow.barring(*p)]
    assert [_codes(bits) for bits in found.unknown] == [slow.asking(*p) for p in pairs]
    assert found.questions.tolist() == [len(slow.asking(*p)) for p in pairs]
    assert len(found) == len(pairs)


@pytest.mark.usefixtures("limits")
@FEW
@given(any_problem(), policies())
def test_spreads_cover_every_pair_within_reach_exactly_once(one, policy):
    slow, judge = Slow(one, policy), Judge(one, policy)
    seen = np.zeros(one.size, dtype=int)
    rows: list[int] = []
    for spread in judge.spreads():
        assert len(spread.rows) * len(spread.columns) <= max(
            judge_module.BLOCK, len(spread.columns)
        )
        seen[np.ix_(spread.rows, spread.columns)] += 1
        rows += spread.rows.tolist()
    if 0 not in one.size:
        assert sorted(rows) == list(range(one.size[0]))
    assert seen.max(initial=0) <= 1
    for i, j in np.ndindex(*one.size):
        assert seen[i, j] or set(slow.barring(i, j)) & AREA_RULES
        alike = np.flatnonzero(one.referrals.home == one.referrals.home[i])
        for code in AREA_RULES & set(slow.codes):
            if all(code in slow.barring(k, j) for k in alike):
                assert not seen[i, j]  # out of reach for everybody from there


@FEW
@given(problems(people=4, pools=4), st.data())
def test_some_rows_and_columns_in_any_order_are_the_same_as_all(one, data):
    judge = Judge(one, GENERAL)
    people, beds = _every(one)
    rows = np.array(data.draw(st.lists(st.sampled_from(people.tolist()), unique=True)), int)
    columns = np.array(data.draw(st.lists(st.sampled_from(beds.tolist()), unique=True)), int)
    for whole, part in zip(
        (*judge.bits(people, beds), judge.first_barring(people, beds)),
        (*judge.bits(rows, columns), judge.first_barring(rows, columns)),
        strict=True,
    ):
        assert np.array_equal(whole[np.ix_(rows, columns)], part)


@FEW
@given(problems(people=3, pools=3), policies(), st.data())
def test_tables_say_what_a_rule_says_of_one_pair_alone(one, policy, data):
    judge = Judge(one, policy)
    i = data.draw(st.integers(0, one.size[0] - 1))
    j = data.draw(st.integers(0, one.size[1] - 1))
    failed, unknown = (int(b[0, 0]) for b in judge.bits(np.array([i]), np.array([j])))
    for rule in CATALOGUE:
        if rule.code in judge.in_force:
            said = one_verdict(one, policy, rule.code, i, j)
            assert (failed >> BIT[rule.code] & 1, unknown >> BIT[rule.code] & 1) == (
                said == 1,
                said == 2,
            )


def test_only_some_rules_may_be_looked_at():
    one = problem(
        known_referral(presence=w.Presence.MISSING, home_county=MIAMI),
        known_home(),
        known_pool(),
    )
    judge = Judge(one, GENERAL)
    here = np.array([0])
    assert judge.first_barring(here, here).tolist() == [[BIT["presence"]]]
    assert judge.first_barring(here, here, AREA_RULES).tolist() == [[BIT["service-area"]]]
    assert judge.first_barring(here, here, {"age"}).tolist() == [[NONE_FAILS]]


def test_who_is_absent_is_known_without_any_pool():
    people = [known_referral(f"R{k}", presence=p) for k, p in enumerate([*w.Presence, None])]
    for homes, pools in (((), ()), (known_home(), ()), (known_home(), known_pool())):
        judge = Judge(problem(people, homes, pools), GENERAL)
        assert judge.absent(np.arange(4)).tolist() == [False, True, True, False]
    off = GENERAL.with_rule("presence", on=False)
    assert not Judge(problem(people), off).absent(np.arange(4)).any()


def test_rules_out_of_force_on_the_day_are_left_out():
    away = known_home(funding=frozenset({w.Funding.VOCA}))
    one = problem(known_referral(declined_by=frozenset({"P1"})), away, known_pool())
    pair = (np.array([0]), np.array([0]))
    today = one.as_of.date()
    assert not Judge(one, GENERAL).allowed(*pair).any()
    for dates, allowed in (
        ({"effective_from": today.replace(year=2030)}, True),
        ({"effective_to": today.replace(year=2020)}, True),
        ({"effective_from": today, "effective_to": today}, False),
    ):
        policy = GENERAL.with_rule("funding", **dates).with_rule("declined", **dates)
        assert Judge(one, policy).allowed(*pair).all() == allowed


def test_every_rule_has_a_bit_of_its_own():
    assert sorted(BIT.values()) == list(range(len(BIT)))
    assert len(BIT) < 64
    assert len(BIT) < NONE_FAILS


@pytest.mark.parametrize("parts", [((), ()), (known_referral(), ()), ((), known_home())])
def test_nothing_to_judge(parts):
    judge = Judge(problem(*parts), GENERAL)
    assert judge.spreads() == []
    assert len(candidates(judge)) == 0
