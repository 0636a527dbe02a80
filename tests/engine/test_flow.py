from __future__ import annotations

from dataclasses import replace

import networkx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.domain.errors import CostOverflow, EngineError
from matching.engine import flow
from matching.engine.lottery import along
from tests.engine.networks import cost_of, every_choice, least_cost, network, networks

MANY = settings(max_examples=60, deadline=None)


def _keeps_room(one, found) -> bool:
    used = found.chosen[found.chosen >= 0]
    in_pool = np.bincount(one.pool[used], minlength=len(one.pool_room))
    in_home = np.zeros(len(one.provider_room), dtype=np.int64)
    np.add.at(in_home, one.owner, in_pool)
    return bool((in_pool <= one.pool_room).all() and (in_home <= one.provider_room).all())


@MANY
@given(networks())
def test_the_flow_costs_what_linear_programming_says(one):
    found = flow.solve(one)
    assert found.objective == least_cost(one) == cost_of(one, tuple(found.chosen.tolist()))
    assert _keeps_room(one, found)
    placed = np.flatnonzero(found.chosen >= 0)
    assert np.array_equal(one.person[found.chosen[placed]], placed)


@MANY
@given(networks())
def test_prices_prove_it(one):
    found = flow.solve(one)
    price = flow.prices(one, found)
    reduced, layout = flow.reduced_costs(one, price), flow.arcs(one)
    assert price.dtype == np.int64
    assert (reduced[found.on_arc < layout.room] >= 0).all()
    assert (reduced[found.on_arc > 0] <= 0).all()
    assert flow.bound(one, price) == found.objective


@MANY
@given(networks(), st.integers(0, 2**32 - 1))
def test_any_prices_bound_the_cost_from_below(one, seed):
    price = np.random.default_rng(seed).integers(-50, 50, one.nodes)
    assert flow.bound(one, price) <= least_cost(one)


@settings(max_examples=40, deadline=None)
@given(networks(people=4, pools=3), st.data())
def test_a_choice_that_is_not_the_best_has_no_prices(one, data):
    every = list(every_choice(one))
    choice = data.draw(st.sampled_from(every))
    least = min(cost_of(one, c) for c in every)
    as_flow = along(one, np.array(choice, dtype=np.int64))
    assert as_flow.objective == cost_of(one, choice)
    if as_flow.objective == least:
        assert flow.bound(one, flow.prices(one, as_flow)) == least
    else:
        with pytest.raises(EngineError, match="could not be proven best"):
            flow.prices(one, as_flow)


def test_a_chain_of_moves_that_helps_is_found():
    one = network([(0, 0, 1), (0, 1, 2), (1, 0, 1)], stay=[9, 9], pool_room=[1, 1])
    worse = along(one, np.array([0, -1]))
    with pytest.raises(EngineError, match="cheaper chain of moves"):
        flow.prices(one, worse)
    assert flow.solve(one).objective == 3


