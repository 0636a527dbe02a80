"""The page Board."""

from __future__ import annotations

import re

import pytest

from matching.domain.words import DataOrigin
from matching.services import matching, views
from matching.services.standing import standings
from matching.ui.text import board as text
from tests.builders import known_home, known_pool, known_referral
from tests.ui.conftest import heading, labels, words


def cases(app) -> list[str]:
    return [
        one.label.replace("\\", "") for one in app.button if one.key.startswith("open-waiting")
    ]


def test_the_sentence_has_the_counts_of_the_services(open_page, desk):
    board = views.board(desk)
    said = heading(open_page())
    assert re.fullmatch(
        rf"{len(board.waiting)} waiting, {board.usable} beds usable tonight, "
        r"as of \d\d:\d\d\.",
        said,
    )


def test_the_waiting_stand_in_order_of_priority_then_wait(open_page, desk):
    expected = [row.referral.referral_id for row in views.board(desk).waiting]
    app = open_page()
    assert cases(app) == expected[:15]
    app.session_state["board-page"] = 4
    app.run()
    assert cases(app) == expected[45:]


def test_beds_of_all_types_add_up_to_the_services_sum(open_page, desk):
    board = views.board(desk)
    said = words(open_page())
    for beds in board.beds:
        assert beds.placement_type in said.lower()
    assert f"{sum(beds.licensed.known for beds in board.beds)}+" in said


def test_stale_vacancies_and_endings_are_counted(open_page, desk):
    board = views.board(desk)
    said = words(open_page())
    assert text.stale(len(board.stale), board.providers, board.stale_hours) in said
    ended = sum(one.ends < board.as_of.date() for one in board.endings)
    assert text.endings(ended, len(board.endings) - ended) in said


def test_filters_leave_those_who_match(open_page, desk):
    row = views.board(desk).waiting[20]
    app = open_page()
    app.text_input("board-search").set_value(row.referral.referral_id).run()
    assert cases(app) == [row.referral.referral_id]
    app.text_input("board-search").set_value("nobody at all").run()
    assert text.NO_MATCH in words(app)
    app.text_input("board-search").set_value("").run()
    app.selectbox("board-county").set_value(row.home).run()
    assert set(cases(app)) <= {
        one.referral.referral_id for one in views.board(desk).waiting if one.home == row.home
    }


def test_a_filter_that_shortens_the_list_goes_back_to_its_first_page(open_page, desk):
    app = open_page(**{"board-page": 4})
    row = views.board(desk).waiting[0]
    app.text_input("board-search").set_value(row.referral.referral_id).run()
    assert cases(app) == [row.referral.referral_id]


def test_a_case_opens_in_the_session_and_never_in_the_address(open_page, desk):
    matching.run_plan(desk)
    app = open_page()
    first = cases(app)[0]
    app.button("open-waiting-0").click().run()
    assert not app.exception
    assert app.session_state["case"] == first
    assert first not in str(dict(app.query_params))
    assert first in heading(app) + words(app)


def test_before_a_plan_everybody_has_none(open_page):
    said = words(open_page())
    assert text.no_plan_yet() in said
    assert said.count(text.NO_PLAN) == 15


def test_one_primary_button_makes_the_plan_and_opens_it(open_page, desk):
    app = open_page()
    primary = [one for one in app.button if one.proto.type == "primary"]
    assert [one.label for one in primary] == [text.MAKE_PLAN]
    primary[0].click().run()
    assert not app.exception
    latest = matching.latest_run(desk)
    assert latest.number == 1
    assert f"{len(latest.document['placements'])} of 60" in heading(app)


def test_after_a_plan_everybody_stands_somewhere(open_page, desk):
    matching.run_plan(desk)
    stand = standings(desk)
    app = open_page()
    shown = cases(app)
    said = words(app)
    assert said.count("proposed: ") == sum(case in stand.places for case in shown)
    assert said.count(text.NO_PLACE) == sum(case in stand.without for case in shown)
    assert "Plan 1 was made at" in said
    assert "The record has changed" not in said


def test_after_the_record_moved_the_plan_says_so(open_page, desk, record):
    matching.run_plan(desk)
    with record.transaction() as change:
        change.referrals.upsert((known_referral("R-NEW"),), change.batches.list()[0])
    said = words(open_page())
    assert "The record has changed since" in said
    assert "(before the record changed)" in said


def test_a_plan_that_cannot_be_made_is_a_sentence(open_page, monkeypatch):
    from matching.domain.errors import EngineError

    def fails(*args, **kwargs):
        raise EngineError("The plan could not be proven.", next_step="Try again.")

    monkeypatch.setattr(matching, "run_plan", fails)
    app = open_page()
    app.button("make-plan").click().run()
    assert "The plan could not be proven. Nothing was saved. Try again." in words(app)
    assert not app.exception


def test_every_stage_of_the_engine_has_its_words():
    from matching.engine.solve import STAGES

    assert set(text.STAGES) == set(STAGES)


def _replace(record, homes, pools, people) -> None:
    with record.transaction() as change:
        batch = change.batches.list()[0]
        change.providers.replace(homes, pools, batch)
        change.referrals.replace(people, batch)


@pytest.mark.parametrize("homes", [(), (known_home(data_origin=DataOrigin.REAL),)])
def test_with_nobody_waiting_the_page_says_what_to_do(open_page, record, homes):
    _replace(record, homes, (known_pool(),) if homes else (), ())
    app = open_page()
    assert heading(app).startswith("Nobody is waiting")
    assert text.EMPTY in words(app)
    primary = [one for one in app.button if one.proto.type == "primary"]
    assert [one.label for one in primary] == [text.GO_UPLOAD]
    assert text.MAKE_PLAN not in labels(app)
    app.button("go-upload").click().run()
    assert not app.exception
    assert app.get("file_uploader")


def test_with_nowhere_to_go_no_plan_is_offered(open_page, record):
    _replace(record, (), (), (known_referral(),))
    app = open_page()
    assert heading(app).startswith("1 waiting, no bed usable tonight")
    assert text.NO_BEDS in words(app)
    assert text.MAKE_PLAN not in labels(app)


def test_names_from_a_file_cannot_become_tags(open_page, record):
    evil = "<img src=x onerror=alert(1)>"
    _replace(record, (known_home(name=evil),), (known_pool(as_of=None),), (known_referral(),))
    app = open_page()
    assert evil in words(app)
    assert not any(evil in one.value for one in app.html)
