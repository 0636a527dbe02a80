"""What was looked at in time is recorded, once, by those who may."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest

from matching.domain.access import Action, Actor, Role, allows
from matching.domain.casework import Case
from matching.domain.errors import ConflictError, InputError, NotFound, PermissionDenied
from matching.services.case_reviews import (
    PAYMENT_WORDS,
    PaymentReview,
    day_14_reviewed,
    emergency_reviewed,
    screened,
)
from matching.services.clocks import due
from matching.services.referral_forms import add, open_form
from tests.builders import NOW, TODAY, day, known_referral
from tests.services.planned import desk_at
from tests.services.test_clocks import fill, put, stay


@pytest.fixture
def desk(store):
    return fill(desk_at(store), people=[known_referral("R1")])


def later(desk, **parts):
    return dataclasses.replace(desk, clock=lambda: NOW + timedelta(**parts))


def last_event(desk):
    with desk.store.reading() as record:
        assert record.audit.verify() == []
        return record.audit.events()[-1]


def test_an_emergency_is_looked_at_again_once(desk):
    case = add(desk, {}, emergency=True).case
    after = later(desk, hours=70)
    done = emergency_reviewed(after, case, 1)
    assert done.sentence == (
        f"Case {case} was looked at again, 70 hours after it was recorded in a hurry."
    )
    event = last_event(desk)
    assert (event.reason, event.details) == ("reviewed", {"hours": 70})
    assert not [one for one in due(after) if one.kind == "review"]
    with pytest.raises(ConflictError):
        emergency_reviewed(after, case, 1)
    with pytest.raises(InputError, match="already"):
        emergency_reviewed(after, case, done.version)


def test_what_was_no_emergency_needs_no_second_look(desk):
    with pytest.raises(InputError, match="not recorded in a hurry"):
        emergency_reviewed(desk, "R1", 0)
    with pytest.raises(NotFound):
        emergency_reviewed(desk, "R9", 0)


def test_the_day_of_a_screening_is_recorded_and_stops_its_clock(desk):
    form = open_form(desk, "R1")
    with pytest.raises(InputError, match="4 Nov 2026 lies in the future"):
        screened(desk, "R1", day(1), form.version)
    assert [one.kind for one in due(desk)] == ["screening"]
    done = screened(desk, "R1", TODAY, form.version)
    assert done.sentence == "Case R1 is corrected: screened on."
    assert due(desk) == ()
    with pytest.raises(ConflictError, match="screened on"):
        screened(dataclasses.replace(desk, actor=Actor("bert", Role.WORKER)), "R1", day(-1),
                 form.version)  # fmt: skip


def test_a_day_of_screening_that_another_recorded_is_not_written_over(desk):
    screened(desk, "R1", day(-1), open_form(desk, "R1").version)
    bert = dataclasses.replace(desk, actor=Actor("bert", Role.WORKER))
    fresh = open_form(bert, "R1").version
    with pytest.raises(ConflictError, match="meanwhile: screened on"):
        screened(bert, "R1", TODAY, fresh)
    assert open_form(bert, "R1").referral.screening_date == day(-1)
    assert screened(bert, "R1", day(-1), fresh).batch is None


def test_who_pays_is_looked_at_once(desk):
    put(desk, stay(), Case(referral_id="R1", since=NOW))
    with desk.store.reading() as record:
        number = record.placements.open()[0].id
    done = day_14_reviewed(desk, number, PaymentReview.OTHER_PAYER, 1)
    assert done.sentence == "Case R1: who pays was looked at; somebody else pays."
    event = last_event(desk)
    assert (event.action, event.object_id, event.reason) == (
        Action.RECORD_PLACEMENT, "R1", "other_payer",
    )  # fmt: skip
    with pytest.raises(ConflictError):
        day_14_reviewed(desk, number, PaymentReview.PAID_ON, 1)
    with pytest.raises(InputError, match="already"):
        day_14_reviewed(desk, number, PaymentReview.PAID_ON, 2)
    with pytest.raises(NotFound):
        day_14_reviewed(desk, 99, PaymentReview.PAID_ON, 1)
    assert set(PAYMENT_WORDS) == set(PaymentReview)


@pytest.mark.parametrize("role", list(Role))
def test_who_may_record_what(desk, role):
    case = add(desk, {}, emergency=True).case
    put(desk, stay())
    with desk.store.reading() as record:
        number = record.placements.open()[0].id
    other = dataclasses.replace(desk, actor=Actor("carla", role))
    version = open_form(desk, case).version
    for action, act in (
        (Action.RECORD_REFERRAL, lambda: emergency_reviewed(other, case, 1)),
        (Action.RECORD_REFERRAL, lambda: screened(other, case, TODAY, version)),
        (
            Action.RECORD_PLACEMENT,
            lambda: day_14_reviewed(other, number, PaymentReview.PAID_ON, 1),
        ),
    ):
        if allows(role, action):
            act()
        else:
            with pytest.raises(PermissionDenied):
                act()
