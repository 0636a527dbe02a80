from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.domain import words as w
from matching.domain.errors import CostOverflow
from matching.engine import flow
from matching.engine.aims import Aims, aims, steps
from matching.engine.candidates import candidates
from matching.engine.choices import Choices, Seat
from matching.engine.fit import Fit
from matching.engine.judge import Judge
from tests.builders import ago, known_home, known_pool, known_referral, problem, referral
from tests.engine.small import GENERAL, Ranking, problems


def _aims(one, policy=GENERAL):
    return aims(one, policy, candidates(Judge(one, policy)), Fit(one, policy))


def _plain(standing, icwa, cost):
    """Aims of people all of one tier, about whom nobody is called."""
    return Aims(np.zeros(len(standing), np.int64), standing, icwa * 0, icwa, cost)


@settings(max_examples=10, deadline=None)
@given(problems())
def test_standing_is_by_tier_and_then_by_wait(one):
    found, ranking = _aims(one), Ranking(one, GENERAL)
    assert found.standing.tolist() == [ranking.classes.index(s) for s in ranking.standing]
    assert found.tier.tolist() == [tier for _, tier, _ in ranking.standing]
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


def test_only_a_place_other_than_the_one_called_about_is_a_move():
    people = [known_referral("R1"), known_referral("R2"), known_referral("R3", age_years=90)]
    one = problem(
        people, [known_home("P1"), known_home("P2")], [known_pool("P1"), known_pool("P2")]
    )
    pairs = candidates(Judge(one, GENERAL))
    seats = {Seat("R2", "P2"), Seat("R3", "P2"), Seat("gone", "P1")}  # R3 has no pair at all
    found = aims(one, GENERAL, pairs, Fit(one, GENERAL), Choices(calling=frozenset(seats)))
    assert pairs.referral.tolist() == [0, 0, 1, 1]
    assert found.moved.tolist() == [0, 0, 1, 0]


def test_nobody_stands_in_line():
    found = _aims(problem())
    assert len(found.standing) == len(found.cost) == 0
    assert len(steps(found, np.zeros(0, np.int64), 1)[0].stay) == 0


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
    one = _plain(ranks, table[:, 1], table[:, 2])
    (folded,) = steps(one, table[:, 0], 100)
    people = np.unique(table[:, 0])

    def most(values):
        mine = [values[table[:, 0] == k].max() for k in people]
        return int(sum(mine))

    icwa_step = most(table[:, 2]) + 1
    worse = table[:, 1].astype(np.int64)
    later = folded.pair - table[:, 2]
    if worse.any():
        assert (later[worse > 0] // worse[worse > 0] >= icwa_step).all()
    assert (later[worse == 0] == 0).all()
    by_rank = dict(zip(ranks.tolist(), folded.stay.tolist(), strict=True))
    prices = [by_rank[k] for k in sorted(by_rank)]
    assert all(a - b > most(folded.pair) for a, b in pairwise(prices))
    assert min(prices) > most(folded.pair)
    assert folded.more_than_all > len(people) * max(prices)


def test_numbers_too_large_for_one_run_get_two(monkeypatch):
    people = np.arange(6)
    one = _plain(people, people * 0 + 1, people * 0 + 9)
    assert len(steps(one, people, 20)) == 1
    monkeypatch.setattr(flow, "SAFE_PRODUCT", 20 * 2_000)
    first, second = steps(one, people, 20)
    assert not first.pair.any()
    assert first.stay.tolist() == [6, 5, 4, 3, 2, 1]
    assert not second.stay.any()
    assert second.more_than_all > int(second.pair.sum())


def test_numbers_too_large_are_refused_before_they_are_stored():
    people = np.arange(1000)
    one = _plain(people, people * 0 + 4, people * 0 + 10**12)
    with pytest.raises(CostOverflow, match="No plan was made"):
        steps(one, people, 3000)
