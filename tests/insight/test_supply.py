from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.domain import words as w
from matching.engine.capacity import provider_room
from matching.engine.solve import work_out
from matching.insight.levels import LEVEL_WORDS, LOSS_WORDS, LOSSES, Level, Loss
from matching.insight.supply import Said, supply
from tests.builders import (
    HERE,
    MIAMI,
    NOW,
    day,
    home,
    known_home,
    known_pool,
    known_referral,
    pool,
    problem,
)
from tests.engine.small import GENERAL, problems

FEW = settings(max_examples=40, deadline=None)


def losses(one, policy=GENERAL, **chosen):
    return {
        loss: number
        for step in supply(one, policy).waterfall(**chosen)
        for loss, number in step.lost
    }


def beds(one, policy=GENERAL):
    found = supply(one, policy)
    return {level.value: found.beds(level) for level in found.levels}


def pools(**facts):
    return problem((), known_home(licensed_capacity=None), known_pool(**facts))


NUMBERS = {
    "beds_licensed": 10,
    "beds_staffed": 8,
    "beds_accepting": 7,
    "beds_occupied": 3,
    "beds_held": 1,
    "beds_available": 3,
}


def test_every_loss_has_its_name_between_two_levels():
    one = pools(**NUMBERS)
    assert beds(one) == {"licensed": 10, "staffed": 8, "accepting": 7, "free": 3, "ready": 3}
    assert losses(one) == {
        Loss.UNSTAFFED: 2,
        Loss.ON_HOLD: 1,
        Loss.OCCUPIED: 3,
        Loss.HELD: 1,
    }


@pytest.mark.parametrize(
    ("missing", "expected"),
    [
        (["beds_staffed"], {Loss.UNSTAFFED_OR_ON_HOLD: 3, Loss.OCCUPIED: 3, Loss.HELD: 1}),
        (["beds_held"], {Loss.UNSTAFFED: 2, Loss.ON_HOLD: 1, Loss.OCCUPIED: 3,
                         Loss.NOT_FREE: 1}),
        (["beds_held", "beds_available"],
         {Loss.UNSTAFFED: 2, Loss.ON_HOLD: 1, Loss.OCCUPIED: 3, Loss.VACANCY_UNKNOWN: 4}),
        (["beds_licensed"], {Loss.ON_HOLD: 1, Loss.OCCUPIED: 3, Loss.HELD: 1}),
        (["beds_licensed", "beds_staffed", "beds_accepting"], {}),
    ],
)  # fmt: skip
def test_a_number_that_nobody_gave_is_never_0(missing, expected):
    one = pools(**NUMBERS | dict.fromkeys(missing))
    assert losses(one) == expected
    free = None in (one.pool_records[0].free,)
    assert beds(one)["free"] == (0 if free else 3)


def test_beds_enter_where_their_first_number_is_known():
    steps = supply(pools(**NUMBERS | {"beds_licensed": None}), GENERAL).waterfall()
    assert [(step.level, step.entered) for step in steps if step.entered] == [
        (Level.STAFFED, 8)
    ]


def test_a_pool_of_which_nothing_is_known_has_no_beds_and_no_losses():
    one = problem((), home(), pool())
    assert set(beds(one).values()) == {0}
    assert losses(one) == {}
    assert supply(one, GENERAL).silent_of() == 1
    assert supply(pools(), GENERAL).silent_of() == 0


@pytest.mark.parametrize(
    ("facts", "loss"),
    [
        ({"licence_expires": day(-1)}, Loss.LICENCE),
        ({"licence_status": w.LicenceStatus.REVOKED}, Loss.LICENCE),
        ({"background_check": w.BackgroundCheck.EXPIRED}, Loss.BACKGROUND_CHECK),
        ({"trainings": ()}, Loss.TRAINING),
        ({"compromised_until": day(3), "compromise_cleared": False}, Loss.COMPROMISED),
        ({"licensed_capacity": 3, "residents": 3}, Loss.NO_ROOM),
        ({"staff_on_shift": 0}, Loss.NO_ROOM),
    ],
)
def test_what_keeps_a_free_bed_from_being_ready(facts, loss):
    one = problem((), known_home(**facts), known_pool())
    free = beds(one)["free"]
    assert free > 0
    assert losses(one)[loss] == free
    assert beds(one)["ready"] == 0


