"""The search: proven where it fits, else beside a bound that holds; a stop gives an answer."""

from __future__ import annotations

import time

import pytest

from matching.engine.effort import Effort
from matching.engine.planning.bound import most_people
from matching.engine.planning.exact import total
from matching.engine.planning.greedy import Greedy
from matching.engine.planning.network import Network
from matching.engine.planning.search import search
from tests.engine.planning.markets import budget, choices, market, placed

SEEDS = range(40)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_proven_answer_is_the_best_of_all_choices_and_takes_nothing_for_nothing(
    seed: int,
) -> None:
    m = market(seed)
    b = budget(seed, m)
    found = search(m, b)
    assert found.proven
    assert found.more == 0
    assert found.outcome.counts == max(placed(m, t, e) for t, e in choices(m, b))
    network = Network(m, b)
    for out in found.taken:
        less = found.taken - {out}
        beds = max(0, b.beds_left(m, less))
        assert total(m, b, network.run(less, beds).counts) < total(m, b, found.outcome.counts)


@pytest.mark.parametrize("seed", SEEDS)
def test_without_a_proof_the_answer_is_allowed_and_the_bound_holds(seed: int) -> None:
    m = market(seed)
    b = budget(seed, m)
    found = search(m, b, columns=0)
    most = max(sum(placed(m, t, e)) for t, e in choices(m, b))
    assert found.outcome.placed <= most <= found.at_most
    assert b.allows(m, found.taken, int(found.outcome.beds.sum()))
    ways = [e for t, e in choices(m, b) if frozenset(t) == found.taken]
    assert found.outcome.counts == max(placed(m, tuple(found.taken), e) for e in ways)


@pytest.mark.parametrize("seed", range(15))
def test_the_bound_holds_from_wherever_it_begins_and_gets_no_worse(seed: int) -> None:
    m = market(seed)
    b = budget(seed, m)
    most = max(sum(placed(m, t, e)) for t, e in choices(m, b))
    first = most_people(m, b, frozenset(), 0, rounds=0)
    later = most_people(m, b, frozenset(), 0, rounds=25)
    assert most <= later <= first


def test_the_bound_is_mostly_what_can_be_had() -> None:
    tight = 0
    for seed in SEEDS:
        m = market(seed)
        b = budget(seed, m)
        found = search(m, b, columns=0)
        most = max(sum(placed(m, t, e)) for t, e in choices(m, b))
        tight += found.at_most == most
    assert tight >= 0.8 * len(SEEDS)


def test_stopped_at_once_the_answer_is_still_one() -> None:
    m = market(7, people=7, homes=5, options=5)
    b = budget(7, m)
    found = search(m, b, effort=Effort(0.0))
    assert b.allows(m, found.taken, int(found.outcome.beds.sum()))
    assert found.outcome.placed <= found.at_most
    assert not found.proven


def test_it_tells_what_it_does_and_can_be_stopped_on_the_way() -> None:
    m = market(3, people=8, homes=5, options=5)
    b = budget(11, m)
    said: list[str] = []
    search(m, b, progress=said.append)
    assert said
    begun = time.monotonic()
    search(m, b, effort=Effort(stopped=lambda: True), progress=said.append)
    assert time.monotonic() - begun < 2


@pytest.mark.parametrize("seed", range(10))
def test_step_by_step_never_beats_the_program(seed: int) -> None:
    m = market(seed)
    b = budget(seed, m)
    greedy = Greedy(Network(m, b))
    taken = greedy.search()
    assert greedy.value(taken) <= total(m, b, search(m, b).outcome.counts)
