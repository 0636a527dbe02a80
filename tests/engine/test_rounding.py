from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from matching.domain.errors import ChoiceError
from matching.engine.bounds import priced
from matching.engine.component import keeps, value
from matching.engine.modes import Limit, Modes
from matching.engine.rounding import Rounding
from matching.engine.rows import NO_ROWS, mode_columns
from matching.engine.trim import usable
from matching.engine.weights import weigh
from tests.benchmarks.region import Ties, region
from tests.engine.test_coupled import component
from tests.engine.tied import drawn, every


def _rounded(c):
    level = weigh(c).gain()
    gain = np.zeros(mode_columns(c)[-1], dtype=np.int64)
    gain[: len(level)] = level
    return Rounding(c, priced(c, gain, NO_ROWS, np.zeros(0))).choose(level)


@pytest.mark.parametrize("first", range(0, 600, 100))
def test_every_rule_is_kept(first):
    for seed in range(first, first + 100):
        c = drawn(seed)
        choices = set(every(c))
        if not choices:
            # Where forced places meet a limit of somebody's own, only a search can tell.
            try:
                assert _rounded(c) is None
            except ChoiceError:
                assert c.must.any()
            continue
        chosen = _rounded(c)
        assert tuple(chosen.tolist()) in choices


@pytest.mark.parametrize("seed", range(4))
def test_it_comes_near_the_best_in_a_crowd(seed):
    ties = Ties(grouped=0.3, apart=0.2, parents=0.05, group=4, token=4, locked=0.5, limited=0.3)
    c = region(150, 100, ties, seed)
    c = c.of(np.flatnonzero(usable(c)))
    chosen = _rounded(c)
    assert keeps(c, chosen)
    level = weigh(c).gain()
    least = priced(c, level_and_modes(c, level), NO_ROWS, np.zeros(0)).total
    assert weigh(c).worth(value(c, chosen)) < 0.8 * least


def level_and_modes(c, level):
    out = np.zeros(mode_columns(c)[-1], dtype=np.int64)
    out[: len(level)] = level
    return out


def test_a_group_goes_where_it_fits_as_a_whole():
    pairs = [(0, 0, 0), (0, 1, 9), (1, 0, 0), (1, 1, 9)]
    c = component(pairs, [0, 0], [1, 2], groups=[[0, 1]])
    assert _rounded(c).tolist() == [1, 3]


def test_a_group_is_seated_again_when_the_first_try_fails():
    """Person 0 would take the only bed that person 1 can use."""
    c = component(
        [(0, 0, 0), (0, 1, 9), (1, 0, 0)],
        [0, 0],
        [1, 1],
        groups=[[0, 1]],
        owner=np.array([0, 0]),
        provider_room=np.array([2]),
    )
    assert _rounded(c).tolist() == [1, 2]


def test_the_forced_come_first_with_their_groups():
    pairs = [(0, 0, 0), (1, 0, 0), (2, 0, 0)]
    must = np.array([False, True, False])
    c = component(pairs, [0, 1, 1], [2], groups=[[1, 2]], must=must)
    assert _rounded(c).tolist() == [-1, 1, 2]
    with pytest.raises(ChoiceError):
        _rounded(replace(c, pool_room=np.array([1]), provider_room=np.array([1])))


def test_a_pool_is_run_for_whoever_is_in_it_or_else_for_most():
    fits = np.array([[True, False], [False, True], [False, True]])
    tie = Modes("resident-gender", 0, np.arange(3), fits, ("girls", "boys"))
    c = component([(0, 0, 0), (1, 0, 0), (2, 0, 0)], [0, 1, 1], [3], modes=[tie])
    assert _rounded(c).tolist() == [-1, 1, 2]
    forced = replace(c, must=np.array([True, False, False]))
    assert _rounded(forced).tolist() == [0, -1, -1]


def test_a_limit_counts_down_and_conflicts_are_remembered():
    pairs = [(k, 0, 0) for k in range(4)]
    limit = Limit("acuity", 0, np.array([0, 1]), 1)
    c = component(pairs, [0, 0, 1, 1], [4], limits=[limit], conflicts=[[2, 3]])
    assert _rounded(c).tolist() == [0, -1, 2, -1]
