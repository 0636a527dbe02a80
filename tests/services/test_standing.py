"""Where everybody stands: before a plan, after it, and once the record moved."""

from __future__ import annotations

import dataclasses

import pytest

from matching.domain import words as w
from matching.domain.access import Actor, Role
from matching.domain.errors import PermissionDenied
from matching.services.desk import Desk
from matching.services.intake import load_sample
from matching.services.matching import run_plan
from matching.services.standing import Standing, standings
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
