"""A stored plan made again: the same, or every difference in a plain sentence."""

from __future__ import annotations

import dataclasses
from dataclasses import replace

import numpy as np
import pytest

from matching.domain import policy as policies
from matching.domain import words as w
from matching.domain.access import Action, Actor, Role
from matching.domain.errors import ConflictError, NotFound, PermissionDenied, PolicyError
from matching.engine.aims import banded
from matching.engine.effort import Effort
from matching.engine.plan import Status
from matching.engine.solution import Method
from matching.services import decisions as d
from matching.services import replay as service
from matching.services.choosing import Wish, decisions, try_out
from matching.services.documents import plan_document
from matching.services.intake import load_sample
from matching.services.matching import run_plan, save_run
from matching.services.planning import Run
from matching.services.proof import Stopped
from matching.services.replay import NAMED, replay
from matching.services.stored import Kept
from matching.services.turn import turn
from tests.builders import NOW, ago, known_home, known_pool, known_referral
from tests.services.planned import (
    HOMES,
    PEOPLE,
    POOLS,
    accept,
    desk_at,
    events,
    office,
    set_record,
)

TIED = (
    known_referral("S1", group_id="G1"),
    known_referral("S2", group_id="G1", received_at=ago(hours=9)),
    known_referral("S3", separate_from=frozenset({"t"})),
    known_referral("S4", separate_from=frozenset({"t"})),
)


@pytest.fixture
def desk(sqlite_store):
    return desk_at(sqlite_store)


@pytest.fixture
def saved(desk):
    return office(desk)


def as_role(desk, role):
    return replace(desk, actor=Actor("kim", role))


def edited(desk, saved, **changes):
    """Store the same plan again with other columns or parts of its document."""
    with desk.store.transaction() as record:
        row = record.runs.get(saved.number)
        document = {**row.document, **changes.pop("document", {})}
        return record.runs.add(replace(row, id=None, document=document, **changes)).id


def test_the_same_record_gives_the_same_plan(desk, saved):
    found = replay(desk, saved.number)
    assert (found.number, found.same, found.plan_same) == (saved.number, True, True)
    assert found.differences == found.notes == ()


@pytest.mark.parametrize("policy", ["general", "florida", "texas"])
def test_ties_policies_and_decisions_come_out_again(desk, policy):
    load_sample(desk, HOMES, POOLS, (*PEOPLE, *TIED), "0" * 64)
    first = run_plan(desk, policy)
    assert replay(desk, first.number).same
    case = plan_document(first.run)["placements"][0]
    wish = Wish(d.forbid(case["referral"], case["provider"]))
    second = accept(desk, try_out(desk, first, wish))
    assert replay(desk, second.number).same
    assert replay(desk, first.number).same


def test_a_later_moment_and_later_plans_change_nothing(desk, saved):
    tomorrow = replace(desk, clock=lambda: NOW.replace(day=NOW.day + 1))
    run_plan(tomorrow)
    assert replay(tomorrow, saved.number).same


def test_the_replay_is_recorded_and_stores_no_plan(desk, saved):
    replay(desk, saved.number)
    assert events(desk, Action.REPLAY_PLAN) == [
        {"kind": "run", "id": "1", "same": True, "plan_same": True, "differences": 0}
    ]
    with desk.store.reading() as record:
        assert len(record.runs.list()) == 1


# -- what the plan was made from -----------------------------------------------------------


def test_records_that_came_went_and_changed_are_listed(desk, saved):
    people = [
        replace(PEOPLE[0], age_years=16),
        *PEOPLE[2:],
        known_referral("R9", age_years=50),
    ]
    set_record(desk, people=people)
    found = replay(desk, saved.number)
    assert not found.same
    for said in (
        "1 referral came after the plan: R9.",
        "1 referral is gone: R2.",
        "1 referral was changed: R1.",
        "Case R9 is new, without a place.",
    ):
        assert said in found.differences
    assert any(
        said.startswith("Case R2 is not in this plan any more") for said in found.differences
    )
    assert not found.plan_same


