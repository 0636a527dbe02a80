"""Decisions on screen: tried out, kept, listed, taken back, refused."""

from __future__ import annotations

import re
import threading
import time
from dataclasses import replace

import pytest

from matching.domain.errors import ConflictError, InputError
from matching.services import jobs
from matching.services.decisions import Kind, Reason
from matching.ui import deciding, session
from matching.ui import options as options_part
from matching.ui.text import case as case_text
from matching.ui.text import deciding as text
from matching.ui.text import plan as plan_text
from tests.ui.office import choose, finished, go, headline, keys, opener_of, record_of, said


@pytest.fixture(scope="module")
def small_record(sqlite_template, tmp_path_factory):
    """Four people with a place and four without."""
    return record_of(sqlite_template, tmp_path_factory)


@pytest.fixture
def opener(small_record, tmp_path, monkeypatch):
    return opener_of(small_record, tmp_path, monkeypatch)


@pytest.fixture
def page(opener):
    """The page of a case with a place, and with another place free or not."""
    return choose(opener("case"), "R1")


def options(app):
    found = app.session_state["case-view"][1].explanation
    return [one for one in found.options if not one.proposed]


def decide(app, key="choose-0"):
    return finished(app.button(key=key).click().run(), "deciding")


def primary(app):
    return [one.label for one in app.button if one.proto.type == "primary"]


def numbers():
    with session.desk().store.reading() as record:
        return [run.id for run in record.runs.list()]


def test_each_option_can_be_chosen_or_ruled_out(page):
    number = len(options(page))
    assert number
    for k in range(number):
        assert {f"choose-{k}", f"not-{k}"} <= keys(page)
    assert "not-proposed" in keys(page)
    assert primary(page) == []


def keep(page):
    """Keep what is tried out, for safety where a reason is asked for."""
    for one in page.selectbox:
        if one.key == "deciding-reason":
            one.set_value(Reason.SAFETY)
    page.button(key="deciding-yes").click().run()
    assert not page.exception


def test_an_override_is_kept_with_a_reason_only(page):
    before = numbers()
    decide(page)
    page.button(key="deciding-yes").click().run()
    assert text.REASON_MISSING in said(page)
    assert numbers() == before
    assert primary(page) == [text.KEEP]
    keep(page)
    assert len(numbers()) == len(before) + 1
    assert "for safety." in said(page)
    decide(page, "deciding-undo")
    assert "deciding-reason" not in [one.key for one in page.selectbox]


def test_a_choice_is_tried_out_with_nothing_saved(page):
    before = numbers()
    wanted = options(page)[0]
    decide(page)
    assert text.IF_DECIDED in said(page)
    assert text.NOT_SAVED in said(page)
    assert f"Case R1 goes to {wanted.name}" in said(page)
    assert primary(page) == [text.KEEP]
    assert numbers() == before
    page.button(key="deciding-no").click().run()
    assert text.NOT_SAVED not in said(page)
    assert numbers() == before


def test_the_counts_by_priority_are_those_of_both_plans(page):
    decide(page)
    trial = page.session_state["deciding"].job.result()
    lines = re.findall(r"(\d+) of (\d+) with a place, (.*?)\.", said(page))
    now = len(trial.basis.run.plan.referral)
    for placed, waiting, change in lines:
        number = re.match(r"(\d+) (more|fewer)", change)
        step = int(number[1]) * (1 if number[2] == "more" else -1) if number else 0
        assert int(placed) <= int(waiting)
        now += step
    assert sum(int(waiting) for _, waiting, _ in lines) == len(trial.run.problem.referral_ids)
    assert sum(int(placed) for placed, _, _ in lines) == len(trial.run.plan.referral) == now
    for sentence in trial.difference.sentences():
        assert sentence in said(page)


def test_kept_it_is_the_current_plan_and_can_be_taken_back(page):
    before = numbers()
    place = options(page)[0].name
    decide(page)
    keep(page)
    assert not page.exception
    assert len(numbers()) == len(before) + 1
    assert headline(page).startswith(f"Proposed: {place}")
    assert f"Plan {numbers()[0]} is the current plan now" in said(page)
    assert text.DECISIONS in said(page)
    decide(page, "deciding-undo")
    assert text.IF_TAKEN_BACK in said(page)
    keep(page)
    assert not headline(page).startswith(f"Proposed: {place}")
    assert text.DECISIONS not in said(page)
    assert "deciding-undo" not in keys(page)
    assert len(numbers()) == len(before) + 2