@pytest.mark.parametrize(
    ("facts", "loss"),
    [
        ({"as_of": None}, Loss.STALE),
        ({"as_of": NOW - timedelta(hours=25)}, Loss.STALE),
        ({"available_from": day(1)}, Loss.LATER),
    ],
)
def test_old_news_and_later_openings_are_not_ready(facts, loss):
    one = problem((), known_home(), known_pool(**facts))
    assert losses(one)[loss] == beds(one)["free"] > 0


def test_facts_that_nobody_has_said_keep_no_bed_from_being_ready():
    unsaid = {"licence_status": None, "licence_expires": None, "trainings": None}
    one = problem((), known_home(**unsaid), known_pool())
    assert beds(one)["ready"] == beds(one)["free"] > 0


def test_a_rule_that_is_off_costs_no_bed():
    one = problem((), known_home(trainings=()), known_pool())
    assert losses(one, GENERAL.with_rule("training", on=False)).get(Loss.TRAINING) is None


@pytest.mark.parametrize(
    ("person", "lock", "loss"),
    [
        ({"gender": w.Gender.MALE, "acceptable_settings": None},
         {"gender_lock": w.Gender.FEMALE, "genders": frozenset(w.Gender)}, Loss.GENDER_LOCK),
        ({"acceptable_types": frozenset({w.PlacementType.QRTP})}, {}, Loss.TAKES_NOBODY),
        ({}, {}, None),
    ],
)  # fmt: skip
def test_beds_that_nobody_who_is_waiting_may_use(person, lock, loss):
    one = problem((known_referral(**person),), known_home(), known_pool(**lock))
    found = supply(one, GENERAL, work_out(one, GENERAL))
    lost = dict(found.waterfall()[-1].lost)
    assert lost == ({} if loss is None else {loss: found.beds(Level.READY)})


def test_a_conflict_with_a_resident_is_named():
    one = problem(
        (known_referral(separate_from=frozenset({"t1"})),),
        known_home(resident_tokens=frozenset({"t1"})),
        known_pool(),
    )
    lost = dict(supply(one, GENERAL, work_out(one, GENERAL)).waterfall()[-1].lost)
    assert set(lost) == {Loss.CONFLICT}


@FEW
@given(problems())
def test_levels_and_losses_add_up_in_every_group_and_stay_within_the_rules(one):
    found = supply(one, GENERAL, work_out(one, GENERAL))
    for chosen in [
        {},
        *({"kind": k} for k in found.kinds),
        *({"region": r} for r in found.regions),
    ]:
        before = 0
        for step in found.waterfall(**chosen):
            assert step.beds == before + step.entered - sum(n for _, n in step.lost)
            assert step.beds >= 0
            assert all(n > 0 for _, n in step.lost)
            assert {loss for loss, _ in step.lost} <= set(LOSSES[step.level])
            assert step.beds == found.beds(step.level, **chosen)
            before = step.beds
    for level in Level:
        assert found.beds(level) == sum(found.beds(level, kind=k) for k in found.kinds)
        assert found.beds(level) == sum(found.beds(level, region=r) for r in found.regions)
    free = sum(p.free or 0 for p in one.pool_records)
    assert found.beds(Level.FREE) == free
    assert found.beds(Level.READY) <= provider_room(one, GENERAL).sum()


@FEW
@given(problems(), st.randoms())
def test_the_order_of_rows_changes_nothing(one, chance):
    from matching.engine.problem import build

    rows = [list(r) for r in (one.provider_records, one.pool_records)]
    for some in rows:
        chance.shuffle(some)
    other = build(one.referral_records, *rows, one.as_of, one.geography)
    assert supply(one, GENERAL).waterfall() == supply(other, GENERAL).waterfall()


