"""What is kept of a plan, and the plan put back from it."""

from __future__ import annotations

import json
from dataclasses import fields, replace

import numpy as np
import pytest

from matching.domain import policy as policies
from matching.domain.access import Role
from matching.domain.errors import StoreError
from matching.engine.certificate import check_certificate
from matching.engine.plan import Plan, Status, TierCount
from matching.engine.problem import build
from matching.engine.solution import Method, Part
from matching.services import decisions as d
from matching.services.carrying import Dropped
from matching.services.planning import Run, make_run
from matching.services.proof import Stopped
from matching.services.stored import (
    NOTHING_KEPT,
    Kept,
    certificate_in,
    kept_in,
    plan_in,
    recalled,
    stored_document,
)
from tests.builders import NOW, ago, known_referral
from tests.services.planned import HOMES, PEOPLE, POOLS

GENERAL = policies.load("general")
TIED = (
    *PEOPLE[1:],
    known_referral("R1", group_id="G1"),
    known_referral("R9", group_id="G1", received_at=ago(hours=30)),
)
FORCED = d.Decision(d.force("R2", "P2"), "kim", Role.WORKER, NOW)


def made(people=PEOPLE, *decisions, policy=GENERAL):
    choices = d.choices_of(decisions)
    return make_run(people, HOMES, POOLS, policy, NOW, choices=choices, salt="s")


@pytest.fixture(scope="module")
def plain():
    return made()


@pytest.fixture(scope="module")
def tied():
    return made(TIED, FORCED)


def read(run, kept=NOTHING_KEPT):
    """The document as it comes back from the record."""
    return json.loads(json.dumps(stored_document(run, 7, kept)))


def same_plan(one: Plan, other: Plan):
    for field in fields(Plan):
        left, right = getattr(one, field.name), getattr(other, field.name)
        if isinstance(left, np.ndarray):
            assert left.dtype == right.dtype, field.name
            assert left.tolist() == right.tolist(), field.name
        elif field.name == "seconds":
            assert right == {name: round(value, 4) for name, value in left.items()}
        else:
            assert left == right, field.name


@pytest.mark.parametrize("which", ["plain", "tied"])
def test_a_plan_comes_back_from_its_document_as_it_was(which, request):
    run = request.getfixturevalue(which)
    same_plan(run.plan, plan_in(read(run), run.problem))


def test_a_run_is_put_back_without_solving(tied):
    document = read(tied, Kept((FORCED,)))
    back = recalled(document, tied.problem, GENERAL)
    same_plan(tied.plan, back.plan)
    before, after = tied.solution, back.solution
    assert after.choices == before.choices
    assert after.chosen.tolist() == before.chosen.tolist()
    assert after.goal.standing.tolist() == before.goal.standing.tolist()
    assert [(p.method, p.more, p.gap) for p in after.parts] == [
        (p.method, p.more, p.gap) for p in before.parts
    ]
    assert [p.members.tolist() for p in after.parts] == [
        p.members.tolist() for p in before.parts
    ]
    assert [gap.stage for gap in back.gaps] == [gap.stage for gap in tied.gaps]


def opened(run):
    """The same plan, as if its search had been stopped before the proof."""
    solution = run.solution
    tiers = (TierCount("tonight", 9, 3, 5), *solution.plan.tiers[1:])
    parts = (Part(solution.parts[0].members, Method.PROGRAM, (2, 0, 0), None),)
    plan = replace(solution.plan, status=Status.FEASIBLE, tiers=tiers, bound=0)
    return Run(replace(solution, plan=plan, parts=(*parts, *solution.parts[1:])))


def test_a_stopped_plan_is_put_back_as_it_was_and_not_made_better(plain):
    run = opened(plain)
    document = read(run, Kept(stopped=Stopped.PERSON))
    assert document["claim"].startswith("best found, proven to within 2 more people")
    assert document["stopped"] == "person"
    back = recalled(document, run.problem, GENERAL)
    same_plan(run.plan, back.plan)
    assert back.solution.parts[0].more == (2, 0, 0)
    assert kept_in(document).stopped is Stopped.PERSON


def test_decisions_come_back_with_those_that_were_dropped(tied):
    kept = Kept((FORCED,), (Dropped(FORCED, "gone."),), None)
    assert kept_in(read(tied, kept)) == kept
    assert kept_in({}) == NOTHING_KEPT


def test_no_fact_about_anybody_is_kept():
    secret = known_referral("R1", home_county="80007", separate_from=frozenset({"tok-1"}))
    text = json.dumps(stored_document(made([secret]), 1, NOTHING_KEPT))
    for fact in ("80007", "tok-1", "female", "15"):
        assert f'"{fact}"' not in text
    assert "tok-1" not in text


def test_of_other_facts_or_another_policy_nothing_is_put_back(plain):
    document = read(plain)
    older = [replace(PEOPLE[0], age_years=16), *PEOPLE[1:]]
    other = build(older, HOMES, POOLS, NOW, plain.problem.geography)
    assert recalled(document, other, GENERAL) is None
    assert recalled(document, plain.problem, policies.load("florida")) is None
    assert recalled(document, plain.problem, GENERAL) is not None


def test_a_document_that_keeps_too_little_is_not_put_back(plain):
    document = read(plain)
    document.pop("tied_parts")
    assert recalled(document, plain.problem, GENERAL) is None


def test_a_stored_plan_that_breaks_a_rule_is_not_put_back(plain):
    document = read(plain)
    (child,) = [one for one in document["placements"] if one["referral"] == "R1"]
    child["provider"] = "P3"
    assert recalled(document, plain.problem, GENERAL) is None
    document = read(plain)
    document["tied_parts"] = [
        {"first": "R99", "people": 1, "method": "program", "more": [0, 0, 0], "gap": 0}
    ]
    assert recalled(document, plain.problem, GENERAL) is None


@pytest.mark.parametrize(
    "change",
    [
        {"placements": [{"referral": "R99"}]},
        {"placements": [{"referral": "R1", "provider": "P1", "bed_pool": "B9"}]},
        {"status": "perfect"},
        {"tiers": None},
        {"placements": None},
    ],
)
def test_a_document_that_cannot_be_read_is_refused(plain, change):
    with pytest.raises(StoreError, match="cannot be read"):
        plan_in(read(plain) | change, plain.problem)
    without = {k: v for k, v in read(plain).items() if k not in change}
    with pytest.raises(StoreError):
        plan_in(without, plain.problem)


def test_the_certificate_is_kept_and_proves_the_plan(tied):
    document = read(tied, Kept((FORCED,)))
    proof = certificate_in(document)
    choices = tied.solution.choices
    assert check_certificate(tied.problem, GENERAL, tied.plan, proof, choices) == ()
    worse = replace(tied.plan, status=Status.OPTIMAL, salt="another")
    assert check_certificate(tied.problem, GENERAL, worse, proof, d.choices_of(())) != ()
    assert certificate_in({}) is None
    with pytest.raises(StoreError, match="cannot be read"):
        certificate_in({"certificate": {"pairs": "many"}})
