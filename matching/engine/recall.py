"""A stored plan with all that can be asked about it, without solving it again.

A plan that was stopped early cannot be made again: another search would stop
elsewhere. So what was stored is put back, and held against the records by the
same check as any new plan.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from matching.domain.errors import EngineError
from matching.domain.policy import Policy
from matching.engine.aims import aims, banded
from matching.engine.allowed import restrict, with_groups
from matching.engine.candidates import Candidates, candidates
from matching.engine.choices import NO_CHOICES, Choices
from matching.engine.couplings import components, find, together
from matching.engine.fit import Fit
from matching.engine.judge import Judge
from matching.engine.plan import Plan
from matching.engine.problem import Problem
from matching.engine.solution import Method, Part, Solution
from matching.engine.verify import verify

Int64s = NDArray[np.int64]

_CHANGED = "The stored plan does not fit the records any more."
_AGAIN = "Make the plan again."


def recall(
    problem: Problem,
    policy: Policy,
    plan: Plan,
    parts: Mapping[str, Part],
    *,
    choices: Choices = NO_CHOICES,
) -> Solution:
    """Put a stored plan back.

    Parameters
    ----------
    problem : Problem
        With the fingerprint that the plan was made from.
    policy : Policy
        With the fingerprint that the plan was made under.
    plan : Plan
        As it was stored.
    parts : mapping of str to Part
        Those that were not plain flows, by the first of their case
        references; their members are worked out anew.
    choices : Choices, optional
        What people had decided.

    Returns
    -------
    Solution

    Raises
    ------
    EngineError
        If the plan cannot be one of this problem, or breaks a rule.
    """
    judge = Judge(problem, policy)
    eligible = candidates(judge)
    fit = Fit(problem, policy)
    choices = with_groups(problem, policy, choices)
    pairs = together(problem, restrict(judge, eligible, choices), choices)
    goal = aims(problem, policy, pairs, fit, choices)
    ties = find(problem, policy, pairs, choices)
    chosen = _chosen(problem, pairs, plan)
    violations = verify(problem, policy, plan, choices)
    if violations or not np.array_equal(goal.cost[chosen[chosen >= 0]], plan.cost):
        raise EngineError(_CHANGED, next_step=_AGAIN)
    found = _parts(problem, policy, pairs, components(problem, ties, pairs), parts)
    band = banded(problem, policy, goal, choices)
    standing = goal.standing.copy()
    for part in found:
        if part.method is Method.PROGRAM:
            standing[part.members] = band[part.members]
    return Solution(
        problem=problem,
        policy=policy,
        choices=choices,
        judge=judge,
        fit=fit,
        eligible=eligible,
        pairs=pairs,
        goal=replace(goal, standing=standing),
        ties=ties,
        parts=found,
        chosen=chosen,
        plan=plan,
    )


def _chosen(problem: Problem, pairs: Candidates, plan: Plan) -> Int64s:
    """Return the position of the pair each referral uses, or -1."""
    beds = problem.size[1]
    known = pairs.referral.astype(np.int64) * beds + pairs.pool
    used = plan.referral.astype(np.int64) * beds + plan.pool
    if not np.isin(used, known).all():
        raise EngineError(_CHANGED, next_step=_AGAIN)
    out = np.full(problem.size[0], -1, dtype=np.int64)
    out[plan.referral] = np.searchsorted(known, used)
    return out


def _parts(
    problem: Problem,
    policy: Policy,
    pairs: Candidates,
    label: Int64s,
    known: Mapping[str, Part],
) -> tuple[Part, ...]:
    """Return the parts, those that were not plain flows as they were stored."""
    rows = np.unique(pairs.referral)
    nothing = (0,) * len(policy.ordering.tiers)
    out: list[Part] = []
    seen = 0
    order = rows[np.argsort(label[rows], kind="stable")]
    for members in np.split(order, np.flatnonzero(np.diff(label[order])) + 1):
        if len(members) == 0:
            continue
        part = known.get(problem.referral_ids[members[0]])
        seen += part is not None
        flow = Part(members.astype(np.int64), Method.FLOW, nothing, 0)
        out.append(flow if part is None else replace(part, members=flow.members))
    if seen != len(known):
        raise EngineError(_CHANGED, next_step=_AGAIN)
    return tuple(sorted(out, key=lambda part: int(part.members[0])))
