"""The page Sharing: consents, requests, answers that come back, and the list of beds."""

from __future__ import annotations

import csv
import io
import shutil
from datetime import timedelta

import pytest

from matching.domain.sharing import GivenBy, Scope
from matching.export.sharing import ANSWER_COLUMNS
from matching.services import consents, sharing
from matching.services.consents import Terms
from matching.store import open_store
from matching.ui.text import sharing as text
from tests.ui.evening import desk_of, evening, two_homes
from tests.ui.office import headline, labels_of, said, start, tables

GOOD = Terms(written=True, informed=True, free=True)


@pytest.fixture
def record(sqlite_template, tmp_path):
    path = tmp_path / "record.db"
    shutil.copy(sqlite_template, path)
    evening(path, two_homes)
    return path


@pytest.fixture
def store(record):
    opened = open_store(f"sqlite:///{record}")
    yield opened
    opened.close()


@pytest.fixture
def page(record, monkeypatch):
    return lambda: start(f"sqlite:///{record}", "sharing", monkeypatch)


def give(store, case="R1", partner="Harbour team"):
    desk = desk_of(store)
    today = desk.local(desk.clock()).date()
    return consents.record_consent(
        desk,
        case,
        partner,
        {Scope.AGE},
        GivenBy.PERSON,
        today,
        today + timedelta(days=30),
        GOOD,
    )


def ask(store, case="R1"):
    return sharing.make_request(desk_of(store), case, int(give(store, case).id or 0))


def part(app, name):
    app.segmented_control(key="sharing-part").set_value(name).run()
    assert not app.exception
    return app


def test_before_the_first_request_the_page_says_what_it_is_for(page):
    app = page()
    assert not app.exception
    assert headline(app) == "No request to a partner agency was made yet."
    assert text.NOTHING in said(app)


def test_a_consent_is_recorded_and_a_request_made_under_it(page, store):
    app = part(page(), text.ASK)
    app.selectbox(key="sharing-case").set_value("R1").run()
    assert text.NO_CONSENTS in said(app)
    app.text_input(key="consent-partner").set_value("Harbour team")
    app.multiselect(key="consent-scope").set_value([Scope.AGE, Scope.CARE])
    for name in ("written", "informed", "free"):
        app.checkbox(key=f"consent-{name}").check()
    app.button(key="consent-record").click().run()
    assert not app.exception
    assert "The consent to share with Harbour team is recorded" in said(app)
    app.button(key="sharing-make").click().run()
    assert not app.exception
    (line,) = sharing.requests(desk_of(store))
    assert f"Its code is {line.share.code}" in said(app)
    assert headline(app) == "1 request waits for an answer; 0 of 1 answered."


def test_a_consent_that_does_not_count_is_refused_in_words(page, store):
    app = part(page(), text.ASK)
    app.selectbox(key="sharing-case").set_value("R1").run()
    app.text_input(key="consent-partner").set_value("Harbour team")
    app.button(key="consent-record").click().run()
    assert not app.exception
    assert "Nothing was saved." in said(app)
    assert consents.consents_of(desk_of(store), "R1") == ()


def test_a_consent_that_is_withdrawn_ends_its_requests(page, store):
    ask(store)
    app = part(page(), text.ASK)
    app.selectbox(key="sharing-case").set_value("R1").run()
    app.button(key="sharing-withdraw").click().run()
    assert not app.exception
    assert "is withdrawn" in said(app)
    part(app, text.REQUESTS)
    assert "The consent is over or was withdrawn" in said(app)


def test_requests_are_listed_by_where_they_stand(page, store):
    share = ask(store)
    app = page()
    (table,) = tables(app)
    assert table[0][:3] == ["Harbour team", "R1", share.code]
    app.segmented_control(key="sharing-standing").set_value(sharing.Standing.OVER).run()
    assert text.NONE_SUCH in said(app)


def test_an_open_request_can_be_handed_out(page, store):
    share = ask(store)
    app = page()
    app.selectbox(key="sharing-open").set_value(share.id).run()
    assert not app.exception
    names = [one.label for one in app.get("download_button")]
    assert names == [text.AS_WORKBOOK, text.AS_PAPER]


def test_answers_are_looked_at_before_they_are_noted(page, store):
    share = ask(store)
    out = io.StringIO()
    csv.writer(out).writerows(
        [ANSWER_COLUMNS, [share.code, "offered", "1"], ["X", "offered", "1"]]
    )
    app = part(page(), text.ANSWERS)
    app.get("file_uploader")[0].set_value(
        ("back.csv", out.getvalue().encode(), "text/csv")
    ).run()
    assert not app.exception
    assert "1 of 2 answers can be noted." in said(app)
    assert sharing.requests(desk_of(store))[0].share.answered_at is None
    app.button(key="answers-note").click().run()
    assert not app.exception
    assert sharing.requests(desk_of(store))[0].share.answered_at is not None
    part(app, text.REQUESTS)
    assert "Harbour team offers a bed and is not on the record" in said(app)


def test_beds_are_shown_and_handed_out_only_for_a_named_agency(page):
    app = part(page(), text.BEDS)
    assert "beds usable tonight." in said(app)
    assert app.get("download_button") == []
    app.text_input(key="beds-partner").set_value("Harbour team").run()
    assert [one.label for one in app.get("download_button")] == [
        text.BED_WORKBOOK,
        text.BED_PAPER,
    ]


def test_no_case_stands_in_the_address(page, store):
    ask(store)
    app = part(page(), text.ASK)
    app.selectbox(key="sharing-case").set_value("R1").run()
    assert not app.query_params


def test_labels_say_what_each_button_does(page, store):
    give(store)
    app = part(page(), text.ASK)
    app.selectbox(key="sharing-case").set_value("R1").run()
    assert {text.MAKE, text.WITHDRAW, text.RECORD} <= set(labels_of(app))
