"""Forms at the door: each can be sent once, soon, and only from the page it stands on."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
from collections import OrderedDict
from datetime import datetime, timedelta
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from matching.web import asking, text
from matching.web.place import Place

#: Name of the field that holds the token of a form.
TOKEN = "form"  # noqa: S105  # the name of a field

#: For so long a form may be sent.
OPEN_FOR = timedelta(minutes=30)

#: Bytes of the largest form; ours have three short fields.
LARGEST = 8_192

#: Forms remembered as sent.
MOST_SENT = 20_000


class Forms:
    """Makes and checks the tokens of forms. Safe to share between threads.

    Parameters
    ----------
    secret : bytes
        Of this process: a restart makes every open form too old.
    """

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._sent: OrderedDict[str, datetime] = OrderedDict()
        self._lock = threading.Lock()

    def token(self, purpose: str, bound_to: str, now: datetime) -> str:
        """Return the token of a form that is bound to a cookie's value.

        Of two forms of one second each has its own, so that both can be sent.
        """
        made = f"{int(now.timestamp())}-{secrets.token_hex(8)}"
        return f"{made}.{self._sign(purpose, bound_to, made)}"

    def accept(self, token: str, purpose: str, bound_to: str, now: datetime) -> bool:
        """Tell whether a form may be taken, and take it: the second time it may not."""
        made, _, signature = token.partition(".")
        moment = made.partition("-")[0]
        if not (moment.isascii() and moment.isdigit() and len(moment) < 12):
            return False
        age = now.timestamp() - int(moment)
        right = hmac.compare_digest(
            signature.encode(), self._sign(purpose, bound_to, made).encode()
        )
        if not right or not 0 <= age <= OPEN_FOR.total_seconds():
            return False
        with self._lock:
            while self._sent and (
                len(self._sent) >= MOST_SENT or now - next(iter(self._sent.values())) > OPEN_FOR
            ):
                self._sent.popitem(last=False)
            if signature in self._sent:
                return False
            self._sent[signature] = now
        return True

    def _sign(self, purpose: str, bound_to: str, made: str) -> str:
        about = "\n".join((purpose, bound_to, made)).encode("utf-8", "surrogatepass")
        return hmac.new(self._secret, about, hashlib.sha256).hexdigest()


async def fields(request: Request, place: Place) -> dict[str, str] | Response:
    """Return the fields of a form, or the refusal if it cannot be one of ours."""
    if not asking.is_own_origin(request.scope, place.settings):
        return PlainTextResponse(text.NOT_OURS, status_code=403)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        return PlainTextResponse(text.NOT_OURS, status_code=415)
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LARGEST:
            return PlainTextResponse(text.TOO_LARGE, status_code=413)
    try:
        found = parse_qs(body.decode("utf-8"), keep_blank_values=True, max_num_fields=10)
    except ValueError:  # not UTF-8, or more fields than any form has
        return PlainTextResponse(text.NOT_OURS, status_code=400)
    return {name: values[-1] for name, values in found.items()}
