from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.domain.errors import CostOverflow
from matching.engine.levels import FAR, Scale, first_of_each, less, total

WIDTHS = st.lists(st.sampled_from([0, 1, 7, 1000, 2**20, 2**40, 2**58]), min_size=1, max_size=6)


@st.composite
def rows(draw: st.DrawFn) -> tuple[list[int], list[tuple[int, ...]]]:
    """Draw widths and a few rows of levels within half of them."""
    widths = draw(WIDTHS)
    one = st.tuples(*(st.integers(-(w // 2), w // 2) for w in widths))
    return widths, draw(st.lists(one, min_size=1, max_size=6))


def packed(scale: Scale, found: list[tuple[int, ...]]) -> np.ndarray:
    return scale.pack(list(np.array(found, dtype=np.int64).T))


@given(rows())
def test_packed_numbers_compare_add_up_and_come_apart_as_the_levels_do(drawn):
    widths, found = drawn
    scale = Scale.of(widths)
    assert [level for column in scale.columns for level in column] == list(range(len(widths)))
    numbers = packed(scale, found)
    assert scale.unpack(numbers).T.tolist() == [list(row) for row in found]
    backwards = numbers[:, ::-1]
    expected = [a < b for a, b in zip(found, found[::-1], strict=True)]
    assert less(numbers, backwards).tolist() == expected
    sums = [
        [a + b for a, b in zip(x, y, strict=True)]
        for x, y in zip(found, found[::-1], strict=True)
    ]
    assert scale.unpack(total(numbers, backwards)).T.tolist() == sums
    assert (np.abs(total(numbers, backwards)) < FAR).all()


def test_levels_share_a_column_while_they_fit():
    assert Scale.of([2**20, 2**20, 2**20]).columns == ((0, 1), (2,))
    assert Scale.of([3, 2**59, 3]).columns == ((0,), (1,), (2,))
    with pytest.raises(CostOverflow, match="too large"):
        Scale.of([1, 2**61])


def test_what_cannot_be_reached_stays_so():
    far = np.array([[FAR, 5], [FAR, 6]])
    assert total(far, np.array([[1, 1], [1, 1]])).tolist() == [[FAR, 6], [FAR, 7]]
    assert not less(far, far).any()


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2), st.integers(0, 2)), max_size=12)
)
def test_the_first_of_each_is_the_smallest_and_earliest(found):
    key = np.array([k for k, *_ in found], dtype=np.int64)
    numbers = np.array([row for _, *row in found], dtype=np.int64).reshape(-1, 2).T
    best = first_of_each(key, numbers)
    expected = [
        min((i for i, row in enumerate(found) if row[0] == k), key=lambda i: (found[i][1:], i))
        for k in sorted(set(key.tolist()))
    ]
    assert best.tolist() == expected
