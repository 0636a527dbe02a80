"""A scenario worked out: on the plan of today, kept, in the background, stopped."""

from __future__ import annotations

import pytest

from matching.domain.access import Role
from matching.domain.errors import ConflictError, InputError, NotFound
from matching.domain.scenario import AddBeds, ChangeAges, CloseProvider, OpenProvider, Surge
from matching.engine.effort import Effort
from matching.insight.scenario import tried
from matching.insight.scenario_figures import figures, to_plain
from matching.services.choosing import Wish, try_out
from matching.services.decisions import Reason, force
from matching.services.jobs import State as JobState
from matching.services.matching import run_plan
from matching.services.scenario_runs import plan_of_today, start_scenario, work_out
from matching.services.scenarios import State, save, scenarios
from matching.services.turn import turn
from tests.builders import known_home, known_pool
from tests.services.conftest import as_role
from tests.services.planned import HOMES, POOLS, accept, desk_at, events, office, set_record

STEPS = (CloseProvider("P1"), AddBeds("P2", "B1", 2))


@pytest.fixture
def desk(sqlite_store):
    return desk_at(sqlite_store)


@pytest.fixture
def saved(desk):
    return office(desk)


def result_of(desk, number):
    with desk.store.reading() as record:
        return record.scenarios.get(number).result


def test_what_comes_of_it_is_kept_as_numbers_and_codes(desk, saved):
    one = save(desk, "Oak closes", STEPS)
    done = work_out(desk, one.number, saved)
    assert done.state is State.READY
    trial = tried(saved.run.solution, STEPS)
    result = result_of(desk, one.number)
    assert result["figures"] == to_plain(figures(trial.after))
    assert result["residents"] == {"P1": 1}
    assert result["invented"] == 0
    assert {case for case, _, _ in result["moves"]} == {
        move.referral_id
        for move in (
            *trial.difference.gained,
            *trial.difference.lost,
            *trial.difference.moved,
        )
    }
    (event,) = [e for e in events(desk, "save_scenario") if e["what"] == "worked out"]
    assert (event["id"], event["run"]) == (str(one.number), saved.number)


def test_nothing_on_the_record_changes(desk, saved):
    version = desk.store.data_version()
    one = save(desk, "Many people", (Surge(20), OpenProvider(3, like="P1")))
    work_out(desk, one.number, saved)
    assert desk.store.data_version() == version
    with desk.store.reading() as record:
        assert len(record.referrals.all()) == 8
        assert len(record.runs.list()) == 1
    result = result_of(desk, one.number)
    assert result["invented"] == 20
    assert list(result["opened"].values()) == ["New place like Oak House"]


def test_it_moves_with_the_record_and_with_the_plan(desk, saved):
    one = save(desk, "Oak closes", STEPS)
    work_out(desk, one.number, saved)
    run_plan(desk)
    assert scenarios(desk)[0].state is State.MOVED
    work_out(desk, one.number)
    assert scenarios(desk)[0].state is State.READY
    set_record(desk, (*HOMES, known_home("P5")), (*POOLS, known_pool("P5")))
    assert scenarios(desk)[0].state is State.MOVED
    with pytest.raises(ConflictError, match="no plan"):
        work_out(desk, one.number, saved)


def test_a_manager_may_work_it_out_without_seeing_a_case(desk, saved):
    manager = as_role(desk, Role.MANAGER)
    one = save(manager, "Oak closes", STEPS)
    assert start_scenario(manager, one.number).result().state is State.READY


def test_decisions_in_force_stay_as_far_as_they_can(desk, saved):
    person = saved.run.problem.referral_ids[0]
    chosen = accept(desk, try_out(desk, saved, Wish(force(person, "P1"), Reason.SAFETY)))
    one = save(desk, "Oak closes", STEPS)
    work_out(desk, one.number, chosen)
    assert result_of(desk, one.number)["dropped"] == [[person, "P1"]]


def test_a_step_that_cannot_be_done_is_said_and_nothing_is_kept(desk, saved):
    gone = save(desk, "Gone", (CloseProvider("P99"),))
    ages = save(desk, "Ages", (ChangeAges("P1", "B1", age_min=50),))
    with pytest.raises(NotFound):
        work_out(desk, gone.number, saved)
    with pytest.raises(InputError):
        work_out(desk, ages.number, saved)
    assert {one.state for one in scenarios(desk)} == {State.NEVER}


def test_people_living_somewhere_nobody_has_counted_stay_unknown(desk):
    homes = (known_home("P1", residents=None), known_home("P2"))
    pools = (known_pool("P1", beds_occupied=None), known_pool("P2"))
    saved = office(desk, homes, pools)
    one = save(desk, "Both close", (CloseProvider("P1"), CloseProvider("P2")))
    work_out(desk, one.number, saved)
    assert result_of(desk, one.number)["residents"] == {"P1": None, "P2": 1}


def test_one_at_a_time_in_the_background_with_its_stages(desk, saved):
    one = save(desk, "Oak closes", STEPS)
    with turn(), pytest.raises(ConflictError, match="Another plan"):
        start_scenario(desk, one.number, saved)
    job = start_scenario(desk, one.number, saved)
    assert job.result().state is State.READY
    assert job.state is JobState.DONE
    assert "rules" in job.stages


def test_stopped_it_keeps_the_best_found(desk, saved):
    one = save(desk, "Oak closes", STEPS)
    done = work_out(desk, one.number, saved, effort=Effort(stopped=lambda: True))
    assert done.state is State.READY


def test_steps_that_changed_meanwhile_keep_no_result(desk, saved):
    one = save(desk, "Oak closes", STEPS)

    def meddle(stage):
        if stage == "rules":
            save(desk, "Oak closes", STEPS[:1], one.number)

    with pytest.raises(ConflictError, match="meanwhile"):
        work_out(desk, one.number, saved, progress=meddle)
    assert scenarios(desk)[0].state is State.NEVER


def test_the_plan_of_today_is_the_one_at_hand_if_it_is_the_last(desk, saved):
    assert plan_of_today(desk, saved) is saved
    newer = run_plan(desk)
    assert plan_of_today(desk, saved).number == newer.number


def test_what_another_version_wrote_is_to_be_worked_out_again(desk, saved):
    one = save(desk, "Oak closes", STEPS)
    work_out(desk, one.number, saved)
    older = dict(result_of(desk, one.number))
    older["figures"] = {"placed": 3}
    with desk.store.transaction() as record:
        record.scenarios.change(one.number, result=older)
    assert scenarios(desk)[0].state is State.MOVED
    assert work_out(desk, one.number, saved).state is State.READY
