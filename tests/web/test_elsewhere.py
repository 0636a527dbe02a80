"""Signing in at an identity provider; what it says is believed only if everything fits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from matching.domain.access import Role
from matching.services import sessions
from matching.settings import IdentityProvider
from matching.web import text
from tests.services import staffed
from tests.web.conftest import Door, bring, token_of
from tests.web.identity import CLIENT, SECRET, Identity


@pytest.fixture(scope="module")
def running() -> Iterator[Identity]:
    made = Identity()
    made.start()
    yield made
    made.stop()


@pytest.fixture
def identity(running) -> Identity:
    running.claims, running.signs_with, running.issuer_said = {}, "own", None
    running.codes.clear()
    return running


@pytest.fixture
def door(sqlite_store, monkeypatch, identity) -> Door:
    staffed.quick_hashes(monkeypatch)
    oidc = IdentityProvider(issuer=identity.issuer, client_id=CLIENT, client_secret=SECRET)
    made = Door(sqlite_store, replace(staffed.SETTINGS, oidc=oidc))
    identity.now = made.clock().timestamp()
    made.staff("ana", Role.ADMIN)
    return made


def kim(door, **more):
    values = {"password_hash": None, "password_at": None, **more}
    return door.staff("kim@office.example", Role.SUPERVISOR, **values)


def there(browser):
    """Go to the provider, sign in there, and return the address it sends back to."""
    start = browser.get("/oidc/start")
    assert start.status_code == 303
    back = requests.get(start.headers["location"], allow_redirects=False, timeout=5)
    return back.headers["location"].removeprefix(str(browser.base_url).rstrip("/"))


def refused(door, browser, address):
    answer = browser.get(address)
    assert answer.status_code in (400, 401)
    assert "session" not in browser.cookies
    for word in ("kim", "person-7", "Traceback"):
        assert word not in answer.text
    return answer.text


def test_the_form_shows_the_other_way(door):
    assert 'href="/oidc/start"' in door.browser().get("/sign-in").text


def test_whoever_the_provider_vouches_for_is_let_in(door, identity):
    one, browser = kim(door), door.browser()
    answer = browser.get(there(browser))
    assert answer.status_code == 200
    assert 'http-equiv="refresh" content="0;url=/"' in answer.text
    found = sessions.visit(door.store, door.settings, token_of(browser), door.clock())
    assert (found.name, found.role) == ("kim@office.example", Role.SUPERVISOR)
    now = staffed.fresh(door.store, one)
    assert (now.issuer, now.subject) == (identity.issuer, "person-7")
    assert browser.get("/board").status_code == 200


def test_the_way_out_holds_what_the_way_back_must_fit(door, identity):
    kim(door)
    browser = door.browser()
    there(browser)
    asked = identity.asked[-1]
    assert asked["scope"].split()[0] == "openid"
    assert len(asked["state"]) > 40
    assert len(asked["nonce"]) > 40
    assert asked["redirect_uri"] == "http://testserver/oidc/callback"
    assert SECRET not in str(asked)


def test_the_role_is_ours_whatever_the_provider_claims(door, identity):
    kim(door)
    identity.claims = {"role": "admin", "roles": ["admin"], "groups": ["admin"]}
    browser = door.browser()
    browser.get(there(browser))
    found = sessions.visit(door.store, door.settings, token_of(browser), door.clock())
    assert found.role is Role.SUPERVISOR


def test_the_second_time_the_name_does_not_matter(door, identity):
    kim(door)
    browser = door.browser()
    browser.get(there(browser))
    identity.claims = {"email": "somebody@else.example"}
    again = door.browser()
    assert again.get(there(again)).status_code == 200
    assert token_of(again)


LIES = {
    "another person": {"sub": "person-8", "email": "nobody@office.example"},
    "an address nobody verified": {"email_verified": False},
    "verified in words": {"email_verified": "true"},
    "no address": {"email": None},
    "no person": {"sub": None},
    "a person as a number": {"sub": 7},
    "another client": {"aud": "other"},
    "several clients": {"aud": [CLIENT, "other"]},
    "given to another": {"azp": "other"},
    "another issuer": {"iss": "https://evil.example"},
    "another sign-in": {"nonce": "n" * 43},
    "no sign-in": {"nonce": None},
    "too old": {"exp": 1},
    "without an end": {"exp": None},
}


@pytest.mark.parametrize("lie", LIES)
def test_what_does_not_fit_is_not_believed(door, identity, lie):
    kim(door)
    identity.claims = LIES[lie]
    browser = door.browser()
    refused(door, browser, there(browser))
    assert "signed_in" not in staffed.actions(door.store)


@pytest.mark.parametrize("signs_with", ["other", "none", "secret"])
def test_what_is_not_signed_by_the_provider_is_not_believed(door, identity, signs_with):
    kim(door)
    identity.signs_with = signs_with
    browser = door.browser()
    assert text.PROVIDER_FAILED in refused(door, browser, there(browser))


def test_a_provider_that_calls_itself_otherwise_is_not_asked(door, identity):
    identity.issuer_said = "https://evil.example"
    answer = door.browser().get("/oidc/start")
    assert answer.status_code == 401
    assert text.PROVIDER_FAILED in answer.text


def test_a_way_back_that_nobody_began_is_refused(door):
    kim(door)
    browser = door.browser()
    for address in ("/oidc/callback", "/oidc/callback?code=a&state=b", "/oidc/callback?state="):
        refused(door, browser, address)


def test_a_way_back_is_taken_once(door):
    kim(door)
    browser = door.browser()
    address = there(browser)
    kept = browser.cookies["way"]
    browser.get(address)
    again = door.browser()
    again.cookies.set("way", kept, domain="testserver.local", path="/")
    refused(door, again, address)


def test_a_way_back_belongs_to_the_browser_that_began_it(door):
    """Somebody else's code, put into a link, signs nobody in as somebody else."""
    kim(door)
    attacker, victim = door.browser(), door.browser()
    address = there(attacker)
    refused(door, victim, address)
    there(victim)
    refused(door, victim, address)


