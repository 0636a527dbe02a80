"""The page Case as somebody works on it: where it stands, actions, stays, history."""

from __future__ import annotations

import re
import shutil

import pytest

from matching.domain.casework import CaseState, Lesson, StayEnd, StayState
from matching.services import calling, casebook, placing
from matching.store import open_store
from matching.ui.text import case as text
from matching.ui.text import placed
from matching.ui.text.placed import Happened
from tests.ui.evening import HOUR_LEFT, desk_of, evening, home, place_of, pool, press, two_homes
from tests.ui.office import choose, headline, labels_of, said, start


@pytest.fixture
def record(sqlite_template, tmp_path):
    path = tmp_path / "record.db"
    shutil.copy(sqlite_template, path)

    def three(now):
        homes, pools, people = two_homes(now)
        spare = home(now, "P3", name="Cedar House")
        return [*homes, spare], [*pools, pool(now, "P3", beds_available=1)], people

    evening(path, three)
    return path


@pytest.fixture
def store(record):
    opened = open_store(f"sqlite:///{record}")
    yield opened
    opened.close()


@pytest.fixture
def page(record, monkeypatch):
    return lambda name="case": start(f"sqlite:///{record}", name, monkeypatch)


def state_of(store, case: str) -> CaseState:
    with store.reading() as reading:
        return casebook.case_of(reading, case).state


def stay_of(store, case: str):
    with store.reading() as reading:
        return reading.placements.of(case)[-1]


def move_in(store, case: str = "R1") -> None:
    placing.start(
        desk_of(store, "anna"), case, provider_id="P1", pool_id="B1", expected_version=0
    )


def test_the_proposed_bed_is_held_from_the_case(page, store):
    app = choose(page(), "R1")
    assert text.WHERE in said(app)
    press(app, "case-hold")
    assert state_of(store, "R1") is CaseState.HELD
    assert headline(app).startswith("Held at ")
    assert re.search(HOUR_LEFT, headline(app))
    assert "Oak House was called and keeps a bed for a while." in said(app)
    assert text.CALL_FOR not in labels_of(app)


def test_calling_for_a_case_opens_its_call_sheet(page):
    app = choose(page(), "R1")
    app.button("case-call").click().run()
    assert not app.exception
    assert headline(app).startswith("Case R1: 3 places to call.")


def test_whoever_is_being_called_for_is_told_so(page, store):
    calling.start_calling(desk_of(store, "anna"), "R1", "P1", "B1")
    app = choose(page(), "R1")
    assert "calling Oak House since" in said(app)
    assert "anna" in said(app)


def test_a_case_is_closed_with_an_outcome_and_opened_again(page, store):
    app = choose(page(), "R1")
    press(app, "case-close")
    press(app, "case-close-kin")
    assert state_of(store, "R1") is CaseState.CLOSED
    assert headline(app) == "Closed: with relatives or close friends."
    press(app, "case-reopen")
    assert state_of(store, "R1") is CaseState.WAITING


def stay(app, store, case: str, what: Happened):
    key = f"stay-{stay_of(store, case).id}"
    app.button_group(f"{key}-what").set_value(what).run()
    assert not app.exception
    return key


def test_missing_back_and_notice_on_the_case(page, store):
    move_in(store)
    app = choose(page(), "R1")
    assert headline(app).startswith("At Oak House since")
    key = stay(app, store, "R1", Happened.MISSING)
    press(app, f"{key}-save")
    assert stay_of(store, "R1").state is StayState.MISSING
    assert headline(app).startswith("Missing since")
    key = stay(app, store, "R1", Happened.BACK)
    press(app, f"{key}-save")
    assert state_of(store, "R1") is CaseState.PLACED
    key = stay(app, store, "R1", Happened.NOTICE)
    press(app, f"{key}-save")
    assert "Oak House gave notice on" in headline(app)


def test_a_disruption_teaches_and_the_case_is_back_on_the_board(page, store):
    move_in(store)
    app = choose(page(), "R1")
    key = stay(app, store, "R1", Happened.ENDED)
    press(app, f"{key}-save")
    assert placed.MISSING_WHY in said(app)
    assert state_of(store, "R1") is CaseState.PLACED
    key = stay(app, store, "R1", Happened.ENDED)
    app.selectbox(f"{key}-why").set_value(StayEnd.DISRUPTION)
    app.radio(f"{key}-needs").set_value(placed.NEEDS_YES)
    app.multiselect(f"{key}-lessons").set_value([Lesson.NOT_HERE, Lesson.RUN_RISK_HIGH])
    press(app, f"{key}-save")
    assert state_of(store, "R1") is CaseState.WAITING
    assert placed.WAITS_AGAIN in said(app)
    with store.reading() as reading:
        person = reading.referrals.get("R1")
    assert "P1" in (person.avoid_providers or ()) or "P1" in (person.declined_by or ())
    assert person.run_risk == "high"
    board = page("board")
    assert "R1" in labels_of(board)


def test_a_disruption_asks_what_was_learned_and_takes_that_nothing_was(page, store):
    move_in(store)
    app = choose(page(), "R1")
    key = stay(app, store, "R1", Happened.ENDED)
    app.selectbox(f"{key}-why").set_value(StayEnd.DISRUPTION)
    app.radio(f"{key}-needs").set_value(placed.NEEDS_YES)
    assert app.multiselect(f"{key}-lessons").options[0] == "Never this place again"
    press(app, f"{key}-save")
    assert "Nothing was saved. Say what was learned, or that nothing was." in said(app)
    assert state_of(store, "R1") is CaseState.PLACED
    assert not app.checkbox(f"{key}-nothing").value
    app.checkbox(f"{key}-nothing").check()
    press(app, f"{key}-save")
    assert state_of(store, "R1") is CaseState.WAITING
    with store.reading() as reading:
        event = reading.audit.events(object_kind="placement", newest_first=True)[0]
    assert event.details["nothing_learned"] is True


def test_somebody_moves_in_one_step(page, store):
    move_in(store)
    app = choose(page(), "R1")
    key = stay(app, store, "R1", Happened.MOVED)
    where = app.selectbox(f"{key}-where")
    target = next(one for one in where.options if one.startswith("Cedar House"))
    where.select(target)
    press(app, f"{key}-save")
    assert stay_of(store, "R1").provider_id == "P3"
    assert state_of(store, "R1") is CaseState.PLACED


def test_the_board_lists_who_lives_where_and_records_from_there(page, store):
    move_in(store)
    app = page("board")
    words = said(app)
    assert placed.TITLE in words
    assert "1 person lives at a place." in words
    app.button(place_of(app, "R1")).click().run()
    key = stay(app, store, "R1", Happened.HOSPITAL)
    press(app, f"{key}-save")
    assert stay_of(store, "R1").state is StayState.HOSPITAL
    assert "1 of them missing or in hospital" in said(app)


def test_an_old_form_never_overwrites(page, store):
    move_in(store)
    app = choose(page(), "R1")
    key = stay(app, store, "R1", Happened.NOTICE)
    other = page()
    choose(other, "R1")
    key_there = stay(other, store, "R1", Happened.MISSING)
    press(other, f"{key_there}-save")
    app.button(f"{key}-save").click().run()
    assert "Somebody else changed this meanwhile" in said(app)
    assert stay_of(store, "R1").notice_at is None
