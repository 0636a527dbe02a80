"""Calls, answers and holds: one bed for one person, whoever presses when."""

from __future__ import annotations

from datetime import timedelta

import pytest

from matching.domain.access import Role
from matching.domain.accounts import Office
from matching.domain.casework import (
    Answer,
    CaseState,
    DeclineReason,
    OfferState,
    ReleaseReason,
)
from matching.domain.errors import (
    ChoiceError,
    ConflictError,
    InputError,
    NotFound,
    PermissionDenied,
)
from matching.services import calling, clock, holding, taking_back
from matching.services.answers import UNDO_MINUTES
from matching.services.casebook import case_of
from matching.services.confirming import confirm_beds
from matching.services.upload_sample import hand_batch
from matching.store.database import MAIN_OFFICE
from tests.builders import known_referral
from tests.services.casework import (
    NOW,
    SETTINGS,
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
    waiting,
)


@pytest.fixture
def desk(store):
    on_record(store, [oak()], [beds(1)], people(3))
    return desk_of(store)


@pytest.fixture
def quick(sqlite_store):
    """The same on one database, for what is not about it."""
    on_record(sqlite_store, [oak()], [beds(2)], people(3))
    return desk_of(sqlite_store)


def answer(desk, offer, what, **more):
    more.setdefault("expected_version", offer.version)
    return calling.record_answer(desk, offer.id, what, **more)


def test_from_a_call_to_an_acceptance(desk):
    offer = calling.start_calling(desk, "R1", "H1", "P")
    assert (offer.state, free(desk), case(desk).state) == (
        OfferState.CALLING,
        1,
        CaseState.WAITING,
    )
    held = answer(desk, offer, Answer.HOLDS)
    assert held.sentence == "Oak House holds a bed for case R1 until 23:41."
    assert (free(desk), case(desk).state) == (0, CaseState.HELD)
    accepted = answer(desk, held.offer, Answer.ACCEPTED)
    assert accepted.sentence == "Oak House accepted case R1."
    assert (free(desk), case(desk).state) == (0, CaseState.ACCEPTED)
    assert set(waiting(desk)) == {"R2", "R3"}
    assert events(desk) == [("record_call", reason) for reason in ("started", "", "")]


def test_the_last_bed_goes_to_one_and_the_other_is_told_when(desk):
    holding.hold(desk, "R1", "H1", "P")
    before = events(desk)
    for act in (
        lambda: holding.hold(other(desk), "R2", "H1", "P"),
        lambda: answer(
            other(desk), calling.start_calling(other(desk), "R3", "H1", "P"), Answer.ACCEPTED
        ),
    ):
        with pytest.raises(ConflictError) as caught:
            act()
        assert caught.value.sentence() == (
            "The last bed at Oak House was taken at 22:41 by another worker. Nothing was "
            "saved. Make the plan again to see the next best place."
        )
    assert case(desk, "R2").state is CaseState.WAITING
    assert events(desk) == [*before, ("record_call", "started")]


def test_a_call_about_several_people_begins_and_ends_for_all_or_for_none(desk):
    everybody = [calling.ToCall(name, "P") for name in ("R1", "R2", "R3")]
    theirs = calling.start_calling(other(desk), "R3", "H1", "P")
    with pytest.raises(ConflictError) as caught:
        calling.start_calls(desk, "H1", everybody)
    assert "Nothing was saved." in caught.value.sentence()
    assert open_cases(desk) == ["R3"]
    taking_back.withdraw(
        other(desk), theirs.id, ReleaseReason.NOT_NEEDED, expected_version=theirs.version
    )
    before = events(desk)
    begun = calling.start_calls(desk, "H1", everybody)
    assert events(desk) == [*before, *[("record_call", "started")] * 3]
    assert calling.start_calls(desk, "H1", everybody) == begun
    assert calling.start_calls(desk, "H1", ()) == ()

    shown = {int(one.id or 0): one.version for one in begun}
    held = answer(desk, begun[2], Answer.HOLDS)
    before = events(desk)
    with pytest.raises(ConflictError):
        taking_back.withdraw_all(desk, shown, ReleaseReason.NOT_NEEDED)
    assert (open_cases(desk), events(desk)) == (["R1", "R2", "R3"], before)
    shown[int(held.offer.id or 0)] = held.offer.version
    for _ in range(2):
        done = taking_back.withdraw_all(desk, shown, ReleaseReason.NOT_NEEDED)
        assert {one.state for one in done} == {OfferState.WITHDRAWN}
        assert events(desk) == [*before, *[("record_call", "not_needed")] * 3]
    assert (open_cases(desk), free(desk)) == ([], 1)


