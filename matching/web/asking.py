"""Who asks: the address, whether by https, and the cookies, as far as they can be trusted."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.responses import Response
from starlette.types import Scope

from matching.settings import Settings

#: Cookies of the door: the session, the form before it, and the way by an identity
#: provider. Behind https each has the prefix that lets no other host set it.
SESSION, FORM, AWAY = "session", "door", "way"
_PREFIX = "__Host-"


def is_secure(scope: Scope, settings: Settings) -> bool:
    """Tell whether the browser is asked to send cookies over https only."""
    return settings.secure_cookies or scheme_of(scope, settings) == "https"


def scheme_of(scope: Scope, settings: Settings) -> str:
    """Return "http" or "https", as the browser asked."""
    said = str(scope.get("scheme", "http")).replace("ws", "http")
    if _by_proxy(scope, settings):
        values = Headers(scope=scope).getlist("x-forwarded-proto")
        if values:
            said = values[-1].split(",")[-1].strip().lower()
    return "https" if said == "https" else "http"


def address_of(scope: Scope, settings: Settings) -> str:
    """Return the address of whoever asks; a proxy's word is taken only if it is ours."""
    if _by_proxy(scope, settings):
        for one in reversed(_forwarded(scope)):
            if not _is_ours(one, settings):
                return one
    client = scope.get("client")
    return str(client[0]) if client else ""


def _by_proxy(scope: Scope, settings: Settings) -> bool:
    """Tell whether the request comes from one of our proxies.

    The server itself already puts the forwarded address in place of a proxy on this
    machine, which shows by the address standing in the header.
    """
    client = scope.get("client")
    if not settings.proxies or not client:
        return False
    return _is_ours("127.0.0.1" if client[0] in _forwarded(scope) else client[0], settings)


def _forwarded(scope: Scope) -> list[str]:
    values = Headers(scope=scope).getlist("x-forwarded-for")
    return [one.strip() for value in values for one in value.split(",") if one.strip()]


def _is_ours(address: str, settings: Settings) -> bool:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(found in ipaddress.ip_network(one) for one in settings.proxies)


def cookie_name(name: str, *, secure: bool) -> str:
    """Return a cookie's name, with its prefix behind https."""
    return _PREFIX + name if secure else name


def cookie(scope: Scope, settings: Settings, name: str) -> str | None:
    """Return the value of one of our cookies."""
    wanted = cookie_name(name, secure=is_secure(scope, settings))
    return _cookies(scope).get(wanted)


def with_session(scope: Scope, settings: Settings, token: str | None) -> Scope:
    """Return the scope with the one session cookie that was checked, or without any.

    What is behind the guard sees no other of that name, from wherever it came.
    """
    found = _cookies(scope)
    for secure in (True, False):
        found.pop(cookie_name(SESSION, secure=secure), None)
    if token is not None:
        found[cookie_name(SESSION, secure=is_secure(scope, settings))] = token
    line = "; ".join(f"{name}={value}" for name, value in found.items())
    headers = [pair for pair in scope["headers"] if pair[0].lower() != b"cookie"]
    if line:
        headers.append((b"cookie", line.encode("latin-1")))
    return {**scope, "headers": headers}


def _cookies(scope: Scope) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in Headers(scope=scope).getlist("cookie"):
        found |= cookie_parser(line)
    return found


def set_cookie(
    response: Response,
    scope: Scope,
    settings: Settings,
    name: str,
    value: str,
    *,
    seconds: int | None = None,
    lax: bool = False,
) -> None:
    """Give the browser a cookie that no script can read and no other site can use."""
    secure = is_secure(scope, settings)
    response.set_cookie(
        cookie_name(name, secure=secure),
        value,
        max_age=seconds,
        path="/",
        secure=secure,
        httponly=True,
        samesite="lax" if lax else "strict",
    )


def drop_cookie(response: Response, scope: Scope, settings: Settings, name: str) -> None:
    """Take a cookie from the browser."""
    set_cookie(response, scope, settings, name, "", seconds=0)


def is_own_origin(scope: Scope, settings: Settings) -> bool:
    """Tell whether a form was sent from a page of ours."""
    headers = Headers(scope=scope)
    origin = headers.get("origin", "null")
    if origin == "null":
        return headers.get("sec-fetch-site") == "same-origin"
    parts = urlsplit(origin)
    return (parts.scheme, parts.netloc) == (scheme_of(scope, settings), headers.get("host"))
