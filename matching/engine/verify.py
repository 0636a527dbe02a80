"""Check a finished plan with code that knows no solver.

Everything is looked at again, placement by placement, from the records: each
rule by itself, beds counted in plain numbers, groups, conflicts, and that all
who are placed together fit one another. Nothing of the tables, prices or
networks that made the plan is used.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date

import numpy as np

from matching.domain import words as w
from matching.domain.policy import Policy
from matching.domain.records import BedPool, Provider
from matching.domain.rulebook import OnUnknown
from matching.engine.choices import NO_CHOICES, Choices, Seat, same_place
from matching.engine.plan import Plan
from matching.engine.problem import Problem
from matching.engine.rules import CATALOGUE, PAIR_RULES
from matching.engine.rules.base import Verdict
from matching.engine.verify_ties import not_fitting


def verify(
    problem: Problem, policy: Policy, plan: Plan, choices: Choices = NO_CHOICES
) -> tuple[str, ...]:
    """Return what is wrong with a plan, in sentences; nothing if it holds.

    Parameters
    ----------
    problem : Problem
    policy : Policy
    plan : Plan
    choices : Choices, optional
        What people had decided.

    Returns
    -------
    tuple of str
        Sentences name case references and providers by identifier only.
    """
    return (
        *_everyone_at_most_once(problem, plan),
        *_every_rule(problem, policy, plan, choices),
        *_beds(problem, policy, plan),
        *_groups(problem, policy, plan, choices),
        *_conflicts(problem, plan),
        *not_fitting(problem, policy, plan, choices),
        *_decided(problem, policy, plan, choices),
        *_sums(plan),
    )


def _everyone_at_most_once(problem: Problem, plan: Plan) -> list[str]:
    twice = [row for row, count in Counter(plan.referral.tolist()).items() if count > 1]
    return [f"Case {problem.referral_ids[row]} holds more than one place." for row in twice]


def _every_rule(problem: Problem, policy: Policy, plan: Plan, choices: Choices) -> list[str]:
    day = problem.as_of.date()
    waived = {(one.referral_id, one.code, one.provider_id) for one in choices.waived}

    def is_waived(row: int, pool: int, code: str) -> bool:
        if policy.rules[code].waiver_role is None:
            return False
        person, home = problem.referral_ids[row], problem.pool_keys[pool][0]
        return (person, code, None) in waived or (person, code, home) in waived

    i, j = plan.referral.astype(np.int64), plan.pool.astype(np.int64)
    out: list[str] = []
    for rule in CATALOGUE:
        setting = policy.rules[rule.code]
        if not setting.in_force(day) or len(i) == 0:
            continue
        verdict = rule.evaluate(problem, setting.parameters, i, j)
        wrong = verdict == Verdict.FAIL
        if setting.on_unknown is OnUnknown.BLOCK:
            wrong = wrong | (verdict == Verdict.UNKNOWN)
        out += [
            f"Case {problem.referral_ids[i[k]]} at {problem.pool_keys[j[k]][0]} breaks the "
            f"rule '{rule.code}'."
            for k in np.flatnonzero(wrong).tolist()
            if not is_waived(int(i[k]), int(j[k]), rule.code)
        ]
    for pair_rule in PAIR_RULES:
        if not policy.rules[pair_rule.code].in_force(day):
            continue
        barred = set(zip(*(side.tolist() for side in pair_rule.listed(problem)), strict=True))
        out += [
            f"Case {problem.referral_ids[a]} at {problem.pool_keys[b][0]} breaks the rule "
            f"'{pair_rule.code}'."
            for a, b in zip(i.tolist(), j.tolist(), strict=True)
            if (a, int(problem.pools.provider[b])) in barred
            and not is_waived(a, b, pair_rule.code)
        ]
    return out


def _beds_in(pool: BedPool, policy: Policy) -> int:
    free = pool.free if pool.free is not None else policy.unknown_vacancy_beds
    return free if pool.beds_licensed is None else min(free, pool.beds_licensed)


def _beds_under(
    provider: Provider, pools: list[BedPool], policy: Policy, on_day: date
) -> float:
    capacity = float("inf")
    if provider.licensed_capacity is not None:
        capacity = provider.licensed_capacity
    in_family = provider.placement_type in w.FOSTER_FAMILY_TYPES
    if in_family and not provider.foster_cap_exception:
        capacity = min(capacity, policy.rules["beds"].parameters["foster_cap"])
    staff, each = provider.staff_on_shift, provider.staff_ratio
    if policy.rules["staffing"].in_force(on_day):
        if staff == 0:
            capacity = 0
        elif staff is not None and each is not None:
            capacity = min(capacity, staff * each)
    residents = provider.residents
    if residents is None:
        lived_in = [pool.beds_occupied for pool in pools]
        known = [beds for beds in lived_in if beds is not None]
        residents = sum(known) if len(known) == len(lived_in) else 0
    return max(0.0, capacity - residents)


def _beds(problem: Problem, policy: Policy, plan: Plan) -> list[str]:
    in_pool: Counter[tuple[str, str]] = Counter()
    in_provider: Counter[str] = Counter()
    for i, j in zip(plan.referral.tolist(), plan.pool.tolist(), strict=True):
        beds = problem.referral_records[i].beds_needed
        key = problem.pool_keys[j]
        in_pool[key] += beds
        in_provider[key[0]] += beds
    if not in_pool:
        return []
    pools = dict(zip(problem.pool_keys, problem.pool_records, strict=True))
    homes: dict[str, list[BedPool]] = defaultdict(list)
    for pool in problem.pool_records:
        homes[pool.provider_id].append(pool)
    providers = dict(zip(problem.provider_ids, problem.provider_records, strict=True))
    return [
        f"Bed pool {key[1]} of {key[0]} has {_beds_in(pools[key], policy)} beds for {taken}."
        for key, taken in in_pool.items()
        if taken > _beds_in(pools[key], policy)
    ] + [
        f"Provider {name} has room for fewer people than the {taken} proposed."
        for name, taken in in_provider.items()
        if taken > _beds_under(providers[name], homes[name], policy, problem.as_of.date())
    ]


def _homes(problem: Problem, plan: Plan) -> dict[int, str]:
    pairs = zip(plan.referral.tolist(), plan.pool.tolist(), strict=True)
    return {i: problem.pool_keys[j][0] for i, j in pairs}


def _groups(problem: Problem, policy: Policy, plan: Plan, choices: Choices) -> list[str]:
    home = _homes(problem, plan)
    apart = _may_be_apart(problem, policy, choices)
    places: dict[str, set[str | None]] = defaultdict(set)
    for row, referral in enumerate(problem.referral_records):
        if referral.group_id is not None and referral.group_id not in apart:
            places[referral.group_id].add(home.get(row))
    return [
        "A group that stays together was split." for where in places.values() if len(where) > 1
    ]


def _may_be_apart(problem: Problem, policy: Policy, choices: Choices) -> set[str | None]:
    """Return the groups that need not stay together."""
    if not policy.rules["together"].in_force(problem.as_of.date()):
        return {r.group_id for r in problem.referral_records}
    waived = {waiver.referral_id for waiver in choices.waived if waiver.code == "together"}
    # One member's waiver lets the whole group be placed apart.
    lets = {r.group_id for r in problem.referral_records if r.referral_id in waived}
    return lets | choices.split


def _conflicts(problem: Problem, plan: Plan) -> list[str]:
    seen: set[tuple[str, str]] = set()
    out: list[str] = []
    for row, name in sorted(_homes(problem, plan).items()):
        for token in problem.referral_records[row].separate_from or ():
            if (token, name) in seen:
                out.append(f"Two people who must be kept apart are both proposed for {name}.")
            seen.add((token, name))
    return out


def _decided(problem: Problem, policy: Policy, plan: Plan, choices: Choices) -> list[str]:
    # Whoever may live apart from a sibling need not go where one lives.
    apart = _may_be_apart(problem, policy, choices) - {None}
    free = {r.referral_id for r in problem.referral_records if r.group_id in apart}
    pairs = zip(plan.referral.tolist(), plan.pool.tolist(), strict=True)
    place = {problem.referral_ids[i]: problem.pool_keys[j] for i, j in pairs}

    def there(seat: Seat) -> bool:
        return seat.referral_id in place and same_place(seat, place[seat.referral_id])

    return (
        [
            f"Case {seat.referral_id} is not at {seat.provider_id}, as was decided."
            for seat in sorted(choices.forced, key=str)
            if not there(seat)
        ]
        + [
            f"Case {seat.referral_id} is at {seat.provider_id}, against what was decided."
            for seat in sorted(choices.forbidden, key=str)
            if there(seat)
        ]
        + [
            f"Case {name} is at {place[name][0]}, where it may not go."
            for name, seats in sorted(choices.only_of().items())
            if name in place and name not in free and not any(map(there, seats))
        ]
    )


def _sums(plan: Plan) -> list[str]:
    out: list[str] = []
    if int(plan.cost.sum()) != plan.objective:
        out.append("The costs of the placements do not add up to the objective.")
    if sum(tier.placed for tier in plan.tiers) != len(plan.referral):
        out.append("The placements by tier do not add up to everybody placed.")
    if plan.bound > plan.objective:
        out.append("The bound lies above the objective.")
    return out
