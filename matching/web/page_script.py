"""Puts one script of ours into the front end's page: leaving by keyboard, and in time."""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

TAG = b'<script defer src="/door/page.js"></script>'
_MARK = b"</head>"
#: Headers that would bring an answer to which nothing can be added: a page that the
#: browser keeps may be one without the script, and a compressed one has no end to find.
_LEFT_OUT = (b"if-none-match", b"if-modified-since", b"accept-encoding")


class PageScript:
    """Adds the script to pages that have none of ours.

    Parameters
    ----------
    app : ASGIApp
        What is wrapped.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        accept = Headers(scope=scope).get("accept", "") if scope["type"] == "http" else ""
        if "text/html" not in accept:
            await self._app(scope, receive, send)
            return
        kept = [pair for pair in scope["headers"] if pair[0].lower() not in _LEFT_OUT]
        await self._app({**scope, "headers": kept}, receive, _Adding(send))


class _Adding:
    """Holds a page back until it is whole, and adds the script to it."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._start: Message | None = None
        self._body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_html(message):
            self._start = message
        elif self._start is None or message["type"] != "http.response.body":
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._finish(self._start)

    async def _finish(self, start: Message) -> None:
        body = self._body
        if b"/door/style.css" not in body:
            body = body.replace(_MARK, TAG + _MARK, 1)
        headers = MutableHeaders(scope=start)
        if self._body:
            headers["content-length"] = str(len(body))
        for name in ("etag", "last-modified"):
            if name in headers:
                del headers[name]
        await self._send(start)
        await self._send({"type": "http.response.body", "body": body})


def _is_html(message: Message) -> bool:
    headers = Headers(raw=message["headers"])
    return headers.get("content-type", "").startswith("text/html")
