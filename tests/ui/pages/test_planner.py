"""The page Planner: a budget in, actions out; what it may not show it does not."""

from __future__ import annotations

import pytest

from matching.domain.access import Actor, Role
from matching.ui import session
from matching.ui.text import planner as text
from tests.ui.office import charts, go, headline, said, tables


@pytest.fixture
def page(planned):
    return planned("planner")


def work_out(app):
    """Press the button and wait until the work is done."""
    next(one for one in app.button if one.key == "planner-go").click()
    app.run()
    job = app.session_state["planner"].job
    assert job.wait(120)
    app.run()
    assert not app.exception
    return app


def test_without_a_plan_the_page_leads_to_it(sampled):
    app = sampled("planner")
    assert headline(app) == text.NO_PLAN_SENTENCE
    assert [one.label for one in app.button] == [text.TO_PLAN]


def test_it_asks_first_and_says_what_comes(page):
    assert headline(page) == text.ASK_SENTENCE
    assert text.EMPTY_TITLE in said(page)
    assert [one.label for one in page.number_input][:4] == [
        text.BEDS,
        text.TRAININGS,
        text.PAPERS,
        text.NEW_HOMES,
    ]


def test_an_answer_names_actions_and_agrees_with_itself(page):
    app = work_out(page)
    view = app.session_state["planner"].job.result().view
    assert headline(app) == text.sentence(view)
    assert "would have a place" in headline(app)
    assert text.how_sure(view) in said(app)
    shown = said(app)
    for one in view.actions:
        assert one.words in shown
    before = sum(int(tier.before) for tier in view.tiers)
    after = sum(int(tier.after) for tier in view.tiers)
    assert f"{after - before} more" == view.gain
    assert view.points[-1].more == after - before
    assert len(charts(app)) == 1
    assert len(tables(app)) >= 3


def test_an_answer_is_saved_as_a_scenario_and_stands_on_what_if(page):
    app = work_out(page)
    name = next(one for one in app.text_input if one.key == "planner-name")
    name.set_value("Training first")
    next(one for one in app.button if one.key == "planner-save").click()
    app.run()
    assert text.SAVED.format(name="Training first") in said(app)
    next(one for one in app.button if one.key == "planner-save").click()
    app.run()
    assert "has this name" in said(app)
    go(app, "whatif")
    assert "Training first" in said(app)


def test_a_budget_of_nothing_is_refused_in_words(page):
    for one in page.number_input:
        if one.key in ("planner-beds", "planner-trainings", "planner-papers"):
            one.set_value(0)
    page.run()
    next(one for one in page.button if one.key == "planner-go").click()
    page.run()
    assert not page.exception
    assert "allows nothing to be done" in said(page)


def test_a_manager_sees_bands_and_no_chart(planned, monkeypatch):
    monkeypatch.setattr(session, "LOCAL_USER", Actor("manager", Role.MANAGER))
    app = work_out(planned("planner"))
    view = app.session_state["planner"].job.result().view
    assert view.protected
    assert text.PROTECTED in said(app)
    assert "1 to 10 more" in headline(app) or "nothing helps" in headline(app)
    assert charts(app) == []


def test_beds_can_be_limited_by_type_and_money_by_unit_costs(page):
    kinds = next(one for one in page.multiselect if one.key == "planner-types")
    kinds.select(kinds.options[0])
    next(one for one in page.toggle if one.key == "planner-money-on").set_value(True)
    page.run()
    assert not page.exception
    labels = [one.label for one in page.number_input]
    assert any(label.startswith(text.MOST_IN.format(name="")) for label in labels)
    assert {text.MONEY, text.BED_COST, text.TRAINING_COST, text.HOME_COST} <= set(labels)