def open_cases(desk):
    with desk.store.reading() as record:
        return sorted(one.referral_id for one in record.offers.open())


def test_a_bed_of_another_office_is_not_free_here(desk, store):
    with store.transaction() as record:
        record.offices.add(Office(code="second", name="Second"), NOW)
    there = desk_of(store, office="second", name="ann")
    on_record_of(store, "second", [known_referral("R1")])
    holding.hold(there, "R1", "H1", "P")
    assert free(desk) == 0
    assert case(desk).state is CaseState.WAITING
    with pytest.raises(ConflictError, match="last bed at Oak House"):
        holding.hold(desk, "R1", "H1", "P")
    assert holding.holds(desk) == ()
    with store.at(MAIN_OFFICE).reading() as record, pytest.raises(NotFound):
        record.offers.get(1)


def on_record_of(store, office, persons):
    desk = desk_of(store, Role.LOCAL, "loader", office=office)
    with desk.store.transaction() as record:
        batch = record.batches.add(hand_batch("referrals", "form", desk, NOW))
        record.referrals.upsert(persons, batch)


def test_pressed_twice_is_done_once(desk):
    offer = calling.start_calling(desk, "R1", "H1", "P")
    assert calling.start_calling(desk, "R1", "H1", "P") == offer
    first = answer(desk, offer, Answer.HOLDS)
    assert answer(desk, offer, Answer.HOLDS).offer == first.offer
    assert holding.hold(desk, "R1", "H1", "P") == first.offer
    given = {"expected_version": first.offer.version}
    gone = holding.release(desk, offer.id, ReleaseReason.NOT_NEEDED, **given)
    assert holding.release(desk, offer.id, ReleaseReason.NOT_NEEDED, **given) == gone
    assert len(events(desk)) == 3


def test_whoever_saw_an_older_state_changes_nothing(quick):
    offer = calling.start_calling(quick, "R1", "H1", "P")
    answer(quick, offer, Answer.HOLDS)
    for who in (quick, other(quick)):
        with pytest.raises(ConflictError, match="Somebody else changed this meanwhile"):
            answer(who, offer, Answer.DECLINED, reason=DeclineReason.AGE)
    with pytest.raises(ConflictError, match="meanwhile"):
        holding.extend(quick, offer.id, 90, expected_version=1)
    assert len(events(quick)) == 2


def test_somebody_else_calls_there_already(quick):
    calling.start_calling(quick, "R1", "H1", "P")
    with pytest.raises(ConflictError, match="Another worker has been calling Oak House"):
        calling.start_calling(other(quick), "R1", "H1", "P")


def test_one_person_has_one_bed(quick, sqlite_store):
    on_record(
        sqlite_store,
        [oak(), oak("H2", name="Elm House")],
        [beds(2), beds(2, "H2")],
        people(1),
    )
    holding.hold(quick, "R1", "H1", "P")
    with pytest.raises(ConflictError, match="has a bed held at Oak House"):
        holding.hold(quick, "R1", "H2", "P")
    offer = calling.start_calling(quick, "R1", "H2", "P")
    with pytest.raises(ConflictError, match="so no other bed can be taken"):
        answer(quick, offer, Answer.ACCEPTED)


def test_a_decline_stands_for_that_person_and_that_provider(quick):
    offer = calling.start_calling(quick, "R1", "H1", "P")
    found = answer(quick, offer, Answer.DECLINED, reason=DeclineReason.AGE)
    assert found.ask == ""
    assert waiting(quick)["R1"].declined_by == {"H1"}
    assert waiting(quick)["R2"].declined_by == frozenset()
    confirm_beds(later(quick, minutes=5), "H1", "P", 2, "intake desk")
    assert waiting(quick)["R1"].declined_by == {"H1"}
    holding.hold(quick, "R1", "H1", "P")  # they take the person after all
    with quick.store.reading() as record:
        number = holding.holds(quick)[0].offer
        assert record.offers.get(number.id).state is OfferState.HELD
    holding.release(quick, number.id, ReleaseReason.NOT_NEEDED, expected_version=1)
    assert waiting(quick)["R1"].declined_by == frozenset()


