"""What changed since the plan before, in numbers and for whom."""

from __future__ import annotations

from dataclasses import replace

import pytest

from matching.domain.access import Actor, Role
from matching.domain.errors import PermissionDenied, StoreError
from matching.services import decisions as d
from matching.services.choosing import Wish, try_out
from matching.services.last_plan import since_last
from matching.services.matching import run_plan
from tests.builders import known_referral
from tests.services.planned import HOMES, PEOPLE, POOLS, accept, desk_at, office, set_record


@pytest.fixture
def desk(sqlite_store):
    return desk_at(sqlite_store)


@pytest.fixture
def first(desk):
    return office(desk)


def test_the_first_plan_has_none_before_it(desk, first):
    assert since_last(desk, first) is None


def test_where_nothing_changed_it_says_so(desk, first):
    found = since_last(desk, run_plan(desk))
    assert (found.number, found.made_at, found.made_by) == (1, first.made_at, "tester")
    assert found.summary == ("Nobody's place changes.",)
    assert found.lines == ()


def test_a_decision_is_what_changed(desk, first):
    trial = try_out(desk, first, Wish(d.force("R1", "P2")))
    found = since_last(desk, accept(desk, trial))
    assert found.difference.moved == trial.difference.moved
    assert "Case R1 moves from Oak House to Birch [House]." in found.lines


def test_people_who_came_and_went_are_told_apart_from_those_in_both(desk, first):
    set_record(desk, people=[*PEOPLE[1:], known_referral("R9", age_years=50)])
    found = since_last(desk, run_plan(desk))
    assert found.summary[1] == (
        "1 person is new, 0 with a place; "
        "1 person is not in this plan any more, 1 had been proposed a place."
    )
    assert "Case R9 is new, without a place." in found.lines


def test_a_provider_that_is_gone_is_named_by_its_code(desk, first):
    left = [home for home in HOMES if home.provider_id != "P1"]
    set_record(desk, left, [pool for pool in POOLS if pool.provider_id != "P1"])
    lines = since_last(desk, run_plan(desk)).lines
    assert any("P1" in line for line in lines)


def test_a_plan_is_held_against_the_one_before_it_and_not_the_newest(desk, first):
    second = run_plan(desk)
    set_record(desk, people=PEOPLE[1:])
    run_plan(desk)
    assert since_last(desk, second).number == 1
    assert since_last(desk, second).lines == ()


def test_a_plan_before_that_cannot_be_read_is_said(desk, first):
    with desk.store.transaction() as record:
        row = record.runs.get(first.number)
        record.runs.add(replace(row, id=None, document={"placements": 3}))
    with pytest.raises(StoreError, match="another form"):
        since_last(desk, run_plan(desk))


@pytest.mark.parametrize("role", [Role.MANAGER, Role.AUDITOR])
def test_whoever_may_not_see_cases_is_told_nothing(desk, first, role):
    second = run_plan(desk)
    with pytest.raises(PermissionDenied):
        since_last(replace(desk, actor=Actor("x", role)), second)
