"""Scenarios saved, named, changed, deleted and put back: one event each, roles held to."""

from __future__ import annotations

import pytest

from matching.domain import words as w
from matching.domain.access import Role
from matching.domain.errors import InputError, NotFound, PermissionDenied, StoreError
from matching.domain.scenario import MOST_STEPS, AddBeds, CloseProvider, Surge, Train
from matching.services import scenarios as service
from matching.services.scenario_runs import start_scenario, work_out
from matching.services.scenarios import (
    LONGEST_NAME,
    State,
    delete,
    in_words,
    rename,
    restore,
    save,
    scenarios,
)
from matching.store.repositories import StoredScenario
from tests.builders import NOW, known_home, known_pool
from tests.services.conftest import as_role
from tests.services.planned import desk_at, events, office, set_record

STEPS = (CloseProvider("P1"), AddBeds("P2", "B1", 2))


@pytest.fixture
def desk(sqlite_store):
    return desk_at(sqlite_store)


@pytest.fixture
def saved(desk):
    return office(desk)


def test_a_scenario_is_saved_with_its_steps_in_words(desk, saved):
    one = save(desk, "  Oak   closes ", STEPS)
    assert (one.name, one.steps, one.state) == ("Oak closes", STEPS, State.NEVER)
    assert one.lines == ("Oak House closes.", "2 more beds at Birch [House].")
    assert scenarios(desk) == (one,)
    assert (one.made_by, one.made_at, one.worked_at) == ("tester", NOW, None)
    assert in_words(desk, STEPS) == one.lines


def test_each_change_is_one_event_without_the_name(desk, saved):
    one = save(desk, "Oak closes", STEPS)
    rename(desk, one.number, "Oak House closes")
    save(desk, "Oak House closes", STEPS[:1], one.number)
    restore(desk, delete(desk, one.number))
    found = events(desk, "save_scenario")
    assert [event["what"] for event in found] == [
        "saved",
        "renamed",
        "saved",
        "deleted",
        "restored",
    ]
    assert {event["id"] for event in found} == {str(one.number)}
    assert "Oak" not in str(found)


def test_what_came_of_it_is_kept_until_the_steps_change(desk, saved):
    one = save(desk, "Oak closes", STEPS)
    work_out(desk, one.number, saved)
    assert save(desk, "Another name", STEPS, one.number).state is State.READY
    assert save(desk, "Another name", STEPS[:1], one.number).state is State.NEVER


def test_a_deleted_scenario_comes_back_as_it_was(desk, saved):
    one = save(desk, "Oak closes", STEPS)
    done = work_out(desk, one.number, saved)
    deleted = delete(desk, one.number)
    assert deleted.name == "Oak closes"
    assert scenarios(desk) == ()
    assert restore(desk, deleted) == done
    again = delete(desk, one.number)
    save(desk, "Oak closes", STEPS)
    with pytest.raises(InputError, match="name"):
        restore(desk, again)


@pytest.mark.parametrize(
    ("name", "steps"),
    [
        ("", STEPS),
        ("   ", STEPS),
        ("x" * (LONGEST_NAME + 1), STEPS),
        ("Nothing", ()),
        ("Too much", (Surge(1),) * (MOST_STEPS + 1)),
    ],
)
def test_what_cannot_be_saved_is_refused(desk, saved, name, steps):
    with pytest.raises(InputError) as refused:
        save(desk, name, steps)
    assert refused.value.next_step
    assert scenarios(desk) == ()


def test_names_are_unique_and_missing_ones_are_said(desk, saved):
    save(desk, "Oak closes", STEPS)
    other = save(desk, "Birch grows", STEPS[1:])
    with pytest.raises(InputError, match="name"):
        rename(desk, other.number, "Oak closes")
    for act in (lambda: rename(desk, 99, "x"), lambda: delete(desk, 99)):
        with pytest.raises(NotFound):
            act()


def test_bed_pools_are_named_where_a_provider_has_several(desk):
    pools = (known_pool("P1", "a", pool_name="ground floor"), known_pool("P1", "b"))
    office(desk, (known_home("P1", name="Oak House"),), pools)
    steps = (AddBeds("P1", "a", 1), AddBeds("P1", "b", 1))
    assert in_words(desk, steps) == (
        "1 more bed at Oak House (ground floor).",
        "1 more bed at Oak House (b).",
    )


def test_a_provider_that_is_gone_is_named_by_its_code(desk, saved):
    one = save(desk, "Oak closes", STEPS)
    set_record(desk, (known_home("P2"),), (known_pool("P2"),))
    (found,) = scenarios(desk)
    assert found.lines[0] == "P1 closes."
    assert found.number == one.number


def test_another_form_is_not_read(desk, saved):
    with desk.store.transaction() as record:
        record.scenarios.add(
            StoredScenario(name="x", made_at=NOW, actor="x", steps=[{"step": "burn"}])
        )
    with pytest.raises(StoreError):
        scenarios(desk)


ALLOWED = {Role.SUPERVISOR, Role.MANAGER, Role.LOCAL}


@pytest.mark.parametrize("role", list(Role))
def test_only_those_who_plan_capacity_may(desk, saved, role):
    one = save(desk, "Oak closes", STEPS)
    theirs = as_role(desk, role)
    acts = (
        lambda: scenarios(theirs),
        lambda: in_words(theirs, STEPS),
        lambda: save(theirs, "Another", (Train("P3", frozenset(w.Course)),)),
        lambda: rename(theirs, one.number, "Named"),
        lambda: work_out(theirs, one.number),
        lambda: start_scenario(theirs, one.number).result(),
        lambda: restore(theirs, delete(theirs, one.number)),
    )
    for act in acts:
        if role in ALLOWED:
            act()
        else:
            with pytest.raises(PermissionDenied):
                act()
    assert service.LONGEST_NAME == LONGEST_NAME
