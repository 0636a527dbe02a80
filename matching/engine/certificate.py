"""A proof that a plan is the best one, which anybody can check without a solver.

Every bed pool and every provider has a price on each level of the aims. Nobody
can then do better than their cheapest choice at those prices, or staying
without a place; added up, and less what the beds there are would fetch, that
is a bound which no plan can beat. A plan that reaches it is the best. The bound
is taken over all pairs that no rule bars, in whole numbers.

Ties between people only take plans away, so that the bound holds with them
too. Where it cannot be reached because of them, a search proved the plan; the
certificate then states what was reached, and says so.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np

from matching.domain.errors import EngineError, InputError
from matching.domain.policy import Policy
from matching.engine.aims import Aims, aims, banded
from matching.engine.allowed import restrict, with_groups
from matching.engine.candidates import Candidates, candidates
from matching.engine.capacity import pool_room, provider_room
from matching.engine.choices import NO_CHOICES, Choices
from matching.engine.couplings import components, find, together
from matching.engine.fit import Fit
from matching.engine.judge import Judge
from matching.engine.levels import Int64s, first_of_each, less
from matching.engine.networks import LEVELS, Networks, pair_levels, stay_levels
from matching.engine.plan import Plan
from matching.engine.problem import Problem
from matching.engine.residual import Flags, Residual
from matching.engine.solution import Method, Solution
from matching.engine.verify import verify

Row = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Searched:
    """People tied to one another whose places a search proved.

    Attributes
    ----------
    first : str
        The first of their case references.
    people : int
    reached : tuple of int
        Number placed by tier, then the total on each level.
    more : tuple of int
        By tier, how many more might be placed; 0 is proven.
    gap : int or None
        By how much the preference cost might be less; ``None`` if the order of
        waiting is not proven.
    """

    first: str
    people: int
    reached: Row
    more: Row
    gap: int | None


@dataclass(frozen=True, slots=True)
class Certificate:
    """What proves a plan.

    Attributes
    ----------
    problem, policy, choices : str
        Fingerprints of what the plan was made from.
    pairs : int
        Pairs that no rule bars, all of which the proof covers.
    people : int
        People whose places the prices prove.
    objective, bound : tuple of int
        What they cost on each level of :data:`LEVELS`, and the least they
        could.
    pools : tuple of (str, str, tuple of int)
        Provider, pool and price on each level; a bed without a price is free.
    providers : tuple of (str, tuple of int)
        Provider and price of a place under its licence.
    searched : tuple of Searched
    """

    problem: str
    policy: str
    choices: str
    pairs: int
    people: int
    objective: Row
    bound: Row
    pools: tuple[tuple[str, str, Row], ...]
    providers: tuple[tuple[str, Row], ...]
    searched: tuple[Searched, ...]

    def to_json(self) -> str:
        """Return the certificate as JSON text."""
        return json.dumps(asdict(self), separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Certificate:
        """Read a certificate.

        Raises
        ------
        InputError
            If the text is not one.
        """
        try:
            found = json.loads(text)
            return cls(
                problem=str(found["problem"]),
                policy=str(found["policy"]),
                choices=str(found["choices"]),
                pairs=int(found["pairs"]),
                people=int(found["people"]),
                objective=_row(found["objective"]),
                bound=_row(found["bound"]),
                pools=tuple((str(p), str(b), _row(price)) for p, b, price in found["pools"]),
                providers=tuple((str(p), _row(price)) for p, price in found["providers"]),
                searched=tuple(
                    Searched(
                        str(one["first"]),
                        int(one["people"]),
                        _row(one["reached"]),
                        _row(one["more"]),
                        None if one["gap"] is None else int(one["gap"]),
                    )
                    for one in found["searched"]
                ),
            )
        except (ValueError, TypeError, KeyError) as error:
            raise InputError("This text is not a certificate of a plan.") from error


def _row(values: Sequence[int]) -> Row:
    return tuple(int(value) for value in values)


# --- making one ---------------------------------------------------------------------


def certificate(solution: Solution, networks: Networks | None = None) -> Certificate:
    """Prove a plan.

    Parameters
    ----------
    solution : Solution
    networks : Networks, optional
        Of the same solution, where they are there already.

    Returns
    -------
    Certificate

    Raises
    ------
    EngineError
        If a cheaper chain of moves exists, or cost and proof do not agree.
    """
    networks = networks or Networks(solution)
    problem, pairs, goal = solution.problem, solution.pairs, solution.goal
    pool_price = np.zeros((len(LEVELS), problem.size[1]), dtype=np.int64)
    home_price = np.zeros((len(LEVELS), len(problem.provider_ids)), dtype=np.int64)
    priced = [part for part in solution.parts if part.method is not Method.PROGRAM]
    if any(part.method is Method.FLOW for part in priced):
        _enter(networks.flow, pool_price, home_price)
    if any(part.method is Method.KEPT for part in priced):
        _enter(networks.relaxed, pool_price, home_price)
    covered = np.zeros(problem.size[0], dtype=np.bool_)
    for part in priced:
        covered[part.members] = True
    reached = _totals(goal, solution.chosen, covered)
    least = _bound(problem, solution.policy, pairs, goal, covered, pool_price, home_price)
    if reached != least:
        raise EngineError("The plan's cost and its proof do not agree.")
    keys = problem.pool_keys
    return Certificate(
        problem=solution.plan.problem_fingerprint,
        policy=solution.plan.policy_fingerprint,
        choices=solution.plan.choices_fingerprint,
        pairs=len(pairs),
        people=int(covered.sum()),
        objective=reached,
        bound=least,
        pools=tuple(
            (*keys[j], _row(pool_price[:, j].tolist()))
            for j in np.flatnonzero(pool_price.any(axis=0)).tolist()
        ),
        providers=tuple(
            (problem.provider_ids[p], _row(home_price[:, p].tolist()))
            for p in np.flatnonzero(home_price.any(axis=0)).tolist()
        ),
        searched=tuple(
            Searched(
                problem.referral_ids[int(part.members[0])],
                len(part.members),
                _reached(solution.policy, goal, solution.chosen, part.members),
                part.more,
                part.gap,
            )
            for part in solution.parts
            if part.method is Method.PROGRAM
        ),
    )


def _enter(network: Residual, pool_price: Int64s, home_price: Int64s) -> None:
    """Enter the prices of a network: what it would cost to do with one bed less."""
    names = network.setting.names
    rows = np.array([LEVELS.index(name) for name in names])
    value = network.scale.unpack(network.to_sink)[: len(names)]
    owner = network.setting.owner
    homes = network.homes
    at_home = value[:, network.node_of_home[homes]]
    home_price[np.ix_(rows, homes)] = at_home
    pools = network.occupied
    pool_price[np.ix_(rows, pools)] = (
        value[:, network.node_of_pool[pools]] - value[:, network.node_of_home[owner[pools]]]
    )


def _totals(goal: Aims, chosen: Int64s, people: Flags) -> Row:
    """Return what the places of some people cost on each level."""
    placed = chosen[people & (chosen >= 0)]
    stays = stay_levels(goal)[:, people & (chosen < 0)]
    return _row((pair_levels(goal)[:, placed].sum(axis=1) + stays.sum(axis=1)).tolist())


def _reached(policy: Policy, goal: Aims, chosen: Int64s, members: Int64s) -> Row:
    """Return the number placed by tier, and what places cost on each level."""
    mine = np.zeros(len(chosen), dtype=np.bool_)
    mine[members] = True
    tiers = np.bincount(goal.tier[mine & (chosen >= 0)], minlength=len(policy.ordering.tiers))
    return (*_row(tiers.tolist()), *_totals(goal, chosen, mine))


def _bound(
    problem: Problem,
    policy: Policy,
    pairs: Candidates,
    goal: Aims,
    people: Flags,
    pool_price: Int64s,
    home_price: Int64s,
) -> Row:
    """Return what the people cost at least, by the prices.

    Weak duality, level by level: everybody takes their cheapest choice at the
    prices, and the room there is pays back.
    """
    in_pools, in_homes = pool_room(problem, policy), provider_room(problem, policy)
    owner = problem.pools.provider
    usable = (in_pools > 0) & (in_homes[owner] > 0)
    rows = np.flatnonzero(people[pairs.referral] & usable[pairs.pool])
    pool = pairs.pool[rows]
    asked = pair_levels(goal)[:, rows] + pool_price[:, pool] + home_price[:, owner[pool]]
    best = first_of_each(pairs.referral[rows].astype(np.int64), asked)
    has_pair = pairs.referral[rows][best]
    least = stay_levels(goal)
    cheaper = less(asked[:, best], least[:, has_pair])
    least[:, has_pair[cheaper]] = asked[:, best[cheaper]]
    total = least[:, people].sum(axis=1) - pool_price @ in_pools - home_price @ in_homes
    return _row(total.tolist())


# --- checking one -------------------------------------------------------------------


def check_certificate(
    problem: Problem,
    policy: Policy,
    plan: Plan,
    proof: Certificate,
    choices: Choices = NO_CHOICES,
) -> tuple[str, ...]:
    """Check a plan against its certificate, from the records on and without a solver.

    Parameters
    ----------
    problem : Problem
    policy : Policy
    plan : Plan
    proof : Certificate
    choices : Choices, optional
        What people had decided.

    Returns
    -------
    tuple of str
        What is wrong, in sentences; nothing if the plan is proven.
    """
    choices = with_groups(problem, policy, choices)
    wrong = [
        f"The certificate is for {what}."
        for what, mine, theirs in (
            ("other records", problem.fingerprint(), proof.problem),
            ("another policy", policy.fingerprint(), proof.policy),
            ("other decisions", choices.fingerprint(), proof.choices),
        )
        if mine != theirs
    ]
    wrong += verify(problem, policy, plan, choices)
    if wrong:
        return tuple(wrong)
    judge = Judge(problem, policy)
    pairs = together(problem, restrict(judge, candidates(judge), choices), choices)
    chosen = _used(problem, pairs, plan)
    if chosen is None:
        return ("The plan uses a place that it could not use.",)
    if len(pairs) != proof.pairs:
        wrong.append(f"The certificate covers {proof.pairs} pairs, of {len(pairs)}.")
    goal = aims(problem, policy, pairs, Fit(problem, policy), choices)
    covered = np.zeros(problem.size[0], dtype=np.bool_)
    covered[pairs.referral] = True
    tied = _searched(problem, policy, pairs, choices, covered, proof)
    band = banded(problem, policy, goal, choices)
    for members in tied:
        covered[members] = False
        goal.standing[members] = band[members]
    for one, members in zip(proof.searched, tied, strict=True):
        if _reached(policy, goal, chosen, members) != one.reached:
            wrong.append("People who are tied to one another have other places than proven.")
    return (*wrong, *_by_prices(problem, policy, pairs, goal, chosen, covered, proof))


def _searched(
    problem: Problem,
    policy: Policy,
    pairs: Candidates,
    choices: Choices,
    has_pair: Flags,
    proof: Certificate,
) -> list[Int64s]:
    """Return the people of each part that a search proved; nobody for an unknown one."""
    if not proof.searched:
        return []
    label = components(problem, find(problem, policy, pairs, choices), pairs)
    rows = {name: k for k, name in enumerate(problem.referral_ids)}
    firsts = [rows.get(one.first, -1) for one in proof.searched]
    return [
        np.flatnonzero(has_pair & (label == label[row])) if row >= 0 else np.zeros(0, np.int64)
        for row in firsts
    ]


def _by_prices(
    problem: Problem,
    policy: Policy,
    pairs: Candidates,
    goal: Aims,
    chosen: Int64s,
    covered: Flags,
    proof: Certificate,
) -> list[str]:
    """Check the people whom the prices prove."""
    pool_price = np.zeros((len(LEVELS), problem.size[1]), dtype=np.int64)
    home_price = np.zeros((len(LEVELS), len(problem.provider_ids)), dtype=np.int64)
    pools = {key: j for j, key in enumerate(problem.pool_keys)}
    homes = {name: p for p, name in enumerate(problem.provider_ids)}
    try:
        for provider_id, pool_id, price in proof.pools:
            pool_price[:, pools[provider_id, pool_id]] = price
        for provider_id, price in proof.providers:
            home_price[:, homes[provider_id]] = price
    except (KeyError, ValueError):
        return ["The certificate names a place or a level that there is not."]
    wrong = []
    for prices in (pool_price, home_price):
        if less(prices, np.zeros_like(prices)).any():
            wrong.append("The certificate has a price below nothing.")
    reached = _totals(goal, chosen, covered)
    least = _bound(problem, policy, pairs, goal, covered, pool_price, home_price)
    if least != proof.bound or int(covered.sum()) != proof.people:
        wrong.append("The bound of the certificate does not follow from its prices.")
    if reached != least:
        wrong.append("The plan does not reach the bound: a better one may exist.")
    return wrong


def _used(problem: Problem, pairs: Candidates, plan: Plan) -> Int64s | None:
    """Return the pair that each referral uses, or nothing if one is no pair."""
    beds = max(1, problem.size[1])
    keys = pairs.referral.astype(np.int64) * beds + pairs.pool
    wanted = plan.referral.astype(np.int64) * beds + plan.pool
    if not np.isin(wanted, keys).all():
        return None
    out = np.full(problem.size[0], -1, dtype=np.int64)
    out[plan.referral] = np.searchsorted(keys, wanted)
    return out
