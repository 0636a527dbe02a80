"""What is drawn of each provider before anything else: its kind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.domain import words as w
from matching.intake.sample_calibration import value
from matching.intake.sample_draw import Column, Draw, Flags, objects

_T = w.PlacementType
HOMES = frozenset({*w.FOSTER_FAMILY_TYPES, _T.KINSHIP, _T.HOST_HOME})
SPECIALISED = frozenset({_T.SAFE_HOUSE, _T.SAFE_FOSTER_HOME})


def mapped(keys: Column, table: dict[Any, Any]) -> Column:
    """Return what a table holds for each key."""
    return objects(table[key] for key in keys)


def days_from(today: date, days: NDArray[np.integer[Any]]) -> Column:
    """Return the day so many days after today, for each record."""
    start = today.toordinal()
    return objects(date.fromordinal(start + k) for k in days.tolist())


@dataclass(frozen=True)
class Kinds:
    """What is drawn of each provider before anything else."""

    placement_type: Column
    home: Flags
    #: "family" or "programme"
    group: Column
    #: "ordinary home", "specialised home" or "programme"
    care: Column
    #: safe houses and shelters that are for minors
    receiving: Flags
    #: takes adults only
    adults: Flags

    @classmethod
    def draw(cls, draw: Draw) -> Kinds:
        """Draw the types, and which specialised places are for adults."""
        kind = draw.quota(value("providers.types"))
        home = np.array([k in HOMES for k in kind], dtype=np.bool_)
        special = np.array([k in SPECIALISED or k is _T.SPECIALISED_FOSTER_HOME for k in kind])
        care = np.where(
            ~home, "programme", np.where(special, "specialised home", "ordinary home")
        )
        adults = np.zeros(draw.rows, dtype=np.bool_)
        houses = np.flatnonzero(kind == _T.SAFE_HOUSE)
        share = _adult_houses()
        adults[houses] = Draw(draw.rng, len(houses)).quota({True: share, False: 1 - share})
        in_care = (kind == _T.EMERGENCY_SHELTER) | ((kind == _T.SAFE_HOUSE) & ~adults)
        receiving = in_care & draw.flags(value("providers.receiving_share"))
        return cls(
            kind,
            home,
            objects(np.where(home, "family", "programme").tolist()),
            objects(care.tolist()),
            receiving,
            adults,
        )


def _adult_houses() -> float:
    """Share of safe houses for adults that gives the share of specialised beds for adults.

    Safe foster homes are all for minors, so more than that share of the houses
    must be for adults.
    """
    types, beds = value("providers.types"), value("providers.beds")
    house, home = (types[k] * sum(beds[k]) / 2 for k in (_T.SAFE_HOUSE, _T.SAFE_FOSTER_HOME))
    return min(1.0, float(value("providers.specialised_adult") * (house + home) / house))
