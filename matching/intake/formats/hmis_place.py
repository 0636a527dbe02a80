"""State and county of an HMIS project, from its geocode and, where it may be, its ZIP code."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from matching.domain import geography
from matching.intake.formats import hic_place
from matching.intake.formats.tables import Row


@dataclass(frozen=True, slots=True)
class Place:
    """Where a project is.

    Attributes
    ----------
    state : str or None
        Postal code.
    county : str or None
        Five digits.
    from_zip : bool
        Whether the county was worked out from a ZIP code.
    """

    state: str | None
    county: str | None
    from_zip: bool = False


def place_of(rows: list[Row], *, secret: bool) -> Place:
    """Return the place of a project.

    Parameters
    ----------
    rows : list of Row
        Its rows in ProjectCoC, Geography or Site. Several that differ say nothing.
    secret : bool
        The ZIP code of a secret place is not looked at: the standard lets
        victim service providers give that of an office elsewhere.

    Returns
    -------
    Place
    """
    found = {_one(row, secret) for row in rows}
    if len(found) == 1:
        return found.pop()
    states = {place.state for place in found}
    counties = {place.county for place in found}
    state = states.pop() if len(states) == 1 else None
    return Place(state, counties.pop() if len(counties) == 1 else None)


def _one(row: Row, secret: bool) -> Place:
    """Return the place that one row gives; what contradicts the state is not used."""
    geo = geography.load()
    code = row.get("geocode").split(".")[0]
    by_code = _state_of_code(code)
    said = [row.get("state")[:2].upper(), row.get("coccode")[:2].upper()]
    state = next((one for one in said if one in geo.states), None) or by_code
    contradicted = by_code is not None and by_code != state
    county = None if contradicted else hic_place.from_geo_code(code)
    from_zip = False
    if county is None and not secret and not contradicted and state is not None:
        county = geo.county_of_zip(row.peek("zip", "zipcode"))
        from_zip = county is not None
    if county is not None and geo.state_of(county) != state:
        return Place(state, None)
    return Place(state, county, from_zip)


def _state_of_code(code: str) -> str | None:
    """Return the state of HUD's geographic code by its first two digits."""
    if not code.isdigit() or len(code) not in (5, 6):
        return None
    return _states_by_number().get(code.zfill(6)[:2])


@cache
def _states_by_number() -> dict[str, str]:
    return {county.fips[:2]: county.state for county in geography.load().counties}
