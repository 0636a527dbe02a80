"""Whole columns drawn at once."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.intake.sample_draw import Draw, objects, only

SHARES = {"a": 0.5, "b": 0.3, "c": 0.2}


def draw(rows: int, seed: int = 1) -> Draw:
    return Draw(np.random.default_rng(seed), rows)


def test_objects_keep_tuples_and_sets_whole():
    kept = objects([(1, 2), frozenset({3}), None])
    assert kept.shape == (3,)
    assert kept.tolist() == [(1, 2), frozenset({3}), None]


@given(
    rows=st.integers(0, 60),
    weights=st.lists(st.floats(0.01, 5), min_size=1, max_size=6),
    seed=st.integers(0, 5),
)
@settings(max_examples=50, deadline=None)
def test_a_quota_is_within_one_of_each_share(rows, weights, seed):
    shares = dict(enumerate(weights))
    counts = Counter(draw(rows, seed).quota(shares).tolist())
    assert sum(counts.values()) == rows
    for key, weight in shares.items():
        assert abs(counts[key] - rows * weight / sum(weights)) < 1 + 1e-9


def test_a_quota_is_shuffled():
    drawn = draw(200).quota({"a": 1, "b": 1}).tolist()
    assert drawn != sorted(drawn)
    assert Counter(drawn) == {"a": 100, "b": 100}


def test_a_pick_follows_the_shares():
    counts = Counter(draw(20_000).pick(SHARES).tolist())
    for key, share in SHARES.items():
        assert counts[key] / 20_000 == pytest.approx(share, abs=0.015)


def test_a_pick_by_group_uses_the_shares_of_the_group():
    group = objects(["x", "y"] * 50)
    drawn = draw(100).by(group, {"x": {"a": 1.0}, "y": {"b": 1.0}})
    assert drawn.tolist() == ["a", "b"] * 50


def test_a_group_without_shares_stays_empty():
    assert draw(2).by(objects(["x", "z"]), {"x": {"a": 1.0}}).tolist() == ["a", None]


def test_items_of_a_subset_are_drawn_one_by_one():
    sets = draw(20_000).subset({"a": 0.5, "b": 0.1, "always": 1.0, "never": 0.0}).tolist()
    assert all("always" in one and "never" not in one for one in sets)
    assert sum("a" in one for one in sets) / 20_000 == pytest.approx(0.5, abs=0.015)
    both = sum({"a", "b"} <= one for one in sets) / 20_000
    assert both == pytest.approx(0.05, abs=0.01)


def test_a_subset_by_group_uses_the_shares_of_the_group():
    group = objects(["x", "y", "x"])
    drawn = draw(3).subset_by(group, {"x": {"a": 1.0}, "y": {"b": 1.0}})
    assert drawn.tolist() == [frozenset("a"), frozenset("b"), frozenset("a")]


@given(low=st.integers(-5, 5), more=st.integers(0, 5), seed=st.integers(0, 5))
def test_whole_numbers_include_both_ends(low, more, seed):
    drawn = draw(400, seed).whole(low, low + more)
    assert set(drawn.tolist()) == set(range(low, low + more + 1))


def test_everything_is_known_unless_somebody_hurried():
    assert draw(50).known(np.arange(50)) == list(range(50))


def test_hurried_records_leave_more_unknown_than_careful_ones():
    one = draw(4_000)
    one.fill_in(0.25, 0.4, 0.01)
    columns = [one.known(np.arange(4_000)) for _ in range(60)]
    unknown = np.array([[cell is None for cell in column] for column in columns]).mean(axis=0)
    assert unknown.mean() == pytest.approx(0.25 * 0.4 + 0.75 * 0.01, abs=0.01)
    assert (unknown > 0.2).mean() == pytest.approx(0.25, abs=0.03)


def test_a_known_column_holds_python_values():
    kinds = {type(cell) for cell in draw(3).known(np.array([1, 2, 3]))}
    assert kinds == {int}
    assert {type(cell) for cell in draw(3).known(np.array([True, False, True]))} == {bool}


def test_records_of_a_record_are_as_hurried_as_it():
    one = draw(2_000)
    one.fill_in(0.5, 1.0, 0.0)
    mine = one.known(np.ones(2_000, dtype=np.int64))
    rows = np.repeat(np.arange(2_000), 2)
    theirs = one.spread(rows).known(np.ones(4_000, dtype=np.int64))
    assert theirs == [mine[row] for row in rows.tolist()]


def test_only_keeps_a_value_where_it_belongs():
    flags = np.array([True, False, True])
    assert only([1, 2, 3], flags).tolist() == [1, None, 3]
    assert only(objects([(1,), (2,), (3,)]), flags, (0,)).tolist() == [(1,), (0,), (3,)]
