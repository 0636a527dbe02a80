"""A group on the page Case: who belongs to it, where it stands, and what keeps it apart."""

from __future__ import annotations

from dataclasses import dataclass

from matching.domain.access import Action
from matching.insight.together import GroupObstacle, why_not_together
from matching.services.decisions import Matter, split
from matching.services.desk import Desk
from matching.services.matching import SavedRun
from matching.services.planning import Run


@dataclass(frozen=True, slots=True)
class Member:
    """One of a group.

    Attributes
    ----------
    case : str
    provider_id, provider : str or None
        Where the plan proposes a place; the second is its name.
    """

    case: str
    provider_id: str | None
    provider: str | None


@dataclass(frozen=True, slots=True)
class GroupView:
    """A group in one plan.

    Attributes
    ----------
    group : str
        Its code.
    members : tuple of Member
    may_be_apart : bool
        Whether somebody decided, or the policy leaves it open, that the group
        may be placed apart.
    obstacles : tuple of GroupObstacle
        What keeps it from the providers that come nearest; nothing where it
        has a place, or may be placed apart.
    matter : Matter
        The decision that it may be placed apart.
    """

    group: str
    members: tuple[Member, ...]
    may_be_apart: bool
    obstacles: tuple[GroupObstacle, ...]
    matter: Matter

    @property
    def placed(self) -> int:
        """How many of the group have a place."""
        return sum(one.provider_id is not None for one in self.members)

    @property
    def sentence(self) -> str:
        """Where the group stands, in one sentence."""
        number = len(self.members)
        homes = {one.provider_id: one.provider for one in self.members}
        if self.placed == 0:
            return f"The {number} of this group have no place."
        if None in homes:
            has = "has" if self.placed == 1 else "have"
            return f"{self.placed} of the {number} of this group {has} a place."
        if len(homes) == 1:
            return f"The {number} of this group are together at {next(iter(homes.values()))}."
        return f"The {number} of this group have places at {len(homes)} providers."


def group_of(desk: Desk, saved: SavedRun, case: str) -> GroupView | None:
    """Return the group of a case and what keeps it from a place.

    Parameters
    ----------
    desk : Desk
    saved : SavedRun
        The plan shown.
    case : str

    Returns
    -------
    GroupView or None
        ``None`` for somebody who waits alone.

    Raises
    ------
    PermissionDenied
        If the actor may not see cases.
    NotFound
        If the case is not part of the plan.
    """
    desk.require(Action.SEE_CASES)
    run = saved.run
    group = run.problem.referral_records[run.row(case)].group_id
    if group is None:
        return None
    members = _members(run, group)
    if len(members) < 2:
        return None
    return GroupView(
        group=group,
        members=members,
        may_be_apart=group in run.solution.choices.split,
        obstacles=why_not_together(run.solution, group),
        matter=split(group),
    )


def _members(run: Run, group: str) -> tuple[Member, ...]:
    problem = run.problem
    pool_of = run.plan.place_of(problem.size[0])
    names = {p.provider_id: p.name or p.provider_id for p in problem.provider_records}
    out = []
    for row, one in enumerate(problem.referral_records):
        if one.group_id == group:
            pool = int(pool_of[row])
            home = problem.pool_keys[pool][0] if pool >= 0 else None
            out.append(Member(one.referral_id, home, None if home is None else names[home]))
    return tuple(out)
