"""Making, saving and finding plans."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime

import pytest

from matching.domain.access import Action, Role
from matching.domain.errors import (
    ChoiceError,
    ConflictError,
    InputError,
    PermissionDenied,
    PolicyError,
)
from matching.engine.effort import Effort
from matching.engine.plan import Status
from matching.services import decisions as d
from matching.services import matching as service
from matching.services.documents import gaps_document, plan_document
from matching.services.gap_tables import protected_gaps
from matching.services.intake import load_sample
from matching.services.matching import latest_run, reopen, run_plan, save_run
from matching.services.planning import Run
from matching.services.proof import Stopped
from matching.services.replay import replay
from matching.services.stored import Kept, stored_document
from matching.services.turn import turn
from tests.builders import known_home, known_pool, known_referral
from tests.services.conftest import NOW, as_role


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
    expected = stored_document(saved.run, saved.data_version, saved.kept)
    assert latest.document == expected
    again = reopen(loaded)
    assert plan_document(again.run) == plan_document(saved.run)
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
    plan = plan_document(run)
    gaps = gaps_document(run, protected_gaps(run, loaded.settings))
    assert gaps["waiting"] == gaps["placed"] + gaps["without_place"]
    assert sum(gaps["stages"].values()) == len(plan["not_placed"])
    assert sum(gaps["rules"].values()) == len(plan["not_placed"])
    public = gaps["to_pass_on"]
    counts = (public["waiting"], public["placed"], public["without_place"])
    true = (plan["referrals"], len(plan["placements"]), len(plan["not_placed"]))
    for shown, count in zip(counts, true, strict=True):
        assert shown in (count, "hidden", "1 to 10")
    for breakdown in run.breakdowns:
        assert breakdown.total == len(plan["not_placed"])


# -- decisions carried over --------------------------------------------------------------


def places(saved):
    return {one["referral"]: one["provider"] for one in plan_document(saved.run)["placements"]}


@pytest.fixture
def forced(loaded):
    """A plan in which somebody chose another place for somebody, as an office left it."""
    first = run_plan(loaded)
    run = first.run
    for case, place in places(first).items():
        others = {o.provider_id for o in run.case(case).options} - {place}
        if others:
            break
    chosen = d.Decision(d.force(case, min(others)), "kim", loaded.actor.role, NOW)
    return save_run(loaded, run, first.data_version, NOW, Kept((chosen,)))


def reload(desk, sample, people):
    load_sample(desk, sample.providers, sample.pools, tuple(people), "1" * 64)


def test_a_later_plan_carries_the_decisions_over(loaded, forced):
    (chosen,) = forced.decisions
    for _ in range(2):
        saved = run_plan(loaded)
        assert saved.decisions == (chosen,)
        assert saved.dropped == ()
        assert places(saved)[chosen.matter.case] == chosen.matter.provider_id
    assert reopen(loaded).decisions == (chosen,)


def test_what_can_no_longer_be_had_is_dropped_and_listed(loaded, forced, sample):
    (chosen,) = forced.decisions
    adult = [
        dataclasses.replace(one, age_years=60) if one.referral_id == chosen.matter.case else one
        for one in sample.referrals
    ]
    reload(loaded, sample, adult)
    saved = run_plan(loaded)
    assert saved.decisions == ()
    assert [one.decision for one in saved.dropped] == [chosen]
    assert reopen(loaded).dropped == saved.dropped
    assert run_plan(loaded).dropped == ()
    with loaded.store.reading() as record:
        details = [e.details for e in record.audit.events() if e.action == Action.RUN_PLAN]
    assert [one["decisions_dropped"] for one in details][-2:] == [1, 0]


def test_a_decision_about_a_case_that_is_gone_is_dropped(loaded, forced):
    (chosen,) = forced.decisions
    gone = d.Decision(d.forbid("R-GONE", "P1"), "kim", loaded.actor.role, NOW)
    save_run(loaded, forced.run, forced.data_version, NOW, Kept((gone, chosen)))
    saved = run_plan(loaded)
    assert saved.decisions == (chosen,)
    assert [one.why for one in saved.dropped] == ["the case is no longer on the record."]


# -- limits, turns and lists ---------------------------------------------------------------


def test_the_limit_of_the_settings_reaches_the_engine(loaded, monkeypatch):
    seen = []
    real = service.make_run

    def keep(*records, effort, **more):
        seen.append(effort.seconds)
        return real(*records, effort=effort, **more)

    monkeypatch.setattr(service, "make_run", keep)
    run_plan(loaded)
    limited = dataclasses.replace(
        loaded, settings=dataclasses.replace(loaded.settings, plan_seconds=9)
    )
    run_plan(limited)
    run_plan(limited, effort=Effort(4.0))
    assert seen == [None, 9, 4.0]


def test_a_plan_that_was_stopped_is_opened_as_it_was(loaded, monkeypatch):
    first = run_plan(loaded)
    solution = first.run.solution
    tiers = tuple(
        dataclasses.replace(tier, most=min(tier.waiting, tier.placed + 1))
        for tier in solution.plan.tiers
    )
    plan = dataclasses.replace(solution.plan, status=Status.FEASIBLE, tiers=tiers, bound=0)
    stopped = Run(dataclasses.replace(solution, plan=plan))
    save_run(loaded, stopped, first.data_version, NOW, Kept(stopped=Stopped.TIME))
    monkeypatch.setattr(service, "make_run", pytest.fail)
    again = reopen(loaded)
    assert again.stopped is Stopped.TIME
    assert again.run.plan.status is Status.FEASIBLE
    assert again.run.plan.tiers == tiers


def test_a_plan_kept_by_an_older_version_is_made_again(loaded):
    first = run_plan(loaded)
    old = plan_document(first.run) | {"data_version": first.data_version}
    with loaded.store.transaction() as record:
        row = record.runs.get(first.number)
        record.runs.add(dataclasses.replace(row, id=None, document=old))
    again = reopen(loaded)
    assert again.decisions == ()
    assert plan_document(again.run)["placements"] == old["placements"]


def test_under_another_policy_than_its_own_a_plan_is_not_opened(loaded, monkeypatch):
    run_plan(loaded)
    texas = service.policies.load("texas")
    monkeypatch.setattr(service.policies, "load", lambda _: texas)
    assert reopen(loaded) is None


def test_whoever_opens_a_plan_waits_for_its_turn_and_then_is_told(loaded, monkeypatch):
    run_plan(loaded)
    monkeypatch.setattr(service, "turn", lambda wait=0.01: turn(wait))
    with turn(), pytest.raises(ConflictError, match="Another plan"):
        reopen(loaded)
    assert reopen(loaded) is not None


def test_a_choice_that_the_engine_refuses_for_good_is_not_swallowed(loaded, monkeypatch):
    def refuse(*records, **more):
        raise ChoiceError("No.")

    monkeypatch.setattr(service, "make_run", refuse)
    with pytest.raises(ChoiceError):
        run_plan(loaded)
    assert runs(loaded) == ()


@pytest.mark.parametrize(("hour", "placed"), [(3, 1), (5, 0)])
def test_a_licence_that_ends_today_counts_until_midnight_of_the_office(desk, hour, placed):
    evening = dataclasses.replace(
        desk,
        settings=dataclasses.replace(desk.settings, time_zone="America/New_York"),
        # 10 in the evening of the 3rd in New York, or half past midnight of the 4th.
        clock=lambda: datetime(2026, 11, 4, hour, 30, tzinfo=UTC),
    )
    home = known_home(licence_expires=date(2026, 11, 3))
    load_sample(evening, (home,), (known_pool(),), (known_referral(),), "0" * 64)
    saved = run_plan(evening)
    assert len(saved.run.plan.referral) == placed
    again = reopen(evening)
    assert again is not None
    assert again.run.problem.today == saved.run.problem.today
    assert replay(evening, saved.number).same
