"""Signing in at an identity provider: out to it, and back with what it says."""

from __future__ import annotations

import hmac
import secrets
import threading
from collections import OrderedDict
from datetime import datetime, timedelta

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from matching.domain.errors import MatchingError
from matching.services import signing_in
from matching.services.sessions import Visit
from matching.services.signing_in import SignedIn
from matching.web import asking, pages, text
from matching.web.door import next_page
from matching.web.guard import SIGN_IN, VISIT
from matching.web.place import Place
from matching.web.provider import Asked, Provider, failed

#: For so long a browser may be away at the provider.
AWAY_FOR = timedelta(minutes=10)

#: Sign-ins under way that are remembered.
MOST_AWAY = 2_000


class SignInElsewhere:
    """The routes of sign-in at the identity provider.

    Parameters
    ----------
    place : Place
    """

    def __init__(self, place: Place) -> None:
        self._place = place
        self._away: OrderedDict[str, tuple[datetime, Asked]] = OrderedDict()
        self._provider: Provider | None = None
        self._lock = threading.Lock()

    def routes(self) -> list[Route]:
        """Return every route."""
        return [
            Route("/oidc/start", self.start, methods=["GET"]),
            Route("/oidc/callback", self.callback, methods=["GET"]),
        ]

    async def start(self, request: Request) -> Response:
        """Send the browser to the provider."""
        provider, place = self._known(), self._place
        if provider is None:
            return PlainTextResponse(text.NO_PROVIDER, status_code=404)
        now = place.clock()
        try:
            asked = await run_in_threadpool(provider.ask, self._redirect(request), now)
        except MatchingError as error:
            return _refused(error)
        number = secrets.token_urlsafe(32)
        with self._lock:
            self._away[number] = (now, asked)
            while len(self._away) > MOST_AWAY:
                self._away.popitem(last=False)
        response = RedirectResponse(asked.url, status_code=303)
        # The way back begins at the provider's, where a strict cookie does not come along.
        asking.set_cookie(
            response,
            request.scope,
            place.settings,
            asking.AWAY,
            number,
            seconds=int(AWAY_FOR.total_seconds()),
            lax=True,
        )
        return response

    async def callback(self, request: Request) -> Response:
        """Take the browser back, once, with an answer that fits what was asked."""
        provider, place = self._known(), self._place
        if provider is None:
            return PlainTextResponse(text.NO_PROVIDER, status_code=404)
        asked = self._asked(request)
        code = request.query_params.get("code", "")
        state = request.query_params.get("state", "")
        fits = asked is not None and hmac.compare_digest(state.encode(), asked.state.encode())
        if asked is None or not fits or not code:
            return _refused(failed(), 400)
        visit = request.scope.get(VISIT)
        before = visit.key if isinstance(visit, Visit) else None

        def work() -> SignedIn:
            now = place.clock()
            vouched = provider.confirm(asked, code, now)
            issuer = place.settings.oidc.issuer if place.settings.oidc else ""
            return signing_in.vouched(
                place.store, issuer, vouched.subject, vouched.name, now=now, before=before
            )

        try:
            signed_in = await run_in_threadpool(work)
        except MatchingError as error:
            return _refused(error)
        # A page of ours opens the dashboard: a redirect would still count as coming
        # from the provider's, and the strict cookie would stay behind.
        path = next_page(signed_in)
        way = pages.link(path, text.GO_IN, strong=True)
        response = pages.page(text.GOING_ON, text.GOING_ON_LEAD, way, go_to=path)
        asking.drop_cookie(response, request.scope, place.settings, asking.AWAY)
        asking.set_cookie(
            response, request.scope, place.settings, asking.SESSION, signed_in.token
        )
        return response

    def _asked(self, request: Request) -> Asked | None:
        place = self._place
        number = asking.cookie(request.scope, place.settings, asking.AWAY) or ""
        with self._lock:
            at, asked = self._away.pop(number, (None, None))
        if at is None or asked is None or place.clock() - at > AWAY_FOR:
            return None
        return asked

    def _redirect(self, request: Request) -> str:
        scheme = asking.scheme_of(request.scope, self._place.settings)
        return f"{scheme}://{request.headers.get('host', '')}/oidc/callback"

    def _known(self) -> Provider | None:
        settings = self._place.settings.oidc
        if self._provider is None and settings is not None:
            self._provider = Provider(settings)
        return self._provider


def _refused(error: MatchingError, status: int = 401) -> Response:
    said = f"{error.message} {error.next_step}".strip()
    return pages.page(text.WRONG, said, pages.link(SIGN_IN, text.SIGN_IN_AGAIN), status=status)
