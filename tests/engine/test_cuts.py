from __future__ import annotations

import numpy as np
import pytest

from matching.engine.cuts import Covers
from tests.engine.test_coupled import component
from tests.engine.tied import drawn, every


def _mixed(c, rng) -> np.ndarray:
    """A fractional point: some of everybody, as a linear program might leave it."""
    values = rng.random(len(c.person))
    own = np.bincount(c.person, values, minlength=c.people)
    values /= np.maximum(1, own)[c.person]
    return np.where(rng.random(len(values)) < 0.3, 0.0, values)


@pytest.mark.parametrize("first", range(0, 400, 100))
def test_rows_break_fractions_and_no_whole_choice(first):
    found = 0
    for seed in range(first, first + 100):
        c = drawn(seed)
        rng = np.random.default_rng(seed)
        values = _mixed(c, rng)
        rows = Covers(c).broken(values)
        found += len(rows)
        total = np.bincount(rows.row, rows.weight * values[rows.column], minlength=len(rows))
        assert (total > rows.high).all()
        for choice in every(c):
            used = np.array([a for a in choice if a >= 0], dtype=np.int64)
            assert rows.allow(used)
    assert found > 5


def test_half_a_pair_of_siblings_beside_somebody_alone():
    """Two beds: the pair takes both, so whoever is there alone excludes it."""
    pairs = [(0, 0, 1), (1, 0, 1), (2, 0, 1), (3, 0, 1), (4, 0, 1)]
    c = component(pairs, [0] * 5, [2], groups=[[0, 1], [3, 4]])
    covers = Covers(c)
    rows = covers.broken(np.array([0.5, 0.5, 1.0, 0.0, 0.0]))
    assert len(rows) == 1
    # Another pair may stand in the place of the first.
    assert sorted(rows.column.tolist()) == [0, 2, 3]
    assert rows.high.tolist() == [1.0]
    assert len(covers.broken(np.array([1.0, 1.0, 0.0, 0.0, 0.0]))) == 0
    assert len(covers.broken(np.array([0.5, 0.5, 0.5, 0.0, 0.0]))) == 0


def test_people_in_two_groups_at_once_are_left_alone():
    """Their beds would count twice."""
    pairs = [(0, 0, 1), (1, 0, 1), (2, 0, 1)]
    c = component(pairs, [0] * 3, [2], groups=[[0, 1], [1, 2]])
    assert len(Covers(c).broken(np.array([0.6, 0.6, 0.6]))) == 0


def test_a_person_of_several_beds_is_a_unit():
    pairs = [(0, 0, 1), (1, 0, 1), (2, 0, 1)]
    c = component(pairs, [0] * 3, [3], beds=np.array([2, 2, 1]))
    rows = Covers(c).broken(np.array([0.75, 0.75, 0.0]))
    assert sorted(rows.column.tolist()) == [0, 1]
    assert rows.high.tolist() == [1.0]
