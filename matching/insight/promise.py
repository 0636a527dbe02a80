"""The promise to everybody without a place: nobody behind them took theirs.

Who competes for which beds, and whether anybody later in line holds a place
that the person could have had through any chain of moves. Where nothing ties
people together nobody ever does. Where it can happen, what it would cost
others to place the person is said instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matching.engine.consequences import Alternatives, Consequence
from matching.engine.effort import NO_LIMIT, Effort
from matching.engine.ledger import By
from matching.engine.problem import Problem
from matching.engine.reach import Reach, Reaches
from matching.engine.rules.text import counted, listed, start
from matching.engine.solution import Solution
from matching.insight.consequences import sentence
from matching.insight.people import case, home, number_of, place, this_person

#: Places or people named one by one; the others are counted.
MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Promise:
    """What can be said to a person without a place.

    Attributes
    ----------
    referral : int
    holds : bool
        Whether nobody later in line holds a place that the person could have
        had. Places that somebody decided do not count against it.
    reach : Reach
    trade : Consequence or None
        Where it does not hold, the best way of placing the person all the
        same; ``None`` where there is none or it holds.
    sentences : tuple of str
    """

    referral: int
    holds: bool
    reach: Reach
    trade: Consequence | None
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
        For making the plan again where the promise does not hold.
    alternatives, reaches : optional
        Of the same solution, where they are there already.

    Returns
    -------
    Promise
    """
    reach = (reaches or Reaches(solution)).of(i)
    later = [k for k in reach.later if k not in reach.decided]
    trade = None
    if later or reach.free:
        found = (alternatives or Alternatives(solution)).of(i, effort)
        possible = [c for c in found if c.possible and c.by is not By.NOTHING]
        trade = possible[0] if possible else None
    return Promise(i, not later, reach, trade, _sentences(solution, reach, later, trade))


def _sentences(
    solution: Solution, reach: Reach, later: Sequence[int], trade: Consequence | None
) -> tuple[str, ...]:
    problem = solution.problem
    who = this_person(problem, reach.referral)
    if not reach.pools:
        return (f"No place is open to {who}, so nobody holds one that they could have had.",)
    out = [_competition(problem, reach)]
    if not later:
        out.append(
            f"Nobody later in line holds a place that {who} could have had, through any "
            f"chain of moves{_besides(problem, reach.decided)}."
        )
        if reach.equal:
            out.append(
                f"{start(number_of(problem, reach.equal))} in these beds "
                f"{'stands' if len(reach.equal) == 1 else 'stand'} equally in line: between "
                "equals, how well places fit decides, and then the published lottery."
            )
    else:
        out.append(_passed_over(solution, reach, later))
    if trade is not None:
        out.append(f"To place them all the same: {sentence(solution, trade)}")
    elif later or reach.free:
        out.append("What it would cost others to place them is not worked out yet.")
    return tuple(out)


def _competition(problem: Problem, reach: Reach) -> str:
    """Say who competes for which beds."""
    if reach.free:
        places = _places([place(problem, j) for j in reach.free])
        return (
            f"A bed is free at {places}, but those who must be placed together or kept apart "
            "cannot all be, if it is used."
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


def _passed_over(solution: Solution, reach: Reach, later: Sequence[int]) -> str:
    """Say that somebody later in line holds a place, and why that can be."""
    standing = solution.goal.standing
    holds = "holds" if len(later) == 1 else "hold"
    who = number_of(solution.problem, later)
    if all(standing[k] == standing[reach.referral] for k in later):
        return (
            f"{start(who)} later in line by hours {holds} places here: where people must be "
            "placed together or kept apart, waits within one band of the policy count as equal."
        )
    return (
        f"{start(who)} later in line {holds} places here: people must be placed together or "
        "kept apart, and more people, or more urgent ones, have a place this way."
    )
