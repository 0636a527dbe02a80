"""The call sheet on paper: complete, escaped, with nothing from anywhere, and an event."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from matching.domain.access import Actor, Role
from matching.domain.errors import PermissionDenied
from matching.services.call_print import printed
from matching.services.call_sheet import for_case, tonight
from matching.ui.text import calls, casework
from matching.ui.text.call_page import DESTROY, page
from tests.builders import ago, known_home, known_pool, known_referral
from tests.services.planned import desk_at, events, office

EVIL = "<img src=x onerror=alert(1)>"


@pytest.fixture
def desk(sqlite_store):
    return desk_at(sqlite_store)


@pytest.fixture
def sheet(desk):
    saved = office(
        desk,
        [known_home("P1", name=EVIL, contact="555 0100", confidential=False)],
        [known_pool("P1", as_of=ago(hours=60))],
        [known_referral("R1", run_risk=None), known_referral("R2")],
    )
    return tonight(desk, saved)


def test_everything_that_the_screen_says_is_on_paper(sheet):
    made = page(sheet, "As of 22:41.").decode()
    for words in (
        calls.places_sentence(sheet),
        "As of 22:41.",
        sheet.order,
        calls.SILENT,
        "555 0100",
        "Case R1",
        "Case R2",
        "15 years, female",
        DESTROY,
        *casework.ANSWERS.values(),
        *(one.sentence for ask in sheet.places[0].asks for one in ask.questions),
    ):
        assert words in made


def test_nothing_becomes_a_tag_and_nothing_is_fetched(sheet):
    made = page(sheet, "").decode()
    assert EVIL not in made
    assert "&lt;img" in made
    assert "default-src 'none'" in made
    assert re.findall(r"(?:src|href)=\"", made) == []


def test_each_question_has_two_boxes_and_each_person_one_for_each_answer(sheet):
    made = page(sheet, "").decode()
    asked = sum(len(ask.questions) for ask in sheet.places[0].asks)
    people = len(sheet.places[0].asks)
    ticks = made.count('<span class="tick">')
    assert ticks == 2 * asked + len(casework.ANSWERS) * people


def test_printing_is_one_event_without_a_personal_fact(desk, sheet):
    data = printed(desk, sheet, lambda one: page(one, ""))
    assert data.startswith(b"<!DOCTYPE html>")
    (event,) = events(desk, "export_case")
    assert event == {"kind": "call_sheet", "id": "", "places": 1, "people": 2, "run": 1}


def test_printing_for_one_case_names_the_case_alone(desk, sheet):
    with desk.store.reading() as record:
        assert record.runs.latest() is not None
    saved = office(desk, [known_home("P1")], [known_pool("P1")], [known_referral("R1")])
    printed(desk, for_case(desk, saved, "R1"), lambda one: page(one, ""))
    (event,) = events(desk, "export_case")
    assert (event["kind"], event["id"]) == ("referral", "R1")


@pytest.mark.parametrize("role", [Role.MANAGER, Role.AUDITOR, Role.ADMIN, Role.LICENSING])
def test_whoever_may_not_export_cases_prints_nothing(desk, sheet, role):
    other = replace(desk, actor=Actor("other", role))
    with pytest.raises(PermissionDenied):
        printed(other, sheet, lambda _: b"")
    assert events(desk, "export_case") == []
