"""Whether a person without a place was passed over for somebody who stands later.

Where a best flow decided, nobody ever is: placing one more person by a chain of
moves at the cost of people later in line only would have been a better flow.
Where a program decided, the plan may place two people for one who has waited
longer. There the question is put to the program itself: can the person be
placed, with everybody who stands before them and has a place still placed?
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from matching.domain.errors import ChoiceError, EngineError
from matching.engine import coupled, parts
from matching.engine.aims import banded, forced_people, in_line
from matching.engine.capacity import pool_room, provider_room
from matching.engine.effort import NO_LIMIT, Effort
from matching.engine.ledger import By, Change, Ledger
from matching.engine.levels import Int64s
from matching.engine.residual import Move
from matching.engine.solution import Method, Solution


class Answer(StrEnum):
    """Whether somebody was passed over."""

    NO = "no"  #: by proof
    YES = "yes"  #: there is another plan to show it
    UNKNOWN = "unknown"  #: stopped before it was known


@dataclass(frozen=True, slots=True)
class PassedOver:
    """Whether a referral without a place was passed over.

    Attributes
    ----------
    answer : Answer
    instead : Change or None
        Where somebody was: the best plan that places the person and everybody
        who stands before them and has a place now.
    """

    answer: Answer
    instead: Change | None = None


def passed_over(
    solution: Solution, i: int, effort: Effort = NO_LIMIT, ledger: Ledger | None = None
) -> PassedOver:
    """Tell whether somebody later in line holds a place that a referral could have.

    Parameters
    ----------
    solution : Solution
    i : int
        Position of a referral without a place.
    effort : Effort, optional
    ledger : Ledger, optional
        Of the same solution, where it is there already.

    Returns
    -------
    PassedOver
    """
    number = int(solution.part_of()[i])
    if solution.chosen[i] >= 0 or number < 0:
        return PassedOver(Answer.NO)
    if solution.parts[number].method is not Method.PROGRAM:
        return PassedOver(Answer.NO)
    if effort.left() == 0:
        return PassedOver(Answer.UNKNOWN)
    members = solution.parts[number].members
    cut, mine = _with_must(solution, i, members)
    try:
        found = coupled.solve(cut, effort)
    except ChoiceError:
        return PassedOver(Answer.NO)
    except EngineError:
        return PassedOver(Answer.UNKNOWN)
    moves = _moves(solution, members, mine, found.chosen)
    tiers, (standing, moved, icwa, cost) = (ledger or Ledger(solution)).change(moves)
    instead = Change(
        tiers=tiers,
        standing=standing,
        moved=moved,
        icwa=icwa,
        cost=cost,
        moves=moves,
        exact=found.gap == 0 and not any(found.more),
        by=By.AGAIN,
    )
    return PassedOver(Answer.YES, instead)


def _with_must(solution: Solution, i: int, members: Int64s) -> tuple[coupled.Component, Int64s]:
    """Cut out the part, everybody who must keep or have a place in it marked."""
    s = solution
    line, forced = in_line(s.problem, s.policy), forced_people(s.problem, s.choices)
    before = (s.chosen >= 0) & (line <= line[i])
    must = forced | before
    must[i] = True
    first = (~must).astype(np.int64)  # whoever must have a place stands before everybody
    standing = s.goal.standing + first * (int(s.goal.standing.max(initial=0)) + 1)
    band = banded(s.problem, s.policy, s.goal, s.choices)
    band = band + first * (int(band.max(initial=0)) + 1)
    cut, mine, _ = parts.component(
        s.problem,
        s.pairs,
        replace(s.goal, standing=standing),
        band,
        must,
        s.ties,
        members,
        parts.Room(pool_room(s.problem, s.policy), provider_room(s.problem, s.policy)),
        len(s.policy.ordering.tiers),
    )
    return cut, mine


def _moves(
    solution: Solution, members: Int64s, mine: Int64s, chosen: Int64s
) -> tuple[Move, ...]:
    """Return who is elsewhere, those who lose or gain a place first."""
    after = np.full(len(members), -1, dtype=np.int64)
    after[chosen >= 0] = solution.pairs.pool[mine[chosen[chosen >= 0]]]
    before = solution.plan.place_of(solution.problem.size[0])[members]
    out = [
        Move(who, old, new)
        for who, old, new in zip(members.tolist(), before.tolist(), after.tolist(), strict=True)
        if old != new
    ]
    return tuple(sorted(out, key=lambda m: (m.from_pool >= 0 and m.to_pool >= 0, m)))
