"""What a budget allows, and which pairs a set of options opens."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from matching.domain.errors import EngineError
from matching.engine.planning.market import MOST_AT_HOME, Budget
from matching.engine.planning.weights import weighted, weights
from tests.engine.planning.markets import KINDS, budget, choices, market, placed


@pytest.mark.parametrize("seed", range(15))
def test_pairs_are_open_by_the_bit_of_the_set_taken_at_their_home(seed: int) -> None:
    m = market(seed)
    rng = np.random.default_rng(seed)
    taken = [a for a in range(m.options) if rng.random() < 0.5]
    sets = m.set_at(taken)
    for home in range(len(m.home_room)):
        mine = [a for a in taken if m.home[a] == home]
        assert sets[home] == sum(1 << int(m.slot[a]) for a in mine)
    for k, is_open in enumerate(m.open_under(sets).tolist()):
        subset = int(sets[m.owner[m.pool[k]]])
        assert is_open == bool(int(m.opened[k]) >> subset & 1)


def test_nothing_taken_is_the_empty_set_everywhere() -> None:
    m = market(2)
    assert not m.set_at(()).any()
    assert (m.open_under(m.set_at(())) == (m.opened & np.uint64(1) == 1)).all()


def test_more_options_at_one_home_than_bits_are_refused() -> None:
    m = market(1)
    with pytest.raises(EngineError, match="More than"):
        replace(m, slot=m.slot + MOST_AT_HOME)


def test_a_budget_counts_each_kind_and_the_money() -> None:
    m = replace(market(1), kind=np.array([0, 0, 1, 2]))
    b = Budget(options=(1, 1), beds=2, money=10, option_cost=(4, 3), bed_cost=2)
    assert b.allows(m, [])
    assert b.allows(m, [0, 2], 1)
    assert not b.allows(m, [0, 1])  # two of a kind
    assert not b.allows(m, [3])  # a kind of which there may be none
    assert not b.allows(m, [], 3)
    assert not b.allows(m, [0, 2], 2)  # 4 + 3 + 2 * 2 is more than 10
    assert b.spent(m, [0, 2], 1) == 9
    assert b.beds_left(m, [0, 2]) == 1
    assert b.beds_left(m, []) == 2
    assert replace(b, money=5).beds_left(m, [0, 2]) == -1
    assert replace(b, money=None).beds_left(m, [0, 2]) == 2
    assert replace(b, bed_cost=0).beds_left(m, [0, 2]) == 2
    assert b.cost_of(2) == 0


@pytest.mark.parametrize("seed", range(25))
def test_weights_order_choices_as_the_tiers_do(seed: int) -> None:
    m = market(seed, options=3)
    b = budget(seed, m)
    weight = weights(m, b)
    reached = sorted({placed(m, taken, beds) for taken, beds in choices(m, b)})
    totals = [weighted(weight, counts) for counts in reached]
    assert totals == sorted(set(totals))
    assert weight[-1] == 1
    assert list(weight) == sorted(weight, reverse=True)


def test_every_kind_is_drawn_in_the_markets_of_these_tests() -> None:
    kinds = {int(k) for seed in range(10) for k in market(seed).kind}
    assert kinds == set(range(KINDS))
