"""One façade: a problem and a policy in, a plan with its proof out."""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import replace
from importlib.metadata import version

import numpy as np
from numpy.typing import NDArray

import matching
from matching.domain.errors import EngineError
from matching.domain.policy import Policy
from matching.engine.aims import aims
from matching.engine.allowed import restrict, with_groups
from matching.engine.choices import NO_CHOICES, Choices
from matching.engine.couplings import find, together
from matching.engine.effort import NO_LIMIT, Effort
from matching.engine.fit import Fit
from matching.engine.judge import Judge
from matching.engine.plan import Plan, Status, TierCount
from matching.engine.pricing import Enough, enough
from matching.engine.problem import Problem
from matching.engine.solution import Solution
from matching.engine.verify import verify
from matching.engine.working import STAGES, Clock, Means, Progress, Work

Int64s = NDArray[np.int64]

__all__ = ["STAGES", "Progress", "again", "published_salt", "solve", "work_out"]


def published_salt(problem: Problem, policy: Policy) -> str:
    """Return the salt of the tie-break: known before anybody sees the plan."""
    return f"{policy.name} {policy.version} {problem.as_of.date().isoformat()}"


def solve(
    problem: Problem,
    policy: Policy,
    *,
    choices: Choices = NO_CHOICES,
    salt: str | None = None,
    progress: Progress | None = None,
    effort: Effort = NO_LIMIT,
    executor: Executor | None = None,
) -> Plan:
    """Make one plan for everybody who is waiting; see :func:`work_out`."""
    return work_out(
        problem,
        policy,
        choices=choices,
        salt=salt,
        progress=progress,
        effort=effort,
        executor=executor,
    ).plan


def work_out(
    problem: Problem,
    policy: Policy,
    *,
    choices: Choices = NO_CHOICES,
    salt: str | None = None,
    progress: Progress | None = None,
    effort: Effort = NO_LIMIT,
    executor: Executor | None = None,
) -> Solution:
    """Make one plan for everybody who is waiting, and keep what led to it.

    Parameters
    ----------
    problem : Problem
    policy : Policy
    choices : Choices, optional
        What people have decided.
    salt : str, optional
        Salt of the tie-break; by default the published one.
    progress : callable, optional
        Told the name of each stage (see :data:`STAGES`) as it begins. It may
        raise to stop the run; nothing is kept then.
    effort : Effort, optional
        A limit on the search; the best plan found by then is kept, with how
        far it is proven.
    executor : Executor, optional
        Solves the parts of the problem elsewhere: in threads, processes or on
        other machines. The plan is the same.

    Returns
    -------
    Solution
        Its plan is checked by :func:`matching.engine.verify.verify`.

    Raises
    ------
    ChoiceError
        If what people decided cannot be done.
    CostOverflow
        If the costs are too large for exact arithmetic.
    EngineError
        If the plan cannot be proven or the check finds a violation.
    """
    clock = Clock(progress)
    salt = published_salt(problem, policy) if salt is None else salt
    clock.stage("rules")
    judge, fit = Judge(problem, policy), Fit(problem, policy)
    found = enough(judge, fit, choices, clock.stage)
    means = Means(judge, fit, found, salt, clock, effort, executor)
    return _worked_out(means, choices, problem.fingerprint())


def again(
    solution: Solution,
    choices: Choices,
    *,
    progress: Progress | None = None,
    effort: Effort = NO_LIMIT,
    executor: Executor | None = None,
) -> Solution:
    """Make the plan again under other choices; parts that nothing touches stay.

    Gives what :func:`work_out` gives, sooner.

    Parameters
    ----------
    solution : Solution
        Of the same problem and policy.
    choices : Choices
        All that are in force now, in the place of those before.
    progress, effort, executor
        As for :func:`work_out`.

    Returns
    -------
    Solution

    Raises
    ------
    ChoiceError
        If what people decided cannot be done.
    EngineError
        If the plan cannot be proven or the check finds a violation.
    """
    if solution.pricing is not None:
        # Not all pairs are listed: other choices may need others.
        return work_out(
            solution.problem,
            solution.policy,
            choices=choices,
            salt=solution.plan.salt,
            progress=progress,
            effort=effort,
            executor=executor,
        )
    means = Means(
        solution.judge,
        solution.fit,
        Enough(solution.eligible, len(solution.eligible)),
        solution.plan.salt,
        Clock(progress),
        effort,
        executor,
    )
    return _worked_out(means, choices, solution.plan.problem_fingerprint, solution)


def _worked_out(
    means: Means, choices: Choices, fingerprint: str, known: Solution | None = None
) -> Solution:
    judge, fit, found, clock = means.judge, means.fit, means.found, means.clock
    problem, policy = judge.problem, judge.policy
    clock.stage("fit")
    choices = with_groups(problem, policy, choices)
    pairs = together(problem, restrict(judge, found.pairs, choices), choices)
    goal = aims(problem, policy, pairs, fit, choices)
    ties = find(problem, policy, pairs, choices)
    work = Work(means, choices, pairs, goal, ties)
    work.run(known)
    clock.stage("check")
    plan = _plan(work, found.eligible, fingerprint)
    violations = verify(problem, policy, plan, choices)
    clock.stage("")
    if violations:
        raise EngineError(
            f"The plan broke its own rules and was thrown away: {violations[0]}",
            next_step="Please report this; no plan was kept.",
        )
    return Solution(
        problem=problem,
        policy=policy,
        choices=choices,
        judge=judge,
        fit=fit,
        eligible=found.pairs,
        pairs=pairs,
        goal=work.goal,
        ties=ties,
        parts=tuple(sorted(work.parts, key=lambda part: int(part.members[0]))),
        chosen=work.chosen,
        plan=replace(plan, seconds=clock.seconds),
        pricing=found.pricing,
    )


def _plan(work: Work, eligible: int, fingerprint: str) -> Plan:
    problem, policy, pairs = work.problem, work.policy, work.pairs
    used = np.sort(work.chosen[work.chosen >= 0])
    objective = int(work.goal.cost[used].sum())
    gap = 0
    for part in work.parts:
        inside = np.isin(pairs.referral[used], part.members)
        most = int(work.goal.cost[used[inside]].sum())
        gap += most if part.gap is None else part.gap
    optimal = all(part.gap == 0 and not any(part.more) for part in work.parts)
    status = Status.OPTIMAL if optimal else Status.FEASIBLE
    return Plan(
        status=Status.EMPTY if problem.size[0] == 0 else status,
        referral=pairs.referral[used],
        pool=pairs.pool[used],
        cost=work.goal.cost[used],
        unknown=pairs.unknown[used],
        objective=objective,
        bound=max(0, objective - gap),
        tiers=_tiers(work),
        salt=work.salt,
        pairs=problem.size[0] * problem.size[1],
        eligible=eligible,
        problem_fingerprint=fingerprint,
        policy_fingerprint=policy.fingerprint(),
        policy_name=policy.name,
        policy_version=policy.version,
        choices_fingerprint=work.choices.fingerprint(),
        versions={"matching": matching.__version__, "ortools": version("ortools")},
    )


def _tiers(work: Work) -> tuple[TierCount, ...]:
    out = []
    for k, urgency in enumerate(work.policy.ordering.tiers):
        mine = work.goal.tier == k
        placed = int((mine & (work.chosen >= 0)).sum())
        more = sum(part.more[k] for part in work.parts)
        out.append(TierCount(urgency.value, int(mine.sum()), placed, placed + more))
    return tuple(out)