@pytest.mark.parametrize("reason", [DeclineReason.NO_BED, DeclineReason.STAFF])
def test_a_decline_about_one_night_stands_until_the_beds_are_heard_of_again(quick, reason):
    offer = calling.start_calling(quick, "R1", "H1", "P")
    found = answer(quick, offer, Answer.DECLINED, reason=reason)
    assert found.ask == "Ask how many beds are free at Oak House, and record it."
    assert free(quick) == 2
    assert waiting(quick)["R1"].declined_by == {"H1"}
    confirm_beds(later(quick, minutes=5), "H1", "P", 1, "intake desk")
    assert waiting(quick)["R1"].declined_by == frozenset()


def test_a_place_lost_again_counts_as_a_decline(quick):
    offer = holding.hold(quick, "R1", "H1", "P")
    why = ReleaseReason.PROVIDER_WITHDREW
    holding.release(quick, offer.id, why, expected_version=1)
    assert waiting(quick)["R1"].declined_by == {"H1"}
    offer = holding.hold(quick, "R2", "H1", "P")
    holding.release(quick, offer.id, ReleaseReason.ANOTHER_PLACE, expected_version=1)
    assert waiting(quick)["R2"].declined_by == frozenset()


def test_no_answer_and_call_back(quick):
    offer = calling.start_calling(quick, "R1", "H1", "P")
    back = answer(quick, offer, Answer.CALL_BACK, call_back_minutes=20)
    assert back.sentence == "Call Oak House back about case R1 at 23:01."
    assert back.offer.call_back_at == NOW + timedelta(minutes=20)
    gone = answer(quick, back.offer, Answer.NO_ANSWER)
    assert gone.sentence == "Oak House did not answer about case R1."
    with pytest.raises(ConflictError, match="over: no answer"):
        answer(quick, gone.offer, Answer.ACCEPTED)
    assert calling.start_calling(quick, "R1", "H1", "P").id != offer.id


def test_what_was_asked_is_kept_and_nothing_else(quick):
    offer = calling.start_calling(quick, "R1", "H1", "P")
    told = [{"code": "age", "question": "Ask the age.", "answer": "yes", "more": "secret"}]
    answer(quick, offer, Answer.NO_ANSWER, asked=told)
    with quick.store.reading() as record:
        (call,) = record.calls.of(offer.id)
    assert call.asked == ({"code": "age", "question": "Ask the age.", "answer": "yes"},)
    offer = calling.start_calling(quick, "R1", "H1", "P")
    for wrong in ([{"code": 1}], [{**told[0], "answer": "maybe"}], told * 101):
        with pytest.raises(InputError, match="questions with yes or no"):
            answer(quick, offer, Answer.NO_ANSWER, asked=wrong)


@pytest.mark.parametrize(
    ("what", "more", "said"),
    [
        (Answer.DECLINED, {}, "needs a reason"),
        (Answer.ACCEPTED, {"reason": DeclineReason.AGE}, "needs a reason"),
        (Answer.HOLDS, {"hold_minutes": 0}, "1 to 1440 minutes"),
        (Answer.HOLDS, {"hold_minutes": 1441}, "1 to 1440 minutes"),
        (Answer.CALL_BACK, {"call_back_minutes": 0}, "not a number of minutes"),
        (Answer.TAKEN_BACK, {}, "not an answer"),
    ],
)
def test_an_impossible_answer_is_refused(quick, what, more, said):
    offer = calling.start_calling(quick, "R1", "H1", "P")
    with pytest.raises(InputError, match=said):
        answer(quick, offer, what, **more)
    assert len(events(quick)) == 1


def test_unknown_cases_places_and_plans_are_refused(quick):
    with pytest.raises(NotFound, match="no such case"):
        calling.start_calling(quick, "R9", "H1", "P")
    with pytest.raises(NotFound, match="no such provider"):
        calling.start_calling(quick, "R1", "H9", "P")
    with pytest.raises(InputError, match="no such beds"):
        holding.hold(quick, "R1", "H1", "X")
    with pytest.raises(NotFound, match="no saved plan"):
        holding.hold(quick, "R1", "H1", "P", run_id=7)
    with pytest.raises(NotFound):
        answer(quick, calling.start_calling(quick, "R1", "H1", "P"), Answer.HOLDS) and (
            calling.withdraw(quick, 99, ReleaseReason.NOT_NEEDED, expected_version=1)
        )


