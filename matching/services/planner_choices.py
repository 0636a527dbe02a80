"""What a budget can be limited to: the types of place and the counties on the record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from matching.domain import geography
from matching.domain.access import Action
from matching.domain.words import PlacementType
from matching.services.confidential import shown
from matching.services.desk import Desk


@dataclass(frozen=True, slots=True)
class Places:
    """Types of place, least restrictive first, and counties by name."""

    types: tuple[PlacementType, ...]
    counties: Mapping[str, str]


def places(desk: Desk) -> Places:
    """Return the types and counties of the providers on the record.

    Raises
    ------
    PermissionDenied
        If the actor may not plan capacity.
    """
    desk.require(Action.PLAN_CAPACITY)
    with desk.store.reading() as record:
        homes = shown(record, record.providers.all()[0])
    there = {home.placement_type for home in homes}
    name = geography.load().name
    counties = {home.county: name(home.county) for home in homes if home.county is not None}
    return Places(
        types=tuple(one for one in PlacementType if one in there),
        counties=dict(sorted(counties.items(), key=lambda item: item[1])),
    )