def test_networkx_agrees_on_a_larger_network():
    rng = np.random.default_rng(5)
    pairs = [(i, j, int(rng.integers(0, 99))) for i in range(40) for j in range(15)]
    pairs = [pair for pair in pairs if rng.random() < 0.4]
    one = network(
        pairs,
        stay=[1000 + int(k) for k in rng.integers(0, 50, 40)],
        pool_room=[int(k) for k in rng.integers(0, 4, 15)],
        owner=[k // 3 for k in range(15)],
        provider_room=[3, 4, 2, 5, 0],
    )
    graph = networkx.DiGraph()
    layout = flow.arcs(one)
    for tail, head, room, cost in zip(
        *(getattr(layout, n).tolist() for n in ("tail", "head", "room", "cost")), strict=True
    ):
        graph.add_edge(tail, head, capacity=room, weight=cost)
    for person in range(40):
        graph.nodes[person]["demand"] = -1
    graph.nodes[one.nodes - 1]["demand"] = 40
    found = flow.solve(one)
    assert found.objective == networkx.min_cost_flow_cost(graph)
    assert flow.bound(one, flow.prices(one, found)) == found.objective


def test_the_provider_caps_its_pools():
    pairs = [(i, j, 1) for i in range(4) for j in range(2)]
    one = network(pairs, [50] * 4, [2, 2], owner=[0, 0], provider_room=[3])
    assert flow.solve(one).objective == 3 + 50


def test_room_beyond_the_number_of_people_changes_nothing():
    one = network([(0, 0, 4)], [9], [10**12])
    assert flow.solve(one).objective == 4


@pytest.mark.parametrize(
    "one",
    [
        network([], [], []),
        network([], [], [3, 4], owner=[0, 0], provider_room=[2]),
        network([], [5, 7], []),
        network([], [5, 7], [1], owner=[0], provider_room=[1]),
        network([(0, 0, 0)], [0], [0]),
    ],
    ids=["nothing", "nobody", "no pools", "no pairs", "no room"],
)
def test_empty_networks(one):
    found = flow.solve(one)
    assert found.objective == int(one.stay_cost.sum())
    assert (found.chosen == -1).all()
    assert len(found.on_arc) == len(flow.arcs(one).tail)
    assert flow.bound(one, flow.prices(one, found)) == found.objective


def test_costs_too_large_for_exact_arithmetic_are_refused():
    one = network([(0, 0, 1)], [2**59], [1])
    with pytest.raises(CostOverflow) as caught:
        flow.solve(one)
    text = caught.value.sentence()
    assert "too large to add up exactly" in text
    assert "No plan was made." in text
    assert "Use wider waiting bands" in text


def test_the_largest_cost_that_is_taken_is_still_exact():
    one = network([(0, 0, 3)], [0], [1])
    most = (flow.SAFE_PRODUCT - 1) // one.nodes
    fits = replace(one, stay_cost=np.array([most]))
    found = flow.solve(fits)
    assert found.objective == 3
    assert flow.bound(fits, flow.prices(fits, found)) == 3
    with pytest.raises(CostOverflow):
        flow.solve(replace(one, stay_cost=np.array([most + 1])))


@pytest.mark.parametrize(("largest", "nodes", "people"), [(2**60, 1, 1), (2**30, 4, 2**30)])
def test_the_range_counts_nodes_and_people(largest, nodes, people):
    with pytest.raises(CostOverflow):
        flow.check_range(largest, nodes, people)
    flow.check_range(largest - 1, 1, 1)


def test_a_solver_that_does_not_finish_is_an_error(monkeypatch):
    class Stuck(flow.min_cost_flow.SimpleMinCostFlow):
        def solve(self):
            return self.INFEASIBLE

    monkeypatch.setattr(flow.min_cost_flow, "SimpleMinCostFlow", Stuck)
    with pytest.raises(EngineError, match="could not be solved"):
        flow.solve(network([(0, 0, 1)], [2], [1]))


@settings(max_examples=40, deadline=None)
@given(networks(people=4, pools=3), st.data())
def test_only_the_best_choices_are_proven(one, data):
    best, every = least_cost(one), list(every_choice(one))
    price = flow.prices(one, flow.solve(one))
    choice = data.draw(st.sampled_from(every))
    as_flow = along(one, np.array(choice, dtype=np.int64))
    assert flow.proves(one, as_flow, price) == (as_flow.objective == best)
    found = flow.settled(one, as_flow, rounds=one.nodes + 1)
    assert (found is not None) == (as_flow.objective == best)
    assert found is None or flow.proves(one, as_flow, found)


def test_prices_are_the_same_in_pieces(monkeypatch):
    one = network([(0, 0, 3), (0, 1, 5), (1, 0, 1), (2, 1, 2)], [9, 9, 9], [1, 1])
    found = flow.solve(one)
    usual = flow.prices(one, found)
    monkeypatch.setattr(flow, "AT_ONCE", 1)
    assert flow.prices(one, found).tolist() == usual.tolist()


@given(
    st.lists(
        st.tuples(st.integers(0, 10**6), st.integers(-(2**62), 2**62)), min_size=1, max_size=9
    )
)
def test_sums_are_exact_beyond_64_bits(rows):
    amount, cost = (np.array(side, dtype=np.int64) for side in zip(*rows, strict=True))
    assert flow.total(amount, cost) == sum(a * b for a, b in rows)
