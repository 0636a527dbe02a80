"""The next best place of everybody with one, and what it would mean for the others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from matching.domain.access import Action
from matching.engine.consequences import Consequence
from matching.engine.effort import Effort
from matching.engine.solve import Progress
from matching.services.desk import Desk
from matching.services.matching import SavedRun
from matching.services.planning import Run

#: No plan is made again for a list: what is not sure at once is not said.
AT_ONCE = Effort(0.0)


@dataclass(frozen=True, slots=True)
class NextBest:
    """The place that a person could have instead at the least cost to everybody.

    Attributes
    ----------
    provider_id, provider : str
        The second is its name, or the identifier.
    moves : int
        Others who would be elsewhere, those left without a place among them.
    loses : tuple of str
        Cases among them that would be left without a place.
    gains : tuple of str
        Cases that would have a place and had none.
    """

    provider_id: str
    provider: str
    moves: int
    loses: tuple[str, ...]
    gains: tuple[str, ...]


def next_best(
    desk: Desk, saved: SavedRun, cases: Iterable[str], *, progress: Progress | None = None
) -> dict[str, NextBest]:
    """Return the next best place of some people who have one.

    Parameters
    ----------
    desk : Desk
    saved : SavedRun
        The plan shown.
    cases : iterable of str
    progress : callable, optional
        Told how many of them are done, as "3 of 25".

    Returns
    -------
    dict
        By case; somebody who has no other place, or for whom the plan would
        have to be made again to be sure, is left out.

    Raises
    ------
    PermissionDenied
        If the actor may not see cases.
    NotFound
        If a case is not part of the plan.
    """
    desk.require(Action.SEE_CASES)
    wanted, out = list(cases), {}
    for number, case in enumerate(wanted, 1):
        if progress is not None:
            progress(f"{number} of {len(wanted)}")
        row = saved.run.row(case)
        found = saved.run.alternatives.of(row, AT_ONCE)
        possible = [one for one in found if one.possible]
        if possible and all(one.exact for one in found):
            out[case] = _told(saved.run, min(possible, key=_order))
    return out


def _order(found: Consequence) -> tuple[object, ...]:
    """Return a key: the best for everybody first; of equals, what moves the fewest."""
    return tuple(-n for n in found.tiers), found.levels, len(found.others), found.pool


def _told(run: Run, found: Consequence) -> NextBest:
    problem = run.problem
    names = problem.referral_ids
    home = problem.provider_records[problem.pools.provider[found.pool]]
    return NextBest(
        provider_id=home.provider_id,
        provider=home.name or home.provider_id,
        moves=len(found.others),
        loses=tuple(names[k] for k in found.loses),
        gains=tuple(names[k] for k in found.gains),
    )
