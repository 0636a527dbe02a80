"""Which answers to open questions would let a person live somewhere.

A call settles facts that nobody has said. Before anybody calls, the plan is
made with the answers that would help; they are looked for field by field, and
a rule is believed only when it passes on the records with the answers in.
"""

from __future__ import annotations

import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from enum import StrEnum
from itertools import combinations, islice, product
from typing import Any

import numpy as np

from matching.domain.policy import Policy
from matching.domain.records import BedPool, Provider, Referral, Training
from matching.domain.rulebook import RULES
from matching.domain.words import Course, Gender
from matching.engine.judge import BIT, Judge
from matching.engine.keyed import Rows
from matching.engine.problem import Problem, build
from matching.engine.rules import CATALOGUE
from matching.engine.rules.base import Rule, Verdict, facts
from matching.insight.edits import Edit

#: Combinations of answers tried for one rule.
MOST_TRIED = 300
#: Facts that one rule may need at once.
MOST_FACTS = 4

_RULES: dict[str, Rule] = {rule.code: rule for rule in CATALOGUE}
_TERM = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class _Scene:
    """A person, a place with its other pools, and the problem they are in."""

    problem: Problem
    referral: Referral
    provider: Provider
    pool: BedPool
    others: tuple[BedPool, ...]

    def record(self, side: str) -> Any:
        return getattr(self, side)

    def alone(self) -> tuple[Problem, Rows]:
        """Return the problem of this person and provider only, and where the pool stands."""
        one = self.problem
        pools = sorted([self.pool, *self.others], key=lambda b: b.pool_id)
        alone = build([self.referral], [self.provider], pools, one.as_of, one.geography)
        return alone, np.array([pools.index(self.pool)])

    def verdict(self, rule: Rule, policy: Policy) -> Verdict:
        """Return what one rule says of the person in the pool."""
        alone, at = self.alone()
        parameters = policy.rules[rule.code].parameters
        return Verdict(int(rule.evaluate(alone, parameters, _FIRST, at)[0]))

    def barred(self, policy: Policy) -> int:
        """Return the bits of all rules that bar the person from the pool."""
        alone, at = self.alone()
        judge = Judge(alone, policy)
        return int(judge.barred(*judge.bits(_FIRST, at))[0, 0])


_FIRST = np.zeros(1, dtype=np.int64)


#: Record and fields behind the columns that rules read.
_REFERRAL_FIELDS: Mapping[str, tuple[str, ...]] = {
    "source": ("referral_source",),
    "age": ("age_years",),
    "settings": ("acceptable_settings",),
    "affirming": ("lgbtq_affirming_requested",),
    "trafficking": ("trafficking_type",),
    "types": ("acceptable_types",),
    "substance": ("substance_need",),
    "mental_health": ("mental_health_need",),
    "medical": ("medical_need",),
    "fragile": ("medically_fragile",),
    "developmental": ("developmental_need",),
    "parenting": ("pregnant_parenting",),
    "children": ("children_with",),
    "behaviour_managed": ("behaviour_managed_confirmed",),
    "access": ("access_needs",),
    "tokens": ("separate_from",),
    "home": ("home_county",),
    "avoid": ("avoid_counties",),
}
_POOL_FIELDS: Mapping[str, tuple[str, ...]] = {
    "effective_type": ("placement_type", "certificate", "certificate_expires"),
    "certified": ("certificate", "certificate_expires"),
    "background": ("background_check",),
    "training": ("trainings",),
    "training_first_end": ("trainings",),
    "trafficking": ("trafficking_types",),
    "sources": ("referral_sources",),
    "max_stay": ("max_stay_days",),
    "affirming": ("lgbtq_affirming",),
    "tokens": ("resident_tokens",),
    "high_acuity": ("high_acuity_residents",),
    "area": ("service_area",),
    "foster_exception": ("foster_cap_exception",),
    "foster_family": ("placement_type",),
    "news_hours": ("as_of",),
    "free": ("beds_available",),
    "first_decides": ("beds_occupied",),
}
#: Where nobody has said, nothing is asked: there is none, or another rule asks.
_NOT_ASKED = frozenset(
    {
        *("max_distance_miles", "urgency", "needed_by", "reserved_for", "age_spread_max"),
        *("available_from", "gender_lock", "compromised_until", "compromise_cleared"),
        *("high_acuity_limit", "licensed_capacity", "residents", "beds_licensed"),
    }
)
_SIDES: Mapping[str, type] = {"referral": Referral, "provider": Provider, "pool": BedPool}
_NAMES = {side: {one.name for one in fields(kind)} for side, kind in _SIDES.items()}


