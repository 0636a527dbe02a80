"""Making, saving and finding plans."""

from __future__ import annotations

import dataclasses

import pytest

from matching.domain.access import Action, Role
from matching.domain.errors import InputError, PermissionDenied, PolicyError
from matching.services.documents import gaps_document, plan_document
from matching.services.intake import load_sample
from matching.services.matching import latest_run, reopen, run_plan
from tests.services.conftest import as_role


@pytest.fixture
def loaded(desk, sample):
    load_sample(desk, sample.providers, sample.pools, sample.referrals, "0" * 64)
    return desk


def runs(desk):
    with desk.store.reading() as record:
        return record.runs.list()


def test_a_plan_is_saved_with_its_document_and_one_event(loaded):
    told: list[str] = []
    saved = run_plan(loaded, progress=told.append)
    assert told[0] == "rules"
    assert told[-1] == "check"
    (run,) = runs(loaded)
    assert (run.id, run.status, run.verified) == (saved.number, "optimal", True)
    assert run.objective == run.bound
    with loaded.store.reading() as record:
        event = record.audit.events()[-1]
        assert record.audit.verify() == []
    assert (event.action, event.object_kind) == (Action.RUN_PLAN, "run")
    assert event.details["waiting"] == 12
    assert not any("R-" in str(value) for value in event.details.values())


def test_the_saved_plan_is_found_again_as_it_was(loaded):
    saved = run_plan(loaded, "florida")
    latest = latest_run(loaded)
    assert latest.number == saved.number
    assert latest.record_moved is False
    expected = {**plan_document(saved.run), "data_version": saved.data_version}
    assert latest.document == expected
    again = reopen(loaded)
    assert plan_document(again.run)["placements"] == expected["placements"]
    assert [gap.stage for gap in again.run.gaps] == [gap.stage for gap in saved.run.gaps]


def test_a_plan_of_facts_that_changed_is_shown_but_not_explained(loaded, sample):
    run_plan(loaded)
    one = dataclasses.replace(sample.referrals[0], age_years=30)
    others = (one, *sample.referrals[1:])
    load_sample(loaded, sample.providers, sample.pools, others, "1" * 64)
    assert latest_run(loaded).record_moved is True
    assert reopen(loaded) is None


def test_before_the_first_plan_there_is_none(loaded):
    assert latest_run(loaded) is None
    assert reopen(loaded) is None


def test_stopping_a_run_saves_nothing(loaded):
    class Stopped(Exception):
        pass

    def stop(stage: str) -> None:
        if stage == "flow":
            raise Stopped

    with pytest.raises(Stopped):
        run_plan(loaded, progress=stop)
    assert runs(loaded) == ()


def test_an_empty_record_cannot_be_planned(desk, sample):
    with pytest.raises(InputError, match="no referrals"):
        run_plan(desk)
    load_sample(desk, (), (), sample.referrals, "0" * 64)
    with pytest.raises(InputError, match="no providers"):
        run_plan(desk)
    assert runs(desk) == ()


def test_a_policy_that_does_not_exist_is_refused(loaded):
    with pytest.raises(PolicyError):
        run_plan(loaded, "atlantis")


@pytest.mark.parametrize("role", [Role.MANAGER, Role.LICENSING, Role.AUDITOR, Role.ADMIN])
def test_roles_without_cases_neither_plan_nor_see_plans(loaded, role):
    other = as_role(loaded, role)
    for refused in (run_plan, latest_run, reopen):
        with pytest.raises(PermissionDenied):
            refused(other)


def test_gaps_agree_with_the_plan(loaded):
    run = run_plan(loaded).run
    plan, gaps = plan_document(run), gaps_document(run)
    assert gaps["waiting"] == gaps["placed"] + gaps["without_place"]
    assert sum(gaps["stages"].values()) == len(plan["not_placed"])
    assert sum(gaps["rules"].values()) == len(plan["not_placed"])
    for breakdown in run.breakdowns:
        assert breakdown.total == len(plan["not_placed"])
