"""A plan in numbers: they add up, and survive being stored."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings

from matching.domain.errors import StoreError
from matching.domain.rulebook import Stage
from matching.domain.words import Urgency
from matching.engine.solve import work_out
from matching.insight.levels import Level
from matching.insight.scenario_figures import Tier, figures, of_plain, to_plain
from tests.builders import NEAR, known_home, known_pool, known_referral, problem
from tests.engine.small import GENERAL, named, problems


@settings(max_examples=15, deadline=None)
@given(problems(people=5, pools=5, tied=True))
def test_numbers_add_up_and_survive_being_stored(one):
    solution = work_out(one, GENERAL, salt="s")
    found = figures(solution)
    places = named(one, solution.plan)
    assert (found.waiting, found.placed) == (one.size[0], len(places))
    assert sum(found.stages.values()) == found.without
    assert sum(number for _, number in found.distances) == found.placed
    assert found.homes_used == len({home for home, _ in places.values()})
    assert of_plain(json.loads(json.dumps(to_plain(found)))) == found


def test_numbers_of_a_small_plan():
    people = [known_referral("R1"), known_referral("R2"), known_referral("R3", age_years=40)]
    homes = [known_home("P1"), known_home("P2", county=NEAR)]
    pools = [known_pool("P1", beds_available=1), known_pool("P2", beds_available=1)]
    found = figures(work_out(problem(people, homes, pools), GENERAL, salt="s"))
    assert found.tiers[0] == Tier(Urgency.TONIGHT.value, 3, 2)
    assert found.stages[Stage.EXCLUDED] + found.stages[Stage.NOT_READY] <= 1
    assert found.distances == (("same county", 1), ("25 to 50 miles", 1))
    assert (found.homes_used, found.providers, found.more) == (2, 2, 0)
    assert found.beds == {Level.LICENSED: 6, Level.FREE: 2, Level.READY: 2}


def test_a_distance_nobody_knows_comes_last():
    people = [known_referral("R1"), known_referral("R2", home_county=None)]
    found = figures(work_out(problem(people, known_home(), known_pool()), GENERAL, salt="s"))
    assert found.distances == (("same county", 1), ("distance unknown", 1))


@pytest.mark.parametrize("data", [{}, {"tiers": 3}, [], {"tiers": [["x", 1]]}])
def test_another_form_is_not_read(data):
    with pytest.raises(StoreError):
        of_plain(data)
