from __future__ import annotations

import numpy as np
import pytest

from matching.engine.component import (
    broken_modes,
    counts,
    impossible,
    keeps,
    levels,
    settled_modes,
    value,
)
from matching.engine.rows import flow_rows, mode_columns, mode_rows, tie_rows
from tests.engine.tied import any_choice, drawn, every, wide_key

SEEDS = range(120)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_choice_is_kept_if_and_only_if_every_way_of_looking_says_so(seed):
    """Looked at in arrays, as rows of a program, and one person at a time."""
    c = drawn(seed)
    right = set(every(c))
    rows = flow_rows(c).and_also(tie_rows(c), mode_rows(c, range(len(c.modes))))
    first = mode_columns(c)[:-1]
    rng = np.random.default_rng(seed)
    tried = [*any_choice(c, rng, 60), *list(right)[:60]]
    for choice in tried:
        chosen = np.array(choice)
        expected = choice in right
        assert keeps(c, chosen) == expected
        modes = settled_modes(c, chosen)
        columns = first + np.where(modes < 0, 0, modes)
        assert rows.allow(np.concatenate([chosen[chosen >= 0], columns])) == expected


@pytest.mark.parametrize("seed", SEEDS)
def test_aims_are_added_up_as_one_person_after_the_other(seed):
    c = drawn(seed)
    rng = np.random.default_rng(seed)
    for choice in any_choice(c, rng, 5):
        by_tier, bands, *later = wide_key(c, choice)
        reached = value(c, np.array(choice))
        assert reached == (*by_tier, bands, *later)
        assert counts(c, np.array(choice)).tolist() == [-n for n in by_tier]
    assert len(levels(c)) == c.tiers + 4


@pytest.mark.parametrize("seed", SEEDS)
def test_with_fewer_pairs_the_rest_means_what_it_meant(seed):
    c = drawn(seed)
    rng = np.random.default_rng(seed)
    mine = np.flatnonzero(rng.random(len(c.person)) < 0.6)
    back = {(-1): -1, **dict(enumerate(mine.tolist()))}
    small = {tuple(back[a] for a in choice) for choice in every(c.of(mine))}
    allowed = {-1, *mine.tolist()}
    assert small == {choice for choice in every(c) if set(choice) <= allowed}


def test_modes_are_broken_by_people_who_fit_no_one_mode():
    for c in map(drawn, SEEDS):
        rng = np.random.default_rng(1)
        for choice in any_choice(c, rng, 10):
            chosen = np.array(choice)
            broken = broken_modes(c, chosen)
            for k, tie in enumerate(c.modes):
                there = np.isin(tie.pairs, chosen[chosen >= 0])
                fit = tie.fits[there].all(axis=0)
                assert (k in broken) == (there.any() and not fit.any())
                settled = settled_modes(c, chosen)[k]
                assert (settled < 0) == (not there.any())
                if there.any() and fit.any():
                    assert fit[settled]


def test_what_cannot_be_is_said_with_what_to_do_next():
    assert "Nothing was changed" in impossible().sentence()
    assert impossible().next_step
