"""The page Calls: the list, a call, its answers, the renewed plan, holds and arrivals."""

from __future__ import annotations

import re
import shutil

import pytest

from matching.domain.casework import Answer, CaseState, DeclineReason, OfferState
from matching.services import calling, casebook, holding
from matching.store import open_store
from matching.ui.text import calls as text
from matching.ui.text import casework
from tests.ui.evening import (
    HOUR_LEFT,
    ME,
    asked_for,
    desk_of,
    evening,
    home,
    person,
    place_of,
    pool,
    press,
    sooner,
    two_homes,
)
from tests.ui.office import headline, labels_of, said, start


@pytest.fixture
def record(sqlite_template, tmp_path):
    path = tmp_path / "record.db"
    shutil.copy(sqlite_template, path)
    return path


@pytest.fixture
def store(record):
    opened = open_store(f"sqlite:///{record}")
    yield opened
    opened.close()


@pytest.fixture
def open_calls(record, monkeypatch):
    return lambda: start(f"sqlite:///{record}", "calls", monkeypatch)


def offers(store):
    with store.reading() as reading:
        return {one.referral_id: one for one in reading.offers.all()}


def calls(store):
    with store.reading() as reading:
        return reading.calls.all()


def state_of(store, case: str) -> CaseState:
    with store.reading() as reading:
        return casebook.case_of(reading, case).state


def call(app, name: str):
    """Open the call of a place and return the one case it is for."""
    press(app, place_of(app, name))
    key = next(one.key for one in app.button if one.key.startswith("answer-accepted-"))
    return key.removeprefix("answer-accepted-")


def test_without_a_plan_the_page_makes_it(open_calls, record):
    evening(record, plan=False)
    app = open_calls()
    assert headline(app) == text.NO_PLAN_SENTENCE
    press(app, "calls-make")
    assert headline(app).startswith("2 calls to make for 2 people")


def test_the_list_says_whom_to_call_for_whom_and_in_which_order(open_calls, record):
    evening(record)
    app = open_calls()
    assert headline(app) == ("2 calls to make for 2 people, nobody without a place to call.")
    words = asked_for(app)
    assert "First whoever asked to be called back by now." in words
    assert words.index("R1") < words.index("R2")
    assert words.count("Not asked in the last 180 days.") == 2
    assert words.count("555 0100") == 2
    primary = [one for one in app.button if one.proto.type == "primary"]
    assert primary == []


def test_opening_a_call_says_so_to_everybody_and_what_may_be_said(open_calls, record, store):
    evening(record)
    app = open_calls()
    key = call(app, "Oak House")
    case = key.split("-")[0]
    assert offers(store)[case].state is OfferState.CALLING
    words = said(app)
    assert f"{text.SAY}. 15 years, female, a place for girls and women" in words
    assert text.SILENT in words
    assert f"{ME.capitalize()} is calling for case {case} since" in asked_for(app)
    assert text.NOW not in words.split(text.LIST)[0]
    for answer in casework.ANSWERS.values():
        assert answer in labels_of(app)


def test_a_decline_needs_a_reason_and_renews_the_plan(open_calls, record, store):
    def three(now):
        homes, pools, people = two_homes(now)
        spare = home(now, "P3", name="Cedar House")
        return [*homes, spare], [*pools, pool(now, "P3", beds_available=1)], people

    evening(record, three)
    app = open_calls()
    name = "Oak House" if "Oak House" in labels_of(app) else "Birch House"
    key = call(app, name)
    case = key.split("-")[0]
    press(app, f"answer-declined-{key}")
    assert offers(store)[case].state is OfferState.CALLING
    assert text.WHY.format(case=case) in said(app)
    press(app, f"reason-age-{key}")
    offer = offers(store)[case]
    assert (offer.state, offer.reason) == (OfferState.DECLINED, DeclineReason.AGE)
    assert f"{name} declined case {case}" in said(app)
    assert text.CHANGED in said(app)
    assert f"{name}" not in asked_for(app) or case not in asked_for(app).split(name)[1][:40]
    assert "2 calls to make for 2 people" in headline(app)
    with store.reading() as reading:
        assert len(reading.runs.list()) == 2


