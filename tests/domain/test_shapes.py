"""Outlines of counties: complete, without gaps, where they belong."""

import hashlib
from importlib import resources

import numpy as np
import pytest

from matching.domain import geography, shapes
from matching.domain.albers import albers_for

STATES = sorted(geography.load().states - geography.FICTIONAL_STATES)


def counties_of(*states: str) -> set[str]:
    return {one.fips for one in geography.load().counties if one.state in states}


def area(ring: np.ndarray) -> float:
    x, y = ring.T
    return float((x[:-1] * y[1:] - x[1:] * y[:-1]).sum() / 2)


@pytest.mark.parametrize("state", STATES)
def test_every_county_of_every_state_is_drawn_inside_the_drawing(state):
    drawing = shapes.drawing(frozenset({state}))
    assert {one.fips for one in drawing.counties} == counties_of(state)
    for one in drawing.counties:
        assert one.rings
        for ring in one.rings:
            assert (ring[0] == ring[-1]).all()
            assert (ring >= -1).all()
            assert (ring <= np.array([drawing.width, drawing.height]) + 1).all()
    assert max(drawing.width / shapes.WIDTH, drawing.height / shapes.HEIGHT) == pytest.approx(1)


@pytest.mark.parametrize(("states", "fips"), [(("CA",), "06037"), (("TX",), "48201")])
def test_a_county_is_drawn_around_its_centre(states, fips):
    drawing = shapes.drawing(frozenset(states))
    where = geography.load()
    rows = [where.index[one.fips] for one in drawing.counties]
    centres = where.centres()[rows]
    flat = albers_for(centres).project(centres)
    drawn = np.array([one.centre for one in drawing.counties])
    for axis in (0, 1):
        assert np.corrcoef(flat[:, axis], drawn[:, axis])[0, 1] > 0.99
    assert fips in {one.fips for one in drawing.counties}


def test_neighbours_share_their_border_so_that_no_gap_opens():
    # Counties that tile a state without water add up to what its border encloses.
    drawing = shapes.drawing(frozenset({"KS"}))
    parts = sum(abs(area(ring)) for one in drawing.counties for ring in one.rings)
    points = np.vstack([line[:, :2] for line in drawing.borders])
    corners = points.max(axis=0) - points.min(axis=0)
    assert 0.8 * corners.prod() < parts < corners.prod()
    edges: dict[frozenset[tuple[float, ...]], int] = {}
    for one in drawing.counties:
        for ring in one.rings:
            for a, b in zip(ring[:-1].tolist(), ring[1:].tolist(), strict=True):
                edge = frozenset({tuple(a), tuple(b)})
                edges[edge] = edges.get(edge, 0) + 1
    border = {
        frozenset({tuple(a), tuple(b)})
        for line in drawing.borders
        for a, b in zip(line[:-1].tolist(), line[1:].tolist(), strict=True)
    }
    assert {edge for edge, times in edges.items() if times == 1} == border
    assert set(edges.values()) == {1, 2}


def test_an_area_on_the_map_is_an_area_on_the_ground():
    # Square miles, U.S. Census Bureau: land and water of two counties of Kansas.
    drawing = shapes.drawing(frozenset({"KS"}))
    drawn = {one.fips: sum(abs(area(r)) for r in one.rings) for one in drawing.counties}
    butler, sedgwick = drawn["20015"], drawn["20173"]
    assert butler / sedgwick == pytest.approx(1446 / 1009, rel=0.02)


def test_alaska_hangs_together_across_the_antimeridian():
    drawing = shapes.drawing(frozenset({"AK"}))
    aleutians = next(one for one in drawing.counties if one.fips == "02016")
    assert max(ring[:, 0].max() for ring in aleutians.rings) < drawing.width / 2


def test_what_lies_elsewhere_is_an_inset_under_the_main_part():
    drawing = shapes.drawing(frozenset({"CA", "HI", "AK"}))
    assert {one.title for one in drawing.insets} == {"Alaska", "Hawaii"}
    lowest = min(
        ring[:, 1].min()
        for one in drawing.counties
        if one.fips.startswith("06")
        for ring in one.rings
    )
    for one in drawing.counties:
        if not one.fips.startswith("06"):
            assert max(ring[:, 1].max() for ring in one.rings) < lowest
    assert not drawing.invented


def test_the_whole_country_keeps_every_county_with_fewer_points():
    drawing = shapes.drawing(frozenset(STATES))
    assert len(drawing.counties) == len(counties_of(*STATES)) == 3231
    assert all(one.rings for one in drawing.counties)
    assert sum(len(ring) for one in drawing.counties for ring in one.rings) < 60_000


def test_invented_counties_are_drawn_around_their_centres():
    drawing = shapes.drawing(frozenset({"XA"}))
    assert drawing.invented
    assert {one.fips for one in drawing.counties} == counties_of("XA")


def test_unknown_states_draw_nothing():
    assert shapes.drawing(frozenset({"ZZ"})) == shapes.Drawing(0, 0, (), (), (), invented=False)


def test_the_shipped_file_is_what_the_notice_says():
    folder = resources.files("matching.domain") / "data"
    notice = (folder / "NOTICE.txt").read_text("utf-8")
    assert "Copyright 2013-2019 Michael Bostock" in notice
    assert "county_shapes.json" in notice
    found = hashlib.sha256((folder / "county_shapes.json").read_bytes()).hexdigest()
    assert found == "c38715d4c5bc2b0013e3465702c59f0a58a734955ba0a5777e7f1bcef04cce0e"
