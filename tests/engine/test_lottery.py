from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.domain.errors import EngineError
from matching.engine import flow, lottery
from matching.engine.lottery import draw, name_hashes, tickets
from tests.engine.networks import cost_of, every_choice, network, networks


def _people(one):
    return [f"R{k}" for k in range(one.people)]


def _pools(one):
    return [f"B{k}" for k in range(len(one.pool_room))]


def _draw(one, salt, people=None, pools=None):
    price = flow.prices(one, flow.solve(one))
    return draw(
        one,
        price,
        name_hashes(people or _people(one), salt),
        name_hashes(pools or _pools(one), salt),
        salt,
        _bits(one),
    )


def _bits(one):
    return lottery.ticket_bits(one.nodes, one.people)


def _ticket_sum(one, choice, salt):
    """Add the tickets of a choice up, one by one."""
    bits = _bits(one)
    people, pools = name_hashes(_people(one), salt), name_hashes(_pools(one), salt)
    stay = name_hashes(["without a place"], salt)
    total = 0
    for i, k in enumerate(choice):
        right = stay if k < 0 else pools[one.pool[[k]]]
        total += int(tickets(people[[i]], right, bits)[0])
    return total


@settings(max_examples=60, deadline=None)
@given(networks(people=4, pools=3, most=2), st.text(max_size=4))
def test_the_draw_is_the_best_plan_with_the_smallest_sum_of_tickets(one, salt):
    every = list(every_choice(one))
    least = min(cost_of(one, c) for c in every)
    best = [c for c in every if cost_of(one, c) == least]
    sums = [_ticket_sum(one, c, salt) for c in best]
    drawn = _draw(one, salt)
    choice = tuple(drawn.chosen.tolist())
    assert drawn.objective == least
    assert choice in best
    assert _ticket_sum(one, choice, salt) == min(sums)


@settings(max_examples=40, deadline=None)
@given(networks(), st.data(), st.text(max_size=4))
def test_the_order_of_people_pools_and_pairs_plays_no_part(one, data, salt):
    n, m, k = one.people, len(one.pool_room), len(one.person)
    person = np.array(data.draw(st.permutations(range(n))), dtype=np.int64)
    pool = np.array(data.draw(st.permutations(range(m))), dtype=np.int64)
    pair = np.random.default_rng(data.draw(st.integers(0, 99))).permutation(k)
    other = replace(
        one,
        person=np.argsort(person)[one.person[pair]].astype(np.int64),
        pool=np.argsort(pool)[one.pool[pair]].astype(np.int64),
        cost=one.cost[pair],
        stay_cost=one.stay_cost[person],
        pool_room=one.pool_room[pool],
        owner=one.owner[pool],
    )
    drawn = _draw(one, salt)
    people, pools = np.array(_people(one), dtype=object), np.array(_pools(one), dtype=object)
    again = _draw(other, salt, list(people[person]), list(pools[pool]))
    assert again.objective == drawn.objective == flow.solve(one).objective

    def by_name(network, found, names, beds):
        return {
            names[i]: beds[network.pool[a]] if a >= 0 else None
            for i, a in enumerate(found.chosen.tolist())
        }

    assert by_name(other, again, people[person], pools[pool]) == by_name(
        one, drawn, people, pools
    )


def test_a_pool_that_no_best_flow_uses_is_never_drawn():
    """Its pairs may have no reduced cost while the pool itself has one."""
    one = network(
        [
            (i, j, cost)
            for i, row in enumerate(
                [(0, 0, 0, 2, 1, 1, 0), (1, 2, 1, 1, 2, 2, 2), (1, 2, 2, 1, 2, 2, 2)]
            )
            for j, cost in enumerate(row)
        ],
        stay=[999] * 3,
        pool_room=[1, 3, 0, 2, 2, 3, 2],
        owner=[0] * 7,
        provider_room=[2],
    )
    for salt in map(str, range(20)):
        assert _draw(one, salt).objective == flow.solve(one).objective == 1000


