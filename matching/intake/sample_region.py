"""The region of a sample: which counties it has, and how many people live where."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from matching.domain.errors import InputError
from matching.domain.geography import FICTIONAL_STATES, Geography
from matching.domain.records import Provider
from matching.intake.sample_calibration import value
from matching.intake.sample_draw import Draw

Shares = NDArray[np.float64]


@dataclass(frozen=True)
class Region:
    """Some counties, inner ones first.

    Attributes
    ----------
    geography : Geography
    counties : ndarray of int64
        Positions in the geography.
    people : ndarray of float64
        People in each county, in parts of one measure.
    """

    geography: Geography
    counties: NDArray[np.int64]
    people: Shares

    @cached_property
    def fips(self) -> list[str]:
        """Codes of the counties."""
        return [self.geography.counties[k].fips for k in self.counties.tolist()]

    @cached_property
    def states(self) -> list[str]:
        """State of each county."""
        return [self.geography.counties[k].state for k in self.counties.tolist()]

    @cached_property
    def miles(self) -> NDArray[np.float32]:
        """Miles between every two counties."""
        return self.geography.miles(self.counties[:, None], self.counties[None, :])

    def shares(self, power: float) -> Shares:
        """Return shares of counties by a power of their people."""
        weight = self.people**power
        return np.asarray(weight / weight.sum())

    def around(self, miles: float) -> list[frozenset[str]]:
        """Return the codes of the counties within some miles of each county."""
        return [
            frozenset(self.fips[k] for k in np.flatnonzero(row <= miles).tolist())
            for row in self.miles
        ]

    def nearest(self, rank: NDArray[np.int64], at: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the county so many places from some counties (0 is itself)."""
        order = np.argsort(self.miles, axis=1, kind="stable")
        return np.asarray(order[at, np.minimum(rank, len(self.counties) - 1)])


def region(
    rng: np.random.Generator, providers: int, geography: Geography, *, invented: bool = True
) -> Region:
    """Draw a region that is large enough for a number of providers.

    States are filled in order, the inner counties of each first.

    Parameters
    ----------
    rng : numpy.random.Generator
    providers : int
    geography : Geography
    invented : bool, default True
        Whether the counties are invented too; otherwise they are real ones,
        from Florida outwards.

    Returns
    -------
    Region
    """
    order = _invented(geography) if invented else _real(geography)
    wanted = providers // value("region.providers_per_county")
    counties = np.array(order[: max(value("region.fewest_counties"), wanted)], dtype=np.int64)
    draw = Draw(rng, len(counties))
    kinds = draw.quota(value("region.county_kinds"))
    size = np.array([value("region.county_people")[kind] for kind in kinds])
    return Region(geography, counties, size * rng.lognormal(0.0, 0.5, len(counties)))


def _invented(geography: Geography) -> list[int]:
    """Return the invented counties in the order of their states and of the file."""
    found = [k for k, c in enumerate(geography.counties) if c.state in FICTIONAL_STATES]
    return sorted(found, key=lambda k: (geography.counties[k].state, k))


#: Where a region of real counties begins.
FIRST_STATE = "FL"


def _real(geography: Geography) -> list[int]:
    """Return the real counties: from the first state outwards, inner counties first."""
    members: dict[str, list[int]] = defaultdict(list)
    for k, county in enumerate(geography.counties):
        if county.state not in FICTIONAL_STATES:
            members[county.state].append(k)
    middle = {state: _middle(geography, np.array(mine)) for state, mine in members.items()}
    start = np.array(middle[FIRST_STATE])
    out: list[int] = []
    for state in sorted(
        members, key=lambda s: (float(geography.miles(start, np.array(middle[s]))), s)
    ):
        mine = np.array(members[state])
        away = geography.miles(np.array(middle[state]), mine)
        out += mine[np.argsort(away, kind="stable")].tolist()
    return out


def _middle(geography: Geography, mine: NDArray[np.int64]) -> int:
    """Return the county with the least total distance to the others of its state."""
    return int(mine[geography.miles(mine[:, None], mine[None, :]).sum(axis=1).argmin()])


def region_of(providers: Iterable[Provider], geography: Geography) -> Region:
    """Return the counties of an inventory, with their providers for people.

    Parameters
    ----------
    providers : iterable of Provider
    geography : Geography

    Returns
    -------
    Region

    Raises
    ------
    InputError
        If no provider names a county that is known.
    """
    found = Counter(geography.index.get(one.county or "", -1) for one in providers)
    found.pop(-1, None)
    if not found:
        raise InputError(
            "No provider names its county, so nobody can be drawn near one.",
            next_step="Give a list of providers with their counties.",
        )
    counties = np.array(sorted(found), dtype=np.int64)
    return Region(geography, counties, np.array([float(found[k]) for k in counties.tolist()]))
