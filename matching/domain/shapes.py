"""Outlines of counties, laid out as a drawing: nothing is looked up elsewhere.

The shipped file keeps each border between two counties once (an "arc"), so that
neighbours share every point of it and no gap opens between them, however coarse
the drawing. The format is that of TopoJSON, https://github.com/topojson/topojson-specification.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from matching.domain import geography
from matching.domain.albers import albers_for
from matching.domain.cells import cells

Points = NDArray[np.float64]

#: Largest size of a drawing, in its own units. Points are whole numbers, so that
#: one unit is about half a dot of a screen; nothing finer is kept. A whole country
#: is drawn in steps of two, since it has many times the points of a state.
WIDTH, HEIGHT = 1400, 1150
_MANY = 400
#: Size of the place for a part that lies elsewhere, and the room under the main part.
_INSET, _GAP = 300, 40

#: States drawn apart from the others, each part in its own projection and size.
_APART: dict[str, str] = {
    "AK": "Alaska",
    "HI": "Hawaii",
    "PR": "Puerto Rico and the Virgin Islands",
    "VI": "Puerto Rico and the Virgin Islands",
    "GU": "Guam and the Northern Mariana Islands",
    "MP": "Guam and the Northern Mariana Islands",
    "AS": "American Samoa",
} | dict.fromkeys(geography.FICTIONAL_STATES, "An invented region")


@dataclass(frozen=True)
class Outline:
    """One county as it is drawn.

    Attributes
    ----------
    fips : str
    rings : tuple of ndarray of float64, shape (points, 2)
        Closed; x to the right and y upwards.
    centre : tuple of float
        Middle of its largest part, where a number can stand.
    size : tuple of float
        Width and height of its largest part.
    """

    fips: str
    rings: tuple[Points, ...]
    centre: tuple[float, float]
    size: tuple[float, float]


@dataclass(frozen=True)
class Inset:
    """A part that lies elsewhere and is drawn in another size.

    Attributes
    ----------
    title : str
    left, top : float
    """

    title: str
    left: float
    top: float


@dataclass(frozen=True)
class Drawing:
    """Counties laid out together.

    Attributes
    ----------
    width, height : float
        From (0, 0) at the bottom left.
    counties : tuple of Outline
        By code.
    borders : tuple of ndarray of float64, shape (points, 2)
        Lines between states, and where the land ends.
    insets : tuple of Inset
    invented : bool
        Whether outlines are drawn around the centres of invented counties.
    """

    width: float
    height: float
    counties: tuple[Outline, ...]
    borders: tuple[Points, ...]
    insets: tuple[Inset, ...]
    invented: bool


@dataclass(frozen=True)
class _Atlas:
    """The shipped file: borders in degrees, and the rings of each county in borders."""

    arcs: tuple[Points, ...]
    counties: dict[str, list[list[list[int]]]]


@cache
def _atlas() -> _Atlas:
    path = resources.files("matching.domain") / "data" / "county_shapes.json"
    file = json.loads(path.read_text("utf-8"))
    scale, start = (np.array(file["transform"][key]) for key in ("scale", "translate"))
    # Each point of an arc is kept as the step from the one before it.
    arcs = tuple(np.cumsum(np.array(arc), axis=0) * scale + start for arc in file["arcs"])
    return _Atlas(arcs, file["counties"])


@lru_cache(maxsize=16)
def drawing(states: frozenset[str]) -> Drawing:
    """Return the counties of some states, laid out together.

    The part with most counties is drawn large; others (Alaska, Hawaii, islands)
    stand under it, each in a size of its own.

    Parameters
    ----------
    states : frozenset of str
        Postal codes; unknown ones are left out.

    Returns
    -------
    Drawing
        Empty, of size (0, 0), if there is nothing to draw.
    """
    parts: dict[str, list[str]] = defaultdict(list)
    for county in geography.load().counties:
        if county.state in states:
            parts[_APART.get(county.state, "")].append(county.fips)
    if not parts:
        return Drawing(0, 0, (), (), (), invented=False)
    order = sorted(parts, key=lambda title: (-len(parts[title]), title))
    drawn = [_part(tuple(parts[title])) for title in order]
    main = drawn[0].fitted(WIDTH, HEIGHT)
    others = [one.fitted(_INSET, _INSET) for one in drawn[1:]]
    below = max((one.height for one in others), default=0) + (2 * _GAP if others else 0)
    placed, insets, left = [main.moved(0, below)], [], 0.0
    for title, one in zip(order[1:], others, strict=True):
        placed.append(one.moved(left, 0))
        insets.append(Inset(title, left, one.height))
        left += max(one.width, _INSET) + _GAP
    step = 1 if sum(map(len, parts.values())) <= _MANY else 2
    found = [
        _rounded(fips, rings, step) for one in placed for fips, rings in one.counties.items()
    ]
    return Drawing(
        width=max(main.width, left - _GAP),
        height=main.height + below,
        counties=tuple(sorted(found, key=lambda outline: outline.fips)),
        borders=tuple(_coarse(line, step) for one in placed for line in one.borders),
        insets=tuple(insets),
        invented=any(state in geography.FICTIONAL_STATES for state in states),
    )


@dataclass(frozen=True)
class _Part:
    """Counties in one projection, from (0, 0) at the bottom left."""

    width: float
    height: float
    counties: dict[str, list[Points]]
    borders: list[Points]

    def fitted(self, width: float, height: float) -> _Part:
        """Return the part as large as a box allows."""
        by = min(width / self.width, height / self.height)
        return self._changed(by, np.zeros(2))

    def moved(self, right: float, up: float) -> _Part:
        """Return the part elsewhere."""
        return self._changed(1.0, np.array([right, up]))

    def _changed(self, by: float, step: Points) -> _Part:
        return _Part(
            self.width * by,
            self.height * by,
            {key: [ring * by + step for ring in rings] for key, rings in self.counties.items()},
            [line * by + step for line in self.borders],
        )


def _part(fips: tuple[str, ...]) -> _Part:
    """Project counties that lie together."""
    invented = geography.load().state_of(fips[0]) in geography.FICTIONAL_STATES
    rings, lines = _invented(fips) if invented else _real(fips)
    everything = np.vstack([ring for mine in rings.values() for ring in mine])
    projection = albers_for(everything)
    flat = {key: [projection.project(ring) for ring in mine] for key, mine in rings.items()}
    borders = [projection.project(line) for line in lines]
    corners = np.vstack([ring for mine in flat.values() for ring in mine])
    low, high = corners.min(axis=0), corners.max(axis=0)
    return _Part(
        float(high[0] - low[0]),
        float(high[1] - low[1]),
        {key: [ring - low for ring in mine] for key, mine in flat.items()},
        [line - low for line in borders],
    )


def _real(fips: tuple[str, ...]) -> tuple[dict[str, list[Points]], list[Points]]:
    """Return the rings of real counties and the borders of their states, in degrees."""
    atlas = _atlas()
    found = {
        one: [_ring(atlas, ring) for shape in atlas.counties[one] for ring in shape]
        for one in fips
        if one in atlas.counties
    }
    edges = _edges()
    wanted = {
        k
        for one in found
        for shape in atlas.counties[one]
        for ring in shape
        for k in map(_plain, ring)
        if k in edges
    }
    lines = [atlas.arcs[k] for k in sorted(wanted)]
    if any(one.startswith("02") for one in found):  # Alaska goes on beyond the antimeridian
        found = {key: [_west(ring) for ring in mine] for key, mine in found.items()}
        lines = [_west(line) for line in lines]
    return found, lines


def _plain(arc: int) -> int:
    """Return the number of an arc; one that is walked backwards is kept inverted."""
    return arc if arc >= 0 else ~arc


def _ring(atlas: _Atlas, ring: Iterable[int]) -> Points:
    pieces = [atlas.arcs[k] if k >= 0 else atlas.arcs[~k][::-1] for k in ring]
    return np.vstack([pieces[0], *(piece[1:] for piece in pieces[1:])])


def _west(points: Points) -> Points:
    out = points.copy()
    out[out[:, 0] > 0, 0] -= 360
    return out


@cache
def _edges() -> frozenset[int]:
    """Return the arcs that are a border of a state or of the land."""
    states: dict[int, list[str]] = defaultdict(list)
    for fips, shapes in _atlas().counties.items():
        for shape in shapes:
            for ring in shape:
                for arc in ring:
                    states[_plain(arc)].append(fips[:2])
    return frozenset(
        arc for arc, found in states.items() if len(found) == 1 or len(set(found)) > 1
    )


def _invented(fips: tuple[str, ...]) -> tuple[dict[str, list[Points]], list[Points]]:
    """Return outlines around the centres of invented counties, in degrees."""
    where = geography.load()
    mine = [
        k for k, one in enumerate(where.counties) if one.state in geography.FICTIONAL_STATES
    ]
    centres = where.centres()[mine]
    # A degree of longitude is shorter than one of latitude.
    squeeze = np.array([np.cos(np.radians(centres[:, 1].mean())), 1.0])
    row = {where.counties[k].fips: number for number, k in enumerate(mine)}
    found = cells(centres * squeeze, np.array([row[one] for one in fips], dtype=np.int64))
    return {one: [cell / squeeze] for one, cell in zip(fips, found, strict=True)}, []


def _rounded(fips: str, rings: list[Points], step: int) -> Outline:
    """Return a county in whole steps; specks are left out unless they are all of it."""
    largest = max(rings, key=lambda ring: abs(_area(ring)))
    kept = [coarse for ring in rings if len(coarse := _coarse(ring, step)) > 3]
    low, high = largest.min(axis=0), largest.max(axis=0)
    middle = _middle(largest)
    return Outline(
        fips,
        tuple(kept) if kept else (np.round(largest, 1),),
        (round(float(middle[0]), 1), round(float(middle[1]), 1)),
        (float(high[0] - low[0]), float(high[1] - low[1])),
    )


def _coarse(points: Points, step: int) -> Points:
    """Return points in whole steps, none twice in a row: the same for both neighbours."""
    whole = np.round(points / step) * step
    moves = np.any(whole[1:] != whole[:-1], axis=1)
    return np.asarray(whole[np.concatenate([[True], moves])])


def _cross(ring: Points) -> Points:
    return np.asarray(ring[:-1, 0] * ring[1:, 1] - ring[1:, 0] * ring[:-1, 1])


def _area(ring: Points) -> float:
    return float(_cross(ring - ring[0]).sum() / 2)


def _middle(ring: Points) -> Points:
    """Return the centroid of a ring, or the mean of its points if it has no area."""
    local = ring - ring[0]
    area = _area(ring)
    if area == 0:
        return np.asarray(ring.mean(axis=0))
    weights = _cross(local)[:, None] * (local[:-1] + local[1:])
    return np.asarray(ring[0] + weights.sum(axis=0) / (6 * area))
