"""From one page to another, before anything is drawn that nobody sees."""

from __future__ import annotations

import pytest
from streamlit.errors import StreamlitAPIException

from matching.ui import navigation


class Left(BaseException):
    """What ends the run of a page that is left."""


@pytest.fixture
def state(monkeypatch):
    kept: dict[str, object] = {}
    monkeypatch.setattr(navigation.st, "session_state", kept)
    return kept


def test_the_page_a_callback_asked_for_is_opened_at_once_and_once(state, monkeypatch):
    opened = []

    def leave(page):
        opened.append(page)
        raise Left

    monkeypatch.setattr(navigation.st, "switch_page", leave)
    navigation.open_case("R1")
    with pytest.raises(Left):
        navigation.follow_at_once()
    navigation.follow_at_once()
    navigation.follow()
    assert opened == [navigation.page_file("case")]
    assert navigation.selected_case() == "R1"


def test_where_the_pages_are_not_known_yet_it_is_opened_once_they_are(state, monkeypatch):
    def unknown(_page):
        raise StreamlitAPIException("no such page")

    monkeypatch.setattr(navigation.st, "switch_page", unknown)
    navigation.go_next("calls")
    navigation.follow_at_once()
    opened = []
    monkeypatch.setattr(navigation.st, "switch_page", opened.append)
    navigation.follow()
    navigation.follow_at_once()
    assert opened == [navigation.page_file("calls")]
