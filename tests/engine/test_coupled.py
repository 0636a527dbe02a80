from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.domain.errors import CostOverflow, EngineError
from matching.engine import coupled
from matching.engine.coupled import Component, solve


@st.composite
def components(draw, people: int = 5, pools: int = 4):
    """Draw people tied together, over a few pools under fewer providers."""
    n, m = draw(st.integers(1, people)), draw(st.integers(1, pools))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    person, pool = np.nonzero(rng.random((n, m)) < 0.8)
    tier = np.sort(rng.integers(0, 3, n))
    step = rng.integers(0, 2, n)
    step[1:] |= np.diff(tier) > 0
    step[0] = 0
    sets = st.lists(
        st.lists(st.integers(0, n - 1), min_size=2, max_size=3, unique=True), max_size=2
    )
    return Component(
        person=person.astype(np.int64),
        pool=pool.astype(np.int64),
        tier=tier.astype(np.int64),
        standing=np.cumsum(step).astype(np.int64),
        icwa=rng.integers(0, 3, len(person)) * draw(st.integers(0, 1)),
        cost=rng.integers(0, 40, len(person)),
        tiers=3,
        groups=draw(sets) if n > 1 else [],
        conflicts=draw(sets) if n > 1 else [],
        beds=rng.choice([1, 1, 2], n).astype(np.int64),
        owner=rng.integers(0, m, m),
        pool_room=rng.integers(0, 4, m),
        provider_room=rng.integers(1, 5, m),
    )


def _allowed(c: Component, choice) -> bool:
    site = [None if a < 0 else int(c.owner[c.pool[a]]) for a in choice]
    for members in c.groups:
        if len({site[k] for k in members}) > 1:
            return False
    for members in c.conflicts:
        there = [site[k] for k in members if site[k] is not None]
        if len(set(there)) < len(there):
            return False
    in_pool, in_home = np.zeros(len(c.pool_room)), np.zeros(len(c.provider_room))
    for k, a in enumerate(choice):
        if a >= 0:
            in_pool[c.pool[a]] += c.beds[k]
            in_home[c.owner[c.pool[a]]] += c.beds[k]
    return bool((in_pool <= c.pool_room).all() and (in_home <= c.provider_room).all())


def _key(c: Component, choice):
    """Order of aims, one person at a time; the smallest is best."""
    used = [a for a in choice if a >= 0]
    placed = [k for k, a in enumerate(choice) if a >= 0]
    last = int(c.standing.max()) + 1
    return (
        tuple(-sum(int(c.tier[k]) == t for k in placed) for t in range(c.tiers)),
        -sum(last - int(c.standing[k]) for k in placed),
        sum(int(c.icwa[a]) for a in used),
        sum(int(c.cost[a]) for a in used),
    )


def _every(c: Component):
    mine = [[-1, *np.flatnonzero(c.person == k).tolist()] for k in range(c.people)]
    return (choice for choice in product(*mine) if _allowed(c, choice))


@settings(max_examples=40, deadline=None)
@given(components())
def test_no_choice_is_better(c):
    found = solve(c)
    choice = tuple(found.chosen.tolist())
    assert _allowed(c, choice)
    assert all(c.person[a] == k for k, a in enumerate(choice) if a >= 0)
    assert _key(c, choice) == min(_key(c, other) for other in _every(c))
    assert found.gap == 0
    assert found.more == (0, 0, 0)


def _two_people(**changes) -> Component:
    """Two people and one pool of one bed, the second of them much cheaper."""
    one = np.ones(1, dtype=np.int64)
    parts = {
        "person": np.array([0, 1]),
        "pool": np.array([0, 0]),
        "tier": np.array([0, 1]),
        "standing": np.array([0, 1]),
        "icwa": np.array([4, 0]),
        "cost": np.array([10**6, 0]),
        "tiers": 2,
        "groups": [],
        "conflicts": [],
        "beds": np.array([1, 1]),
        "owner": one * 0,
        "pool_room": one,
        "provider_room": one,
    }
    return Component(**{**parts, **changes})


def test_an_earlier_tier_wins_whatever_it_costs():
    assert solve(_two_people()).chosen.tolist() == [0, -1]


def test_two_of_a_later_tier_do_not_outweigh_one_of_an_earlier():
    c = _two_people(
        person=np.array([0, 1, 2]),
        pool=np.array([0, 0, 0]),
        tier=np.array([0, 1, 1]),
        standing=np.array([0, 1, 1]),
        icwa=np.zeros(3, np.int64),
        cost=np.array([9, 0, 0]),
        beds=np.array([2, 1, 1]),
        pool_room=np.array([2]),
        provider_room=np.array([2]),
    )
    assert solve(c).chosen.tolist() == [0, -1, -1]


def test_within_a_tier_two_places_are_better_than_one_of_longer_waiting():
    c = _two_people(
        person=np.array([0, 1, 2]),
        pool=np.array([0, 0, 0]),
        tier=np.zeros(3, np.int64),
        standing=np.array([0, 1, 1]),
        icwa=np.zeros(3, np.int64),
        cost=np.zeros(3, np.int64),
        beds=np.array([2, 1, 1]),
        pool_room=np.array([2]),
        provider_room=np.array([2]),
    )
    assert solve(c).chosen.tolist() == [-1, 1, 2]


def test_nobody_has_a_pair():
    none = np.zeros(0, dtype=np.int64)
    found = solve(_two_people(person=none, pool=none, icwa=none, cost=none))
    assert found.chosen.tolist() == [-1, -1]
    assert (found.more, found.gap) == ((0, 0), 0)


def test_a_group_of_whom_one_has_no_pair_anywhere_waits():
    assert solve(_two_people(groups=[[0, 1]], person=np.array([0, 0]))).chosen.tolist() == [
        -1,
        -1,
    ]


def test_costs_that_do_not_fit_are_refused():
    with pytest.raises(CostOverflow):
        solve(_two_people(cost=np.array([2**58, 0])))


def test_a_component_without_any_answer_is_an_error(monkeypatch):
    class Nothing:
        def has_primal_feasible_solution(self):
            return False

    monkeypatch.setattr(coupled.mathopt, "solve", lambda *_, **__: Nothing())
    with pytest.raises(EngineError, match="No plan was made"):
        solve(_two_people())


def test_what_is_not_proven_is_not_called_proven(monkeypatch):
    """A solver stopped early gives a bound away; the outcome must say so."""
    real = coupled.mathopt.solve

    class Stopped:
        def __init__(self, result):
            self._result = result

        def __getattr__(self, name):
            return getattr(self._result, name)

        def dual_bound(self):
            return -np.inf

    monkeypatch.setattr(coupled.mathopt, "solve", lambda *a, **k: Stopped(real(*a, **k)))
    found = solve(replace(_two_people(), tier=np.array([0, 0])))
    assert _allowed(_two_people(), found.chosen.tolist())
    assert sum(found.more) > 0
    assert found.gap is None
