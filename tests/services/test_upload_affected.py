"""Whom an upload would touch: the last plan, made again with what it brings."""

from __future__ import annotations

import dataclasses

import pytest

from matching.domain.access import Role
from matching.domain.errors import ConflictError, PermissionDenied
from matching.domain.words import DataOrigin
from matching.engine.effort import Effort
from matching.services import decisions as d
from matching.services.choosing import Wish, try_out
from matching.services.jobs import GivenUp
from matching.services.matching import run_plan
from matching.services.turn import turn
from matching.services.upload_affected import affected, start_affected
from matching.services.upload_compare import compare
from tests.builders import known_home, known_pool, known_referral
from tests.services.conftest import as_role
from tests.services.planned import HOMES, PEOPLE, POOLS, accept, desk_at, office, set_record
from tests.services.uploads_made import everything, homes_upload, people_upload, upload


@pytest.fixture
def desk(sqlite_store):
    desk = desk_at(sqlite_store)
    set_record(desk, HOMES, POOLS, PEOPLE)
    return desk


@pytest.fixture
def plan(desk):
    return run_plan(desk)


def place_of(plan, case):
    row = plan.run.row(case)
    k = plan.run.plan.referral.tolist().index(row)
    return plan.run.problem.pool_keys[int(plan.run.plan.pool[k])][0]


def shut(*names):
    """An upload in which some homes have no free bed."""
    pools = [
        dataclasses.replace(one, beds_accepting=1, beds_available=0)
        if one.provider_id in names
        else one
        for one in POOLS
    ]
    return homes_upload(HOMES, pools)


def test_without_a_plan_it_says_so(desk):
    found = affected(desk, compare(desk, shut("P1")))
    assert found.plan is None
    assert found.sentences == (
        "2 beds closed.",
        "There is no plan on record yet, so no planned match is affected.",
    )


def test_beds_closed_and_matches_affected(desk, plan):
    home = place_of(plan, "R1")
    before, version = everything(desk), desk.store.data_version()
    found = affected(desk, compare(desk, shut(home)))
    assert found.plan == plan.number
    assert (found.beds_closed, found.beds_opened, found.made_again) == (2, 0, False)
    touched = {m.referral_id for m in (*found.difference.lost, *found.difference.moved)}
    assert "R1" in touched
    number = f"{found.matches} planned match{'' if found.matches == 1 else 'es'}"
    assert found.sentences[0] == f"2 beds closed; {number} affected."
    assert found.sentences[1] == found.difference.sentence()
    assert any("Case R1 " in line for line in found.lines)
    assert (everything(desk), desk.store.data_version()) == (before, version)


def test_it_is_what_the_next_plan_is(desk, plan):
    found = affected(desk, compare(desk, shut("P1", "P2")))
    upload(desk, shut("P1", "P2"))
    after = run_plan(desk)
    placed = {after.run.problem.referral_ids[int(row)] for row in after.run.plan.referral}
    lost = {m.referral_id for m in found.difference.lost}
    assert lost
    assert not lost & placed
    stays = set(found.difference.stays) | {m.referral_id for m in found.difference.moved}
    assert stays <= placed


def test_an_upload_that_changes_nothing_affects_nobody(desk, plan):
    found = affected(desk, compare(desk, homes_upload(HOMES, POOLS)))
    assert found.sentences == ("No bed closed or opened; no planned match affected.",)
    assert found.matches == found.gained == found.lost == 0
    assert not found.difference


def test_beds_that_open_are_counted_and_who_gets_one(desk):
    set_record(desk, HOMES[:1], [known_pool("P1", beds_accepting=1, beds_available=0)], PEOPLE)
    run_plan(desk)
    found = affected(desk, compare(desk, homes_upload([], [known_pool("P1")])))
    assert found.beds_opened == 2
    assert found.gained > 0
    assert found.sentences[0] == "2 beds opened; no planned match affected."
    assert "get" in found.sentences[1]


def test_who_is_new_and_who_of_them_has_a_place(desk, plan):
    people = [known_referral("R20"), known_referral("R21", age_years=60)]
    found = affected(desk, compare(desk, people_upload(people)))
    assert (found.new, found.new_placed) == (2, 1)
    assert found.sentences[0].startswith("2 people are new, 1 with a place; ")
    assert "Case R21 is new, without a place." in found.lines


def test_a_plan_of_older_facts_is_made_again_first(desk, plan):
    upload(desk, people_upload([known_referral("R30")]))
    found = affected(desk, compare(desk, homes_upload(HOMES, POOLS)))
    assert found.made_again
    assert found.sentences == (
        "No bed closed or opened; no planned match affected.",
        "The last plan is of older facts or was not proven; it was made again to compare with.",
    )
    assert found.new == 0


def test_a_decision_that_would_no_longer_hold_is_listed(desk, plan):
    accept(desk, try_out(desk, plan, Wish(d.force("R1", "P2"))))
    kept = affected(desk, compare(desk, shut("P1")))
    assert kept.decisions_broken == 0
    assert kept.held == ()
    found = affected(desk, compare(desk, shut("P2")))
    assert found.decisions_broken == 1
    assert "1 decision in force would no longer hold." in found.sentences
    (held,) = found.held
    assert not held.stands
    assert "No longer in force" in held.sentence


def test_a_decision_about_a_home_that_changes_and_still_holds_is_listed(desk, plan):
    accept(desk, try_out(desk, plan, Wish(d.force("R1", "P2"))))
    home = dataclasses.replace(HOMES[1], agency="Harbor")
    found = affected(desk, compare(desk, homes_upload([home])))
    assert [one.stands for one in found.held] == [True]
    assert found.decisions_broken == 0


def test_an_upload_after_which_nobody_could_be_planned_still_counts(desk, plan):
    other = [dataclasses.replace(one, presence=None) for one in PEOPLE[:1]]
    assert affected(desk, compare(desk, people_upload(other))).plan == plan.number


def test_those_who_may_not_see_cases_are_told_numbers_only(desk, plan):
    manager = as_role(desk, Role.MANAGER)
    found = affected(manager, compare(manager, shut("P1")))
    assert found.sentences[0].startswith("2 beds closed; ")
    assert found.difference is None
    assert (found.lines, found.held) == ((), ())
    with pytest.raises(PermissionDenied):
        affected(as_role(desk, Role.AUDITOR), compare(desk, shut("P1")))


def test_the_sample_is_gone_once_real_records_come(sqlite_store):
    desk = desk_at(sqlite_store)
    sample = {"data_origin": DataOrigin.SAMPLE}
    office(
        desk,
        [dataclasses.replace(one, **sample) for one in HOMES],
        POOLS,
        [dataclasses.replace(one, **sample) for one in PEOPLE],
    )
    found = affected(desk, compare(desk, homes_upload([known_home("Q1")], [known_pool("Q1")])))
    assert len(found.difference.gone) == len(PEOPLE)


def test_it_runs_as_a_job_that_can_be_stopped_and_given_up(desk, plan):
    comparison = compare(desk, shut("P1"))
    job = start_affected(desk, comparison)
    assert job.result().sentences[0].startswith("2 beds closed; ")
    assert job.stages

    def give_up(_stage):
        raise GivenUp("enough")

    with pytest.raises(GivenUp):
        affected(desk, comparison, progress=give_up)
    stopped = affected(desk, comparison, effort=Effort(0.0))
    assert stopped.plan == plan.number


def test_while_another_plan_is_made_it_is_refused(desk, plan):
    comparison = compare(desk, shut("P1"))
    with turn(), pytest.raises(ConflictError, match="Another plan"):
        start_affected(desk, comparison)
