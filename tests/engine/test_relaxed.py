from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from matching.domain.errors import CostOverflow
from matching.engine import aims as aims_module
from matching.engine.effort import NO_LIMIT, Effort
from matching.engine.relaxed import Relaxed, most
from tests.engine.test_coupled import component
from tests.engine.tied import drawn, every, strict_key


@pytest.mark.parametrize("first", range(0, 300, 100))
def test_without_ties_no_choice_is_better(first):
    for seed in range(first, first + 100):
        c = drawn(seed)
        relaxed = Relaxed(c, NO_LIMIT)
        loose = {choice: strict_key(c, choice) for choice in every(c, tied=False)}
        assert loose[tuple(relaxed.chosen.tolist())] == min(loose.values())
        assert relaxed.whole


@pytest.mark.parametrize("first", range(0, 300, 100))
def test_what_is_kept_is_as_good_and_nothing_kept_means_that_nothing_is(first):
    seen = set()
    for seed in range(first, first + 100):
        c = drawn(seed)
        kept = Relaxed(c, NO_LIMIT).kept(NO_LIMIT)
        best = min(strict_key(c, choice) for choice in every(c, tied=False))
        as_good = {choice for choice in every(c) if strict_key(c, choice) == best}
        seen.add(kept is None)
        if kept is None:
            assert not as_good
        else:
            assert tuple(kept.tolist()) in as_good
    assert seen == {True, False}


@pytest.mark.parametrize("seed", range(0, 200, 5))
def test_two_runs_on_the_optimal_face_keep_what_one_keeps(seed, monkeypatch):
    c = drawn(seed)
    once = Relaxed(c, NO_LIMIT)
    monkeypatch.setattr(aims_module, "safe", lambda *_: False)
    twice = Relaxed(c, NO_LIMIT)
    key = strict_key(c, tuple(once.chosen.tolist()))
    assert strict_key(c, tuple(twice.chosen.tolist())) == key
    kept = [relaxed.kept(NO_LIMIT) for relaxed in (once, twice)]
    assert (kept[0] is None) == (kept[1] is None)


@pytest.mark.parametrize("first", range(0, 300, 100))
def test_no_choice_places_more_of_the_first_tiers(first):
    for seed in range(first, first + 100):
        c = drawn(seed)
        loose = replace(c, must=np.zeros(c.people, dtype=np.bool_))
        tier = c.goal.tier.tolist()
        for k, limit in enumerate(most(c).tolist()):
            reached = (
                sum(a >= 0 and tier[i] <= k for i, a in enumerate(choice))
                for choice in every(loose, tied=False)
            )
            assert limit == max(reached)


def test_several_beds_for_one_may_break_a_flow_that_another_best_flow_keeps():
    """Equal people; only one of them fits both pools with the two beds needed."""
    c = component([(0, 0, 1), (0, 1, 1), (1, 0, 1), (1, 1, 1)], [0, 0], [1, 2])
    c = replace(c, beds=np.array([1, 2]), goal=replace(c.goal, standing=np.array([0, 0])))
    assert Relaxed(c, NO_LIMIT).kept(NO_LIMIT).tolist() == [0, 3]


def test_once_time_is_up_nothing_more_is_looked_for():
    c = component([(0, 0, 1), (1, 0, 1)], [0, 0], [2], conflicts=[[0, 1]])
    relaxed = Relaxed(c, NO_LIMIT)
    assert relaxed.kept(Effort(0.0)) is None
    free = replace(c, conflicts=[])
    assert Relaxed(free, NO_LIMIT).kept(Effort(0.0)).tolist() == [0, 1]


def test_without_time_for_every_aim_nothing_is_called_kept(monkeypatch):
    monkeypatch.setattr(aims_module, "safe", lambda *_: False)
    c = component([(0, 0, 1), (1, 0, 1)], [0, 0], [2])
    relaxed = Relaxed(c, Effort(0.0))
    assert not relaxed.whole
    assert (relaxed.chosen >= 0).all()
    assert relaxed.kept(NO_LIMIT) is None


def test_costs_that_do_not_fit_are_refused():
    with pytest.raises(CostOverflow):
        Relaxed(component([(0, 0, 2**58), (1, 0, 0)], [0, 0], [1]), NO_LIMIT)
