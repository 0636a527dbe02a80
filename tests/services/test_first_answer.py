"""An answer to a call that nobody had begun: the call and the answer, or neither."""

from __future__ import annotations

import dataclasses

import pytest

from matching.domain.access import Role
from matching.domain.casework import Answer, CaseState, DeclineReason, OfferState, ReleaseReason
from matching.domain.errors import ConflictError, InputError, NotFound, PermissionDenied
from matching.services import calling, holding, taking_back
from matching.services.calling import ToCall
from matching.services.first_answer import TWICE_SECONDS, record_first_answer
from tests.services.casework import (
    beds,
    case,
    desk_of,
    events,
    free,
    later,
    oak,
    on_record,
    other,
    people,
)

R1 = ToCall("R1", "P")


@pytest.fixture
def desk(store):
    on_record(store, [oak()], [beds(1)], people(3))
    return desk_of(store)


@pytest.fixture
def quick(sqlite_store):
    """Two beds, on one database, for what is not about it."""
    on_record(sqlite_store, [oak()], [beds(2)], people(3))
    return desk_of(sqlite_store)


def offers(desk, name="R1"):
    with desk.store.reading() as record:
        return record.offers.of(name)


REASONS = {Answer.DECLINED: DeclineReason.NO_BED}
STATES = {
    Answer.HOLDS: OfferState.HELD,
    Answer.ACCEPTED: OfferState.ACCEPTED,
    Answer.DECLINED: OfferState.DECLINED,
    Answer.NO_ANSWER: OfferState.NO_ANSWER,
    Answer.CALL_BACK: OfferState.CALLING,
}


@pytest.mark.parametrize("answer", STATES)
def test_one_press_is_one_offer_one_call_and_one_event(desk, answer):
    def press():
        return record_first_answer(desk, "H1", R1, answer, reason=REASONS.get(answer))

    done = press()
    assert done.offer.state is STATES[answer]
    assert events(desk) == [("record_call", REASONS.get(answer, ""))]
    assert [one.version for one in offers(desk)] == [1]
    again = press()
    assert (again.offer, again.sentence) == (done.offer, done.sentence)
    assert len(events(desk)) == len(offers(desk)) == 1
    with desk.store.reading() as record:
        assert [one.answer for one in record.calls.all()] == [answer]


@pytest.mark.parametrize("answer", STATES)
def test_it_says_what_an_answer_says_to_a_call_begun_before(quick, answer):
    reason = REASONS.get(answer)
    at_once = record_first_answer(quick, "H1", R1, answer, reason=reason)
    begun = calling.start_calling(quick, "R2", "H1", "P")
    after = calling.record_answer(
        quick, begun.id, answer, reason=reason, expected_version=begun.version
    )
    assert at_once.sentence == after.sentence.replace("R2", "R1")
    assert at_once.ask == after.ask
    assert (at_once.undo_until is None) == (after.undo_until is None)
    assert case(quick, "R1").state is case(quick, "R2").state


@pytest.mark.parametrize("answer", STATES)
def test_it_can_be_taken_back_and_then_nothing_is_open(quick, answer):
    done = record_first_answer(quick, "H1", R1, answer, reason=REASONS.get(answer))
    taking_back.take_back_answer(quick, done.offer.id, expected_version=done.offer.version)
    (offer,) = offers(quick)
    assert (offer.state, offer.reason) == (OfferState.WITHDRAWN, ReleaseReason.BY_MISTAKE)
    assert (free(quick), case(quick).state) == (2, CaseState.WAITING)


def test_where_the_last_bed_is_gone_no_call_is_begun_either(desk):
    holding.hold(other(desk), "R2", "H1", "P")
    before = events(desk)
    with pytest.raises(ConflictError, match="The last bed at Oak House was taken"):
        record_first_answer(desk, "H1", R1, Answer.HOLDS)
    assert (offers(desk), events(desk)) == ((), before)


def test_what_cannot_be_recorded_begins_no_call(quick):
    tries = [
        (InputError, lambda: record_first_answer(quick, "H1", R1, Answer.DECLINED)),
        (InputError, lambda: record_first_answer(quick, "H1", R1, Answer.TAKEN_BACK)),
        (
            InputError,
            lambda: record_first_answer(quick, "H1", R1, Answer.HOLDS, hold_minutes=0),
        ),
        (NotFound, lambda: record_first_answer(quick, "H9", R1, Answer.HOLDS)),
        (
            NotFound,
            lambda: record_first_answer(quick, "H1", R1, Answer.HOLDS, run_id=99),
        ),
        (InputError, lambda: record_first_answer(quick, "H1", ToCall("R1", "X"), Answer.HOLDS)),
    ]
    for kind, act in tries:
        with pytest.raises(kind):
            act()
    assert (offers(quick), events(quick)) == ((), [])


def test_a_call_that_began_meanwhile_is_answered_if_it_is_ones_own(quick):
    begun = calling.start_calling(quick, "R1", "H1", "P")
    done = record_first_answer(quick, "H1", R1, Answer.HOLDS)
    assert done.offer.id == begun.id
    calling.start_calling(other(quick), "R2", "H1", "P")
    with pytest.raises(ConflictError, match="Another worker has been calling Oak House"):
        record_first_answer(quick, "H1", ToCall("R2", "P"), Answer.HOLDS)


def test_the_same_answer_later_is_another_call(quick):
    first = record_first_answer(quick, "H1", R1, Answer.NO_ANSWER)
    after = later(quick, seconds=TWICE_SECONDS)
    second = record_first_answer(after, "H1", R1, Answer.NO_ANSWER)
    assert second.offer.id != first.offer.id
    assert [one.state for one in offers(quick)] == [OfferState.NO_ANSWER] * 2


def test_a_group_is_answered_for_together(sqlite_store):
    mates = [dataclasses.replace(one, group_id="SIB") for one in people(2)]
    on_record(sqlite_store, [oak()], [beds(2)], mates)
    desk = desk_of(sqlite_store)
    done = record_first_answer(desk, "H1", R1, Answer.HOLDS)
    assert {one.referral_id for one in done.offers} == {"R1", "R2"}
    assert (free(desk), len(events(desk))) == (0, 1)


def test_only_those_who_record_calls(quick):
    for role in (Role.MANAGER, Role.AUDITOR, Role.VISITOR):
        with pytest.raises(PermissionDenied):
            record_first_answer(desk_of(quick.store, role), "H1", R1, Answer.HOLDS)
    assert events(quick) == []
