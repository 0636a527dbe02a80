"""An open socket is looked at with every message; what is over reaches nothing any more."""

from __future__ import annotations

from itertools import pairwise

import pytest
from starlette.websockets import WebSocketDisconnect
from streamlit.proto.BackMsg_pb2 import BackMsg

from matching.domain.access import Role
from matching.domain.accounts import SessionEnd
from matching.services import accounts, sessions
from matching.web import socket
from matching.web.local import POLICY_VIOLATION
from matching.web.socket import is_doing
from tests.services import staffed
from tests.web.conftest import bring, new_session, offer, token_of
from tests.web.test_guard import ENDS, over

STREAM = "/_stcore/stream"
FILE = "/media/0123456789abcdef0123.csv"


def touch(*, by_itself: bool = False, fragment: str = "") -> bytes:
    message = BackMsg()
    message.rerun_script.is_auto_rerun = by_itself
    message.rerun_script.fragment_id = fragment
    message.rerun_script.page_name = "board"
    return message.SerializeToString()


@pytest.fixture
def browser(door):
    door.staff()
    found = door.browser()
    door.sign_in(found)
    return found


def refused(browser, **more):
    with (
        pytest.raises(WebSocketDisconnect) as caught,
        browser.websocket_connect(STREAM, **more),
    ):
        pass
    return caught.value.code


def say(open_socket, data=None):
    open_socket.send_bytes(touch() if data is None else data)
    return open_socket.receive_bytes()


def closed(open_socket, data=None):
    """Say something on a socket that is over, and return the code it closes with."""
    open_socket.send_bytes(touch() if data is None else data)
    with pytest.raises(WebSocketDisconnect) as caught:
        open_socket.receive_bytes()
    return caught.value.code


def test_a_socket_needs_a_session(door):
    door.staff()
    assert refused(door.browser()) == POLICY_VIOLATION
    browser = door.browser()
    bring(browser, sessions.new_token())
    assert refused(browser) == POLICY_VIOLATION
    assert door.dashboard.protocols == []


def test_whoever_must_change_the_password_gets_no_socket(door):
    door.staff(must_change=True)
    browser = door.browser()
    door.sign_in(browser)
    assert refused(browser) == POLICY_VIOLATION


def test_messages_pass_while_the_session_lasts(door, browser):
    with browser.websocket_connect(STREAM) as opened:
        assert say(opened) == b"drawn"
        door.clock.on(minutes=14)
        assert say(opened) == b"drawn"
        door.clock.on(minutes=14)
        assert say(opened) == b"drawn"
    assert len(door.dashboard.heard) == 3


@pytest.mark.parametrize(
    "kind",
    ["clear_cache", "set_run_on_save", "debug_shutdown_runtime", "debug_disconnect_websocket"],
)
def test_what_only_a_developer_has_to_say_does_not_reach_the_dashboard(door, browser, kind):
    message = BackMsg()
    setattr(message, kind, True)
    with browser.websocket_connect(STREAM) as opened:
        opened.send_bytes(message.SerializeToString())
        assert say(opened) == b"drawn"
    assert door.dashboard.heard == [touch()]


def test_every_message_that_there_is_is_decided_on():
    """A new version of the dashboard's library may bring another one."""
    kinds = {one.name for one in BackMsg.DESCRIPTOR.oneofs_by_name["type"].fields}
    developer = {
        "clear_cache",
        "set_run_on_save",
        "debug_shutdown_runtime",
        "debug_disconnect_websocket",
    }
    assert {kind for kind in kinds if kind not in socket._HEARD} == developer


def too_large(size: int) -> bytes:
    """Return a message of a browser in which one field holds so many bytes in all."""
    message = BackMsg.FromString(touch())
    message.rerun_script.query_string = "x" * (size - len(touch()) - 10)
    return message.SerializeToString()


@pytest.mark.parametrize("accounts_exist", [True, False])
def test_a_message_that_no_page_sends_closes_the_socket_unread(door, accounts_exist):
    if accounts_exist:
        door.staff()
        browser = door.browser()
        door.sign_in(browser)
    else:
        browser = door.browser("127.0.0.1")
    largest = too_large(socket.LARGEST)
    assert socket.LARGEST - 20 < len(largest) <= socket.LARGEST
    with browser.websocket_connect(STREAM) as opened:
        assert say(opened, largest) == b"drawn"
        assert closed(opened, too_large(socket.LARGEST + 100)) == socket.TOO_BIG
    with browser.websocket_connect(STREAM) as opened:
        opened.send_text("hello")
        with pytest.raises(WebSocketDisconnect) as caught:
            opened.receive_bytes()
        assert caught.value.code == socket.NOT_UNDERSTOOD
    with browser.websocket_connect(STREAM) as opened:
        assert say(opened) == b"drawn"
    assert door.dashboard.heard == [largest, touch()]


