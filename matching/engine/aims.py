"""The order of aims, in whole numbers: who comes first, and what then counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.domain.policy import Policy
from matching.engine.candidates import Candidates
from matching.engine.choices import NO_CHOICES, Choices, same_place
from matching.engine.columns import UNKNOWN
from matching.engine.fit import Fit, icwa_rank, tier
from matching.engine.flow import PRICES, check_range, safe
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
        People whose place is forced stand before everybody.
    moved : ndarray of int64, shape (pairs,)
        1 where the pair would move a proposal that somebody is calling about.
    icwa : ndarray of int64, shape (pairs,)
        Place in the order of ICWA preferences.
    cost : ndarray of int64, shape (pairs,)
        Preference cost.
    """

    tier: Int64s
    standing: Int64s
    moved: Int64s
    icwa: Int64s
    cost: Int64s

    def of(self, people: Int64s, pairs: Int64s) -> Aims:
        """Return the aims of some people and pairs, in the order given."""
        return Aims(
            tier=self.tier[people],
            standing=self.standing[people],
            moved=self.moved[pairs],
            icwa=self.icwa[pairs],
            cost=self.cost[pairs],
        )


def aims(
    problem: Problem,
    policy: Policy,
    pairs: Candidates,
    fit: Fit,
    choices: Choices = NO_CHOICES,
) -> Aims:
    """Compute the aims of a problem under a policy.

    Waits are whole bands of hours, as wide as the policy says. A referral
    whose time of receipt nobody has said comes last in its tier.

    Parameters
    ----------
    problem : Problem
    policy : Policy
    pairs : Candidates
    fit : Fit
    choices : Choices, optional

    Returns
    -------
    Aims
    """
    return Aims(
        tier=tier(problem, policy),
        standing=_ranks(~forced_people(problem, choices), in_line(problem, policy)),
        moved=_moved(problem, pairs, choices),
        icwa=icwa_rank(problem, policy, pairs.referral, pairs.pool),
        cost=fit.cost(pairs.referral, pairs.pool, pairs.questions),
    )


