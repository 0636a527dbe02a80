"""The program finds what trying every choice within the budget finds."""

from __future__ import annotations

import pytest

from matching.engine.planning.exact import best, total
from matching.engine.planning.network import Network
from tests.engine.planning.markets import budget, choices, market, placed


@pytest.mark.parametrize("seed", range(40))
def test_equals_every_choice_of_the_budget(seed: int) -> None:
    m = market(seed)
    b = budget(seed, m)
    slow = max(placed(m, taken, beds) for taken, beds in choices(m, b))
    found = best(m, b)
    assert found is not None
    network = Network(m, b)
    assert b.allows(m, found.taken, found.beds)
    assert network.run(found.taken, found.beds).counts == slow
    assert found.bound == total(m, b, slow)


@pytest.mark.parametrize("seed", range(12))
def test_a_choice_left_out_is_not_made_again_and_the_next_best_is(seed: int) -> None:
    m = market(seed, options=3)
    b = budget(seed, m)
    first = best(m, b)
    assert first is not None
    second = best(m, b, without=[first.taken])
    rest = [(t, e) for t, e in choices(m, b) if frozenset(t) != first.taken]
    if not rest:
        assert second is None
        return
    assert second is not None
    assert second.taken != first.taken
    slow = max(placed(m, taken, beds) for taken, beds in rest)
    assert Network(m, b).run(second.taken, second.beds).counts == slow
