"""A change put on the record, and the plan made again with it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.domain.errors import ChoiceError
from matching.domain.rulebook import Kind
from matching.engine.choices import Choices, Seat, Waiver
from matching.engine.solve import work_out
from matching.insight.edits import Edit, Fact, facts_of, identifier, solved_with
from tests.builders import known_home, known_pool, known_referral, problem
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
