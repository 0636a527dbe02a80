"""The invented region."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.domain import geography
from matching.domain.errors import InputError
from matching.domain.geography import FICTIONAL_STATES
from matching.intake.sample_region import region, region_of
from tests.builders import FAR, HERE, MIAMI, NEAR, home

GEO = geography.load()


def made(providers: int, seed: int = 1):
    return region(np.random.default_rng(seed), providers, GEO)


@pytest.mark.parametrize(
    ("providers", "counties"),
    [(0, 8), (79, 8), (132, 13), (1_500, 150), (6_000, 600), (40_000, 600)],
)
def test_counties_grow_with_providers(providers, counties):
    assert len(made(providers).counties) == counties


def test_states_are_filled_in_order_inner_counties_first():
    where = made(1_000)
    every = [c.fips for c in GEO.counties if c.state == "XA"]
    assert where.fips[:75] == every
    assert set(where.states) == {"XA", "XB"}
    assert made(6_000).states == sorted(made(6_000).states)
    assert set(made(6_000).states) == FICTIONAL_STATES


@given(providers=st.integers(0, 900), seed=st.integers(0, 20))
@settings(max_examples=30, deadline=None)
def test_shares_add_up_and_a_higher_power_gathers_people(providers, seed):
    where = made(providers, seed)
    even, gathered = where.shares(0.5), where.shares(1.0)
    assert even.sum() == pytest.approx(1)
    assert gathered.sum() == pytest.approx(1)
    assert gathered.max() >= even.max() - 1e-12


def test_some_counties_are_dense_and_some_nearly_empty():
    people = np.sort(made(1_500).people)
    assert people[-1] > 20 * np.median(people[: len(people) // 2])


def test_around_holds_the_county_itself_and_its_neighbours():
    where = made(750)
    around = where.around(40)
    for k, near in enumerate(around):
        assert where.fips[k] in near
    assert NEAR in around[where.fips.index(HERE)]
    assert FAR not in around[where.fips.index(HERE)]
    assert where.around(0.0)[0] == {where.fips[0]}


def test_the_nearest_county_is_itself_and_ranks_stop_at_the_last():
    where = made(80)
    at = np.arange(8)
    assert where.nearest(np.zeros(8, dtype=np.int64), at).tolist() == at.tolist()
    first = where.nearest(np.ones(8, dtype=np.int64), at)
    for k, near in enumerate(first.tolist()):
        others = np.delete(where.miles[k], k)
        assert where.miles[k, near] == others.min()
    last = where.nearest(np.full(8, 99), at)
    assert all(where.miles[k, far] == where.miles[k].max() for k, far in enumerate(last))


def test_a_region_can_be_read_from_an_inventory():
    homes = [home("P1", county=MIAMI), home("P2", county=MIAMI), home("P3", county=HERE)]
    where = region_of([*homes, home("P4"), home("P5", county="99999")], GEO)
    assert dict(zip(where.fips, where.people.tolist(), strict=True)) == {MIAMI: 2.0, HERE: 1.0}


def test_an_inventory_without_counties_is_no_region():
    with pytest.raises(InputError, match="county"):
        region_of([home("P1")], GEO)


def test_real_counties_grow_from_florida_outwards_and_none_is_invented():
    def states(providers):
        return region(np.random.default_rng(1), providers, GEO, invented=False).states

    assert set(states(132)) == {"FL"}
    assert set(states(1_000)) == {"FL", "GA"}
    everywhere = region(np.random.default_rng(1), 100_000, GEO, invented=False)
    assert not set(everywhere.states) & FICTIONAL_STATES
    assert len(set(everywhere.fips)) == len(everywhere.fips) == len(GEO.counties) - 600
