"""What an outsider could derive is exactly what enumeration finds."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from matching.engine.hiding_attack import Attack, bounds, linked
from tests.engine.sums import possible, sums_of, table, tables


def widths(found):
    return {k: (int(found[:, k].min()), int(found[:, k].max())) for k in range(found.shape[1])}


@settings(max_examples=60, deadline=None)
@given(tables(sizes=((2, 2), (2, 3))), st.data())
def test_bounds_of_a_table_are_those_of_all_whole_tables(cells, data):
    sums = table(cells)
    inner = cells.size
    nonzero = np.flatnonzero(sums.value[:inner] > 0).tolist()
    assume(nonzero)
    some = data.draw(st.sets(st.sampled_from(nonzero), min_size=1, max_size=4))
    hidden = np.zeros(len(sums.value), dtype=bool)
    hidden[list(some)] = True
    every = widths(possible(sums, hidden, int(sums.value.max())))
    assert bounds(sums, hidden, some) == {k: every[k] for k in some}


@settings(max_examples=40, deadline=None)
@given(tables(most=3, sizes=((2, 2),)), st.data())
def test_bounds_with_hidden_margins_are_those_of_all_whole_tables(cells, data):
    sums = table(cells)
    total = len(sums.value) - 1
    nonzero = np.flatnonzero(sums.value[:total] > 0).tolist()
    assume(nonzero)
    some = data.draw(st.sets(st.sampled_from(nonzero), min_size=1, max_size=4))
    hidden = np.zeros(len(sums.value), dtype=bool)
    hidden[list(some)] = True
    every = widths(possible(sums, hidden, int(sums.value[total])))
    assert bounds(sums, hidden, some) == {k: every[k] for k in some}


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(0, 3), min_size=4, max_size=5),
    st.lists(st.sets(st.integers(0, 4), min_size=2, max_size=3), min_size=2, max_size=5),
)
def test_where_linear_bounds_are_too_wide_whole_numbers_decide(values, groups):
    count = len(values)
    rows = [sorted(k for k in group if k < count) for group in groups]
    rows = [row for row in rows if len(row) > 1]
    assume(rows and set().union(*rows) == set(range(count)))
    totals = [sum(values[k] for k in row) for row in rows]
    sums = sums_of(
        [*values, *totals],
        [{**dict.fromkeys(row, 1), count + n: -1} for n, row in enumerate(rows)],
    )
    hidden = np.arange(count + len(rows)) < count
    every = widths(possible(sums, hidden, 9))
    assert bounds(sums, hidden, range(count)) == {k: every[k] for k in range(count)}


def test_an_odd_ring_is_known_although_its_linear_program_is_not():
    # Each two of three add up to 2 and a fourth takes the rest: halves would do, too.
    rows = [{0: 1, 1: 1, 3: -1}, {1: 1, 2: 1, 4: -1}, {0: 1, 2: 1, 5: -1}]
    sums = sums_of([0, 1, 1, 1, 2, 1], rows)
    hidden = np.array([True, True, True, False, False, False])
    assert bounds(sums, hidden, [0, 1, 2]) == {0: (0, 0), 1: (1, 1), 2: (1, 1)}


def test_without_a_total_nothing_bounds_a_count_above():
    sums = sums_of([5, 7, 12], [{0: 1, 1: 1, 2: -1}])
    low, high = bounds(sums, np.array([True, False, True]), [0])[0]
    assert low == 0
    assert high > 1_000


def test_counts_that_tell_nothing_of_each_other_are_apart():
    sums = sums_of([1, 2, 3, 4, 5, 9], [{0: 1, 1: 1, 2: -1}, {3: 1, 4: 1, 5: -1}])
    hidden = np.array([True, True, False, True, True, False])
    found = sorted(one.cells.tolist() for one in linked(sums, hidden))
    assert found == [[0, 1], [3, 4]]
    assert sorted(one.rows.tolist() for one in linked(sums, hidden)) == [[0], [1]]


@settings(max_examples=60, deadline=None)
@given(tables(most=4, sizes=((2, 2), (2, 3))), st.integers(1, 6), st.data())
def test_a_leak_is_found_exactly_where_enumeration_finds_one(cells, width, data):
    sums = table(cells)
    nonzero = np.flatnonzero(sums.value[: cells.size] > 0).tolist()
    assume(nonzero)
    some = data.draw(st.sets(st.sampled_from(nonzero), min_size=1, max_size=4))
    hidden = np.zeros(len(sums.value), dtype=bool)
    hidden[list(some)] = True
    every = widths(possible(sums, hidden, int(sums.value.max())))
    close = {k for k in some if every[k][1] - every[k][0] < width}
    found = [
        leak
        for on in linked(sums, hidden)
        for leak in Attack(sums, hidden, on, width).leaks(hidden)
    ]
    assert {leak.cell for leak in found} == close
    for leak in found:
        assert leak.width == every[leak.cell][1] - every[leak.cell][0]


def test_what_is_not_guarded_does_not_leak():
    sums = table(np.array([[4, 9], [9, 9]]))
    hidden = np.zeros(len(sums.value), dtype=bool)
    hidden[0] = True
    (on,) = linked(sums, hidden)
    assert Attack(sums, hidden, on, 3).leaks(np.zeros(len(sums.value), dtype=bool)) == []
    (leak,) = Attack(sums, hidden, on, 3).leaks(hidden)
    assert (leak.cell, leak.width) == (0, 0)


@pytest.mark.parametrize("good", [True, False])
def test_whether_counts_add_up_is_told(good):
    values = [1, 2, 3 if good else 4]
    assert sums_of(values, [{0: 1, 1: 1, 2: -1}]).add_up() is good
