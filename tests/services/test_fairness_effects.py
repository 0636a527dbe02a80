"""What each aim does, in the background and protected like the page."""

import threading

import pytest

from matching.domain.access import Role
from matching.domain.errors import ConflictError, NotFound, PermissionDenied
from matching.engine.effort import Effort
from matching.insight import fairness_aims
from matching.insight.fairness_aims import aims_of
from matching.insight.fairness_groups import RACE
from matching.services import fairness_effects as service
from matching.services.equity import record_equity
from matching.services.fairness import fairness_view, open_fairness
from matching.services.matching import run_plan
from matching.services.turn import turn
from tests.services.fair import OTHERS, at, large_desk, large_plan, races, small_counts


@pytest.fixture
def desk(tmp_path):
    desk = large_desk(tmp_path)
    yield desk
    desk.store.close()


@pytest.fixture
def saved():
    return large_plan()


@pytest.fixture
def few_aims(monkeypatch):
    monkeypatch.setattr(fairness_aims, "aims_of", lambda policy: aims_of(policy)[:3])


def test_every_aim_is_compared_with_the_plan_shown(desk, saved):
    view = fairness_view(desk, saved)
    told: list[str] = []
    found = service.aim_effects(desk, view, saved, progress=told.append)
    assert found.number == saved.number
    assert found.untried == ()
    assert len(told) == len(found.lines)
    assert [line.aim.title for line in found.lines[:2]] == ["Priority", "Longest wait first"]
    for line in found.lines:
        assert [title for title, _ in line.tables] == [table.title for table in view.tables]
        assert line.all.more.exact is not None
        signed = line.all.more.sign * line.all.more.exact
        for _, shifts in line.tables:
            assert sum(one.more.sign * one.more.exact for one in shifts) == signed
        assert line.changed == any(one.more.sign for _, some in line.tables for one in some)
    assert any(line.changed for line in found.lines)
    assert small_counts(found)  # so that the walk is known to find them


def test_a_manager_is_told_in_bands_and_of_groups_shown_only(desk, saved, few_aims):
    manager = at(desk, Role.MANAGER)
    view = open_fairness(manager)
    found = service.aim_effects(manager, view)
    assert small_counts(found) == []
    hidden = {
        (table.title, row.name) for table in view.tables for row in table.rows if not row.told
    }
    assert hidden
    for line in found.lines:
        for title, shifts in line.tables:
            for one in shifts:
                if (title, one.name) in hidden:
                    assert one.more.sign is None
                    assert one.travel is None


def test_of_race_nobody_is_told_more_than_bands(desk, saved, few_aims):
    record_equity(desk, races(saved))
    found = service.aim_effects(desk, fairness_view(desk, saved), saved)
    shifts = [one for line in found.lines for one in dict(line.tables)[RACE]]
    assert shifts
    assert small_counts(shifts) == []


def test_stopped_it_keeps_what_was_found(desk, saved):
    told: list[str] = []
    effort = Effort(stopped=lambda: len(told) >= 3)
    view = fairness_view(desk, saved)
    found = service.aim_effects(desk, view, saved, progress=told.append, effort=effort)
    assert len(found.lines) == 3
    assert found.untried


def test_it_runs_in_the_background(desk, saved, few_aims):
    job = service.start_effects(desk, fairness_view(desk, saved), saved)
    assert job.result().number == saved.number
    assert job.stages[0].startswith("Priority")


def test_it_waits_for_no_other_search(desk, saved):
    view = fairness_view(desk, saved)
    with turn():
        with pytest.raises(ConflictError):
            service.start_effects(desk, view, saved)
        refused: list[Exception] = []

        def ask():
            try:
                service.aim_effects(desk, view, saved)
            except ConflictError as error:
                refused.append(error)

        thread = threading.Thread(target=ask)
        thread.start()
        thread.join()
    assert len(refused) == 1


def test_another_plan_than_the_one_shown_is_not_compared(desk, saved):
    view = fairness_view(desk, saved)
    newer = run_plan(desk)
    with pytest.raises(NotFound):
        service.aim_effects(desk, view, newer)


def test_others_may_not_ask(desk, saved):
    view = fairness_view(desk, saved)
    for role in OTHERS:
        for ask in (service.aim_effects, service.start_effects):
            with pytest.raises(PermissionDenied):
                ask(at(desk, role), view, saved)