@pytest.mark.parametrize(
    ("what", "state"),
    [
        (Answer.HOLDS, OfferState.CALLING),
        (Answer.ACCEPTED, OfferState.CALLING),
        (Answer.DECLINED, OfferState.CALLING),
        (Answer.NO_ANSWER, OfferState.CALLING),
    ],
)
def test_the_last_answer_can_be_taken_back(desk, what, state):
    offer = calling.start_calling(desk, "R1", "H1", "P")
    reason = DeclineReason.NO_BED if what is Answer.DECLINED else None
    done = answer(desk, offer, what, reason=reason)
    assert done.undo_until == NOW + timedelta(minutes=UNDO_MINUTES)
    back = calling.take_back_answer(desk, offer.id, expected_version=done.offer.version)
    assert back.sentence == "The answer of Oak House about case R1 was taken back."
    assert (back.offer.state, free(desk), case(desk).state) == (state, 1, CaseState.WAITING)
    assert waiting(desk)["R1"].declined_by == frozenset()
    assert events(desk)[-1] == ("record_call", "taken_back")
    with pytest.raises(ConflictError, match="cannot be taken back any more"):
        calling.take_back_answer(desk, offer.id, expected_version=back.offer.version)


def test_an_acceptance_taken_back_is_a_hold_again(quick):
    held = holding.hold(quick, "R1", "H1", "P")
    done = answer(quick, held, Answer.ACCEPTED)
    back = calling.take_back_answer(quick, held.id, expected_version=done.offer.version)
    assert back.offer.state is OfferState.HELD
    assert back.offer.hold_until == held.hold_until
    assert case(quick).state is CaseState.HELD


def test_a_hold_without_a_call_taken_back_is_no_call(quick):
    held = holding.hold(quick, "R1", "H1", "P")
    back = calling.take_back_answer(quick, held.id, expected_version=1)
    assert (back.offer.state, back.offer.reason) == (OfferState.WITHDRAWN, "by_mistake")


def test_what_something_is_built_on_is_not_taken_back(desk):
    held = holding.hold(desk, "R1", "H1", "P")
    longer = holding.extend(later(desk, minutes=1), held.id, 90, expected_version=1)
    with pytest.raises(ConflictError, match="something was done"):
        calling.take_back_answer(
            later(desk, minutes=2), held.id, expected_version=longer.version
        )
    offer = calling.start_calling(desk, "R2", "H1", "P")
    no = answer(desk, offer, Answer.DECLINED, reason=DeclineReason.AGE)
    with pytest.raises(ConflictError, match="too old"):
        calling.take_back_answer(
            later(desk, minutes=16), offer.id, expected_version=no.offer.version
        )


def test_a_decline_of_a_bed_that_is_gone_is_not_taken_back(desk):
    held = holding.hold(desk, "R1", "H1", "P")
    no = answer(desk, held, Answer.DECLINED, reason=DeclineReason.AGE)
    holding.hold(desk, "R2", "H1", "P")
    with pytest.raises(ConflictError, match="The last bed at Oak House was taken"):
        calling.take_back_answer(desk, held.id, expected_version=no.offer.version)


def test_a_hold_ends_by_a_recorded_event_alone(desk, store):
    held = holding.hold(desk, "R1", "H1", "P", minutes=30)
    due = NOW + timedelta(minutes=30)
    assert not clock.end_what_is_due(store, SETTINGS, due - timedelta(seconds=1))
    assert (free(desk), case(desk).state) == (0, CaseState.HELD)
    assert clock.end_what_is_due(store, SETTINGS, due) == clock.Ended(1, 0)
    assert clock.end_what_is_due(store, SETTINGS, due) == clock.Ended()
    assert (free(desk), case(desk).state) == (1, CaseState.WAITING)
    with store.reading() as record:
        assert record.offers.get(held.id).state is OfferState.EXPIRED
        last = record.audit.events()[-1]
    assert (last.actor, last.role, last.reason) == ("clock", "clock", "hold_ended")


def test_whoever_takes_a_bed_finds_a_hold_ended_whose_time_has_come(desk):
    holding.hold(desk, "R1", "H1", "P", minutes=30)
    holding.hold(later(other(desk), minutes=31), "R2", "H1", "P")
    assert case(desk).state is CaseState.WAITING
    assert case(desk, "R2").state is CaseState.HELD


def test_a_hold_is_made_longer_never_shorter(quick):
    held = holding.hold(quick, "R1", "H1", "P", minutes=60)
    with pytest.raises(InputError, match="held until 23:41 already"):
        holding.extend(quick, held.id, 30, expected_version=1)
    longer = holding.extend(quick, held.id, 90, expected_version=1)
    assert longer.hold_until == NOW + timedelta(minutes=90)
    assert holding.extend(quick, held.id, 90, expected_version=1) == longer
    (line,) = holding.holds(quick)
    assert line.sentence == "Oak House holds a bed for case R1 until 00:11, by kim."
    assert line.minutes_left == 90


