from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from matching.engine.modes import Limit
from matching.engine.rows import (
    NO_ROWS,
    Rows,
    Spans,
    Writer,
    flow_rows,
    heavy,
    held,
    mode_columns,
    mode_rows,
    tie_rows,
)
from tests.engine.test_coupled import component
from tests.engine.tied import any_choice, drawn, every


def _as_sets(rows: Rows) -> list[tuple[dict[int, int], float, float]]:
    out = []
    for k in range(len(rows)):
        here = rows.row == k
        entries = dict(zip(rows.column[here].tolist(), rows.weight[here].tolist(), strict=True))
        out.append((entries, float(rows.low[k]), float(rows.high[k])))
    return out


@pytest.mark.parametrize("seed", range(80))
def test_a_flow_keeps_its_rows_and_single_beds_are_all_they_say(seed):
    """Without ties, several beds or forced places, the rows are the room and no more."""
    c = drawn(seed)
    loose = replace(
        c,
        groups=[],
        conflicts=[],
        modes=[],
        limits=[],
        beds=np.ones(c.people, dtype=np.int64),
        must=np.zeros(c.people, dtype=np.bool_),
    )
    rows, right = flow_rows(loose), set(every(loose))
    assert len(tie_rows(loose)) == 0
    for choice in [*any_choice(c, np.random.default_rng(seed), 60), *list(right)[:40]]:
        used = np.array([a for a in choice if a >= 0], dtype=np.int64)
        assert rows.allow(used) == (choice in right)


def test_a_pool_as_large_as_its_provider_needs_no_row():
    pairs = [(0, 0, 0), (1, 0, 0), (2, 1, 0), (3, 1, 0)]
    wide = component(
        pairs, [0] * 4, [1, 1], owner=np.array([0, 0]), provider_room=np.array([1])
    )
    assert _as_sets(flow_rows(wide))[4:] == [({0: 1, 1: 1, 2: 1, 3: 1}, -np.inf, 1.0)]
    narrow = replace(wide, provider_room=np.array([2]))
    pools = [({0: 1, 1: 1}, -np.inf, 1.0), ({2: 1, 3: 1}, -np.inf, 1.0)]
    assert _as_sets(flow_rows(narrow))[4:] == pools
    assert (
        len(flow_rows(replace(wide, pool_room=np.array([9, 9]), provider_room=np.array([9]))))
        == 4
    )


def test_beds_of_those_who_take_several_are_a_tie():
    c = component([(0, 0, 0), (1, 0, 0), (1, 1, 0)], [0, 0], [2, 1], beds=np.array([2, 1]))
    assert [flags.tolist() for flags in heavy(c)] == [[True, False], [True, False]]
    assert _as_sets(tie_rows(c)) == [({0: 2, 1: 1}, -np.inf, 2.0)]


def test_a_group_is_told_provider_by_provider_and_pool_by_pool():
    pairs = [(0, 0, 0), (0, 1, 0), (1, 0, 0), (1, 2, 0)]
    c = component(
        pairs,
        [0, 0],
        [1, 1, 1],
        groups=[[0, 1]],
        owner=np.array([0, 0, 1]),
        provider_room=np.array([2, 1]),
    )
    whole, alone, beside = _as_sets(tie_rows(c))
    assert whole == ({0: 1, 1: 1, 2: -1}, 0.0, 0.0)
    assert alone == ({3: -1}, 0.0, 0.0)
    # In the first pool there is one bed: half of each is no group.
    assert beside == ({0: 0, 1: -1, 2: 1}, -np.inf, 0.0)


def test_those_kept_apart_meet_only_where_two_could_live():
    pairs = [(k, j, 0) for k in range(3) for j in range(2)]
    c = component(pairs, [0] * 3, [1, 2], conflicts=[[0, 2]])
    assert _as_sets(tie_rows(c)) == [({1: 1, 5: 1}, -np.inf, 1.0)]


def test_a_limit_that_cannot_bind_is_no_row():
    pairs = [(0, 0, 0), (1, 0, 0), (1, 1, 0)]
    both = Limit("acuity", 0, np.array([0, 1, 2]), 1)
    same = Limit("acuity", 0, np.array([1, 2]), 1)
    home = {"owner": np.array([0, 0]), "provider_room": np.array([4])}
    c = component(pairs, [0, 0], [2, 2], limits=[both, same], **home)
    assert _as_sets(tie_rows(c)) == [({0: 1, 1: 1, 2: 1}, -np.inf, 1.0)]


@pytest.mark.parametrize("seed", range(40))
def test_rows_of_modes_come_only_where_they_are_asked_for(seed):
    c = drawn(seed)
    starts = mode_columns(c)
    assert len(starts) == len(c.modes) + 1
    assert starts[-1] - len(c.person) == sum(tie.fits.shape[1] for tie in c.modes)
    for k, tie in enumerate(c.modes):
        one, *fitting = _as_sets(mode_rows(c, [k]))
        assert one == (dict.fromkeys(range(starts[k], starts[k + 1]), 1), 1.0, 1.0)
        choosy = [row for row in range(len(tie.pairs)) if not tie.fits[row].all()]
        assert len(fitting) == len(choosy)
        for row, (entries, _, high) in zip(choosy, fitting, strict=True):
            assert entries.pop(int(tie.pairs[row])) == 1
            assert set(entries) == set((starts[k] + np.flatnonzero(tie.fits[row])).tolist())
            assert set(entries.values()) == {-1}
            assert high == 0
    assert len(mode_rows(c, [])) == 0


def test_rows_are_joined_and_cut_off_in_order():
    out = Writer()
    out.add(np.array([0, 2]), np.array([3, -1]), 0.0, 1.0)
    out.table(np.array([1, 0]), np.array([4, 5]), 2, [0, 1], [1, 2])
    rows = out.rows()
    assert _as_sets(rows) == [
        ({0: 3, 2: -1}, 0.0, 1.0),
        ({5: 2}, 0.0, 1.0),
        ({4: 2}, 1.0, 2.0),
    ]
    assert _as_sets(rows.after(1)) == _as_sets(rows)[1:]
    twice = rows.and_also(NO_ROWS, rows.after(2))
    assert _as_sets(twice) == [*_as_sets(rows), _as_sets(rows)[2]]
    assert len(Writer().rows()) == len(NO_ROWS) == 0


def test_a_sum_is_held_between_two_numbers():
    row = held(np.array([0, -1, 2]), -1, 1)
    assert _as_sets(row) == [({1: -1, 2: 2}, -1.0, 1.0)]
    assert row.allow(np.array([1]))
    assert not row.allow(np.array([2]))
    nothing = held(np.zeros(3, dtype=np.int64), 1, 1)
    assert not nothing.allow(np.array([0, 1]))


@pytest.mark.parametrize("seed", range(20))
def test_the_pairs_of_each_person_and_where_they_are(seed):
    c = drawn(seed)
    spans = Spans(c)
    for k in range(c.people):
        pairs, homes = spans.of(k)
        assert pairs.tolist() == np.flatnonzero(c.person == k).tolist()
        assert homes.tolist() == c.owner[c.pool[pairs]].tolist()