def test_a_hold_counts_down_and_is_undone(open_calls, record, store):
    evening(record)
    app = open_calls()
    key = call(app, "Oak House")
    case = key.split("-")[0]
    press(app, f"answer-holds-{key}")
    assert state_of(store, case) is CaseState.HELD
    assert headline(app) == (
        "1 call to make for 1 person, nobody without a place to call; 1 bed held."
    )
    assert re.search(HOUR_LEFT, said(app))
    press(app, "casework-undo")
    assert state_of(store, case) is CaseState.WAITING
    assert "was taken back" in said(app)
    assert "bed held" not in headline(app)


def test_no_answer_and_call_back_leave_the_plan(open_calls, record, store):
    evening(record)
    app = open_calls()
    key = call(app, "Oak House")
    case = key.split("-")[0]
    press(app, f"answer-call_back-{key}")
    press(app, f"back-30-{key}")
    assert offers(store)[case].call_back_at is not None
    assert "Call Oak House back" in said(app)
    assert f"Call back for case {case} at" in asked_for(app)
    key = call(app, "Oak House")
    press(app, f"answer-no_answer-{key}")
    assert offers(store)[case].state is OfferState.NO_ANSWER
    assert "1 call in the last 180 days" not in asked_for(app)
    assert "2 calls in the last 180 days, none answered" in asked_for(app)
    with store.reading() as reading:
        assert len(reading.runs.list()) == 1


def test_what_was_asked_is_kept_with_the_answer(open_calls, record, store):
    def unsure(now):
        return (
            [home(now, "P1", name="Oak House", licence_expires=None)],
            [pool(now, "P1")],
            [person(now, "R1")],
        )

    evening(record, unsure)
    app = open_calls()
    key = call(app, "Oak House")
    question = next(one for one in app.button_group if "licence" in one.label)
    question.set_value("Yes").run()
    press(app, f"answer-accepted-{key}")
    (made,) = calls(store)
    assert made.answer is Answer.ACCEPTED
    told = {one["code"]: one["answer"] for one in made.asked}
    assert told["licence"] == "yes"
    assert set(told.values()) <= {"yes", None}


def test_beds_are_confirmed_in_the_same_call(open_calls, record, store):
    evening(record)
    app = open_calls()
    call(app, "Oak House")
    key = "call-beds-P1-B1"
    app.button(f"{key}-save").click().run()
    assert text.BEDS_NONE in said(app)
    app.number_input(f"{key}-free").set_value(2)
    app.text_input(f"{key}-by").set_value("intake desk")
    press(app, f"{key}-save")
    with store.reading() as reading:
        _, (beds,) = reading.providers.get("P1")
    assert (beds.beds_available, beds.confirmed_by) == (2, "intake desk")


def test_held_accepted_moved_in(open_calls, record, store):
    evening(record)
    app = open_calls()
    key = call(app, "Oak House")
    case = key.split("-")[0]
    press(app, f"answer-holds-{key}")
    number = offers(store)[case].id
    press(app, f"hold-longer-{number}")
    until = offers(store)[case].hold_until
    press(app, f"longer-120-{number}")
    assert offers(store)[case].hold_until > until
    press(app, f"hold-accept-{number}")
    assert state_of(store, case) is CaseState.ACCEPTED
    assert text.ACCEPTED in said(app)
    press(app, f"hold-in-{number}")
    press(app, f"arrival-{number}-save")
    assert state_of(store, case) is CaseState.PLACED
    assert f"Case {case} moved in at" in said(app)
    assert headline(app) == "1 call to make for 1 person, nobody without a place to call."


def test_a_bed_is_released_with_a_reason(open_calls, record, store):
    evening(record)
    app = open_calls()
    key = call(app, "Oak House")
    case = key.split("-")[0]
    press(app, f"answer-holds-{key}")
    number = offers(store)[case].id
    press(app, f"hold-release-{number}")
    press(app, f"release-not_needed-{number}")
    assert state_of(store, case) is CaseState.WAITING
    assert "was released: no place is needed any more" in said(app)