def test_a_changed_state_or_code_is_refused(door):
    kim(door)
    browser = door.browser()
    query = parse_qs(urlsplit(there(browser)).query)
    refused(door, browser, f"/oidc/callback?code={query['code'][0]}&state=other")
    other = door.browser()
    query = parse_qs(urlsplit(there(other)).query)
    refused(door, other, f"/oidc/callback?code=other&state={query['state'][0]}")


def test_a_way_back_grows_old(door):
    kim(door)
    browser = door.browser()
    address = there(browser)
    door.clock.now += timedelta(minutes=11)
    refused(door, browser, address)


def test_a_disabled_account_is_not_let_in(door):
    kim(door, active=False)
    browser = door.browser()
    assert text.PROVIDER_FAILED not in refused(door, browser, there(browser))


def test_an_account_with_a_password_is_not_opened_from_elsewhere(door):
    door.staff("kim@office.example")
    browser = door.browser()
    refused(door, browser, there(browser))


def test_another_claim_may_hold_the_name(door, identity):
    oidc = replace(door.settings.oidc, name_claim="preferred_username")
    door.place._settings = replace(door.settings, oidc=oidc)
    door.staff("kim.jones", password_hash=None)
    identity.claims = {"preferred_username": "Kim.Jones", "email_verified": None}
    browser = door.browser()
    assert browser.get(there(browser)).status_code == 200
    assert token_of(browser)


def test_the_session_before_is_replaced(door):
    kim(door)
    browser = door.browser()
    door.sign_in(browser, "ana")
    first = token_of(browser)
    browser.get(there(browser))
    assert token_of(browser) != first
    other = door.browser()
    bring(other, first)
    assert other.get("/board").headers["location"] == "/signed-out/replaced"


def test_new_keys_of_the_provider_are_fetched(door, identity):
    kim(door)
    browser = door.browser()
    browser.get(there(browser))
    old = identity.key
    identity.key = identity.other
    door.clock.now += timedelta(minutes=2)
    identity.now = door.clock().timestamp()
    again = door.browser()
    assert again.get(there(again)).status_code == 200
    identity.key = old


def test_without_a_provider_there_is_no_such_way(sqlite_store, monkeypatch):
    staffed.quick_hashes(monkeypatch)
    door = Door(sqlite_store, staffed.SETTINGS)
    door.staff()
    browser = door.browser()
    assert "/oidc/start" not in browser.get("/sign-in").text
    assert browser.get("/oidc/start").status_code == 404
    assert browser.get("/oidc/callback?code=a&state=b").status_code == 404


def test_a_provider_that_is_away_is_said(door, identity):
    oidc = replace(door.settings.oidc, issuer="http://127.0.0.1:9")
    door.place._settings = replace(door.settings, oidc=oidc)
    answer = door.browser().get("/oidc/start")
    assert answer.status_code == 401
    assert text.PROVIDER_FAILED in answer.text


def test_the_secret_is_not_shown(door):
    assert SECRET not in repr(door.settings)
    assert SECRET not in str(door.settings.oidc)
