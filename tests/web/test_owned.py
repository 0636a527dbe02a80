"""Files and screens belong to the session they were given to, and to no more than fit."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from matching.web import owned
from matching.web.owned import Owned, screen_in
from tests.web.conftest import new_session, offer

FILE = "/media/0123456789abcdef0123.csv"


def test_a_file_is_for_whoever_was_told_of_it():
    kept = Owned()
    kept.told("a", offer(FILE))
    assert kept.may_fetch("a", FILE)
    assert not kept.may_fetch("b", FILE)
    assert not kept.may_fetch("a", FILE + "x")
    kept.forget("a")
    assert not kept.may_fetch("a", FILE)


def test_a_file_made_when_it_is_pressed_is_for_whoever_pressed():
    message = ForwardMsg()
    message.backend_operation_response.deferred_file.url = FILE
    kept = Owned()
    kept.told("a", message.SerializeToString())
    assert kept.may_fetch("a", FILE)


def test_an_address_in_words_opens_nothing():
    kept = Owned()
    message = ForwardMsg()
    message.delta.new_element.markdown.body = f"Nothing was found for {FILE}"
    kept.told("a", message.SerializeToString())
    message.delta.new_element.text_input.default = FILE
    kept.told("a", message.SerializeToString())
    message.delta.new_element.link_button.url = FILE
    kept.told("a", message.SerializeToString())
    kept.told("a", offer(f"https://elsewhere.example{FILE}"))
    kept.told("a", FILE.encode())
    assert not kept.may_fetch("a", FILE)


def test_a_screen_keeps_the_session_it_began_in():
    kept = Owned()
    kept.bind("s", "a")
    kept.bind("s", "b")
    assert kept.is_screen_of("s", "a")
    assert not kept.is_screen_of("s", "b")
    assert kept.may_fetch("a", "/_stcore/upload_file/s/f")
    assert not kept.may_fetch("b", "/_stcore/upload_file/s/f")
    assert not kept.may_fetch("a", "/_stcore/upload_file/other/f")
    assert not kept.may_fetch("a", "/_stcore/upload_file/")
    kept.forget("a")
    assert not kept.is_screen_of("s", "a")


def test_other_paths_are_not_its_business():
    assert Owned().may_fetch("a", "/board")


def test_it_forgets_the_oldest(monkeypatch):
    monkeypatch.setattr(owned, "MOST_FILES", 3)
    monkeypatch.setattr(owned, "MOST_SESSIONS", 2)
    kept = Owned()
    for k in range(5):
        kept.told("a", offer(f"/media/0123456789{k}.csv"))
    assert not kept.may_fetch("a", "/media/01234567890.csv")
    assert kept.may_fetch("a", "/media/01234567894.csv")
    for key in ("b", "c"):
        kept.told(key, offer(FILE))
        kept.bind(key, key)
    kept.bind("d", "d")
    assert not kept.may_fetch("a", "/media/01234567894.csv")
    assert not kept.is_screen_of("b", "b")


@given(st.binary(max_size=200))
def test_no_message_confuses_it(message):
    Owned().told("a", message)
    screen_in(message)


def test_the_number_of_a_screen():
    assert screen_in(new_session("one")) == "one"
    other = ForwardMsg()
    other.delta.new_element.html.body = "x"
    assert screen_in(other.SerializeToString()) is None
    assert screen_in(b"") is None
