"""The promise to somebody without a place, as the page Case shows it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from matching.domain.access import Actor, Role
from matching.domain.errors import NotFound, PermissionDenied
from matching.engine.effort import Effort
from matching.services import decisions as d
from matching.services.choosing import Wish, try_out
from matching.services.promises import promise_to
from matching.services.turn import turn
from tests.builders import ago, known_home, known_pool, known_referral
from tests.services.planned import HOMES, POOLS, accept, desk_at, office

ONE_HOME = (known_home("P1", name="Oak House", licensed_capacity=5),)
TWO_BEDS = (known_pool("P1", beds_available=2),)
FIVE = tuple(known_referral(f"R{k}", received_at=ago(hours=90 - k)) for k in range(5))


@pytest.fixture
def desk(sqlite_store):
    return desk_at(sqlite_store)


@pytest.fixture
def saved(desk):
    return office(desk, ONE_HOME, TWO_BEDS, FIVE)


def test_who_competes_for_which_beds_is_said_with_the_promise(desk, saved):
    found = promise_to(desk, saved, "R4")
    assert found.holds
    assert set(found.people) == {person.referral_id for person in FIVE}
    assert (found.beds, found.providers, found.later) == (2, ("P1",), ())
    assert found.sentences[0] == ("5 young people can only use these 2 beds: at Oak House.")
    assert found.sentences[1].startswith("Nobody later in line holds a place that")


def test_for_somebody_with_a_place_there_is_nothing_to_promise(desk, saved):
    assert promise_to(desk, saved, "R0") is None


def test_where_no_rule_leaves_a_place_it_says_so(desk):
    people = (*FIVE, known_referral("R9", age_years=60))
    saved = office(desk, ONE_HOME, TWO_BEDS, people)
    found = promise_to(desk, saved, "R9")
    assert found.holds
    assert (found.providers, found.beds) == ((), 0)
    assert found.sentences[0].startswith("No place is open to this person")


def test_a_place_that_somebody_decided_does_not_break_the_promise(desk, saved):
    forced = accept(desk, try_out(desk, saved, Wish(d.force("R4", "P1"))))
    found = promise_to(desk, forced, "R2")
    assert found.holds
    assert found.later == ()
    assert "besides case R4, whose place somebody decided" in found.sentences[1]


def two_for_one(desk):
    """Two who stay together, later in line, take the beds of one who came first."""
    people = (
        known_referral("A", received_at=ago(hours=90)),
        known_referral("B", received_at=ago(hours=80), group_id="F1"),
        known_referral("C", received_at=ago(hours=80), group_id="F1"),
    )
    return office(desk, ONE_HOME, TWO_BEDS, people)


def test_where_ties_let_somebody_later_in_the_trade_off_is_said(desk):
    found = promise_to(desk, two_for_one(desk), "A", effort=Effort(30.0))
    assert found.holds is False
    assert found.later == ("B", "C")
    assert found.sentences[1:] == (
        "This young person could go to Oak House with everybody before them still placed; "
        "case B (needed tonight, waiting 3 days) and case C (needed tonight, waiting 3 days), "
        "later in line, would then be left without a place.",
        "The plan does not do so since fewer people would have a place: 1 fewer in the "
        "priority 'tonight'.",
    )


def test_while_another_plan_is_made_nothing_is_solved_and_the_rest_is_said(desk):
    saved = two_for_one(desk)
    with turn():
        waiting = promise_to(desk, saved, "A")
    assert waiting.holds is None
    assert waiting.later == ("B", "C")
    assert waiting.sentences[:1] == promise_to(desk, saved, "A").sentences[:1]
    assert waiting.sentences[-1].endswith("not worked out yet.")


def test_everybody_without_a_place_is_told_something(desk):
    saved = office(desk, HOMES, POOLS)
    placed = 0
    for case in saved.run.problem.referral_ids:
        found = promise_to(desk, saved, case)
        placed += found is None
        if found is not None:
            assert found.holds
            assert all(said.endswith(".") for said in found.sentences)
    assert placed == len(saved.run.plan.referral)


def test_only_those_who_see_cases_and_only_cases_of_the_plan(desk, saved):
    with pytest.raises(NotFound):
        promise_to(desk, saved, "R99")
    for role in (Role.MANAGER, Role.AUDITOR, Role.LICENSING):
        with pytest.raises(PermissionDenied):
            promise_to(replace(desk, actor=Actor("x", role)), saved, "R4")