def test_a_group_is_held_together_or_not_at_all(sqlite_store):
    desk = desk_of(sqlite_store)
    group = people(3, group_id="G")
    on_record(sqlite_store, [oak()], [beds(2)], group)
    with pytest.raises(ConflictError, match="at Oak House was taken at"):
        holding.hold(desk, "R1", "H1", "P")
    assert {case(desk, one.referral_id).state for one in group} == {CaseState.WAITING}
    on_record(sqlite_store, [oak()], [beds(3)], group)
    held = holding.hold(desk, "R1", "H1", "P")
    assert free(desk) == 0
    done = answer(desk, held, Answer.ACCEPTED)
    assert done.sentence == "Oak House accepted cases R1, R2 and R3."
    assert {case(desk, one.referral_id).state for one in group} == {CaseState.ACCEPTED}
    no = holding.release(
        desk, held.id, ReleaseReason.NOT_NEEDED, expected_version=done.offer.version
    )
    assert no.state is OfferState.WITHDRAWN
    assert free(desk) == 3
    assert len(events(desk)) == 3


def test_a_sibling_who_was_called_for_alone_comes_along(sqlite_store):
    desk = desk_of(sqlite_store)
    on_record(sqlite_store, [oak()], [beds(3)], people(2))
    calling.start_calling(desk, "R2", "H1", "P")
    on_record(sqlite_store, [oak()], [beds(3)], people(2, group_id="G"))
    first = calling.start_calling(desk, "R1", "H1", "P")
    assert first.referral_id == "R1"
    with sqlite_store.reading() as record:
        assert [one.referral_id for one in record.offers.open()] == ["R2", "R1"]
    holding.hold(desk, "R1", "H1", "P")
    assert {case(desk, name).state for name in ("R1", "R2")} == {CaseState.HELD}
    assert free(desk) == 1


def test_a_sibling_called_for_first_is_held_with_the_other(sqlite_store):
    desk = desk_of(sqlite_store)
    on_record(sqlite_store, [oak()], [beds(3)], people(2))
    calling.start_calling(desk, "R2", "H1", "P")
    on_record(sqlite_store, [oak()], [beds(3)], people(2, group_id="G"))
    holding.hold(desk, "R1", "H1", "P")
    assert {case(desk, name).state for name in ("R1", "R2")} == {CaseState.HELD}


def test_a_rule_bars_a_hold_as_it_bars_a_plan(sqlite_store):
    desk = desk_of(sqlite_store)
    token = {"separate_from": frozenset({"gang:X"})}
    apart = people(2, **token)
    on_record(sqlite_store, [oak()], [beds(2)], apart)
    holding.hold(desk, "R1", "H1", "P")
    with pytest.raises(ChoiceError, match="must be kept apart from") as caught:
        holding.hold(desk, "R2", "H1", "P")
    assert caught.value.saved is False


def test_beds_nobody_has_said_are_held_as_often_as_the_policy_lets(sqlite_store):
    desk = desk_of(sqlite_store)
    on_record(sqlite_store, [oak()], [beds(None, beds_occupied=None)], people(2))
    holding.hold(desk, "R1", "H1", "P")
    with pytest.raises(ConflictError, match="last bed at Oak House"):
        holding.hold(desk, "R2", "H1", "P")


@pytest.mark.parametrize("role", [Role.MANAGER, Role.LICENSING, Role.AUDITOR, Role.ADMIN])
def test_other_roles_record_no_calls(quick, role):
    desk = other(quick, "max", role)
    for act in (
        lambda: calling.start_calling(desk, "R1", "H1", "P"),
        lambda: holding.hold(desk, "R1", "H1", "P"),
        lambda: calling.record_answer(desk, 1, Answer.HOLDS, expected_version=1),
        lambda: calling.take_back_answer(desk, 1, expected_version=1),
        lambda: calling.withdraw(desk, 1, ReleaseReason.SAFETY, expected_version=1),
        lambda: holding.release(desk, 1, ReleaseReason.SAFETY, expected_version=1),
        lambda: holding.extend(desk, 1, 30, expected_version=1),
        lambda: holding.holds(desk),
    ):
        with pytest.raises(PermissionDenied):
            act()
    with quick.store.reading() as record:
        assert case_of(record, "R1").version == 0
