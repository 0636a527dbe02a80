"""Overrides and declines: denominators by asking every rule about every pair."""

from dataclasses import replace

import pytest
from hypothesis import given, settings

from matching.domain import words as w
from matching.domain.rulebook import RULE_BY_CODE, Stage
from matching.engine.choices import Choices, Seat
from matching.engine.judge import Judge
from matching.engine.solve import work_out
from matching.insight.fairness_record import (
    Act,
    Decided,
    people_barred_by_one,
    preference_records,
    provider_records,
    rule_records,
)
from tests.builders import FAR, NEAR, known_home, known_pool, known_referral, problem
from tests.engine.small import GENERAL, Slow, policies, problems

HOMES = [known_home("P1", name="Oak House"), known_home("P2"), known_home("P3", county=NEAR)]
POOLS = [known_pool(one.provider_id) for one in HOMES]


def solved(people, homes=HOMES, pools=POOLS, **choices):
    return work_out(
        problem(people, homes, pools),
        GENERAL,
        choices=Choices(**{name: frozenset(some) for name, some in choices.items()}),
    )


@settings(max_examples=10, deadline=None)
@given(problems(), policies())
def test_who_fits_by_every_rule_by_asking_every_rule(one, policy):
    people = [replace(r, declined_by=frozenset(one.provider_ids)) for r in one.referral_records]
    one = problem(people, one.provider_records, one.pool_records, one.as_of)
    slow = Slow(one, policy)
    aside = {"declined", "do-not-place", "veto", "together"}
    aside |= {code for code, spec in RULE_BY_CODE.items() if spec.stage is Stage.NO_FREE_BED}
    found = {
        record.provider_id: record for record in provider_records(work_out(one, policy), ())
    }
    for home in one.provider_ids:
        fits = {
            i
            for i in range(one.size[0])
            for j, key in enumerate(one.pool_keys)
            if key[0] == home and not set(slow.barring(i, j)) - aside
        }
        assert (found[home].fit, found[home].declined) == (len(fits), len(fits))
        assert found[home].declined_in_all == one.size[0]


@settings(max_examples=10, deadline=None)
@given(problems(), policies())
def test_whom_a_rule_alone_bars_by_asking_every_rule(one, policy):
    slow = Slow(one, policy)
    codes = [code for code in slow.codes if code != "together"]
    found = people_barred_by_one(Judge(one, policy), codes)
    for code in codes:
        assert found[code] == {
            i
            for i in range(one.size[0])
            for j in range(one.size[1])
            if set(slow.barring(i, j)) - {"together"} == {code}
        }


def test_a_provider_who_declines_most_who_fit_comes_first():
    people = [
        *(known_referral(f"R{k}", declined_by=frozenset({"P1"})) for k in range(6)),
        *(known_referral(f"S{k}") for k in range(2)),
        known_referral("T1", age_years=24, declined_by=frozenset({"P1"})),
        known_referral("T2", declined_by=frozenset({"P3"})),
    ]
    oak, far = provider_records(solved(people), ())
    assert (oak.name, oak.fit, oak.declined, oak.declined_in_all) == ("Oak House", 9, 6, 7)
    assert (far.name, far.fit, far.declined) == ("P3", 9, 1)


def test_a_full_house_counts_who_would_fit():
    people = [known_referral("R1", declined_by=frozenset({"P1"})), known_referral("R2")]
    full = [known_pool("P1", beds_available=0), *POOLS[1:]]
    (oak,) = provider_records(solved(people, pools=full), ())
    assert (oak.fit, oak.declined) == (2, 1)


def test_refusals_and_places_ruled_out_are_told_apart():
    people = [
        known_referral("R1", vetoed_providers=frozenset({"P1"})),
        known_referral("R2", avoid_providers=frozenset({"P1"})),
        known_referral("R3"),
    ]
    decided = [
        Decided(Act.FORBIDDEN, "R3", "P1"),
        Decided(Act.FORBIDDEN, "gone", "P1"),
        Decided(Act.FORCED, "R3", "P2"),
    ]
    first, second = sorted(
        provider_records(solved(people), decided), key=lambda one: one.provider_id
    )
    assert (first.fit, first.ruled_out, first.refused, first.declined) == (3, 2, 1, 0)
    assert (first.forbidden, first.forced) == (2, 0)
    assert (second.forbidden, second.forced) == (0, 1)


@pytest.mark.parametrize("needy", [4, 2])
def test_what_most_of_the_declined_have_in_common(needy):
    behaviour = frozenset({w.Behaviour.SELF_HARM})
    people = [
        *(
            known_referral(
                f"R{k}",
                declined_by=frozenset({"P1"}),
                behaviours=behaviour if k < needy else frozenset(),
            )
            for k in range(5)
        ),
        *(known_referral(f"S{k}") for k in range(4)),
    ]
    (oak,) = provider_records(solved(people), ())
    assert oak.declined == 5
    if needy == 2:
        assert oak.alike is None
        return
    assert (oak.alike.title, oak.alike.name) == ("Need", "behaviour")
    assert (oak.alike.declined, oak.alike.others) == ((4, 5), (0, 4))


def test_two_declined_have_nothing_in_common_worth_telling():
    people = [known_referral(f"R{k}", declined_by=frozenset({"P1"})) for k in range(2)]
    (oak,) = provider_records(solved([*people, known_referral("S", age_years=12)]), ())
    assert oak.alike is None


def test_a_rule_is_held_against_those_whom_it_alone_keeps_from_a_place():
    people = [known_referral(f"R{k}", home_county=FAR) for k in range(3)]
    decided = [
        Decided(Act.WAIVED, "R0", None, "distance", "court_order"),
        Decided(Act.WAIVED, "R0", "P1", "distance", "court_order"),
        Decided(Act.WAIVED, "R1", None, "distance", "family_team"),
        Decided(Act.WAIVED, "gone", None, "distance", "court_order"),
        Decided(Act.SPLIT, "G1", reason="best_interest"),
        Decided(Act.FORCED, "R2", "P1"),
        Decided(Act.WAIVED, "R1", None, "no-such-rule"),
    ]
    far, together = rule_records(solved([*people, known_referral("S")]), decided)
    assert (far.code, far.waived, far.alone, far.waived_alone) == ("distance", 3, 3, 2)
    assert far.reasons == (("court_order", 3), ("family_team", 1))
    assert (together.code, together.waived, together.alone) == ("together", 1, 0)
    assert far.title == RULE_BY_CODE["distance"].title


def test_choices_by_hand_are_held_against_the_best_place_for_the_same_person():
    people = [known_referral(f"R{k}") for k in range(3)]
    seats = {Seat("R0", "P3"), Seat("R1", "P1")}
    homes, pools = [HOMES[0], HOMES[2]], [POOLS[0], POOLS[2]]
    found = preference_records(solved(people, homes=homes, pools=pools, forced=seats))
    # Farther from home and from school; the other choice is the best place anyway.
    assert [(one.code, one.against, one.choices) for one in found] == [
        ("distance", 1, 1),
        ("school", 1, 1),
    ]


def test_without_choices_or_decisions_there_is_nothing_to_tell():
    solution = solved([known_referral("R1")])
    assert preference_records(solution) == ()
    assert rule_records(solution, ()) == ()
    assert provider_records(solution, ()) == ()


def test_without_any_bed_no_rule_keeps_anybody_from_one():
    empty = Judge(problem([known_referral("R1")], HOMES, []), GENERAL)
    assert people_barred_by_one(empty, ["distance"]) == {"distance": set()}
