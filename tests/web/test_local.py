"""Before accounts exist, only this machine is answered."""

from __future__ import annotations

import asyncio

import pytest

from matching import web
from matching.web.guard import Guard
from matching.web.local import REFUSED, LocalOnly, is_local


def _scope(client, *headers, kind="http"):
    named = [(name, b"203.0.113.9") for name in headers]
    path = {"path": "/", "method": "GET", "query_string": b""}
    return {"type": kind, "client": client, "headers": named, **path}


def _answer(scope):
    """Return what is sent, and whether the wrapped application was reached."""
    sent, reached = [], []

    async def inner(_scope, _receive, send):
        reached.append(True)
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def receive():
        return {"type": "websocket.connect"}

    async def send(message):
        sent.append(message)

    asyncio.run(LocalOnly(inner)(scope, receive, send))
    return sent, bool(reached)


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1"])
def test_this_machine_is_answered(address):
    sent, reached = _answer(_scope((address, 5)))
    assert reached
    assert sent[0]["status"] == 200


@pytest.mark.parametrize(
    "client", [("192.0.2.7", 5), ("10.0.0.2", 5), ("2001:db8::1", 5), ("testclient", 5), None]
)
def test_any_other_sender_is_refused_in_a_sentence(client):
    sent, reached = _answer(_scope(client))
    assert not reached
    assert sent[0]["status"] == 403
    assert sent[1]["body"].decode() == REFUSED


@pytest.mark.parametrize("header", [b"X-Forwarded-For", b"forwarded", b"X-Real-IP", b"Via"])
def test_a_proxy_on_this_machine_is_refused_too(header):
    assert is_local(_scope(("127.0.0.1", 5)))
    assert not is_local(_scope(("127.0.0.1", 5), header))


def test_a_socket_from_elsewhere_is_closed_before_it_opens():
    sent, reached = _answer(_scope(("192.0.2.7", 5), kind="websocket"))
    assert not reached
    assert sent == [{"type": "websocket.close", "code": 1008}]


def test_the_program_may_start_and_stop():
    assert _answer({"type": "lifespan"})[1]


def test_the_dashboard_is_wrapped_in_it():
    assert Guard in [one.cls for one in web.middleware()]
