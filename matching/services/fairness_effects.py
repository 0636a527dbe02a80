"""What each aim does to each group, as it may be shown, worked out in the background."""

from __future__ import annotations

from dataclasses import dataclass

from matching.domain.access import Action, allows
from matching.domain.errors import NotFound
from matching.engine.effort import Effort
from matching.engine.solve import Progress
from matching.insight.disclosure import Rules
from matching.insight.fairness_aims import Aim, Effect, GroupEffect, effects
from matching.insight.fairness_chance import Spread
from matching.services.desk import Desk
from matching.services.fairness import groups_of
from matching.services.fairness_bands import NOT_TOLD, Change, change, least
from matching.services.fairness_views import FairnessView, GroupTable
from matching.services.jobs import Job, refuse_if_busy
from matching.services.matching import SavedRun, reopen
from matching.services.publishing import rules_of
from matching.services.turn import turn

#: Seconds for all aims together, unless told otherwise.
EFFECT_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class GroupShift:
    """What an aim does to one group, as it may be shown.

    Attributes
    ----------
    name : str
    more : Change
        How many more of it have a place because of the aim.
    travel : tuple of float or None
        Average miles with the aim, and without it; ``None`` for few people.
    """

    name: str
    more: Change
    travel: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class AimLine:
    """What one aim does.

    Attributes
    ----------
    aim : Aim
    solved : bool
        Whether the plan was made again; where nothing could change, it was not.
    proven : bool
    all : GroupShift
        Everybody.
    moved : Change
        People who have another place because of it.
    tables : tuple of (str, tuple of GroupShift)
        Title of each way to group, and its groups.
    changed : bool
        Whether any group told here has more or fewer places by it.
    """

    aim: Aim
    solved: bool
    proven: bool
    all: GroupShift
    moved: Change
    tables: tuple[tuple[str, tuple[GroupShift, ...]], ...]
    changed: bool


@dataclass(frozen=True, slots=True)
class AimEffects:
    """What each aim does to each group.

    Attributes
    ----------
    number : int
        Of the plan.
    lines : tuple of AimLine
        In the order of the aims.
    untried : tuple of Aim
    """

    number: int
    lines: tuple[AimLine, ...]
    untried: tuple[Aim, ...]


def aim_effects(
    desk: Desk,
    view: FairnessView,
    saved: SavedRun | None = None,
    *,
    progress: Progress | None = None,
    effort: Effort | None = None,
) -> AimEffects:
    """Make the plan again without each of its aims, and compare group by group.

    Parameters
    ----------
    desk : Desk
    view : FairnessView
        What is shown of the plan's groups; nothing is told of others.
    saved : SavedRun, optional
        The plan shown; opened again if left out.
    progress : callable, optional
        Told which aim is left out.
    effort : Effort, optional
        A limit; what was found by then is kept. By default :data:`EFFECT_SECONDS`.

    Raises
    ------
    PermissionDenied
        If the actor may not see fairness.
    NotFound
        If the plan shown is not the plan of today's facts any more.
    ConflictError
        If another plan is being made.
    """
    desk.require(Action.SEE_FAIRNESS)
    limit = Effort(EFFECT_SECONDS) if effort is None else effort
    saved = saved or reopen(desk, Action.SEE_FAIRNESS)
    if saved is None or saved.number != view.number:
        raise NotFound("The plan shown is no longer the last one.", next_step="Open it again.")
    groups = groups_of(desk, saved)
    with turn(wait=0.0):
        found = effects(saved.run.solution, groups, progress=progress, effort=limit)
    rules = rules_of(desk.settings)
    exact = allows(desk.actor.role, Action.SEE_CASES)
    lines = tuple(_line(one, view.tables, rules, exact=exact) for one in found.found)
    return AimEffects(saved.number, lines, found.untried)


def start_effects(
    desk: Desk, view: FairnessView, saved: SavedRun | None = None
) -> Job[AimEffects]:
    """Work the effects out in the background; stopped, it keeps what was found.

    Raises
    ------
    PermissionDenied
        If the actor may not see fairness.
    ConflictError
        If another plan is being made.
    """
    desk.require(Action.SEE_FAIRNESS)
    refuse_if_busy()

    def work(progress: Progress, effort: Effort) -> AimEffects:
        return aim_effects(desk, view, saved, progress=progress, effort=effort)

    return Job(work, seconds=EFFECT_SECONDS)


def _line(one: Effect, tables: tuple[GroupTable, ...], rules: Rules, *, exact: bool) -> AimLine:
    found = {title: {line.name: line for line in lines} for title, lines in one.groups}
    shifts = tuple(
        (
            table.title,
            tuple(
                _shift(
                    found[table.title][row.name],
                    None if exact and not table.restricted else rules,
                    told=row.told,
                )
                for row in table.rows
                if row.name in found[table.title]
            ),
        )
        for table in tables
        if table.title in found
    )
    usual = None if exact else rules
    everybody = _shift(one.all, usual, told=True)
    return AimLine(
        aim=one.aim,
        solved=one.solved,
        proven=one.proven,
        all=everybody,
        moved=change(one.all.moved, usual),
        tables=shifts,
        changed=any(shift.more.sign for _, some in shifts for shift in some),
    )


def _shift(line: GroupEffect, rules: Rules | None, *, told: bool) -> GroupShift:
    if not told:
        return GroupShift(line.name, NOT_TOLD, None)
    return GroupShift(
        line.name,
        change(line.more, rules),
        _averages(line.with_it.travel, line.left_out.travel, least(rules)),
    )


def _averages(
    mine: Spread | None, other: Spread | None, enough_for: int
) -> tuple[float, float] | None:
    if mine is None or other is None or min(mine.known, other.known) < enough_for:
        return None
    return float(round(mine.mean)), float(round(other.mean))
