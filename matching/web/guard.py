"""Nobody gets past without a session: no page, no download, no message on a socket.

Before accounts exist, this machine alone is answered, as :mod:`matching.web.local` has
it. From the first account on, everything but the door itself and the sign of life needs
a session, and each message on an open socket is looked at again: a session that ended
meanwhile, or whose role changed, reaches nothing any more.
"""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from matching.domain.accounts import SessionEnd
from matching.services import sessions
from matching.services.sessions import Visit
from matching.web import asking
from matching.web.local import LocalOnly, refuse_socket
from matching.web.owned import Owned
from matching.web.place import Place
from matching.web.socket import LocalSocket, WatchedSocket

#: Where the door finds who is signed in.
VISIT = "matching.visit"

SIGN_IN, SIGNED_OUT, PASSWORD = "/sign-in", "/signed-out", "/password"

#: Answered without a session. Each looks after itself.
OPEN = frozenset(
    {
        SIGN_IN,
        "/sign-out",
        "/leave",
        "/away",
        "/door/style.css",
        "/door/page.js",
        "/door/state",
        "/oidc/start",
        "/oidc/callback",
        "/_stcore/health",
    }
)
#: All that is open to somebody who must change the password first.
_TO_CHANGE = OPEN | {PASSWORD}

NOT_SIGNED_IN = "You are not signed in. Nothing was read or saved. Open /sign-in.\n"
NOT_YOURS = "There is no such file.\n"


class Guard:
    """Lets through what a session may see.

    Parameters
    ----------
    app : ASGIApp
        What is wrapped.
    place : Place
    """

    def __init__(self, app: ASGIApp, place: Place) -> None:
        self._app = app
        self._local = LocalOnly(app)
        self._place = place
        self._owned = Owned()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or one socket, or refuse it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif not await run_in_threadpool(self._place.accounts_exist):
            await self._before_accounts(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._socket(scope, receive, send)
        else:
            await self._request(scope, receive, send)

    async def _before_accounts(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            # The first account may come while it is open.
            watched = LocalSocket(self._place, receive, send)
            await watched.serve(self._local, scope)
        else:
            await self._local(scope, receive, send)

    async def _request(self, scope: Scope, receive: Receive, send: Send) -> None:
        token, found = await run_in_threadpool(self._who, scope)
        visit = found if isinstance(found, Visit) else None
        path = str(scope.get("path", ""))
        scope = asking.with_session(scope, self._place.settings, token if visit else None)
        scope[VISIT] = found
        refusal = self._refusal(scope, path, visit, found)
        await (refusal or self._app)(scope, receive, send)

    def _refusal(
        self, scope: Scope, path: str, visit: Visit | None, found: object
    ) -> Response | None:
        if path in OPEN or path.startswith(SIGNED_OUT + "/") or path == SIGNED_OUT:
            return None
        if visit is None:
            return self._to_the_door(scope, found)
        if visit.must_change and path not in _TO_CHANGE:
            return _moved(PASSWORD) if _is_page(scope) else _plain(NOT_SIGNED_IN, 401)
        if not self._owned.may_fetch(visit.key, path):
            return _plain(NOT_YOURS, 404)
        return None

    def _to_the_door(self, scope: Scope, found: object) -> Response:
        if not _is_page(scope):
            return _plain(NOT_SIGNED_IN, 401)
        why = f"{SIGNED_OUT}/{found.value}" if isinstance(found, SessionEnd) else SIGN_IN
        response = _moved(why)
        asking.drop_cookie(response, scope, self._place.settings, asking.SESSION)
        return response

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        token, found = await run_in_threadpool(self._who, scope)
        if not isinstance(found, Visit) or found.must_change or token is None:
            await refuse_socket(receive, send)
            return
        scope = asking.with_session(scope, self._place.settings, token)
        watched = WatchedSocket(self._place, self._owned, found, receive, send)
        await watched.serve(self._app, scope)

    def _who(self, scope: Scope) -> tuple[str | None, Visit | SessionEnd | None]:
        place = self._place
        token = asking.cookie(scope, place.settings, asking.SESSION)
        key = sessions.key_of(token) if token else None
        if key is None:
            return None, None
        now, seen = place.clock(), place.last_doing(key)
        found = sessions.look(place.store, place.settings, key, now, seen=seen)
        if isinstance(found, SessionEnd):
            sessions.end(place.store, key, now, found)
            self._owned.forget(key)
        return token, found


def _is_page(scope: Scope) -> bool:
    headers = Headers(scope=scope)
    return scope["method"] in ("GET", "HEAD") and (
        headers.get("sec-fetch-mode") == "navigate" or "text/html" in headers.get("accept", "")
    )


def _moved(path: str) -> Response:
    return RedirectResponse(path, status_code=303)


def _plain(text: str, status: int) -> Response:
    return PlainTextResponse(text, status_code=status)