def test_providers_and_beds_are_listed_too(desk, saved):
    homes = [*HOMES[:3], replace(HOMES[3], licensed_capacity=3), known_home("P5")]
    pools = [*POOLS[1:], known_pool("P5", "B7"), known_pool("P1", beds_available=1)]
    set_record(desk, homes, pools)
    found = replay(desk, saved.number)
    for said in (
        "1 provider came after the plan: P5.",
        "1 provider was changed: P4.",
        "1 bed pool came after the plan: P5 B7.",
        "1 bed pool was changed: P1 B1.",
    ):
        assert said in found.differences


def test_a_change_without_effect_is_still_a_difference(desk, saved):
    set_record(desk, people=[*PEOPLE[:-1], replace(PEOPLE[-1], stay_days=91)])
    found = replay(desk, saved.number)
    assert (found.same, found.plan_same) == (False, True)
    assert found.differences == (
        "1 referral was changed: R8.",
        "The certificate of the plan is no longer valid. The certificate is for other records.",
    )


def test_a_fact_that_only_reports_use_is_no_difference(desk, saved):
    set_record(desk, people=[replace(PEOPLE[0], worker="other unit"), *PEOPLE[1:]])
    assert replay(desk, saved.number).same


def test_long_lists_are_cut(desk):
    many = tuple(known_referral(f"R{k:02}", age_years=50) for k in range(NAMED + 5))
    saved = office(desk, people=many)
    set_record(desk, people=[replace(one, age_years=51) for one in many])
    said = replay(desk, saved.number).differences[0]
    assert said.startswith("25 referrals were changed: R00, R01,")
    assert said.endswith("R19 and 5 more.")


def test_another_policy_under_the_same_name_is_said(desk, saved, monkeypatch):
    general = policies.load("general")
    other = replace(general.with_rule("distance", parameters={"max_miles": 500}), version="99")
    monkeypatch.setattr(service.policies, "load", lambda _: other)
    found = replay(desk, saved.number)
    assert f"The policy 'general' was of version {general.version} then and is 99 now." in (
        found.differences
    )
    assert not found.same
    silent = replace(other, version=general.version)
    monkeypatch.setattr(service.policies, "load", lambda _: silent)
    assert "under the same version" in replay(desk, saved.number).differences[0]


def test_a_policy_that_is_gone_is_said(desk, saved, monkeypatch):
    def gone(name):
        raise PolicyError(f"There is no policy called '{name}'.")

    monkeypatch.setattr(service.policies, "load", gone)
    found = replay(desk, saved.number)
    assert found.differences == (
        "The plan cannot be made again: There is no policy called 'general'.",
    )
    assert (found.same, found.plan_same) == (False, False)


def test_other_versions_of_software_and_solver_are_said(desk, saved):
    number = edited(desk, saved, engine_version="0.0.9", solver_version="9.0")
    found = replay(desk, number)
    assert len(found.differences) == 2
    assert found.differences[0].startswith("The software was of version 0.0.9 then and is ")
    assert found.differences[1].startswith("The solver was of version 9.0 then and is ")
    assert (found.same, found.plan_same) == (False, True)


def test_a_plan_that_keeps_no_marks_says_so(desk, saved):
    number = edited(desk, saved, document={"records": None})
    assert replay(desk, number).same
    set_record(desk, people=[replace(PEOPLE[0], age_years=16), *PEOPLE[1:]])
    assert "this plan does not keep which" in replay(desk, number).differences[0]


def test_facts_read_another_way_are_told_from_facts_that_changed(desk, saved):
    number = edited(desk, saved, problem_fingerprint="0" * 64)
    with desk.store.reading() as record:
        row = record.runs.get(number)
    # The marks are salted with the fingerprint: those of this one would differ.
    stored = service.marks(PEOPLE, HOMES, POOLS, row.problem_fingerprint)
    number = edited(desk, saved, problem_fingerprint="0" * 64, document={"records": stored})
    assert replay(desk, number).differences[0] == (
        "No record changed, but this version of the software reads them differently."
    )


def test_a_decision_that_means_nothing_now_is_said(desk, saved):
    accept(desk, try_out(desk, saved, Wish(d.forbid("R1", "P1"))))
    (made,) = decisions(desk)
    set_record(desk, people=PEOPLE[1:])
    found = replay(desk, 2)
    assert (
        made.sentence.replace("Oak House", "P1")
        + (" No longer in force: the case is no longer on the record.")
        in found.differences
    )


