from __future__ import annotations

import pickle
from dataclasses import replace

import numpy as np
import pytest

from matching.domain.errors import ChoiceError, CostOverflow
from matching.engine.aims import Aims
from matching.engine.component import Component, keeps
from matching.engine.coupled import solve
from matching.engine.modes import Limit, Modes
from matching.engine.solution import Method
from tests.engine.tied import drawn, every, strict_key, wide_key

#: Components tried against all choices there are, in blocks.
EXAMPLES, BLOCK = 2_000, 100


def _check(c: Component) -> Method | None:
    """Hold the outcome of a component against every choice there is."""
    choices = list(every(c))
    if not choices:
        with pytest.raises(ChoiceError, match="Nothing was changed"):
            solve(c)
        return None
    found = solve(c)
    choice = tuple(found.chosen.tolist())
    assert choice in choices
    assert (found.more, found.gap) == ((0, 0, 0), 0)
    _check_modes(c, found)
    forced = [k for k, must in enumerate(c.must.tolist()) if must]
    loose = [x for x in every(c, tied=False) if all(x[k] >= 0 for k in forced)]
    strict = min(strict_key(c, x) for x in choices)
    # The strict order holds if, and only if, some best flow keeps every tie.
    if strict == min(strict_key(c, x) for x in loose):
        assert found.method is Method.KEPT
        assert strict_key(c, choice) == strict
    else:
        assert found.method is Method.PROGRAM
        assert wide_key(c, choice) == min(wide_key(c, x) for x in choices)
    return found.method


def _check_modes(c: Component, found) -> None:
    used = set(found.chosen.tolist())
    for tie, mode in zip(c.modes, found.mode.tolist(), strict=True):
        there = [row for row, a in enumerate(tie.pairs.tolist()) if a in used]
        assert (mode >= 0) == bool(there)
        assert all(tie.fits[row, mode] for row in there)


@pytest.mark.parametrize("first", range(0, EXAMPLES, BLOCK))
def test_no_choice_is_better(first):
    seen = {_check(drawn(seed)) for seed in range(first, first + BLOCK)}
    assert seen == {None, Method.KEPT, Method.PROGRAM}


@pytest.mark.parametrize("first", range(0, 60, 20))
def test_no_choice_is_better_among_more_people(first):
    for seed in range(first, first + 20):
        _check(drawn(seed, people=8, pools=4))


def component(
    pairs: list[tuple[int, int, int]],
    tier: list[int],
    pool_room: list[int],
    **changes,
) -> Component:
    """Build a component from (person, pool, cost); each pool its own provider."""
    table = np.array(pairs, dtype=np.int64).reshape(-1, 3)
    order = np.array(tier, dtype=np.int64)
    nothing = np.zeros(len(table), dtype=np.int64)
    room = np.array(pool_room, dtype=np.int64)
    parts = {
        "person": table[:, 0],
        "pool": table[:, 1],
        "goal": Aims(order, order, nothing, nothing, table[:, 2]),
        "band": order,
        "tiers": 3,
        "must": np.zeros(len(tier), dtype=np.bool_),
        "groups": [],
        "conflicts": [],
        "beds": np.ones(len(tier), dtype=np.int64),
        "modes": [],
        "limits": [],
        "owner": np.arange(len(pool_room)),
        "pool_room": room,
        "provider_room": room,
    }
    return Component(**{**parts, **changes})


ONE_POOL = [(0, 0, 10**6), (1, 0, 0), (2, 0, 0)]


def test_an_earlier_tier_wins_whatever_it_costs():
    assert solve(component(ONE_POOL, [0, 1, 1], [1])).chosen.tolist() == [0, -1, -1]


def test_two_of_a_later_tier_do_not_outweigh_one_of_an_earlier():
    c = component(ONE_POOL, [0, 1, 1], [2], beds=np.array([2, 1, 1]))
    found = solve(c)
    assert found.chosen.tolist() == [0, -1, -1]
    assert found.method is Method.PROGRAM


