"""A stored plan put back is the plan that was made, or nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.domain import policy as policies
from matching.domain.errors import EngineError
from matching.engine.choices import Choices, Seat
from matching.engine.recall import recall
from matching.engine.solution import Method
from matching.engine.solve import work_out
from tests.builders import ago, known_home, known_pool, known_referral, problem

GENERAL = policies.load("general")


def tied_parts(solution):
    names = solution.problem.referral_ids
    return {names[p.members[0]]: p for p in solution.parts if p.method is not Method.FLOW}


def put_back(solution, **changes):
    return recall(
        solution.problem,
        GENERAL,
        changes.get("plan", solution.plan),
        changes.get("parts", tied_parts(solution)),
        choices=changes.get("choices", solution.choices),
    )


@st.composite
def offices(draw):
    groups = st.sampled_from([None, None, "G1", "G2"])
    people = [
        known_referral(
            f"R{k}",
            age_years=draw(st.sampled_from([9, 12, 15, 30])),
            received_at=ago(hours=draw(st.integers(1, 90))),
            group_id=draw(groups),
            separate_from=draw(st.sampled_from([frozenset(), frozenset({"t"})])),
        )
        for k in range(draw(st.integers(0, 6)))
    ]
    homes = [known_home(f"P{k}") for k in range(draw(st.integers(0, 3)))]
    beds = [
        known_pool(home.provider_id, beds_available=draw(st.integers(0, 2))) for home in homes
    ]
    forbidden = draw(st.sampled_from([(), (Seat("R0", "P0"),)]))
    return problem(people, homes, beds), Choices(forbidden=frozenset(forbidden))


@settings(max_examples=40)
@given(offices())
def test_what_is_put_back_is_what_was_made(office):
    made = work_out(office[0], GENERAL, choices=office[1])
    back = put_back(made)
    assert back.plan is made.plan
    assert back.chosen.tolist() == made.chosen.tolist()
    assert back.pairs.referral.tolist() == made.pairs.referral.tolist()
    assert back.pairs.pool.tolist() == made.pairs.pool.tolist()
    for name in ("tier", "standing", "moved", "icwa", "cost"):
        assert getattr(back.goal, name).tolist() == getattr(made.goal, name).tolist(), name
    assert len(back.parts) == len(made.parts)
    for one, other in zip(back.parts, made.parts, strict=True):
        assert one.members.tolist() == other.members.tolist()
        assert (one.method, one.more, one.gap) == (other.method, other.more, other.gap)


@pytest.fixture(scope="module")
def made():
    people = [known_referral("R1", group_id="G"), known_referral("R2", group_id="G")]
    people += [known_referral("R3"), known_referral("R4", age_years=30)]
    homes, pools = [known_home("P1"), known_home("P2")], [known_pool("P1"), known_pool("P2")]
    return work_out(problem(people, homes, pools), GENERAL)


def refused(made, **changes):
    with pytest.raises(EngineError, match="does not fit the records") as caught:
        put_back(made, **changes)
    assert caught.value.next_step == "Make the plan again."


def test_a_plan_that_breaks_a_rule_is_refused(made):
    refused(made, plan=replace(made.plan, pool=made.plan.pool[::-1].copy()))
    too_many = replace(made.plan, pool=np.zeros_like(made.plan.pool))
    refused(made, plan=too_many)
    adult = made.problem.referral_ids.index("R4")
    rows = made.plan.referral.copy()
    rows[-1] = adult
    refused(made, plan=replace(made.plan, referral=rows))


def test_a_plan_whose_costs_are_others_is_refused(made):
    cost = made.plan.cost + 1
    refused(made, plan=replace(made.plan, cost=cost, objective=int(cost.sum())))


def test_a_plan_against_what_was_decided_is_refused(made):
    name = made.problem.referral_ids[made.plan.referral[-1]]
    home = made.problem.pool_keys[made.plan.pool[-1]][0]
    refused(made, choices=Choices(forbidden=frozenset({Seat(name, home)})))


def test_parts_that_are_not_there_are_refused(made):
    part = made.parts[0]
    refused(made, parts={**tied_parts(made), "R99": part})
