"""The phone round: whom to call, and what they say, on the page Providers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from matching.domain.access import Actor, Role
from matching.services.exports import StandardForm
from matching.services.phone_round import phone_round
from matching.ui import session
from matching.ui.text import providers as text
from tests.ui.conftest import heading, words


@pytest.fixture
def calls(open_page):
    """The phone round, opened from the list of providers."""
    return open_page("providers").button(key="phone-round").click().run()


def opened(app):
    return [one for one in app.button if (one.key or "").startswith("open-calls")]


def test_the_page_says_and_lists_what_the_service_does(calls, desk):
    found = phone_round(desk)
    assert found.calls
    assert heading(calls) == found.sentence
    assert len(opened(calls)) == len(found.calls)
    for one in found.calls[:5]:
        assert one.name in [button.label.replace("\\", "") for button in opened(calls)]
    if found.more:
        assert text.round_more(found.more) in words(calls)


def test_an_answer_is_recorded_and_the_vacancy_leaves_the_list(calls, desk):
    first = phone_round(desk).calls[0]
    app = opened(calls)[0].click().run()
    app.number_input[0].set_value(0)
    app.text_input[0].set_value("intake desk")
    app = next(b for b in app.button if b.label == text.ROUND_SAVE).click().run()
    assert not app.exception
    assert "0 beds free" in words(app)
    left = phone_round(desk)
    assert (first.provider_id, first.pool_id) not in {
        (one.provider_id, one.pool_id) for one in left.calls
    }
    assert heading(app) == left.sentence
    pool = {p.pool_id: p for p in desk_pools(desk)}[first.pool_id]
    assert (pool.beds_available, pool.confirmed_by) == (0, "intake desk")


def desk_pools(desk):
    with desk.store.reading() as record:
        return record.providers.all()[1]


@pytest.mark.parametrize(("beds", "by"), [(None, "intake desk"), (1, ""), (1, "555-010-0199")])
def test_an_answer_that_cannot_be_recorded_is_a_sentence_and_saves_nothing(
    calls, desk, beds, by
):
    before = phone_round(desk)
    app = opened(calls)[0].click().run()
    app.number_input[0].set_value(beds)
    app.text_input[0].set_value(by)
    app = next(b for b in app.button if b.label == text.ROUND_SAVE).click().run()
    assert not app.exception
    assert "saved" in words(app).lower()
    assert phone_round(desk).calls == before.calls


def test_a_call_may_wait_and_the_list_is_left_again(calls):
    app = opened(calls)[0].click().run()
    assert len(app.number_input) == 1
    app = app.button(key="phone-round-skip").click().run()
    assert len(app.number_input) == 0
    app = app.button(key="phone-round-back").click().run()
    assert any((b.key or "").startswith("open-providers") for b in app.button)


def test_whoever_may_not_confirm_beds_sees_the_list_and_no_form(open_page, desk, monkeypatch):
    seen = replace(desk, actor=Actor("licensing", Role.LICENSING))
    monkeypatch.setattr(session, "desk", lambda: seen)
    app = open_page("providers").button(key="phone-round").click().run()
    app = opened(app)[0].click().run()
    assert len(app.number_input) == 0
    assert text.ROUND_NOT_ALLOWED in words(app)
    assert app.get("download_button") == []


@pytest.mark.parametrize(
    ("proposed", "asked", "said"),
    [(0, 0, "none"), (3, 0, "3"), (3, 1, "3, 1 of them waits for this call"),
     (4, 2, "4, 2 of them wait for this call")],
)  # fmt: skip
def test_who_waits_for_a_call_is_said(proposed, asked, said):
    assert text.round_needs(proposed, asked, needed=proposed > 0) == said


def test_where_nobody_is_to_be_counted_the_need_is_said():
    assert text.round_needs(None, None, needed=True) == "yes"
    assert text.round_needs(None, None, needed=False) == "none"


def test_the_list_is_given_out_in_every_form(open_page):
    offered = [one.proto.label for one in open_page("providers").get("download_button")]
    assert offered == [text.EXPORT_BOOK, text.EXPORT_CSV, *text.EXPORT_AS.values()]
    assert set(text.EXPORT_AS) == {form.value for form in StandardForm}
