"""The flow of a choice: whom it places, and what people and beds are worth, exactly."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from matching.domain.errors import EngineError
from matching.engine.planning.curve import bed_curve
from matching.engine.planning.market import Budget, Market, Within
from matching.engine.planning.network import Network
from tests.engine.planning.markets import budget, choices, market, placed

SEEDS = range(25)


def worth(network: Network, counts: tuple[int, ...], beds: int) -> int:
    """Return what a plan is worth in the prices of a network."""
    return sum(w * n for w, n in zip(network.price, counts, strict=True)) - beds


@pytest.mark.parametrize("seed", SEEDS)
def test_places_as_many_as_trying_everything_with_every_way_to_add_beds(seed: int) -> None:
    m, b = market(seed), budget(seed, market(seed))
    b = replace(b, money=None)
    network = Network(m, b)
    found = network.run()
    ways = [beds for taken, beds in choices(m, b) if not taken]
    assert found.counts == max(placed(m, (), beds) for beds in ways)
    assert placed(m, (), tuple(found.beds.tolist())) == found.counts
    fewer = [e for e in ways if sum(e) < found.beds.sum()]
    assert all(placed(m, (), beds) < found.counts for beds in fewer)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_curve_is_exact_for_every_number_of_beds(seed: int) -> None:
    m = market(seed, people=7)
    b = replace(budget(seed, m), beds=5, money=None)
    curve = bed_curve(Network(m, b), 5)
    assert len(curve) == 6
    for number, counts in enumerate(curve):
        ways = [e for t, e in choices(m, replace(b, beds=number)) if not t]
        assert counts == max(placed(m, (), beds) for beds in ways)
    totals = [sum(one) for one in curve]
    gains = np.diff(totals)
    assert (gains >= 0).all()
    assert (np.diff(gains) <= 0).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_the_worth_of_a_bed_is_what_solving_with_it_gives(seed: int) -> None:
    m = market(seed, people=7)
    network = Network(m, Budget())
    base = network.run()
    for j in range(len(m.owner)):
        pools, homes = m.pool_room.copy(), m.home_room.copy()
        pools[j] += 1
        homes[m.owner[j]] += 1
        with_it = Network(replace(m, pool_room=pools, home_room=homes), Budget()).run()
        gained = worth(network, with_it.counts, 0) - worth(network, base.counts, 0)
        # A path past the home needs both: the bed may be worth as much as the way through it.
        assert gained >= 0
        added = Network(
            replace(m, bed_limit=np.eye(len(m.owner), dtype=np.int64)[j]), Budget(beds=1)
        ).run()
        assert added.counts == with_it.counts
        assert int(base.bed_worth[j]) == gained


@pytest.mark.parametrize("seed", SEEDS)
def test_the_worth_of_people_values_a_home_that_is_not_there(seed: int) -> None:
    m = market(seed, people=7)
    network = Network(m, Budget())
    base = network.run()
    rng = np.random.default_rng(seed)
    for _ in range(4):
        fits = np.flatnonzero(rng.random(m.people) < 0.4)
        with_it = _with_home(m, fits)
        after = Network(with_it, Budget()).run()
        gained = worth(network, after.counts, 0) - worth(network, base.counts, 0)
        assert gained == int(base.worth[fits].max(initial=0))


def _with_home(m: Market, fits: np.ndarray) -> Market:
    """Return a market with a home of one bed for some people."""
    return replace(
        m,
        person=np.concatenate([m.person, fits]),
        pool=np.concatenate([m.pool, np.full(len(fits), len(m.owner))]),
        opened=np.concatenate([m.opened, np.ones(len(fits), dtype=np.uint64)]),
        owner=np.append(m.owner, len(m.home_room)),
        pool_room=np.append(m.pool_room, 1),
        home_room=np.append(m.home_room, 1),
        bed_limit=np.append(m.bed_limit, 0),
    )


def test_limits_on_beds_must_be_inside_one_another_or_apart() -> None:
    m = market(1)
    both = (Within(frozenset({0, 1}), 1), Within(frozenset({1, 2}), 1))
    with pytest.raises(EngineError, match="overlap"):
        Network(m, Budget(beds=2, within=both))


def test_nobody_at_all_is_no_trouble() -> None:
    m = market(3)
    nothing = np.zeros(0, dtype=np.int64)
    empty = replace(
        m, tier=nothing, person=nothing, pool=nothing, opened=nothing.astype(np.uint64)
    )
    found = Network(empty, Budget(beds=2)).run()
    assert found.counts == (0, 0, 0)
    assert not found.beds.any()
