"""The page What if: built step by step, worked out, side by side, kept and deleted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from matching.domain.access import Actor, Role
from matching.domain.scenario import CloseProvider, Surge
from matching.services import scenario_runs
from matching.services.desk import Desk
from matching.services.scenario_runs import work_out
from matching.services.scenarios import save
from matching.settings import Settings
from matching.store import open_store
from matching.ui import session
from matching.ui.text import whatif as text
from tests.builders import HERE, NOW, known_home, known_pool, known_referral
from tests.ui.office import (
    charts,
    drawn,
    finished,
    headline,
    keys,
    opener_of,
    record_of,
    said,
    tables,
)

HOMES = (
    known_home("P1", name="Oak House"),
    known_home("P2", name="Birch House"),
    known_home("P3", name="Cedar House", trainings=()),
)
POOLS = tuple(known_pool(home.provider_id, beds_available=1) for home in HOMES)
PEOPLE = tuple(known_referral(f"R{k}") for k in range(1, 6))


@pytest.fixture(scope="module")
def office_record(sqlite_template, tmp_path_factory):
    return record_of(sqlite_template, tmp_path_factory, HOMES, POOLS, PEOPLE)


@pytest.fixture
def opener(office_record, tmp_path, monkeypatch):
    return opener_of(office_record, tmp_path, monkeypatch)


@pytest.fixture
def page(opener):
    app = opener("whatif")
    assert not app.exception
    return app


@pytest.fixture
def desk(opener, tmp_path):
    store = open_store(f"sqlite:///{tmp_path / 'record.db'}")
    yield Desk(
        store,
        Actor("tester", Role.LOCAL),
        Settings(database_url="sqlite:///unused.db"),
        lambda: NOW,
    )
    store.close()


def build(app, name="Oak House closes", step="close_provider", **fields):
    app.selectbox(key="whatif-step").set_value(step).run()
    for key, value in fields.items():
        for kind in (app.selectbox, app.number_input, app.multiselect, app.checkbox):
            for one in kind:
                if one.key == f"whatif-{key}":
                    one.set_value(value)
    app.run()
    app.button(key="whatif-add").click().run()
    if text.NO_STEPS in said(app):
        return app
    app.text_input(key="whatif-name").set_value(name).run()
    assert not app.exception
    return app


def save_and_work(app):
    return finished(app.button(key="whatif-save").click().run(), "whatif").run()


def test_an_empty_page_says_what_to_do(page):
    assert headline(page) == text.NOTHING_YET
    assert text.NO_SAVED in said(page)
    assert page.button(key="whatif-save").disabled
    assert "whatif-export" not in keys(page)


def test_a_scenario_is_built_worked_out_and_shown_beside_today(page):
    build(page)
    assert "1. Birch House closes." in said(page)  # the first by name
    save_and_work(page)
    assert headline(page) == "With “Oak House closes”, 1 fewer person would have a place."
    assert "Without a place: 3 today and 4 with “Oak House closes”" in said(page)
    people = tables(page)[0]
    assert people[1] == ["With a place", "2", "1 (−1)"]
    (chart,) = charts(page)
    assert drawn(chart) == 3 + 4
    assert "People who live at Birch House now: 1." in said(page)
    assert "loses the place at Birch House" in said(page)
    # The builder is empty again.
    assert text.NO_STEPS in said(page)
    assert page.text_input(key="whatif-name").value == ""


def test_several_stand_side_by_side_and_some_can_be_taken_away(page, desk):
    for name, steps in (("One closes", (CloseProvider("P1"),)), ("Surge", (Surge(4),))):
        work_out(desk, save(desk, name, steps).number)
    page.run()
    chosen = page.multiselect(key="whatif-chosen")
    assert len(chosen.value) == 1
    chosen.set_value(chosen.value + [n for n in (1, 2) if n not in chosen.value]).run()
    assert not page.exception
    assert "“One closes”" in headline(page)
    assert "“Surge”" in headline(page)
    assert all(len(row) == 4 for row in tables(page)[0])
    assert text.INVENTED.format(people="4") in said(page)
    page.multiselect(key="whatif-chosen").set_value([]).run()
    assert headline(page) == text.NOTHING_YET


@pytest.mark.parametrize("step", list(text.STEPS))
def test_every_kind_of_step_can_be_built(page, step):
    needed = {
        "change_ages": {"ages-P2-B1-high": 19},
        "open_provider": {"plain-county": HERE},
    }
    build(page, "x", step, **needed.get(step, {}))
    assert "1. " in said(page)
    assert not page.button(key="whatif-save").disabled


def test_a_step_that_cannot_be_meant_is_refused_in_words(page):
    build(page, step="change_ages")
    assert "No age was given." in said(page)
    build(page, step="train", courses=[])
    assert "No course was chosen." in said(page)
    build(page, step="open_provider")
    assert "A new provider needs a type, a county, ages and genders." in said(page)
    assert text.NO_STEPS in said(page)


def test_steps_can_be_taken_out_and_the_builder_emptied(page):
    build(page)
    build(page, step="surge")
    page.button(key="whatif-out-0").click().run()
    assert "1. 10 more people are referred." in said(page)
    page.button(key="whatif-new").click().run()
    assert text.NO_STEPS in said(page)


def test_a_name_is_needed(page):
    build(page, name=" ")
    page.button(key="whatif-save").click().run()
    assert "The scenario has no name." in said(page)
    assert "1. Birch House closes." in said(page)  # nothing is lost


def test_a_scenario_can_be_renamed_changed_deleted_and_put_back(page, desk):
    one = save(desk, "One closes", (CloseProvider("P1"),))
    page.run()
    page.button(key=f"whatif-rename-{one.number}").click().run()
    page.text_input(key="whatif-new-name").set_value("Oak closes").run()
    page.button(key="whatif-keep-name").click().run()
    assert "Oak closes" in said(page)
    page.button(key=f"whatif-edit-{one.number}").click().run()
    assert page.text_input(key="whatif-name").value == "Oak closes"
    assert "1. Oak House closes." in said(page)
    page.button(key=f"whatif-delete-{one.number}").click().run()
    assert text.DELETED.format(name="Oak closes") in said(page)
    assert text.NO_SAVED in said(page)
    page.button(key="whatif-undo").click().run()
    assert text.NO_SAVED not in said(page)
    assert text.STATES["never"][1] in said(page)


def test_a_scenario_of_other_facts_is_to_be_worked_out_again(page, desk):
    one = save(desk, "One closes", (CloseProvider("P1"),))
    work_out(desk, one.number)
    with desk.store.transaction() as record:
        stored = dict(record.scenarios.get(one.number).result)
        stored["base"] = {"run": 0, "data_version": 0}
        record.scenarios.change(one.number, result=stored)
    page.run()
    assert text.STATES["moved"][1] in said(page)
    assert headline(page) == text.NOTHING_YET
    page.button(key=f"whatif-work-{one.number}").click().run()
    finished(page, "whatif").run()
    assert headline(page).startswith("With “One closes”")


def test_what_cannot_be_worked_out_is_said(page, desk):
    one = save(desk, "Gone", (CloseProvider("P9"),))
    page.run()
    page.button(key=f"whatif-work-{one.number}").click().run()
    finished(page, "whatif")
    assert "not on the record" in said(page)
    assert text.STATES["never"][1] in said(page)


def test_without_a_plan_of_today_it_says_so(opener, desk):
    with desk.store.transaction() as record:
        batch = record.batches.list()[0]
        record.referrals.replace(PEOPLE[:2], int(batch.id))
    app = opener("whatif")
    assert headline(app) == text.NO_PLAN_SENTENCE
    assert "whatif-to-plan" in keys(app)


def test_a_manager_sees_bands_and_no_chart_of_people(opener, desk, monkeypatch):
    monkeypatch.setattr(session, "LOCAL_USER", Actor("manager", Role.MANAGER))
    work_out(desk, save(desk, "One closes", (CloseProvider("P1"),)).number)
    app = opener("whatif")
    assert not app.exception
    assert headline(app) == "With “One closes”, 1 to 10 fewer people would have a place."
    assert charts(app) == []
    assert text.PROTECTED in said(app)
    assert "R1" not in said(app)
    assert text.WHO not in said(app)


def test_it_can_be_stopped(page, monkeypatch):
    started = []
    real = scenario_runs.work_out

    def watched(*args, effort, **options):
        started.append(effort)
        return real(*args, effort=replace(effort, seconds=0.0), **options)

    monkeypatch.setattr(scenario_runs, "work_out", watched)
    save_and_work(build(page))
    assert started
    assert headline(page).startswith("With “Oak House closes”")
