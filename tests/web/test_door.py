"""Signing in and out, the forced change, the office: as a browser does it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from matching.domain.access import Role
from matching.domain.accounts import SessionEnd
from matching.services import sessions
from matching.web import text
from tests.services import staffed
from tests.services.staffed import NOW, OTHER, PASSWORD
from tests.web.conftest import bring, send, token_of


@pytest.fixture
def browser(door):
    door.staff()
    return door.browser()


def last_event(door):
    with door.store.reading() as record:
        return record.audit.events(everywhere=True)[-1]


def test_sign_in_lets_in(door, browser):
    answer = door.sign_in(browser)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert browser.get("/board").text.count("everybody") == 1
    assert door.dashboard.asked == ["/board"]


def test_the_cookie_is_for_this_site_and_no_script(door, browser):
    line = door.sign_in(browser).headers.get_list("set-cookie")
    (session,) = [one for one in line if one.startswith("session=")]
    parts = {one.strip().lower() for one in session.split(";")[1:]}
    assert parts == {"httponly", "samesite=strict", "path=/"}


def test_behind_https_the_cookie_is_bound_to_the_host(door):
    door.staff()
    browser = door.browser(scheme="https")
    answer = door.sign_in(browser)
    (session,) = [one for one in answer.headers.get_list("set-cookie") if "session=" in one]
    assert session.startswith("__Host-session=")
    assert "secure" in session.lower()
    assert "domain" not in session.lower()
    assert browser.get("/board").status_code == 200


def test_a_sign_in_form_is_plain_and_strict(door, browser):
    shown = browser.get("/sign-in")
    policy = shown.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "<script" not in shown.text
    assert not re.search(r"(src|href)=\"(?!/|data:,)", shown.text)
    assert shown.headers["cache-control"] == "no-store"
    assert '<label for="name">' in shown.text
    assert 'autocomplete="current-password"' in shown.text
    assert shown.headers["x-frame-options"] == "DENY"


def test_wrong_ones_are_told_the_same_and_nothing_they_typed(door, browser):
    answers = [door.sign_in(browser, *pair) for pair in (("kim", "wrong"), ("nobody", "wrong"))]
    shown = [re.sub(r'value="[^"]*"', "", one.text) for one in answers]
    assert shown[0] == shown[1]
    assert [one.status_code for one in answers] == [401, 401]
    assert "not fit" in shown[0]
    assert 'role="alert"' in shown[0]
    assert "nobody" not in shown[1]
    assert "session" not in browser.cookies


def test_a_session_cookie_brought_along_is_never_taken_over(door, browser):
    """A fixed session: what somebody else put into the browser is not what is signed in."""
    chosen = sessions.new_token()
    bring(browser, chosen)
    door.sign_in(browser)
    assert token_of(browser) != chosen
    other = door.browser()
    bring(other, chosen)
    assert other.get("/board").status_code == 303


def test_a_sign_in_ends_the_session_before_it(door, browser):
    door.sign_in(browser)
    first = token_of(browser)
    door.sign_in(browser)
    other = door.browser()
    bring(other, first)
    assert other.get("/board").headers["location"] == "/signed-out/replaced"


def form_of(browser, path="/sign-in"):
    return re.search(r'name="form" value="([^"]+)"', browser.get(path).text)[1]


COMMON = "password1234"
ORIGIN = {"origin": "http://testserver"}


def test_a_form_can_be_sent_once(door, browser):
    fields = {"form": form_of(browser), "name": "kim", "password": PASSWORD}
    kept = dict(browser.cookies)
    assert browser.post("/sign-in", data=fields, headers=ORIGIN).status_code == 303
    again = door.browser()
    again.cookies.update(kept)
    answer = again.post("/sign-in", data=fields, headers=ORIGIN)
    assert answer.status_code == 400
    assert text.TOO_OLD in answer.text
    assert "session" not in again.cookies


def test_a_form_belongs_to_the_browser_it_was_shown_in(door, browser):
    token = form_of(browser)
    other = door.browser()
    fields = {"form": token, "name": "kim", "password": PASSWORD}
    assert other.post("/sign-in", data=fields, headers=ORIGIN).status_code == 400
    form_of(other)
    assert other.post("/sign-in", data=fields, headers=ORIGIN).status_code == 400


@pytest.mark.parametrize("minutes", [31, -1])
def test_a_form_grows_old(door, browser, minutes):
    token = form_of(browser)
    door.clock.on(minutes=minutes)
    fields = {"form": token, "name": "kim", "password": PASSWORD}
    assert browser.post("/sign-in", data=fields, headers=ORIGIN).status_code == 400


@pytest.mark.parametrize("token", ["", "x", "1.", "99999999999.ab", "1795384800.é", "-5.ab"])
def test_a_forged_form_is_refused(door, browser, token):
    form_of(browser)
    fields = {"form": token, "name": "kim", "password": PASSWORD}
    assert browser.post("/sign-in", data=fields, headers=ORIGIN).status_code == 400


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "https://testserver"},
        {"origin": "null"},
        {"origin": "null", "sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {},
    ],
)
def test_a_form_from_another_site_is_refused(door, browser, headers):
    fields = {"form": form_of(browser), "name": "kim", "password": PASSWORD}
    answer = browser.post("/sign-in", data=fields, headers=headers)
    assert answer.status_code == 403
    assert "session" not in browser.cookies


def test_a_browser_that_names_no_origin_says_where_it_comes_from(door, browser):
    fields = {"form": form_of(browser), "name": "kim", "password": PASSWORD}
    headers = {"origin": "null", "sec-fetch-site": "same-origin"}
    assert browser.post("/sign-in", data=fields, headers=headers).status_code == 303


def test_large_and_strange_forms_are_refused(door, browser):
    form_of(browser)
    large = browser.post("/sign-in", data={"name": "x" * 9000}, headers=ORIGIN)
    many = browser.post("/sign-in", data={f"f{k}": "x" for k in range(40)}, headers=ORIGIN)
    files = browser.post("/sign-in", files={"name": b"x"}, headers=ORIGIN)
    kind = {"content-type": "application/x-www-form-urlencoded"}
    bytes_ = browser.post("/sign-in", content=b"name=\xff%ff", headers={**ORIGIN, **kind})
    found = [one.status_code for one in (large, many, files, bytes_)]
    assert found == [413, 400, 415, 400]


def test_sign_in_is_by_post_alone(door, browser):
    shown = browser.get(f"/sign-in?name=kim&password={PASSWORD}")
    assert shown.status_code == 200
    assert "session" not in browser.cookies


def test_a_given_password_is_changed_before_anything_else(door):
    door.staff(must_change=True)
    browser = door.browser()
    assert door.sign_in(browser).headers["location"] == "/password"
    assert browser.get("/board").headers["location"] == "/password"
    assert browser.get("/media/0123456789abcdef.csv").status_code == 303
    plain = browser.get("/media/0123456789abcdef.csv", headers={"accept": "*/*"})
    assert plain.status_code == 401
    assert browser.get("/office").headers["location"] == "/password"
    before = token_of(browser)
    shown = browser.get("/password")
    assert text.CHANGE_FORCED in shown.text
    assert text.BACK not in shown.text
    done = send(browser, "/password", {"present": PASSWORD, "new": OTHER, "again": OTHER})
    assert done.headers["location"] == "/"
    assert token_of(browser) != before
    assert browser.get("/board").status_code == 200
    assert "everybody" in browser.get("/board").text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"present": PASSWORD, "new": OTHER, "again": OTHER + "x"}, "two new passwords"),
        ({"present": "wrong", "new": OTHER, "again": OTHER}, "not right"),
        ({"present": PASSWORD, "new": "short", "again": "short"}, "fewer than 12"),
        (
            {"present": PASSWORD, "new": "password1234", "again": "password1234"},
            "guessed first",
        ),
        ({}, "not right"),
    ],
)
def test_a_change_that_does_not_work_says_why_and_changes_nothing(door, browser, fields, said):
    door.sign_in(browser)
    answer = send(browser, "/password", fields)
    assert answer.status_code == 400
    assert said in answer.text
    assert "Nothing was saved" in answer.text
    for secret in (OTHER, PASSWORD, COMMON):
        assert secret not in answer.text
    assert door.sign_in(door.browser()).status_code == 303


def test_no_password_is_changed_without_a_session_or_with_somebody_elses_form(door, browser):
    door.staff("pat")
    other = door.browser()
    door.sign_in(other, "pat")
    token = form_of(other, "/password")
    fields = {"form": token, "present": PASSWORD, "new": OTHER, "again": OTHER}
    assert browser.post("/password", data=fields, headers=ORIGIN).status_code == 401
    door.sign_in(browser)
    assert browser.post("/password", data=fields, headers=ORIGIN).status_code == 400
    assert door.sign_in(door.browser()).status_code == 303


def test_whoever_works_at_several_offices_chooses(door):
    staffed.office(door.store, "north", "North Office")
    door.staff(roles={"main": Role.WORKER, "north": Role.MANAGER})
    browser = door.browser()
    assert door.sign_in(browser).headers["location"] == "/office"
    assert "North Office" in browser.get("/office").text
    before = token_of(browser)
    assert send(browser, "/office", {"office": "north"}).headers["location"] == "/"
    key = sessions.key_of(token_of(browser))
    found = sessions.look(door.store, door.settings, key, NOW)
    assert (found.office, found.role) == ("north", Role.MANAGER)
    assert token_of(browser) != before


@pytest.mark.parametrize("chosen", ["south", "nowhere", "", "<script>"])
def test_nobody_chooses_an_office_that_is_not_theirs(door, browser, chosen):
    staffed.office(door.store, "south")
    door.sign_in(browser)
    answer = send(browser, "/office", {"office": chosen})
    assert answer.status_code == 400
    assert "no role at that office" in answer.text
    assert "<script>" not in answer.text


@pytest.mark.parametrize(
    ("path", "lands", "why"),
    [
        ("/sign-out", "/signed-out", SessionEnd.SIGNED_OUT),
        ("/leave", "/sign-in", SessionEnd.LEFT),
    ],
)
def test_the_ways_out_end_the_session_and_clear_the_browser(door, browser, path, lands, why):
    door.sign_in(browser)
    token = token_of(browser)
    answer = browser.get(path)
    assert (answer.status_code, answer.headers["location"]) == (303, lands)
    assert answer.headers["clear-site-data"] == '"cache", "cookies", "storage"'
    assert "session" not in browser.cookies
    assert (last_event(door).action, last_event(door).reason) == ("session_ended", why.value)
    other = door.browser()
    bring(other, token)
    assert other.get("/board").headers["location"] == f"/signed-out/{why.value}"


def test_leaving_without_a_session_harms_nobody(door, browser):
    assert browser.get("/leave").headers["location"] == "/sign-in"
    assert browser.get("/sign-out").headers["location"] == "/signed-out"


def test_before_accounts_leaving_lands_on_a_page_that_says_nothing(door):
    browser = door.browser("127.0.0.1")
    assert browser.get("/leave").headers["location"] == "/away"
    shown = browser.get("/away").text
    for word in ("bed", "trafficking", "Safe", "dashboard", "sign"):
        assert word.lower() not in re.sub(r"<link[^>]*>", "", shown).lower()


def test_before_accounts_the_door_says_how_the_first_comes(door):
    shown = door.browser("127.0.0.1").get("/sign-in").text
    assert "accounts add" in shown
    assert "<form" not in shown


@pytest.mark.parametrize("why", [*SessionEnd, "nonsense", "<b>"])
def test_a_session_that_is_over_says_why_in_words(door, browser, why):
    shown = browser.get(f"/signed-out/{why}")
    assert shown.status_code in (200, 404)
    assert "<b>" not in shown.text
    if isinstance(why, SessionEnd):
        assert text.SIGNED_OUT_WHY[why] in shown.text


def test_the_state_tells_the_page_when_to_go(door, browser):
    assert browser.get("/door/state").status_code == 401
    door.sign_in(browser)
    assert browser.get("/door/state").status_code == 204
    door.clock.on(minutes=15)
    answer = browser.get("/door/state")
    assert (answer.status_code, answer.text) == (401, "idle")
    assert last_event(door).reason == "idle"


def test_asking_for_the_state_keeps_no_session_awake(door, browser):
    door.sign_in(browser)
    for _ in range(15):
        browser.get("/door/state")
        browser.get("/board")
        door.clock.on(minutes=1)
    assert browser.get("/door/state").status_code == 401


def test_the_door_has_no_other_files(door, browser):
    assert browser.get("/door/style.css").headers["content-type"].startswith("text/css")
    assert browser.get("/door/page.js").headers["content-type"].startswith("text/javascript")
    door.sign_in(browser)
    for name in ("..%2f..%2fsettings.py", "nothing.css", "__init__.py"):
        assert browser.get(f"/door/{name}").status_code == 404 or "import" not in (
            browser.get(f"/door/{name}").text
        )


def test_secrets_are_in_no_log_and_no_address(door, browser, caplog):
    caplog.set_level("DEBUG")
    door.sign_in(browser, "kim", "wrong " + PASSWORD)
    answer = door.sign_in(browser)
    token = token_of(browser)
    browser.get("/board")
    send(browser, "/password", {"present": PASSWORD, "new": OTHER, "again": OTHER})
    for secret in (PASSWORD, OTHER, token, token_of(browser)):
        assert secret not in caplog.text
        assert secret not in answer.headers["location"]


def test_a_locked_account_gets_in_when_its_time_is_over(door, browser):
    for _ in range(5):
        door.sign_in(browser, "kim", "wrong")
    assert door.sign_in(browser).status_code == 401
    door.clock.now += timedelta(minutes=15)
    assert door.sign_in(browser).status_code == 303


def test_one_machine_that_tries_many_names_waits(door, browser):
    for k in range(20):
        door.sign_in(browser, f"name{k}", "wrong")
    assert door.sign_in(browser).status_code == 401
    assert door.sign_in(door.browser("10.0.0.10")).status_code == 303
