"""Plans over more pairs than can be listed: few of them solved, all of them priced.

The flow is solved over a few pairs of each person. Its prices then tell of any
other pair, looked at in passing, whether it could make the plan better; those
that could are added, and so on until there are none. The plan is then the best
over all pairs, and the prices prove it. In the end the pairs that cost nothing
at those prices are added as well: every plan that is as good can then be drawn
by the lottery, as if all pairs had been listed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from matching.domain.errors import CostOverflow, EngineError
from matching.engine import flow
from matching.engine.aims import Aims, Folding, Reach, aims, suggestion, whole
from matching.engine.allowed import restrict, with_groups
from matching.engine.candidates import Candidates, gathered
from matching.engine.capacity import pool_room, provider_room
from matching.engine.choices import NO_CHOICES, Choices
from matching.engine.couplings import together
from matching.engine.fit import Fit, IcwaOrder
from matching.engine.judge import Judge
from matching.engine.lottery import along, tickets
from matching.engine.sieve import Sieve
from matching.engine.special import special

Int64s = NDArray[np.int64]
Flags = NDArray[np.bool_]
Stage = Callable[[str], None]

#: Most pairs that are listed as they are.
LIMIT = 5_000_000
#: Pairs listed first for each person: the best ones, and others at random, since
#: the best are the best for many.
BEST, OTHERS = 8, 8
#: Most pairs of a person added in one round.
ADDED = 32
#: So few new pairs may leave the flow the best one; its prices are then enough.
FEW = 2_000
#: Size of a random number, and of a cost, in the order in which pairs are listed first.
_BITS = 16
#: Stands for "never" where prices are compared.
_NEVER = np.int64(2**62)


@dataclass(frozen=True, slots=True)
class Pricing:
    """What the prices prove.

    Attributes
    ----------
    checked : int
        Pairs that no rule bars, all of them compared with the last prices.
    violated : int
        Those among them that could make the plan better: none.
    rounds : int
        Times that all pairs were looked at.
    solved : int
        Times that a flow was solved.
    """

    checked: int
    violated: int
    rounds: int
    solved: int


@dataclass(frozen=True, slots=True)
class Enough:
    """Pairs that are enough for the best plan.

    Attributes
    ----------
    pairs : Candidates
        All pairs that no rule bars, or as many as the best plans need.
    eligible : int
        How many pairs no rule bars.
    place : ndarray of int64, shape (referrals,), or None
        The pool of each referral in a best plan, or -1, where it is known.
    pricing : Pricing or None
        The proof, where not all pairs are listed.
    """

    pairs: Candidates
    eligible: int
    place: Int64s | None = None
    pricing: Pricing | None = None


def quiet(_: str) -> None:
    """Tell nobody."""


def enough(
    judge: Judge, fit: Fit, choices: Choices = NO_CHOICES, stage: Stage = quiet
) -> Enough:
    """List the pairs that no rule bars, or as many of them as the best plan needs.

    Parameters
    ----------
    judge : Judge
    fit : Fit
    choices : Choices, optional
        People named in them, and people whom a tie binds, keep all their pairs.
    stage : callable, optional
        Told "flow" and "proof" as they begin.

    Returns
    -------
    Enough

    Raises
    ------
    CostOverflow
        If the costs are too large for exact arithmetic.
    EngineError
        If the flow could not be proven.
    """
    sieve = Sieve(judge)
    listed: list[Candidates] = []
    total = 0
    for block in sieve.blocks():
        total += len(block.referral)
        if total > LIMIT:
            break
        listed.append(block)
    else:
        return Enough(gathered(listed, judge.problem.size[0]), total)
    del listed
    return _Market(judge, fit, with_groups(judge.problem, judge.policy, choices), sieve).run(
        stage
    )


@dataclass(frozen=True, slots=True)
class _Round:
    """The pairs listed so far as a network.

    Attributes
    ----------
    pairs : Candidates
        Those of the people whom nothing ties, the choices applied.
    goal : Aims
        Of all people and these pairs.
    folding : Folding
        Of the exact costs.
    reach : Reach
    people, pools : ndarray of int64
        Positions in the problem.
    network : flow.Network
        With the exact costs.
    """

    pairs: Candidates
    goal: Aims
    folding: Folding
    reach: Reach
    people: Int64s
    pools: Int64s
    network: flow.Network

    def suggested(self, often: int) -> flow.Network:
        """Return the network with costs that a solver is quick with."""
        folding = suggestion(self.reach, often)
        step = folding.step(self.goal, int(self.goal.standing.max(initial=0)) + 1)
        return replace(self.network, cost=step.pair, stay_cost=step.stay[self.people])

    def places(self, chosen: Int64s, referrals: int) -> Int64s:
        """Return the pool of each referral, or -1, from the pairs that the people use."""
        out = np.full(referrals, -1, dtype=np.int64)
        placed = chosen >= 0
        out[self.people[placed]] = self.pairs.pool[chosen[placed]]
        return out


class _Market:
    """People, the pools they may use, and prices."""

    def __init__(self, judge: Judge, fit: Fit, choices: Choices, sieve: Sieve) -> None:
        self._judge, self._fit, self._choices, self._sieve = judge, fit, choices, sieve
        self._problem, self._policy = judge.problem, judge.policy
        self._icwa = IcwaOrder(self._problem, self._policy)
        self._special = special(judge, sieve, choices)
        self._room = pool_room(self._problem, self._policy)
        self._home_room = provider_room(self._problem, self._policy)
        self._ranked = np.zeros(self._problem.size[0], dtype=np.bool_)
        self._most = (0, 0)
        self._eligible = self._solved = 0

    def run(self, stage: Stage) -> Enough:
        """Add pairs until no other could make the plan better."""
        listed = self._first()
        now = self._round(listed)
        chosen, price = self._best(now, stage)
        rounds = 1
        while True:
            stage("proof")
            better, equal = self._others(now, price, listed)
            if len(better) == 0:
                break
            place = now.places(chosen, self._problem.size[0])
            listed = _merged(listed, better)
            now = self._round(listed)
            settled = self._still(now, place) if len(better) <= FEW else None
            chosen, price = settled or self._best(now, stage)
            rounds += 1
        return Enough(
            pairs=_merged(listed, equal),
            eligible=self._eligible,
            place=now.places(chosen, self._problem.size[0]),
            pricing=Pricing(self._eligible, 0, rounds, self._solved),
        )

    # --- the pairs listed -----------------------------------------------------------

    def _first(self) -> Candidates:
        """List a few pairs of everybody, and all of those who are special."""
        return gathered(
            (block.at(self._chosen_first(block)) for block in self._sieve.blocks()),
            self._problem.size[0],
        )

    def _chosen_first(self, block: Candidates) -> Flags:
        person, pool = block.referral, block.pool
        icwa, cost = self._costs(block)
        self._eligible += len(person)
        self._most = (
            max(self._most[0], int(icwa.max(initial=0))),
            max(self._most[1], int(cost.max(initial=0))),
        )
        self._ranked[person[icwa > 0]] = True
        starts = np.flatnonzero(np.diff(person, prepend=-1))
        sizes = np.diff(starts, append=len(person))
        row = np.repeat(np.arange(len(starts)), sizes)
        ticket = tickets(person.astype(np.uint64), pool.astype(np.uint64), 2 * _BITS)
        wish = np.minimum(icwa, 7) << _BITS | np.minimum(cost, 2**_BITS - 1)
        key = row << (2 * _BITS + 3) | wish << _BITS | ticket >> _BITS
        rank = np.empty(len(person), dtype=np.int64)
        rank[np.argsort(key)] = np.arange(len(person)) - np.repeat(starts, sizes)
        lucky = (ticket & (2**_BITS - 1)) * np.repeat(sizes, sizes) < OTHERS << _BITS
        return np.asarray((rank < BEST) | lucky | self._special.listed[person])

    def _costs(self, block: Candidates) -> tuple[Int64s, Int64s]:
        """Return the place in the order of ICWA and the preference cost of pairs."""
        questions = np.bitwise_count(block.unknown)
        return (
            self._icwa.rank(block.referral, block.pool),
            self._fit.cost(block.referral, block.pool, questions),
        )

    def _round(self, listed: Candidates) -> _Round:
        """Build the network of the pairs listed."""
        problem = self._problem
        pairs = together(problem, restrict(self._judge, listed, self._choices), self._choices)
        pairs = pairs.at(~self._special.tied[pairs.referral])
        goal = aims(problem, self._policy, pairs, self._fit, self._choices)
        people, person = np.unique(pairs.referral.astype(np.int64), return_inverse=True)
        pools = np.union1d(self._sieve.pools, pairs.pool)
        homes, owner = np.unique(problem.pools.provider[pools], return_inverse=True)
        reach = Reach.of(goal, pairs.referral.astype(np.int64))
        reach = replace(
            reach,
            icwa=(
                reach.icwa[0] + int(self._ranked.sum()),
                max(reach.icwa[1], self._most[0]),
            ),
            cost=max(reach.cost, self._most[1]),
        )
        classes = int(goal.standing.max(initial=0)) + 1
        folding = whole(reach, classes)
        if folding is None:
            raise CostOverflow(
                "The costs of this plan are too large to compare exactly. No plan was made.",
                next_step="Use wider waiting bands or smaller weights in the policy, or plan "
                "for fewer referrals at a time.",
            )
        step = folding.step(goal, classes)
        network = flow.Network(
            person=person.astype(np.int64),
            pool=np.searchsorted(pools, pairs.pool),
            cost=step.pair,
            stay_cost=step.stay[people],
            pool_room=self._room[pools],
            owner=owner.astype(np.int64),
            provider_room=self._home_room[homes],
        )
        return _Round(pairs, goal, folding, reach, people, pools, network)

    # --- the best flow over them ----------------------------------------------------

    def _best(self, now: _Round, stage: Stage) -> tuple[Int64s, Int64s]:
        """Return the pair each person uses in a best flow, and the prices that prove it.

        Raises
        ------
        EngineError
            If no flow that a solver finds is the best one by the exact costs.
        """
        for often in (16, 256, 4096):
            light = now.suggested(often)
            largest = int(light.stay_cost.max(initial=0))
            if not flow.safe(largest, light.nodes, light.people):
                break
            stage("flow")
            self._solved += 1
            chosen = flow.solve(light).chosen
            stage("proof")
            price = flow.settled(now.network, along(now.network, chosen))
            if price is not None:
                return chosen, price
        raise EngineError("The plan could not be proven best. No plan was made.")

    def _still(self, now: _Round, place: Int64s) -> tuple[Int64s, Int64s] | None:
        """Return the flow that was the best one, with prices, if it still is."""
        beds = self._problem.size[1]
        keys = now.pairs.referral.astype(np.int64) * beds + now.pairs.pool
        at = place[now.people]
        chosen = np.searchsorted(keys, now.people * beds + np.maximum(at, 0))
        chosen = np.where(at >= 0, chosen, -1)
        price = flow.settled(now.network, along(now.network, chosen), rounds=50)
        return None if price is None else (chosen, price)

    # --- all the others -------------------------------------------------------------

    def _others(
        self, now: _Round, price: Int64s, listed: Candidates
    ) -> tuple[Candidates, Candidates]:
        """Compare all pairs with the prices.

        Returns
        -------
        better, equal : Candidates
            Pairs not listed that could make the plan better, the best few of
            each person, and those that cost nothing at the prices.
        """
        people, beds = self._problem.size
        asked = np.full(people, _NEVER)
        asked[now.people] = price[: len(now.people)]
        asked[self._special.listed] = _NEVER
        offered = np.full(beds, -_NEVER)
        offered[now.pools] = price[len(now.people) : len(now.people) + len(now.pools)]
        known = listed.referral.astype(np.int64) * beds + listed.pool
        better, equal = [], []
        for block in self._sieve.blocks(lambda i, j: asked[i] <= offered[j]):
            icwa, cost = self._costs(block)
            reduced = cost + icwa * now.folding.icwa
            reduced += asked[block.referral] - offered[block.pool]
            some = np.flatnonzero(reduced <= 0)
            keys = block.referral[some].astype(np.int64) * beds + block.pool[some]
            some = some[~_among(known, keys)]
            low = some[reduced[some] < 0]
            better.append(block.at(_few_of_each(block.referral, reduced, low)))
            equal.append(block.at(some[reduced[some] == 0]))
        return gathered(better, people), gathered(equal, people)


def _few_of_each(person: NDArray[np.int32], key: Int64s, some: Int64s) -> Int64s:
    """Return of some positions those with the smallest keys of each person, in order."""
    order = some[np.lexsort((key[some], person[some]))]
    mine = person[order]
    rank = np.arange(len(order)) - np.searchsorted(mine, mine)
    return np.sort(order[rank < ADDED])


def _among(known: Int64s, keys: Int64s) -> Flags:
    """Tell which keys are among some sorted ones."""
    if len(known) == 0:
        return np.zeros(len(keys), dtype=np.bool_)
    at = np.minimum(np.searchsorted(known, keys), len(known) - 1)
    return np.asarray(known[at] == keys)


def _merged(one: Candidates, other: Candidates) -> Candidates:
    """Put two lists of different pairs in order."""
    referral = np.concatenate([one.referral, other.referral])
    pool = np.concatenate([one.pool, other.pool])
    order = np.lexsort((pool, referral))
    unknown = np.concatenate([one.unknown, other.unknown])
    return Candidates(referral[order], pool[order], unknown[order])
