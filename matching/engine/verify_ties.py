"""Check, from the records alone, that those placed together fit one another.

Shares nothing with the search for ties: the lock of the first to move in, the
spread of ages and the limit of high needs are looked at again for every pool
and provider of a finished plan.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from matching.domain import words as w
from matching.domain.policy import Policy
from matching.domain.records import BedPool, Provider, Referral
from matching.domain.rulebook import OnUnknown
from matching.engine.choices import Choices
from matching.engine.plan import Plan
from matching.engine.problem import Problem

_SETTING = {
    w.Gender.FEMALE: w.Setting.FEMALE,
    w.Gender.TRANS_FEMALE: w.Setting.FEMALE,
    w.Gender.MALE: w.Setting.MALE,
    w.Gender.TRANS_MALE: w.Setting.MALE,
    w.Gender.NONBINARY: w.Setting.MIXED,
}
_HIGH_CARE = frozenset({w.CareNeed.INTENSIVE, w.CareNeed.INPATIENT})
_DANGEROUS = frozenset({w.Behaviour.AGGRESSION, w.Behaviour.FIRE_SETTING})


def not_fitting(
    problem: Problem, policy: Policy, plan: Plan, choices: Choices
) -> Iterator[str]:
    """Yield a sentence for each pool or provider whose newcomers do not fit together.

    Parameters
    ----------
    problem : Problem
    policy : Policy
    plan : Plan
    choices : Choices
        Somebody for whom a rule is waived does not count for its tie.

    Yields
    ------
    str
        Names pools and providers by identifier only.
    """
    in_pool: dict[int, list[Referral]] = defaultdict(list)
    at: dict[str, list[Referral]] = defaultdict(list)
    for i, j in zip(plan.referral.tolist(), plan.pool.tolist(), strict=True):
        in_pool[j].append(problem.referral_records[i])
        at[problem.pool_keys[j][0]].append(problem.referral_records[i])
    homes = dict(zip(problem.provider_ids, problem.provider_records, strict=True))
    pools: dict[str, list[BedPool]] = defaultdict(list)
    for one in problem.pool_records:
        pools[one.provider_id].append(one)
    bound = _Bound(problem, policy, choices)
    for j, people in sorted(in_pool.items()):
        home, pool = problem.pool_keys[j]
        beds, provider = problem.pool_records[j], homes[home]
        mixed = list(bound.by("resident-gender", home, people))
        setting = policy.rules["resident-gender"]
        if setting.parameters["empty_pools_lock"] and not _one_lock(
            provider, beds, mixed, strict=setting.on_unknown is OnUnknown.BLOCK
        ):
            yield f"Those proposed for the empty bed pool {pool} of {home} fit no one gender."
        aged = bound.by("resident-age", home, people)
        if not _close_in_age(_nobody_lives(provider, pools[home]), beds, aged):
            yield f"The ages of those proposed for bed pool {pool} of {home} lie too far apart."
    for home, people in sorted(at.items()):
        limit = homes[home].high_acuity_limit
        high = sum(map(_surely_high, bound.by("acuity", home, people)))
        if limit is not None and high > max(
            0, limit - (homes[home].high_acuity_residents or 0)
        ):
            yield f"Provider {home} cannot keep {high} more people with high needs safe."


class _Bound:
    """Who is bound by a rule: it is in force, and not waived for them."""

    def __init__(self, problem: Problem, policy: Policy, choices: Choices) -> None:
        self._on = {
            code
            for code, setting in policy.rules.items()
            if setting.in_force(problem.as_of.date())
        }
        self._waived = {
            (one.code, one.referral_id, one.provider_id)
            for one in choices.waived
            if one.code in self._on and policy.rules[one.code].waiver_role is not None
        }

    def by(self, code: str, home: str, people: Iterable[Referral]) -> Iterator[Referral]:
        for person in people if code in self._on else ():
            every, here = (code, person.referral_id, None), (code, person.referral_id, home)
            if every not in self._waived and here not in self._waived:
                yield person


def _one_lock(
    provider: Provider, pool: BedPool, people: list[Referral], *, strict: bool
) -> bool:
    """Tell whether an empty pool of several genders could be kept for one that suits all."""
    empty = provider.residents == 0 or pool.beds_occupied == 0
    several = pool.genders is None or len(pool.genders) > 1
    if pool.gender_lock is not None or not empty or not several:
        return True
    return any(all(_suits(lock, one, strict=strict) for one in people) for lock in w.Gender)


def _suits(lock: w.Gender, person: Referral, *, strict: bool) -> bool:
    if person.gender is None:
        return not strict
    if person.gender is lock:
        return True
    if person.gender in (w.Gender.FEMALE, w.Gender.MALE):
        return False
    if person.acceptable_settings is None:
        return not strict
    return _SETTING[lock] in person.acceptable_settings


def _nobody_lives(provider: Provider, pools: Iterable[BedPool]) -> bool:
    if provider.residents is not None:
        return provider.residents == 0
    return all(pool.beds_occupied == 0 for pool in pools)


def _close_in_age(empty: bool, pool: BedPool, people: Iterable[Referral]) -> bool:
    """Tell whether those who come lie within the spread, residents of known ages included."""
    ages = [one.age_years for one in people if one.age_years is not None]
    low, high = pool.resident_age_min, pool.resident_age_max
    if pool.age_spread_max is None or not ages:
        return True
    if low is not None and high is not None and not empty:
        if low <= min(ages) and max(ages) <= high:
            return True  # nobody widens what there is
        ages += [low, high]
    return max(ages) - min(ages) <= pool.age_spread_max


def _surely_high(person: Referral) -> bool:
    return (
        w.Level.HIGH in (person.run_risk, person.recruitment_risk)
        or person.mental_health_need in _HIGH_CARE
        or not _DANGEROUS.isdisjoint(person.behaviours or ())
    )
