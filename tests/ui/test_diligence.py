"""The papers on the page Case, the wishes, and searches that are kept with a press."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest

from matching.domain import words as w
from matching.services.wish_lines import Wish, Wishes
from matching.store import open_store
from matching.ui.text import diligence as text
from tests.ui.evening import desk_of, evening, two_homes
from tests.ui.office import choose, said, start, tables


@pytest.fixture
def record(sqlite_template, tmp_path):
    path = tmp_path / "record.db"
    shutil.copy(sqlite_template, path)

    def wishing(now):
        homes, pools, people = two_homes(now)
        asked = {"preferred_providers": ("P2",), "faith_preference": w.FaithCharacter.SECULAR}
        return homes, pools, [replace(people[0], **asked), *people[1:]]

    evening(path, wishing)
    return path


@pytest.fixture
def store(record):
    opened = open_store(f"sqlite:///{record}")
    yield opened
    opened.close()


@pytest.fixture
def page(record, monkeypatch):
    return lambda: choose(start(f"sqlite:///{record}", "case", monkeypatch), "R1")


def searches(store, case="R1"):
    with desk_of(store).store.reading() as reading:
        return reading.searches.of(case)


def test_the_papers_are_offered_and_none_is_made_before_it_is_asked_for(page, store):
    app = page()
    labels = [one.label for one in app.get("download_button")]
    for label in (text.RECORD, text.WORKBOOK, text.WISHES):
        assert label in labels
    assert searches(store) == ()
    assert "went wrong" not in said(app)


def test_a_provider_is_chosen_for_its_copy(page):
    app = page()
    chosen = app.selectbox(key="papers-provider-R1")
    assert set(chosen.options) == {"Oak House", "Birch House"}
    chosen.set_value("P1").run()
    assert not app.exception
    assert text.COPY in [one.label for one in app.get("download_button")]


def test_wishes_are_told_as_on_their_own_sheet(page):
    app = page()
    assert text.WISHES_TITLE in said(app)
    rows = [row for table in tables(app) for row in table]
    asked = [row[0] for row in rows]
    assert "You asked to live at Birch House." in asked
    assert "You asked for a place where faith plays no part." in asked


def test_a_press_that_holds_a_bed_keeps_the_search_first(page, store):
    app = page()
    app.button(key="case-hold").click().run()
    assert not app.exception
    (kept,) = searches(store)
    assert kept.run_id == 1
    with store.reading() as reading:
        (offer,) = reading.offers.of("R1")
    assert offer.run_id == kept.run_id


def test_the_way_to_a_partner_agency_takes_the_case_along(page):
    app = page()
    app.button(key="papers-share").click().run()
    assert not app.exception
    assert app.selectbox(key="sharing-case").value == "R1"
    assert not app.query_params


@pytest.mark.parametrize(
    ("met", "sentence"),
    [
        ((), text.NO_WISHES),
        ((True,), "1 of 1 wish met."),
        ((True, False, None), "1 of 3 wishes met, 1 not known yet."),
    ],
)
def test_wishes_are_counted(met, sentence):
    found = Wishes("", tuple(Wish("", one, "") for one in met), (), ())
    assert text.wishes_sentence(found) == sentence
