"""What is asked of an OpenID Connect provider, and what is believed of its answers.

Authorization code with PKCE, state and nonce. The ID token is believed only with a
signature of the provider's published keys, for this client, for this very sign-in, and
within its time.
"""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast
from urllib.parse import urlsplit

import requests
from authlib.common.security import generate_token
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, KeySetSerialization

from matching.domain.errors import PermissionDenied
from matching.settings import IdentityProvider
from matching.web import text

#: Signatures that are believed: never one with a shared secret, never none.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")

#: What the provider says of itself is read again after this long, its keys at most once
#: in so long.
METADATA_FOR = timedelta(hours=1)
KEYS_FOR = timedelta(minutes=1)

_WAIT = 10  # seconds for an answer
_LEEWAY = 60  # seconds that two clocks may differ
_LARGEST = 1_000_000  # bytes of an answer

_MISSING = "the answer lacks what it must hold"


@dataclass(frozen=True, slots=True)
class Asked:
    """One sign-in under way.

    Attributes
    ----------
    url : str
        Where the browser is sent.
    state, nonce, verifier : str
        What the answer has to fit.
    redirect : str
        Where the browser comes back to.
    """

    url: str
    state: str
    nonce: str
    verifier: str
    redirect: str


@dataclass(frozen=True, slots=True)
class Vouched:
    """Whom the provider vouches for.

    Attributes
    ----------
    subject : str
    name : str or None
        The claim with the account's name, if it is there and verified.
    """

    subject: str
    name: str | None


class Unconfirmed(Exception):
    """The provider's answer is not believed; says why, in words for a test."""


class Provider:
    """An identity provider. Safe to share between threads.

    Parameters
    ----------
    settings : IdentityProvider
    """

    def __init__(self, settings: IdentityProvider) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._metadata: tuple[datetime, dict[str, Any]] | None = None
        self._keys: tuple[datetime, KeySet] | None = None

    def ask(self, redirect: str, now: datetime) -> Asked:
        """Begin a sign-in.

        Raises
        ------
        PermissionDenied
            If the provider cannot be reached or is another than the settings name.
        """
        nonce, verifier = generate_token(43), generate_token(64)
        try:
            endpoint = self._endpoint("authorization_endpoint", now)
            url, state = self._client(redirect).create_authorization_url(
                endpoint, state=generate_token(43), code_verifier=verifier, nonce=nonce
            )
        except (Unconfirmed, requests.RequestException):
            raise failed() from None
        return Asked(url, state, nonce, verifier, redirect)

    def confirm(self, asked: Asked, code: str, now: datetime) -> Vouched:
        """Exchange the code that the browser brought for whom the provider vouches for.

        Raises
        ------
        PermissionDenied
            If anything at all does not fit.
        """
        try:
            client = self._client(asked.redirect)
            answer = client.fetch_token(
                self._endpoint("token_endpoint", now),
                grant_type="authorization_code",
                code=code,
                code_verifier=asked.verifier,
                timeout=_WAIT,
                allow_redirects=False,
            )
            return self._believed(str(answer.get("id_token") or ""), asked.nonce, now)
        except (Unconfirmed, OAuthError, JoseError, requests.RequestException, ValueError):
            raise failed() from None

    def _client(self, redirect: str) -> Any:
        own = self._settings
        return OAuth2Session(
            client_id=own.client_id,
            client_secret=own.client_secret,
            scope="openid email profile",
            redirect_uri=redirect,
            code_challenge_method="S256",
            token_endpoint_auth_method="client_secret_basic",  # noqa: S106  # a method's name
        )

    def _believed(self, id_token: str, nonce: str, now: datetime) -> Vouched:
        own = self._settings
        token = self._decoded(id_token, now)
        claims = token.claims
        rules = jwt.JWTClaimsRegistry(
            now=int(now.timestamp()),
            leeway=_LEEWAY,
            iss={"essential": True, "value": own.issuer},
            sub={"essential": True},
            aud={"essential": True, "value": own.client_id},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        rules.validate(claims)
        several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if several and claims.get("azp") != own.client_id:
            raise Unconfirmed("it is for somebody else too")
        if claims.get("azp", own.client_id) != own.client_id:
            raise Unconfirmed("it was given to somebody else")
        subject = claims["sub"]
        if not isinstance(subject, str) or not 0 < len(subject) <= 255:
            raise Unconfirmed(_MISSING)
        return Vouched(subject, self._name(claims))

    def _name(self, claims: dict[str, Any]) -> str | None:
        claim = self._settings.name_claim
        name = claims.get(claim)
        if not isinstance(name, str) or not name:
            return None
        # An address that nobody verified may be anybody's.
        verified = claims.get("email_verified") is True
        return name if verified or claim != "email" else None

    def _decoded(self, id_token: str, now: datetime) -> jwt.Token:
        try:
            return jwt.decode(id_token, self._key_set(now), algorithms=ALGORITHMS)
        except (JoseError, ValueError):
            # The provider may have new keys since.
            return jwt.decode(id_token, self._key_set(now, fresh=True), algorithms=ALGORITHMS)

    def _key_set(self, now: datetime, *, fresh: bool = False) -> KeySet:
        with self._lock:
            kept = self._keys
        if kept is not None and (not fresh or now - kept[0] < KEYS_FOR):
            return kept[1]
        found = KeySet.import_key_set(
            cast("KeySetSerialization", self._read(self._endpoint("jwks_uri", now)))
        )
        with self._lock:
            self._keys = (now, found)
        return found

    def _endpoint(self, name: str, now: datetime) -> str:
        """Return an address the provider names, which is as safe as its own."""
        found = str(self._described(now).get(name) or "")
        own, other = urlsplit(self._settings.issuer), urlsplit(found)
        if other.scheme != "https" and (other.scheme, other.netloc) != (own.scheme, own.netloc):
            raise Unconfirmed(_MISSING)
        return found

    def _described(self, now: datetime) -> dict[str, Any]:
        with self._lock:
            kept = self._metadata
        if kept is not None and now - kept[0] < METADATA_FOR:
            return kept[1]
        issuer = self._settings.issuer
        found = self._read(issuer.rstrip("/") + "/.well-known/openid-configuration")
        if found.get("issuer") != issuer:
            raise Unconfirmed("it is another provider")
        with self._lock:
            self._metadata = (now, found)
        return found

    def _read(self, address: str) -> dict[str, Any]:
        with requests.get(address, timeout=_WAIT, allow_redirects=False, stream=True) as answer:
            if answer.status_code != 200:
                raise Unconfirmed(_MISSING)
            body = answer.raw.read(_LARGEST + 1, decode_content=True)
        if len(body) > _LARGEST:
            raise Unconfirmed(_MISSING)
        found = json.loads(body)
        if not isinstance(found, dict):
            raise Unconfirmed(_MISSING)
        return found


def failed() -> PermissionDenied:
    """Return the one answer to everything that does not fit."""
    return PermissionDenied(text.PROVIDER_FAILED)
