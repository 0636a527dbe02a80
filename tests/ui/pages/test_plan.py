"""The page Plan, driven like a person would."""

import re

import pytest

from matching.services import plan_views
from matching.services.intake import load_sample
from matching.ui import session
from matching.ui.text import plan as text
from tests.builders import known_referral
from tests.ui.office import REFERRALS, finished, go, headline, raw, said


@pytest.fixture
def page(planned):
    return planned("plan")


def counts(app):
    placed, everybody = re.match(r"([\d,]+) of ([\d,]+) can be placed", headline(app)).groups()
    return int(placed), int(everybody)


def test_before_the_first_plan_there_is_one_primary_button_that_makes_it(sampled):
    app = sampled("plan")
    assert headline(app) == text.EMPTY_SENTENCE
    primary = [one for one in app.button if one.proto.type == "primary"]
    assert [one.label for one in primary] == [text.MAKE]
    finished(primary[0].click().run())
    placed, everybody = counts(app)
    assert 0 < placed < everybody == 60
    assert [one.label for one in app.button if one.proto.type == "primary"] == [text.MAKE_AGAIN]


def test_the_policy_chosen_is_the_policy_used(sampled):
    app = sampled("plan")
    app.selectbox(key="plan-policy").set_value("florida")
    finished(app.button(key="plan-make").click().run())
    assert "Florida" in said(app)


def test_the_policy_offered_again_is_that_of_the_plan_shown(sampled):
    app = sampled("plan")
    app.selectbox(key="plan-policy").set_value("texas")
    finished(app.button(key="plan-make").click().run())
    later = go(sampled("board"), "plan")
    assert "Texas" in said(later)
    assert later.selectbox(key="plan-policy").value == "texas"


def test_both_lists_add_up_and_show_at_most_25_rows_each(page):
    placed, everybody = counts(page)
    assert f"With a place {placed} people" in said(page)
    assert f"Without a place {everybody - placed} people" in said(page)
    opened = [one.key for one in page.button if one.key.startswith("open-placed-")]
    assert len(opened) == min(25, placed)


def test_the_sentence_claims_no_more_than_is_true(page):
    view = page.session_state["plan-view"][1]
    run = session.current_run(session.desk()).run
    assert ("passed over" in headline(page)) == (not run.tied)
    assert text.note(view) in said(page)


@pytest.mark.parametrize("claim", list(plan_views.Claim))
def test_every_claim_has_its_sentence(page, claim):
    view = page.session_state["plan-view"][1]
    made = plan_views.PlanView(
        1, view.made_at, "x", view.as_of, claim, 2, view.placed, (), view.certificate
    )
    sentence = text.sentence(made)
    assert ("passed over" in sentence) == (claim is plan_views.Claim.MOST)
    assert ("proven" in sentence) == (claim.value in ("most", "in_order"))
    assert bool(text.note(made)) == (claim is plan_views.Claim.IN_ORDER)


def test_filters_narrow_both_lists_and_say_so(page):
    page.text_input(key="plan-search").set_value("no such case").run()
    assert said(page).count(text.NONE_MATCH) == 2
    case = page.session_state["plan-view"][1].placed[0].person.case
    page.text_input(key="plan-search").set_value(case).run()
    assert "1 of" in said(page)
    assert [b.label for b in page.button if b.key.startswith("open-placed-")] == [
        case.replace("-", "\\-")
    ]


def test_asking_first_leaves_only_provisional_places(page):
    page.selectbox(key="plan-asking").set_value("ask").run()
    assert not page.exception
    assert text.NOTHING_TO_ASK not in raw(page)
    page.selectbox(key="plan-asking").set_value("ready").run()
    assert "Provisional" not in said(page)


def test_a_case_opens_from_the_list(page):
    first = page.session_state["plan-view"][1].placed[0].person.case
    page.button(key="open-placed-0").click().run()
    assert page.session_state["case"] == first
    assert f"Case {first}" in said(page)
    assert "case" not in str(page.query_params)


def test_how_it_was_decided_shows_the_certificate(page):
    made = page.session_state["plan-view"][1].certificate
    for value in (made.fingerprint, made.salt, f"{made.pairs:,}", f"{made.eligible:,}"):
        assert value in raw(page)


def test_changed_records_are_said_and_the_old_plan_is_not_shown_to_others(page, planned):
    at = page.session_state
    assert "plan-view" in at
    load_sample(session.desk(), (), (), (known_referral("R-new"),), "2" * 64)
    page.run()
    assert headline(page) == text.MOVED_SENTENCE
    assert [b.label for b in page.button] == [text.MAKE_AGAIN]
    finished(page.button(key="plan-make").click().run())
    assert counts(page)[1] == REFERRALS + 1
    load_sample(session.desk(), (), (), (known_referral("R-newer"),), "3" * 64)
    page.run()
    # This session made the plan, so it may still look at it, with the warning.
    assert text.MOVED_LABEL in said(page)
    assert counts(page)[1] == REFERRALS + 1


def test_exports_are_offered_in_both_forms(page):
    assert [one.label for one in page.get("download_button")] == [
        text.EXPORT_XLSX,
        text.EXPORT_CSV,
    ]
