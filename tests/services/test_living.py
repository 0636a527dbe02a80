"""Who lives where, on which day, and what comes next."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from matching.domain.access import Actor, Role
from matching.domain.casework import StayState
from matching.domain.errors import PermissionDenied
from matching.services import placing, stays
from matching.services.clocks import ClockKind, due
from matching.services.living import living, rooms
from tests.builders import NOW, TODAY, ago, day, known_home, known_pool, known_referral
from tests.services.planned import desk_at, set_record


@pytest.fixture
def desk(sqlite_store):
    made = desk_at(sqlite_store)
    homes = [
        known_home("P1", name="Oak House", confidential=False),
        known_home("P2", name="Birch House", confidential=False, family_first=None),
    ]
    people = [known_referral("R1"), known_referral("R2"), known_referral("R3")]
    set_record(made, homes, [known_pool("P1"), known_pool("P2", pool_name="Upstairs")], people)
    return made


def move_in(desk, case: str, provider: str = "P1", **facts):
    return placing.start(
        desk, case, provider_id=provider, pool_id="B1", expected_version=0, **facts
    )


def test_nobody_lives_anywhere_at_first(desk):
    assert living(desk) == ()


def test_the_day_of_arrival_is_the_first(desk):
    move_in(desk, "R1", started_at=ago(days=2))
    (one,) = living(desk)
    assert (one.case, one.name, one.day, one.away) == ("R1", "Oak House", 3, False)
    assert one.sentence == "At Oak House since 1 Nov 2026, day 3."


def test_whoever_is_away_comes_first_and_then_the_newest(desk):
    move_in(desk, "R1", started_at=ago(days=2))
    move_in(desk, "R2", "P2")
    assert [one.case for one in living(desk)] == ["R2", "R1"]
    stay = living(desk)[1].placement
    stays.leave(desk, stay.id, StayState.MISSING, ago(hours=1), expected_version=stay.version)
    first = living(desk)[0]
    assert (first.case, first.away) == ("R1", True)
    assert first.sentence == "Missing since 21:41 on 3 Nov 2026; the bed at Oak House is kept."


def test_notice_and_planned_end_are_said(desk):
    stay = move_in(desk, "R1", started_at=ago(days=2), planned_end=day(20))
    stays.notice(desk, stay.id, expected_version=stay.version)
    (one,) = living(desk)
    assert "Oak House gave notice on 3 Nov 2026." in one.sentence
    assert "Planned end: 23 Nov 2026." in one.sentence


def test_the_nearest_clock_is_named(desk):
    move_in(desk, "R1", "P2", started_at=ago(days=2))
    (one,) = living(desk, due(desk))
    assert one.next is not None
    assert one.next.case == "R1"
    assert one.next.kind in (ClockKind.SCREENING, ClockKind.DAY_14)
    assert living(desk)[0].next is None


def test_rooms_are_those_with_a_bed_beside_everybody_there(desk):
    assert [(one.name, one.free) for one in rooms(desk)] == [
        ("Birch House", 2),
        ("Oak House", 2),
    ]
    move_in(desk, "R1")
    move_in(desk, "R2")
    assert [one.name for one in rooms(desk)] == ["Birch House"]


@pytest.mark.parametrize("role", [Role.MANAGER, Role.LICENSING, Role.AUDITOR, Role.ADMIN])
def test_whoever_may_not_see_cases_is_told_of_nobody(desk, role):
    move_in(desk, "R1")
    other = replace(desk, actor=Actor("other", role))
    with pytest.raises(PermissionDenied):
        living(other)
    with pytest.raises(PermissionDenied):
        rooms(other)


def test_days_are_those_of_the_office(desk):
    early = replace(desk, settings=replace(desk.settings, time_zone="Pacific/Apia"))
    move_in(desk, "R1", started_at=NOW - timedelta(hours=12))
    assert living(desk)[0].day == 1
    assert desk.local(NOW).date() == TODAY
    assert living(early)[0].day == 2
