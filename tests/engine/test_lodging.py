"""Beds and providers once people have moved in, against the rules on those who live there."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.domain import words as w
from matching.engine.lodging import (
    Lodger,
    Shared,
    pool_after,
    provider_after,
    surely_high,
    union,
)
from matching.engine.rules import BY_CODE
from matching.engine.rules.base import Verdict
from matching.engine.rules.residents import high_needs
from tests.builders import known_home, known_pool, known_referral, problem
from tests.engine.small import GENERAL, records

FEW = settings(max_examples=30, deadline=None)
SETTINGS = st.none() | st.frozensets(st.sampled_from(list(w.Setting)))


@given(
    st.sampled_from([None, *w.Level]),
    st.sampled_from([None, *w.Level]),
    st.sampled_from([None, *w.CareNeed]),
    st.none() | st.frozensets(st.sampled_from(list(w.Behaviour))),
)
def test_high_needs_are_those_of_the_rule(run, recruit, care, behaviours):
    person = known_referral(
        run_risk=run, recruitment_risk=recruit, mental_health_need=care, behaviours=behaviours
    )
    columns = problem(person).referrals
    assert surely_high(person) == bool(high_needs(columns, np.array([0])).yes[0])


@FEW
@given(st.lists(st.tuples(st.sampled_from(list(w.Gender)), SETTINGS), min_size=1, max_size=3))
def test_everybody_fits_the_lock_of_the_beds_they_moved_into(people):
    home = known_home(residents=0)
    beds = known_pool(genders=frozenset(w.Gender), gender_lock=None, beds_occupied=0)
    persons = [
        known_referral(f"R{k}", gender=gender, acceptable_settings=accepts)
        for k, (gender, accepts) in enumerate(people)
    ]
    lodgers = [Lodger(one, False) for one in persons]
    after = pool_after(beds, Shared.before(beds, lodgers, home, lodgers), lock_empty=True)
    if after.gender_lock is None:
        return
    one = problem(persons, home, after)
    rule = BY_CODE["resident-gender"]
    parameters = GENERAL.rules[rule.code].parameters
    found = rule.evaluate(one, parameters, np.arange(len(persons)), np.array([0]))
    own = [person.gender is after.gender_lock for person in persons]
    assert all(v == Verdict.PASS or mine for v, mine in zip(found, own, strict=True))


@FEW
@given(records(people=3, pools=1, tied=True), st.data())
def test_what_the_provider_counts_already_is_taken_off_before_and_not_added_again(parts, data):
    people, (home, *_), (pool, *_) = parts
    lodgers = [Lodger(one, True) for one in people]
    shared = Shared.before(pool, lodgers, home, lodgers)
    beds = sum(one.beds_needed for one in people)
    for number, before in (
        (pool.beds_occupied, shared.pool.beds_occupied),
        (home.residents, shared.home.residents),
    ):
        assert before == (None if number is None else max(0, number - beds))
    after, now = pool_after(pool, shared, True), provider_after(home, lodgers, [pool])
    for name in ("beds_held", "beds_occupied", "beds_accepting"):
        assert getattr(after, name) == getattr(pool, name)
    if pool.free is not None:
        assert after.free == pool.free
    if home.residents is not None:
        assert now.residents == home.residents
    if home.high_acuity_residents is not None:
        assert now.high_acuity_residents == home.high_acuity_residents


def test_somebody_between_the_residents_is_never_too_far_from_them():
    there = [Lodger(known_referral("R1", age_years=None), False)]
    pool = known_pool(resident_age_min=10, resident_age_max=17, age_spread_max=3)
    shared = Shared.before(pool, there, known_home(), there)
    assert [
        age for age in range(5, 25) if shared.too_far_apart(known_referral("R2", age_years=age))
    ] == [*range(5, 10), *range(18, 25)]
    assert not shared.too_far_apart(known_referral("R2", age_years=None))
    free = replace(shared, pool=replace(pool, age_spread_max=None))
    assert not free.too_far_apart(known_referral("R2", age_years=99))


def test_a_union_leaves_out_what_is_unknown():
    assert union([frozenset({"T1"}), None, frozenset({"T2"})]) == {"T1", "T2"}
    assert union([]) == frozenset()
