"""The door: signing in and out, leaving in a hurry, the password, the office."""

from __future__ import annotations

import secrets
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from matching.domain.accounts import SessionEnd
from matching.domain.errors import MatchingError
from matching.services import offices, sessions, signing_in
from matching.services.sessions import Visit
from matching.services.signing_in import SignedIn
from matching.web import asking, forms, pages, text
from matching.web.guard import SIGN_IN, SIGNED_OUT, VISIT
from matching.web.place import Place

_ASSETS = Path(__file__).parent / "assets"
_KINDS = {"style.css": "text/css", "page.js": "text/javascript"}

#: Seconds for which the cookie of a sign-in form is kept.
_FORM_SECONDS = int(forms.OPEN_FOR.total_seconds())


class Door:
    """The routes of the door.

    Parameters
    ----------
    place : Place
    """

    def __init__(self, place: Place) -> None:
        self._place = place
        self._forms = forms.Forms(place.secret)

    def routes(self) -> list[Route]:
        """Return every route."""
        return [
            Route("/sign-in", self.show_sign_in, methods=["GET"]),
            Route("/sign-in", self.sign_in, methods=["POST"]),
            Route("/sign-out", self.sign_out, methods=["GET"]),
            Route("/leave", self.leave, methods=["GET"]),
            Route("/password", self.show_password, methods=["GET"]),
            Route("/password", self.change_password, methods=["POST"]),
            Route("/office", self.show_office, methods=["GET"]),
            Route("/office", self.choose_office, methods=["POST"]),
            Route("/signed-out", self.signed_out, methods=["GET"]),
            Route("/signed-out/{why}", self.signed_out, methods=["GET"]),
            Route("/away", self.away, methods=["GET"]),
            Route("/door/state", self.state, methods=["GET"]),
            Route("/door/{name}", self.asset, methods=["GET"]),
        ]

    async def show_sign_in(self, request: Request) -> Response:
        """Show the form, or the way in where there are no accounts."""
        if not await run_in_threadpool(self._place.accounts_exist):
            way = pages.link("/", text.GO_IN, strong=True)
            return pages.page(text.NO_ACCOUNTS, text.NO_ACCOUNTS_LEAD, way)
        return self._sign_in_page(request)

    def _sign_in_page(self, request: Request, error: str = "", status: int = 200) -> Response:
        settings, bound = self._place.settings, secrets.token_urlsafe(32)
        token = self._forms.token("sign-in", bound, self._place.clock())
        inner = pages.field("name", text.NAME, "text", "username", first=True)
        inner += pages.field("password", text.PASSWORD, "password", "current-password")
        body = pages.form(SIGN_IN, token, inner, text.SIGN_IN_BUTTON)
        if settings.oidc is not None:
            body += f'<p class="or">{text.OR}</p>'
            body += pages.link("/oidc/start", text.ELSEWHERE, strong=True)
        body += pages.note(text.ONLY_STAFF)
        shown = pages.page(text.SIGN_IN, text.SIGN_IN_LEAD, body, error=error, status=status)
        asking.set_cookie(
            shown, request.scope, settings, asking.FORM, bound, seconds=_FORM_SECONDS
        )
        return shown

    async def sign_in(self, request: Request) -> Response:
        """Take the form."""
        place = self._place
        found = await forms.fields(request, place)
        if isinstance(found, Response):
            return found
        bound = asking.cookie(request.scope, place.settings, asking.FORM) or ""
        token = found.get(forms.TOKEN, "")
        if not bound or not self._forms.accept(token, "sign-in", bound, place.clock()):
            return self._sign_in_page(request, text.TOO_OLD, 400)
        visit = _visit(request)

        def work() -> SignedIn:
            return signing_in.sign_in(
                place.store,
                place.settings,
                place.throttle,
                found.get("name", ""),
                found.get("password", ""),
                address=asking.address_of(request.scope, place.settings),
                now=place.clock(),
                before=visit.key if visit else None,
            )

        try:
            signed_in = await run_in_threadpool(work)
        except MatchingError as error:
            return self._sign_in_page(request, _said(error), 401)
        response = RedirectResponse(next_page(signed_in), status_code=303)
        asking.drop_cookie(response, request.scope, place.settings, asking.FORM)
        self._let_in(request, response, signed_in)
        return response

    def _let_in(self, request: Request, response: Response, signed_in: SignedIn) -> None:
        asking.set_cookie(
            response, request.scope, self._place.settings, asking.SESSION, signed_in.token
        )

    async def sign_out(self, request: Request) -> Response:
        """End the session."""
        return await self._out(request, SessionEnd.SIGNED_OUT, SIGNED_OUT)

    async def leave(self, request: Request) -> Response:
        """End the session in a hurry; nothing on the next page says what was open."""
        exist = await run_in_threadpool(self._place.accounts_exist)
        return await self._out(request, SessionEnd.LEFT, SIGN_IN if exist else "/away")

    async def _out(self, request: Request, why: SessionEnd, path: str) -> Response:
        place, visit = self._place, _visit(request)
        if visit is not None:
            await run_in_threadpool(sessions.end, place.store, visit.key, place.clock(), why)
        response = RedirectResponse(path, status_code=303)
        response.headers["clear-site-data"] = '"cache", "cookies", "storage"'
        asking.drop_cookie(response, request.scope, place.settings, asking.SESSION)
        return response

    async def signed_out(self, request: Request) -> Response:
        """Say that a session is over, and why."""
        try:
            why = SessionEnd(request.path_params.get("why", SessionEnd.SIGNED_OUT.value))
        except ValueError:
            why = SessionEnd.SIGNED_OUT
        way = pages.link(SIGN_IN, text.SIGN_IN_AGAIN, strong=True)
        return pages.page(text.SIGNED_OUT, text.SIGNED_OUT_WHY[why], way)

    async def away(self, request: Request) -> Response:
        """Show a page that says nothing."""
        del request
        return pages.page(text.AWAY, text.AWAY_LEAD, neutral=True)

    async def state(self, request: Request) -> Response:
        """Say whether the session lasts, and if not why."""
        found = request.scope.get(VISIT)
        if isinstance(found, Visit) or not await run_in_threadpool(self._place.accounts_exist):
            return Response(status_code=204)
        why = found if isinstance(found, SessionEnd) else SessionEnd.SIGNED_OUT
        return PlainTextResponse(why.value, status_code=401)

    async def asset(self, request: Request) -> Response:
        """Return the style of these pages, or the script of the dashboard's."""
        name = str(request.path_params["name"])
        if name not in _KINDS:
            return PlainTextResponse("", status_code=404)
        return Response(_asset(name), media_type=_KINDS[name])

    async def show_password(self, request: Request) -> Response:
        """Show the form to change one's password."""
        return self._password_page(request)

    def _password_page(self, request: Request, error: str = "", status: int = 200) -> Response:
        visit = _visit(request)
        if visit is None:
            return RedirectResponse(SIGN_IN, status_code=303)
        token = self._forms.token("password", visit.key, self._place.clock())
        known = (
            f'<input class="known" type="text" name="known" value="{escape(visit.name)}" '
            'autocomplete="username" hidden readonly>'
        )
        inner = known + pages.field(
            "present", text.PRESENT, "password", "current-password", first=True
        )
        inner += pages.field("new", text.NEW, "password", "new-password", note=text.NEW_HELP)
        inner += pages.field("again", text.AGAIN, "password", "new-password")
        body = pages.form("/password", token, inner, text.CHANGE_BUTTON)
        if not visit.must_change:
            body += pages.link("/", text.BACK)
        lead = text.CHANGE_FORCED if visit.must_change else text.CHANGE_LEAD
        return pages.page(text.CHANGE, lead, body, error=error, status=status)

    async def change_password(self, request: Request) -> Response:
        """Take the form; the session goes on under a new token."""
        place, visit = self._place, _visit(request)
        found = await forms.fields(request, place)
        if isinstance(found, Response):
            return found
        if visit is None:
            return RedirectResponse(SIGN_IN, status_code=303)
        token = found.get(forms.TOKEN, "")
        if not self._forms.accept(token, "password", visit.key, place.clock()):
            return self._password_page(request, text.TOO_OLD, 400)
        new = found.get("new", "")
        if new != found.get("again", ""):
            return self._password_page(request, text.DIFFERENT, 400)
        present = found.get("present", "")
        try:
            signed_in = await run_in_threadpool(
                lambda: signing_in.change_password(
                    place.store, visit.key, place.settings, present, new, now=place.clock()
                )
            )
        except MatchingError as error:
            return self._password_page(request, error.sentence(), 400)
        several = visit.must_change and len(signed_in.offices) > 1
        response = RedirectResponse("/office" if several else "/", status_code=303)
        self._let_in(request, response, signed_in)
        return response

    async def show_office(self, request: Request) -> Response:
        """Show the offices to choose from."""
        return await self._office_page(request)

    async def _office_page(
        self, request: Request, error: str = "", status: int = 200
    ) -> Response:
        visit, place = _visit(request), self._place
        if visit is None:
            return RedirectResponse(SIGN_IN, status_code=303)
        names = await run_in_threadpool(offices.names, place.store)
        token = self._forms.token("office", visit.key, place.clock())
        lines = [(code, names.get(code, code)) for code in visit.offices]
        inner = pages.choices("office", text.OFFICE, lines, visit.office)
        body = pages.form("/office", token, inner, text.OFFICE_BUTTON)
        return pages.page(text.OFFICE, text.OFFICE_LEAD, body, error=error, status=status)

    async def choose_office(self, request: Request) -> Response:
        """Go on at the office chosen, under a new token."""
        place, visit = self._place, _visit(request)
        found = await forms.fields(request, place)
        if isinstance(found, Response):
            return found
        if visit is None:
            return RedirectResponse(SIGN_IN, status_code=303)
        token = found.get(forms.TOKEN, "")
        if not self._forms.accept(token, "office", visit.key, place.clock()):
            return await self._office_page(request, text.TOO_OLD, 400)
        chosen = found.get("office", "")
        try:
            signed_in = await run_in_threadpool(
                lambda: signing_in.go_to_office(
                    place.store, visit.key, place.settings, chosen, now=place.clock()
                )
            )
        except MatchingError as error:
            return await self._office_page(request, error.sentence(), 400)
        response = RedirectResponse("/", status_code=303)
        self._let_in(request, response, signed_in)
        return response


def next_page(signed_in: SignedIn) -> str:
    """Return where somebody goes who has just signed in."""
    if signed_in.must_change:
        return "/password"
    return "/office" if len(signed_in.offices) > 1 else "/"


def _visit(request: Request) -> Visit | None:
    found: Any = request.scope.get(VISIT)
    return found if isinstance(found, Visit) else None


def _said(error: MatchingError) -> str:
    return f"{error.message} {error.next_step}"


@cache
def _asset(name: str) -> bytes:
    return (_ASSETS / name).read_bytes()