def test_a_draw_in_which_everybody_stays():
    for one in (
        network([], [999], [], owner=[], provider_room=[5]),
        network([(0, 0, 9)], [1], [1]),
        network([(0, 0, 9)], [99], [0]),
    ):
        assert _draw(one, "s").chosen.tolist() == [-1]


def test_different_salts_draw_differently_on_a_tie():
    one = network([(i, 0, 5) for i in range(6)], [100] * 6, [1])
    winners = {int(np.argmax(_draw(one, str(s)).chosen >= 0)) for s in range(60)}
    assert winners == set(range(6))


def test_without_a_tie_the_salt_plays_no_part():
    one = network([(i, 0, 5 + i) for i in range(6)], [100] * 6, [1])
    assert {tuple(_draw(one, str(s)).chosen.tolist()) for s in range(20)} == {
        (0, -1, -1, -1, -1, -1)
    }


@pytest.mark.parametrize("beds", [1, 2])
def test_people_who_are_alike_win_about_equally_often(beds):
    people, rounds = 5, 500
    one = network(
        [(i, j, 3) for i in range(people) for j in range(beds)], [50] * people, [1] * beds
    )
    price = flow.prices(one, flow.solve(one))
    won = np.zeros(people)
    for seed in range(rounds):
        salt = f"round {seed}"
        hashes = name_hashes(_people(one), salt), name_hashes(_pools(one), salt)
        won += draw(one, price, *hashes, salt, _bits(one)).chosen >= 0
    assert won.sum() == rounds * beds
    # Two beds are drawn without replacement, which makes the spread smaller still.
    assert scipy.stats.chisquare(won).pvalue > 0.01


def test_tickets_are_spread_evenly_and_stay_in_range():
    left = name_hashes([f"R{k}" for k in range(200)], "salt")
    right = name_hashes([f"B{k}" for k in range(50)], "salt")
    drawn = tickets(np.repeat(left, 50), np.tile(right, 200), 30)
    assert drawn.min() >= 0
    assert drawn.max() < 2**30
    assert len(np.unique(drawn)) > 9_990
    counts = np.bincount(drawn >> 26, minlength=16)
    assert scipy.stats.chisquare(counts).pvalue > 0.01


def test_tickets_can_be_drawn_again_by_anybody():
    """The numbers are published: they must not change between versions."""
    hashes = name_hashes(["R1", "P1\0B1"], "salt")
    assert hashes.dtype == np.uint64
    assert np.array_equal(hashes, name_hashes(["R1", "P1\0B1"], "salt"))
    assert not np.array_equal(hashes, name_hashes(["R1", "P1\0B1"], "other"))
    # BLAKE2b over the salt, a zero byte and the name; first eight bytes, low byte first.
    assert [int(h) for h in name_hashes(["R1"], "s")] == [17065466894007103876]
    assert tickets(np.array([1], np.uint64), np.array([2], np.uint64), 30).tolist() == [
        634785143
    ]


def test_salt_and_name_do_not_run_together():
    assert name_hashes(["bc"], "a") != name_hashes(["c"], "ab")


def test_nobody_draws_nothing():
    one = network([], [], [2])
    assert _draw(one, "s").chosen.tolist() == []
    assert len(name_hashes([], "s")) == 0


def test_too_many_people_for_a_fair_draw_is_an_error():
    with pytest.raises(EngineError) as caught:
        lottery.ticket_bits(10_000_001, 10_000_000)
    assert "No plan was made" in str(caught.value)
    assert caught.value.next_step


def test_ticket_bits_shrink_before_sums_could_overflow():
    n = 400_000
    bits = lottery.ticket_bits(n + 3, n)
    assert 16 <= bits <= 30
    assert ((n + 1) << bits) * (n + 3) <= flow.SAFE_PRODUCT
    assert lottery.ticket_bits(3, 1) == 30