def test_the_place_proposed_can_be_ruled_out(page):
    place = headline(page).split(",")[0]
    decide(page, "not-proposed")
    assert "Case R1 does not go to" in said(page)
    keep(page)
    assert not headline(page).startswith(place)


def test_decisions_stand_on_both_pages_with_who_and_when(page):
    decide(page)
    keep(page)
    go(page, "plan")
    assert "Decided by local user (local)" in said(page)
    decide(page, "take-back-plan-0")
    assert text.IF_TAKEN_BACK in said(page)
    # One primary button a page: that of the decision, not of the next plan.
    assert primary(page) == [text.KEEP]
    keep(page)
    assert text.DECISIONS not in said(page)
    assert primary(page) == [plan_text.MAKE_AGAIN]


def test_another_plan_saved_meanwhile_is_not_overwritten(page):
    decide(page)
    jobs.run_plan(session.desk())
    page.run()
    # The page shows the newer plan, and nothing is left to be kept by mistake.
    assert text.KEEP not in [one.label for one in page.button]


def test_a_plan_saved_between_looking_and_keeping_is_said(page, monkeypatch):
    decide(page)

    def moved(*_):
        raise ConflictError("Somebody saved another plan.", next_step="Open it.")

    monkeypatch.setattr(deciding, "accept", moved)
    keep(page)
    assert "Somebody saved another plan. Nothing was saved. Open it." in said(page)
    page.button(key="deciding-close").click().run()
    assert "Somebody saved" not in said(page)


def test_what_cannot_be_done_is_said_and_closed(page, monkeypatch):
    def refused(*_, **__):
        raise InputError("That cannot be.", next_step="Choose another.")

    monkeypatch.setattr(deciding, "try_out", refused)
    decide(page)
    assert "That cannot be. Nothing was saved. Choose another." in said(page)
    assert primary(page) == []
    page.button(key="deciding-close").click().run()
    assert "That cannot be" not in said(page)


def test_while_it_is_worked_out_the_page_stays_and_it_can_be_stopped(page, monkeypatch):
    gate, kept = threading.Event(), deciding.try_out

    def slow(*args, **kwargs):
        assert gate.wait(30)
        return kept(*args, **kwargs)

    monkeypatch.setattr(deciding, "try_out", slow)
    page.button(key="choose-0").click().run()
    assert text.WORKING in said(page)
    assert case_text.ABOUT in said(page)
    page.button(key="deciding-stop").click().run()
    assert text.STOPPING in said(page)
    assert page.button(key="deciding-stop").disabled
    gate.set()
    finished(page, "deciding")
    assert primary(page) == [text.KEEP]


def test_given_up_the_panel_is_gone_and_nothing_is_saved(page, monkeypatch):
    gate = threading.Event()
    before = numbers()

    def slow(*_, progress, **__):
        progress("flow")
        assert gate.wait(30)
        progress("proof")
        raise AssertionError("it should have been given up")

    monkeypatch.setattr(deciding, "try_out", slow)
    page.button(key="choose-0").click().run()
    page.button(key="deciding-give-up").click().run()
    gate.set()
    finished(page, "deciding")
    assert "deciding" not in page.session_state
    assert text.IF_DECIDED not in said(page)
    assert numbers() == before


def test_what_is_asked_for_stops_what_was_not(page, monkeypatch):
    stopped = []

    def endless(*_, effort, **__):
        while effort.left() != 0:
            stopped.append(len(stopped))
            time.sleep(0.01)
        raise ConflictError("stopped", next_step="")

    monkeypatch.setattr(options_part, "case_options", endless)
    choose(page, "R2")
    assert page.session_state[options_part.WORK].job.running
    decide(page)
    assert not page.session_state[options_part.WORK].job.running
    assert primary(page) == [text.KEEP]


def test_whoever_may_not_decide_sees_no_way_to(opener, monkeypatch):
    page = choose(opener("case"), "R1")
    decide(page)
    keep(page)
    for module in (deciding, options_part):
        monkeypatch.setattr(module, "may_decide", lambda *_, **__: False)
    page.run()
    assert not [key for key in keys(page) if key.startswith(("choose", "not-", "take-back"))]
    assert text.DECISIONS in said(page)


def test_where_a_place_has_several_bed_pools_the_pool_is_decided(page):
    found = page.session_state["case-view"][1].explanation
    one = options(page)[0]
    twin = replace(one, pool_id="other")
    alone = options_part.matter(found, one, Kind.FORCE)
    assert (alone.provider_id, alone.pool_id) == (one.provider_id, None)
    both = replace(found, options=(*found.options, twin))
    assert options_part.matter(both, one, Kind.FORBID).pool_id == one.pool_id
