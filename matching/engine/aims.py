"""The order of aims, in whole numbers: who comes first, and what then counts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.domain.policy import Policy
from matching.engine.candidates import Candidates
from matching.engine.columns import UNKNOWN
from matching.engine.fit import Fit, icwa_rank, tier
from matching.engine.flow import check_range, safe
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
class Step:
    """Costs of one run of the flow.

    Attributes
    ----------
    pair : ndarray of int64, shape (pairs,)
        Cost of using a pair.
    stay : ndarray of int64, shape (referrals,)
        Cost of staying without a place.
    more_than_all : int
        A number above any total of these costs.
    """

    pair: Int64s
    stay: Int64s
    more_than_all: int


def steps(found: Aims, pairs: Candidates, nodes: int) -> tuple[Step, ...]:
    """Fold the aims into as few runs as exact whole numbers allow.

    One run is enough where the numbers fit. The sets of people who can be
    placed together form a matroid, so any strictly falling price of staying
    serves them strictly in order and places as many as possible; a step of
    standing costs more than all that the later aims could add up to. Where
    such numbers would be too large, the later aims get a run of their own
    among the flows that are best for the first.

    Parameters
    ----------
    found : Aims
    pairs : Candidates
    nodes : int
        Nodes of the flow network.

    Returns
    -------
    tuple of Step
        One or two, in order.

    Raises
    ------
    CostOverflow
        If not even two runs can carry the numbers.
    """
    people = len(np.unique(pairs.referral))
    most_cost = int(found.cost.max(initial=0))
    icwa_people = len(np.unique(pairs.referral[found.icwa > 0]))
    icwa_step = people * most_cost + 1 if icwa_people else 0
    most_icwa = int(found.icwa.max(initial=0))
    later = icwa_people * most_icwa * icwa_step + people * most_cost + 1
    check_range(later, nodes, people)
    fits = found.icwa * icwa_step + found.cost
    classes = int(found.standing.max(initial=0)) + 1
    falling = classes - found.standing
    if safe(classes * later, nodes, people):
        return (Step(fits, falling * later, people * classes * later + 1),)
    nothing = np.zeros_like(fits)
    return (
        Step(nothing, falling, people * classes + 1),
        Step(fits, np.zeros_like(falling), later),
    )
