"""The projection: published reference values, and areas that stay equal."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.domain.albers import Albers, albers_for


def test_the_published_example_comes_out():
    # Snyder (1987), page 291: sphere of radius 1, parallels 29.5 and 45.5 degrees north,
    # origin 23 north and 96 west; the point 35 north, 75 west.
    usual = Albers(29.5, 45.5, -96.0, 23.0)
    found = usual.project(np.array([[-75.0, 35.0]]))[0]
    assert found == pytest.approx([0.2952720, 0.2416774], abs=1e-7)


@settings(max_examples=60, deadline=None)
@given(st.floats(-170, 170), st.floats(-60, 60), st.sampled_from([-14.0, 20.0, 40.0, 65.0]))
def test_equal_areas_stay_equal(longitude, latitude, middle):
    chosen = Albers(middle - 4, middle + 4, 0.0, middle)
    side = 0.01
    corner = np.array([longitude, latitude])
    square = corner + side * np.array([[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]])
    x, y = chosen.project(square).T
    area = abs((x[:-1] * y[1:] - x[1:] * y[:-1]).sum() / 2)
    low, high = np.radians([latitude, latitude + side])
    on_the_sphere = np.radians(side) * (np.sin(high) - np.sin(low))
    assert area == pytest.approx(on_the_sphere, rel=1e-4)


@pytest.mark.parametrize("corners", [[[-124, 32], [-114, 42]], [[-171, -15], [-168, -14]]])
def test_north_is_up_and_east_is_right_in_the_middle_of_a_region(corners):
    region = np.array(corners, dtype=float)
    chosen = albers_for(region)
    middle = region.mean(axis=0)
    here, north, east = chosen.project(middle + np.array([[0, 0], [0, 0.1], [0.1, 0]]))
    assert here == pytest.approx([0, 0], abs=1e-12)
    assert north[1] > 0
    assert north[0] == pytest.approx(0, abs=1e-12)
    assert east[0] > abs(east[1])


def test_the_standard_parallels_lie_a_sixth_inside():
    chosen = albers_for(np.array([[-100.0, 30.0], [-90.0, 36.0]]))
    assert (chosen.south, chosen.north) == (31.0, 35.0)
    assert (chosen.longitude, chosen.latitude) == (-95.0, 33.0)
