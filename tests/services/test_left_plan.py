"""Whoever left a plan for a bed is told with the bed, and not as a loss."""

from __future__ import annotations

from dataclasses import replace

import pytest

from matching.domain.access import Actor, Role
from matching.domain.casework import Answer, Outcome, StayState
from matching.domain.errors import PermissionDenied
from matching.insight.difference import Placings, difference
from matching.services import calling, clock, holding, placing, stays
from matching.services.last_plan import since_last
from matching.services.left_plan import with_beds
from matching.services.matching import run_plan
from matching.services.renewing import renew
from matching.ui.deciding import marked
from tests.services.casework import SETTINGS, beds, desk_of, oak, on_record, people


@pytest.fixture
def desk(sqlite_store):
    on_record(sqlite_store, [oak(), oak("H2", name="Elm House")], [beds(2), beds(1, "H2")],
              people(4))  # fmt: skip
    return desk_of(sqlite_store)


def gone(desk, *cases):
    """Say what became of cases that were proposed to Oak House."""
    before = Placings(dict.fromkeys(cases, ("H1", "P")), frozenset(), 0)
    return with_beds(desk, difference(before, Placings({}, frozenset(), 0)))


def test_right_after_a_hold_the_plan_made_again_tells_the_bed(desk):
    saved = run_plan(desk)
    holding.hold(desk, "R1", "H1", "P")
    found = renew(desk)
    assert saved.number == found.before
    assert "Case R1 now has a bed held at Oak House." in found.changes
    assert "1 person is not in this plan any more, 1 has a bed now." in found.summary
    assert not any("R1" in said and "proposed" in said for said in found.changes)
    assert ("held", "Case R1 now has a bed held at Oak House.") in marked(found.difference)
    newest = since_last(desk, found.saved)
    assert newest.lines == found.changes


def test_each_standing_is_told_as_what_it_is(desk):
    held = holding.hold(desk, "R1", "H1", "P")
    assert gone(desk, "R1").beds == {"R1": "now has a bed held at Oak House"}
    calling.record_answer(desk, held.id, Answer.ACCEPTED, expected_version=held.version)
    assert gone(desk, "R1").beds == {"R1": "was accepted at Oak House and has not moved in"}
    stay = placing.start(desk, "R2", provider_id="H2", pool_id="P", expected_version=0)
    assert gone(desk, "R2").beds == {"R2": "now lives at Elm House"}
    away = stays.leave(desk, stay.id, StayState.MISSING, expected_version=1)
    assert gone(desk, "R2").beds == {"R2": "is missing from Elm House, where the bed is kept"}
    stays.leave(desk, stay.id, StayState.HOSPITAL, expected_version=away.version)
    assert gone(desk, "R2").beds == {"R2": "is in hospital; the bed at Elm House is kept"}


def test_whoever_has_no_bed_is_told_with_what_was_proposed(desk):
    placing.close(desk, "R3", Outcome.KIN, expected_version=0)
    found = gone(desk, "R3", "R9")
    assert found.beds == {}
    assert found.sentences() == (
        "Case R3 is not in this plan any more; it was proposed to H1.",
        "Case R9 is not in this plan any more; it was proposed to H1.",
    )
    assert {meaning for meaning, _ in marked(found)} == {"unknown"}


def test_a_hold_that_ended_is_no_bed(desk):
    held = holding.hold(desk, "R1", "H1", "P")
    clock.end_what_is_due(desk.store, SETTINGS, held.hold_until)
    assert gone(desk, "R1").beds == {}


def test_the_beds_of_those_still_in_the_plan_are_not_told(desk):
    holding.hold(desk, "R1", "H1", "P")
    assert gone(desk, "R2").beds == {}


@pytest.mark.parametrize("role", [Role.MANAGER, Role.AUDITOR])
def test_whoever_may_not_see_cases_is_told_nothing(desk, role):
    found = gone(desk, "R1")
    with pytest.raises(PermissionDenied):
        with_beds(replace(desk, actor=Actor("x", role)), found)
