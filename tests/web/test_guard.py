"""Without a session nothing gets past; with one, only what is one's own."""

from __future__ import annotations

import pytest

from matching.domain.access import Role
from matching.domain.accounts import SessionEnd
from matching.services import accounts, sessions
from tests.services import staffed
from tests.web.conftest import PAGE, bring, token_of

PATHS = [
    "/",
    "/board",
    "/static/js/a.js",
    "/media/0123456789abcdef0123.csv",
    "/_stcore/metrics",
    "/_stcore/host-config",
    "/_stcore/upload_file/a/b",
    "/_stcore/script-health-check",
    "/component/x",
    "/password",
    "/office",
    "/sign-in/",
    "//sign-in",
    "/sign-in/../board",
    "/signed-outside",
    "/SIGN-IN",
]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("cookie", [None, "", "x", "a" * 43, "../../etc"])
def test_nothing_is_answered_without_a_session(door, path, cookie):
    door.staff()
    browser = door.browser()
    if cookie is not None:
        bring(browser, cookie)
    page = browser.get(path)
    plain = browser.get(path, headers={"accept": "*/*"})
    assert page.status_code == 303
    assert page.headers["location"] == "/sign-in"
    assert plain.status_code == 401
    assert door.dashboard.asked == []


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH", "OPTIONS"])
def test_no_method_gets_past(door, method):
    door.staff()
    answer = door.browser().request(method, "/_stcore/upload_file/a/b")
    assert answer.status_code == 401
    assert door.dashboard.asked == []


def test_the_sign_of_life_is_for_everybody(door):
    door.staff()
    assert door.browser().get("/_stcore/health").status_code == 200


def test_before_accounts_only_this_machine_is_answered(door):
    assert door.browser().get("/").status_code == 403
    here = door.browser("127.0.0.1")
    assert here.get("/").text.startswith("<html>")
    proxied = here.get("/", headers={"x-forwarded-for": "127.0.0.1"})
    assert proxied.status_code == 403


def test_with_the_first_account_the_local_user_is_out_at_once(door):
    here = door.browser("127.0.0.1")
    assert here.get("/").status_code == 200
    accounts.add(staffed.machine(door.store), "ana", Role.ADMIN)
    assert here.get("/").headers["location"] == "/sign-in"


def over(door, how, token):
    key = sessions.key_of(token)
    with door.store.transaction() as change:
        one = change.accounts.named("kim")
        if how == "disabled":
            change.accounts.change(one, active=False)
        elif how == "no role":
            change.accounts.set_role(one.id, "main", None)
        elif how == "revoked":
            change.sessions.end(key, door.clock(), SessionEnd.REVOKED)
    if how == "idle":
        door.clock.on(minutes=15)
    elif how == "expired":
        for _ in range(60):
            door.clock.on(minutes=10)
            sessions.note_seen(door.store, key, door.clock())


ENDS = {
    "disabled": "disabled",
    "no role": "role",
    "revoked": "revoked",
    "idle": "idle",
    "expired": "expired",
}


@pytest.mark.parametrize("how", ENDS)
def test_a_session_that_is_over_opens_nothing(door, how):
    door.staff()
    browser = door.browser()
    door.sign_in(browser)
    assert browser.get("/board").status_code == 200
    over(door, how, token_of(browser))
    answer = browser.get("/board")
    assert answer.headers["location"] == f"/signed-out/{ENDS[how]}"
    assert "session" not in browser.cookies
    assert door.dashboard.asked == ["/board"]


def test_the_end_by_the_clock_is_recorded_once(door):
    door.staff()
    browser = door.browser()
    door.sign_in(browser)
    token = token_of(browser)
    door.clock.on(minutes=15)
    for _ in range(3):
        bring(browser, token)
        browser.get("/board")
    assert staffed.actions(door.store) == ["signed_in", "session_ended"]


def test_the_dashboard_sees_the_one_cookie_that_was_checked(door):
    door.staff()
    browser = door.browser()
    door.sign_in(browser)
    token = token_of(browser)
    browser.get("/board", headers={"cookie": f"a=b; __Host-session=planted; session={token}"})
    assert door.dashboard.cookies[-1] == f"a=b; session={token}"


def test_behind_https_a_cookie_without_the_prefix_is_nothing(door):
    door.staff()
    browser = door.browser(scheme="https")
    door.sign_in(browser)
    token = browser.cookies["__Host-session"]
    thief = door.browser(scheme="https")
    assert thief.get("/board", headers={"cookie": f"session={token}"}).status_code == 303
    browser.get("/board", headers={"cookie": f"session=planted; __Host-session={token}"})
    assert door.dashboard.cookies[-1] == f"__Host-session={token}"


def test_pages_get_the_script_and_are_never_kept(door):
    door.staff()
    browser = door.browser()
    door.sign_in(browser)
    answer = browser.get("/board", headers={"if-none-match": "x"})
    assert '<script defer src="/door/page.js"></script></head>' in answer.text
    assert answer.text.replace('<script defer src="/door/page.js"></script>', "") == PAGE
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert "etag" not in answer.headers
    assert answer.headers["cache-control"] == "no-store"
