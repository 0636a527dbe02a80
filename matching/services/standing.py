"""Where everybody who is waiting stands in the plan saved last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from matching.services.desk import Desk
from matching.services.matching import latest_run


class Standing(StrEnum):
    """Where a case stands."""

    NO_PLAN = "no_plan"  #: came after the last plan, or there is none
    PROPOSED = "proposed"
    NO_PLACE = "no_place"


@dataclass(frozen=True, slots=True)
class Standings:
    """Everybody's standing in one plan.

    Attributes
    ----------
    number : int or None
        Of the plan; ``None`` before the first.
    made_at : datetime or None
    moved : bool
        Whether providers or referrals changed since.
    places : Mapping of str to str
        Provider proposed, by case.
    without : frozenset of str
        Cases the plan has no place for.
    """

    number: int | None
    made_at: datetime | None
    moved: bool
    places: Mapping[str, str]
    without: frozenset[str]

    def of(self, referral_id: str) -> Standing:
        """Return where a case stands."""
        if referral_id in self.places:
            return Standing.PROPOSED
        return Standing.NO_PLACE if referral_id in self.without else Standing.NO_PLAN


def standings(desk: Desk) -> Standings:
    """Return where everybody stands.

    Raises
    ------
    PermissionDenied
        If the actor may not see cases.
    """
    latest = latest_run(desk)
    if latest is None:
        return Standings(None, None, False, {}, frozenset())
    document = latest.document
    return Standings(
        number=latest.number,
        made_at=latest.made_at,
        moved=latest.record_moved,
        places={one["referral"]: one["provider"] for one in document["placements"]},
        without=frozenset(one["referral"] for one in document["not_placed"]),
    )
