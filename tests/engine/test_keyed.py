from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.engine import keyed
from matching.engine.columns import sets
from matching.engine.keyed import Factors, Keyed, Lookup, alike, combine, factorize, joined

ints = st.lists(st.integers(-3, 3), min_size=1, max_size=12)


def _same_partition(numbers, values) -> bool:
    """Equal values have equal numbers and different ones different numbers."""
    pairs = set(zip(numbers.tolist(), values, strict=True))
    return len(pairs) == len(set(values)) == len(set(numbers.tolist()))


@given(ints)
def test_different_values_have_different_numbers_from_zero(values):
    numbers = factorize(np.array(values, dtype=np.int32))
    assert numbers.dtype == np.int32
    assert _same_partition(numbers, values)
    assert set(numbers.tolist()) == set(range(len(set(values))))


@given(st.lists(st.tuples(*[st.integers(0, 2)] * 3), min_size=1, max_size=12))
def test_rows_of_a_table_and_combinations_of_columns_count_as_one(rows):
    table = np.array(rows, dtype=np.int32)
    assert _same_partition(factorize(table), rows)
    assert _same_partition(combine([factorize(c) for c in table.T]), rows)


@given(st.lists(st.none() | st.frozensets(st.sampled_from("abc")), min_size=1, max_size=9))
def test_unknown_sets_are_not_empty_sets(values):
    assert _same_partition(factorize(sets(values, "abc")), values)


@given(st.lists(st.tuples(*[st.integers(0, 3)] * 2), min_size=1, max_size=9), st.booleans())
def test_factors_number_named_columns(rows, both):
    table = np.array(rows, dtype=np.int32)
    factors = Factors(SimpleNamespace(one=table[:, 0], two=table[:, 1]), len(rows))
    names = ("one", "two") if both else ("two",)
    wanted = rows if both else [(b,) for _, b in rows]
    assert _same_partition(factors.codes(names), wanted)


def test_no_columns_make_everybody_alike():
    assert Factors(None, 3).codes(()).tolist() == [0, 0, 0]


@pytest.mark.parametrize("most", [0, 3, 20_000_000])
@given(
    st.lists(st.integers(0, 4), min_size=1, max_size=8),
    st.lists(st.integers(0, 4), min_size=1, max_size=8),
    st.data(),
)
def test_a_table_and_no_table_say_the_same(most, left, right, data):
    people, beds = np.array(left), np.array(right)
    calls = []

    def function(i, j):
        calls.append(np.broadcast_shapes(np.shape(i), np.shape(j)))
        return (people[i] * 7 + beds[j] * 3) % 5

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keyed, "MAX_TABLE", most)
        one = Keyed(function, factorize(people), factorize(beds))
    assert (one.table is None) == (len(set(left)) * len(set(right)) > most)
    rows = np.array(data.draw(st.lists(st.integers(0, len(left) - 1), max_size=6)), dtype=int)
    columns = np.array(data.draw(st.lists(st.integers(0, len(right) - 1), max_size=6)), int)
    grid = (people[rows][:, None] * 7 + beds[columns][None, :] * 3) % 5
    assert np.array_equal(one.grid(rows, columns), grid)
    shared = min(len(rows), len(columns))
    assert np.array_equal(
        one.pairs(rows[:shared], columns[:shared]), np.diag(grid[:shared, :shared])
    )


def test_a_table_asks_once_for_each_combination():
    asked = []
    people, beds = np.repeat([1, 2], 500), np.repeat([1, 2, 3], 300)
    one = Keyed(
        lambda i, j: asked.append(np.broadcast(i, j).size) or people[i] + beds[j],
        factorize(people),
        factorize(beds),
    )
    assert one.grid(np.arange(1000), np.arange(900)).shape == (1000, 900)
    assert asked == [6]


sides = st.lists(st.tuples(*[st.integers(0, 2)] * 3), min_size=1, max_size=9)


@pytest.mark.parametrize("most", [0, 6, 1000])
@given(sides, sides)
def test_joined_tables_add_up_to_the_same(most, left, right):
    mine, theirs = np.array(left, dtype=np.int32), np.array(right, dtype=np.int32)
    rng = np.random.default_rng(len(left))
    tables = [
        Lookup(a, b, rng.integers(0, 99, (3, 3))) for a, b in zip(mine.T, theirs.T, strict=True)
    ]
    i, j = (index.ravel() for index in np.indices((len(left), len(right))))
    few = joined(tables, np.add, most)
    assert len(few) == {0: 3, 6: len(few), 1000: 1}[most]
    assert all(table.values.size <= max(most, 9) for table in few)
    whole = sum(table.of(i, j) for table in tables)
    assert np.array_equal(sum(table.of(i, j) for table in few), whole)


@given(st.lists(st.lists(st.integers(0, 1), min_size=2, max_size=2), min_size=1, max_size=9))
def test_rows_that_are_alike_are_found(rows):
    first, kind = alike(np.array(rows, dtype=np.int8))
    assert _same_partition(kind, [tuple(row) for row in rows])
    assert [rows[k] for k in first] == [rows[kind.tolist().index(n)] for n in range(len(first))]


def test_combinations_that_a_table_cannot_tell_apart_count_as_one():
    people, beds = np.arange(6, dtype=np.int32), np.arange(4, dtype=np.int32)
    one = Keyed(lambda i, j: (i // 3 + j // 2) % 3, people, beds)
    assert one.table.tolist() == [[0, 1], [1, 2]]
    assert one.referral_codes.tolist() == [0, 0, 0, 1, 1, 1]
    even = one.mapped(lambda values: values == 1)
    assert even.table.tolist() == [[False, True], [True, False]]
    never = one.mapped(lambda values: values > 7)
    assert never.table.tolist() == [[False]]
    assert one.table.shape == (2, 2)
    assert not never.grid(people, beds).any()
