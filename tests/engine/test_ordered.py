from __future__ import annotations

import time

import numpy as np
import pytest

from matching.domain.errors import ChoiceError
from matching.engine import ordered as ordered_module
from matching.engine import weights as weights_module
from matching.engine.component import keeps, value
from matching.engine.coupled import solve
from matching.engine.effort import NO_LIMIT, Effort
from matching.engine.ordered import Order
from matching.engine.relaxed import most
from matching.engine.solution import Method
from matching.engine.trim import usable
from tests.benchmarks.region import Ties, region
from tests.engine.tied import drawn, every, wide_key

MIXED = Ties(grouped=0.3, apart=0.2, parents=0.05, group=4, token=4, locked=0.5, limited=0.3)


def _flat(key) -> tuple[int, ...]:
    by_tier, *later = key
    return (*by_tier, *later)


def _ordered(c, effort=NO_LIMIT):
    small = c.of(np.flatnonzero(usable(c)))
    return small, Order(small, most(small), effort).solve()


@pytest.mark.parametrize("first", range(0, 100, 25))
def test_weights_that_are_much_too_small_are_found_out_and_made_good(first, monkeypatch):
    """The best total is then often not the best in order; the proof must tell."""
    monkeypatch.setattr(weights_module, "_COSTS", 0)
    monkeypatch.setattr(weights_module, "_BETWEEN", 0)
    monkeypatch.setattr(weights_module, "_PLACE", 1)
    monkeypatch.setattr(weights_module, "_TIER", 0)
    monkeypatch.setattr(weights_module, "_step", lambda *_: 1)
    for seed in range(first, first + 25):
        c = drawn(seed)
        choices = list(every(c))
        if not choices:
            with pytest.raises(ChoiceError):
                _ordered(c)
            continue
        small, found = _ordered(c)
        best = min(wide_key(c, choice) for choice in choices)
        assert value(small, found.chosen) == _flat(best)
        assert found.proven == c.tiers + 4


@pytest.mark.parametrize("first", range(0, 200, 50))
@pytest.mark.parametrize("effort", ["no time", "stopped"])
def test_what_is_said_of_a_search_cut_short_is_true(first, effort):
    seen = set()
    for seed in range(first, first + 50):
        c = drawn(seed)
        choices = list(every(c))
        limit = Effort(0.0) if effort == "no time" else Effort(None, lambda: True)
        if not choices:
            with pytest.raises(ChoiceError):
                solve(c, limit)
            continue
        found = solve(c, limit)
        choice = tuple(found.chosen.tolist())
        assert choice in choices
        if found.method is Method.PROGRAM:
            seen.add(_check_claims(c, choice, found, choices))
    assert len(seen) > 1


def _check_claims(c, choice, found, choices) -> bool:
    best = _flat(min(wide_key(c, one) for one in choices))
    mine = _flat(wide_key(c, choice))
    for k, more in enumerate(found.more):
        assert -best[k] <= -mine[k] + more
    if not any(found.more):
        assert best[: c.tiers] == mine[: c.tiers]
    if found.gap is not None:
        assert best[:-1] == mine[:-1]
        assert mine[-1] - found.gap <= best[-1]
    return not any(found.more) and found.gap == 0


def test_a_crowd_is_proven_in_time_and_bounded_out_of_it():
    c = region(120, 80, MIXED, 1)
    best = solve(c, Effort(60.0))
    assert (best.more, best.gap) == ((0, 0, 0), 0)
    hasty = solve(c, Effort(0.0))
    assert keeps(c, hasty.chosen)
    reached, least = value(c, hasty.chosen), value(c, best.chosen)
    assert reached >= least
    for k, more in enumerate(hasty.more):
        assert reached[k] - more <= least[k]


def test_a_stop_in_the_middle_is_obeyed_within_moments():
    c = region(400, 260, MIXED, 2)
    began = time.monotonic()
    asked: list[float] = []

    def stopped() -> bool:
        asked.append(time.monotonic())
        return asked[-1] - began > 1.5

    found = solve(c, Effort(None, stopped))
    ended = time.monotonic()
    first_yes = next((t for t in asked if t - began > 1.5), ended)
    assert keeps(c, found.chosen)
    assert ended - first_yes < 5


def test_an_aim_that_cannot_be_proven_in_time_is_named(monkeypatch):
    c = region(120, 80, MIXED, 1)
    small, found = _ordered(c)
    for k in (0, c.tiers - 1, c.tiers, len(value(small, found.chosen)) - 1):
        order = Order(small, most(small), NO_LIMIT)
        real = order._least
        monkeypatch.setattr(
            order, "_least", lambda j, r, real=real, k=k: r[j] - 1 if j == k else real(j, r)
        )
        monkeypatch.setattr(ordered_module, "held", lambda *_: ordered_module.NO_ROWS)
        monkeypatch.setattr(order._search, "best", _first_then_nothing(order._search.best))
        again = order.solve()
        assert again.proven == k
        assert again.least == value(small, again.chosen)[k] - 1
        monkeypatch.undo()


def _first_then_nothing(real):
    """Search once; every later search runs out of time."""
    calls: list[int] = []

    def best(level, rows=ordered_module.NO_ROWS):
        calls.append(1)
        outcome = real(level, rows)
        if len(calls) == 1:
            return outcome
        return type(outcome)(outcome.least, False, None)

    return best
