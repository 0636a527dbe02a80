"""Outlines for counties that have none: each gets the land nearest to its centre."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]

#: Corners of the outline of a county without neighbours.
_CORNERS = 12
#: Neighbours that can have a part in an outline.
_NEIGHBOURS = 24


def cells(centres: Points, wanted: NDArray[np.int64]) -> list[Points]:
    """Return the land nearest to each centre, within reach of it.

    Each is its Voronoi cell, cut off at the usual distance between neighbours, so
    that the edge of the region is drawn too.

    Parameters
    ----------
    centres : ndarray of float64, shape (n, 2)
        In a plane; no two are the same.
    wanted : ndarray of int64
        Rows of the centres to give outlines of; all others only push.

    Returns
    -------
    list of ndarray of float64, shape (corners, 2)
        Closed: the last corner is the first.
    """
    reach = _reach(centres)
    turns = np.linspace(0, 2 * np.pi, _CORNERS, endpoint=False)
    around = np.column_stack([np.cos(turns), np.sin(turns)]) * reach
    out = []
    for row in wanted.tolist():
        mine = centres[row]
        outline = mine + around
        apart = np.hypot(*(centres - mine).T)
        near = np.argsort(apart, kind="stable")[1 : _NEIGHBOURS + 1]
        for other in near[apart[near] < 2 * reach].tolist():
            outline = _nearer(outline, mine, centres[other])
        out.append(np.vstack([outline, outline[:1]]))
    return out


def _reach(centres: Points) -> float:
    """Return how far a county without neighbours reaches: the usual distance between two."""
    if len(centres) < 2:
        return 0.01
    apart = np.hypot(
        centres[:, None, 0] - centres[None, :, 0], centres[:, None, 1] - centres[None, :, 1]
    )
    np.fill_diagonal(apart, np.inf)
    return float(np.median(apart.min(axis=1)))


def _nearer(outline: Points, mine: Points, other: Points) -> Points:
    """Return the part of a convex outline that is nearer to one centre than to another."""
    towards = other - mine
    beyond = (outline - (mine + other) / 2) @ towards
    if (beyond <= 0).all():
        return outline
    out = []
    for k in range(len(outline)):
        here, there = beyond[k - 1], beyond[k]
        if (here > 0) != (there > 0):
            share = here / (here - there)
            out.append(outline[k - 1] + share * (outline[k] - outline[k - 1]))
        if there <= 0:
            out.append(outline[k])
    return np.array(out)
