"""The promise to everybody without a place: nobody behind them took theirs.

Who competes for which beds, and whether anybody later in line holds a place
that the person could have had through any chain of moves. Where nothing ties
people together nobody ever does. Where it can happen, who would lose their
place instead is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matching.domain.words import label
from matching.engine.consequences import Alternatives
from matching.engine.effort import NO_LIMIT, Effort
from matching.engine.ledger import Change
from matching.engine.passed_over import Answer, PassedOver, passed_over
from matching.engine.problem import Problem
from matching.engine.reach import Reach, Reaches
from matching.engine.rules.text import counted, listed, start
from matching.engine.solution import Solution
from matching.insight.people import (
    case,
    home,
    in_line,
    number_of,
    place,
    this_person,
)

#: Places or people named one by one; the others are counted.
MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Promise:
    """What can be said to a person without a place.

    Attributes
    ----------
    referral : int
    holds : bool or None
        Whether nobody later in line holds a place that the person could have
        had, places that somebody decided aside; ``None`` if the time was too
        short to tell.
    reach : Reach
        The places, and who competes for them.
    trade : Change or None
        Where it does not hold, the best plan that places the person and
        everybody before them: who would lose what.
    sentences : tuple of str
    """

    referral: int
    holds: bool | None
    reach: Reach
    trade: Change | None
    sentences: tuple[str, ...]


def promise(
    solution: Solution,
    i: int,
    effort: Effort = NO_LIMIT,
    *,
    alternatives: Alternatives | None = None,
    reaches: Reaches | None = None,
) -> Promise:
    """Return what can be said to a person whom the plan leaves without a place.

    Parameters
    ----------
    solution : Solution
    i : int
        Position of the referral.
    effort : Effort, optional
        For asking the program, where people are tied and a search decided.
    alternatives, reaches : optional
        Of the same solution, where they are there already.

    Returns
    -------
    Promise
    """
    reach = (reaches or Reaches(solution)).of(i)
    ledger = None if alternatives is None else alternatives.ledger
    asked = passed_over(solution, i, effort, ledger)
    holds = None if asked.answer is Answer.UNKNOWN else asked.answer is Answer.NO
    return Promise(i, holds, reach, asked.instead, _sentences(solution, reach, asked))


def _sentences(solution: Solution, reach: Reach, asked: PassedOver) -> tuple[str, ...]:
    problem = solution.problem
    who = this_person(problem, reach.referral)
    if not reach.pools:
        return (f"No place is open to {who}, so nobody holds one that they could have had.",)
    out = [_competition(problem, reach)]
    if asked.instead is not None:
        return (*out, *_passed_over(solution, reach, asked.instead))
    if asked.answer is Answer.UNKNOWN:
        return (
            *out,
            f"Whether anybody later in line holds a place that {who} could have had is not "
            "worked out yet.",
        )
    out.append(
        f"Nobody later in line holds a place that {who} could have had, through any chain of "
        f"moves{_besides(problem, reach.decided)}."
    )
    if reach.equal:
        stands = "stands" if len(reach.equal) == 1 else "stand"
        out.append(
            f"{start(number_of(problem, reach.equal))} with a place there {stands} equally in "
            "line. Between equals it counts how well places fit, and then the published "
            "lottery decides."
        )
    return tuple(out)


def _competition(problem: Problem, reach: Reach) -> str:
    """Say who competes for which beds."""
    if reach.free:
        places = _places([place(problem, j) for j in reach.free])
        return (
            f"A bed is free at {places}, but people who must be placed together or kept apart "
            "stand in its way."
        )
    places = _places([home(problem, p) for p in reach.providers])
    if len(reach.people) == 1:
        who = start(this_person(problem, reach.referral))
        needed = counted(problem.referral_records[reach.referral].beds_needed, "bed")
        return f"{who} needs {needed} in one place, and could only use {places}."
    beds = "this 1 bed" if reach.beds == 1 else f"these {reach.beds} beds"
    return f"{number_of(problem, reach.people)} can only use {beds}: at {places}."


def _places(names: Sequence[str]) -> str:
    distinct = list(dict.fromkeys(names))
    if len(distinct) <= MOST_NAMED:
        return listed(distinct)
    more = counted(len(distinct) - MOST_NAMED + 1, "other place")
    return listed([*distinct[: MOST_NAMED - 1], more])


def _besides(problem: Problem, decided: Sequence[int]) -> str:
    if not decided:
        return ""
    names = listed([case(problem, k) for k in decided[:MOST_NAMED]])
    if decided[MOST_NAMED:]:
        names = counted(len(decided), "person", "people")
    return f", besides {names}, whose place somebody decided"


def _passed_over(solution: Solution, reach: Reach, instead: Change) -> tuple[str, ...]:
    """Say who would lose what if the person were placed, and why the plan does not."""
    problem = solution.problem
    who = this_person(problem, reach.referral)
    loses = [f"{case(problem, k)} ({in_line(problem, k)})" for k in instead.loses[:MOST_NAMED]]
    if instead.loses[MOST_NAMED:]:
        loses.append(counted(len(instead.loses) - MOST_NAMED, "other person", "others"))
    where = next(m.to_pool for m in instead.moves if m.referral == reach.referral)
    out = [
        f"{start(who)} could go to {place(problem, where)} with everybody before them still "
        f"placed; {listed(loses)}, later in line, would then be left without a place."
    ]
    fewer = [f"{-n} fewer {_tier(solution, k)}" for k, n in enumerate(instead.tiers) if n < 0]
    if fewer:
        out.append(
            f"The plan does not do so since fewer people would have a place: {listed(fewer)}."
        )
    else:
        out.append(
            "The plan does not do so since people here must be placed together or kept apart, "
            "and where that is so the policy counts waits in wide bands."
        )
    return tuple(out)


def _tier(solution: Solution, tier: int) -> str:
    return f"in the priority '{label(solution.policy.ordering.tiers[tier])}'"
