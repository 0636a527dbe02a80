from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from matching.domain.errors import CostOverflow
from matching.engine.component import value
from matching.engine.weights import weigh
from tests.engine.test_coupled import component
from tests.engine.tied import any_choice, drawn

SEEDS = range(100)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_pairs_add_is_what_the_choice_is_worth(seed):
    c = drawn(seed)
    w = weigh(c)
    rng = np.random.default_rng(seed)
    for choice in any_choice(c, rng, 8):
        used = [a for a in choice if a >= 0]
        reached = value(c, np.array(choice))
        for last in (None, *range(len(reached))):
            assert int(w.gain(last)[used].sum()) == w.worth(reached, last)


@pytest.mark.parametrize("seed", SEEDS)
def test_steps_of_later_aims_divide_those_before(seed):
    """What the prices of the search hold of an aim can then be read off them."""
    c = drawn(seed)
    step = weigh(c).step
    waits = step[c.tiers :]
    assert step[-1] == 1
    assert all(before % after == 0 for before, after in itertools.pairwise(waits))
    assert all(one % waits[0] == 0 for one in step[: c.tiers])


@pytest.mark.parametrize("seed", SEEDS)
def test_a_place_beats_what_one_other_person_can_gain_or_lose(seed):
    c = drawn(seed)
    w = weigh(c)
    gain, tier = w.gain(), c.goal.tier[c.person]
    free = ~c.must[c.person]
    assert (gain[free] < 0).all()
    for k in range(c.tiers - 1):
        mine, after = gain[free & (tier == k)], gain[free & (tier > k)]
        if len(mine) and len(after):
            assert mine.max() < 2 * after.min()
    dearest = int(c.goal.cost.max(initial=0))
    wait = w.step[c.tiers]
    most = sum(
        unit * int(level.max(initial=0))
        for unit, level in zip(w.step[c.tiers + 1 :], w.level[c.tiers + 1 :], strict=True)
    )
    assert wait > max(most, dearest)


def test_an_aim_that_nobody_has_takes_no_room():
    c = component([(0, 0, 5), (1, 0, 3)], [0, 1], [1])
    plain = weigh(c).step
    assert plain[-3:] == (1, 1, 1)
    asked = weigh(replace(c, goal=replace(c.goal, icwa=np.array([0, 2])))).step
    assert asked[-2] == 64 * 5
    assert asked[-4] > plain[-4]


def test_costs_too_large_to_add_up_are_refused():
    with pytest.raises(CostOverflow, match="No plan was made"):
        weigh(component([(0, 0, 2**50)], [0], [1]))