def in_line(problem: Problem, policy: Policy) -> Int64s:
    """Return everybody's rank by tier and then by wait, whatever has been decided.

    Returns
    -------
    ndarray of int64, shape (referrals,)
        0 comes first; equal where tier and wait are equal.
    """
    waiting = problem.referrals.waiting_hours
    band = np.where(waiting == UNKNOWN, -1, waiting // policy.ordering.waiting_band_hours)
    return _ranks(tier(problem, policy), -band)


def banded(
    problem: Problem, policy: Policy, found: Aims, choices: Choices = NO_CHOICES
) -> Int64s:
    """Return the standing with waits counted in the wide bands for tied people.

    Where people are tied to one another, the order of single hours cannot
    always be proven; the policy says within which bands waits are then equal.

    Returns
    -------
    ndarray of int64, shape (referrals,)
    """
    waiting = problem.referrals.waiting_hours
    edges = np.array(policy.ordering.tied_waiting_hours, dtype=np.int64)
    band = np.where(waiting == UNKNOWN, -1, np.searchsorted(edges, waiting, side="right"))
    return _ranks(~forced_people(problem, choices), found.tier, -band)


def forced_people(problem: Problem, choices: Choices) -> NDArray[np.bool_]:
    """Return whose place is forced, shape (referrals,)."""
    names = {seat.referral_id for seat in choices.forced}
    if not names:
        return np.zeros(problem.size[0], dtype=np.bool_)
    return np.array([name in names for name in problem.referral_ids], dtype=np.bool_)


def _ranks(*keys: NDArray[Any]) -> Int64s:
    """Rank rows by keys, the first counting most; equal rows share a rank."""
    order = np.lexsort(keys[::-1])
    changes = np.zeros(len(order), dtype=np.bool_)
    for key in keys:
        changes[1:] |= key[order][1:] != key[order][:-1]
    out = np.empty(len(order), dtype=np.int64)
    out[order] = np.cumsum(changes)
    return out


def _moved(problem: Problem, pairs: Candidates, choices: Choices) -> Int64s:
    out = np.zeros(len(pairs), dtype=np.int64)
    for seat in sorted(choices.calling, key=str):
        person = np.searchsorted(problem.referral_ids, seat.referral_id)
        start, stop = np.searchsorted(pairs.referral, [person, person + 1])
        at = [problem.pool_keys[j] for j in pairs.pool[start:stop].tolist()]
        if person < problem.size[0] and problem.referral_ids[person] == seat.referral_id:
            moved = np.array([not same_place(seat, key) for key in at], dtype=np.int64)
            out[start:stop] |= moved
    return out


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


def steps(found: Aims, person: Int64s, nodes: int) -> tuple[Step, ...]:
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
    person : ndarray of int64, shape (pairs,)
        Who each pair is of.
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
    reach = Reach.of(found, person)
    folding = _exactly(reach)
    fits, later = folding.pairs(found), folding.later
    check_range(later, nodes, reach.people)
    classes = int(found.standing.max(initial=0)) + 1
    falling = classes - found.standing
    if safe(classes * later, nodes, reach.people):
        return (Step(fits, falling * later, reach.people * classes * later + 1),)
    nothing = np.zeros_like(fits)
    return (
        Step(nothing, falling, reach.people * classes + 1),
        Step(fits, np.zeros_like(falling), later),
    )


@dataclass(frozen=True, slots=True)
class Reach:
    """How far the aims after the standing go.

    Attributes
    ----------
    people : int
        People with any pair.
    moved, icwa : tuple of int
        People whom the aim touches, and its largest value.
    cost : int
        Largest preference cost.
    """

    people: int
    moved: tuple[int, int]
    icwa: tuple[int, int]
    cost: int

    @classmethod
    def of(cls, found: Aims, person: Int64s) -> Reach:
        """Measure the aims of some pairs; ``person`` is who each is of."""

        def touched(aim: Int64s) -> tuple[int, int]:
            return len(np.unique(person[aim > 0])), int(aim.max(initial=0))

        most = int(found.cost.max(initial=0))
        return cls(len(np.unique(person)), touched(found.moved), touched(found.icwa), most)


@dataclass(frozen=True, slots=True)
class Folding:
    """How much a step of each aim counts in one whole number.

    Attributes
    ----------
    moved, icwa : int
        Against 1 for the preference cost.
    later : int
        A step of standing.
    """

    moved: int
    icwa: int
    later: int

    def pairs(self, found: Aims) -> Int64s:
        """Return the folded cost of pairs."""
        out = found.cost
        for aim, step in ((found.icwa, self.icwa), (found.moved, self.moved)):
            if step:
                out = out + aim * step
        return out

    def step(self, found: Aims, classes: int) -> Step:
        """Return the costs of one run for all aims; ``classes`` of standing in all."""
        stay = (classes - found.standing) * self.later
        return Step(self.pairs(found), stay, len(stay) * classes * self.later + 1)


def _exactly(reach: Reach) -> Folding:
    """Return steps so large that no total of later aims reaches one of an earlier aim."""
    above = reach.people * reach.cost + 1
    icwa = above if reach.icwa[0] else 0
    # Nobody gains from an aim more than its largest value, and only those touched.
    above += reach.icwa[0] * reach.icwa[1] * icwa
    moved = above if reach.moved[0] else 0
    above += reach.moved[0] * reach.moved[1] * moved
    return Folding(moved, icwa, above)


def whole(reach: Reach, classes: int) -> Folding | None:
    """Fold the aims into one exact number for prices to be compared in.

    A price is the cost of a chain of moves in which at most one person loses a
    place and one gains one, so that the numbers need far less room than a
    solver asks for.

    Parameters
    ----------
    reach : Reach
    classes : int
        Of standing.

    Returns
    -------
    Folding or None
        ``None`` if 64 bits cannot hold such prices.
    """
    exact = _exactly(reach)
    return exact if 4 * (classes + 2) * exact.later < PRICES else None


#: See :func:`suggestion`.
OFTEN = 16


def suggestion(reach: Reach, often: int = OFTEN) -> Folding:
    """Fold the aims with small steps, which a solver is quick with.

    What it finds is nearly always best by the exact order too, and whether it
    is, the exact prices prove.

    Parameters
    ----------
    reach : Reach
    often : int, optional
        How many of the largest later values an earlier aim outweighs.
    """
    exact = _exactly(reach)
    largest = reach.cost + 1
    icwa = min(exact.icwa, often * largest)
    largest += reach.icwa[1] * icwa
    moved = min(exact.moved, often * largest)
    largest += reach.moved[1] * moved
    return Folding(moved, icwa, min(exact.later, often * largest))
