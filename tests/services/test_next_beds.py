"""The next bed at every provider equals the plan made again with it."""

from dataclasses import replace

import pytest

from matching.domain.access import Actor, Role
from matching.domain.errors import PermissionDenied
from matching.domain.scenario import AddBeds
from matching.insight.scenario import tried
from matching.services.next_beds import next_beds
from tests.builders import known_home, known_pool, known_referral
from tests.services.planned import desk_at, office


@pytest.fixture
def desk(sqlite_store):
    return desk_at(sqlite_store)


HOMES = (
    known_home("P1", name="Oak House"),
    known_home("P2", name="Cedar House", trainings=()),
    known_home("P3", name="Elm House"),
)


def scarce(desk):
    """Two people for one bed at Oak House; nobody has spoken of Elm House's beds."""
    one = {"beds_licensed": 1, "beds_staffed": 1, "beds_accepting": 1, "beds_available": 1}
    unknown = dict.fromkeys(("beds_accepting", "beds_occupied", "beds_available"))
    pools = (
        known_pool("P1", **one, beds_occupied=0, beds_held=0),
        known_pool("P2"),
        known_pool("P3", **unknown),
    )
    return office(desk, HOMES, pools, [known_referral(f"R{k}") for k in range(3)])


def test_the_next_bed_is_confirmed_by_making_the_plan_again(desk):
    saved = scarce(desk)
    found = next_beds(desk, saved)
    assert found.nothing + found.unknown + len(found.lines) == len(HOMES)
    assert found.unknown == 1
    before = len(saved.run.plan.referral)
    for line in found.lines:
        pool = next(key for key in saved.run.problem.pool_keys if key[0] == line.provider_id)
        trial = tried(saved.run.solution, (AddBeds(*pool, 1, licence=True),))
        assert len(trial.after.plan.referral) - before == line.more
        assert line.exact
    assert any(line.more for line in found.lines)


def test_those_who_may_not_see_cases_learn_no_priority(desk):
    scarce(desk)
    manager = replace(desk, actor=Actor("manager", Role.MANAGER))
    found = next_beds(manager)
    assert {line.gives for line in found.lines} == {"a place for somebody more"}
    with pytest.raises(PermissionDenied):
        next_beds(replace(desk, actor=Actor("x", Role.WORKER)))


def test_there_is_none_without_a_plan(desk):
    assert next_beds(desk) is None
