"""What lapses, listed for a page; what it costs, exact or in bands, stopped or whole."""

from __future__ import annotations

from dataclasses import replace

import pytest

from matching.domain import words as w
from matching.domain.access import Role
from matching.domain.errors import ConflictError, PermissionDenied
from matching.domain.scenario import Paper
from matching.engine.effort import Effort
from matching.services import lapses as service
from matching.services.jobs import State
from matching.services.lapses import called, lapse_costs, lapses, start_lapse_costs
from matching.services.turn import turn
from tests.builders import FAR, course, day, known_home, known_pool, known_referral
from tests.services.conftest import as_role
from tests.services.planned import desk_at, events, office

HOMES = (
    known_home("P1", name="Oak House", licence_expires=day(10)),
    known_home("P2", name="Birch House", trainings=(course(ends=day(45)),)),
    known_home(
        "P3",
        name="Cedar House",
        certificate_expires=day(80),
        placement_type=w.PlacementType.SAFE_FOSTER_HOME,
        licence_expires=day(70),
    ),
    known_home("P4", name="Elm House", licence_expires=None, certificate_expires=day(-3)),
    known_home("P5", name="Fir House", county=FAR, licence_expires=day(20)),
)
POOLS = tuple(known_pool(one.provider_id, beds_available=1) for one in HOMES)
PEOPLE = tuple(known_referral(f"R{k}", behaviour_managed_confirmed=False) for k in range(1, 6))


@pytest.fixture
def desk(sqlite_store):
    return desk_at(sqlite_store)


@pytest.fixture
def saved(desk):
    return office(desk, HOMES, POOLS, PEOPLE)


def test_what_lapses_is_listed_by_day(desk, saved):
    found = lapses(desk)
    assert [(one.name, one.what, one.ends, one.days) for one in found.lines] == [
        ("Oak House", "licence", day(10), 11),
        ("Fir House", "licence", day(20), 21),
        ("Birch House", "trafficking course", day(45), 46),
        ("Cedar House", "licence", day(70), 71),
        ("Cedar House", "certificate", day(80), 81),
    ]
    assert [len(found.within(days)) for days in found.horizons] == [2, 3, 5]
    assert found.lapsed == 1


def test_what_nobody_has_said_is_listed_and_never_counted_as_good(desk, saved):
    found = lapses(desk)
    assert [(one.name, one.what, one.ends, one.days) for one in found.unknown] == [
        ("Elm House", "licence", None, None)
    ]
    assert all(one.ends is not None for one in found.lines)


def test_it_is_counted_by_type_region_and_provider(desk, saved):
    found = lapses(desk)
    assert found.counts(lambda one: one.kind) == (("safe foster home", (2, 3, 5)),)
    assert dict(found.counts(lambda one: one.what)) == {
        "licence": (2, 2, 3),
        "trafficking course": (0, 1, 1),
        "certificate": (0, 0, 1),
    }
    assert {name for name, _ in found.counts(lambda one: one.region)} == {"XA"}


def test_checks_without_an_end_are_counted_by_how_they_stand(desk):
    homes = (
        replace(HOMES[0], background_check=w.BackgroundCheck.PENDING),
        replace(HOMES[1], background_check=None),
        replace(HOMES[2], placement_type=w.PlacementType.SAFE_HOUSE, background_check=None),
    )
    office(desk, homes, POOLS[:3], PEOPLE)
    assert lapses(desk).checks_open == 2


def test_every_thing_has_a_name():
    assert len({called(one) for one in (*Paper, *w.Course)}) == len(Paper) + len(w.Course)


def test_the_cost_grows_with_the_days_and_names_who_loses(desk, saved):
    told: list[str] = []
    found = lapse_costs(desk, saved, progress=told.append)
    assert [(one.days, one.text, one.fewer) for one in found.horizons] == [
        (30, "1 fewer", 1),
        (60, "2 fewer", 2),
        (90, "3 fewer", 3),
    ]
    assert [one.day for one in found.horizons] == [day(30), day(60), day(90)]
    assert all(one.proven for one in found.horizons)
    lost = [sum("loses the place" in line for line in one.lines) for one in found.horizons]
    assert lost == [1, 2, 3]
    assert {(one.name, one.text) for one in found.providers} == {
        ("Oak House", "1 fewer"),
        ("Birch House", "1 fewer"),
        ("Cedar House", "1 fewer"),
    }
    assert {one.name: one.what for one in found.providers}["Cedar House"] == (
        "licence",
        "certificate",
    )
    assert (found.free, found.left, found.run) == (1, 0, saved.number)
    assert told[:3] == [f"As if it were in {days} days" for days in (30, 60, 90)]


def test_those_who_see_no_case_get_bands(desk, saved):
    found = lapse_costs(as_role(desk, Role.MANAGER))
    assert found.protected
    assert {one.text for one in (*found.horizons, *found.providers)} == {"1 to 10 fewer"}
    assert all(one.fewer is None for one in (*found.horizons, *found.providers))
    assert all(one.lines == () for one in found.horizons)
    names = [one.name for one in found.providers]
    assert names == sorted(names)


def test_stopped_it_keeps_what_it_has_and_says_what_is_left(desk, saved):
    found = lapse_costs(desk, saved, effort=Effort(stopped=lambda: True))
    assert found.horizons == ()
    assert (found.left, found.free, found.providers) == (3, 1, ())


def test_in_the_background_it_gives_the_same(desk, saved):
    job = start_lapse_costs(desk, saved)
    assert job.result() == lapse_costs(desk, saved)
    assert job.state is State.DONE
    with turn(), pytest.raises(ConflictError):
        start_lapse_costs(desk, saved)


def test_nothing_is_stored(desk, saved):
    version = desk.store.data_version()
    lapse_costs(desk, saved)
    assert desk.store.data_version() == version
    assert events(desk, "plan_capacity") == []


def test_without_a_plan_the_list_is_there_and_the_cost_is_not(desk):
    assert lapses(desk).lines == ()
    with pytest.raises(ConflictError, match="no plan"):
        lapse_costs(desk)


@pytest.mark.parametrize("role", list(Role))
def test_roles_are_held_to(desk, saved, role):
    theirs = as_role(desk, role)
    if role in (Role.WORKER, Role.SUPERVISOR, Role.MANAGER, Role.LOCAL):
        assert lapses(theirs).lines
    else:
        with pytest.raises(PermissionDenied):
            lapses(theirs)
    if role in (Role.SUPERVISOR, Role.MANAGER, Role.LOCAL):
        assert lapse_costs(theirs).horizons
    else:
        for act in (lapse_costs, start_lapse_costs):
            with pytest.raises(PermissionDenied):
                act(theirs)


@pytest.mark.parametrize(("number", "said"), [(0, "no change"), (2, "2 fewer"), (-1, "1 more")])
def test_a_difference_in_words(number, said):
    assert service._fewer(number, exact=True) == said
