"""Until accounts exist, the dashboard answers this machine only.

The address it listens on is a setting that a command line can change; this
holds whatever the address is.
"""

from __future__ import annotations

import ipaddress

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

#: Headers by which a proxy says that somebody else is asking.
_FORWARDED = frozenset(
    {b"forwarded", b"x-forwarded-for", b"x-forwarded-host", b"x-real-ip", b"via"}
)

REFUSED = (
    "This dashboard has no accounts yet, so it answers only the machine that it runs on. "
    "Nothing was read or saved. Open it there.\n"
)
#: Close code of a socket that breaks a policy (RFC 6455, section 7.4.1).
POLICY_VIOLATION = 1008


def is_local(scope: Scope) -> bool:
    """Tell whether a request comes from this machine and from nobody behind it.

    Parameters
    ----------
    scope : Scope
        Of an HTTP request or a socket. A sender nobody knows is not local.
    """
    client = scope.get("client")
    if not client or any(name.lower() in _FORWARDED for name, _ in scope.get("headers", [])):
        return False
    try:
        return ipaddress.ip_address(client[0]).is_loopback
    except ValueError:
        return False


async def refuse_socket(receive: Receive, send: Send) -> None:
    """Refuse a socket before it is opened."""
    await receive()
    await send({"type": "websocket.close", "code": POLICY_VIOLATION})


class LocalOnly:
    """Refuses requests and sockets from any other machine, by proxy or directly.

    Parameters
    ----------
    app : ASGIApp
        What is wrapped.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or refuse it."""
        if scope["type"] == "lifespan" or is_local(scope):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await refuse_socket(receive, send)
        else:
            await PlainTextResponse(REFUSED, status_code=403)(scope, receive, send)
