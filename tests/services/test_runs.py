"""The list of saved plans."""

from __future__ import annotations

from datetime import timedelta

import pytest

from matching.domain.access import Role
from matching.domain.errors import PermissionDenied
from matching.services.intake import load_sample
from matching.services.matching import run_plan
from matching.services.runs import run_lines
from tests.services.conftest import NOW, as_role, at_desk


@pytest.fixture
def loaded(desk, sample):
    load_sample(desk, sample.providers, sample.pools, sample.referrals, "0" * 64)
    return desk


def test_before_the_first_plan_the_list_is_empty(loaded):
    assert run_lines(loaded) == ()


def test_saved_plans_are_listed_newest_first_without_what_they_propose(loaded):
    run_plan(loaded)
    run_plan(loaded, "florida")
    lines = run_lines(loaded)
    assert [(one.number, one.policy, one.status) for one in lines] == [
        (2, "florida", "optimal"),
        (1, "general", "optimal"),
    ]
    assert {(one.made_at, one.as_of, one.made_by) for one in lines} == {(NOW, NOW, "tester")}
    assert all(one.policy_version for one in lines)
    assert "placements" not in repr(lines)


@pytest.mark.parametrize("limit", [0, 1, 2, 5])
def test_a_limit_keeps_the_newest(loaded, limit):
    for _ in range(3):
        run_plan(loaded)
    expected = [3, 2, 1][:limit]
    assert [one.number for one in run_lines(loaded, limit)] == expected


def test_the_moment_is_that_of_each_plan(sqlite_store, sample):
    desk = at_desk(sqlite_store)
    load_sample(desk, sample.providers, sample.pools, sample.referrals, "0" * 64)
    run_plan(desk)
    later = at_desk(sqlite_store)
    object.__setattr__(later, "clock", lambda: NOW + timedelta(hours=5))
    run_plan(later)
    assert [one.made_at - NOW for one in run_lines(desk)] == [timedelta(hours=5), timedelta(0)]


def test_those_who_may_replay_plans_see_the_list(loaded):
    run_plan(loaded)
    lines = run_lines(loaded)
    for role in (Role.WORKER, Role.SUPERVISOR, Role.AUDITOR):
        assert run_lines(as_role(loaded, role)) == lines
    for role in (Role.MANAGER, Role.LICENSING, Role.ADMIN):
        with pytest.raises(PermissionDenied, match="may not replay plan"):
            run_lines(as_role(loaded, role))
