"""What must be said where a stay ends, and what the end does to the person's facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.domain.casework import CaseState, Lesson, Placement, StayEnd, StayState
from matching.domain.errors import InputError
from matching.domain.words import Presence
from matching.services import placing
from matching.services.stay_endings import MUST_TEACH, person_after, require_said, waits_anew
from tests.builders import known_referral
from tests.services.casework import NOW, beds, case, desk_of, later, oak, on_record, people

TODAY = NOW.date()
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


@pytest.fixture
def desk(sqlite_store):
    on_record(sqlite_store, [oak()], [beds(1)], people(1))
    at = desk_of(sqlite_store)
    placing.start(at, "R1", provider_id="H1", pool_id="P", expected_version=0)
    return at


def last_event(desk):
    with desk.store.reading() as record:
        return record.audit.events(newest_first=True, limit=1)[0]


@pytest.mark.parametrize("reason", sorted(MUST_TEACH))
def test_what_a_broken_placement_taught_is_asked_and_not_guessed(desk, reason):
    before = last_event(desk).seq
    with pytest.raises(InputError, match=r"Nothing was saved\. Say what was learned"):
        placing.end(desk, 1, reason, needs_place=True, expected_version=1)
    assert (case(desk).state, last_event(desk).seq) == (CaseState.PLACED, before)
    placing.end(desk, 1, reason, needs_place=True, nothing_learned=True, expected_version=1)
    event = last_event(desk)
    assert (event.details["lessons"], event.details["nothing_learned"]) == ([], True)
    assert case(desk).state is CaseState.WAITING


def test_a_lesson_is_an_answer(desk):
    placing.end(
        later(desk, days=1),
        1,
        StayEnd.DISRUPTION,
        needs_place=True,
        lessons=[Lesson.NOT_HERE],
        expected_version=1,
    )
    event = last_event(desk)
    assert (event.details["lessons"], event.details["nothing_learned"]) == (["not_here"], False)


def test_that_the_place_is_not_to_be_proposed_again_comes_first():
    assert next(iter(Lesson)) is Lesson.NOT_HERE


@given(
    st.sampled_from(StayEnd),
    st.booleans(),
    st.sets(st.sampled_from(Lesson)),
    st.booleans(),
)
def test_one_or_the_other_is_said_and_never_both(reason, needs, taught, nothing):
    both = bool(taught) and nothing
    silent = needs and reason in MUST_TEACH and not taught and not nothing
    if both or silent:
        with pytest.raises(InputError, match="Nothing was saved"):
            require_said(reason, needs, taught, nothing)
    else:
        require_said(reason, needs, taught, nothing)


@given(
    reason=st.sampled_from(StayEnd),
    needs=st.booleans(),
    days=st.none() | st.integers(-3, 3),
)
def test_a_day_that_has_passed_is_never_shown_as_a_need_of_today(reason, needs, days):
    by = None if days is None else TODAY + timedelta(days=days)
    person = known_referral("R1", needed_by=by)
    when = NOW - timedelta(hours=1)
    found = person_after(person, STAY, reason, when, TODAY, needs_place=needs, taught=())
    if waits_anew(reason, needs):
        passed = by is not None and by < TODAY
        assert (found.received_at, found.needed_by) == (when, None if passed else by)
    else:
        assert (found.received_at, found.needed_by) == (person.received_at, by)
    away = {StayEnd.MISSING: Presence.MISSING, StayEnd.HOSPITAL: Presence.HOSPITAL}
    assert found.presence == away.get(reason, person.presence)
    rest = {"received_at": None, "needed_by": None, "presence": None}
    assert replace(found, **rest) == replace(person, **rest)


def test_the_day_is_that_of_the_office_and_of_the_recording(desk):
    with desk.store.reading() as record:
        before = record.referrals.get("R1").needed_by
    after = later(desk, days=400)
    placing.end(after, 1, StayEnd.PLANNED, needs_place=True, expected_version=1)
    with desk.store.reading() as record:
        person = record.referrals.get("R1")
    assert before is not None
    assert (person.needed_by, person.received_at) == (None, NOW + timedelta(days=400))