def test_every_level_and_every_loss_has_its_words_and_its_place():
    assert set(LEVEL_WORDS) == set(Level)
    assert set(LOSS_WORDS) == set(Loss)
    assert [loss for level in Level for loss in LOSSES[level]] == list(Loss)


def test_no_provider_counts_for_more_than_its_licence():
    homes = known_home(licensed_capacity=6, residents=4)
    beds_here = [known_pool(pool_id=f"B{k}") for k in range(3)]
    one = problem((), homes, beds_here)
    assert supply(one, GENERAL).beds(Level.READY) == 2


def test_places_are_grouped_by_type_and_by_the_offices_regions():
    homes = [known_home("P1"), known_home("P2", county=MIAMI, placement_type=None)]
    one = problem((), homes, [known_pool("P1"), known_pool("P2")])
    drawn = replace(GENERAL, regions={"North": frozenset({HERE})})
    found = supply(one, drawn)
    assert set(found.regions) == {"North", "FL"}
    assert found.kinds[-1] == "not known"
    assert found.providers_of() == 2
    assert found.providers_of(region="North") == 1


BLANK = dict.fromkeys(("beds_occupied", "beds_held", "beds_available"))
ONE = known_pool("P1", **BLANK | {"beds_licensed": 15, "beds_staffed": 15})


def of_two(**facts):
    """Fifteen beds of one home, and another home with these numbers."""
    other = known_pool("P2", **BLANK | {"beds_accepting": None} | facts)
    return supply(problem((), [known_home("P1"), known_home("P2")], [ONE, other]), GENERAL)


def test_a_home_that_has_not_said_how_many_are_staffed_does_not_count_as_staffed():
    found = of_two(beds_licensed=8, beds_staffed=None)
    assert found.said(Level.LICENSED) == Said(23, 0)
    assert found.said(Level.STAFFED) == Said(15, 1)
    (kind,) = found.kinds
    assert found.said(Level.STAFFED, kind) == Said(15, 1)
    assert found.incomplete_of() == found.incomplete_of(kind) == 2  # none said what is free
    step = found.waterfall()[1]
    assert (step.beds, step.followed) == (23, 8)


def test_beds_without_a_licensed_number_leave_that_number_open():
    found = of_two(beds_licensed=None, beds_staffed=4)
    assert found.said(Level.LICENSED) == Said(15, 1)
    assert found.said(Level.STAFFED) == Said(19, 0)


@pytest.mark.parametrize("facts", [{}, {"beds_licensed": 3, "beds_staffed": 4}])
def test_where_all_is_said_nothing_is_at_least(facts):
    found = supply(pools(**NUMBERS | facts), GENERAL)
    assert [found.said(level).unsaid_pools for level in found.levels] == [0] * 5
    assert found.incomplete_of() == 0
    assert not any(step.followed for step in found.waterfall())


SAID = {
    Level.LICENSED: "beds_licensed",
    Level.STAFFED: "beds_staffed",
    Level.ACCEPTING: "beds_accepting",
    Level.FREE: "free",
}


@FEW
@given(problems())
def test_what_is_said_never_exceeds_what_was_said_and_unsaid_pools_are_counted(one):
    found = supply(one, GENERAL)
    for level, name in SAID.items():
        numbers = [getattr(pool, name) for pool in one.pool_records]
        said = found.said(level)
        assert said.unsaid_pools == numbers.count(None)
        assert 0 <= said.beds <= sum(number or 0 for number in numbers)
        followed = {step.level: step.followed for step in found.waterfall()}[level]
        assert said.beds + followed == found.beds(level)
    assert found.incomplete_of() >= found.silent_of()
    # The last levels are worked out of what was said.
    assert found.said(Level.READY) == Said(found.beds(Level.READY), 0)