def test_a_decision_that_cannot_be_had_now_is_said(desk, saved):
    accept(desk, try_out(desk, saved, Wish(d.force("R1", "P2"))))
    set_record(desk, people=[replace(PEOPLE[0], gender=w.Gender.MALE), *PEOPLE[1:]])
    found = replay(desk, 2)
    assert found.differences[-1].startswith("The plan cannot be made again: Case R1 cannot")
    assert not found.plan_same


# -- the plan itself -----------------------------------------------------------------------


def test_a_plan_whose_places_were_altered_is_found_out(desk, saved):
    document = plan_document(saved.run)
    rows = [dict(one) for one in document["placements"]]
    rows[0]["provider"], rows[0]["bed_pool"] = "P4", "B1"
    number = edited(desk, saved, document={"placements": rows})
    found = replay(desk, number)
    case, place = rows[0]["referral"], document["placements"][0]["provider"]
    assert found.differences == (
        "The certificate of the plan is no longer valid. Case R1 at P4 breaks the rule "
        "'distance'.",
        f"Case {case} moves from P4 to {place}.",
    )


@pytest.mark.parametrize(
    ("key", "value", "word"),
    [
        ("objective", -1, "total preference cost"),
        ("bound", -1, "least preference cost"),
        ("tiers", [], "by priority"),
    ],
)
def test_a_number_that_was_altered_is_found_out(desk, saved, key, value, word):
    found = replay(desk, edited(desk, saved, document={key: value}))
    told = [said for said in found.differences if "certificate" not in said]
    assert len(told) == 1
    assert word in told[0]


def test_a_document_that_cannot_be_read_is_said(desk, saved):
    found = replay(desk, edited(desk, saved, document={"placements": [{"who": 1}]}))
    assert "cannot be read" in found.differences[0]
    assert "cannot be compared" in found.differences[1]
    assert not found.plan_same


def test_a_certificate_that_was_altered_is_found_out(desk, saved):
    with desk.store.reading() as record:
        proof = dict(record.runs.get(saved.number).document["certificate"])
    worse = [cost + 1 for cost in proof["bound"]]
    found = replay(
        desk, edited(desk, saved, document={"certificate": proof | {"bound": worse}})
    )
    (said,) = found.differences
    assert said.startswith("The certificate of the plan is no longer valid. The bound")
    assert (found.same, found.plan_same) == (False, True)
    unread = replay(desk, edited(desk, saved, document={"certificate": {"pairs": "many"}}))
    assert "cannot be read" in unread.differences[0]
    none = replay(desk, edited(desk, saved, document={"certificate": None}))
    assert none.same
    assert none.notes == ("No certificate was stored with this plan.",)


# -- a plan that was stopped ---------------------------------------------------------------


def stopped(desk, saved, *, more=1, worse=0):
    """Store the plan as if its search had been stopped: so many placed less, so many open."""
    solution = saved.run.solution
    problem, plan, goal = solution.problem, solution.plan, solution.goal
    urgent = [k for k, row in enumerate(plan.referral) if goal.tier[row] == 0]
    drop = urgent[:worse]
    people = plan.referral[urgent[0]]
    (part,) = [one for one in solution.parts if people in one.members]
    band = banded(problem, solution.policy, goal, solution.choices)
    standing = goal.standing.copy()
    standing[part.members] = band[part.members]
    chosen = solution.chosen.copy()
    chosen[plan.referral[drop]] = -1
    first, *rest = plan.tiers
    placed = first.placed - worse
    cost = np.delete(plan.cost, drop)
    cut = replace(
        plan,
        status=Status.FEASIBLE,
        tiers=(replace(first, placed=placed, most=placed + more), *rest),
        referral=np.delete(plan.referral, drop),
        pool=np.delete(plan.pool, drop),
        cost=cost,
        unknown=np.delete(plan.unknown, drop),
        objective=int(cost.sum()),
        bound=0,
    )
    open_part = replace(part, method=Method.PROGRAM, more=(more, 0, 0), gap=None)
    parts = tuple(open_part if one is part else one for one in solution.parts)
    goal = replace(goal, standing=standing)
    run = Run(replace(solution, plan=cut, parts=parts, chosen=chosen, goal=goal))
    return save_run(desk, run, saved.data_version, NOW, Kept(stopped=Stopped.PERSON)).number


