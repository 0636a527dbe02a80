"""The page Plan, driven like a person would."""

import re
import threading

import pytest
import streamlit as st

from matching.domain.errors import EngineError
from matching.services import jobs, plan_views
from matching.services import proof as proofs
from matching.services.intake import load_sample
from matching.services.proof import Proof, Stopped
from matching.services.turn import turn
from matching.ui import more_beds, plan_lists, session
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
    # Somebody was passed over if people decided it; only what is around that is proven.
    decided = text.sentence(made, 2)
    assert "passed over" not in decided
    assert ("proven" in decided) == ("proven" in sentence)


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


def test_changed_records_are_said_beside_the_old_plan_while_it_is_at_hand(page, planned):
    assert "plan-view" in page.session_state
    load_sample(session.desk(), (), (), (known_referral("R-new"),), "2" * 64)
    page.run()
    # The plan is at hand, so it may still be looked at, with the warning.
    assert text.MOVED_LABEL in said(page)
    assert counts(page)[1] == REFERRALS
    # After a new start nothing can explain it any more.
    st.cache_resource.clear()
    page.run()
    assert headline(page) == text.MOVED_SENTENCE
    assert [b.label for b in page.button] == [text.MAKE_AGAIN]
    finished(page.button(key="plan-make").click().run())
    assert text.MOVED_LABEL not in said(page)
    assert counts(page)[1] == REFERRALS + 1


def test_exports_are_offered_in_both_forms(page):
    assert [one.label for one in page.get("download_button")] == [
        text.EXPORT_XLSX,
        text.EXPORT_CSV,
    ]


class Gate:
    """Makes plans only when it is opened, so that a test can look meanwhile."""

    def __init__(self, monkeypatch):
        self.opened, kept = threading.Event(), jobs.run_plan

        def slow(desk, policy_name, *, progress, effort):
            progress("rules")
            progress("fit")
            assert self.opened.wait(60)
            progress("flow")
            return kept(desk, policy_name, progress=progress, effort=effort)

        monkeypatch.setattr(jobs, "run_plan", slow)

    def making(self, page):
        page.button(key="plan-make").click().run()
        assert not page.exception
        assert page.session_state["plan-job"].running
        return page

    def open(self, page):
        self.opened.set()
        return finished(page)


@pytest.fixture
def gate(monkeypatch):
    return Gate(monkeypatch)


def newest():
    with session.desk().store.reading() as record:
        return record.runs.latest()


def test_a_plan_being_made_shows_its_stages_and_can_be_left(page, gate):
    before = newest().id
    gate.making(page)
    assert headline(page) == text.MAKING_SENTENCE
    assert all(words in said(page) for words in text.STAGES.values())
    assert [one.label for one in page.button] == [text.STOP, text.GIVE_UP]
    # Another page opens meanwhile, with the plan that is still the newest.
    go(page, "gaps")
    assert "had no place" in headline(page) or "no place" in said(page)
    go(page, "plan")
    assert headline(page) == text.MAKING_SENTENCE
    gate.open(page)
    assert newest().id == before + 1
    assert counts(page)


def test_stopped_it_keeps_the_best_so_far(page, gate):
    gate.making(page)
    page.button(key="plan-stop").click().run()
    assert text.STOPPING in said(page)
    assert all(page.button(key=f"plan-{name}").disabled for name in ("stop", "give-up"))
    gate.open(page)
    assert counts(page)
    assert newest().document["stopped"] in (None, "person")


def test_given_up_it_keeps_nothing_and_says_so(page, gate):
    before = newest().id
    gate.making(page)
    page.button(key="plan-give-up").click().run()
    gate.open(page)
    assert "Nothing was saved" in said(page)
    assert newest().id == before
    # The plan from before is still there, and a new one can be asked for.
    assert counts(page)
    assert page.button(key="plan-make").label == text.MAKE_AGAIN


def test_while_somebody_else_makes_a_plan_it_is_refused_in_words(page):
    with turn():
        page.button(key="plan-make").click().run()
    assert "Another plan is being made" in said(page)
    assert counts(page)


def test_a_plan_that_fails_unexpectedly_leaves_a_page_that_works(page, monkeypatch):
    def broken(*_, **__):
        raise ZeroDivisionError("R-SECRET")

    monkeypatch.setattr(jobs, "run_plan", broken)
    page.button(key="plan-make").click().run()
    finished(page)
    assert "could not be shown" in said(page)
    assert "R-SECRET" not in raw(page)
    page.run()
    assert counts(page)


def proof(**facts):
    blank = {"proven": False, "stopped": Stopped.PERSON, "parts": 5, "flow": 4, "kept": 0}
    blank |= {"program": 1, "open_parts": 1, "more": (), "cost": 12, "order_open": False}
    return Proof(**(blank | facts))


def test_what_is_not_proven_is_said_in_people_of_each_priority():
    said_of = text.not_proven(proof(more=(("tonight", 2), ("planned", 1))))
    assert "stopped by hand" in said_of
    assert "2 more people of the priority 'tonight'" in said_of
    assert "1 more person of the priority 'planned'" in said_of
    assert "best possible" not in said_of


def test_a_stopped_plan_says_how_far_it_is_proven(page, monkeypatch):
    found = proof(more=(("tonight", 2),))
    monkeypatch.setattr(proofs, "proof_of", lambda *_: found)
    page.run()
    assert text.NOT_PROVEN_LABEL in said(page)
    assert "2 more people of the priority 'tonight'" in said(page)


def test_how_it_was_decided_says_how_it_was_solved_and_how_to_make_it_again(page):
    run = session.current_run(session.desk())
    for sentence in proofs.sentences(proofs.proof_of(run.run.solution, run.stopped)):
        assert sentence in said(page)
    assert f"python -m matching replay {run.number}" in said(page)


def test_what_changed_since_the_plan_before(page):
    assert text.SINCE not in said(page)
    load_sample(session.desk(), (), (), (known_referral("R-new"),), "4" * 64)
    page.run()
    finished(page.button(key="plan-make").click().run())
    assert text.SINCE in said(page)
    assert "1 person is new" in said(page)
    assert "Case R-new is new" in said(page)


def test_each_proposal_says_what_the_next_best_would_mean(page):
    finished(page, "next-best")
    found = page.session_state["next-best"].job.result()
    assert found
    for one in found.values():
        assert text.next_best(one) in said(page)


def test_where_one_more_bed_would_do_most_is_asked_for(page):
    assert "more-beds" not in page.session_state
    finished(page.button(key="more-beds-ask").click().run(), "more-beds")
    beds = page.session_state["more-beds"].job.result()
    assert 0 < len(beds) <= 5
    for one in beds:
        assert one.sentence in said(page)


def test_where_no_bed_would_help_that_is_said(page, monkeypatch):
    monkeypatch.setattr(more_beds, "best_beds", lambda *_: ())
    finished(page.button(key="more-beds-ask").click().run(), "more-beds")
    assert text.BEDS_NONE in said(page)


@pytest.mark.parametrize("module", [more_beds, plan_lists])
def test_an_error_on_the_way_takes_nothing_else_from_the_page(planned, monkeypatch, module):
    def broken(*_, **__):
        raise EngineError("It does not add up.", next_step="Make the plan again.")

    for name in ("best_beds", "next_best"):
        if hasattr(module, name):
            monkeypatch.setattr(module, name, broken)
    page = finished(planned("plan"), "next-best")
    finished(page.button(key="more-beds-ask").click().run(), "more-beds")
    assert "It does not add up." in said(page)
    assert counts(page)
    assert text.HOW in [one.label for one in page.expander]
