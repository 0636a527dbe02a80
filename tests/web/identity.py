"""A small identity provider on this machine: real addresses, real signatures."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from typing import Any
from urllib.parse import urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

CLIENT, SECRET = "safe-beds", "the client's secret"


class Identity:
    """The provider; each attribute can be changed to make it lie.

    Attributes
    ----------
    claims : dict
        Of whoever signs in there next, over the right ones.
    signs_with : str
        "own", "other" or "none".
    """

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "one"})
        self.other = RSAKey.generate_key(2048, {"kid": "one"})
        self.now = 0.0
        self.claims: dict[str, Any] = {}
        self.signs_with = "own"
        self.issuer_said: str | None = None
        self.codes: dict[str, dict[str, str]] = {}
        self.asked: list[dict[str, str]] = []
        routes = [
            Route("/.well-known/openid-configuration", self.describe),
            Route("/authorize", self.authorize),
            Route("/token", self.token, methods=["POST"]),
            Route("/keys", self.keys),
        ]
        self._server = uvicorn.Server(
            uvicorn.Config(
                Starlette(routes=routes), port=0, log_level="critical", host="127.0.0.1"
            )
        )
        self._thread = threading.Thread(target=self._server.run, daemon=True)

    def start(self) -> None:
        self._thread.start()
        while not self._server.started:
            time.sleep(0.01)
        port = self._server.servers[0].sockets[0].getsockname()[1]
        self.issuer = f"http://127.0.0.1:{port}"

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(10)

    async def describe(self, _: Request) -> Response:
        return JSONResponse(
            {
                "issuer": self.issuer_said or self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
            }
        )

    async def keys(self, _: Request) -> Response:
        return JSONResponse({"keys": [self.key.as_dict(private=False)]})

    async def authorize(self, request: Request) -> Response:
        """Somebody signs in here, and is sent back with a code."""
        asked = dict(request.query_params)
        self.asked.append(asked)
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        back = {"code": code, "state": asked["state"]}
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(back)}")

    async def token(self, request: Request) -> Response:
        """A code is exchanged once, by the client that asked, with the right verifier."""
        form = await request.form()
        login = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        asked = self.codes.pop(str(form.get("code")), None)
        digest = hashlib.sha256(str(form.get("code_verifier")).encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if (
            asked is None
            or request.headers.get("authorization") != f"Basic {login}"
            or asked["code_challenge"] != challenge
            or asked["redirect_uri"] != form.get("redirect_uri")
        ):
            return JSONResponse({"error": "invalid_grant"}, status_code=400)
        answer = {
            "access_token": "a",
            "token_type": "Bearer",
            "id_token": self.id_token(asked["nonce"]),
        }
        return JSONResponse(answer)

    def id_token(self, nonce: str) -> str:
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "sub": "person-7",
            "aud": CLIENT,
            "exp": int(self.now) + 300,
            "iat": int(self.now),
            "nonce": nonce,
            "email": "kim@office.example",
            "email_verified": True,
        }
        claims |= self.claims
        claims = {name: value for name, value in claims.items() if value is not None}
        if self.signs_with == "none":
            parts = ('{"alg":"none"}', json.dumps(claims), "")
            return ".".join(
                base64.urlsafe_b64encode(one.encode()).rstrip(b"=").decode() for one in parts
            )
        if self.signs_with == "secret":
            from joserfc.jwk import OctKey

            return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(SECRET * 3))
        key = self.key if self.signs_with == "own" else self.other
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims, key)