def _asked(rule: Rule) -> list[tuple[str, str]]:
    """Return the side and the name of every field that a rule depends on."""
    out = []
    for column in rule.reads_referral:
        out += [("referral", name) for name in _REFERRAL_FIELDS.get(column, (column,))]
    for column in rule.reads_pool:
        for name in _POOL_FIELDS.get(column, (column,)):
            out.append(("provider" if name in _NAMES["provider"] else "pool", name))
    return [(side, n) for side, n in dict.fromkeys(out) if n in _NAMES[side] - _NOT_ASKED]


def about_person(code: str, referral: Referral) -> bool:
    """Tell whether the question of a rule is about the person, and not only about a place.

    Parameters
    ----------
    code : str
        Of the rule that could not be decided.
    referral : Referral

    Returns
    -------
    bool
        Whether a fact of the referral that the rule reads is not known.
    """
    return any(
        side == "referral" and getattr(referral, name) is None
        for side, name in _asked(_RULES[code])
    )


def _open(scene: _Scene, side: str, name: str) -> bool:
    """Tell whether a field leaves something to ask about."""
    value = getattr(scene.record(side), name)
    if name == "trainings" and value is not None:
        return any(one.expires is None for one in value)
    if name == "genders" and value is not None:
        gender = scene.referral.gender
        return gender not in (None, Gender.FEMALE, Gender.MALE, *value)
    return value is None


def _values(scene: _Scene, side: str, name: str) -> Sequence[Any]:
    """Return answers worth trying for a field, likelier ones first."""
    if name in _SPECIAL:
        return _SPECIAL[name](scene)
    if name == "languages":
        other = "provider" if side == "referral" else "referral"
        spoken = tuple(getattr(scene.record(other), name) or ("en",))
        return [spoken if side == "referral" else frozenset(spoken)]
    hint = typing.get_type_hints(_SIDES[side])[name]
    kind = next(one for one in typing.get_args(hint) if one is not type(None))
    if kind is bool:
        return [True, False]
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return list(kind)
    members = list(typing.get_args(kind)[0])
    return [frozenset(members), frozenset(), *(frozenset({one}) for one in members)]


def _ages(scene: _Scene) -> Sequence[int]:
    low, high = scene.pool.age_min, scene.pool.age_max
    inside = [age for age in (low, high) if age is not None]
    return list(dict.fromkeys([*inside, 15, 17, 18, 21, 10]))


def _around_age(*more: int) -> Callable[[_Scene], Sequence[int]]:
    def values(scene: _Scene) -> Sequence[int]:
        age = 15 if scene.referral.age_years is None else scene.referral.age_years
        return [age + one for one in more]

    return values


def _trained(scene: _Scene) -> Sequence[Any]:
    ends = scene.problem.as_of.date() + _TERM
    trainings = scene.provider.trainings
    if trainings is None:
        return [tuple(Training(course=course, expires=ends) for course in Course)]
    return [tuple(replace(t, expires=ends) if t.expires is None else t for t in trainings)]


def _served(scene: _Scene) -> Sequence[Any]:
    genders, gender = scene.pool.genders or frozenset(), scene.referral.gender
    return [genders | ({gender} if gender is not None else set(Gender))]


def _staff(scene: _Scene) -> Sequence[int]:
    """Return numbers that are enough for those who live there and who comes."""
    people = (scene.provider.residents or 0) + scene.referral.beds_needed
    return [people, 1]


def _somewhere(scene: _Scene) -> str:
    """Return the county of either side, or any where neither is known."""
    known = scene.referral.home_county or scene.provider.county
    return known or scene.problem.geography.counties[0].fips


def _states(scene: _Scene) -> Sequence[str]:
    state = scene.problem.geography.state_of(_somewhere(scene))
    return [] if state is None else [state]


def _fixed(*values: Any) -> Callable[[_Scene], Sequence[Any]]:
    return lambda _: values


def _next_year(scene: _Scene) -> Sequence[Any]:
    return [scene.problem.as_of.date() + _TERM]


