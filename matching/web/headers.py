"""Headers that keep the browser from running, loading or showing anything foreign."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_INLINE_SCRIPT = re.compile(r"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL)

#: Sent with every answer. No feature of the device is used.
FIXED = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


def script_hashes(html: str) -> tuple[str, ...]:
    """Return the policy's names for the scripts that stand in a page itself.

    Parameters
    ----------
    html : str
        The page.

    Returns
    -------
    tuple of str
        Such as ``'sha256-...'``, quotes included, in the order of the page.
    """
    return tuple(
        "'sha256-"
        + base64.b64encode(hashlib.sha256(body.encode("utf-8")).digest()).decode("ascii")
        + "'"
        for body in _INLINE_SCRIPT.findall(html)
    )


@cache
def content_security_policy() -> str:
    """Return the policy: this machine only, and no script but the front end's own.

    The front end's page holds a script of its own, which is allowed by its
    hash, so that no other inline script ever runs. Styles are written by the
    front end as it draws and cannot be named in advance.
    """
    spec = find_spec("streamlit")
    page = Path(str(spec.origin)).parent / "static" / "index.html" if spec else Path()
    hashes = " ".join(script_hashes(page.read_text("utf-8")))
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src 'self' {hashes}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "worker-src 'self' blob:",
            "manifest-src 'self'",
            "media-src 'self'",
            "form-action 'self'",
            "base-uri 'self'",
            "object-src 'none'",
            "frame-ancestors 'none'",
        ]
    )


class SecurityHeaders:
    """Adds the headers to every answer.

    Parameters
    ----------
    app : ASGI application
        What is wrapped.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in FIXED.items():
                    headers[name] = headers.get(name, value)
                # The pages of the door have a stricter policy of their own.
                headers.setdefault("content-security-policy", content_security_policy())
                if "/static/" not in str(scope.get("path", "")):
                    # Pages and downloads may be about people: nothing stays on disk.
                    headers["cache-control"] = "no-store"
            await send(message)

        await self._app(scope, receive, send_with_headers)
