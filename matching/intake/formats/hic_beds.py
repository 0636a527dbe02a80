"""Bed pools of a project, from HUD's households, counts and target populations."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from matching.domain.records import BedPool
from matching.domain.words import Gender, Household, PlacementType
from matching.intake.field_types import plain

#: Project types that are a place for a night.
TYPES: dict[str, PlacementType] = {
    "es": PlacementType.EMERGENCY_SHELTER,
    "emergency shelter": PlacementType.EMERGENCY_SHELTER,
    "th": PlacementType.TRANSITIONAL,
    "transitional housing": PlacementType.TRANSITIONAL,
    "sh": PlacementType.SAFE_HAVEN,
    "safe haven": PlacementType.SAFE_HAVEN,
}

#: Genders of the beds for people alone, by the first target population. The
#: letters speak of single people (S) and youth (Y); of households with
#: children (HC) and couples (CO) they give no gender, so that stays unknown.
GENDERS: dict[str, frozenset[Gender]] = {
    "SM": frozenset({Gender.MALE}),
    "SF": frozenset({Gender.FEMALE}),
    "SMF": frozenset({Gender.FEMALE, Gender.MALE}),
    "YM": frozenset({Gender.MALE}),
    "YF": frozenset({Gender.FEMALE}),
    "YMF": frozenset({Gender.FEMALE, Gender.MALE}),
    "SMHC": frozenset({Gender.MALE}),
    "SFHC": frozenset({Gender.FEMALE}),
    "SMF+HC": frozenset({Gender.FEMALE, Gender.MALE}),
}
_YOUTH_TARGETS = frozenset({"YM", "YF", "YMF"})
#: Ages of HUD's definitions, in completed years.
_YOUTH_MAX, _ADULT_MIN, _MINOR_MAX = 24, 18, 17

#: Name of a pool and the household its beds are for.
HOUSEHOLDS = {
    "families": Household.WITH_CHILDREN,
    "adults": Household.ALONE,
    "minors": Household.ALONE,
}


def placement_type(text: str) -> PlacementType | None:
    """Return the placement type of a project type ("ES", "ES - Entry/Exit", "TH (2)")."""
    first = re.split(r"\s[-–]\s|[(/]", text)[0]
    name = plain(first)
    return TYPES.get(name) or TYPES.get(name.split(" ")[0] if len(name) > 3 else "")


def youth_only(target: str, group: str, youth_beds: int | None, beds: int | None) -> bool:
    """Tell whether every bed is for people up to 24.

    Parameters
    ----------
    target : str
        First target population.
    group : str
        HUD's youth age group: 0 under 18, 1 from 18 to 24, 2 up to 24.
    youth_beds, beds : int or None
        Beds for youth, and all year-round beds.

    Returns
    -------
    bool
    """
    if target in _YOUTH_TARGETS:
        return True
    return (
        group in {"0", "1", "2"}
        and bool(beds)
        and youth_beds is not None
        and (youth_beds >= (beds or 0))
    )


def ages(pool: str, youth: bool) -> tuple[int | None, int | None]:
    """Return the youngest and oldest age of a pool by its definition."""
    if pool == "minors":
        return None, _MINOR_MAX
    return (_ADULT_MIN if pool == "adults" else None), (_YOUTH_MAX if youth else None)


@dataclass(frozen=True, slots=True)
class Inventory:
    """What a project says about its beds.

    Attributes
    ----------
    parts : dict of str to int or None
        Beds by pool name ("families", "adults", "minors").
    total : int or None
        All beds, seasonal and overflow ones included.
    count : int or None
        People there on the night.
    target : str
        First target population.
    youth : bool
        Whether every bed is for people up to 24.
    as_of : datetime or None
        The night.
    """

    parts: dict[str, int | None]
    total: int | None
    count: int | None
    target: str
    youth: bool
    as_of: datetime | None

    @property
    def free(self) -> int | None:
        """Beds free on the night over the whole project, never below 0."""
        if self.total is None or self.count is None:
            return None
        return max(0, self.total - self.count)

    @property
    def divided(self) -> tuple[str, ...]:
        """Names of the pools that have beds."""
        return tuple(name for name, beds in self.parts.items() if beds)

    def pools(self, provider_id: str) -> list[BedPool]:
        """Return the project's bed pools.

        One kind of beds: the project's vacancy is the pool's. Several: known
        for each only if the project was full or empty.
        """
        names = self.divided
        if len(names) < 2:
            name = names[0] if names else "beds"
            return [self._pool(provider_id, name, self.total, self.free, self.count)]
        return [
            self._pool(provider_id, name, beds, self._share(beds), None)
            for name in names
            for beds in (self.parts[name],)
        ]

    def _share(self, beds: int | None) -> int | None:
        """Return the free beds of one of several pools, where they are certain."""
        if self.free == 0:
            return 0
        return beds if self.count == 0 else None

    def _pool(
        self,
        provider_id: str,
        name: str,
        beds: int | None,
        free: int | None,
        occupied: int | None,
    ) -> BedPool:
        """Make one bed pool."""
        low, high = ages(name, self.youth)
        household = HOUSEHOLDS.get(name)
        alone = household is Household.ALONE
        return BedPool(
            pool_id=f"{provider_id}-{name}",
            provider_id=provider_id,
            pool_name=name,
            genders=GENDERS.get(self.target) if alone else None,
            age_min=low,
            age_max=high,
            households=None if household is None else frozenset({household}),
            beds_licensed=beds,
            beds_occupied=occupied,
            beds_available=free,
            as_of=self.as_of,
        )