def test_the_last_bed_taken_by_somebody_else_is_said_in_plain_words(open_calls, record, store):
    def one_home(now):
        homes, pools, people = two_homes(now)
        return homes[:1], pools[:1], people

    evening(record, one_home)
    app = open_calls()
    key = call(app, "Oak House")
    case = key.split("-")[0]
    other = desk_of(store, "anna")
    taken = "R2" if case == "R1" else "R1"
    holding.hold(other, taken, "P1", "B1")
    press(app, f"answer-holds-{key}")
    words = said(app)
    assert "The last bed at Oak House was taken at" in words
    assert "by another worker. Nothing was saved." in words
    assert state_of(store, case) is CaseState.WAITING


def test_a_call_that_somebody_else_makes_is_told(open_calls, record, store):
    evening(record)
    app = open_calls()
    with store.reading() as reading:
        rows = reading.runs.latest().document["placements"]
    case = next(one["referral"] for one in rows if one["provider"] == "P1")
    calling.start_calling(desk_of(store, "anna"), case, "P1", "B1")
    app.run()
    assert f"Anna is calling for case {case} since" in asked_for(app)
    press(app, place_of(app, "Oak House"))
    assert "anna is on this call since" in said(app)
    press(app, "call-back-to-list")
    assert "anna is on this call since" not in said(app)


def test_ending_a_call_without_an_answer_frees_the_line(open_calls, record, store):
    evening(record)
    app = open_calls()
    call(app, "Oak House")
    press(app, "call-end")
    assert {one.state for one in offers(store).values()} == {OfferState.WITHDRAWN}
    assert calls(store) == ()


def test_a_hold_whose_time_is_over_is_said_to_be_over(open_calls, record, store):
    evening(record)
    app = open_calls()
    key = call(app, "Oak House")
    press(app, f"answer-holds-{key}")
    sooner(store, offers(store)[key.split("-")[0]].id, 61)
    app.run()
    assert "time is over" in said(app)


def test_for_one_person_the_places_in_order(open_calls, record):
    evening(record)
    app = open_calls()
    app.selectbox("calls-case").set_value("R1").run()
    assert headline(app) == "Case R1: 2 places to call."
    assert text.KEPT not in headline(app)
    assert "First the place that the plan proposes." in said(app)


def test_a_confidential_place_is_opened_with_a_press(open_calls, record, store):
    def secret(now):
        _, pools, people = two_homes(now)
        hidden = home(now, "P1", name="Willow House", confidential=True)
        return [hidden], pools[:1], people[:1]

    evening(record, secret)
    app = open_calls()
    assert "Willow" not in said(app)
    assert text.HIDDEN_CONTACT in said(app)
    name = next(one for one in labels_of(app) if one.startswith("Confidential"))
    call(app, name)
    assert "555 0100" not in said(app)
    press(app, "open-P1")
    assert "Willow House" in said(app)
    assert "555 0100" in said(app)
    with store.reading() as reading:
        found = [e for e in reading.audit.events() if e.action == "open_confidential"]
    assert [one.object_id for one in found] == ["P1"]


def test_siblings_get_one_answer(open_calls, record, store):
    def pair(now):
        people = [person(now, "R1", group_id="G1"), person(now, "R2", group_id="G1")]
        return [home(now, "P1", name="Oak House")], [pool(now, "P1", beds_available=2)], people

    evening(record, pair)
    app = open_calls()
    key = call(app, "Oak House")
    assert text.TOGETHER in said(app)
    press(app, f"answer-accepted-{key}")
    assert {state_of(store, case) for case in ("R1", "R2")} == {CaseState.ACCEPTED}


def test_the_list_can_be_printed(open_calls, record):
    evening(record)
    assert [one.label for one in open_calls().get("download_button")] == [text.PRINT]
