"""What is said to somebody without a place, and to a group."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from matching.domain.errors import EngineError
from matching.services import promises
from matching.services.decisions import Kind, split
from matching.services.groups import GroupView, Member, group_of
from matching.ui import group, options, promise, session
from matching.ui.text import case as text
from matching.ui.text import deciding as deciding_text
from tests.builders import ago, known_home, known_pool, known_referral
from tests.ui.office import choose, finished, keys, labels_of, opener_of, record_of, said


@pytest.fixture(scope="module")
def crowded_record(sqlite_template, tmp_path_factory):
    """Two beds in two homes; siblings who need both together; one who has a place."""
    homes = (known_home("P1", name="Oak House"), known_home("P2", name="Elm Street"))
    pools = tuple(known_pool(home.provider_id, beds_available=1) for home in homes)
    people = (
        known_referral("R1", received_at=ago(hours=90)),
        known_referral("R2", received_at=ago(hours=80)),
        known_referral("R3", received_at=ago(hours=70)),
        known_referral("R4", received_at=ago(hours=60), group_id="G1"),
        known_referral("R5", received_at=ago(hours=60), group_id="G1"),
    )
    return record_of(sqlite_template, tmp_path_factory, homes, pools, people)


@pytest.fixture
def opener(crowded_record, tmp_path, monkeypatch):
    return opener_of(crowded_record, tmp_path, monkeypatch)


def open_case(opener, case):
    app = finished(choose(opener("case"), case), promise.WORK)
    return finished(app, options.WORK)


def test_who_competes_for_the_same_beds_and_that_nobody_was_passed_over(opener):
    page = open_case(opener, "R3")
    found = page.session_state[promise.WORK].job.result()
    assert found.holds
    assert {"R1", "R2", "R3"} <= set(found.people)
    assert text.PROMISE in said(page)
    for sentence in found.sentences:
        assert sentence in said(page)
    for case in found.people:
        assert case in said(page)
    assert "Oak House and Elm Street" in said(page)


def test_somebody_with_a_place_is_promised_nothing(opener):
    assert text.PROMISE not in said(open_case(opener, "R1"))


def test_other_work_waits_for_it_and_the_page_stands(opener, monkeypatch):
    gate, kept = threading.Event(), promises.promise_to

    def slow(*args, **kwargs):
        assert gate.wait(60)
        return kept(*args, **kwargs)

    monkeypatch.setattr(promise, "promise_to", slow)
    page = choose(opener("case"), "R3")
    assert text.PROMISE_WORKING in said(page)
    assert options.WORK not in page.session_state
    assert "choose-0" in keys(page)
    gate.set()
    finished(page, promise.WORK)
    finished(page, options.WORK)
    assert "can only use these 2 beds" in said(page)


def test_who_stands_later_and_has_a_place_is_named(opener, monkeypatch):
    kept = promises.promise_to

    def passed_over(*args, **kwargs):
        found = kept(*args, **kwargs)
        return replace(found, holds=False, later=("R2",), sentences=("It was weighed up.",))

    monkeypatch.setattr(promise, "promise_to", passed_over)
    page = open_case(opener, "R3")
    assert "It was weighed up." in said(page)
    assert f"{text.PROMISE_LATER} R2" in said(page)


def test_what_the_time_was_too_short_for_is_asked_for(opener, monkeypatch):
    kept, limits = promises.promise_to, []

    def short(*args, effort):
        limits.append(effort.seconds)
        found = kept(*args, effort=effort)
        if len(limits) > 1:
            return found
        return replace(found, holds=None, sentences=("That is not worked out yet.",))

    monkeypatch.setattr(promise, "promise_to", short)
    page = open_case(opener, "R3")
    assert "That is not worked out yet." in said(page)
    finished(page.button(key="promise-ask").click().run(), promise.WORK)
    assert "That is not worked out yet." not in said(page)
    assert "promise-ask" not in keys(page)
    assert limits == [promise.SECONDS, promise.LONG_SECONDS]


def test_an_error_takes_nothing_else_from_the_page(opener, monkeypatch):
    def broken(*_, **__):
        raise EngineError("It does not add up.", next_step="Make the plan again.")

    monkeypatch.setattr(promise, "promise_to", broken)
    page = open_case(opener, "R3")
    assert "It does not add up." in said(page)
    assert text.CHANGES in said(page)
    assert "choose-0" in keys(page)


def test_what_keeps_a_group_apart_is_said_provider_by_provider(opener):
    page = open_case(opener, "R4")
    at = session.desk()
    found = group_of(at, session.current_run(at), "R4")
    assert found.obstacles
    assert found.sentence in said(page)
    for one in found.obstacles:
        first, (reason,) = text.obstacles(one.name, [one.sentence])
        assert first in said(page)
        assert reason in said(page)
    assert deciding_text.SPLIT in [one.label for one in page.expander]


def test_the_others_of_a_group_open(opener):
    page = open_case(opener, "R4")
    names = [one.label for one in page.button if str(one.key).startswith("open-group")]
    assert names == ["R4", "R5"]
    page.button(key="open-group-1").click().run()
    assert page.session_state["case"] == "R5"
    assert "Case R5" in said(page)


def test_somebody_alone_has_no_group(opener):
    assert text.GROUP not in said(open_case(opener, "R3"))


def test_letting_a_group_be_placed_apart_needs_a_reason(opener):
    page = open_case(opener, "R4")
    page.button(key="group-split-try").click().run()
    finished(page, "deciding")
    assert deciding_text.IF_DECIDED in said(page)
    assert "needs a reason" in said(page)


def test_a_group_that_may_be_placed_apart_says_so(opener, monkeypatch):
    members = (Member("R4", "P1", "Oak House"), Member("R5", None, None))
    apart = GroupView("G1", members, True, (), split("G1"))
    assert apart.matter.kind is Kind.SPLIT
    monkeypatch.setattr(group, "group_of", lambda *_: apart)
    page = open_case(opener, "R4")
    assert text.GROUP_APART in said(page)
    assert text.GROUP_NO_PLACE in said(page)
    assert "Oak House" in said(page)
    assert deciding_text.SPLIT not in [one.label for one in page.expander]


def test_whoever_may_not_split_a_group_sees_no_form(opener, monkeypatch):
    monkeypatch.setattr(group, "may_decide", lambda *_: False)
    page = open_case(opener, "R4")
    assert text.OBSTACLES in said(page)
    assert deciding_text.TRY not in labels_of(page)
