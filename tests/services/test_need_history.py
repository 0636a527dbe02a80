"""The first need stays in the history; the next one is told as what it is."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from matching.domain import words as w
from matching.domain.access import Action
from matching.domain.casework import StayEnd
from matching.services import diligence, placing
from matching.services.case_desk import case_desk
from matching.services.case_history import Chapter
from matching.services.matching import run_plan
from matching.services.need_history import first_need, renewals
from matching.store.audit import AuditEvent
from tests.services.casework import NOW, beds, desk_of, later, oak, on_record, people

FIRST = NOW - timedelta(days=2)
RECORDED = "The need for a place was recorded: removal from home. Needed: tonight."
AGAIN = "Another place is needed since the placement at Oak House ended."


@pytest.fixture
def desk(sqlite_store):
    some = people(
        2, received_at=FIRST, trigger=w.Trigger.REMOVAL, urgency=w.Urgency.TONIGHT,
        needed_by=date(2026, 11, 3),
    )  # fmt: skip
    on_record(sqlite_store, [oak()], [beds(2)], some)
    return desk_of(sqlite_store)


def move_in(desk, version=0):
    return placing.start(desk, "R1", provider_id="H1", pool_id="P", expected_version=version)


def end(desk, stay, reason=StayEnd.PLANNED, **more):
    return placing.end(
        desk, stay.id, reason, needs_place=True, expected_version=stay.version, **more
    )


def needs(desk):
    events = reversed(case_desk(desk, "R1").events)
    return [(e.at, e.by, e.sentence) for e in events if e.chapter is Chapter.NEED]


def case_version(desk):
    with desk.store.reading() as record:
        return record.cases.get("R1").version


def test_the_first_need_stays_and_the_next_is_told_without_the_old_reason(desk):
    stay = move_in(desk)
    after = later(desk, days=3)
    end(after, stay)
    assert needs(after) == [
        (FIRST, "", RECORDED),
        (NOW + timedelta(days=3), "kim", AGAIN),
    ]
    told = [e.sentence for e in reversed(case_desk(after, "R1").events)]
    assert told.index(AGAIN) == told.index("The placement at Oak House ended: as planned.") + 1


def test_however_often_a_place_is_needed_again_the_first_need_stays(desk):
    end(later(desk, days=1), move_in(desk))
    again = later(desk, days=2)
    end(later(desk, days=3), move_in(again, case_version(again)))
    assert [at for at, *_ in needs(later(desk, days=3))] == [
        FIRST,
        NOW + timedelta(days=1),
        NOW + timedelta(days=3),
    ]


def test_the_legal_paper_begins_with_the_need_and_not_with_a_search(desk):
    diligence.keep_search(desk, run_plan(desk), "R1")
    end(later(desk, days=3), move_in(desk))
    events = diligence.record(later(desk, days=3), "R1").events
    assert (events[0].chapter, events[0].sentence) == (Chapter.NEED, RECORDED)
    assert events[1].chapter is Chapter.SEARCH
    assert events[-1].sentence == AGAIN


def test_a_stay_recorded_by_mistake_makes_no_new_need(desk):
    end(later(desk, hours=1), move_in(desk), StayEnd.BY_MISTAKE)
    assert needs(later(desk, hours=1)) == [(FIRST, "", RECORDED)]
    with desk.store.reading() as record:
        person = record.referrals.get("R1")
    assert (person.received_at, person.needed_by) == (FIRST, date(2026, 11, 3))


def test_the_event_keeps_a_moment_and_no_fact_of_the_person(desk):
    end(later(desk, days=3), move_in(desk))
    with desk.store.reading() as record:
        (event,) = record.audit.events(object_kind="placement")[1:]
    assert event.details["waited_since"] == FIRST.isoformat()
    assert not {"trigger", "urgency", "needed_by"} & event.details.keys()


def ended(k, reason=StayEnd.PLANNED, **details):
    return AuditEvent(
        seq=k + 1,
        at=NOW + timedelta(days=k),
        actor="kim",
        role="worker",
        action=Action.RECORD_PLACEMENT,
        object_kind="placement",
        object_id=str(k),
        reason=reason,
        details=details,
        prev_hash="",
    )


def test_what_an_early_ending_did_not_keep_is_not_guessed():
    early = ended(1, needs_place=True)
    late = ended(2, needs_place=True, waited_since=NOW.isoformat())
    assert first_need(NOW, renewals([early, late])) is None
    assert first_need(NOW, renewals([late, early])) == NOW
    assert first_need(FIRST, ()) == FIRST
    assert first_need(None, ()) is None
    unknown = ended(3, needs_place=True, waited_since=None)
    assert first_need(NOW, renewals([unknown])) is None


def test_endings_after_which_nothing_was_needed_are_no_needs():
    some = [ended(1, needs_place=False), ended(2, StayEnd.BY_MISTAKE, needs_place=True)]
    assert renewals(some) == ()
