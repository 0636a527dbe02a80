"""What needs a person now: the right clocks, in the right order, counted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.domain.access import Actor, Role
from matching.services.clocks import Clock, ClockKind
from matching.services.desk import Desk
from matching.services.person_now import WITHIN, person_now
from matching.settings import Settings
from tests.builders import NOW


@pytest.fixture
def desk(sqlite_store):
    settings = Settings(database_url="sqlite:///unused.db")
    return Desk(sqlite_store, Actor("tester", Role.LOCAL), settings, lambda: NOW)


def clock(kind: ClockKind, minutes: int, case: str = "R1") -> Clock:
    return Clock(
        kind=kind,
        case=case,
        due_at=NOW + timedelta(minutes=minutes),
        over=minutes < 0,
        sentence=f"{case} {kind} {minutes}",
        page="case",
    )


def test_beds_and_calls_come_before_reviews(desk):
    found = person_now(
        desk,
        [
            clock(ClockKind.SCREENING, -600),
            clock(ClockKind.REVIEW, 5),
            clock(ClockKind.CALL_BACK, 20),
            clock(ClockKind.HOLD, 50),
        ],
    )
    kinds = [one.kind for one in found.clocks]
    assert kinds == [
        ClockKind.HOLD,
        ClockKind.CALL_BACK,
        ClockKind.REVIEW,
        ClockKind.SCREENING,
    ]
    assert found.counts[ClockKind.SCREENING] == (1, 1)
    assert found.counts[ClockKind.HOLD] == (1, 0)


@pytest.mark.parametrize("kind", list(WITHIN))
def test_only_what_runs_out_soon_is_shown(desk, kind):
    limit = int(WITHIN[kind].total_seconds() // 60)
    found = person_now(desk, [clock(kind, limit), clock(kind, limit + 1, "R2")])
    assert [one.case for one in found.clocks] == ["R1"]


@pytest.mark.parametrize("kind", sorted(set(ClockKind) - set(WITHIN)))
def test_papers_of_providers_are_told_elsewhere(desk, kind):
    assert person_now(desk, [clock(kind, -5)]).clocks == ()


@given(st.lists(st.tuples(st.sampled_from(sorted(ClockKind)), st.integers(-5000, 10_000))))
def test_counts_are_those_of_the_list(made):
    settings = Settings(database_url="sqlite:///unused.db")

    class Nothing:
        def seen_by(self, _):
            return self

    desk = Desk(Nothing(), Actor("tester", Role.LOCAL), settings, lambda: NOW)
    found = person_now(desk, [clock(kind, minutes) for kind, minutes in made])
    assert sum(many for many, _ in found.counts.values()) == len(found.clocks)
    assert sum(over for _, over in found.counts.values()) == sum(
        one.over for one in found.clocks
    )
    late = [(kind, minutes) for kind, minutes in made if kind in WITHIN and minutes < 0]
    assert len(late) == sum(one.over for one in found.clocks)
