"""Published assignment problems with known optima (see tests/reference)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from matching.engine import flow
from matching.engine.flow import Network
from matching.engine.lottery import draw, name_hashes

FOLDER = Path(__file__).parent.parent / "reference"
PUBLISHED = {100: 305, 200: 475, 300: 626, 400: 804}


def _read(n: int) -> np.ndarray:
    numbers = np.array((FOLDER / f"assign{n}.txt").read_text().split(), dtype=np.int64)
    assert numbers[0] == n
    return numbers[1:].reshape(n, n)


def _network(cost: np.ndarray) -> Network:
    n = len(cost)
    person, pool = (index.ravel().astype(np.int64) for index in np.indices(cost.shape))
    ones = np.ones(n, dtype=np.int64)
    return Network(person, pool, cost.ravel(), ones * 10_000, ones, np.arange(n), ones)


@pytest.mark.parametrize(("n", "best"), sorted(PUBLISHED.items()))
def test_published_optimum_with_prices_and_bound(n, best):
    one = _network(_read(n))
    found = flow.solve(one)
    assert found.objective == best
    assert sorted(one.pool[found.chosen].tolist()) == list(range(n))
    price = flow.prices(one, found)
    assert flow.bound(one, price) == best


def test_the_draw_among_optima_of_a_published_problem_costs_the_same():
    one = _network(_read(100))
    price = flow.prices(one, flow.solve(one))
    names = [f"N{k}" for k in range(100)]
    seen = set()
    for salt in ("a", "b", "c"):
        hashes = name_hashes(names, salt)
        drawn = draw(one, price, hashes, hashes, salt, 30)
        assert drawn.objective == PUBLISHED[100]
        seen.add(tuple(drawn.chosen.tolist()))
    assert seen
