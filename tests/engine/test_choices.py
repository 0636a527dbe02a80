from __future__ import annotations

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.engine.choices import NO_CHOICES, Choices, Seat, Waiver, same_place

NAMES = st.sampled_from(["R1", "R2", "R3"])
PLACES = st.sampled_from(["P1", "P2"])
SEATS = st.frozensets(
    st.builds(Seat, NAMES, PLACES, st.sampled_from([None, "B1", "B2"])), max_size=3
)


@st.composite
def many(draw: st.DrawFn) -> Choices:
    forced = {seat.referral_id: seat for seat in draw(SEATS)}
    return Choices(
        forced=frozenset(forced.values()),
        forbidden=draw(SEATS),
        only=draw(SEATS),
        calling=draw(SEATS),
        split=draw(st.frozensets(st.sampled_from(["F1", "F2"]))),
        waived=draw(
            st.frozensets(st.builds(Waiver, NAMES, st.just("distance"), PLACES), max_size=2)
        ),
    )


def test_no_choices_are_empty_and_any_choice_is_not():
    assert not NO_CHOICES
    seat, waiver = Seat("R1", "P1"), Waiver("R1", "distance")
    each = [
        Choices(forced=frozenset({seat})),
        Choices(forbidden=frozenset({seat})),
        Choices(only=frozenset({seat})),
        Choices(calling=frozenset({seat})),
        Choices(split=frozenset({"F1"})),
        Choices(waived=frozenset({waiver})),
    ]
    assert len(each) == len(fields(Choices))
    assert all(each)
    assert len({one.fingerprint() for one in (NO_CHOICES, *each)}) == 1 + len(each)


@given(many(), many())
def test_choices_add_up_and_a_new_place_replaces_the_old(one, other):
    both = one.and_(
        forced=other.forced,
        forbidden=other.forbidden,
        only=other.only,
        calling=other.calling,
        split=other.split,
        waived=other.waived,
    )
    assert both.forbidden == one.forbidden | other.forbidden
    assert both.only == one.only | other.only
    assert both.calling == one.calling | other.calling
    assert both.split == one.split | other.split
    assert both.waived == one.waived | other.waived
    places = {seat.referral_id: seat for seat in both.forced}
    assert len(places) == len(both.forced)
    assert other.forced <= both.forced
    mine = {seat.referral_id for seat in other.forced}
    assert both.forced - other.forced == {s for s in one.forced if s.referral_id not in mine}
    assert one.and_() == one


@given(many(), many())
def test_equal_choices_and_only_they_share_a_fingerprint(one, other):
    assert (one.fingerprint() == other.fingerprint()) == (one == other)


def test_the_places_somebody_may_go_to_alone_are_listed_by_person():
    seats = {Seat("R2", "P1"), Seat("R1", "P2", "B1"), Seat("R1", "P1")}
    assert Choices(only=frozenset(seats)).only_of() == {
        "R1": (Seat("R1", "P1"), Seat("R1", "P2", "B1")),
        "R2": (Seat("R2", "P1"),),
    }
    assert NO_CHOICES.only_of() == {}


@pytest.mark.parametrize(
    ("seat", "key", "same"),
    [
        (Seat("R1", "P1"), ("P1", "B1"), True),
        (Seat("R1", "P1", "B1"), ("P1", "B1"), True),
        (Seat("R1", "P1", "B2"), ("P1", "B1"), False),
        (Seat("R1", "P2"), ("P1", "B1"), False),
        (Seat("R1", "P2", "B1"), ("P1", "B1"), False),
    ],
)
def test_a_seat_is_one_pool_or_any_of_the_provider(seat, key, same):
    assert same_place(seat, key) is same
