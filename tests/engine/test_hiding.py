"""As little is hidden as trying every choice would find, and nothing leaks."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.engine import hiding as engine
from matching.engine.hiding import Hiding, hide_least, leaks
from tests.engine.sums import sums_of, table, tables, whole_tables


def task(sums, inner, *, small=2, width=2, cost=None) -> Hiding:
    """Hide small counts among the first ``inner``; any other of them may be hidden."""
    value = sums.value
    first = np.arange(len(value)) < inner
    hidden = first & (value > 0) & (value <= small)
    return Hiding(
        sums=sums,
        hidden=hidden,
        may=first & (value > small),
        guarded=first & (value > 0),
        cost=np.ones(len(value), np.int64) if cost is None else cost,
        width=width,
    )


def safe(one: Hiding, hidden, every) -> bool:
    """Tell by all whole tables with the same margins whether nothing leaks."""
    inner = every.shape[1]
    mine, value = hidden[:inner], one.sums.value[:inner]
    kept = every[((every == value) | (mine & (every >= 1))).all(axis=1)]
    spread = kept.max(axis=0) - kept.min(axis=0)
    return bool((spread[mine & one.guarded[:inner]] >= one.width).all())


def cheapest(one: Hiding, every) -> int | None:
    """Return the cost of the cheapest choice that is safe, by trying all."""
    free = np.flatnonzero(one.may)
    costs = []
    for size in range(len(free) + 1):
        for some in combinations(free.tolist(), size):
            hidden = one.hidden.copy()
            hidden[list(some)] = True
            if safe(one, hidden, every):
                costs.append(int(one.cost[list(some)].sum()))
    return min(costs, default=None)


@settings(max_examples=50, deadline=None)
@given(tables(most=5), st.integers(1, 4), st.data())
def test_no_choice_that_is_safe_costs_less(cells, width, data):
    costs = data.draw(st.lists(st.integers(1, 4), min_size=16, max_size=16))
    sums = table(cells)
    one = task(sums, cells.size, width=width, cost=np.array(costs)[: len(sums.value)])
    every = whole_tables(cells)
    found, best = hide_least(one), cheapest(one, every)
    if found is None:
        assert best is None
    else:
        assert safe(one, found, every)
        assert best == int(one.cost[found & ~one.hidden].sum())
        assert not (found & ~one.hidden & ~one.may).any()


@settings(max_examples=40, deadline=None)
@given(tables(most=5))
def test_chosen_one_after_the_other_nothing_leaks_either(cells):
    one = task(table(cells), cells.size)
    found = one_by_one(one)
    if found is not None:
        assert hide_least(one) is not None
        assert leaks(one, found) == []


def one_by_one(one):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "MOST_CHOICES", 0)
        return hide_least(one)


def test_one_after_the_other_finds_a_choice_or_gives_up_and_never_tells_more():
    large = np.array([[20, 3, 30], [25, 40, 18], [33, 21, 50]])
    one = task(table(large), large.size)
    assert leaks(one, one_by_one(one)) == []
    # Here a choice exists, which goes back on an earlier step: nothing is published.
    small = np.array([[0, 0, 3], [0, 1, 3], [0, 3, 3]])
    one = task(table(small), small.size)
    assert hide_least(one) is not None
    assert one_by_one(one) is None


@settings(max_examples=40, deadline=None)
@given(tables(most=5))
def test_what_was_planted_is_found(cells):
    one = task(table(cells), cells.size)
    if hide_least(one) is None or (hide_least(one) != one.hidden).any():
        assert leaks(one, one.hidden)
    else:
        assert not leaks(one, one.hidden)


def test_a_small_cell_of_a_table_needs_a_rectangle():
    cells = np.array([[1, 9, 9], [9, 9, 9], [9, 9, 9]])
    one = task(table(cells), 9, cost=np.ones(16, np.int64))
    found = hide_least(one)
    assert found.sum() == 4


def test_the_cheaper_of_two_is_hidden():
    sums = sums_of([1, 9, 9, 19], [{0: 1, 1: 1, 2: 1, 3: -1}])
    one = task(sums, 3, cost=np.array([1, 5, 3, 1]))
    assert hide_least(one).tolist() == [True, False, True, False]


def test_nothing_small_nothing_hidden():
    cells = np.full((3, 3), 7)
    assert not hide_least(task(table(cells), 9)).any()


def test_what_was_attacked_in_vain_is_not_attacked_again(monkeypatch):
    cells = np.array([[1, 9], [9, 9]])
    one = task(table(cells), 4)
    found, safe_sets = hide_least(one), set()
    assert leaks(one, found, safe_sets) == []
    monkeypatch.setattr(engine, "Attack", None)
    assert leaks(one, found, safe_sets) == []


def test_a_count_hidden_for_another_is_protected_too():
    # The second sum has nothing small: what is hidden there needs a partner there.
    sums = sums_of(
        [1, 9, 9, 9, 10, 27],
        [{0: 1, 1: 1, 4: -1}, {1: 1, 2: 1, 3: 1, 5: -1}],
        least=[1, 1, 1, 1, 0, 0],
    )
    found = hide_least(task(sums, 4))
    assert found[:2].all()
    assert found[2] != found[3]
