"""Who asks, and by which way, is believed only from our own proxies."""

from __future__ import annotations

from dataclasses import replace

import pytest

from matching.web import asking
from tests.services.staffed import SETTINGS

OURS = replace(SETTINGS, proxies=("10.1.0.0/16", "127.0.0.1"))


def scope(client, scheme="http", **headers):
    named = [(name.replace("_", "-").encode(), text.encode()) for name, text in headers.items()]
    return {"type": "http", "client": (client, 5), "scheme": scheme, "headers": named}


@pytest.mark.parametrize("client", ["203.0.113.5", "10.2.0.1", "testclient"])
def test_a_strangers_word_on_who_asks_is_nothing(client):
    asked = scope(client, x_forwarded_for="198.51.100.1", x_forwarded_proto="https")
    for settings in (SETTINGS, OURS):
        assert asking.address_of(asked, settings) == client
        assert asking.scheme_of(asked, settings) == "http"
        assert not asking.is_secure(asked, settings)


def test_our_proxys_word_is_taken_from_the_right():
    asked = scope(
        "10.1.2.3", x_forwarded_for="6.6.6.6, 198.51.100.1, 10.1.9.9", x_forwarded_proto="https"
    )
    assert asking.address_of(asked, OURS) == "198.51.100.1"
    assert asking.scheme_of(asked, OURS) == "https"
    assert asking.is_secure(asked, OURS)


def test_a_proxy_on_this_machine_that_the_server_put_away_already():
    asked = scope("198.51.100.1", x_forwarded_for="198.51.100.1", x_forwarded_proto="https")
    assert asking.address_of(asked, OURS) == "198.51.100.1"
    assert asking.is_secure(asked, OURS)


def test_a_proxy_that_names_nobody_is_who_asks():
    assert asking.address_of(scope("10.1.2.3"), OURS) == "10.1.2.3"
    assert asking.address_of({"type": "http", "client": None, "headers": []}, OURS) == ""


@pytest.mark.parametrize(("scheme", "is_"), [("https", True), ("wss", True), ("ws", False)])
def test_sockets_have_schemes_too(scheme, is_):
    assert asking.is_secure(scope("1.2.3.4", scheme), SETTINGS) is is_


def test_a_setting_makes_every_cookie_secure():
    assert asking.is_secure(scope("1.2.3.4"), replace(SETTINGS, secure_cookies=True))


@pytest.mark.parametrize(
    ("headers", "own"),
    [
        ({"origin": "http://a.example"}, True),
        ({"origin": "https://a.example"}, False),
        ({"origin": "http://b.example"}, False),
        ({"origin": "http://a.example.evil"}, False),
        ({"origin": "null"}, False),
        ({}, False),
        ({"sec_fetch_site": "same-origin"}, True),
        ({"origin": "null", "sec_fetch_site": "same-origin"}, True),
        ({"origin": "http://b.example", "sec_fetch_site": "same-origin"}, False),
        ({"sec_fetch_site": "none"}, False),
    ],
)
def test_forms_come_from_pages_of_ours(headers, own):
    asked = scope("1.2.3.4", host="a.example", **headers)
    assert asking.is_own_origin(asked, SETTINGS) is own


def test_one_session_cookie_goes_on_and_all_others_stay():
    asked = scope("1.2.3.4", cookie="x=1; session=a; __Host-session=b; y=2")
    kept = dict(asking.with_session(asked, SETTINGS, "good")["headers"])
    assert kept[b"cookie"] == b"x=1; y=2; session=good"
    gone = dict(asking.with_session(asked, SETTINGS, None)["headers"])
    assert gone[b"cookie"] == b"x=1; y=2"
    assert b"cookie" not in dict(
        asking.with_session(scope("1.2.3.4", cookie="session=a"), SETTINGS, None)["headers"]
    )
