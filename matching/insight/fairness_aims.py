"""What each aim does to each group: the plan made again with one aim left out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from matching.domain.policy import Policy
from matching.domain.rulebook import PREFERENCES
from matching.engine.aims import in_line
from matching.engine.effort import NO_LIMIT, Effort
from matching.engine.fit import icwa_rank
from matching.engine.plan import Status
from matching.engine.solution import Solution
from matching.engine.solve import work_out
from matching.insight.fairness import Fared, Flags, fare, plan_outcome
from matching.insight.fairness_groups import Grouping

#: Seconds for one plan: where more are needed, the best found is compared, unproven.
SECONDS = 20.0
#: Wider than any wait: all waits of one priority count as equal.
_ALL_WAITS = 10**9


class Kind(StrEnum):
    """Kinds of aims, in their order."""

    PRIORITY = "priority"  #: the tiers of urgency
    WAITING = "waiting"  #: who waits longest comes first
    ICWA = "icwa"  #: the order of the Indian Child Welfare Act
    PREFERENCE = "preference"


@dataclass(frozen=True, slots=True)
class Aim:
    """One aim of a policy.

    Attributes
    ----------
    kind : Kind
    code : str
        Code of the preference; empty for the others.
    title : str
        In a few plain words.
    """

    kind: Kind
    code: str
    title: str


@dataclass(frozen=True, slots=True)
class GroupEffect:
    """What an aim does to one group.

    Attributes
    ----------
    name : str
    with_it, left_out : Fared
        Under the plan, and under the plan made without the aim.
    moved : int
        People of the group with a place in both, but another one.
    """

    name: str
    with_it: Fared
    left_out: Fared
    moved: int

    @property
    def more(self) -> int:
        """How many more of the group have a place because of the aim."""
        return self.with_it.placed - self.left_out.placed


@dataclass(frozen=True, slots=True)
class Effect:
    """What one aim does to everybody and to each group.

    Attributes
    ----------
    aim : Aim
    solved : bool
        Whether the plan was made again; where nothing could change, it was not.
    proven : bool
        Whether both plans are the best by proof.
    all : GroupEffect
    groups : tuple of (str, tuple of GroupEffect)
        Title of each way to group, and its groups in the order of their names.
    """

    aim: Aim
    solved: bool
    proven: bool
    all: GroupEffect
    groups: tuple[tuple[str, tuple[GroupEffect, ...]], ...]


@dataclass(frozen=True, slots=True)
class Effects:
    """What was found.

    Attributes
    ----------
    found : tuple of Effect
        In the order of the aims.
    untried : tuple of Aim
        For which there was no time.
    """

    found: tuple[Effect, ...]
    untried: tuple[Aim, ...]


def aims_of(policy: Policy) -> tuple[Aim, ...]:
    """Return the aims that a policy follows, in their order.

    That as many people as possible have a place is no aim that could be left out.
    """
    order = policy.ordering
    out = []
    if len(order.tiers) > 1:
        out.append(Aim(Kind.PRIORITY, "", "Priority"))
    out.append(Aim(Kind.WAITING, "", "Longest wait first"))
    if order.icwa:
        out.append(Aim(Kind.ICWA, "", "Order of the Indian Child Welfare Act"))
    for spec in PREFERENCES:
        if policy.preferences[spec.code].weight:
            out.append(Aim(Kind.PREFERENCE, spec.code, spec.title))
    return tuple(out)


def without(policy: Policy, aim: Aim) -> Policy:
    """Return a policy as it would be without one of its aims.

    Left out, priority makes everybody stand alike by urgency, and longest wait
    makes all known waits count as equal.
    """
    order = policy.ordering
    if aim.kind is Kind.PRIORITY:
        first = order.tiers[0]
        order = replace(order, tiers=(first,), unknown_urgency=first)
    elif aim.kind is Kind.WAITING:
        order = replace(order, waiting_band_hours=_ALL_WAITS, tied_waiting_hours=())
    elif aim.kind is Kind.ICWA:
        order = replace(order, icwa=False)
    else:
        setting = replace(policy.preferences[aim.code], weight=0)
        return replace(policy, preferences={**policy.preferences, aim.code: setting})
    return replace(policy, ordering=order)


def effects(
    solution: Solution,
    groups: Sequence[Grouping],
    *,
    progress: Callable[[str], None] | None = None,
    effort: Effort = NO_LIMIT,
) -> Effects:
    """Make a plan again without each of its aims in turn, and compare group by group.

    Parameters
    ----------
    solution : Solution
        The plan shown; its cases, decisions and lottery stay the same.
    groups : sequence of Grouping
    progress : callable, optional
        Told the title of the aim that is left out.
    effort : Effort, optional
        A limit on all of it; once it is over or stopped, what was found is kept.

    Returns
    -------
    Effects
    """
    aims = aims_of(solution.policy)
    found: list[Effect] = []
    for number, aim in enumerate(aims):
        if effort.left() == 0.0:
            return Effects(tuple(found), aims[number:])
        if progress is not None:
            progress(f"{aim.title} ({number + 1} of {len(aims)})")
        other = solution
        solved = matters(solution, aim)
        if solved:
            other = work_out(
                solution.problem,
                without(solution.policy, aim),
                choices=solution.choices,
                salt=solution.plan.salt,
                effort=_each(effort),
            )
        found.append(effect(solution, other, aim, groups, solved=solved))
    return Effects(tuple(found), ())


def _each(effort: Effort) -> Effort:
    """Return the limit of one plan, within what is left for all."""
    left = effort.left()
    return Effort(SECONDS if left is None else min(SECONDS, left), effort.stopped)


def matters(solution: Solution, aim: Aim) -> bool:
    """Tell whether an aim tells any two places, or any two people, apart."""
    problem, policy, pairs = solution.problem, solution.policy, solution.pairs
    if aim.kind in (Kind.PRIORITY, Kind.WAITING):
        return not np.array_equal(
            in_line(problem, policy), in_line(problem, without(policy, aim))
        )
    if solution.pricing is not None:
        return True  # not all pairs are listed
    i, j = pairs.referral, pairs.pool
    if aim.kind is Kind.ICWA:
        return bool(icwa_rank(problem, policy, i, j).any())
    return bool(solution.fit.points(i, j, pairs.questions)[aim.code].any())


def effect(
    solution: Solution,
    other: Solution,
    aim: Aim,
    groups: Sequence[Grouping],
    *,
    solved: bool = True,
) -> Effect:
    """Compare a plan with the one made without an aim, group by group."""
    mine, theirs = plan_outcome(solution), plan_outcome(other)
    people = solution.problem.size[0]
    place, instead = solution.plan.place_of(people), other.plan.place_of(people)
    moved = (place >= 0) & (instead >= 0) & (place != instead)

    def of(name: str, inside: Flags) -> GroupEffect:
        return GroupEffect(
            name, fare(mine, inside), fare(theirs, inside), int((moved & inside).sum())
        )

    plans = (solution.plan, other.plan)
    return Effect(
        aim=aim,
        solved=solved,
        proven=all(one.status is not Status.FEASIBLE for one in plans),
        all=of("", np.ones(people, dtype=np.bool_)),
        groups=tuple(
            (one.title, tuple(of(name, one.inside(name)) for name in one.names))
            for one in groups
        ),
    )
