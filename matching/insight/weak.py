"""Places that are not what they should be: to be confirmed by a call, or poor.

Whoever has such a place is not counted among those without one, and stands
apart: a call settles the first kind; of the second it is said at which stage
a better place was lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from matching.domain.rulebook import RULES, Stage
from matching.domain.words import IcwaTier
from matching.engine.fit import MOST_POINTS, icwa_rank
from matching.engine.judge import BIT, BLOCK
from matching.engine.solution import Solution
from matching.insight.gaps import Decided, Gap, gaps_at

#: Points from which a setting is much more restrictive than need be: two steps.
RESTRICTIVE_POINTS = 4


#: Place in the order of ICWA preferences of a home that has none of them.
_NO_PREFERENCE = len(IcwaTier) - 1


class Weakness(StrEnum):
    """What is poor about a place."""

    RESTRICTIVE = "least-restrictive"  #: two or more steps above the least suitable setting
    FAR = "distance"  #: beyond the policy's last band of distance
    ICWA = "icwa"  #: of none of the Act's preferences


@dataclass(frozen=True, slots=True)
class Weak:
    """One person whose place is poor.

    Attributes
    ----------
    gap : Gap
        The stage at which a better place was lost; one that fits and goes to
        others is a want of a bed.
    why : tuple of Weakness
    """

    gap: Gap
    why: tuple[Weakness, ...]


def provisional(solution: Solution) -> tuple[Gap, ...]:
    """Return everybody whose place must be confirmed by a call, by position.

    Returns
    -------
    tuple of Gap
        Stage h, with the first rule that cannot be told and no funnel.
    """
    plan = solution.plan
    asked = np.flatnonzero(plan.unknown)
    found = []
    for k in asked.tolist():
        bits = int(plan.unknown[k])
        rule = RULES[(bits & -bits).bit_length() - 1].code
        found.append(Gap(int(plan.referral[k]), Stage.UNKNOWN_FACT, rule, {}))
    return tuple(sorted(found, key=lambda gap: gap.row))


def poor(solution: Solution) -> tuple[Weak, ...]:
    """Return everybody whose place is poor, and where a better one was lost.

    A place is poor if its setting is two or more steps more restrictive than
    the least restrictive one found suitable, if it lies beyond the policy's
    last band of distance, or, for a child to whom the Indian Child Welfare
    Act applies, if it is of none of the Act's preferences. A weakness that
    the policy gives no weight is none.

    Parameters
    ----------
    solution : Solution

    Returns
    -------
    tuple of Weak
        By position of the referral.
    """
    plan = solution.plan
    rows, pools = plan.referral.astype(np.int64), plan.pool.astype(np.int64)
    weak = _weaknesses(solution, rows, pools)
    some = np.flatnonzero(np.logical_or.reduce(list(weak.values())))
    why = {
        int(rows[k]): tuple(one for one, flags in weak.items() if flags[k])
        for k in some.tolist()
    }
    people = np.sort(rows[some])
    step = max(1, BLOCK // max(1, solution.problem.size[1]))
    decided = Decided(solution.judge, solution.choices)
    out = []
    for start in range(0, len(people), step):
        for gap in _lost(solution, decided, people[start : start + step]):
            out.append(Weak(gap, why[gap.row]))
    return tuple(out)


def _weaknesses(
    solution: Solution, rows: NDArray[np.int64], pools: NDArray[np.int64]
) -> dict[Weakness, NDArray[np.bool_]]:
    points = solution.fit.points(rows, pools, np.zeros_like(rows))
    nothing = np.zeros(len(rows), dtype=np.int64)
    restrictive = points.get(Weakness.RESTRICTIVE.value, nothing) >= RESTRICTIVE_POINTS
    far = points.get(Weakness.FAR.value, nothing) >= MOST_POINTS
    outside = icwa_rank(solution.problem, solution.policy, rows, pools) >= _NO_PREFERENCE
    return {Weakness.RESTRICTIVE: restrictive, Weakness.FAR: far, Weakness.ICWA: outside}


def _lost(solution: Solution, decided: Decided, rows: NDArray[np.int64]) -> list[Gap]:
    """Return the stage at which each person's last better place was lost."""
    judge, beds = solution.judge, np.arange(solution.problem.size[1])
    first = judge.first_barring(rows, beds)
    decided.settle(rows, first)
    i, j = np.repeat(rows, len(beds)), np.tile(beds, len(rows))
    weak = np.logical_or.reduce(list(_weaknesses(solution, i, j).values()))
    other = weak.reshape(first.shape)
    # A weak place is no suitable one here, however far it would have come.
    first[other] = np.minimum(first[other], np.uint8(BIT["placement-type"]))
    return gaps_at(judge, rows, first)
