"""What ties people together, judged once more from the records, person by person.

Nothing here is shared with the engine: not its columns, its modes or its check.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from matching.domain.policy import Policy
from matching.domain.records import BedPool, Provider, Referral
from matching.domain.rulebook import OnUnknown
from matching.engine.choices import NO_CHOICES, Choices
from matching.engine.problem import Problem

#: Which setting the beds become for those who are placed by settings.
SETTING = {
    "female": "female",
    "trans_female": "female",
    "male": "male",
    "trans_male": "male",
    "nonbinary": "mixed",
}


def could_live_under(person: Referral, lock: str, *, unknown_fits: bool) -> bool:
    """Tell whether somebody would be taken if the beds were kept for one gender."""
    if person.gender is None:
        return unknown_fits
    if person.gender == lock or person.gender in ("female", "male"):
        return person.gender == lock
    if person.acceptable_settings is None:
        return unknown_fits
    return SETTING[lock] in person.acceptable_settings


def takes_the_first(provider: Provider, pool: BedPool) -> bool:
    """Tell whether the gender of the first to move in decides."""
    if pool.gender_lock is not None:
        return False
    if pool.genders is not None and len(pool.genders) < 2:
        return False
    return provider.residents == 0 or pool.beds_occupied == 0


def one_gender(
    policy: Policy, provider: Provider, pool: BedPool, people: Sequence[Referral]
) -> bool:
    """Tell whether there is one lock that suits everybody placed into a pool."""
    rule = policy.rules["resident-gender"]
    if not rule.parameters["empty_pools_lock"] or not takes_the_first(provider, pool):
        return True
    lenient = rule.on_unknown is not OnUnknown.BLOCK
    return any(
        all(could_live_under(one, lock, unknown_fits=lenient) for one in people)
        for lock in SETTING
    )


def close_in_age(residents: int | None, pool: BedPool, people: Sequence[Referral]) -> bool:
    """Tell whether those placed into a pool widen the ages no farther than allowed."""
    ages = [one.age_years for one in people if one.age_years is not None]
    if pool.age_spread_max is None or not ages:
        return True
    living = []
    if residents != 0 and None not in (pool.resident_age_min, pool.resident_age_max):
        living = [pool.resident_age_min, pool.resident_age_max]
        if all(living[0] <= age <= living[1] for age in ages):
            return True
    return max(ages + living) - min(ages + living) <= pool.age_spread_max


def surely_high(person: Referral) -> bool:
    """Tell whether somebody surely has high needs."""
    return (
        person.run_risk == "high"
        or person.recruitment_risk == "high"
        or person.mental_health_need in ("intensive", "inpatient")
        or bool({"aggression", "fire_setting"} & set(person.behaviours or ()))
    )


def safe_to_keep(provider: Provider, people: Iterable[Referral]) -> bool:
    """Tell whether those with high needs are no more than the provider can keep."""
    if provider.high_acuity_limit is None:
        return True
    left = provider.high_acuity_limit - (provider.high_acuity_residents or 0)
    return sum(map(surely_high, people)) <= max(0, left)


def living_there(problem: Problem, provider: Provider) -> int | None:
    """People who live at a provider, or None if nobody has said."""
    if provider.residents is not None:
        return provider.residents
    taken = [
        b.beds_occupied for b in problem.pool_records if b.provider_id == provider.provider_id
    ]
    return None if None in taken else sum(taken)  # type: ignore[arg-type]


def bound_by(
    problem: Problem,
    policy: Policy,
    choices: Choices,
    code: str,
    people: Sequence[tuple[int, int]],
) -> list[Referral]:
    """Return those of some placements whom a rule binds: in force, not waived."""
    if not policy.rules[code].in_force(problem.as_of.date()):
        return []
    waived = {(x.referral_id, x.provider_id) for x in choices.waived if x.code == code}
    out = []
    for i, j in people:
        person, home = problem.referral_records[i], problem.pool_keys[j][0]
        if not waived & {(person.referral_id, None), (person.referral_id, home)}:
            out.append(person)
    return out


def fit_each_other(
    problem: Problem,
    policy: Policy,
    places: Sequence[int | None],
    choices: Choices = NO_CHOICES,
) -> bool:
    """Tell whether those placed together fit each other by gender, age and needs."""
    in_pool: dict[int, list[tuple[int, int]]] = defaultdict(list)
    at: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for i, j in enumerate(places):
        if j is not None:
            in_pool[j].append((i, j))
            at[problem.pool_keys[j][0]].append((i, j))
    homes = {home.provider_id: home for home in problem.provider_records}
    for j, people in in_pool.items():
        pool, home = problem.pool_records[j], homes[problem.pool_keys[j][0]]
        girls_or_boys = bound_by(problem, policy, choices, "resident-gender", people)
        if not one_gender(policy, home, pool, girls_or_boys):
            return False
        aged = bound_by(problem, policy, choices, "resident-age", people)
        if not close_in_age(living_there(problem, home), pool, aged):
            return False
    return all(
        safe_to_keep(homes[name], bound_by(problem, policy, choices, "acuity", people))
        for name, people in at.items()
    )


def loose_groups(problem: Problem, policy: Policy, choices: Choices) -> set[str]:
    """Return the groups that may be placed apart: by rule, by decision or by a waiver."""
    of = {one.referral_id: one.group_id for one in problem.referral_records if one.group_id}
    if not policy.rules["together"].in_force(problem.as_of.date()):
        return set(of.values())
    waived = {one.referral_id for one in choices.waived if one.code == "together"}
    return set(choices.split) | {group for name, group in of.items() if name in waived}


def kept_together(problem: Problem, policy: Policy, choices: Choices) -> list[list[int]]:
    """Return the members of every group that stays together."""
    groups: dict[str, list[int]] = {}
    for i, person in enumerate(problem.referral_records):
        if person.group_id is not None:
            groups.setdefault(person.group_id, []).append(i)
    loose = loose_groups(problem, policy, choices)
    return [
        members for name, members in groups.items() if len(members) > 1 and name not in loose
    ]


def together_and_apart(
    problem: Problem, policy: Policy, places: Sequence[int | None], choices: Choices
) -> bool:
    """Tell whether an assignment splits no group and joins no conflict."""
    sites = [None if j is None else problem.pool_keys[j][0] for j in places]
    for members in kept_together(problem, policy, choices):
        if len({sites[i] for i in members}) > 1:
            return False
    seen: set[tuple[str, str]] = set()
    for person, site in zip(problem.referral_records, sites, strict=True):
        for token in person.separate_from or () if site is not None else ():
            if (token, site) in seen:
                return False
            seen.add((token, site))
    return True


def keeps_ties(
    problem: Problem,
    policy: Policy,
    places: Sequence[int | None],
    choices: Choices = NO_CHOICES,
) -> bool:
    """Tell whether an assignment keeps everything that ties people to each other."""
    return together_and_apart(problem, policy, places, choices) and fit_each_other(
        problem, policy, places, choices
    )
