"""The places of a case on screen: their consequences, worked out beside the page."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from matching.domain.errors import EngineError
from matching.services import options as service
from matching.ui import options
from matching.ui.text import case as text
from matching.ui.text import deciding as deciding_text
from tests.builders import ago, known_home, known_pool, known_referral
from tests.ui.office import choose, finished, keys, labels_of, opener_of, record_of, said

NUMBER = 12


@pytest.fixture(scope="module")
def homes_record(sqlite_template, tmp_path_factory):
    """Twelve places with a bed each, thirteen people: R12 comes last and has none."""
    homes = [known_home(f"P{k:02}", name=f"House {k:02}") for k in range(NUMBER)]
    pools = [known_pool(home.provider_id, beds_available=1) for home in homes]
    people = [known_referral(f"R{k}", received_at=ago(hours=90 - k)) for k in range(NUMBER + 1)]
    return record_of(sqlite_template, tmp_path_factory, homes, pools, people)


@pytest.fixture
def opener(homes_record, tmp_path, monkeypatch):
    return opener_of(homes_record, tmp_path, monkeypatch)


@pytest.fixture
def page(opener):
    return finished(choose(opener("case"), "R0"), options.WORK)


def told(app):
    return app.session_state[options.WORK].job.result().others


def test_ten_at_a_time_with_what_each_would_mean_for_the_others(page):
    assert f"choose-{options.PAGE_ROWS - 1}" in keys(page)
    assert f"choose-{options.PAGE_ROWS}" not in keys(page)
    found = told(page)
    assert len(found) == options.PAGE_ROWS
    for one in found:
        assert one.sentences[0] in said(page)
        assert text.cost_parts(one.option) in said(page)
        assert text.questions(one.option) in said(page)


def test_the_next_page_is_worked_out_when_it_is_shown(page):
    page.session_state[options.PAGER] = 2
    page.run()
    finished(page, options.WORK)
    assert len(told(page)) == NUMBER - 1 - options.PAGE_ROWS
    for one in told(page):
        assert one.sentences[0] in said(page)


def test_it_is_worked_out_once_for_what_is_shown(page, monkeypatch):
    def again(*_, **__):
        raise AssertionError("worked out again")

    monkeypatch.setattr(options, "case_options", again)
    page.text_input(key="case-search").set_value("House").run()
    assert told(page)[0].sentences[0] in said(page)


def test_while_it_is_worked_out_the_rest_of_the_page_stands(opener, monkeypatch):
    gate, kept = threading.Event(), service.case_options

    def slow(*args, progress, **kwargs):
        progress("1 of 10")
        assert gate.wait(60)
        return kept(*args, progress=progress, **kwargs)

    monkeypatch.setattr(options, "case_options", slow)
    page = choose(opener("case"), "R0")
    assert f"{text.OTHERS_WORKING}: 1 of 10" in said(page)
    assert text.OTHERS_OPEN_ONE in said(page)
    # The places, their parts and their buttons are there all the same.
    assert "choose-0" in keys(page)
    assert text.ABOUT in said(page)
    assert text.SEARCH in [one.label for one in page.text_input]
    gate.set()
    finished(page, options.WORK)
    assert told(page)[0].sentences[0] in said(page)
    assert text.OTHERS_OPEN_ONE not in said(page)


def test_what_is_not_sure_is_said_and_the_rest_asked_for(opener, monkeypatch):
    kept, limits = service.case_options, []

    def unsure(*args, effort, **kwargs):
        limits.append(effort.seconds)
        found = kept(*args, effort=effort, **kwargs)
        if len(limits) > 1:
            return found
        first, *others = found.others
        open_one = replace(first, worked_out=False, exact=False, sentences=("Not yet.",))
        return replace(found, others=(open_one, *others))

    monkeypatch.setattr(options, "case_options", unsure)
    page = finished(choose(opener("case"), "R0"), options.WORK)
    assert "Not yet." in said(page)
    assert text.OTHERS_OPEN in said(page)
    finished(page.button(key="options-rest").click().run(), options.WORK)
    assert "Not yet." not in said(page)
    assert "options-rest" not in keys(page)
    assert limits == [options.SECONDS, options.LONG_SECONDS]


def test_an_error_takes_nothing_else_from_the_page(opener, monkeypatch):
    def broken(*_, **__):
        raise EngineError("A chain does not add up.", next_step="Make the plan again.")

    monkeypatch.setattr(options, "case_options", broken)
    page = finished(choose(opener("case"), "R0"), options.WORK)
    assert "A chain does not add up." in said(page)
    assert "choose-0" in keys(page)
    assert text.ABOUT in said(page)


def test_somebody_without_a_place_has_nothing_to_choose_instead_of(opener):
    page = finished(choose(opener("case"), "R12"), options.WORK)
    assert text.OPTIONS_FIRST in said(page)
    assert text.OPTIONS not in said(page)
    assert deciding_text.CHOOSE_FIRST in labels_of(page)
    assert deciding_text.CHOOSE not in labels_of(page)
    assert all(one.loses for one in told(page))
    assert "would be left without a place" in said(page)
