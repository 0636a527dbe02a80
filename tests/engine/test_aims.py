from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.domain import words as w
from matching.domain.errors import CostOverflow
from matching.engine.aims import Aims, aims, fold
from matching.engine.candidates import Candidates, candidates
from matching.engine.fit import Fit
from matching.engine.judge import Judge
from tests.builders import ago, problem, referral
from tests.engine.small import GENERAL, Ranking, problems


def _aims(one, policy=GENERAL):
    return aims(one, policy, candidates(Judge(one, policy)), Fit(one, policy))


def _pairs(people):
    rows = np.array(people, dtype=np.int32)
    return Candidates(rows, np.zeros(len(rows), np.int32), np.zeros(len(rows), np.uint64))


@settings(max_examples=10, deadline=None)
@given(problems())
def test_standing_is_by_tier_and_then_by_wait(one):
    found, ranking = _aims(one), Ranking(one, GENERAL)
    assert found.standing.tolist() == [ranking.classes.index(s) for s in ranking.standing]
    assert found.tier.tolist() == [tier for tier, _ in ranking.standing]
    pairs = candidates(Judge(one, GENERAL))
    places = zip(pairs.referral.tolist(), pairs.pool.tolist(), strict=True)
    assert list(zip(found.icwa.tolist(), found.cost.tolist(), strict=True)) == [
        ranking.places[pair] for pair in places
    ]


def test_waits_within_a_band_are_equal_and_an_unknown_wait_comes_last():
    hours = [0, 5, 6, 11, 12, None]
    people = [
        referral(f"R{k}", received_at=None if h is None else ago(hours=h))
        for k, h in enumerate(hours)
    ]
    bands = replace(GENERAL, ordering=replace(GENERAL.ordering, waiting_band_hours=6))
    assert _aims(problem(people), bands).standing.tolist() == [2, 2, 1, 1, 0, 3]
    urgent = referral("R9", urgency=w.Urgency.TONIGHT)
    later = replace(people[4], urgency=w.Urgency.WITHIN_72_HOURS)
    assert _aims(problem([urgent, later])).standing.tolist() == [1, 0]


def test_nobody_stands_in_line():
    found = _aims(problem())
    assert len(found.standing) == len(found.cost) == 0
    assert len(fold(found, _pairs([])).stay) == 0


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(0, 1000)), max_size=12
    ),
    st.lists(st.integers(0, 3), min_size=5, max_size=5),
)
def test_an_earlier_aim_outweighs_all_later_ones_together(rows, standing):
    """The whole of what later aims can add up to is less than one step of an earlier one."""
    table = np.array(sorted(rows), dtype=np.int64).reshape(-1, 3)
    ranks = np.unique(standing, return_inverse=True)[1].astype(np.int64)
    one = Aims(np.zeros(5, np.int64), ranks, table[:, 1], table[:, 2])
    folded = fold(one, _pairs(table[:, 0]))
    people = np.unique(table[:, 0])

    def most(values):
        mine = [values[table[:, 0] == k].max() for k in people]
        return int(sum(mine))

    if table[:, 1].any():
        assert folded.icwa_step > most(table[:, 2])
    assert folded.stay_step > most(folded.pair)
    assert np.array_equal(folded.pair, table[:, 1] * folded.icwa_step + table[:, 2])
    by_rank = dict(zip(ranks.tolist(), folded.stay.tolist(), strict=True))
    steps = [by_rank[k] for k in sorted(by_rank)]
    assert all(a - b == folded.stay_step for a, b in pairwise(steps))
    assert min(steps) > most(folded.pair)


def test_numbers_too_large_are_refused_before_they_are_stored():
    people = np.arange(1000)
    one = Aims(people * 0, people, people * 0 + 4, people * 0 + 10**9)
    with pytest.raises(CostOverflow):
        fold(one, _pairs(people))
