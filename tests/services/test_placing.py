"""Moving in, away and back, on and out; what was learned; closing and opening cases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from matching.domain.access import Role
from matching.domain.casework import (
    Answer,
    CaseState,
    DeclineReason,
    Lesson,
    OfferState,
    Outcome,
    StayEnd,
    StayState,
)
from matching.domain.errors import (
    ChoiceError,
    ConflictError,
    InputError,
    PermissionDenied,
)
from matching.domain.words import Behaviour, CareNeed, Level, Presence, SubstanceNeed
from matching.services import calling, clock, holding, placing
from matching.services.confirming import confirm_beds
from matching.services.facts import facts_on
from matching.services.phone_round import phone_round
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

GIVEN = {"provider_id": "H1", "pool_id": "P"}


@pytest.fixture
def desk(store):
    on_record(store, [oak()], [beds(1)], people(3))
    return desk_of(store)


@pytest.fixture
def quick(sqlite_store):
    on_record(
        sqlite_store,
        [oak(), oak("H2", name="Elm House")],
        [beds(2), beds(1, "H2")],
        people(3),
    )
    return desk_of(sqlite_store)


def start(desk, name="R1", version=0, **more):
    place = {} if "offer_id" in more else GIVEN
    return placing.start(desk, name, **{**place, "expected_version": version, **more})


def person(desk, name="R1"):
    with desk.store.reading() as record:
        return record.referrals.get(name)


def test_from_a_hold_to_a_home(desk):
    held = holding.hold(desk, "R1", "H1", "P")
    lives = start(desk, version=1, offer_id=held.id)
    assert (lives.state, lives.offer_id, lives.started_by) == (StayState.LIVING, held.id, "kim")
    assert start(desk, version=1, offer_id=held.id) == lives
    assert (free(desk), case(desk).state) == (0, CaseState.PLACED)
    assert set(waiting(desk)) == {"R2", "R3"}
    with desk.store.reading() as record:
        assert record.offers.get(held.id).state is OfferState.STARTED
    assert events(desk) == [("record_call", "held"), ("record_placement", "started")]
    with pytest.raises(ConflictError, match="last bed at Oak House"):
        start(other(desk), "R2")


def test_calls_elsewhere_end_when_somebody_has_moved_in(quick):
    offer = calling.start_calling(quick, "R1", "H2", "P")
    start(quick)
    with quick.store.reading() as record:
        gone = record.offers.get(offer.id)
    assert (gone.state, gone.reason) == (OfferState.WITHDRAWN, "another_place")


def test_a_bed_that_is_kept_is_taken_and_freed_when_its_days_have_passed(desk, store):
    lives = start(desk)
    gone = placing.leave(later(desk, hours=1), lives.id, StayState.MISSING, expected_version=1)
    assert gone.bed_until == NOW + timedelta(days=14, hours=1)
    assert (free(desk), case(desk).state) == (0, CaseState.AWAY)
    assert "R1" not in waiting(desk)
    assert person(desk).presence is Presence.MISSING
    due = gone.bed_until
    assert not clock.end_what_is_due(store, SETTINGS, due - timedelta(seconds=1))
    assert clock.end_what_is_due(store, SETTINGS, due) == clock.Ended(0, 1)
    assert (free(desk), case(desk).state) == (1, CaseState.WAITING)
    assert waiting(desk)["R1"].presence is Presence.MISSING
    with store.reading() as record:
        (ended,) = record.placements.all()
    assert (ended.end_reason, ended.ended_by) == (StayEnd.MISSING, "clock")


def test_back_in_time_is_back_in_the_same_bed(quick):
    lives = start(quick)
    away = placing.leave(quick, lives.id, StayState.HOSPITAL, bed_days=3, expected_version=1)
    again = placing.leave(
        quick, lives.id, StayState.HOSPITAL, bed_days=9, expected_version=away.version
    )
    assert again.bed_until == NOW + timedelta(days=9)
    back = placing.come_back(later(quick, days=8), lives.id, expected_version=again.version)
    assert (back.state, back.away_since, back.bed_until) == (StayState.LIVING, None, None)
    assert case(quick).state is CaseState.PLACED
    assert person(quick).presence is Presence.PRESENT


def test_back_too_late_is_told_so(quick):
    lives = start(quick)
    placing.leave(quick, lives.id, StayState.HOSPITAL, bed_days=3, expected_version=1)
    with pytest.raises(ConflictError, match="changed this meanwhile"):
        placing.come_back(later(quick, days=4), lives.id, expected_version=2)
    assert case(quick).state is CaseState.WAITING


def test_another_place_in_one_step(desk, store):
    on_record(store, [oak(), oak("H2", name="Elm House")], [beds(1), beds(1, "H2")], people(2))
    lives = start(desk)
    new = placing.transfer(
        later(desk, hours=1),
        lives.id,
        "H2",
        "P",
        reason=StayEnd.SAFETY_MOVE,
        expected_version=1,
    )
    assert (free(desk), free(desk, "H2")) == (1, 0)
    assert (new.provider_id, new.state, case(desk).state) == (
        "H2",
        StayState.LIVING,
        CaseState.PLACED,
    )
    start(desk, "R2")
    with pytest.raises(ConflictError, match="last bed at Oak House"):
        placing.transfer(later(desk, hours=2), new.id, "H1", "P", expected_version=1)
    with pytest.raises(InputError, match="live there already"):
        placing.transfer(later(desk, hours=2), new.id, "H2", "P", expected_version=1)


def test_after_a_disruption_the_case_waits_again_with_what_was_learned(desk):
    start(desk, "R1")
    lives = case(desk)
    taught = [Lesson.NOT_HERE, Lesson.RUN_RISK_HIGH, Lesson.AGGRESSION]
    ended = placing.end(
        later(desk, days=3),
        1,
        StayEnd.DISRUPTION,
        needs_place=True,
        lessons=taught,
        expected_version=1,
    )
    assert ended.learned == ("not_here", "run_risk_high", "aggression")
    found = waiting(desk)["R1"]
    assert found.avoid_providers == {"H1"}
    assert found.run_risk is Level.HIGH
    assert found.behaviours == {Behaviour.AGGRESSION}
    assert found.received_at == NOW + timedelta(days=3)
    assert free(desk) == 1
    assert lives.state is CaseState.PLACED
    assert events(desk)[-1] == ("record_placement", "disruption")


@pytest.mark.parametrize(
    ("lesson", "field", "value"),
    [
        (Lesson.RECRUITMENT_RISK_HIGH, "recruitment_risk", Level.HIGH),
        (Lesson.FIRE_SETTING, "behaviours", {Behaviour.FIRE_SETTING}),
        (Lesson.SEXUALISED, "behaviours", {Behaviour.SEXUALISED}),
        (Lesson.SELF_HARM, "behaviours", {Behaviour.SELF_HARM}),
        (Lesson.MENTAL_HEALTH_INTENSIVE, "mental_health_need", CareNeed.INTENSIVE),
        (Lesson.SUBSTANCE_TREATMENT, "substance_need", SubstanceNeed.OUTPATIENT),
    ],
)
def test_each_lesson_is_a_fact(quick, lesson, field, value):
    start(quick)
    placing.end(
        quick, 1, StayEnd.DISRUPTION, needs_place=True, lessons=[lesson], expected_version=1
    )
    assert getattr(person(quick), field) == value


def test_those_who_must_be_kept_apart_share_a_new_code(quick):
    start(quick, "R1")
    start(quick, "R2")
    placing.end(
        quick,
        1,
        StayEnd.DISRUPTION,
        needs_place=True,
        lessons=[Lesson.APART_FROM_OTHERS],
        expected_version=1,
    )
    assert person(quick, "R1").separate_from == person(quick, "R2").separate_from == {"apart-1"}
    assert person(quick, "R3").separate_from == frozenset()
    with pytest.raises(ChoiceError, match="must be kept apart"):
        holding.hold(quick, "R1", "H1", "P")


def test_a_bed_that_was_counted_is_asked_for_and_not_guessed(desk):
    start(desk)
    confirm_beds(later(desk, hours=1), "H1", "P", 0, "intake desk")
    assert free(desk) == 0
    assert not [one for one in phone_round(later(desk, hours=2)).calls if one.left]
    placing.end(later(desk, hours=2), 1, StayEnd.PLANNED, needs_place=False, expected_version=1)
    assert free(desk) == 0
    (line,) = [one for one in phone_round(later(desk, hours=3)).calls if one.left]
    assert line.sentence.endswith("has left since: ask whether the bed is free.")
    confirm_beds(later(desk, hours=4), "H1", "P", 1, "intake desk")
    assert free(desk) == 1
    assert not [one for one in phone_round(later(desk, hours=5)).calls if one.left]


def test_beds_are_confirmed_besides_those_held_for_us(desk):
    holding.hold(desk, "R1", "H1", "P", minutes=600)
    found = confirm_beds(later(desk, minutes=5), "H1", "P", 2, "intake desk")
    assert found.sentence == (
        "Oak House, Beds P: 2 beds free besides 1 held for us, confirmed at 22:46 by "
        "intake desk."
    ).replace("Beds P", found.sentence.partition(", ")[2].partition(":")[0])
    assert (found.pool.beds_available, found.free, free(desk)) == (3, 2, 2)
    offer = holding.holds(desk)[0].offer
    start(later(desk, minutes=10), version=1, offer_id=offer.id)
    assert free(desk) == 2
    confirm_beds(later(desk, minutes=15), "H1", "P", 2, "intake desk")
    assert free(desk) == 2
    with desk.store.reading() as record:
        (home,), (pool,) = record.providers.all()
    assert (pool.beds_available, pool.beds_occupied) == (2, 1)
    assert home.residents == oak().residents + 1


def test_a_case_is_closed_and_opened_again(quick):
    offer = calling.start_calling(quick, "R1", "H1", "P")
    closed = placing.close(quick, "R1", Outcome.KIN, expected_version=0)
    assert (closed.state, closed.outcome) == (CaseState.CLOSED, Outcome.KIN)
    assert placing.close(quick, "R1", Outcome.KIN, expected_version=0) == closed
    assert "R1" not in waiting(quick)
    with quick.store.reading() as record:
        assert record.offers.get(offer.id).reason == "not_needed"
    with pytest.raises(ConflictError, match="is closed"):
        holding.hold(quick, "R1", "H1", "P")
    opened = placing.reopen(quick, "R1", expected_version=1)
    assert (opened.state, opened.outcome, opened.closed_at) == (CaseState.WAITING, None, None)
    assert "R1" in waiting(quick)


def test_a_case_with_a_bed_is_not_closed(quick):
    holding.hold(quick, "R1", "H1", "P")
    with pytest.raises(ConflictError, match="has a bed held"):
        placing.close(quick, "R1", Outcome.KIN, expected_version=1)
    start(quick, "R2")
    with pytest.raises(ConflictError, match="lives at a place"):
        placing.close(quick, "R2", Outcome.KIN, expected_version=1)


@pytest.mark.parametrize(
    ("reason", "outcome"),
    [(StayEnd.AGED_OUT, Outcome.AGED_OUT), (StayEnd.PLANNED, Outcome.OTHER)],
)
def test_who_needs_no_other_place_is_closed(quick, reason, outcome):
    start(quick)
    placing.end(quick, 1, reason, needs_place=False, expected_version=1)
    assert (case(quick).state, case(quick).outcome) == (CaseState.CLOSED, outcome)


def test_notice_of_a_provider(quick):
    start(quick)
    found = placing.notice(later(quick, hours=2), 1, expected_version=1)
    assert found.notice_at == NOW + timedelta(hours=2)
    assert case(quick).state is CaseState.PLACED


def test_times_to_come_and_before_the_move_are_refused(quick):
    with pytest.raises(InputError, match="has happened"):
        start(quick, started_at=NOW + timedelta(hours=1))
    start(quick, started_at=NOW - timedelta(hours=1))
    early = NOW - timedelta(hours=2)
    for act in (
        lambda: placing.end(
            quick, 1, StayEnd.COURT, early, needs_place=True, expected_version=1
        ),
        lambda: placing.leave(quick, 1, StayState.MISSING, early, expected_version=1),
        lambda: placing.notice(quick, 1, early, expected_version=1),
    ):
        with pytest.raises(InputError, match="before the person moved in"):
            act()
    for wrong in ({"state": StayState.LIVING}, {"state": StayState.MISSING, "bed_days": 91}):
        with pytest.raises(InputError, match="missing or in hospital"):
            placing.leave(quick, 1, **wrong, expected_version=1)
    with pytest.raises(InputError, match="No place is named"):
        placing.start(quick, "R2", expected_version=0)


def test_a_move_recorded_later_counts_from_when_it_was_recorded(desk):
    held = holding.hold(desk, "R1", "H1", "P", minutes=1400)
    confirm_beds(later(desk, hours=9), "H1", "P", 0, "intake desk")
    began = NOW + timedelta(hours=1)
    start(later(desk, hours=10), version=1, offer_id=held.id, started_at=began)
    assert free(desk) == 0


def test_siblings_move_together_and_stay_together(sqlite_store):
    desk = desk_of(sqlite_store)
    homes = [oak(), oak("H2", name="Elm House")]
    on_record(sqlite_store, homes, [beds(2), beds(3, "H2")], people(2, group_id="G"))
    start(desk)
    assert {case(desk, name).state for name in ("R1", "R2")} == {CaseState.PLACED}
    placing.transfer(later(desk, hours=1), 1, "H2", "P", expected_version=1)
    assert (free(desk), free(desk, "H2")) == (2, 1)
    with sqlite_store.reading() as record:
        mine = [one for one in record.placements.open() if one.referral_id == "R2"]
    placing.end(
        later(desk, hours=2),
        mine[0].id,
        StayEnd.DISRUPTION,
        needs_place=True,
        nothing_learned=True,
        expected_version=1,
    )
    with pytest.raises(ChoiceError, match="has a place at Elm House"):
        holding.hold(later(desk, hours=3), "R2", "H1", "P")
    with sqlite_store.reading() as record:
        assert {seat.provider_id for seat in facts_on(record).choices.only} == {"H2"}


def test_an_answer_after_the_move_is_refused(quick):
    held = holding.hold(quick, "R1", "H1", "P")
    start(quick, version=1, offer_id=held.id)
    with pytest.raises(ConflictError):
        calling.record_answer(
            quick,
            held.id,
            Answer.DECLINED,
            reason=DeclineReason.AGE,
            expected_version=2,
        )
    with pytest.raises(ConflictError, match="cannot be taken back"):
        calling.take_back_answer(quick, held.id, expected_version=2)


@pytest.mark.parametrize("role", [Role.MANAGER, Role.LICENSING, Role.AUDITOR, Role.ADMIN])
def test_other_roles_record_no_placements(quick, role):
    desk = other(quick, "max", role)
    for act in (
        lambda: start(desk),
        lambda: placing.leave(desk, 1, StayState.MISSING, expected_version=1),
        lambda: placing.come_back(desk, 1, expected_version=1),
        lambda: placing.transfer(desk, 1, "H2", "P", expected_version=1),
        lambda: placing.end(desk, 1, StayEnd.COURT, needs_place=True, expected_version=1),
        lambda: placing.notice(desk, 1, expected_version=1),
        lambda: placing.close(desk, "R1", Outcome.KIN, expected_version=0),
        lambda: placing.reopen(desk, "R1", expected_version=0),
    ):
        with pytest.raises(PermissionDenied):
            act()
