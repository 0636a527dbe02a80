"""The rules that bar one pair, asked one by one: for a decision about one bed."""

from __future__ import annotations

import numpy as np

from matching.domain.policy import Policy
from matching.domain.rulebook import OnUnknown
from matching.engine.problem import Problem
from matching.engine.rules import CATALOGUE, PAIR_RULES
from matching.engine.rules.base import Verdict


def barring(problem: Problem, policy: Policy, row: int, pool: int) -> dict[str, Verdict]:
    """Return the rules that bar a pair, as the judge tells them of many at once.

    Parameters
    ----------
    problem : Problem
    policy : Policy
    row, pool : int
        Positions of the referral and the bed pool.

    Returns
    -------
    dict of str to Verdict
        By code: the rule fails, or cannot be told and blocks what it cannot tell.
    """
    day = problem.as_of.date()
    on = {code: one for code, one in policy.rules.items() if one.in_force(day)}
    rows, pools = np.array([row]), np.array([pool])
    home = int(problem.pools.provider[pool])
    out: dict[str, Verdict] = {}
    for rule in CATALOGUE:
        if rule.code in on:
            verdict = Verdict(
                int(rule.evaluate(problem, on[rule.code].parameters, rows, pools)[0])
            )
            blocks = on[rule.code].on_unknown is OnUnknown.BLOCK
            if verdict is Verdict.FAIL or (verdict is Verdict.UNKNOWN and blocks):
                out[rule.code] = verdict
    for listed in PAIR_RULES:
        if listed.code in on:
            people, homes = listed.listed(problem)
            if bool(((people == row) & (homes == home)).any()):
                out[listed.code] = Verdict.FAIL
    return out
