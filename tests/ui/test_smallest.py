"""What would change this: asked for, searched in the background, stopped, decided."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from matching.domain import words as w
from matching.domain.errors import ConflictError
from matching.insight.attempts import ChangeKind
from matching.services import smallest as service
from matching.services.decisions import waive
from matching.services.smallest import Small, SmallChanges
from matching.ui import session, smallest
from matching.ui.text import case as text
from matching.ui.text import deciding as deciding_text
from tests.builders import ago, known_home, known_pool, known_referral
from tests.ui.office import choose, finished, keys, opener_of, record_of, said


@pytest.fixture(scope="module")
def crowded_record(sqlite_template, tmp_path_factory):
    """One bed for three people, and a home that nobody has trained."""
    homes = (known_home("P1", name="Oak House"), known_home("P3", trainings=()))
    pools = tuple(known_pool(home.provider_id, beds_available=1) for home in homes)
    later = [
        known_referral(name, urgency=w.Urgency.PLANNED, received_at=ago(hours=hours))
        for name, hours in (("R6", 80), ("R7", 8))
    ]
    people = (known_referral("R1"), *later)
    return record_of(sqlite_template, tmp_path_factory, homes, pools, people)


@pytest.fixture
def opener(crowded_record, tmp_path, monkeypatch):
    return opener_of(crowded_record, tmp_path, monkeypatch)


@pytest.fixture
def page(opener):
    """The page of the one without a place."""
    return choose(opener("case"), "R6")


def ask(app):
    return finished(app.button(key="smallest-ask").click().run(), "smallest")


def test_it_is_asked_for_and_not_searched_unasked(page):
    assert text.CHANGES in said(page)
    assert "smallest" not in page.session_state
    assert page.button(key="smallest-ask").label == text.CHANGES_ASK


def test_somebody_with_a_place_needs_no_change(opener):
    page = choose(opener("case"), "R1")
    assert text.CHANGES not in said(page)
    assert "smallest-ask" not in keys(page)


def test_each_change_is_listed_with_its_effect_on_others(page):
    ask(page)
    result = page.session_state["smallest"].job.result()
    assert {one.kind for one in result.found} >= {ChangeKind.TRAIN, ChangeKind.BED}
    assert result.sentence in said(page)
    for one in result.found:
        assert one.sentence in said(page)


def test_it_can_be_stopped_and_shows_what_was_found(page, monkeypatch):
    gate, kept = threading.Event(), service.small_changes

    def slow(*args, progress, effort):
        progress("Trying a call, 1 of 3")
        assert gate.wait(60)
        return kept(*args, progress=progress, effort=effort)

    monkeypatch.setattr(service, "small_changes", slow)
    page.button(key="smallest-ask").click().run()
    assert "Trying a call, 1 of 3" in said(page)
    page.button(key="smallest-stop").click().run()
    assert text.CHANGES_STOPPING in said(page)
    gate.set()
    finished(page, "smallest")
    assert page.session_state["smallest"].job.result().found == ()
    # Nothing was tried yet, so it can be asked for again.
    assert page.button(key="smallest-ask").label == text.CHANGES_AGAIN


def test_another_case_starts_without_an_answer(page):
    ask(page)
    choose(page, "R1")
    assert "smallest" in page.session_state  # the way back finds the answer again
    choose(page, "R7")
    assert "smallest" not in page.session_state
    assert page.button(key="smallest-ask").label == text.CHANGES_ASK


def test_while_another_plan_is_made_it_is_refused_in_words(page, monkeypatch):
    def busy(*_):
        raise ConflictError("Another plan is being made.", next_step="Wait.")

    monkeypatch.setattr(smallest, "start_small_changes", busy)
    page.button(key="smallest-ask").click().run()
    assert "Another plan is being made. Nothing was saved. Wait." in said(page)
    assert page.button(key="smallest-ask").label == text.CHANGES_ASK


@pytest.fixture
def waiver(page, monkeypatch):
    """A waiver as the only answer, of a rule that the local user may waive."""
    home = session.current_run(session.desk()).run.problem.provider_ids[1]
    one = Small(
        kind=ChangeKind.WAIVE,
        title="a waiver",
        sentence="A waiver of a rule would give this young person a place.",
        lines=("Case R6 gets a place.", "Case R1 moves."),
        provider_id=home,
        role="supervisor",
        matter=waive("R6", "training", home),
    )
    found = SmallChanges("R6", (one,), "The plan was made again with 1 change in.", True)
    monkeypatch.setattr(service, "small_changes", lambda *_, **__: found)
    return one


def test_a_waiver_can_be_tried_out_with_a_reason_and_a_last_day(page, waiver, monkeypatch):
    monkeypatch.setattr(smallest, "may_decide", lambda *_: True)
    wishes = []
    monkeypatch.setattr(smallest.deciding, "ask", wishes.append)
    ask(page)
    day = session.desk().clock().date() + timedelta(days=30)
    page.selectbox(key="smallest-0-reason").set_value("family_team")
    page.date_input(key="smallest-0-until").set_value(day)
    page.button(key="smallest-0-try").click().run()
    assert not page.exception
    (wish,) = wishes
    assert (wish.matter, wish.reason, wish.until) == (waiver.matter, "family_team", day)


def test_a_waiver_may_be_for_every_provider(page, waiver, monkeypatch):
    monkeypatch.setattr(smallest, "may_decide", lambda *_: True)
    wishes = []
    monkeypatch.setattr(smallest.deciding, "ask", wishes.append)
    ask(page)
    scope = page.radio(key="smallest-0-scope")
    assert scope.value == deciding_text.HERE
    scope.set_value(deciding_text.EVERYWHERE)
    page.button(key="smallest-0-try").click().run()
    assert [one.matter for one in wishes] == [waive("R6", "training")]


def test_a_waiver_without_a_reason_is_refused_in_words(page, waiver, monkeypatch):
    monkeypatch.setattr(smallest, "may_decide", lambda *_: True)
    ask(page)
    page.button(key="smallest-0-try").click().run()
    finished(page, "deciding")
    assert deciding_text.IF_DECIDED in said(page)
    assert "Nothing was saved" in said(page)


def test_whoever_may_not_waive_is_told_who_may(page, waiver, monkeypatch):
    monkeypatch.setattr(smallest, "may_decide", lambda *_: False)
    ask(page)
    assert text.CHANGES_ROLE.format(role="supervisor") in said(page)
    assert "smallest-0-try" not in keys(page)
