"""Work begun in one role saves nothing in another: the role is asked for when it is saved."""

from __future__ import annotations

import pytest

from matching.domain.access import Action, Role
from matching.domain.errors import PermissionDenied
from matching.domain.scenario import AddBeds
from matching.insight.planner import Ask
from matching.services import accounts
from matching.services.jobs import Job, start_plan
from matching.services.matching import run_plan
from matching.services.planner import answer
from matching.services.scenario_runs import work_out
from matching.services.scenarios import State, save, scenarios
from matching.services.still_allowed import require_still
from tests.services.planned import desk_at, office
from tests.services.staffed import desk_of, fresh, machine, quick_hashes, staff
from tests.services.staffed import office as branch

NOT_HERE = "may not work at this office any more"


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    quick_hashes(monkeypatch)


@pytest.fixture
def store(sqlite_store):
    branch(sqlite_store, "north")
    office(desk_at(sqlite_store))
    return sqlite_store


@pytest.fixture
def worker(store):
    return staff(store, "kim")


@pytest.fixture
def chief(store):
    return staff(store, "lee", Role.SUPERVISOR)


def disable(store, account):
    accounts.disable(machine(store), account.id, version=fresh(store, account).version)


def becomes(role):
    def change(store, account):
        now = fresh(store, account)
        accounts.set_role(machine(store), account.id, role, version=now.version)

    return change


def elsewhere(store, account):
    """Give the same role at another office, and none here."""
    with store.transaction() as record:
        record.accounts.set_role(account.id, "north", Role.WORKER)
    becomes(None)(store, account)


REFUSED = [
    pytest.param(disable, NOT_HERE, id="disabled"),
    pytest.param(becomes(None), NOT_HERE, id="no role"),
    pytest.param(elsewhere, NOT_HERE, id="at another office"),
    pytest.param(becomes(Role.MANAGER), "The role manager may not save run", id="demoted"),
]


def once(change):
    """Return a listener during whose first stage something happens."""
    stages = []

    def progress(stage):
        if not stages:
            change()
        stages.append(stage)

    return progress


def plans(store):
    with store.reading() as record:
        assert record.audit.verify() == []
        made = [e for e in record.audit.events() if e.action == Action.RUN_PLAN]
        return len(record.runs.list()), len(made), made[-1].role


@pytest.mark.parametrize(("change", "why"), REFUSED)
def test_a_plan_in_the_background_is_not_saved_for_who_may_not_any_more(
    store, worker, change, why
):
    before = plans(store)
    desk = desk_of(store, "kim", Role.WORKER)
    hook = once(lambda: change(store, worker))
    job = Job(lambda _, effort: run_plan(desk, progress=hook, effort=effort))
    with pytest.raises(PermissionDenied, match=why) as caught:
        job.result()
    assert "Nothing was saved." in caught.value.sentence()
    assert plans(store) == before


def test_whoever_still_may_saves_it_in_the_role_they_have_now(store, worker):
    desk = desk_of(store, "kim", Role.WORKER)
    start_plan(desk).result()
    assert plans(store) == (2, 2, "worker")
    run_plan(desk, progress=once(lambda: becomes(Role.SUPERVISOR)(store, worker)))
    assert plans(store) == (3, 3, "supervisor")


def test_the_machine_and_a_record_without_accounts_stay_as_they_are(store):
    run_plan(desk_of(store, "kim", Role.WORKER))
    account = staff(store, "kim")
    run_plan(machine(store), progress=once(lambda: disable(store, account)))
    assert plans(store)[0] == 3


def test_a_name_that_has_no_account_saves_nothing_once_there_are_accounts(store, worker):
    with pytest.raises(PermissionDenied, match=NOT_HERE):
        run_plan(desk_of(store, "nobody", Role.SUPERVISOR))
    assert plans(store)[0] == 1


@pytest.mark.parametrize(
    ("change", "why"),
    [(disable, NOT_HERE), (becomes(Role.WORKER), "The role worker may not plan capacity")],
)
def test_a_scenario_is_not_worked_out_for_who_may_not_any_more(store, chief, change, why):
    desk = desk_of(store, "lee", Role.SUPERVISOR)
    one = save(desk, "More beds", (AddBeds("P2", "B1", 2),))
    with pytest.raises(PermissionDenied, match=why):
        work_out(desk, one.number, progress=once(lambda: change(store, chief)))
    (now,) = scenarios(machine(store))
    assert now.state is not State.READY
    assert work_out(machine(store), one.number).state is State.READY


def test_an_answer_of_the_planner_is_for_the_role_they_have_now(store, chief):
    desk, ask = desk_of(store, "lee", Role.SUPERVISOR), Ask(beds=1, beds_each=1, trainings=1)
    assert not answer(desk, ask).view.protected
    hook = once(lambda: becomes(Role.MANAGER)(store, chief))
    assert answer(desk, ask, progress=hook).view.protected
    with pytest.raises(PermissionDenied, match=NOT_HERE):
        answer(desk, ask, progress=once(lambda: disable(store, chief)))
    with store.reading() as record:
        asked = [e.role for e in record.audit.events() if e.action == Action.PLAN_CAPACITY]
    assert asked == ["supervisor", "manager"]


def test_every_action_that_is_named_is_asked_for(store, chief):
    becomes(Role.MANAGER)(store, chief)
    desk = desk_of(store, "lee", Role.SUPERVISOR)
    with store.transaction() as record:
        now = require_still(record, desk, Action.PLAN_CAPACITY)
        assert (now.name, now.role) == ("lee", Role.MANAGER)
        with pytest.raises(PermissionDenied, match="may not run plan"):
            require_still(record, desk, Action.PLAN_CAPACITY, Action.RUN_PLAN)