def test_within_a_tier_two_places_are_better_than_one_of_longer_waiting():
    c = component(ONE_POOL, [0, 0, 0], [2], beds=np.array([2, 1, 1]))
    c = replace(c, band=np.array([0, 1, 1]), goal=replace(c.goal, standing=np.array([0, 1, 1])))
    assert solve(c).chosen.tolist() == [-1, 1, 2]


def test_waits_in_one_band_are_equal_only_where_a_tie_has_a_price():
    """Person 0 waits longest; person 1 costs less. Only one bed can be had by either."""
    c = component([(0, 0, 9), (1, 0, 0), (2, 1, 0), (3, 1, 0)], [0, 0, 0, 0], [1, 2])
    hours = replace(c.goal, standing=np.array([0, 1, 0, 0]))
    kept = solve(replace(c, goal=hours, groups=[[2, 3]]))
    assert (kept.method, kept.chosen.tolist()) == (Method.KEPT, [0, -1, 2, 3])
    paid = solve(replace(c, goal=hours, conflicts=[[2, 3]]))
    assert paid.method is Method.PROGRAM
    assert paid.chosen[:2].tolist() == [-1, 1]


def test_a_pool_is_run_in_the_mode_that_places_most():
    fits = np.array([[True, False], [False, True], [False, True]])
    tie = Modes("resident-gender", 0, np.arange(3), fits, ("girls", "boys"))
    found = solve(component(ONE_POOL, [0, 0, 0], [3], modes=[tie]))
    assert found.chosen.tolist() == [-1, 1, 2]
    assert found.mode.tolist() == [1]


def test_a_pool_that_nobody_moves_into_has_no_mode():
    fits = np.array([[True, False], [False, True], [False, True]])
    tie = Modes("resident-gender", 0, np.arange(3), fits, ("girls", "boys"))
    found = solve(component(ONE_POOL, [0, 0, 0], [0], modes=[tie]))
    assert found.mode.tolist() == [-1]


def test_a_provider_takes_no_more_people_than_its_limit():
    limit = Limit("acuity", 0, np.array([0, 1]), 1)
    found = solve(component(ONE_POOL, [0, 0, 0], [3], limits=[limit]))
    assert found.chosen.tolist() == [-1, 1, 2]


def test_a_forced_place_is_kept_before_every_tier():
    must = np.array([False, True, True])
    c = component(ONE_POOL, [0, 1, 2], [2], must=must)
    c = replace(c, goal=replace(c.goal, standing=np.array([1, 0, 0])), band=np.array([1, 0, 0]))
    assert solve(c).chosen.tolist() == [-1, 1, 2]
    apart = replace(c, conflicts=[[1, 2]])
    with pytest.raises(ChoiceError) as caught:
        solve(apart)
    assert caught.value.next_step
    with pytest.raises(ChoiceError):
        solve(replace(c, pool_room=np.array([1]), provider_room=np.array([1])))


def test_nobody_has_a_pair():
    found = solve(component([], [0, 1], [1]))
    assert found.chosen.tolist() == [-1, -1]
    assert (found.more, found.gap) == ((0, 0, 0), 0)


def test_a_group_of_whom_one_has_no_pair_anywhere_waits():
    c = component([(0, 0, 1), (0, 1, 1)], [0, 0], [1, 1], groups=[[0, 1]])
    assert solve(c).chosen.tolist() == [-1, -1]


def test_costs_that_do_not_fit_are_refused():
    with pytest.raises(CostOverflow, match="No plan was made"):
        solve(component([(0, 0, 2**58), (1, 0, 0)], [0, 0], [1]))
    dear = component([(0, 0, 2**50), (1, 0, 0)], [0, 0], [2], conflicts=[[0, 1]])
    with pytest.raises(CostOverflow, match="No plan was made"):
        solve(dear)


def test_components_and_outcomes_travel():
    c = drawn(3)
    there = pickle.loads(pickle.dumps(c))  # noqa: S301
    assert keeps(there, solve(there).chosen)
    back = pickle.loads(pickle.dumps(solve(c)))  # noqa: S301
    assert back.chosen.tolist() == solve(c).chosen.tolist()
