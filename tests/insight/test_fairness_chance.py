"""What chance alone would make, against counting and drawing by hand."""

from itertools import combinations
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.insight.fairness_chance import drawn_by_lot, higher_by_chance, wilson


def test_the_range_that_chance_allows():
    low, high = wilson(5, 10)
    assert (round(low, 4), round(high, 4)) == (0.2366, 0.7634)
    assert wilson(0, 0) == (0.0, 1.0)
    assert wilson(0, 20)[0] == pytest.approx(0)
    assert wilson(20, 20)[1] == pytest.approx(1)
    assert wilson(500, 1000)[1] - wilson(500, 1000)[0] < high - low


@given(st.integers(1, 14), st.data())
def test_a_draw_by_lot_by_counting_all_draws(everybody, data):
    marked = data.draw(st.integers(0, everybody))
    people = data.draw(st.integers(0, everybody))
    count = data.draw(st.integers(0, people))
    ways = sum(
        comb(marked, k) * comb(everybody - marked, people - k)
        for k in range(count, min(people, marked) + 1)
        if people - k <= everybody - marked
    )
    found = drawn_by_lot(count, people, marked, everybody)
    assert found == pytest.approx(ways / comb(everybody, people))


def test_ranks_by_chance_against_all_ways_to_draw_a_group():
    rng = np.random.default_rng(4)
    both = rng.integers(0, 9, 16).astype(float)
    for chosen in (range(4), range(8), range(8, 12)):
        mine = np.isin(np.arange(16), list(chosen))
        size = int(mine.sum())
        order = np.array([(both < v).sum() + (both == v).sum() / 2 for v in both])
        reached = order[mine].sum()
        draws = [order[list(some)].sum() for some in combinations(range(16), size)]
        exact = np.mean([one >= reached - 1e-9 for one in draws])
        assert higher_by_chance(both[mine], both[~mine]) == pytest.approx(exact, abs=0.03)


def test_equal_values_are_no_difference():
    same = np.full(20, 3.0)
    assert higher_by_chance(same[:9], same[9:]) == 1.0