@pytest.mark.parametrize("how", ENDS)
def test_a_session_that_is_over_reaches_nothing(door, browser, how):
    with browser.websocket_connect(STREAM) as opened:
        assert say(opened) == b"drawn"
        over(door, how, token_of(browser))
        assert closed(opened) == POLICY_VIOLATION
    assert len(door.dashboard.heard) == 1


@pytest.mark.parametrize("role", [Role.MANAGER, Role.ADMIN])
def test_a_changed_role_closes_the_socket(door, browser, role):
    """Up or down: what is on the screen was drawn for the other role."""
    with browser.websocket_connect(STREAM) as opened:
        say(opened)
        with door.store.transaction() as change:
            one = change.accounts.named("kim")
            change.accounts.set_role(one.id, "main", role)
        assert closed(opened) == POLICY_VIOLATION
    assert len(door.dashboard.heard) == 1


def test_a_reset_or_a_sign_out_elsewhere_closes_it(door, browser):
    staffed.staff(door.store, "ana", Role.ADMIN)
    admin = staffed.desk_of(door.store, "ana", Role.ADMIN)
    with browser.websocket_connect(STREAM) as opened:
        say(opened)
        one = accounts.named(admin, "kim")
        accounts.reset(admin, one.id, version=one.version)
        assert closed(opened) == POLICY_VIOLATION
    assert refused(browser) == POLICY_VIOLATION


@pytest.mark.parametrize("path", ["/sign-out", "/leave"])
def test_the_open_tab_of_whoever_left_is_closed(door, browser, path):
    with browser.websocket_connect(STREAM) as opened:
        say(opened)
        token = token_of(browser)
        browser.get(path)
        assert token
        assert closed(opened) == POLICY_VIOLATION
    assert len(door.dashboard.heard) == 1


def test_a_page_that_renews_itself_keeps_nobody_signed_in(door, browser):
    with browser.websocket_connect(STREAM) as opened:
        say(opened)
        for _ in range(14):
            door.clock.on(minutes=1)
            say(opened, touch(by_itself=True, fragment="clock"))
        door.clock.on(minutes=1)
        assert closed(opened, touch(by_itself=True)) == POLICY_VIOLATION
    assert len(door.dashboard.heard) == 15


def test_a_touch_keeps_it_and_is_noted_at_most_once_a_minute(door, browser, monkeypatch):
    noted = []
    real = sessions.note_seen
    monkeypatch.setattr(
        sessions, "note_seen", lambda *args: (noted.append(args[2]), real(*args))
    )
    with browser.websocket_connect(STREAM) as opened:
        for _ in range(30):
            say(opened)
            door.clock.on(seconds=10)
        for _ in range(100):
            if len(noted) >= 4:
                break
            say(opened)
    assert 3 <= len(noted) <= 6
    assert all((b - a).total_seconds() >= 60 for a, b in pairwise(noted))


def test_a_doing_not_yet_noted_is_noted_before_the_record_would_forget(door, browser):
    key = sessions.key_of(token_of(browser))
    with browser.websocket_connect(STREAM) as opened:
        door.clock.on(seconds=50)
        say(opened)  # too soon to be noted
        with door.store.reading() as record:
            assert record.sessions.get(key).seen_at == staffed.NOW
        door.clock.on(minutes=14, seconds=30)
        say(opened, touch(by_itself=True))
        with door.store.reading() as record:
            assert record.sessions.get(key).seen_at > staffed.NOW
        assert sessions.visit(door.store, door.settings, token_of(browser), door.clock())


def test_silence_closes_too(door, browser, monkeypatch):
    monkeypatch.setattr(socket, "LOOK_SECONDS", 0.02)
    with browser.websocket_connect(STREAM) as opened:
        say(opened)
        door.clock.on(minutes=15)
        with pytest.raises(WebSocketDisconnect) as caught:
            opened.receive_bytes()
    assert caught.value.code == POLICY_VIOLATION
    assert staffed.actions(door.store)[-1] == "session_ended"