@pytest.mark.parametrize(("more", "worse"), [(0, 0), (1, 0), (1, 1), (2, 1)])
def test_a_stopped_plan_is_compared_on_its_own_terms(desk, saved, more, worse):
    found = replay(desk, stopped(desk, saved, more=more, worse=worse))
    assert (found.same, found.plan_same, found.differences) == (True, True, ())
    assert "stopped before its proof" in found.notes[0]


def test_a_stopped_plan_that_claimed_too_much_is_found_out(desk, saved):
    number = stopped(desk, saved, more=0, worse=1)
    assert replay(desk, number).differences == (
        "More people of the priority 'tonight' have a place now than the stored plan said "
        "could have one.",
    )


def test_a_stopped_plan_that_has_more_than_there_can_be_is_found_out(desk, saved):
    number = stopped(desk, saved)
    with desk.store.reading() as record:
        tiers = [dict(one) for one in record.runs.get(number).document["tiers"]]
    tiers[0] |= {"placed": 9, "most": 9}
    saved_again = dataclasses.replace(saved, number=number)
    found = replay(desk, edited(desk, saved_again, document={"tiers": tiers}))
    assert "had a place in the stored plan than can have one now" in found.differences[-1]


def test_a_stopped_plan_that_breaks_a_rule_now_is_found_out(desk, saved):
    number = stopped(desk, saved)
    people = [replace(PEOPLE[0], gender=w.Gender.MALE), *PEOPLE[1:]]
    set_record(desk, people=people)
    found = replay(desk, number)
    assert any("breaks the rule 'gender'" in said for said in found.differences)
    counted = replay(as_role(desk, Role.AUDITOR), number)
    assert any("The stored plan breaks" in said for said in counted.differences)


# -- who, when, and how long ---------------------------------------------------------------


def test_an_auditor_is_told_numbers_and_no_case(desk, saved):
    accept(desk, try_out(desk, saved, Wish(d.forbid("R1", "P1"))))
    set_record(desk, people=[*PEOPLE[1:], known_referral("R9")])
    found = replay(as_role(desk, Role.AUDITOR), 2)
    assert not found.same
    assert "1 referral came after the plan." in found.differences
    assert "1 referral is gone." in found.differences
    assert any(said.startswith("A decision in force then") for said in found.differences)
    assert any("people differ" in said for said in found.differences)
    names = [person.referral_id for person in PEOPLE] + ["R9", "P1", "P2"]
    assert not any(name in said for said in found.differences for name in names)


@pytest.mark.parametrize("role", [Role.MANAGER, Role.LICENSING, Role.ADMIN])
def test_other_roles_replay_nothing(desk, saved, role):
    with pytest.raises(PermissionDenied):
        replay(as_role(desk, role), saved.number)
    assert events(desk, Action.REPLAY_PLAN) == []


def test_a_number_that_was_never_given_is_not_found(desk, saved):
    with pytest.raises(NotFound, match="number 99"):
        replay(desk, 99)


def test_while_another_plan_is_made_nothing_is_replayed(desk, saved):
    with turn(), pytest.raises(ConflictError, match="Another plan"):
        replay(desk, saved.number)


def test_a_proof_that_does_not_come_in_time_is_said(desk, saved, monkeypatch):
    real = service.work_out

    def short(*given, effort, **more):
        assert effort.seconds == 2.0
        solution = real(*given, effort=effort, **more)
        return replace(solution, plan=replace(solution.plan, status=Status.FEASIBLE))

    monkeypatch.setattr(service, "work_out", short)
    found = replay(desk, saved.number, effort=Effort(2.0))
    assert found.differences == (
        "The plan was proven then; made again, it was not proven in the time given.",
    )


def test_the_stages_are_told(desk, saved):
    told = []
    replay(desk, saved.number, progress=told.append)
    assert told[0] == "rules"
    assert told[-1] == "check"
