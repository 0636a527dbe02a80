"""What changed since the plan before: who gets a place, loses it or moves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from matching.domain.access import Action
from matching.insight.difference import Difference, difference, placings, stored_placings
from matching.services.desk import Desk
from matching.services.left_plan import with_beds
from matching.services.matching import SavedRun


@dataclass(frozen=True, slots=True)
class SinceLast:
    """A plan held against the plan saved before it.

    Attributes
    ----------
    number : int
        Of the plan before.
    made_at : datetime
    made_by : str
    difference : Difference
        From the plan before to this one; whoever left it with the bed they have by now.
    """

    number: int
    made_at: datetime
    made_by: str
    difference: Difference

    @property
    def summary(self) -> tuple[str, ...]:
        """The numbers: who of both plans gets, loses or moves; who is new or gone."""
        found = self.difference
        both = (found.sentence(), found.comings_and_goings())
        return tuple(said for said in both if said)

    @property
    def lines(self) -> tuple[str, ...]:
        """What changes for whom, by case reference, one sentence each."""
        return self.difference.sentences()


def since_last(desk: Desk, saved: SavedRun) -> SinceLast | None:
    """Return what changed since the plan saved before this one.

    Parameters
    ----------
    desk : Desk
    saved : SavedRun

    Returns
    -------
    SinceLast or None
        ``None`` for the first plan.

    Raises
    ------
    PermissionDenied
        If the actor may not see cases.
    StoreError
        If the plan before cannot be read by this version.
    """
    desk.require(Action.SEE_CASES)
    with desk.store.reading() as record:
        before = record.runs.before(saved.number)
    if before is None or before.document is None:
        return None
    found = difference(stored_placings(before.document), placings(saved.run.solution))
    return SinceLast(
        number=int(before.id or 0),
        made_at=before.created_at,
        made_by=before.actor,
        difference=with_beds(desk, found),
    )
