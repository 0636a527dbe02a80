"""Changes that concern one person or group only: a waiver, a wider radius, a split."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from matching.domain.rulebook import RULE_BY_CODE, Kind
from matching.engine.choices import Waiver
from matching.engine.columns import UNKNOWN
from matching.insight.attempts import Attempt, Case, ChangeKind
from matching.insight.edits import Edit
from matching.insight.near import bit

#: Rules whose waiver is a change of another kind.
_NOT_HERE = frozenset({"distance", "together"})


def waivers(case: Case) -> Iterator[Attempt]:
    """Yield the waivers of one rule of policy at one provider.

    Only rules that fail: where a fact is missing, a call comes before a waiver.
    """
    near, solution = case.near, case.near.solution
    for code in near.codes:
        setting = solution.policy.rules[code]
        if setting.kind is not Kind.POLICY or setting.waiver_role is None or code in _NOT_HERE:
            continue
        single = near.single(code)
        open_to = near.opened(near.failed & bit(code))
        for home in near.homes(open_to).tolist():
            pools = near.pools_of(home)
            provider_id = solution.problem.provider_ids[home]
            names = [
                solution.problem.referral_ids[near.rows[k]] for k, _ in near.at(single, home)
            ]
            edit = Edit(waived=frozenset(Waiver(n, code, provider_id) for n in names))
            role = setting.waiver_role.value
            title = RULE_BY_CODE[code].title
            hopeless = not case.chances.could_take(case.row, pools[open_to[near.mine, pools]])
            if names:
                yield Attempt(
                    kind=ChangeKind.WAIVE,
                    code=code,
                    home=home,
                    pool=None,
                    amount=None,
                    make=lambda edit=edit: edit,  # type: ignore[misc]
                    words=f"A waiver of the rule '{title}' for {near.name(home)}, by a {role},",
                    people=near.rows,
                    order=case.order(hopeless, near.cost(open_to, home), home=home),
                    role=role,
                )


def split(case: Case) -> Iterator[Attempt]:
    """Yield the approval to place the person apart from the group."""
    near, solution = case.near, case.near.solution
    setting = solution.judge.in_force.get("together")
    group = solution.problem.referral_records[case.row].group_id
    if len(near.rows) < 2 or group is None or setting is None:
        return
    if setting.kind is not Kind.POLICY or setting.waiver_role is None:
        return
    pools = np.flatnonzero(near.opened(np.uint64(0))[near.mine])
    if len(pools):
        role = setting.waiver_role.value
        yield Attempt(
            kind=ChangeKind.WAIVE,
            code="together",
            home=None,
            pool=None,
            amount=None,
            make=lambda: Edit(split=frozenset({group})),
            words=f"Placing the group apart, approved by a {role},",
            people=(case.row,),
            order=(not case.chances.could_take(case.row, pools), math.inf),
            role=role,
        )


def wider(case: Case) -> Iterator[Attempt]:
    """Yield wider radii, the smallest first: the person's own, or the policy's.

    Beyond the limit of the policy only where the policy lets somebody waive it.
    """
    near, solution = case.near, case.near.solution
    problem = solution.problem
    setting = solution.judge.in_force.get("distance")
    if setting is None:
        return
    may_waive = setting.kind is Kind.POLICY and setting.waiver_role is not None
    far = near.failed & bit("distance")
    open_to = near.opened(far)
    needed: dict[int, list[int]] = {}
    for home in near.homes(open_to).tolist():
        radius = _radius(case, open_to, home)
        if radius and (may_waive or radius <= setting.parameters["max_miles"]):
            needed.setdefault(radius, []).append(home)
    own = problem.referrals.own_max_miles[list(near.rows)]
    limits = np.where(own == UNKNOWN, setting.parameters["max_miles"], own)
    for radius, homes in needed.items():
        best = min(homes, key=lambda home: (near.cost(open_to, home), near.name(home)))
        reached = [j for h in homes for j in near.pools_of(h) if open_to[near.mine, j]]
        edit = Edit(
            referrals=tuple(
                replace(problem.referral_records[row], max_distance_miles=radius)
                for row, limit in zip(near.rows, limits.tolist(), strict=True)
                if limit < radius
            )
        )
        yield Attempt(
            kind=ChangeKind.WIDEN,
            code="distance",
            home=best,
            pool=None,
            amount=radius,
            make=lambda edit=edit: edit,  # type: ignore[misc]
            words=f"Looking up to {radius} miles from home instead of {int(limits.min())}",
            people=near.rows,
            order=(not case.chances.could_take(case.row, reached), radius),
            role=setting.waiver_role.value
            if setting.waiver_role and radius > setting.parameters["max_miles"]
            else None,
        )


def _radius(
    case: Case, open_to: np.ndarray[tuple[int, int], np.dtype[np.bool_]], home: int
) -> int:
    """Return the whole miles that let every member reach a provider; 0 if all do."""
    near, problem = case.near, case.near.solution.problem
    out = 0
    for k, pool in near.in_need(open_to, home):
        start = problem.referrals.home[near.rows[k]]
        miles = problem.geography.miles(np.array(start), problem.pools.county[pool])
        out = max(out, math.ceil(float(miles)))
    return out
