"""What a choice or one more bed would mean for everybody else, in sentences."""

from __future__ import annotations

from collections.abc import Sequence

from matching.engine.beds import BedValue
from matching.engine.consequences import Consequence
from matching.engine.ledger import By, Change
from matching.engine.problem import Problem
from matching.engine.residual import Move
from matching.engine.rules.text import counted, listed, start
from matching.engine.solution import Solution
from matching.insight.people import case, in_line, place, this_person

#: Moves told one by one; the others are counted.
MOST_MOVES = 2
#: People named where several lose or gain a place.
MOST_NAMED = 4


def sentence(solution: Solution, found: Consequence) -> str:
    """Say a consequence as one text; see :func:`sentences`."""
    return " ".join(sentences(solution, found))


def sentences(solution: Solution, found: Consequence) -> tuple[str, ...]:
    """Say what changes for everybody if a person takes a place.

    Parameters
    ----------
    solution : Solution
    found : Consequence

    Returns
    -------
    tuple of str
        The move and those it sets off; then what it costs all together, if
        anything; then how sure this is, unless it is proven.
    """
    problem = solution.problem
    who, where = this_person(problem, found.referral), place(problem, found.pool)
    if not found.possible:
        return (f"{start(who)} cannot go to {where}: the beds there are kept by decisions.",)
    if found.by is By.NOTHING:
        return (f"What it means for others if {who} goes to {where} is not worked out yet.",)
    first = f"{start(who)} would go to {where}"
    own = [m for m in found.moves if m.referral == found.referral]
    if own and own[0].from_pool >= 0 and _same_home(problem, own[0]):
        first = f"{start(who)} would go to other beds of {where}"
    parts = [first, *_others(problem, found.others)]
    if not found.others:
        parts.append("nobody else moves")
    if not found.loses:
        parts.append("nobody loses a place")
    out = [f"{'; '.join(parts)}.", *_totals(found)]
    if not found.exact:
        out.append("This can be done; there may be a better way.")
    return tuple(out)


def bed_sentence(solution: Solution, value: BedValue) -> str:
    """Say what one more bed would do.

    Parameters
    ----------
    solution : Solution
    value : BedValue

    Returns
    -------
    str
    """
    problem = solution.problem
    more = "one more licensed bed" if value.licence else "one more bed"
    at = f"{more} at {place(problem, value.pool)}"
    if value.by is By.NOTHING:
        return f"What {at} would do is not worked out yet."
    if not value.useful:
        return f"{start(at)} would change nothing for those who are waiting now."
    parts = _others(problem, value.moves)
    if not value.gains:
        parts.append("nobody more would have a place")
    out = [f"With {at}, {'; '.join(parts)}.", *_totals(value)]
    if not value.exact:
        out.append("This much is sure; it may do more.")
    return " ".join(out)


def _others(problem: Problem, moves: Sequence[Move]) -> list[str]:
    """Tell who gains, loses or moves; a chain of many moves is counted."""
    gains = [m for m in moves if m.from_pool < 0]
    loses = [m for m in moves if m.to_pool < 0]
    between = [m for m in moves if m.from_pool >= 0 and m.to_pool >= 0]
    shown = between if len(between) <= MOST_MOVES else between[: MOST_MOVES - 1]
    parts = [_move(problem, m) for m in shown]
    left = between[len(shown) :]
    if left:
        within = all(_same_home(problem, m) for m in left)
        others = counted(len(left), "other person", "others")
        parts.append(f"{others} would move to other {'beds' if within else 'places'}")
    parts += [
        f"{case(problem, m.referral)}, without a place now, would go to "
        f"{place(problem, m.to_pool)}"
        for m in gains[:MOST_NAMED]
    ]
    if gains[MOST_NAMED:]:
        parts.append(f"{len(gains) - MOST_NAMED} more would have a place")
    if loses:
        named = [
            f"{case(problem, m.referral)} ({in_line(problem, m.referral)})"
            for m in loses[:MOST_NAMED]
        ]
        if loses[MOST_NAMED:]:
            named.append(counted(len(loses) - MOST_NAMED, "other person", "others"))
        parts.append(f"{listed(named)} would be left without a place")
    return parts


def _move(problem: Problem, move: Move) -> str:
    name, to = case(problem, move.referral), place(problem, move.to_pool)
    if _same_home(problem, move):
        return f"{name} would move to other beds of {to}"
    return f"{name} would move to {to}"


def _same_home(problem: Problem, move: Move) -> bool:
    owner = problem.pools.provider
    return bool(owner[move.from_pool] == owner[move.to_pool])


def _totals(found: Change) -> list[str]:
    """Say what the plan as a whole gains or loses where the same people have places."""
    out = []
    if found.moved > 0:
        calls = counted(found.moved, "proposal")
        out.append(f"{calls} that somebody is calling about would move.")
    if all(move.from_pool >= 0 and move.to_pool >= 0 for move in found.moves):
        if found.icwa:
            how = "lower" if found.icwa > 0 else "higher"
            out.append(f"Children under ICWA would go to {how} preferences, all together.")
        if found.cost:
            how = "farther from" if found.cost > 0 else "nearer to"
            points = counted(abs(found.cost), "point")
            out.append(f"The plan as a whole would be {how} people's wishes: {points}.")
    return out
