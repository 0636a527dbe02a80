"""Work in the background: how far it is, stopping it, giving it up, and its errors."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from matching.domain.access import Actor, Role
from matching.domain.errors import ConflictError, InputError, PermissionDenied, PolicyError
from matching.engine.solve import STAGES
from matching.services import jobs
from matching.services.jobs import GivenUp, Job, State, start_plan
from matching.services.matching import run_plan
from matching.services.turn import turn
from tests.services.planned import desk_at, office

SECONDS = 30


@pytest.fixture
def desk(sqlite_store):
    made = desk_at(sqlite_store)
    office(made)
    return made


def numbers(desk):
    with desk.store.reading() as record:
        return [run.id for run in record.runs.list()]


class Gate:
    """Work that says where it is and goes on when it is told."""

    def __init__(self):
        self.arrived, self.open = threading.Event(), threading.Event()

    def work(self, progress, effort):
        progress("first")
        self.arrived.set()
        assert self.open.wait(SECONDS)
        progress("second")
        return effort.left()


def test_a_job_tells_its_stages_and_gives_its_result():
    gate = Gate()
    job = Job(gate.work)
    assert gate.arrived.wait(SECONDS)
    assert job.state is State.RUNNING
    assert job.running
    assert job.stages == ("first",)
    assert job.stage == "first"
    assert not job.wait(0.0)
    gate.open.set()
    assert job.result() is None
    assert (job.state, job.stages) == (State.DONE, ("first", "second"))
    assert job.seconds == job.seconds > 0


def test_a_stage_is_told_once():
    def work(progress, effort):
        for stage in ("flow", "proof", "flow"):
            progress(stage)

    job = Job(work)
    job.result()
    assert job.stages == ("flow", "proof")
    quiet = Job(lambda *_: None)
    quiet.result()
    assert (quiet.stage, quiet.stages) == ("", ())


def test_a_stopped_job_keeps_what_it_has():
    gate = Gate()
    job = Job(gate.work)
    assert gate.arrived.wait(SECONDS)
    assert not job.stopping
    job.stop()
    assert job.stopping
    gate.open.set()
    assert job.result() == 0.0
    assert not job.stopping
    assert job.state is State.DONE


def test_a_job_that_is_given_up_keeps_nothing():
    gate = Gate()
    job = Job(gate.work)
    assert gate.arrived.wait(SECONDS)
    job.give_up()
    assert job.stopping
    gate.open.set()
    with pytest.raises(GivenUp) as caught:
        job.result()
    assert caught.value.sentence().startswith("The work was given up. Nothing was saved.")
    assert job.state is State.FAILED


def test_a_limit_in_seconds_reaches_the_work():
    assert 0 < Job(lambda _, effort: effort.left(), seconds=60).result() <= 60


@pytest.mark.parametrize("error", [InputError("No."), ZeroDivisionError(), SystemExit(1)])
def test_errors_come_back_to_whoever_asks(error):
    def work(progress, effort):
        raise error

    job = Job(work)
    assert job.wait(SECONDS)
    assert job.state is State.FAILED
    for _ in range(2):
        with pytest.raises(type(error)) as caught:
            job.result()
        assert caught.value is error


def test_a_plan_in_the_background_is_the_plan(desk):
    job = start_plan(desk)
    saved = job.result()
    assert job.stages == STAGES
    assert numbers(desk) == [saved.number, 1]
    assert saved.run.plan.referral.tolist() == run_plan(desk).run.plan.referral.tolist()


def test_a_plan_given_up_saves_nothing(desk, monkeypatch):
    reached, go = threading.Event(), threading.Event()

    def slow(desk, policy_name, *, progress, effort):
        progress("rules")
        reached.set()
        assert go.wait(SECONDS)
        return run_plan(desk, policy_name, progress=progress, effort=effort)

    monkeypatch.setattr(jobs, "run_plan", slow)
    job = start_plan(desk)
    assert reached.wait(SECONDS)
    job.give_up()
    go.set()
    with pytest.raises(GivenUp):
        job.result()
    assert numbers(desk) == [1]


def test_the_limit_is_that_of_the_settings_unless_said_otherwise(desk, monkeypatch):
    seen = []

    def keep(desk, policy_name, *, progress, effort):
        seen.append(effort.seconds)

    monkeypatch.setattr(jobs, "run_plan", keep)
    limited = replace(desk, settings=replace(desk.settings, plan_seconds=7))
    start_plan(limited).result()
    start_plan(limited, seconds=3).result()
    start_plan(desk).result()
    assert seen == [7, 3, None]


def test_a_second_plan_is_refused_at_once_and_nothing_is_started(desk):
    with turn(), pytest.raises(ConflictError, match="Another plan is being made"):
        start_plan(desk)
    with turn(), pytest.raises(ConflictError, match="Another plan is being made"):
        run_plan(desk)
    assert numbers(desk) == [1]


def test_the_plan_of_a_policy_that_does_not_exist_fails_in_the_background(desk):
    with pytest.raises(PolicyError):
        start_plan(desk, "atlantis").result()
    assert numbers(desk) == [1]
    assert start_plan(desk).result().number == 2


@pytest.mark.parametrize("role", [Role.MANAGER, Role.AUDITOR])
def test_whoever_may_not_plan_starts_nothing(desk, role):
    with pytest.raises(PermissionDenied):
        start_plan(replace(desk, actor=Actor("x", role)))
    assert numbers(desk) == [1]
