from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from matching.engine.bounds import PARTS, priced
from matching.engine.component import levels
from matching.engine.program import Linear
from matching.engine.rows import NO_ROWS, flow_rows, held, mode_columns, mode_rows, tie_rows
from matching.engine.weights import weigh
from tests.engine.test_coupled import component
from tests.engine.tied import drawn, every


def _ties(c):
    return tie_rows(c).and_also(mode_rows(c, range(len(c.modes))))


def _gain(c, level):
    out = np.zeros(mode_columns(c)[-1], dtype=np.int64)
    out[: len(level)] = level
    return out


def _totals(c, level) -> dict[tuple[int, ...], int]:
    return {choice: int(sum(level[a] for a in choice if a >= 0)) for choice in every(c)}


@pytest.mark.parametrize("seed", range(150))
def test_whatever_the_prices_no_choice_falls_below(seed):
    c = drawn(seed)
    rng = np.random.default_rng(seed)
    level = rng.integers(-20, 10, len(c.person))
    ties = _ties(c)
    price = np.round(rng.normal(0, 8, len(ties)) * 12) / rng.choice([1, 12, 7])
    bound = priced(c, _gain(c, level), ties, price)
    totals = _totals(c, level)
    for choice, total in totals.items():
        assert bound.total <= total
        used = np.array([a for a in choice if a >= 0], dtype=np.int64)
        for goal in (total + bound.step, total + 3 * bound.step):
            assert set(used) <= set(bound.needed(goal).tolist())
        assert bound.parts + int(bound.reduced[used].max(initial=0)) <= total * bound.each
    if totals:
        assert len(bound.needed(bound.total)) == 0


@pytest.mark.parametrize("seed", range(60))
def test_prices_of_a_linear_program_are_worth_what_it_says(seed):
    c = drawn(seed)
    if c.must.any():
        c = replace(c, must=np.zeros(c.people, dtype=np.bool_))
    gain = _gain(c, weigh(c).gain())
    ties, free = _ties(c), flow_rows(c)
    lp = Linear(gain, free.and_also(ties), np.arange(len(gain)))
    answer = lp.solve()
    bound = priced(c, gain, ties, answer.price[len(free) :])
    assert bound.parts / bound.each == pytest.approx(answer.bound, abs=0.5)


def test_without_prices_it_is_the_flow():
    c = component([(0, 0, -5), (1, 0, -7), (1, 1, -6)], [0, 0], [1, 1])
    level = c.goal.cost
    bound = priced(c, level, NO_ROWS, np.zeros(0))
    assert (bound.total, bound.each) == (-11, PARTS)
    assert bound.used.tolist() == [0, 2]
    # Person 1 in the first pool would leave person 0 without: 4 more, and that is a bound.
    assert 0 <= bound.reduced[1] <= 4 * PARTS
    assert {0, 2} <= set(bound.open().tolist())


def test_totals_that_rise_in_steps_sharpen_the_bound():
    c = component([(0, 0, -10), (1, 0, -10)], [0, 0], [2], conflicts=[[0, 1]])
    ties = tie_rows(c)
    assert len(ties) == 1
    bound = priced(c, c.goal.cost, ties, np.array([-6.0]))
    assert bound.step == 10
    assert bound.parts == -14 * PARTS
    assert bound.total == -10


def test_a_held_aim_may_have_any_price():
    c = component([(0, 0, 3), (1, 0, 1)], [0, 1], [1], conflicts=[])
    first = levels(c)[0]
    row = held(first, -1, -1)
    for price in (-50.0, -2.0, 0.0, 2.0, 50.0):
        assert priced(c, c.goal.cost, row, np.array([price])).total <= 3
    assert priced(c, c.goal.cost, row, np.array([-4.0])).total == 3


def test_numbers_too_large_for_parts_are_counted_in_units():
    c = component([(0, 0, -(2**54)), (1, 0, -1)], [0, 0], [1])
    bound = priced(c, c.goal.cost, NO_ROWS, np.zeros(0))
    assert bound.each == 1
    assert bound.total == -(2**54)
