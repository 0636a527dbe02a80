from __future__ import annotations

import numpy as np
import pytest

from matching.engine.trim import usable
from tests.engine.test_coupled import component
from tests.engine.tied import drawn, every


@pytest.mark.parametrize("first", range(0, 600, 100))
def test_no_choice_uses_a_pair_that_was_left_out(first):
    out = 0
    for seed in range(first, first + 100):
        c = drawn(seed)
        keep = usable(c)
        used = {a for choice in every(c) for a in choice if a >= 0}
        assert used <= set(np.flatnonzero(keep).tolist())
        out += int((~keep).sum())
    assert out > 100


def test_a_group_needs_beds_for_all_of_it_under_one_provider():
    pairs = [(0, 0, 1), (1, 0, 1), (0, 1, 1), (1, 1, 1)]
    c = component(pairs, [0, 0], [1, 2], groups=[[0, 1]])
    assert usable(c).tolist() == [False, False, True, True]
    big = component(pairs, [0, 0], [1, 2], groups=[[0, 1]], beds=np.array([1, 2]))
    assert not usable(big).any()


def test_a_group_is_seated_pool_by_pool():
    """Two pools of one bed: brothers who both need the same one cannot both come."""
    same = component(
        [(0, 0, 1), (1, 0, 1), (1, 2, 1)],
        [0, 0],
        [1, 1, 1],
        groups=[[0, 1]],
        owner=np.array([0, 0, 1]),
        provider_room=np.array([2, 1]),
    )
    assert not usable(same).any()
    other = component(
        [(0, 0, 1), (1, 0, 1), (1, 1, 1)],
        [0, 0],
        [1, 1],
        groups=[[0, 1]],
        owner=np.array([0, 0]),
        provider_room=np.array([2]),
    )
    assert usable(other).all()


def test_a_very_large_group_is_only_counted():
    people = list(range(9))
    pairs = [(k, 0, 1) for k in people]
    fits = component(pairs, [0] * 9, [9], groups=[people])
    assert usable(fits).all()
    assert not usable(component(pairs, [0] * 9, [8], groups=[people])).any()
