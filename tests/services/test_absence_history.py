"""Every time away stays in the history of a case, told once, and in the legal paper."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.domain.access import Action
from matching.domain.casework import Placement, StayEnd, StayState
from matching.services import case_reviews, diligence, placing, stays
from matching.services.absence_history import REPORTED, absences
from matching.services.case_desk import case_desk
from matching.services.case_history import Chapter
from matching.store.audit import AuditEvent
from tests.services.casework import NOW, beds, desk_of, later, oak, on_record, people

HOUR = timedelta(hours=1)


@pytest.fixture
def desk(sqlite_store):
    on_record(sqlite_store, [oak()], [beds(2)], people(2))
    at = desk_of(sqlite_store)
    placing.start(
        at, "R1", provider_id="H1", pool_id="P", started_at=NOW - 9 * HOUR, expected_version=0
    )
    return at


def of_stay(desk, case="R1"):
    """Return when, by whom and what was told of stays, the oldest first."""
    events = reversed(case_desk(desk, case).events)
    return [(e.at, e.by, e.sentence) for e in events if e.chapter is Chapter.PLACEMENT]


def left(desk, state, since=None, version=1, **more):
    return stays.leave(desk, 1, state, since, expected_version=version, **more)


def test_that_somebody_was_missing_is_told_when_they_are_back(desk):
    away = left(desk, StayState.MISSING, NOW - 3 * HOUR)
    done = case_reviews.missing_reported(later(desk, hours=1), 1, away.version)
    back = later(desk, days=2)
    stays.come_back(back, 1, expected_version=done.version)
    assert of_stay(back)[1:] == [
        (NOW - 3 * HOUR, "kim", "Away from Oak House: missing."),
        (NOW + HOUR, "kim", REPORTED),
        (NOW + timedelta(days=2), "kim", "Back at Oak House after being missing."),
    ]


def test_that_somebody_was_in_hospital_is_told_when_they_are_back(desk):
    away = left(desk, StayState.HOSPITAL)
    stays.come_back(later(desk, days=1), 1, expected_version=away.version)
    assert [said for *_, said in of_stay(later(desk, days=1))[1:]] == [
        "Away from Oak House: in hospital.",
        "Back at Oak House after being in hospital.",
    ]


def test_every_absence_of_one_stay_is_told_with_its_own_report(desk):
    """The second absence takes the report of the first off the stay, not off the record."""
    version = 1
    for k in (1, 3):
        at = later(desk, days=k)
        away = left(at, StayState.MISSING, version=version)
        done = case_reviews.missing_reported(at, 1, away.version)
        version = stays.come_back(
            later(desk, days=k + 1), 1, expected_version=done.version
        ).version
    told = of_stay(later(desk, days=9))[1:]
    once = ["Away from Oak House: missing.", REPORTED, "Back at Oak House after being missing."]
    assert [said for *_, said in told] == once * 2
    days = [(at - NOW).days for at, *_ in told]
    assert days == [1, 1, 2, 3, 3, 4]


def test_who_is_away_now_is_told_once(desk):
    left(desk, StayState.MISSING, NOW - HOUR)
    assert of_stay(desk)[1:] == [(NOW - HOUR, "kim", "Away from Oak House: missing.")]


def test_a_bed_kept_for_longer_is_no_second_absence(desk):
    away = left(desk, StayState.MISSING, NOW - HOUR)
    at = later(desk, hours=2)
    left(at, StayState.MISSING, NOW - HOUR, bed_days=20, version=away.version)
    assert [said for *_, said in of_stay(at)[1:]] == [
        "Away from Oak House: missing.",
        "Recorded again as missing, since 3 Nov 2026, 21:41; the bed at Oak House is kept "
        "until 23 Nov 2026, 21:41.",
    ]


def test_whoever_is_found_in_hospital_was_found_and_is_not_back(desk):
    away = left(desk, StayState.MISSING)
    at = later(desk, hours=5)
    here = left(at, StayState.HOSPITAL, version=away.version)
    told = [said for *_, said in of_stay(at)]
    assert told[-1] == "Found after being missing; away from Oak House: in hospital."
    assert not any("Back at" in said for said in told)
    stays.come_back(later(desk, days=1), 1, expected_version=here.version)
    assert of_stay(later(desk, days=1))[-1][2] == "Back at Oak House after being in hospital."


def test_an_absence_outlives_the_stay(desk):
    away = left(desk, StayState.MISSING)
    stays.end(
        later(desk, days=1), 1, StayEnd.MISSING, needs_place=True, expected_version=away.version
    )
    told = [said for *_, said in of_stay(later(desk, days=1))]
    assert told[1:] == [
        "Away from Oak House: missing.",
        "The placement at Oak House ended: the young person is missing.",
    ]


def test_the_absence_of_one_is_not_that_of_another(desk):
    placing.start(desk, "R2", provider_id="H1", pool_id="P", expected_version=0)
    left(desk, StayState.MISSING)
    assert [said for *_, said in of_stay(desk, "R2")] == ["Moved in at Oak House."]


def test_the_legal_paper_tells_it_too(desk):
    away = left(desk, StayState.MISSING)
    done = case_reviews.missing_reported(desk, 1, away.version)
    back = later(desk, days=2)
    stays.come_back(back, 1, expected_version=done.version)
    paper = diligence.record(back, "R1")
    told = [(e.at, e.sentence) for e in paper.events if e.chapter is Chapter.PLACEMENT]
    assert told == [(at, said) for at, _, said in of_stay(back)]
    assert {e.by for e in paper.events if "missing" in e.sentence} == {"kim"}


STAY = Placement(
    id=7,
    referral_id="R1",
    provider_id="H1",
    pool_id="P",
    state=StayState.LIVING,
    beds=1,
    started_at=NOW,
    started_by="kim",
)


def event(k, reason, **details):
    kind = "referral" if reason == "missing_reported" else "placement"
    return AuditEvent(
        seq=k + 1,
        at=NOW + k * HOUR,
        actor="kim",
        role="worker",
        action=Action.RECORD_PLACEMENT,
        object_kind=kind,
        object_id="R1" if kind == "referral" else "7",
        reason=reason,
        details=details,
        prev_hash="",
    )


def told_of(stay, *events):
    return list(absences(stay, "Oak House", events, lambda at: at))


def test_early_events_that_say_neither_where_nor_since_are_told():
    told = told_of(STAY, event(0, "left"), event(5, "came_back"))
    assert told == [
        (NOW, "kim", "Was away from Oak House."),
        (NOW + 5 * HOUR, "kim", "Back at Oak House after being away."),
    ]


def test_where_no_event_is_on_record_the_stay_itself_is_told():
    away = dataclasses.replace(
        STAY, state=StayState.MISSING, away_since=NOW, missing_reported_at=NOW + HOUR
    )
    assert [one.sentence for one in told_of(away)] == [
        "Away from Oak House: missing.",
        REPORTED,
    ]
    back = dataclasses.replace(STAY, found_at=NOW)
    assert [one.sentence for one in told_of(back)] == ["Back at Oak House after being missing."]
    found = dataclasses.replace(back, state=StayState.HOSPITAL, away_since=NOW)
    assert "Found after being missing." in [one.sentence for one in told_of(found)]


@given(
    st.lists(
        st.sampled_from([("left", "missing"), ("left", "hospital"), ("came_back", "living")]),
        max_size=8,
    )
)
def test_each_event_is_one_sentence_whatever_came_before(steps):
    events = [event(k, reason, state=state) for k, (reason, state) in enumerate(steps)]
    stay = dataclasses.replace(STAY, state=StayState.MISSING, away_since=NOW, found_at=NOW)
    told = told_of(stay, *events)
    if steps:
        assert [one.at for one in told] == [one.at for one in events]
        assert {one.by for one in told} == {"kim"}
    else:
        assert len(told) == 2  # what the stay says itself
