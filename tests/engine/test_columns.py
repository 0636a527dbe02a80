from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.domain import words as w
from matching.engine.columns import UNKNOWN, codes, converted, known, numbers, sets

WORDS = [f"w{k}" for k in range(130)]  # three machine words
subsets = st.frozensets(st.sampled_from(WORDS), max_size=6)
maybe = st.lists(st.none() | subsets, min_size=1, max_size=6)


@given(st.lists(st.none() | st.integers(-(2**31) + 1, 2**31 - 1)))
def test_numbers_keep_unknown_apart_from_zero(values):
    column = numbers(values)
    assert column.dtype == np.int32
    assert known(column).tolist() == [v is not None for v in values]
    assert [None if c == UNKNOWN else int(c) for c in column] == values


def test_a_number_that_does_not_fit_is_refused():
    with pytest.raises(OverflowError):
        numbers([2**31])


def test_columns_cannot_be_written_to():
    for column in (numbers([1]), codes(["w0"], WORDS), sets([{"w1"}], WORDS).code):
        with pytest.raises(ValueError):
            column[0] = 0


@given(st.lists(st.none() | st.sampled_from(WORDS)))
def test_codes_are_positions(values):
    column = codes(values, WORDS)
    assert [None if c == UNKNOWN else WORDS[c] for c in column] == values


@given(st.lists(st.none() | st.sampled_from(w.Gender)), st.booleans())
def test_members_of_a_vocabulary_are_known_by_sight_and_by_word(values, as_words):
    given_ = [v.value if as_words and v else v for v in values]
    column = codes(given_, list(w.Gender))
    assert [None if c == UNKNOWN else list(w.Gender)[c] for c in column] == values


@given(st.lists(st.none() | st.integers(0, 9)))
def test_each_different_value_is_converted_once(values):
    asked = []

    def convert(value):
        asked.append(value)
        return None if value == 7 else 2 * value

    column = converted(values, convert)
    wanted = [None if v is None or v == 7 else 2 * v for v in values]
    assert [None if c == UNKNOWN else int(c) for c in column] == wanted
    assert sorted(asked) == sorted(set(values) - {None})
    assert not column.flags.writeable


def test_words_outside_the_vocabulary_are_refused():
    with pytest.raises(KeyError):
        codes(["nobody"], WORDS)
    with pytest.raises(KeyError):
        codes([w.Gender.FEMALE, w.Level.HIGH], list(w.Gender))
    with pytest.raises(KeyError):
        sets([{"nobody"}], WORDS)


@given(maybe)
def test_sets_come_back_as_they_were(values):
    column = sets(values, WORDS)
    assert column.bits.shape == (len(values), 3)
    back = [
        {w for k, w in enumerate(WORDS) if int(row[k // 64]) >> (k % 64) & 1}
        for row in column.bits
    ]
    assert back == [set(v or ()) for v in values]
    assert column.known.tolist() == [v is not None for v in values]
    assert column.empty().tolist() == [v == frozenset() for v in values]


@given(maybe, subsets)
def test_questions_about_sets(values, asked):
    column = sets(values, WORDS)
    mask = column.mask(asked)
    assert column.any_of(mask).tolist() == [bool(asked & (v or set())) for v in values]
    assert column.none_missing(mask).tolist() == [asked <= (v or set()) for v in values]


@given(maybe, st.data())
def test_taking_rows(values, data):
    column = sets(values, WORDS)
    rows = np.array(data.draw(st.lists(st.integers(0, len(values) - 1), max_size=8)), int)
    taken, again = column.take(rows), sets([values[k] for k in rows], WORDS)
    assert np.array_equal(taken.bits, again.bits)
    assert np.array_equal(taken.known, again.known)


def test_equal_sets_are_equal_whatever_holds_them():
    column = sets([["w1", "w2"], ("w2", "w1"), frozenset({"w1", "w2"})], WORDS)
    assert len(np.unique(column.bits, axis=0)) == len(np.unique(column.code)) == 1


@given(maybe, maybe)
def test_two_columns_meet_where_their_sets_share_an_item(mine, theirs):
    left, right = sets(mine, WORDS), sets(theirs, WORDS)
    i, j = np.arange(len(mine))[:, None], np.arange(len(theirs))[None, :]
    grid = left.take(i).meets(right.take(j))
    wanted = [[bool((a or set()) & (b or set())) for b in theirs] for a in mine]
    assert grid.tolist() == wanted
    shared = min(len(mine), len(theirs))
    rows = np.arange(shared)
    assert left.take(rows).meets(right.take(rows)).tolist() == [
        wanted[k][k] for k in range(shared)
    ]


@given(maybe)
def test_sets_are_numbered_in_the_order_of_their_rows(values):
    """The order decides the fingerprint: who holds the sets must not."""
    shared, apart = {v: v for v in values}, [v and frozenset(set(v)) for v in values]
    one, other = sets([shared[v] for v in values], WORDS), sets(apart, WORDS)
    assert one.code.tolist() == other.code.tolist()
    assert np.array_equal(one.different, other.different)
    first = dict.fromkeys([None, *values])
    assert one.code.tolist() == [list(first).index(v) for v in values]


def test_items_nobody_has_are_left_out_of_a_mask():
    column = sets([{"w1"}], WORDS)
    assert not column.mask(["nobody"]).any()
    assert not column.any_of(column.mask(["nobody"])).any()


def test_an_empty_vocabulary_still_tells_unknown_from_none():
    column = sets([None, frozenset()], [])
    assert column.bits.shape == (2, 1)
    assert column.empty().tolist() == [False, True]


@pytest.mark.parametrize("shape", [(1, 0), (0, 1), (2, 3), (0,)])
def test_a_mask_has_the_width_of_the_words_not_of_the_rows(shape):
    """A problem without a single bed pool asks this of a block without columns."""
    column = sets([None, {"w1"}], WORDS).take(np.zeros(shape, dtype=np.intp))
    mask = column.mask(["w0", "w129"])
    assert mask.shape == (3,)
    assert [int(m).bit_count() for m in mask] == [1, 0, 1]
    assert column.any_of(mask).shape == shape
