"""What is owed to whoever is missing, and to whoever is back: for whom, by when, in words."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.domain import words as w
from matching.domain.casework import Case, CaseState, StayState
from matching.domain.clocks import Clocks
from matching.domain.errors import ConflictError, InputError
from matching.services import case_reviews, stays
from matching.services.absences import owed_report, owed_screening
from matching.services.case_desk import case_desk
from matching.services.clocks import ClockKind, due
from matching.services.person_now import person_now
from matching.services.referral_forms import open_form
from matching.settings import Settings
from tests.builders import NOW, TODAY, ago, day, known_referral
from tests.services.planned import desk_at
from tests.services.test_case_reviews import last_event, later
from tests.services.test_clocks import fill, only, put, stay
from tests.services.test_rights import NoRecord

CHILD = known_referral("R1", age_years=15, screening_date=TODAY)
DAY = Clocks().missing_report
#: A desk that cannot open a record.
NOWHERE = desk_at(NoRecord())


@pytest.fixture
def desk(store):
    return desk_at(store)


@pytest.fixture
def quick(sqlite_store):
    return desk_at(sqlite_store)


def live(desk, person=CHILD, **facts):
    """Let somebody live at a place; return the stay as it is on the record."""
    fill(desk, people=[person])
    put(desk, stay(**facts), Case(referral_id="R1", state=CaseState.PLACED, since=NOW))
    with desk.store.reading() as record:
        return record.placements.open()[0]


def gone(desk, state=StayState.MISSING, **parts):
    one = live(desk)
    return stays.leave(desk, one.id, state, ago(**parts), expected_version=one.version)


def test_a_child_is_reported_within_a_day_and_that_it_was_is_one_event(desk):
    away = gone(desk, hours=3)
    found = only(desk, ClockKind.REPORT)
    assert (found.due_at, found.over, found.page) == (away.away_since + DAY, False, "case")
    assert found.sentence == (
        "Case R1 is missing since 19:41 and is to be reported to the police and to NCMEC by "
        "19:41 on 4 Nov 2026."
    )
    assert person_now(desk, due(desk)).clocks[0] == found  # from the first minute
    done = case_reviews.missing_reported(desk, found.number, found.version)
    assert done.sentence == "Case R1: that it was reported missing is on record."
    event = last_event(desk)
    assert (event.object_id, event.reason) == ("R1", "missing_reported")
    assert ClockKind.REPORT not in {one.kind for one in due(desk)}
    told = [one.sentence for one in case_desk(desk, "R1").events]
    assert "Reported to the police and to NCMEC as missing." in told


def test_a_report_is_recorded_once_by_the_version_that_was_shown(desk):
    away = gone(desk, hours=3)
    with pytest.raises(ConflictError):
        case_reviews.missing_reported(desk, away.id, away.version - 1)
    done = case_reviews.missing_reported(desk, away.id, away.version)
    with pytest.raises(InputError, match="Nothing was saved"):
        case_reviews.missing_reported(desk, away.id, done.version)


def test_nobody_is_reported_missing_who_lives_there_or_is_in_hospital(desk):
    one = live(desk)
    with pytest.raises(InputError, match="Nobody is missing"):
        case_reviews.missing_reported(desk, one.id, one.version)
    left = stays.leave(desk, one.id, StayState.HOSPITAL, expected_version=one.version)
    assert ClockKind.REPORT not in {one.kind for one in due(desk)}
    with pytest.raises(InputError, match="Nobody is missing"):
        case_reviews.missing_reported(desk, left.id, left.version)


def test_a_report_that_is_late_is_over(desk):
    gone(desk, hours=25)
    found = only(desk, ClockKind.REPORT)
    assert found.over
    assert "was to be reported" in found.sentence


@given(
    age=st.none() | st.integers(0, 80),
    funding=st.none() | st.frozensets(st.sampled_from(w.Funding)),
)
def test_whom_to_report(age, funding):
    """A child, whoever may be one, and whoever is in care; no adult who is free to leave."""
    person = dataclasses.replace(CHILD, age_years=age, funding=funding)
    away = stay(state=StayState.MISSING, away_since=ago(hours=1))
    owed = owed_report(NOWHERE, away, person, Clocks())
    adult_out_of_care = age is not None and age >= 18 and w.Funding.IV_E not in (funding or ())
    assert (owed is None) is adult_out_of_care
    if owed is not None:
        assert ("The age is not known." in owed[1]) is (age is None)


def test_whoever_nothing_is_known_of_is_reported(quick):
    away = stay(state=StayState.MISSING, away_since=ago(hours=1))
    assert owed_report(quick, away, None, Clocks()) is not None


def test_whoever_comes_back_is_screened_again(desk):
    fill(desk, people=[CHILD])
    away = gone(desk, hours=3)
    back = later(desk, days=2)
    here = stays.come_back(back, away.id, expected_version=away.version)
    assert here.found_at == NOW + timedelta(days=2)
    found = only(back, ClockKind.SCREENING)
    assert found.sentence == (
        "Case R1 came back on 5 Nov 2026 after being missing, and the last screening was on "
        "3 Nov 2026: a new one is to begin by 22:41 on 6 Nov 2026."
    )
    version = open_form(back, "R1").version
    with pytest.raises(ConflictError):
        case_reviews.screened(back, "R1", day(1), version)  # before they were back
    case_reviews.screened(back, "R1", day(2), version)
    assert ClockKind.SCREENING not in {one.kind for one in due(back)}
    told = [one.sentence for one in case_desk(back, "R1").events]
    assert "Back at Oak House after being missing." in told


def test_whoever_leaves_again_is_reported_again(desk):
    away = gone(desk, hours=3)
    case_reviews.missing_reported(desk, away.id, away.version)
    here = stays.come_back(desk, away.id, expected_version=away.version + 1)
    assert here.missing_reported_at is not None
    again = stays.leave(desk, here.id, StayState.MISSING, expected_version=here.version)
    assert (again.missing_reported_at, again.found_at) == (None, None)
    assert only(desk, ClockKind.REPORT).number == again.id


def test_a_report_holds_for_as_long_as_somebody_is_missing(desk):
    away = gone(desk, hours=3)
    case_reviews.missing_reported(desk, away.id, away.version)
    longer = stays.leave(
        desk, away.id, StayState.MISSING, bed_days=30, expected_version=away.version + 1
    )
    assert longer.missing_reported_at is not None
    assert ClockKind.REPORT not in {one.kind for one in due(desk)}


def test_whoever_is_found_in_hospital_is_screened_again_there_or_later(desk):
    away = gone(desk, hours=3)
    after = later(desk, days=1)
    found = stays.leave(after, away.id, StayState.HOSPITAL, expected_version=away.version)
    assert found.found_at == NOW + timedelta(days=1)
    assert only(after, ClockKind.SCREENING).due_at == NOW + timedelta(days=2)
    home = stays.come_back(later(desk, days=2), away.id, expected_version=found.version)
    assert home.found_at == found.found_at


def test_coming_back_from_hospital_asks_for_no_screening(desk):
    away = gone(desk, StayState.HOSPITAL, days=1)
    here = stays.come_back(later(desk, days=1), away.id, expected_version=away.version)
    assert here.found_at is None
    assert ClockKind.SCREENING not in {one.kind for one in due(later(desk, days=1))}


@pytest.mark.parametrize(
    ("screened", "owed"), [(None, False), (day(-1), True), (TODAY, False), (day(1), False)]
)
def test_a_screening_since_then_counts(quick, screened, owed):
    """Where none is on record, the clock of the referral runs already."""
    person = dataclasses.replace(CHILD, screening_date=screened)
    here = stay(found_at=NOW)
    assert (owed_screening(quick, here, person, Clocks()) is not None) is owed
    assert owed_screening(quick, stay(), person, Clocks()) is None


@pytest.mark.parametrize(("zone", "owed"), [("UTC", True), ("America/Chicago", False)])
def test_days_are_those_of_the_office(zone, owed):
    """Back at 01:41 in Greenwich is back on the evening before in Chicago."""
    here = stay(found_at=NOW + timedelta(hours=3))
    desk = dataclasses.replace(
        NOWHERE, settings=Settings(database_url="sqlite:///none.db", time_zone=zone)
    )
    assert (owed_screening(desk, here, CHILD, Clocks()) is not None) is owed
