"""What the next bed would do at every provider, for the page Planner."""

from __future__ import annotations

from dataclasses import dataclass

from matching.domain.access import Action, allows
from matching.domain.words import label
from matching.engine.beds import BedValue
from matching.engine.effort import Effort
from matching.insight.categories import UNKNOWN_WORD
from matching.services.desk import Desk
from matching.services.matching import SavedRun, reopen
from matching.services.planner_views import tier_name

#: Nothing is solved again: a page shows what is sure at once.
AT_ONCE = Effort(0.0)


@dataclass(frozen=True, slots=True)
class NextBed:
    """What one more licensed bed at a provider would do.

    Attributes
    ----------
    provider_id, name, kind : str
    gives : str
        Who would have a place, in words; for those who may not see cases no
        more than that somebody would.
    more : int
        1 if one more person would have a place, else 0.
    exact : bool
        Whether it could do no more, by proof.
    """

    provider_id: str
    name: str
    kind: str
    gives: str
    more: int
    exact: bool


@dataclass(frozen=True, slots=True)
class NextBeds:
    """The next bed at every provider.

    Attributes
    ----------
    lines : tuple of NextBed
        Where it changes the plan, most useful first.
    nothing : int
        Providers where it changes nothing.
    unknown : int
        Providers of which nobody has said how many beds are free.
    """

    lines: tuple[NextBed, ...]
    nothing: int
    unknown: int


def next_beds(desk: Desk, saved: SavedRun | None = None) -> NextBeds | None:
    """Return what the next bed would do at every provider.

    Parameters
    ----------
    desk : Desk
    saved : SavedRun, optional
        By default the plan saved last.

    Returns
    -------
    NextBeds or None
        ``None`` if there is no plan of today's facts.

    Raises
    ------
    PermissionDenied
        If the actor may not plan capacity.
    """
    desk.require(Action.PLAN_CAPACITY)
    exact = allows(desk.actor.role, Action.SEE_CASES)
    saved = saved or reopen(desk, Action.PLAN_CAPACITY)
    if saved is None:
        return None
    problem = saved.run.problem
    found: list[tuple[BedValue, int]] = []
    nothing = unknown = 0
    for home in range(len(problem.provider_ids)):
        value = saved.run.beds.of_provider(home, AT_ONCE)
        if value is None:
            unknown += 1
        elif value.useful:
            found.append((value, home))
        else:
            nothing += 1
    found.sort(key=lambda one: one[0].order())
    lines = [_line(saved, value, home, exact=exact) for value, home in found]
    if not exact:
        # By name: an order by use would tell whose need is the greater.
        lines.sort(key=lambda one: (-one.more, one.name))
    return NextBeds(tuple(lines), nothing, unknown)


def _line(saved: SavedRun, value: BedValue, home: int, *, exact: bool) -> NextBed:
    problem = saved.run.problem
    provider = problem.provider_records[home]
    kind = provider.placement_type
    more = 1 if sum(value.tiers) > 0 else 0
    gives = "better places, nobody more"
    if more:
        gives = _whom(saved, value) if exact else "a place for somebody more"
    elif any(value.tiers):
        gives = "a place for somebody more urgent"
    return NextBed(
        provider_id=provider.provider_id,
        name=provider.name or provider.provider_id,
        kind=UNKNOWN_WORD if kind is None else label(kind),
        gives=gives,
        more=more,
        exact=value.exact,
    )


def _whom(saved: SavedRun, value: BedValue) -> str:
    tiers = saved.run.policy.ordering.tiers
    gained = [tier_name(tiers[k]).lower() for k, n in enumerate(value.tiers) if n > 0]
    return f"1 more, {' and '.join(gained)}"
