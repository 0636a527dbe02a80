"""Names that are plainly invented."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_TREES = (
    "Oak", "Birch", "Cedar", "Maple", "Willow", "Hazel", "Rowan", "Elm", "Alder", "Juniper",
    "Laurel", "Linden", "Poplar", "Aspen", "Sumac", "Cypress", "Magnolia", "Chestnut",
    "Sycamore", "Hawthorn", "Mulberry", "Dogwood", "Spruce", "Larch", "Walnut", "Acacia",
)  # fmt: skip
_STREETS = ("Street", "Lane", "Hill", "Creek", "Grove", "Corner", "Bend", "Field")
_THINGS = (
    "Lantern", "Harbor", "Compass", "Meadow", "Bridge", "Anchor", "Beacon", "Sparrow", "Heron",
    "Garden", "Orchard", "Kite", "Pebble", "Ferry", "Morning", "Quilt",
)  # fmt: skip
_HOUSES = ("House", "Place", "Court", "Landing")
_SERVICES = (
    "Family Services", "Youth Network", "Homes", "Children's Alliance", "Community Care",
    "Placement Services",
)  # fmt: skip

HOMES = tuple(f"{tree} {street} Home" for street in _STREETS for tree in _TREES)
PROGRAMMES = tuple(f"{word} {house}" for house in _HOUSES for word in (*_TREES, *_THINGS))
AGENCIES = tuple(f"{thing} {service}" for service in _SERVICES for thing in _THINGS)

#: No vowels, nothing that looks like another sign: a token spells no word.
_SIGNS = "23456789BCDFGHJKLMNPQRSTVWXZ"


def numbered(rng: np.random.Generator, names: Sequence[str], rows: int) -> list[str]:
    """Return different names in a drawn order, with a number when they run out.

    Parameters
    ----------
    rng : numpy.random.Generator
    names : sequence of str
    rows : int

    Returns
    -------
    list of str
    """
    order = rng.permutation(len(names)).tolist()
    rounds = -(-rows // len(names))
    return [
        names[k] if turn == 0 else f"{names[k]} {turn + 1}"
        for turn in range(rounds)
        for k in order
    ][:rows]


def tokens(rng: np.random.Generator, prefix: str, rows: int) -> list[str]:
    """Return different random tokens such as "R-7F3K2Q", derived from nothing.

    Parameters
    ----------
    rng : numpy.random.Generator
    prefix : str
    rows : int

    Returns
    -------
    list of str
    """
    space = len(_SIGNS) ** 6
    numbers: NDArray[np.int64] = np.zeros(0, dtype=np.int64)
    while len(numbers) < rows:
        more = np.concatenate([numbers, rng.integers(0, space, rows + 8)])
        numbers = more[np.sort(np.unique(more, return_index=True)[1])]
    signs = np.array(list(_SIGNS))
    digits = numbers[:rows, None] // len(_SIGNS) ** np.arange(6) % len(_SIGNS)
    return [f"{prefix}-{''.join(row)}" for row in signs[digits].tolist()]