def test_a_record_that_cannot_be_asked_lets_nothing_through(door, browser, monkeypatch):
    from matching.domain.errors import StoreError

    def fails(*_args, **_more):
        raise StoreError("gone")

    monkeypatch.setattr(socket, "LOOK_SECONDS", 0.02)
    with browser.websocket_connect(STREAM) as opened:
        say(opened)
        monkeypatch.setattr(sessions, "look", fails)
        with pytest.raises(WebSocketDisconnect) as caught:
            opened.receive_bytes()
    assert caught.value.code == POLICY_VIOLATION


def test_the_local_users_socket_closes_with_the_first_account(door):
    here = door.browser("127.0.0.1")
    with here.websocket_connect(STREAM) as opened:
        assert say(opened) == b"drawn"
        accounts.add(staffed.machine(door.store), "ana", Role.ADMIN)
        assert closed(opened) == POLICY_VIOLATION
    assert len(door.dashboard.heard) == 1


def test_what_counts_as_doing_something():
    files, chunk, beat = BackMsg(), BackMsg(), BackMsg()
    files.file_urls_request.request_id = "1"
    chunk.backend_operation_request.request_id = "1"
    beat.app_heartbeat = True
    assert is_doing(touch())
    assert is_doing(touch(fragment="f"))
    assert not is_doing(touch(by_itself=True))
    assert not is_doing(touch(), again=True)
    assert is_doing(files.SerializeToString())
    assert is_doing(chunk.SerializeToString())
    assert not is_doing(beat.SerializeToString())
    assert not is_doing(b"\xff\xff no message")
    assert not is_doing(b"")


def test_a_download_is_for_the_session_that_was_given_its_address(door, browser):
    door.staff("pat")
    other = door.browser()
    door.sign_in(other, "pat")
    assert browser.get(FILE).status_code == 404
    door.dashboard.answer = offer(FILE)
    with browser.websocket_connect(STREAM) as opened:
        say(opened)
    assert browser.get(FILE).text == "names of people"
    assert other.get(FILE).status_code == 404
    assert browser.get(FILE[:-5] + "9.csv").status_code == 404
    browser.get("/sign-out")
    assert browser.get(FILE).status_code == 303


def test_a_download_link_is_dead_in_the_next_session_too(door, browser):
    door.dashboard.answer = offer(FILE)
    with browser.websocket_connect(STREAM) as opened:
        say(opened)
    browser.get("/sign-out")
    door.sign_in(browser)
    assert browser.get(FILE).status_code == 404


def test_a_screen_is_taken_up_again_by_its_own_session_alone(door, browser):
    door.staff("pat")
    other = door.browser()
    door.sign_in(other, "pat")
    door.dashboard.answer = new_session("screen-1")
    with browser.websocket_connect(STREAM) as opened:
        say(opened)
    asked = ["streamlit", "xsrf", "screen-1"]
    for who, kept in ((browser, True), (other, False)):
        with who.websocket_connect(STREAM, subprotocols=asked) as opened:
            say(opened)
        assert ("screen-1" in door.dashboard.protocols[-1]) is kept
    upload = "/_stcore/upload_file/screen-1/f1"
    assert browser.put(upload).status_code == 200
    assert other.put(upload).status_code == 404


def test_a_socket_opened_again_by_itself_keeps_nobody_signed_in(door, browser):
    door.dashboard.answer = new_session("screen-1")
    with browser.websocket_connect(STREAM) as opened:
        say(opened)
    asked = ["streamlit", "xsrf", "screen-1"]
    for _ in range(3):
        door.clock.on(minutes=4)
        with browser.websocket_connect(STREAM, subprotocols=asked) as opened:
            say(opened)
    door.clock.on(minutes=3)
    assert refused(browser, subprotocols=asked) == POLICY_VIOLATION
    assert staffed.actions(door.store)[-1] == "session_ended"


def test_nothing_more_is_sent_once_it_is_over(door, browser):
    with browser.websocket_connect(STREAM) as opened:
        say(opened)
        sessions.end(
            door.store, sessions.key_of(token_of(browser)), door.clock(), SessionEnd.REVOKED
        )
        opened.send_bytes(touch())
        opened.send_bytes(touch())
        with pytest.raises(WebSocketDisconnect):
            opened.receive_bytes()
    assert len(door.dashboard.heard) == 1
