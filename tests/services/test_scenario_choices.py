"""What a step can be about: only what can be done there."""

from __future__ import annotations

import pytest

from matching.domain import words as w
from matching.domain.access import Role
from matching.domain.errors import PermissionDenied
from matching.services.scenario_choices import PoolChoice, step_choices
from tests.builders import MIAMI, known_home, known_pool
from tests.services.conftest import as_role
from tests.services.planned import desk_at, set_record

HOMES = (
    known_home("P1", name="Oak House", trainable=False),
    known_home("P2", name="Birch House", licence_status=w.LicenceStatus.NOT_REQUIRED),
    known_home("P3", name="Oak House"),
    known_home("P4", name=None, state=None, county=MIAMI),
)
POOLS = (
    known_pool("P1", "b", pool_name="upper floor", age_max=None),
    known_pool("P1", "a"),
    known_pool("P2"),
)


@pytest.fixture
def desk(sqlite_store):
    desk = desk_at(sqlite_store)
    set_record(desk, HOMES, POOLS, ())
    return desk


def test_places_are_by_name_and_told_apart(desk):
    found = step_choices(desk).places
    assert [one.name for one in found] == [
        "Birch House",
        "Oak House (P1)",
        "Oak House (P3)",
        "P4",
    ]
    assert [one.trainable for one in found] == [True, False, True, True]
    assert [one.licensed for one in found] == [False, True, True, True]
    assert found[1].pools == (
        PoolChoice("a", "a", 10, 17),
        PoolChoice("b", "upper floor", 10, None),
    )
    assert found[3].pools == ()


def test_counties_are_those_of_states_with_a_provider(desk):
    found = step_choices(desk)
    codes = {code for code, _ in found.counties}
    assert {"80001", MIAMI} <= codes
    assert {code[:2] for code in codes} == {"80", "12"}
    names = [name for _, name in found.counties]
    assert names == sorted(names)
    assert found.miles == 100


@pytest.mark.parametrize("role", [Role.WORKER, Role.AUDITOR, Role.LICENSING])
def test_roles_are_held_to(desk, role):
    with pytest.raises(PermissionDenied):
        step_choices(as_role(desk, role))
