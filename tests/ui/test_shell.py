"""What surrounds every page: navigation, notices, first start, unexpected errors."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from matching.domain.errors import InputError
from matching.services import views
from matching.store import open_store
from matching.ui import components, navigation, session
from matching.ui.pages_of import pages_of
from matching.ui.session import LOCAL_USER
from matching.ui.shell import _pages
from matching.ui.text import shell as text
from tests.ui.conftest import ROOT, heading, words


@pytest.mark.parametrize("name", pages_of(LOCAL_USER))
def test_every_page_opens_with_one_sentence_and_the_notices(open_page, name):
    app = open_page(name)
    assert heading(app)
    assert text.SAMPLE in words(app)
    assert text.LOCAL in words(app)


def test_an_empty_record_gets_the_sample_by_itself(sqlite_template, tmp_path, monkeypatch):
    path = tmp_path / "new.db"
    shutil.copy(sqlite_template, path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{path}")
    st.cache_resource.clear()
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    assert not app.exception
    assert heading(app).startswith("60 waiting, ")
    store = open_store(f"sqlite:///{path}")
    with store.reading() as record:
        assert [one.file_format for one in record.batches.list()] == ["sample", "sample"]
    app.run()
    with store.reading() as record:
        assert len(record.batches.list()) == 2
    store.close()
    st.cache_resource.clear()


def test_an_unexpected_error_is_a_reference_and_logs_only_its_type(
    open_page, monkeypatch, caplog
):
    def fails(desk):
        raise KeyError("R-0001 is 15 years old")

    monkeypatch.setattr(views, "board", fails)
    app = open_page()
    assert heading(app) == "Board"
    reference = re.search(r"reference ([2-9A-Z]{4}-[2-9A-Z]{4})\.", words(app))[1]
    assert f"Reference {reference}: KeyError" in caplog.messages
    assert "R-0001" not in words(app) + caplog.text
    assert not app.exception


def test_an_error_in_words_is_shown_as_its_sentence(open_page, monkeypatch):
    def refuses(desk):
        raise InputError("The policy is gone.", next_step="Choose another.")

    monkeypatch.setattr(views, "board", refuses)
    app = open_page()
    assert heading(app) == "Board"
    assert "The policy is gone. Nothing was saved. Choose another." in words(app)


@pytest.mark.parametrize("error", [InputError("It is gone."), KeyError("R-0001")])
def test_a_page_that_fails_under_its_heading_gets_no_second_one(open_page, monkeypatch, error):
    own = heading(open_page("policy"))

    def fails(*said):
        raise error

    monkeypatch.setattr(components, "section", fails)
    app = open_page("policy")
    assert heading(app) == own
    assert 'role="alert"' in " ".join(one.value for one in app.html)


def test_nothing_can_be_shown_under_a_heading_either(open_page, monkeypatch):
    def fails():
        raise KeyError("R-0001")

    monkeypatch.setattr(session, "visit", fails)
    app = open_page()
    assert heading(app) == text.NOTHING_SHOWN
    assert text.UNEXPECTED_LABEL in words(app)


def test_there_is_a_page_for_every_name():
    assert all(navigation.page_file(name).is_file() for name in text.PAGES)


@pytest.mark.parametrize("name", ["board", "plan"])
def test_every_page_opens_by_its_name_and_the_first_at_the_shortest_address(open_page, name):
    app = open_page()
    # What a browser asks for that comes with this address.
    app._page_hash = calc_hash(name)
    app.run()
    assert not app.exception
    assert heading(app) == heading(open_page(name))
    stands = app._registered_pages[app._finished_page_script_hash]["url_pathname"]
    assert stands == ("" if name == "board" else name)


def test_only_the_pages_stand_in_the_navigation(open_page):
    assert [one.url_path for one in _shown(open_page)] == ["", *pages_of(LOCAL_USER)[1:]]


def _shown(open_page):
    open_page()
    return [one for one in _pages(pages_of(LOCAL_USER)) if one.visibility == "visible"]


def test_mixed_records_say_so(open_page, record, desk):
    from tests.builders import known_referral

    with record.transaction() as change:
        batch = change.batches.list()[0]
        from matching.domain.words import DataOrigin

        change.referrals.upsert((known_referral(data_origin=DataOrigin.REAL),), batch)
    assert text.MIXED_SAMPLE in words(open_page())


def test_the_style_is_sent_with_every_page(open_page):
    assert any("<style>" in one.proto.body for one in open_page().get("html"))


def test_no_page_asks_the_network_for_an_icon():
    for path in [ROOT / "app.py", *Path(ROOT, "matching", "ui").rglob("*.py")]:
        assert 'page_icon=":material' not in path.read_text("utf-8")
