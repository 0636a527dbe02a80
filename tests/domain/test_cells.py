"""Outlines around centres: nearest land, held against asking every point."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.domain.cells import cells


def inside(outline: np.ndarray, point: np.ndarray) -> bool:
    """Whether a point lies in a convex outline that is walked to the left."""
    edges, to_point = np.diff(outline, axis=0), point - outline[:-1]
    return bool((edges[:, 0] * to_point[:, 1] - edges[:, 1] * to_point[:, 0] > 0).all())


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 40), st.integers(0, 10_000))
def test_a_point_lies_in_the_outline_of_the_centre_nearest_to_it(number, seed):
    draw = np.random.default_rng(seed)
    centres = draw.random((number, 2))
    outlines = cells(centres, np.arange(number))
    for point in draw.random((30, 2)):
        apart = np.hypot(*(centres - point).T)
        first, second = np.partition(apart, 1)[:2]
        if second - first < 1e-6:
            continue
        holding = [k for k, one in enumerate(outlines) if inside(one, point)]
        assert holding in ([], [int(apart.argmin())])


def test_land_between_neighbours_belongs_to_one_of_them():
    grid = np.array([[x, y] for x in range(5) for y in range(5)], dtype=float)
    outlines = cells(grid, np.arange(25))
    # The middle cell is a square of its own size, and shares its edges.
    corners = {tuple(np.round(corner, 9)) for corner in outlines[12]}
    assert corners == {(1.5, 1.5), (1.5, 2.5), (2.5, 1.5), (2.5, 2.5)}


def test_only_what_is_wanted_is_drawn_and_outlines_are_closed():
    centres = np.array([[0.0, 0.0], [1.0, 0.0], [5.0, 5.0]])
    found = cells(centres, np.array([2, 0]))
    assert len(found) == 2
    for outline, centre in zip(found, centres[[2, 0]], strict=True):
        assert (outline[0] == outline[-1]).all()
        assert inside(outline, centre)


def test_one_county_alone_has_an_outline():
    (found,) = cells(np.array([[3.0, 4.0]]), np.array([0]))
    assert inside(found, np.array([3.0, 4.0]))
    assert np.ptp(found, axis=0) == pytest.approx([0.02, 0.02])
