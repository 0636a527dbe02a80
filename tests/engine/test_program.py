from __future__ import annotations

import math
import time
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import numpy as np
import pytest
import scipy.optimize

from matching.engine.effort import Effort
from matching.engine.program import Linear, whole
from matching.engine.rows import Rows, Writer

FOLDER = Path(__file__).parent.parent / "reference"
#: Values as published; in gap1 and gap2 larger is better, in gapa smaller.
PUBLISHED = {
    "gap1": (-1, [336, 327, 339, 341, 326]),
    "gap2": (-1, [434, 436, 420, 419, 428]),
    "gapa": (1, [1698, 3235, 1360, 2623, 1158, 2339]),
}


def _problems(name: str) -> Iterator[tuple[np.ndarray, Rows]]:
    numbers = iter(map(int, (FOLDER / f"{name}.txt").read_text().split()))
    for _ in range(next(numbers)):
        agents, jobs = next(numbers), next(numbers)
        value, taken = (
            np.array([next(numbers) for _ in range(agents * jobs)], dtype=np.int64)
            for _ in range(2)
        )
        has = np.array([next(numbers) for _ in range(agents)], dtype=np.float64)
        columns = np.arange(agents * jobs)
        rows = Writer()
        rows.table(columns % jobs, columns, 1, np.ones(jobs), np.ones(jobs))
        rows.table(columns // jobs, columns, taken, np.full(agents, -np.inf), has)
        yield value, rows.rows()
    assert next(numbers, None) is None


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_optimum(name):
    sign, best = PUBLISHED[name]
    found = []
    for value, rows in _problems(name):
        answer = whole(sign * value, rows, np.arange(len(value)))
        used = np.flatnonzero(answer.values > 0.5)
        assert rows.allow(used)
        assert answer.proven
        found.append(int(value[used].sum()))
        assert math.isclose(answer.bound, sign * found[-1])
    assert found == best


def _program(seed: int, columns: int = 7, count: int = 5) -> tuple[np.ndarray, Rows]:
    rng = np.random.default_rng(seed)
    rows = Writer()
    for k in range(columns):
        rows.add(np.array([k]), 1, -math.inf, 1)
    for _ in range(count):
        some = np.flatnonzero(rng.random(columns) < 0.6)
        if len(some):
            weight = rng.integers(-2, 4, len(some))
            low = float(rng.choice([-math.inf, -math.inf, 0, 1]))
            rows.add(some, weight, low, float(rng.integers(1, 4)))
    return rng.integers(-9, 10, columns), rows.rows()


def _least(gain: np.ndarray, rows: Rows, keep: np.ndarray) -> int | None:
    """The least total over the columns kept, by trying every set of them."""
    sets = (
        [k for k, use in zip(keep, uses, strict=True) if use]
        for uses in product((0, 1), repeat=len(keep))
    )
    totals = [int(gain[one].sum()) for one in sets if rows.allow(np.array(one, dtype=np.int64))]
    return min(totals, default=None)


@pytest.mark.parametrize("seed", range(60))
def test_no_set_of_columns_is_better(seed):
    gain, rows = _program(seed)
    keep = np.flatnonzero(np.random.default_rng(seed + 1000).random(len(gain)) < 0.8)
    best = _least(gain, rows, keep)
    answer = whole(gain, rows, keep)
    assert answer.proven
    assert answer.impossible == (best is None)
    if best is None:
        assert answer.values is None
        return
    used = np.flatnonzero(answer.values > 0.5)
    assert set(used) <= set(keep)
    assert rows.allow(used)
    assert gain[used].sum() == best == round(answer.bound)
    again = whole(gain, rows, keep, start=used)
    assert round(again.bound) == best


def _relaxed(gain: np.ndarray, rows: Rows, keep: np.ndarray) -> float | None:
    matrix = np.zeros((len(rows), len(gain)))
    np.add.at(matrix, (rows.row, rows.column), rows.weight)
    above, below = np.isfinite(rows.high), np.isfinite(rows.low)
    found = scipy.optimize.linprog(
        gain[keep],
        A_ub=np.vstack([matrix[above][:, keep], -matrix[below][:, keep]]),
        b_ub=np.concatenate([rows.high[above], -rows.low[below]]),
        bounds=(0, None),
    )
    return float(found.fun) if found.success else None


@pytest.mark.parametrize("seed", range(60))
def test_a_linear_program_that_grew_is_the_same_as_one_laid_out_at_once(seed):
    gain, rows = _program(seed)
    rng = np.random.default_rng(seed)
    split = int(rng.integers(len(gain), len(rows)))
    first = Rows(
        *(part[rows.row < split] for part in (rows.row, rows.column, rows.weight)),
        rows.low[:split],
        rows.high[:split],
    )
    order = rng.permutation(len(gain))
    lp = Linear(gain, first, np.sort(order[:4]))
    lp.solve()
    lp.add_rows(rows.after(split))
    lp.solve()
    lp.add_columns(order[4:])
    answer = lp.solve()
    best = _relaxed(gain, rows, np.arange(len(gain)))
    assert answer.impossible == (best is None)
    if best is not None:
        assert answer.bound == pytest.approx(best, abs=1e-6)
        assert gain @ answer.values == pytest.approx(best, abs=1e-6)
        _prove_prices(gain, rows, answer.price, best)


def _prove_prices(gain, rows, price, best) -> None:
    """Prices are a proof: no column would lower the total, and limits pay for it."""
    reduced = gain - np.bincount(rows.column, rows.weight * price[rows.row], len(gain))
    assert (reduced > -1e-6).all()
    limit = np.where(price < 0, rows.high, rows.low)
    paid = price * np.where(np.abs(price) > 1e-9, limit, 0)
    assert paid.sum() == pytest.approx(best, abs=1e-6)


def _hard(columns: int = 60) -> tuple[np.ndarray, Rows]:
    """A market split: its linear program says nothing, and searching takes for ever."""
    rng = np.random.default_rng(5)
    rows = Writer()
    for _ in range(7):
        weight = rng.integers(0, 100, columns)
        half = int(weight.sum()) // 2
        rows.add(np.arange(columns), weight, -math.inf, half)
    return -rng.integers(90, 110, columns), rows.rows()


def test_a_limit_of_time_gives_the_best_so_far_and_a_bound():
    gain, rows = _hard()
    began = time.monotonic()
    answer = whole(gain, rows, np.arange(len(gain)), Effort(0.5))
    assert time.monotonic() - began < 5
    assert not answer.proven
    used = np.flatnonzero(answer.values > 0.5)
    assert rows.allow(used)
    assert answer.bound < gain[used].sum()


def test_somebody_who_stops_the_search_does_not_wait():
    gain, rows = _hard()
    asked = []

    def stopped() -> bool:
        asked.append(time.monotonic())
        return asked[-1] - asked[0] > 0.3

    answer = whole(gain, rows, np.arange(len(gain)), Effort(6.0, stopped))
    assert asked[-1] - asked[0] < 3
    assert not answer.proven


def test_what_was_found_before_the_stop_is_kept(monkeypatch):
    gain, rows = _hard()
    monkeypatch.setattr("matching.engine.program._STRETCH", 0.3)
    began = time.monotonic()
    effort = Effort(20.0, lambda: time.monotonic() - began > 1.5)
    answer = whole(gain, rows, np.arange(len(gain)), effort)
    assert not answer.proven
    assert rows.allow(np.flatnonzero(answer.values > 0.5))
    assert math.isfinite(answer.bound)


def test_no_time_at_all_is_no_answer():
    gain, rows = _hard()
    assert whole(gain, rows, np.arange(len(gain)), Effort(0.0)).values is None
    answer = Linear(gain, rows, np.arange(len(gain))).solve(Effort(0.0))
    assert (answer.values, answer.proven, answer.impossible) == (None, False, False)


def test_an_error_in_a_solver_that_can_be_stopped_is_not_lost():
    gain, rows = _hard()
    broken = Rows(rows.row, rows.column, rows.weight, rows.low + math.nan, rows.high)
    with pytest.raises(Exception, match=r"NaN|nan"):
        whole(gain, broken, np.arange(len(gain)), Effort(5.0, lambda: False))
