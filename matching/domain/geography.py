"""Counties, states and distances between counties.

Places are known to county level only, for survivors and providers alike, so
every distance is between the centres of two counties and zero within one.
The county list is shipped with the code; nothing is looked up elsewhere.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

EARTH_RADIUS_MILES = 3958.7613

#: Rows of the table of distances filled in one go.
_ROWS_AT_ONCE = 256

#: Postal codes of the invented states that the sample data uses.
FICTIONAL_STATES = frozenset({"XA", "XB", "XC", "XD", "XE", "XF", "XG", "XH"})

_SUFFIX = re.compile(
    r"\s+(county|parish|borough|municipio|municipality|census area|city and borough"
    r"|city and county|city|district|island|co\.?)$"
)


def _plain(text: str) -> str:
    """Lower-case, without accents, dots and apostrophes, single-spaced."""
    folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"\s+", " ", re.sub(r"[.'`]", "", folded.lower())).strip()


@dataclass(frozen=True, slots=True)
class County:
    """One county or county equivalent.

    Attributes
    ----------
    fips : str
        Five digits.
    state : str
        Postal code of the state.
    name : str
        Full name, such as "Oak County".
    """

    fips: str
    state: str
    name: str

    def __str__(self) -> str:
        """Return "Oak County, XA"."""
        return f"{self.name}, {self.state}"


class Geography:
    """The shipped counties, with lookups and distances."""

    def __init__(
        self,
        counties: tuple[County, ...],
        latitude: NDArray[np.float64],
        longitude: NDArray[np.float64],
        zips: dict[str, str],
    ) -> None:
        self.counties = counties
        self.index = {county.fips: k for k, county in enumerate(counties)}
        self.states = frozenset(county.state for county in counties)
        self._radians = np.radians(np.column_stack([latitude, longitude]))
        places = len(counties)
        # Filled row by row when first asked for; one row and column more for unknown.
        self._miles = np.empty((places + 1, places + 1), dtype=np.float32)
        self._measured = np.zeros(places + 1, dtype=np.bool_)
        self._zips = zips
        self._by_name: dict[tuple[str, str], set[str]] = {}
        for county in counties:
            full = _plain(county.name)
            for name in {full, _SUFFIX.sub("", full)}:
                self._by_name.setdefault((county.state, name), set()).add(county.fips)

    def name(self, fips: str | None) -> str:
        """Return "Oak County, XA" for a code, or "an unknown county"."""
        k = self.index.get(fips or "")
        return "an unknown county" if k is None else str(self.counties[k])

    def state_of(self, fips: str | None) -> str | None:
        """Return the postal code of a county's state."""
        k = self.index.get(fips or "")
        return None if k is None else self.counties[k].state

    def find(self, text: str, state: str | None = None) -> tuple[str, ...]:
        """Return the codes of the counties a text may mean.

        Parameters
        ----------
        text : str
            A five-digit code (a lost leading zero is put back), or a name with
            or without its state: "12086", "Oak County, XA", "Miami-Dade".
        state : str, optional
            Postal code to look in when the text itself names none.

        Returns
        -------
        tuple of str
            Empty if there is no such county, several if the name is ambiguous.
        """
        text = text.strip()
        if re.fullmatch(r"\d{4,5}(\.0)?", text):
            fips = text.split(".")[0].zfill(5)
            return (fips,) if fips in self.index else ()
        name, _, tail = text.rpartition(",")
        if name and tail.strip().upper() in self.states:
            text, state = name, tail.strip().upper()
        plain = _plain(text)
        found: set[str] = set()
        for where in [state] if state else self.states:
            exact = self._by_name.get((where, plain), set())
            found |= exact or self._by_name.get((where, _SUFFIX.sub("", plain)), set())
        return tuple(sorted(found))

    def county_of_zip(self, text: str) -> str | None:
        """Return the county of a ZIP code ("02139" or "02139-1234")."""
        digits = text.strip().split("-")[0].split(".")[0]
        return self._zips.get(digits.zfill(5)) if digits.isdigit() else None

    def centres(self) -> NDArray[np.float64]:
        """Return the centre of every county: longitude and latitude in degrees."""
        return np.degrees(self._radians[:, ::-1])

    def miles(
        self, a: NDArray[np.integer[Any]], b: NDArray[np.integer[Any]]
    ) -> NDArray[np.float32]:
        """Return great-circle miles between counties given by position.

        Parameters
        ----------
        a, b : ndarray of int32
            Positions in ``counties``; shapes broadcast. Negative is unknown.

        Returns
        -------
        ndarray of float32
            Miles (haversine formula), NaN where either side is unknown.
        """
        first, second = np.maximum(a, -1), np.maximum(b, -1)
        wanted = np.zeros(len(self._measured), dtype=np.bool_)
        wanted[first] = True
        rows = np.flatnonzero(wanted & ~self._measured)
        for start in range(0, len(rows), _ROWS_AT_ONCE):
            self._measure(rows[start : start + _ROWS_AT_ONCE])
        return np.asarray(self._miles[first, second])

    def _measure(self, rows: NDArray[np.integer[Any]]) -> None:
        """Fill rows of the table of distances; the last place is the unknown one."""
        places = len(self.counties)
        inside = rows[rows < places]
        first, second = self._radians[inside][:, None], self._radians[None, :]
        half = np.sin((second - first) / 2) ** 2
        chord = half[..., 0] + np.cos(first[..., 0]) * np.cos(second[..., 0]) * half[..., 1]
        self._miles[rows] = np.nan
        self._miles[inside, :places] = (
            2 * EARTH_RADIUS_MILES * np.arcsin(np.sqrt(np.minimum(1, chord)))
        )
        self._measured[rows] = True


@cache
def load() -> Geography:
    """Return the shipped geography, read once."""
    folder = resources.files("matching.domain") / "data"
    rows = list(csv.DictReader((folder / "counties.csv").read_text("utf-8").splitlines()))
    zips = csv.reader((folder / "zip_counties.csv").read_text("utf-8").splitlines()[1:])
    return Geography(
        tuple(County(row["fips"], row["state"], row["name"]) for row in rows),
        np.array([float(row["lat"]) for row in rows]),
        np.array([float(row["lon"]) for row in rows]),
        dict(zips),
    )
