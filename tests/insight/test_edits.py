"""A change put on the record, and the plan made again with it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.domain.errors import ChoiceError, EngineError
from matching.domain.rulebook import Kind
from matching.engine.choices import Choices, Seat, Waiver
from matching.engine.solve import work_out
from matching.insight.edits import Edit, Fact, facts_of, identifier, solved_with, with_edit
from tests.builders import NEAR, known_home, known_pool, known_referral, problem
from tests.engine.small import GENERAL, named, problems

FEW = settings(max_examples=10, deadline=None)


@FEW
@given(problems(people=4, pools=4, tied=True), st.data())
def test_the_plan_is_that_of_the_records_as_they_would_be(one, data):
    solution = work_out(one, GENERAL, salt="s")
    person = data.draw(st.sampled_from(one.referral_records))
    home = data.draw(st.sampled_from(one.provider_records))
    pool = data.draw(st.sampled_from(one.pool_records))
    edit = Edit(
        referrals=(replace(person, max_distance_miles=500),),
        providers=(replace(home, licence_expires=None),),
        pools=(replace(pool, beds_available=3),),
    )
    found = solved_with(solution, edit)
    records = [
        [{identifier(one): one for one in edit.records}.get(identifier(r), r) for r in rows]
        for rows in (one.referral_records, one.provider_records, one.pool_records)
    ]
    expected = work_out(problem(*records), GENERAL, salt="s")
    assert named(found.problem, found.plan) == named(expected.problem, expected.plan)
    assert found.problem.fingerprint() == expected.problem.fingerprint()
    assert one.fingerprint() == solution.plan.problem_fingerprint  # the old one is as it was


@FEW
@given(problems(people=4, pools=4, tied=True), st.data())
def test_decisions_are_added_to_those_made_before(one, data):
    may = sorted(c for c, s in GENERAL.rules.items() if s.kind is Kind.POLICY and s.on)
    name = data.draw(st.sampled_from(one.referral_ids))
    seat = Seat(name, data.draw(st.sampled_from(one.provider_ids)))
    before = Choices(forbidden=frozenset({seat}))
    waived = frozenset({Waiver(name, data.draw(st.sampled_from(may)))})
    solution = work_out(one, GENERAL, choices=before, salt="s")
    found = solved_with(solution, Edit(waived=waived, split=frozenset({"F1"})))
    both = before.and_(waived=waived, split={"F1"})
    expected = work_out(one, GENERAL, choices=both, salt="s")
    assert named(one, found.plan) == named(one, expected.plan)
    assert found.plan.choices_fingerprint == expected.plan.choices_fingerprint


def test_a_change_that_a_decision_forbids_is_refused():
    person, home = known_referral(), known_home()
    forced = Choices(forced=frozenset({Seat("R1", "P1")}))
    solution = work_out(problem(person, home, known_pool()), GENERAL, choices=forced)
    with pytest.raises(ChoiceError):
        solved_with(solution, Edit(pools=(known_pool(beds_available=0),)))


def test_the_facts_of_a_change_are_the_fields_that_differ():
    person, home, pool = known_referral(), known_home(), known_pool()
    one = problem(person, home, pool)
    edit = Edit(
        referrals=(replace(person, max_distance_miles=50),),
        providers=(replace(home, residents=2, trainable=True),),
        pools=(pool,),
    )
    assert facts_of(one, edit) == (
        Fact("referral", ("R1",), "max_distance_miles", None, 50),
        Fact("provider", ("P1",), "residents", 1, 2),
        Fact("provider", ("P1",), "trainable", None, True),
    )
    assert facts_of(one, Edit(waived=frozenset({Waiver("R1", "distance")}))) == ()
    assert identifier(pool) == ("pool", ("P1", "B1"))


@FEW
@given(problems(people=4, pools=4, tied=True), st.data())
def test_records_can_come_and_go(one, data):
    solution = work_out(one, GENERAL, salt="s")
    gone = data.draw(st.sampled_from(one.provider_ids))
    person = known_referral("new", urgency=None)
    home, pool = known_home("new"), known_pool("new")
    edit = Edit(added=(person, home, pool), removed=frozenset({("provider", (gone,))}))
    found = solved_with(solution, edit)
    expected = problem(
        [*one.referral_records, person],
        [home, *(p for p in one.provider_records if p.provider_id != gone)],
        [*(b for b in one.pool_records if b.provider_id != gone), pool],
    )
    assert found.problem.fingerprint() == expected.fingerprint()
    assert named(found.problem, found.plan) == named(
        expected, work_out(expected, GENERAL, salt="s").plan
    )
    assert facts_of(one, edit) == ()


def test_one_bed_pool_or_one_person_can_go_alone():
    people = [known_referral("R1"), known_referral("R2")]
    one = problem(people, known_home(), [known_pool(), known_pool(pool_id="B2")])
    without = with_edit(
        one, Edit(removed=frozenset({("pool", ("P1", "B2")), ("referral", ("R1",))}))
    )
    assert without.pool_keys == (("P1", "B1"),)
    assert without.referral_ids == ("R2",)
    assert with_edit(one, Edit()) is one


def test_what_is_added_needs_a_name_of_its_own():
    one = problem(known_referral(), known_home(), known_pool())
    with pytest.raises(EngineError):
        with_edit(one, Edit(added=(known_referral(),)))


def test_a_change_can_be_tried_under_another_policy_and_with_fewer_decisions():
    person = known_referral(home_county=NEAR)
    forced = Choices(forbidden=frozenset({Seat("R1", "P1")}))
    solution = work_out(problem(person, known_home(), known_pool()), GENERAL, choices=forced)
    assert len(solution.plan.referral) == 0
    told: list[str] = []
    free = solved_with(solution, Edit(), choices=Choices(), progress=told.append)
    assert len(free.plan.referral) == 1
    assert told
    near = GENERAL.with_rule("distance", parameters={"max_miles": 5})
    assert len(solved_with(solution, Edit(), policy=near, choices=Choices()).plan.referral) == 0