_SPECIAL: Mapping[str, Callable[[_Scene], Sequence[Any]]] = {
    "age_years": _ages,
    "days_to_birthday": _fixed(364, 1),
    "stay_days": _fixed(30, 1),
    "children_with": _fixed(0, 1),
    "separate_from": _fixed(frozenset()),
    "avoid_counties": _fixed(frozenset()),
    "resident_tokens": _fixed(frozenset()),
    "home_county": lambda scene: [_somewhere(scene)],
    "county": lambda scene: [_somewhere(scene)],
    "state": _states,
    "service_area": lambda scene: [frozenset({_somewhere(scene)})],
    "licence_expires": _next_year,
    "certificate_expires": _next_year,
    "trainings": _trained,
    "max_stay_days": _fixed(3650),
    "high_acuity_residents": _fixed(0),
    "staff_on_shift": _staff,
    "staff_ratio": _staff,
    "beds_available": lambda scene: [scene.referral.beds_needed],
    "beds_occupied": _fixed(0),
    "as_of": lambda scene: [scene.problem.as_of],
    "genders": _served,
    "age_min": _around_age(0, -5),
    "age_max": _around_age(0, 1, 5),
    "resident_age_min": _around_age(0),
    "resident_age_max": _around_age(0),
}


def _answers(scene: _Scene, rule: Rule) -> Iterator[_Scene]:
    """Yield the records with answers in, first those with the fewest."""
    still_open = [(side, name) for side, name in _asked(rule) if _open(scene, side, name)]
    for number in range(1, min(MOST_FACTS, len(still_open)) + 1):
        for some in combinations(still_open, number):
            for values in product(*(_values(scene, side, name) for side, name in some)):
                told: dict[str, dict[str, Any]] = {"referral": {}, "provider": {}, "pool": {}}
                for (side, name), value in zip(some, values, strict=True):
                    told[side][name] = value
                yield replace(
                    scene, **{side: replace(scene.record(side), **told[side]) for side in told}
                )


def _settled(scene: _Scene, policy: Policy, code: str, still: int) -> _Scene | None:
    """Return the records with answers that make a rule pass and bar nothing else."""
    rule = _RULES[code]
    if scene.verdict(rule, policy) is Verdict.PASS:
        return scene  # the answers to another rule have settled it already
    for told in islice(_answers(scene, rule), MOST_TRIED):
        if told.verdict(rule, policy) is Verdict.PASS and not told.barred(policy) & ~still:
            return told
    return None


def favourable(
    problem: Problem,
    policy: Policy,
    seats: Sequence[tuple[int, int]],
    blocked: Mapping[int, int],
    pools: Sequence[BedPool] = (),
) -> Edit | None:
    """Return the records with the answers that would open places to some people.

    Parameters
    ----------
    problem : Problem
    policy : Policy
    seats : sequence of (int, int)
        Positions of referrals and of a bed pool for each, all of one provider.
    blocked : mapping of int to int
        For each referral the bits of the rules that block it there since a
        fact is unknown.
    pools : sequence of BedPool, optional
        Pools of which something is answered already.

    Returns
    -------
    Edit or None
        ``None`` if no answers were found that let all of them live there.
    """
    told = {(b.provider_id, b.pool_id): b for b in pools}
    home: Provider | None = None
    people: list[Referral] = []
    for row, j in seats:
        key = problem.pool_keys[j]
        about = facts(problem, row, j)
        scene = _Scene(
            problem=problem,
            referral=about.referral,
            provider=home or about.provider,
            pool=told.get(key, about.pool),
            others=tuple(
                told.get((b.provider_id, b.pool_id), b)
                for b in problem.pool_records
                if b.provider_id == key[0] and b.pool_id != key[1]
            ),
        )
        still = blocked[row]
        for code in [spec.code for spec in RULES if still >> BIT[spec.code] & 1]:
            found = _settled(scene, policy, code, still)
            if found is None:
                return None
            scene, still = found, still & ~(1 << BIT[code])
        home, told[key] = scene.provider, scene.pool
        people.append(scene.referral)
    return _edit(problem, people, home, tuple(told.values()))


def _edit(
    problem: Problem,
    people: Sequence[Referral],
    home: Provider | None,
    pools: Sequence[BedPool],
) -> Edit:
    old = {
        *problem.referral_records,
        *problem.provider_records,
        *problem.pool_records,
    }
    return Edit(
        referrals=tuple(one for one in people if one not in old),
        providers=() if home is None or home in old else (home,),
        pools=tuple(one for one in pools if one not in old),
    )
