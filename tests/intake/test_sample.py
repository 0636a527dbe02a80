"""The sample as a whole: repeatable, consistent, readable by the way in."""

from __future__ import annotations

import dataclasses
from collections import Counter
from datetime import UTC, datetime, timedelta, timezone
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.domain import geography, policy
from matching.domain.errors import InputError
from matching.domain.rulebook import Stage
from matching.domain.words import DataOrigin, PlacementType
from matching.engine.candidates import candidates
from matching.engine.couplings import find
from matching.engine.judge import Judge
from matching.engine.problem import build
from matching.engine.solve import solve
from matching.insight.gaps import find_gaps
from matching.intake.load import load_providers, load_referrals
from matching.intake.sample import LARGEST, Sample, generate, referrals_for, untied
from matching.intake.template import providers_csv, referrals_csv
from tests import builders

AS_OF = datetime(2026, 11, 22, 22, 0, tzinfo=UTC)


@cache
def made(seed: int = 1, providers: int = 132, referrals: int = 60) -> Sample:
    return generate(seed, providers, referrals, as_of=AS_OF)


def problem_of(sample: Sample):
    return build(sample.referrals, sample.providers, sample.pools, AS_OF, geography.load())


def test_the_same_arguments_give_the_same_sample():
    assert generate(7, 30, 20, as_of=AS_OF) == generate(7, 30, 20, as_of=AS_OF)


def test_another_seed_gives_another_sample():
    one, other = made(1, 30, 20), made(2, 30, 20)
    assert one.providers != other.providers
    assert {r.referral_id for r in one.referrals}.isdisjoint(
        r.referral_id for r in other.referrals
    )


@given(seed=st.integers(0, 50), few=st.integers(0, 5), many=st.integers(6, 30))
@settings(max_examples=15, deadline=None)
def test_the_number_of_referrals_leaves_the_providers_alone(seed, few, many):
    one, other = generate(seed, 20, few, as_of=AS_OF), generate(seed, 20, many, as_of=AS_OF)
    assert one.providers == other.providers
    assert one.pools == other.pools


@given(seed=st.integers(0, 500), providers=st.integers(1, 40), referrals=st.integers(1, 40))
@settings(max_examples=25, deadline=None)
def test_what_is_written_loads_without_a_problem_and_is_the_same(seed, providers, referrals):
    sample = generate(seed, providers, referrals, as_of=AS_OF)
    homes = load_providers(
        providers_csv(sample.providers, sample.pools).encode(), "providers.csv"
    )
    people = load_referrals(referrals_csv(sample.referrals).encode(), "referrals.csv")
    for upload in (homes, people):
        assert upload.issues == ()
        assert upload.not_kept == ()
        assert upload.counts.set_aside == upload.counts.left_out == 0
    assert homes.providers == sample.providers
    assert homes.pools == sample.pools
    assert people.referrals == sample.referrals


@pytest.mark.parametrize("size", [(0, 0), (0, 5), (5, 0), (1, 1)])
def test_small_samples_are_drawn_too(size):
    sample = generate(3, *size, as_of=AS_OF)
    assert (len(sample.providers), len(sample.referrals)) == size
    assert {p.provider_id for p in sample.pools} == {p.provider_id for p in sample.providers}


def test_every_record_says_that_it_is_a_sample():
    sample = made()
    assert {p.data_origin for p in sample.providers} == {DataOrigin.SAMPLE}
    assert {r.data_origin for r in sample.referrals} == {DataOrigin.SAMPLE}


def test_the_assumptions_come_with_it():
    assert any("62.6% (bed survey 2019)" in sentence for sentence in made().assumptions)


def test_every_date_moves_with_the_moment():
    later = AS_OF + timedelta(days=30)
    one, other = made(), generate(1, 132, 60, as_of=later)
    for mine, theirs in zip(one.pools, other.pools, strict=True):
        assert (mine.as_of is None) == (theirs.as_of is None)
        if mine.as_of is not None:
            assert theirs.as_of - mine.as_of == timedelta(days=30)
    ends = [p.licence_expires for p in one.providers if p.licence_expires]
    moved = [p.licence_expires for p in other.providers if p.licence_expires]
    assert [b - a for a, b in zip(ends, moved, strict=True)] == [timedelta(days=30)] * len(ends)


def test_nothing_lies_after_the_moment_it_is_known_at():
    sample = made()
    assert all(p.as_of <= AS_OF for p in sample.pools if p.as_of)
    assert all(r.received_at <= AS_OF for r in sample.referrals if r.received_at)
    assert all(r.screening_date <= AS_OF.date() for r in sample.referrals if r.screening_date)


def test_the_moment_is_taken_in_whole_minutes_of_universal_time():
    east = datetime(2026, 11, 23, 3, 0, 31, 99, tzinfo=timezone(timedelta(hours=5)))
    assert generate(1, 20, 10, as_of=east) == generate(1, 20, 10, as_of=AS_OF)


@pytest.mark.parametrize("numbers", [(-1, 1, 1), (1, -1, 1), (1, 1, -1), (1, LARGEST + 1, 1)])
def test_numbers_that_cannot_be_drawn_are_refused(numbers):
    with pytest.raises(InputError) as refused:
        generate(*numbers, as_of=AS_OF)
    assert refused.value.next_step


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(InputError, match="time zone"):
        generate(1, 1, 1, as_of=AS_OF.replace(tzinfo=None))


