"""The page Case, driven like a person would."""

import pytest

from matching.services.case_views import CaseLine
from matching.ui import session
from matching.ui.text import case as text
from tests.ui.office import PROVIDERS, REFERRALS, charts, drawn, go, headline, said, tables


@pytest.fixture
def page(planned):
    return planned("case")


def choose(app, *, placed):
    lines = {
        one: one.endswith("with a place") for one in app.selectbox(key="case-choice").options
    }
    wanted = next(one for one, has in lines.items() if has == placed)
    app.selectbox(key="case-choice").set_value(wanted.split(" · ")[0]).run()
    assert not app.exception
    return app.session_state["case-view"][1]


def looked_at():
    with session.desk().store.reading() as record:
        return [e.object_id for e in record.audit.events() if e.action == "see_cases"]


def test_without_a_plan_the_page_leads_to_it(sampled):
    app = sampled("case")
    assert headline(app) == text.NO_PLAN_SENTENCE
    assert [one.label for one in app.button if one.proto.type == "primary"] == [text.TO_PLAN]


def test_first_a_case_is_chosen(page):
    assert headline(page) == text.CHOOSE_SENTENCE
    assert len(page.selectbox(key="case-choice").options) == REFERRALS
    assert looked_at() == []


def test_a_proposal_is_explained(page):
    view = choose(page, placed=True)
    found = view.explanation
    assert headline(page).startswith("Proposed: ")
    for finding in found.met:
        assert " ".join(finding.sentence.split()) in said(page)
    points, funnel = charts(page)
    assert drawn(points) == sum(one.points for one in found.proposal.points)
    assert drawn(funnel) == found.providers + sum(step.left for step in found.funnel)


def test_somebody_without_a_place_is_told_what_stands_in_the_way(page):
    view = choose(page, placed=False)
    assert headline(page).startswith("No place in this plan.")
    assert view.gap.stage_title in headline(page)
    (funnel,) = charts(page)
    assert drawn(funnel) == PROVIDERS + sum(step.left for step in view.explanation.funnel)


def test_looking_at_a_case_is_recorded_once(page):
    view = choose(page, placed=True)
    page.text_input(key="case-search").set_value("x").run()
    assert looked_at() == [view.person.case]
    choose(page, placed=False)
    assert len(looked_at()) == 2


def test_the_case_is_remembered_but_never_in_the_address(page):
    view = choose(page, placed=True)
    go(page, "plan")
    go(page, "case")
    assert f"Case {view.person.case}" in said(page)
    assert not page.query_params


def test_a_case_that_is_gone_is_not_kept_open(page):
    page.session_state["case"] = "R-GONE"
    page.run()
    assert headline(page) == text.CHOOSE_SENTENCE


def test_each_step_opens_the_providers_that_fell_there(page):
    view = choose(page, placed=False)
    step = min(view.explanation.funnel, key=lambda one: one.fell)
    before = len(tables(page))
    page.selectbox(key="case-step").set_value(step.code).run()
    assert not page.exception
    assert len(tables(page)) == before + 1
    assert step.fell in [len(table) for table in tables(page)]


def test_no_more_than_25_providers_at_a_time(page):
    view = choose(page, placed=False)
    assert len(view.explanation.barred) > 25
    assert max(len(table) for table in tables(page)) == 25


def test_why_not_a_certain_provider(page):
    view = choose(page, placed=False)
    wanted = view.explanation.barred[-1]
    page.text_input(key="case-search").set_value(wanted.provider_id).run()
    (row,) = tables(page)[-1]
    assert row[0].startswith(wanted.name)
    for finding in wanted.findings:
        assert finding.title
    page.text_input(key="case-search").set_value("no such place").run()
    assert text.NONE_FOUND in said(page)


def test_a_case_in_the_list_says_what_is_not_known():
    line = CaseLine("R1", None, "", placed=False)
    assert text.line(line) == "R1 · age not known, gender not known · no place"
