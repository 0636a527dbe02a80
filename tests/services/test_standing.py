"""Where everybody stands: before a plan, after it, and once the record moved."""

from __future__ import annotations

import dataclasses

import pytest

from matching.domain import words as w
from matching.domain.access import Actor, Role
from matching.domain.casework import Case, CaseState, Offer, OfferState, Placement, StayState
from matching.domain.errors import PermissionDenied
from matching.services.desk import Desk
from matching.services.intake import load_sample
from matching.services.matching import run_plan
from matching.services.standing import Standing, pulse, standings
from tests.builders import NOW, known_home, known_pool, known_referral


@pytest.fixture
def desk(sqlite_desk):
    """A desk at the moment of the builders' records."""
    return dataclasses.replace(sqlite_desk, clock=lambda: NOW)


def _load(desk: Desk) -> None:
    people = (known_referral("R1"), known_referral("R2", gender=w.Gender.MALE))
    load_sample(desk, (known_home(),), (known_pool(),), people, "f" * 64)


def test_before_the_first_plan_nobody_has_one(desk):
    _load(desk)
    stand = standings(desk)
    assert (stand.number, stand.made_at, stand.moved) == (None, None, False)
    assert stand.of("R1") is Standing.NO_PLAN


def test_after_a_plan_everybody_has_a_place_or_none(desk):
    _load(desk)
    saved = run_plan(desk)
    stand = standings(desk)
    assert (stand.number, stand.made_at, stand.moved) == (saved.number, desk.clock(), False)
    assert stand.of("R1") is Standing.PROPOSED
    assert stand.places["R1"] == "P1"
    assert stand.of("R2") is Standing.NO_PLACE


def test_who_came_after_the_plan_has_none_yet_and_the_record_moved(desk):
    _load(desk)
    run_plan(desk)
    load_sample(desk, (), (), (known_referral("R3"),), "e" * 64)
    stand = standings(desk)
    assert stand.moved
    assert stand.of("R3") is Standing.NO_PLAN
    assert stand.of("R1") is Standing.PROPOSED


def test_managers_do_not_see_cases(desk):
    manager = Desk(desk.store, Actor("m", Role.MANAGER), desk.settings, desk.clock)
    with pytest.raises(PermissionDenied):
        standings(manager)


def offer(case: str, state: OfferState, **facts) -> Offer:
    full = {
        "referral_id": case,
        "provider_id": "P1",
        "pool_id": "B1",
        "state": state,
        "beds": 1,
        "opened_at": NOW,
        "opened_by": "anna",
        "changed_at": NOW,
        "changed_by": "anna",
    }
    return Offer(**{**full, **facts})


def move(desk: Desk, case: str, state: CaseState, *things: Offer | Placement) -> None:
    with desk.store.transaction() as record:
        for one in things:
            if isinstance(one, Offer):
                record.offers.add(one)
            else:
                record.placements.add(one)
        if state is not CaseState.WAITING:
            record.cases.put(Case(referral_id=case, state=state, since=NOW), expected=0)


def test_whoever_is_called_for_is_so_whatever_the_plan_says(desk):
    _load(desk)
    run_plan(desk)
    for case in ("R1", "R2"):
        move(desk, case, CaseState.WAITING, offer(case, OfferState.CALLING))
        found = standings(desk).stand(case)
        assert (found.standing, found.provider_id) == (Standing.CALLING, "P1")
        assert found.offer is not None
        assert found.offer.opened_by == "anna"


def test_an_answer_that_ended_a_call_leaves_the_case_to_the_plan(desk):
    _load(desk)
    run_plan(desk)
    move(desk, "R1", CaseState.WAITING, offer("R1", OfferState.NO_ANSWER))
    assert standings(desk).of("R1") is Standing.PROPOSED


def test_the_bed_comes_before_other_calls(desk):
    _load(desk)
    calling, held = offer("R1", OfferState.CALLING, pool_id="B2"), offer("R1", OfferState.HELD)
    load_sample(desk, (), (known_pool(pool_id="B2"),), (), "d" * 64)
    move(desk, "R1", CaseState.HELD, calling, held)
    found = standings(desk).stand("R1")
    assert found.standing is Standing.HELD
    assert found.offer is not None
    assert found.offer.pool_id == "B1"
    assert found.case is not None


@pytest.mark.parametrize(
    ("state", "standing", "stay"),
    [
        (CaseState.PLACED, Standing.PLACED, StayState.LIVING),
        (CaseState.AWAY, Standing.AWAY, StayState.MISSING),
    ],
)
def test_whoever_lives_somewhere_stands_on_the_placement(desk, state, standing, stay):
    _load(desk)
    living = Placement(
        referral_id="R1",
        provider_id="P1",
        pool_id="B1",
        state=stay,
        beds=1,
        started_at=NOW,
        started_by="anna",
    )
    move(desk, "R1", state, living)
    found = standings(desk).stand("R1")
    assert (found.standing, found.provider_id) == (standing, "P1")
    assert found.placement is not None
    assert found.placement.state is stay


def test_every_state_of_a_case_has_its_standing(desk):
    _load(desk)
    for state in CaseState:
        if state is not CaseState.WAITING:
            assert Standing(state.value)
    move(desk, "R1", CaseState.CLOSED)
    assert standings(desk).of("R1") is Standing.CLOSED


def test_the_pulse_beats_with_everything_that_boards_show(desk):
    _load(desk)
    seen = [pulse(desk)]

    def beat() -> bool:
        seen.append(pulse(desk))
        return seen[-1] not in seen[:-1]

    assert not beat()
    run_plan(desk)
    assert beat()
    move(desk, "R1", CaseState.WAITING, offer("R1", OfferState.CALLING))
    assert beat()
    with desk.store.transaction() as record:
        (one,) = record.offers.open()
        record.offers.change(dataclasses.replace(one, call_back_at=NOW), expected=1)
    assert beat()
    with desk.store.transaction() as record:
        (one,) = record.offers.open()
        gone = dataclasses.replace(one, state=OfferState.NO_ANSWER)
        record.offers.change(gone, expected=2)
    seen.append(pulse(desk))
    assert seen[-1] != seen[-2]


def test_no_two_states_of_the_calls_beat_alike(desk):
    """A sum over numbers and versions once took one call for another."""
    _load(desk)
    move(desk, "R1", CaseState.WAITING, offer("R1", OfferState.CALLING))
    for version in range(1, 8):
        with desk.store.transaction() as record:
            (one,) = record.offers.open()
            record.offers.change(dataclasses.replace(one, call_back_at=NOW), expected=version)
    first = pulse(desk)
    with desk.store.transaction() as record:
        (one,) = record.offers.open()
        gone = dataclasses.replace(one, state=OfferState.NO_ANSWER)
        record.offers.change(gone, expected=8)
        record.offers.add(offer("R2", OfferState.CALLING))
    assert first[2] == ((1, 8),)
    assert pulse(desk)[2] == ((2, 1),)
    assert pulse(desk) != first


def test_whoever_sees_neither_cases_nor_providers_has_no_pulse(desk):
    auditor = Desk(desk.store, Actor("a", Role.AUDITOR), desk.settings, desk.clock)
    with pytest.raises(PermissionDenied):
        pulse(auditor)
