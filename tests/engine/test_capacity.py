from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings

from matching.domain import words as w
from matching.engine.capacity import (
    UNLIMITED,
    licensed_room,
    pool_room,
    provider_room,
    staffed_room,
)
from tests import strategies
from tests.builders import home, pool, problem
from tests.engine.small import GENERAL, beds_in, beds_under

FOSTER, SHELTER = w.PlacementType.FOSTER_HOME, w.PlacementType.EMERGENCY_SHELTER


@settings(max_examples=8, deadline=None)
@given(strategies.inventories())
def test_room_is_what_counting_beds_one_by_one_says(inventory):
    one = problem((), *inventory)
    assert pool_room(one, GENERAL).tolist() == [beds_in(b, GENERAL) for b in one.pool_records]
    under = provider_room(one, GENERAL)
    for k in set(one.pools.provider.tolist()):
        wanted = beds_under(one, GENERAL, one.provider_records[k])
        assert under[k] == wanted or (wanted == float("inf") and under[k] == UNLIMITED)
    assert (under >= 0).all()


@pytest.mark.parametrize(
    ("facts", "asked", "beds"),
    [
        ({}, 1, 1),
        ({}, 0, 0),
        ({}, 3, 3),
        ({"beds_licensed": 2}, 3, 2),
        ({"beds_available": 0}, 3, 0),
        ({"beds_available": 4}, 1, 4),
        ({"beds_available": 4, "beds_licensed": 3}, 1, 3),
        ({"beds_accepting": 2, "beds_occupied": 3, "beds_held": 0}, 1, 0),
    ],
)
def test_an_unknown_vacancy_takes_as_many_as_the_policy_lets_one_ask_for(facts, asked, beds):
    policy = replace(GENERAL, unknown_vacancy_beds=asked)
    assert pool_room(problem((), home(), pool(**facts)), policy).tolist() == [beds]


@pytest.mark.parametrize(
    ("facts", "licensed", "left"),
    [
        ({"licensed_capacity": 9, "residents": 2, "placement_type": SHELTER}, 9, 7),
        ({"licensed_capacity": 9, "residents": 2, "placement_type": FOSTER}, 6, 4),
        (
            {
                "licensed_capacity": 9,
                "residents": 2,
                "placement_type": FOSTER,
                "foster_cap_exception": True,
            },
            9,
            7,
        ),
        ({"licensed_capacity": 3, "residents": 5}, 3, 0),
        ({"licensed_capacity": 3}, 3, 3),
        ({"placement_type": FOSTER}, 6, 6),
        ({}, UNLIMITED, UNLIMITED),
        ({"licensed_capacity": 0}, 0, 0),
    ],
)
def test_licensed_capacity_and_the_foster_cap(facts, licensed, left):
    one = problem((), home(**facts))
    assert licensed_room(one, GENERAL).tolist() == [licensed]
    assert provider_room(one, GENERAL).tolist() == [left]


def test_the_cap_is_a_setting():
    one = problem((), home(placement_type=FOSTER, licensed_capacity=9))
    policy = GENERAL.with_rule("beds", parameters={"foster_cap": 2})
    assert provider_room(one, policy).tolist() == [2]


@pytest.mark.parametrize(
    ("facts", "looked_after", "left"),
    [
        ({"staff_on_shift": 2, "staff_ratio": 4, "residents": 5}, 8, 3),
        ({"staff_on_shift": 2, "staff_ratio": 4, "residents": 9}, 8, 0),
        ({"staff_on_shift": 2, "staff_ratio": 4}, 8, 8),
        ({"staff_on_shift": 0, "residents": 0}, 0, 0),
        ({"staff_on_shift": 2, "residents": 1}, UNLIMITED, UNLIMITED),
        ({"staff_ratio": 4, "residents": 1}, UNLIMITED, UNLIMITED),
        ({"staff_on_shift": 2, "staff_ratio": 4, "licensed_capacity": 6}, 8, 6),
        ({"staff_on_shift": 1, "staff_ratio": 4, "licensed_capacity": 6}, 4, 4),
    ],
)
def test_nobody_moves_in_whom_the_staff_cannot_look_after(facts, looked_after, left):
    one = problem((), home(placement_type=SHELTER, **facts))
    assert staffed_room(one, GENERAL).tolist() == [looked_after]
    assert provider_room(one, GENERAL).tolist() == [left]
    off = GENERAL.with_rule("staffing", on=False)
    assert staffed_room(one, off).tolist() == [UNLIMITED]
