"""Each sentence about a group is a claim, tried by solving again without what it names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import groupby

import pytest
from hypothesis import given, settings

from matching.domain import words as w
from matching.domain.errors import ChoiceError
from matching.domain.policy import Policy
from matching.engine.choices import NO_CHOICES, Choices, Seat, Waiver
from matching.engine.problem import Problem
from matching.engine.solve import work_out
from matching.insight.funnel import TAKEN
from matching.insight.together import GroupObstacle, Obstacle, why_not_together
from tests.builders import ago, known_home, known_pool, known_referral, problem
from tests.engine.small import GENERAL, blocking, policies, problems

G = w.Gender


def can_go(one: Problem, policy: Policy, group: str, home: str) -> bool:
    """Tell whether the whole group could be forced to go to a provider."""
    name = next(r.referral_id for r in one.referral_records if r.group_id == group)
    try:
        work_out(one, policy, choices=Choices(forced=frozenset({Seat(name, home)})))
    except ChoiceError:
        return False
    return True


def without(
    one: Problem, policy: Policy, home: str, obstacles: Iterable[GroupObstacle]
) -> tuple[Problem, Policy]:
    """Take obstacles away: rules are switched off, beds and staff are made ample."""
    places, pools = one.provider_records, one.pool_records
    for obstacle in obstacles:
        if obstacle.kind is not Obstacle.BED:
            policy = policy.with_rule(obstacle.code, on=False)
            continue
        limits = {"licensed_capacity": None, "staff_on_shift": None, "staff_ratio": None}
        places = [
            replace(p, **limits, foster_cap_exception=True) if p.provider_id == home else p
            for p in places
        ]
        free = {"beds_available": 50, "beds_licensed": None, "beds_accepting": None}
        pools = [replace(b, **free) if b.provider_id == home else b for b in pools]
    return problem(one.referral_records, places, pools), policy


@settings(max_examples=20, deadline=None)
@given(problems(tied=True, people=5, pools=4), policies())
def test_what_is_in_the_way_is_in_the_way_and_nothing_else_is(one, policy):
    solution = work_out(one, policy)
    for group in sorted({r.group_id for r in one.referral_records} - {None}):
        found = why_not_together(solution, group, most=9)
        members = [r.referral_id for r in one.referral_records if r.group_id == group]
        rows = [one.referral_ids.index(name) for name in members]
        if len(members) < 2 or (solution.chosen[rows] >= 0).all():
            assert found == ()
            continue
        assert found
        if found[0].provider_id is None:
            assert [x.code for x in found] == ["kept-apart"]
            assert not any(can_go(one, policy, group, home) for home in one.provider_ids)
            continue
        sites = {home: list(some) for home, some in groupby(found, lambda x: x.provider_id)}
        assert set(sites) == set(one.provider_ids)  # each provider once, none left out
        for home, some in sites.items():
            all_could = "could take all" in some[0].sentence
            assert can_go(one, policy, group, home) == all_could
            if not all_could:
                assert can_go(*without(one, policy, home, some), group, home)
            for obstacle in some:
                assert set(obstacle.referral_ids) <= set(members)
                _gone_when_taken_away(one, policy, group, obstacle, all_could)


def _gone_when_taken_away(one, policy, group, obstacle, all_could):
    """Without one obstacle the others remain, and this one is not named again."""
    if all_could and obstacle.code in (TAKEN, "kept-apart"):
        return  # held by others in the plan: what takes its place depends on them
    again = work_out(*without(one, policy, obstacle.provider_id, [obstacle]))
    still = [
        (x.kind, x.code)
        for x in why_not_together(again, group, most=9)
        if x.provider_id == obstacle.provider_id
    ]
    assert (obstacle.kind, obstacle.code) not in still


# --- in words -----------------------------------------------------------------------


def three(*facts, **shared):
    """Three of one group, each with facts of its own."""
    own = [*facts, *({} for _ in range(3 - len(facts)))]
    return [
        known_referral(f"R{k}", group_id="F1", **{**shared, **fact})
        for k, fact in enumerate(own, start=1)
    ]


def oak(**facts):
    return known_home("P1", name="Oak House", residents=0, **facts)


def beds(pool_id="B1", provider="P1", **facts):
    """Four free beds where nobody lives, for girls; no limit on ages."""
    free = {
        "beds_licensed": None,
        "beds_accepting": None,
        "beds_available": 4,
        "beds_occupied": 0,
        "age_spread_max": None,
        "resident_age_min": None,
        "resident_age_max": None,
    }
    return known_pool(provider, pool_id, **{**free, **facts})


def told(people, homes, pools, policy=GENERAL, choices=NO_CHOICES, most=5):
    solution = work_out(problem(people, homes, pools), policy, choices=choices)
    return [x.sentence for x in why_not_together(solution, "F1", most)]


def test_too_few_beds():
    assert told(three(), oak(), beds(beds_available=2)) == [
        "Oak House could take two of the three; it has 2 free beds."
    ]
    assert told(three(), oak(), beds(beds_available=0)) == [
        "Oak House could take none of the three; it has no free bed."
    ]
    mother = {"pregnant_parenting": w.Parenting.PARENTING, "children_with": 2}
    assert told(three(mother), oak(licensed_capacity=6), beds()) == [
        "Oak House could take two of the three; it has 4 free beds, and they need 5."
    ]


def test_too_little_room_under_a_licence_or_too_few_staff():
    assert told(three(), oak(licensed_capacity=2), beds()) == [
        "Oak House could take two of the three; its licence leaves room for 2 more."
    ]
    assert told(three(), oak(staff_on_shift=1, staff_ratio=1), beds()) == [
        "Oak House could take one of the three; its staff on shift can look after 1 more."
    ]


def test_beds_that_nobody_has_counted():
    assert told(three(), oak(), beds(beds_available=None)) == [
        "Oak House could take one of the three; nobody has said how many beds are free, "
        "and 1 proposal at a time may be made."
    ]


def test_enough_beds_but_not_for_all():
    pools = [beds(age_max=14), beds("B2", beds_available=1)]
    ages = [{"age_years": age} for age in (13, 15, 16)]
    assert told(three(*ages), oak(licensed_capacity=6), pools) == [
        "Oak House could take two of the three; it has 5 free beds, "
        "but not where all of them may live."
    ]


def test_a_rule_says_whom_it_bars():
    ages = [{"age_years": 9}, {"age_years": 16}, {"age_years": 13}]
    assert told(three(*ages), oak(), beds(age_min=12)) == [
        "Oak House could take two of the three. "
        "Case R1: Licensed for ages 12 to 17; this young person is 9."
    ]
    refused = {"vetoed_providers": frozenset({"P1"})}
    assert told(three(refused, refused), oak(), beds()) == [
        "Oak House could take one of the three. "
        "Case R1 and case R2: This young person has said that they will not go here."
    ]


def test_two_rules_are_two_obstacles_and_a_question_is_one_too():
    both = {"age_years": 9, "vetoed_providers": frozenset({"P1"})}
    assert len(told(three(both), oak(), beds())) == 2
    strict = blocking(GENERAL, ["age"])
    assert told(three({"age_years": None}), oak(), beds(), strict) == [
        "Oak House could take two of the three. Case R1: Ask how old this young person is."
    ]


def test_a_rule_and_too_few_beds_together():
    young = {"age_years": 9}
    found = told(three(young), oak(), beds(beds_available=1))
    assert found == [
        "Oak House could take one of the three. "
        "Case R1: Licensed for ages 10 to 17; this young person is 9.",
        "Oak House could take one of the three; it has 1 free bed.",
    ]


def test_a_decision_against_a_place_is_said():
    against = Choices(forbidden=frozenset({Seat("R2", "P1")}))
    assert told(three(), oak(), beds(), choices=against) == [
        "Oak House could take two of the three. "
        "Case R2: It was decided that they do not go there."
    ]


def test_those_who_do_not_fit_each_other():
    everybody = {"genders": frozenset(G), "gender_lock": None}
    genders = [{"gender": g} for g in (G.FEMALE, G.MALE, G.FEMALE)]
    assert told(three(*genders), oak(), beds(**everybody)) == [
        "Oak House could take two of the three. Its empty beds take the gender of the first "
        "to move in, and not all of the group fit one."
    ]
    ages = [{"age_years": age} for age in (11, 13, 16)]
    assert told(three(*ages), oak(), beds(age_spread_max=3)) == [
        "Oak House could take two of the three. "
        "Those who live there may be 3 years apart at most."
    ]
    high = {"run_risk": w.Level.HIGH}
    assert told(three(high, high), oak(high_acuity_limit=1), beds()) == [
        "Oak House could take two of the three. It can keep 1 more person with high needs safe."
    ]
    waived = Choices(waived=frozenset({Waiver("R1", "acuity", "P1")}))
    assert told(three(high, high), oak(high_acuity_limit=1), beds(), choices=waived) == []


def test_two_of_a_group_who_must_be_kept_apart():
    hostile = {"separate_from": frozenset({"T1"})}
    people = three(hostile, hostile)
    assert told(people, oak(), beds()) == [
        "Case R1 and case R2 must be kept apart from each other, "
        "so that no provider can take the whole group."
    ]
    (one,) = why_not_together(work_out(problem(people, oak(), beds()), GENERAL), "F1")
    assert (one.provider_id, one.kind, one.code) == (None, Obstacle.TIE, "kept-apart")
    assert one.referral_ids == ("R1", "R2")


def test_whoever_is_not_here_is_said_once_and_not_for_every_provider():
    away = {"presence": w.Presence.HOSPITAL}
    homes = [oak(licensed_capacity=6), known_home("P2", name="Elm House")]
    pools = [beds(), beds(provider="P2", beds_available=1)]
    found = told(three({}, away), homes, pools)
    assert found[0] == (
        "Case R2: This young person is recorded as in hospital; no bed is proposed meanwhile."
    )
    assert found[1:] == ["Elm House could take one of the three; it has 1 free bed."]
    here = GENERAL.with_rule("presence", on=False)
    assert told(three({}, away), homes, pools, here) == []
    missing = {"presence": w.Presence.MISSING}
    assert told(three(missing, missing), homes[0], pools[0]) == [
        "Case R1 and case R2: This young person is recorded as missing; "
        "no bed is proposed meanwhile."
    ]


@pytest.mark.parametrize(
    ("first", "why"),
    [
        ({}, "the plan gives its beds to others"),
        (
            {"separate_from": frozenset({"T1"})},
            "somebody proposed for it must be kept apart from one of the group",
        ),
        ({"gender": G.MALE}, "its empty beds take the gender of others proposed for it"),
        ({"age_years": 10}, "others proposed for it are too far from the group in age"),
        ({"run_risk": w.Level.HIGH}, "others proposed for it take its room for high needs"),
    ],
)
def test_others_in_the_plan_are_in_the_way(first, why):
    """Somebody more urgent takes the place; the group could have had it without them."""
    urgent = known_referral("R0", **first)
    members = three(
        {"separate_from": frozenset({"T1"}), "run_risk": w.Level.HIGH},
        urgency=w.Urgency.PLANNED,
        needed_by=None,
        received_at=ago(hours=1),
    )
    pool = beds(
        genders=frozenset(G),
        gender_lock=None,
        age_spread_max=4,
        beds_available=3 if first == {} else 4,
    )
    place = oak(high_acuity_limit=1, licensed_capacity=6)
    assert told([urgent, *members], place, pool) == [
        f"Oak House could take all three, but {why}."
    ]
    assert told(members, place, pool) == []


def test_the_nearest_providers_come_first_and_only_so_many():
    homes = [known_home(f"P{k}", name=name) for k, name in enumerate("ABCD")]
    pools = [
        beds(provider="P0", age_min=16),  # one of three
        beds(provider="P1", beds_available=1),  # all three, but one bed
        beds(provider="P2", age_min=14),  # two of three
        beds(provider="P3", beds_available=2),  # all three, but two beds
    ]
    ages = [{"age_years": age} for age in (12, 14, 16)]
    found = told(three(*ages), homes, pools)
    assert [sentence[0] for sentence in found] == ["D", "B", "C", "A"]
    assert [s[0] for s in told(three(*ages), homes, pools, most=2)] == ["D", "B"]


def test_nothing_is_said_of_a_group_that_has_a_place_may_be_split_or_is_nobody():
    assert told(three(), oak(licensed_capacity=6), beds()) == []
    split = Choices(split=frozenset({"F1"}))
    assert told(three(), oak(), beds(beds_available=2), choices=split) == []
    solution = work_out(problem(three()[:1], oak(), beds(beds_available=0)), GENERAL)
    assert why_not_together(solution, "F1") == ()
    assert why_not_together(solution, "F9") == ()


def test_a_group_with_no_provider_at_all_is_told_nothing():
    assert told(three(), [], []) == []
