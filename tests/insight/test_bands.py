"""Bands of a change hold its size and tell no more."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.insight.bands import ENDS, change_band, size_band


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (0, "no change"),
        (1, "1 to 10 more"),
        (-1, "1 to 10 fewer"),
        (10, "1 to 10 more"),
        (11, "11 to 25 more"),
        (-50, "26 to 50 fewer"),
        (700, "501 to 1,000 more"),
        (1001, "more than 1,000 more"),
    ],
)
def test_a_change_in_words(change, said):
    assert change_band(change) == said


@given(st.integers(1, ENDS[-1]))
def test_a_band_holds_its_number_and_at_least_ten_others(number):
    low, high = (int(part.replace(",", "")) for part in size_band(number).split(" to "))
    assert low <= number <= high
    assert high - low >= 9


@given(st.integers(-2000, 2000))
def test_more_and_fewer_mirror_each_other(change):
    assert change_band(-change).replace("fewer", "more") == change_band(change).replace(
        "fewer", "more"
    )


def test_a_count_is_not_negative():
    assert size_band(0) == "0"
    with pytest.raises(ValueError):
        size_band(-1)
