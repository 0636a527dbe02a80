from __future__ import annotations

import numpy as np
import pytest

from matching.engine import search as search_module
from matching.engine.component import keeps, levels
from matching.engine.effort import NO_LIMIT, Effort
from matching.engine.program import Answer
from matching.engine.rows import NO_ROWS, held
from matching.engine.search import Search
from matching.engine.suggest import Prices
from matching.engine.trim import usable
from matching.engine.weights import weigh
from tests.benchmarks.region import Ties, region
from tests.engine.tied import drawn, every

MIXED = Ties(grouped=0.3, apart=0.2, parents=0.05, group=4, token=4, locked=0.5, limited=0.3)


def _levels(c, seed) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    return {
        "all aims": weigh(c).gain(),
        "one aim": levels(c)[0],
        "anything": rng.integers(-30, 10, len(c.person)),
    }


def _totals(c, level) -> dict[tuple[int, ...], int]:
    return {choice: int(sum(level[a] for a in choice if a >= 0)) for choice in every(c)}


@pytest.mark.parametrize("first", range(0, 150, 50))
def test_no_choice_has_a_smaller_total(first):
    for seed in range(first, first + 50):
        c = drawn(seed)
        c = c.of(np.flatnonzero(usable(c)))
        for level in _levels(c, seed).values():
            outcome = Search(c, NO_LIMIT).best(level)
            totals = _totals(c, level)
            assert outcome.impossible == (not totals)
            if totals:
                chosen = tuple(outcome.chosen.tolist())
                assert totals[chosen] == outcome.least == min(totals.values())


@pytest.mark.parametrize("first", range(0, 150, 50))
def test_rows_held_are_kept_and_what_they_forbid_is_impossible(first):
    seen = set()
    for seed in range(first, first + 50):
        c = drawn(seed)
        c = c.of(np.flatnonzero(usable(c)))
        rng = np.random.default_rng(seed)
        level, other = rng.integers(-30, 10, len(c.person)), rng.integers(-3, 3, len(c.person))
        low = int(rng.integers(-6, 3))
        rows = held(other, low, low + 1)
        inside = {
            choice: total
            for choice, total in _totals(c, level).items()
            if low <= sum(int(other[a]) for a in choice if a >= 0) <= low + 1
        }
        outcome = Search(c, NO_LIMIT).best(level, rows)
        seen.add(outcome.impossible)
        assert outcome.impossible == (not inside)
        if inside:
            assert inside[tuple(outcome.chosen.tolist())] == min(inside.values())
    assert seen == {True, False}


@pytest.mark.parametrize("seed", range(3))
def test_in_a_crowd_a_few_pairs_at_a_time_give_what_all_at_once_give(seed, monkeypatch):
    c = region(80, 50, MIXED, seed)
    c = c.of(np.flatnonzero(usable(c)))
    level = weigh(c).gain()
    outcome = Search(c, NO_LIMIT).best(level)
    assert keeps(c, outcome.chosen)
    monkeypatch.setattr(search_module, "_SMALL", 10**9)
    assert Search(c, NO_LIMIT).best(level).least == outcome.least
    monkeypatch.setattr(search_module, "_SMALL", 1)
    monkeypatch.setattr(search_module, "_MANY", 1)
    assert Search(c, NO_LIMIT).best(level).least == outcome.least


@pytest.mark.parametrize("first", range(0, 120, 40))
def test_bounds_come_between_the_flow_and_the_best(first):
    closed = 0
    for seed in range(first, first + 40):
        c = drawn(seed)
        c = c.of(np.flatnonzero(usable(c)))
        level = weigh(c).gain()
        prices = Prices(c, NO_LIMIT)
        plain, bound = prices.plain(level), prices.bound(level)
        totals = _totals(c, level)
        if bound is None:
            assert not totals
            continue
        if totals:
            assert plain.total <= bound.total <= min(totals.values())
            closed += bound.total == min(totals.values())
    assert closed > 20


def test_rows_once_needed_are_kept_for_later():
    c = region(80, 50, MIXED, 1)
    c = c.of(np.flatnonzero(usable(c)))
    prices = Prices(c, NO_LIMIT)
    before = len(prices.rows(NO_ROWS))
    prices.bound(weigh(c).gain())
    after = len(prices.rows(NO_ROWS))
    assert after > before
    assert prices.need([0]) + prices.need([0]) in ([0], [])
    assert len(prices.last[0]) == len(prices.last[1])


def test_a_solver_that_finds_nothing_leaves_what_can_be_had_in_a_moment(monkeypatch):
    nothing = Answer(None, -np.inf, False, False)
    monkeypatch.setattr(search_module, "whole", lambda *_: nothing)
    monkeypatch.setattr(Prices, "bound", lambda self, level, *_: self.plain(level))
    c = region(60, 40, MIXED, 1)
    c = c.of(np.flatnonzero(usable(c)))
    level = weigh(c).gain()
    outcome = Search(c, NO_LIMIT).best(level)
    assert keeps(c, outcome.chosen)
    assert outcome.least < level[outcome.chosen[outcome.chosen >= 0]].sum()


def test_a_solver_that_breaks_a_rule_is_not_believed(monkeypatch):
    """Everybody in their first pair, whatever the room."""

    def lie(gain, rows, keep, *_):
        values = np.zeros(len(gain))
        values[np.unique(c.person, return_index=True)[1]] = 1.0
        return Answer(values, float(gain @ values), False, False)

    c = region(60, 40, Ties(grouped=0.4), 1)
    c = c.of(np.flatnonzero(usable(c)))
    monkeypatch.setattr(search_module, "whole", lie)
    monkeypatch.setattr(Prices, "bound", lambda self, level, *_: self.plain(level))
    outcome = Search(c, Effort(30.0)).best(weigh(c).gain())
    assert keeps(c, outcome.chosen)
