"""The next best place of a person is the one that costs everybody least."""

from __future__ import annotations

from dataclasses import replace

import pytest

from matching.domain.access import Actor, Role
from matching.domain.errors import NotFound, PermissionDenied
from matching.engine.effort import Effort
from matching.services.next_best import next_best
from matching.services.options import case_options
from tests.builders import ago, known_home, known_pool, known_referral
from tests.services.planned import desk_at, office

HOMES = tuple(known_home(f"P{k}", name=f"House {k}") for k in range(3))
POOLS = tuple(known_pool(home.provider_id, beds_available=1) for home in HOMES)
PEOPLE = tuple(known_referral(f"R{k}", received_at=ago(hours=90 - k)) for k in range(5))


@pytest.fixture
def desk(sqlite_store):
    return desk_at(sqlite_store)


def placed(saved):
    run = saved.run
    return [run.problem.referral_ids[row] for row in run.plan.referral]


@pytest.mark.parametrize("number", [1, 2, 3, 5])
def test_it_is_the_best_of_all_other_places_for_everybody(desk, number):
    saved = office(desk, HOMES, POOLS, PEOPLE[:number])
    found = next_best(desk, saved, placed(saved))
    assert set(found) == set(placed(saved))
    for case, one in found.items():
        others = case_options(desk, saved, case, effort=Effort(60.0)).others
        fewest = min((len(o.loses), o.moves) for o in others)
        assert (len(one.loses), one.moves) == fewest
        same = [o for o in others if o.option.provider_id == one.provider_id]
        assert one.provider == same[0].option.name
        assert one.loses in [o.loses for o in same]
        assert one.gains in [o.gains for o in same]


def test_a_free_place_elsewhere_costs_nobody_anything(desk):
    saved = office(desk, HOMES, POOLS, PEOPLE[:1])
    (one,) = next_best(desk, saved, ["R0"]).values()
    assert (one.moves, one.loses, one.gains) == (0, (), ())


def test_whoever_has_only_one_place_has_no_next_best(desk):
    saved = office(desk, HOMES[:1], POOLS[:1], PEOPLE[:1])
    assert next_best(desk, saved, ["R0"]) == {}


def test_where_a_plan_would_have_to_be_made_again_nothing_is_said(desk):
    tied = [known_referral(f"R{k}", separate_from=frozenset({"t"})) for k in range(2)]
    groups = [known_referral(f"R{k}", group_id="G", separate_from=None) for k in (2, 3)]
    pools = [known_pool(home.provider_id, beds_available=2) for home in HOMES]
    saved = office(desk, HOMES, pools, [*tied, *groups])
    for case, one in next_best(desk, saved, placed(saved)).items():
        others = case_options(desk, saved, case, effort=Effort(60.0)).others
        assert (len(one.loses), one.moves) in {(len(o.loses), o.moves) for o in others}


def test_it_tells_how_far_it_is(desk):
    saved = office(desk, HOMES, POOLS, PEOPLE)
    told = []
    next_best(desk, saved, placed(saved), progress=told.append)
    assert told == ["1 of 3", "2 of 3", "3 of 3"]


def test_only_those_who_see_cases_and_only_cases_of_the_plan(desk):
    saved = office(desk, HOMES, POOLS, PEOPLE)
    with pytest.raises(NotFound):
        next_best(desk, saved, ["R99"])
    with pytest.raises(PermissionDenied):
        next_best(replace(desk, actor=Actor("x", Role.MANAGER)), saved, ["R0"])
