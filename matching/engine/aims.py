"""The order of aims, in whole numbers: who comes first, and what then counts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.domain.policy import Policy
from matching.engine.candidates import Candidates
from matching.engine.columns import UNKNOWN
from matching.engine.fit import Fit, icwa_rank, tier
from matching.engine.flow import check_range
from matching.engine.problem import Problem

Int64s = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Aims:
    """What the plan tries, in order.

    Attributes
    ----------
    tier : ndarray of int64, shape (referrals,)
        Priority tier, 0 first.
    standing : ndarray of int64, shape (referrals,)
        Rank by tier and then by wait, 0 first; equal where both are equal.
    icwa : ndarray of int64, shape (pairs,)
        Place in the order of ICWA preferences.
    cost : ndarray of int64, shape (pairs,)
        Preference cost.
    """

    tier: Int64s
    standing: Int64s
    icwa: Int64s
    cost: Int64s


def aims(problem: Problem, policy: Policy, pairs: Candidates, fit: Fit) -> Aims:
    """Compute the aims of a problem under a policy.

    Waits are whole bands of hours, as wide as the policy says. A referral
    whose time of receipt nobody has said comes last in its tier.

    Parameters
    ----------
    problem : Problem
    policy : Policy
    pairs : Candidates
    fit : Fit

    Returns
    -------
    Aims
    """
    tiers = tier(problem, policy)
    waiting = problem.referrals.waiting_hours
    band = np.where(waiting == UNKNOWN, -1, waiting // policy.ordering.waiting_band_hours)
    order = np.lexsort((-band, tiers))
    changes = np.r_[False, (np.diff(tiers[order]) != 0) | (np.diff(band[order]) != 0)]
    standing = np.empty(len(tiers), dtype=np.int64)
    standing[order] = np.cumsum(changes[: len(order)])
    return Aims(
        tier=tiers,
        standing=standing,
        icwa=icwa_rank(problem, policy, pairs.referral, pairs.pool),
        cost=fit.cost(pairs.referral, pairs.pool, pairs.questions),
    )


@dataclass(frozen=True, slots=True)
class Weighted:
    """The aims folded into one cost, so that an earlier aim always wins.

    The folding is exact. The sets of people who can be placed together form a
    matroid, so any strictly falling price of staying serves them strictly in
    order and places as many as possible; a step of standing costs more than
    all that the later aims could add up to.

    Attributes
    ----------
    pair : ndarray of int64, shape (pairs,)
    stay : ndarray of int64, shape (referrals,)
    icwa_step : int
        Cost of one step in the order of ICWA preferences.
    stay_step : int
        Cost of one step of standing.
    """

    pair: Int64s
    stay: Int64s
    icwa_step: int
    stay_step: int


def fold(found: Aims, pairs: Candidates) -> Weighted:
    """Fold the aims into one whole-number cost.

    Returns
    -------
    Weighted

    Raises
    ------
    CostOverflow
        Later, by the flow, if the numbers are too large; they are computed in
        Python's unbounded integers here and checked before they are stored.
    """
    with_pairs = np.unique(pairs.referral)
    people = len(with_pairs)
    most_cost = int(found.cost.max(initial=0))
    icwa_people = len(np.unique(pairs.referral[found.icwa > 0]))
    icwa_step = people * most_cost + 1 if icwa_people else 0
    most_icwa = int(found.icwa.max(initial=0))
    stay_step = icwa_people * most_icwa * icwa_step + people * most_cost + 1
    classes = int(found.standing.max(initial=0)) + 1
    check_range(classes * stay_step, people, people)
    return Weighted(
        pair=found.icwa * icwa_step + found.cost,
        stay=(classes - found.standing) * stay_step,
        icwa_step=icwa_step,
        stay_step=stay_step,
    )
