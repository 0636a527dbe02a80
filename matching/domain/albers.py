"""An equal-area map projection, so that a shaded county weighs as much as it is large."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]

#: Share of the height of a region that lies outside its standard parallels at
#: either end; source as for :class:`Albers`, page 99.
_OUTSIDE = 1 / 6


@dataclass(frozen=True, slots=True)
class Albers:
    """Albers' equal-area conic projection of a sphere of radius 1.

    Source of the formulas: J. P. Snyder, Map Projections: A Working Manual,
    U.S. Geological Survey Professional Paper 1395 (1987), equations 14-1 to
    14-6, page 100.

    Attributes
    ----------
    south, north : float
        Standard parallels, degrees.
    longitude, latitude : float
        Origin, degrees.
    """

    south: float
    north: float
    longitude: float
    latitude: float

    def project(self, degrees: Points) -> Points:
        """Return points of a plane, x to the east and y to the north.

        Parameters
        ----------
        degrees : ndarray of float64, shape (n, 2)
            Longitude and latitude.

        Returns
        -------
        ndarray of float64, shape (n, 2)
            In radii of the earth.
        """
        first, second = np.radians(self.south), np.radians(self.north)
        n = (np.sin(first) + np.sin(second)) / 2
        c = np.cos(first) ** 2 + 2 * n * np.sin(first)

        def radius(latitude: Points) -> Points:
            return np.asarray(np.sqrt(c - 2 * n * np.sin(np.radians(latitude))) / n)

        turn = n * np.radians(degrees[:, 0] - self.longitude)
        distance = radius(degrees[:, 1])
        origin = radius(np.array([self.latitude]))
        return np.column_stack(
            [distance * np.sin(turn), origin - distance * np.cos(turn)],
        )


def albers_for(degrees: Points) -> Albers:
    """Return the projection that suits a region.

    Parameters
    ----------
    degrees : ndarray of float64, shape (n, 2)
        Longitude and latitude of its points; the region does not straddle the
        equator or the antimeridian.
    """
    west, low = degrees.min(axis=0)
    east, high = degrees.max(axis=0)
    inside = (high - low) * _OUTSIDE
    return Albers(
        float(low + inside), float(high - inside), float(west + east) / 2, float(low + high) / 2
    )