def test_two_of_three_find_a_place_and_the_stages_of_gaps_show():
    problem, general = problem_of(made()), policy.load("general")
    plan = solve(problem, general)
    assert 0.55 <= len(plan.referral) / 60 <= 0.75
    stages = {gap.stage for gap in find_gaps(problem, Judge(problem, general), plan)}
    assert stages >= {
        Stage.NO_SUITABLE_PLACE,
        Stage.NOT_READY,
        Stage.NO_FREE_BED,
        Stage.EXCLUDED,
        Stage.PERSON,
    }
    assert 0 < (plan.unknown == 0).sum() < len(plan.referral)


def test_most_stages_show_at_a_larger_size_whatever_the_seed():
    sample = generate(5, 500, 300, as_of=AS_OF, ties=False)
    problem, general = problem_of(sample), policy.load("general")
    plan = solve(problem, general)
    assert 0.5 <= len(plan.referral) / 300 <= 0.8
    gaps = Counter(gap.stage for gap in find_gaps(problem, Judge(problem, general), plan))
    assert gaps.keys() >= {Stage(letter) for letter in "abcdfg"}


def bound(problem):
    """Who is tied to others by anything at all."""
    general = policy.load("general")
    pairs = candidates(Judge(problem, general))
    return find(problem, general, pairs).bound(pairs)


def sets_of(people):
    """Sizes of the groups and of the circles kept apart, and how many bring a child."""
    groups = Counter(r.group_id for r in people if r.group_id is not None)
    tokens = Counter(token for r in people for token in r.separate_from or ())
    apart = [size for size in tokens.values() if size > 1]
    return list(groups.values()), apart, sum(r.beds_needed > 1 for r in people)


def test_only_a_handful_are_tied_to_each_other():
    assert sets_of(made().referrals) == ([2, 2], [2, 2], 1)


def test_ties_do_not_grow_with_the_sample():
    groups, apart, parents = sets_of(made(1, 200, 3_000).referrals)
    assert len(groups) == len(apart) == 10
    # Somebody whose status nobody knows is not known to bring a child either.
    assert 15 <= parents <= 20


def differing(one, other):
    return {
        field.name
        for field in dataclasses.fields(one)
        if getattr(one, field.name) != getattr(other, field.name)
    }


def test_a_sample_without_ties_differs_in_nothing_else():
    tied, free = made(1, 200, 300), generate(1, 200, 300, as_of=AS_OF, ties=False)
    assert bound(problem_of(tied)).any()
    assert not bound(problem_of(free)).any()
    changed = {
        "group_id", "children_with", "separate_from",
        "residents", "high_acuity_limit",
        "age_spread_max", "beds_available", "beds_accepting", "beds_occupied",
    }  # fmt: skip
    sides = [(tied.referrals, free.referrals), (tied.providers, free.providers)]
    for mine, theirs in [*sides, (tied.pools, free.pools)]:
        assert set().union(*map(differing, mine, theirs)) <= changed
    assert [p.free for p in tied.pools] == [p.free for p in free.pools]
    assert any(r.separate_from for r in free.referrals)


def test_untying_keeps_what_is_unknown():
    people = [
        builders.referral("R1", group_id="G", children_with=2, separate_from=frozenset("AB")),
        builders.referral("R2", children_with=None, separate_from=frozenset("A")),
        builders.referral("R3"),
    ]
    one, two, three = untied(people)
    assert (one.group_id, one.children_with, one.separate_from) == (None, 0, frozenset("B"))
    assert (two.children_with, two.separate_from) == (None, frozenset())
    assert three == people[2]


def test_referrals_can_be_drawn_for_a_real_inventory():
    homes = [
        builders.home("P1", county=builders.MIAMI, state="FL"),
        builders.home("P2", county=builders.BROWARD, state="FL"),
        builders.home("P3", county=builders.MIAMI, state="FL"),
    ]
    drawn = referrals_for(1, 200, homes, as_of=AS_OF, ties=False)
    assert len(drawn) == 200
    counties = Counter(r.home_county for r in drawn)
    assert counties.keys() <= {builders.MIAMI, builders.BROWARD, None}
    assert counties[builders.MIAMI] > counties[builders.BROWARD] > 0
    named = {n for r in drawn for n in (*(r.vetoed_providers or ()), *(r.declined_by or ()))}
    assert named
    assert named <= {"P1", "P2", "P3"}
    problem = build(drawn, homes, [builders.pool("P1")], AS_OF, geography.load())
    assert not bound(problem).any()


def test_referrals_for_an_inventory_are_repeatable_and_checked():
    homes = [builders.home("P1", county=builders.MIAMI)]
    assert referrals_for(1, 5, homes, as_of=AS_OF) == referrals_for(1, 5, homes, as_of=AS_OF)
    with pytest.raises(InputError):
        referrals_for(1, -5, homes, as_of=AS_OF)
    with pytest.raises(InputError, match="county"):
        referrals_for(1, 5, [builders.home("P1")], as_of=AS_OF)


def test_the_types_a_new_user_meets():
    kinds = Counter(p.placement_type for p in made().providers)
    assert 0.55 < kinds[PlacementType.FOSTER_HOME] / 132 < 0.63
    assert kinds[PlacementType.SAFE_HOUSE] >= 5
    assert kinds[PlacementType.SAFE_FOSTER_HOME] >= 5
