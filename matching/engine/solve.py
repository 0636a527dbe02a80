"""One façade: a problem and a policy in, a plan with its proof out."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib.metadata import version

import numpy as np
from numpy.typing import NDArray

import matching
from matching.domain.errors import EngineError
from matching.domain.policy import Policy
from matching.engine import coupled, flow, lottery
from matching.engine.aims import Aims, aims, steps
from matching.engine.candidates import Candidates, candidates
from matching.engine.capacity import pool_room, provider_room
from matching.engine.couplings import Couplings, components, find
from matching.engine.face import optimal_face
from matching.engine.fit import Fit
from matching.engine.judge import Judge
from matching.engine.plan import Plan, Status, TierCount
from matching.engine.problem import Problem
from matching.engine.verify import verify

Int64s = NDArray[np.int64]
Progress = Callable[[str], None]

#: Stages that ``progress`` is told about, in order.
STAGES = ("rules", "fit", "flow", "proof", "lottery", "check")


class _Clock:
    """Tells a listener which stage begins and keeps the seconds of each."""

    def __init__(self, listener: Progress | None) -> None:
        self._listener = listener
        self._stage = ""
        self._began = time.perf_counter()
        self.seconds: dict[str, float] = {}

    def stage(self, name: str) -> None:
        if name == self._stage:
            return
        now = time.perf_counter()
        if self._stage:
            past = self.seconds.get(self._stage, 0.0)
            self.seconds[self._stage] = past + now - self._began
        self._stage, self._began = name, now
        if name and self._listener is not None:
            self._listener(name)


def published_salt(problem: Problem, policy: Policy) -> str:
    """Return the salt of the tie-break: known before anybody sees the plan."""
    return f"{policy.name} {policy.version} {problem.as_of.date().isoformat()}"


def solve(
    problem: Problem,
    policy: Policy,
    *,
    salt: str | None = None,
    progress: Progress | None = None,
) -> Plan:
    """Make one plan for everybody who is waiting.

    Parameters
    ----------
    problem : Problem
    policy : Policy
    salt : str, optional
        Salt of the tie-break; by default the published one.
    progress : callable, optional
        Told the name of each stage (see :data:`STAGES`) as it begins. It may
        raise to stop the run; nothing is kept then.

    Returns
    -------
    Plan
        Checked by :func:`matching.engine.verify.verify`.

    Raises
    ------
    CostOverflow
        If the costs are too large for exact arithmetic.
    EngineError
        If the plan cannot be proven or the check finds a violation.
    """
    clock = _Clock(progress)
    salt = published_salt(problem, policy) if salt is None else salt
    clock.stage("rules")
    judge = Judge(problem, policy)
    pairs = candidates(judge)
    clock.stage("fit")
    goal = aims(problem, policy, pairs, Fit(problem, policy))
    ties = find(problem)
    chosen, proven = _choose(problem, policy, pairs, goal, ties, salt, clock)
    clock.stage("check")
    used = np.sort(chosen[chosen >= 0])
    plan = Plan(
        status=_status(problem, proven),
        referral=pairs.referral[used],
        pool=pairs.pool[used],
        cost=goal.cost[used],
        unknown=pairs.unknown[used],
        objective=int(goal.cost[used].sum()),
        bound=max(0, int(goal.cost[used].sum()) - proven.gap),
        tiers=_tiers(policy, goal, chosen, proven),
        salt=salt,
        pairs=problem.size[0] * problem.size[1],
        eligible=len(pairs),
        problem_fingerprint=problem.fingerprint(),
        policy_fingerprint=policy.fingerprint(),
        policy_name=policy.name,
        policy_version=policy.version,
        versions={"matching": matching.__version__, "ortools": version("ortools")},
    )
    violations = verify(problem, policy, plan)
    clock.stage("")
    if violations:
        raise EngineError(
            f"The plan broke its own rules and was thrown away: {violations[0]}",
            next_step="Please report this; no plan was kept.",
        )
    return replace(plan, seconds=clock.seconds)


class _Proof:
    """What is proven about a choice: the gap in cost and in people by tier."""

    def __init__(self, tiers: int) -> None:
        self.gap = 0
        self.more = [0] * tiers
        self.optimal = True


def _status(problem: Problem, proof: _Proof) -> Status:
    if problem.size[0] == 0:
        return Status.EMPTY
    return Status.OPTIMAL if proof.optimal else Status.FEASIBLE


def _tiers(policy: Policy, goal: Aims, chosen: Int64s, proof: _Proof) -> tuple[TierCount, ...]:
    out = []
    for k, urgency in enumerate(policy.ordering.tiers):
        mine = goal.tier == k
        placed = int((mine & (chosen >= 0)).sum())
        out.append(TierCount(urgency.value, int(mine.sum()), placed, placed + proof.more[k]))
    return tuple(out)


def _choose(
    problem: Problem,
    policy: Policy,
    pairs: Candidates,
    goal: Aims,
    ties: Couplings,
    salt: str,
    clock: _Clock,
) -> tuple[Int64s, _Proof]:
    """Return the pair each referral uses, or -1, and what is proven about it."""
    people = problem.size[0]
    chosen = np.full(people, -1, dtype=np.int64)
    proof = _Proof(len(policy.ordering.tiers))
    has_pair = np.zeros(people, dtype=np.bool_)
    has_pair[pairs.referral] = True
    room = _Room(pool_room(problem, policy), provider_room(problem, policy))
    tied = ties.tied()
    clock.stage("flow")
    if tied.any():
        label = components(problem, ties, pairs)
        for one in np.unique(label[tied & has_pair]):
            members = np.flatnonzero((label == one) & has_pair)
            _solve_tied(problem, pairs, goal, ties, members, room, chosen, proof)
        room = room.less(problem, pairs, ties, chosen)
    free = np.flatnonzero(has_pair & ~tied)
    if len(free):
        _solve_free(problem, pairs, goal, free, room, salt, chosen, clock)
    return chosen, proof


@dataclass(frozen=True, slots=True)
class _Room:
    """Beds left in each pool and under each provider."""

    pools: Int64s
    providers: Int64s

    def less(
        self, problem: Problem, pairs: Candidates, ties: Couplings, chosen: Int64s
    ) -> _Room:
        """Return the room that the people already settled leave."""
        pools, providers = self.pools.copy(), self.providers.copy()
        settled = np.flatnonzero(chosen >= 0)
        beds, used = ties.beds[settled], pairs.pool[chosen[settled]]
        np.subtract.at(pools, used, beds)
        np.subtract.at(providers, problem.pools.provider[used], beds)
        return _Room(pools, providers)


def _solve_free(
    problem: Problem,
    pairs: Candidates,
    goal: Aims,
    members: Int64s,
    room: _Room,
    salt: str,
    chosen: Int64s,
    clock: _Clock,
) -> None:
    """Solve people tied to nobody as one flow and enter their pairs."""
    index = np.full(problem.size[0], -1, dtype=np.int64)
    index[members] = np.arange(len(members))
    mine = np.flatnonzero(index[pairs.referral] >= 0)
    used_pools, pool = np.unique(pairs.pool[mine], return_inverse=True)
    homes, owner = np.unique(problem.pools.provider[used_pools], return_inverse=True)
    # Only the costs of these people count for how much a step must weigh.
    todo = steps(
        Aims(goal.tier, goal.standing, goal.icwa[mine], goal.cost[mine]),
        Candidates(pairs.referral[mine], pairs.pool[mine], pairs.unknown[mine]),
        len(members) + len(used_pools) + len(homes) + 1,
    )
    network = flow.Network(
        person=index[pairs.referral[mine]],
        pool=pool.astype(np.int64),
        cost=todo[0].pair,
        stay_cost=todo[0].stay[members],
        pool_room=room.pools[used_pools],
        owner=owner.astype(np.int64),
        provider_room=room.providers[homes],
    )
    price = _proven(network, clock)
    for step in todo[1:]:
        face = optimal_face(network, price)
        mine = mine[face.keep]
        cost = step.pair[face.keep]
        network = face.under(cost, step.stay[members], step.more_than_all)
        price = _proven(network, clock)
    clock.stage("lottery")
    person_hash = lottery.name_hashes([problem.referral_ids[k] for k in members], salt)
    keys = problem.pool_keys
    pool_hash = lottery.name_hashes(["\0".join(keys[k]) for k in used_pools], salt)
    drawn = lottery.draw(network, price, person_hash, pool_hash, salt)
    if drawn.objective != flow.bound(network, price):
        raise EngineError("The tie-break changed the cost of the plan. No plan was made.")
    placed = drawn.chosen >= 0
    chosen[members[placed]] = mine[drawn.chosen[placed]]


def _proven(network: flow.Network, clock: _Clock) -> Int64s:
    """Solve a flow and return the prices that prove it best.

    Raises
    ------
    EngineError
        If cost and proof do not agree to the last unit.
    """
    clock.stage("flow")
    best = flow.solve(network)
    clock.stage("proof")
    price = flow.prices(network, best)
    if flow.bound(network, price) != best.objective:
        raise EngineError("The plan's cost and its proof do not agree. No plan was made.")
    return price


def _solve_tied(
    problem: Problem,
    pairs: Candidates,
    goal: Aims,
    ties: Couplings,
    members: Int64s,
    room: _Room,
    chosen: Int64s,
    proof: _Proof,
) -> None:
    """Settle the tied people of one component.

    The whole component is solved; only the places of the tied people are kept
    from it. With those fixed the others are a flow again,
    which reaches the same value of every aim and draws the lottery.
    """
    index = np.full(problem.size[0], -1, dtype=np.int64)
    index[members] = np.arange(len(members))
    groups = _inside(ties.groups, index)
    broken = {k for group in groups if -1 in group for k in group}
    mine = np.flatnonzero(index[pairs.referral] >= 0)
    mine = mine[~np.isin(index[pairs.referral[mine]], list(broken))]
    solved = coupled.solve(
        coupled.Component(
            person=index[pairs.referral[mine]],
            pool=pairs.pool[mine].astype(np.int64),
            tier=goal.tier[members],
            standing=goal.standing[members],
            icwa=goal.icwa[mine],
            cost=goal.cost[mine],
            tiers=len(proof.more),
            groups=[group for group in groups if -1 not in group],
            conflicts=[[k for k in c if k >= 0] for c in _inside(ties.conflicts, index)],
            beds=ties.beds[members],
            owner=problem.pools.provider.astype(np.int64),
            pool_room=room.pools,
            provider_room=room.providers,
        )
    )
    settled = (solved.chosen >= 0) & ties.tied()[members]
    chosen[members[settled]] = mine[solved.chosen[settled]]
    proof.more = [a + b for a, b in zip(proof.more, solved.more, strict=True)]
    proof.optimal &= solved.gap == 0 and not any(solved.more)
    proof.gap += int(goal.cost[mine].sum()) if solved.gap is None else solved.gap


def _inside(sets: tuple[tuple[int, ...], ...], index: Int64s) -> list[list[int]]:
    """Translate sets that touch a component; -1 stands for a member without pairs."""
    translated = [[int(index[k]) for k in members] for members in sets]
    return [members for members in translated if any(k >= 0 for k in members)]
