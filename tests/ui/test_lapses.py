"""What lapses soon, on screen: counts, lists, what nobody has said, and the cost asked for."""

from __future__ import annotations

import shutil

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from matching.domain.access import Actor, Role
from matching.services import lapses as service
from matching.services.lapses import HorizonCost, LapseCosts, LapseLine, LapsesView
from matching.ui import session
from matching.ui.text import lapses as text
from tests.builders import NOW, course, day, known_home, known_pool, known_referral
from tests.ui.office import finished, keys, record_of, said, tables

HOMES = (
    known_home("P1", name="Oak House", licence_expires=day(10)),
    known_home("P2", name="Birch House", trainings=(course(ends=day(45)),)),
    known_home("P3", name="Cedar House", licence_expires=None),
    known_home("P4", name="Elm House"),
)
POOLS = tuple(known_pool(home.provider_id, beds_available=1) for home in HOMES)
PEOPLE = tuple(known_referral(f"R{k}") for k in range(1, 6))


@pytest.fixture(scope="module")
def office_record(sqlite_template, tmp_path_factory):
    return record_of(sqlite_template, tmp_path_factory, HOMES, POOLS, PEOPLE)


def _script() -> None:
    from matching.domain.access import Action, allows
    from matching.ui import lapses, session

    at = session.desk()
    run = session.current_run(at) if allows(at.actor.role, Action.SEE_CASES) else None
    lapses.show(at, run)


@pytest.fixture
def opener(office_record, tmp_path, monkeypatch):
    path = tmp_path / "record.db"
    shutil.copy(office_record, path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{path}")

    def go():
        st.cache_resource.clear()
        app = AppTest.from_function(_script, default_timeout=60).run()
        assert not app.exception
        return app

    return go


def at_noon(monkeypatch):
    """Let the desk of the screen stand still at the moment of the builders."""
    real = session.desk

    def still():
        desk = real()
        return type(desk)(desk.store, desk.actor, desk.settings, lambda: NOW)

    monkeypatch.setattr(session, "desk", still)


@pytest.fixture
def page(opener, monkeypatch):
    at_noon(monkeypatch)
    return opener()


def ask(app):
    return finished(app.button(key="lapses-ask").click().run(), "lapses").run()


def test_what_lapses_is_counted_and_listed(page):
    assert (
        "2 licences, certificates and courses at 2 providers lapse in the next 90 days, "
        "1 of them in the next 30"
    ) in said(page)
    counts, lines, unknown = tables(page)
    assert counts == [["Safe foster home", "1", "2", "2"]]
    assert [row[:4] for row in lines] == [
        ["Oak House", "Licence", "13 Nov 2026", "11 more days"],
        ["Birch House", "Trafficking course", "18 Dec 2026", "46 more days"],
    ]
    assert unknown == [["Cedar House", "Licence", "Safe foster home", "XA"]]
    assert "Nobody has said 1 end at 1 provider, which may lapse as well." in said(page)


def test_it_can_be_counted_another_way(page):
    page.segmented_control(key="lapses-by").set_value(text.WAYS[2]).run()
    assert tables(page)[0] == [
        ["Licence", "1", "1", "1"],
        ["Trafficking course", "0", "1", "1"],
    ]


def test_the_cost_is_asked_for_and_shown(page):
    assert text.COST in said(page)
    assert "lapses" not in page.session_state
    ask(page)
    assert "2 fewer people would have a place if nothing were renewed for 90 days" in said(page)
    cost = tables(page)[3]
    assert [row[1] for row in cost] == ["1 fewer", "2 fewer", "2 fewer"]
    alone = tables(page)[4]
    assert {(row[0], row[3]) for row in alone} == {
        ("Oak House", "1 fewer"),
        ("Birch House", "1 fewer"),
    }
    assert said(page).count("loses the place at") == 2


def test_ways_out_are_offered(page):
    assert {"lapses-round", "lapses-upload"} <= keys(page)
    page.button(key="lapses-round").click()
    page.run()
    assert page.session_state["go"] == "providers"


def test_a_worker_sees_the_list_and_no_cost(opener, monkeypatch):
    monkeypatch.setattr(session, "LOCAL_USER", Actor("worker", Role.WORKER))
    at_noon(monkeypatch)
    app = opener()
    assert "Oak House" in said(app)
    assert text.COST not in said(app)
    assert "lapses-upload" not in keys(app)


def test_a_manager_gets_bands(opener, monkeypatch):
    monkeypatch.setattr(session, "LOCAL_USER", Actor("manager", Role.MANAGER))
    at_noon(monkeypatch)
    app = ask(opener())
    assert "1 to 10 fewer people would have a place" in said(app)
    assert text.BANDS in said(app)
    assert "R1" not in said(app)


def test_an_error_is_said_and_it_can_be_asked_again(page, monkeypatch):
    from matching.domain.errors import EngineError

    def fails(*args, **options):
        raise EngineError("It cannot be proven.")

    monkeypatch.setattr(service, "cost_within", fails)
    page.button(key="lapses-ask").click().run()
    if "lapses" in page.session_state:
        finished(page, "lapses")
    assert "It cannot be proven." in said(page)
    assert "lapses-ask" in keys(page)


def view(lines=(), **facts):
    blank = {"unknown": (), "lapsed": 0, "checks_open": 0}
    return LapsesView(NOW, (30, 60, 90), lines, **{**blank, **facts})


def test_words_of_none_one_and_what_is_not_counted():
    one = LapseLine("P1", "Oak", "kind", "XA", "licence", day(3), 4)
    assert text.title(view()) == (
        "Nothing with an end on the record lapses in the next 90 days."
    )
    assert text.title(view((one,))).startswith(
        "1 licence, certificate or course at 1 provider lapses in the next 90 days, 1 of"
    )
    assert text.unknown(view()) == ""
    assert text.unknown(view(lapsed=1, checks_open=2)) == (
        "1 has lapsed already; background checks have no end on the record, and 2 homes are "
        "without a clear one."
    )
    last = LapseLine("P1", "Oak", "kind", "XA", "licence", day(0), 1)
    assert text.counts_for(last) == "today only"


@pytest.mark.parametrize(
    ("said_", "title"),
    [
        ("no change", "Nobody would lose a place if nothing were renewed for 90 days"),
        ("1 fewer", "1 fewer person would have a place if nothing were renewed for 90 days"),
        ("11 to 25 fewer", "11 to 25 fewer people would have a place if nothing"),
    ],
)
def test_the_finding_on_the_cost(said_, title):
    one = HorizonCost(90, day(90), said_, None, proven=False, lines=())
    found = LapseCosts(1, False, (one,), (), free=2, left=1)
    assert text.cost_title(found).startswith(title)
    assert "perhaps a few more" in text.against_today(one)
    assert text.rest(found) == (
        "What lapses at 2 providers would cost nobody a place. 1 provider was not tried."
    )


def test_stopped_before_anything_was_found_is_said():
    assert "Stopped" in text.cost_title(LapseCosts(1, False, (), (), free=0, left=3))
