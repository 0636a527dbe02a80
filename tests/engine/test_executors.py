"""Whoever solves the parts of a plan, it is the same plan."""

from __future__ import annotations

import multiprocessing
import pickle
import time
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace

import distributed
import numpy as np
import pytest

from matching.domain.errors import ChoiceError
from matching.engine.component import keeps
from matching.engine.coupled import solve, solve_all
from matching.engine.effort import Effort
from matching.engine.solution import Method, Solution
from matching.engine.solve import work_out
from tests.benchmarks.region import Ties, region
from tests.builders import FAR, HERE, ago, known_home, known_pool, known_referral, problem
from tests.engine.small import GENERAL
from tests.engine.tied import drawn


def _two_counties():
    """Two counties far apart: brothers and sisters, people kept apart, and people alone."""
    people, homes, pools = [], [], []
    for county, place in enumerate((HERE, FAR)):
        facts = {"home_county": place, "school_county": place, "max_distance_miles": 20}
        for k in range(9):
            name = f"R{county}{k}"
            tie = {
                0: {"group_id": f"F{county}"},
                1: {"group_id": f"F{county}"},
                2: {"separate_from": frozenset({f"T{county}"})},
                3: {"separate_from": frozenset({f"T{county}"})},
            }.get(k, {})
            people.append(known_referral(name, received_at=ago(hours=k), **facts, **tie))
        for k in range(4):
            home = known_home(f"P{county}{k}", county=place)
            homes.append(home)
            pools.append(known_pool(home.provider_id, beds_available=1 + k % 2))
    return problem(people, homes, pools)


@contextmanager
def _threads() -> Iterator[Executor]:
    with ThreadPoolExecutor(2) as pool:
        yield pool


@contextmanager
def _processes() -> Iterator[Executor]:
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=fresh) as pool:
        yield pool


@contextmanager
def _cluster() -> Iterator[Executor]:
    with (
        distributed.LocalCluster(
            n_workers=1, threads_per_worker=2, dashboard_address=None, processes=True
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client.get_executor()


WAYS = {"threads": _threads, "processes": _processes, "a Dask cluster": _cluster}


def _said(solution: Solution) -> tuple:
    parts = sorted((p.members.tolist(), p.method, p.more, p.gap) for p in solution.parts)
    return replace(solution.plan, seconds={}).tiers, parts, solution.chosen.tolist()


@pytest.mark.parametrize("way", WAYS)
def test_the_same_plan(way):
    one = _two_counties()
    here = work_out(one, GENERAL)
    methods = {part.method for part in here.parts}
    assert methods & {Method.KEPT, Method.PROGRAM}
    crowd = [drawn(seed) for seed in (1, 3, 5)]
    crowd.append(region(60, 40, Ties(grouped=0.3, locked=0.5), 1))
    expected = [solve(c) for c in crowd]
    with WAYS[way]() as pool:
        there = work_out(one, GENERAL, executor=pool)
        found = solve_all(crowd, Effort(60.0), pool)
    assert _said(there) == _said(here)
    for mine, theirs in zip(expected, found, strict=True):
        assert mine.chosen.tolist() == theirs.chosen.tolist()
        assert mine.mode.tolist() == theirs.mode.tolist()
        assert (mine.method, mine.more, mine.gap) == (theirs.method, theirs.more, theirs.gap)


def test_what_cannot_be_is_said_from_elsewhere_too():
    c = drawn(3)
    everybody = np.ones(c.people, dtype=np.bool_)
    full = replace(c, must=everybody, provider_room=np.zeros_like(c.provider_room))
    with _processes() as pool, pytest.raises(ChoiceError, match="Nothing was changed"):
        solve_all([full], executor=pool)


def test_a_stop_does_not_wait_for_elsewhere():
    crowds = [region(400, 260, Ties(grouped=0.3, apart=0.2, group=4), k) for k in range(3)]
    began = time.monotonic()
    effort = Effort(8.0, lambda: time.monotonic() - began > 0.1)
    pool = ThreadPoolExecutor(1)
    found = solve_all(crowds, effort, pool)
    pool.shutdown(wait=False, cancel_futures=True)
    assert all(keeps(c, one.chosen) for c, one in zip(crowds, found, strict=True))
    assert any(any(one.more) or one.gap != 0 for one in found)


def test_a_limit_travels_by_the_time_of_day(monkeypatch):
    """Another machine's monotonic clock begins at another moment."""
    effort = Effort(10.0)
    packed = pickle.dumps(effort)
    there = time.monotonic
    monkeypatch.setattr(time, "monotonic", lambda: there() + 1_000_000)
    arrived = pickle.loads(packed)  # noqa: S301
    assert 9 < arrived.left() <= 10
    unlimited = pickle.loads(pickle.dumps(Effort()))  # noqa: S301
    assert unlimited.left() is None
