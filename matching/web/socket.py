"""Open sockets: each message is checked again, and a session that is over closes them."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from contextlib import suppress
from datetime import datetime
from typing import Any

from google.protobuf.message import DecodeError
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg

from matching.domain.accounts import SessionEnd
from matching.domain.errors import ConflictError, MatchingError
from matching.services import sessions
from matching.services.sessions import NOTE_SECONDS, Visit
from matching.web.local import POLICY_VIOLATION
from matching.web.owned import Owned, screen_in
from matching.web.place import Place

#: Seconds between two looks at a session in which nothing is said.
LOOK_SECONDS = 5.0

#: The message that gives a screen its number is one of the first and small.
_SMALL = 65_536

#: Messages that a person's doing causes; the others the browser sends by itself.
_DOINGS = frozenset({"rerun_script", "file_urls_request", "backend_operation_request"})

#: All that a browser has to say. What is left out is for whoever develops the dashboard:
#: it would empty what is kept for everybody, or end the process.
_HEARD = _DOINGS | {"stop_script", "app_heartbeat", "load_git_info"}

#: Bytes of the largest message of a browser. What all fields of a page hold together is
#: far less, and a file goes another way.
LARGEST = 1_048_576
#: Close codes of a socket on which something came that cannot be meant for us
#: (RFC 6455, section 7.4.1).
NOT_UNDERSTOOD, TOO_BIG = 1003, 1009

_PROTOCOLS = b"sec-websocket-protocol"


def _refused(message: Message) -> int | None:
    """Return the code with which a message ends its socket, before anything reads it."""
    if message.get("text") is not None:
        return NOT_UNDERSTOOD
    return TOO_BIG if len(message.get("bytes") or b"") > LARGEST else None


def is_heard(data: bytes) -> bool:
    """Tell whether a message is one that may reach the dashboard.

    One that cannot be read may: the dashboard closes the socket for it.
    """
    message = BackMsg()
    try:
        message.ParseFromString(data)
    except DecodeError:
        return True
    kind = message.WhichOneof("type")
    return kind is None or kind in _HEARD


def is_doing(data: bytes, *, again: bool = False) -> bool:
    """Tell whether a message of the browser means that somebody did something.

    Parameters
    ----------
    data : bytes
        As it came over the socket.
    again : bool, default False
        Whether it is the first on a socket that the browser opened again by itself.
    """
    message = BackMsg()
    try:
        message.ParseFromString(data)
    except DecodeError:  # the dashboard closes the socket for it
        return False
    kind = message.WhichOneof("type")
    if kind == "rerun_script":
        return not (again or message.rerun_script.is_auto_rerun)
    return kind in _DOINGS


class _Socket(ABC):
    """Passes messages on until something says that it is over."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive = receive
        self._send = send
        self._over = asyncio.Event()
        self._closed = False

    async def serve(self, app: ASGIApp, scope: Scope) -> None:
        """Serve the socket to its end."""
        watching = asyncio.create_task(self._watch())
        try:
            await app(scope, self._next, self._pass)
        finally:
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching

    async def _next(self) -> Message:
        """Return the next message that may be heard, or close and say that it is."""
        while not self._over.is_set():
            message = await self._first(self._receive())
            if message is None:
                break
            if message["type"] != "websocket.receive":
                return message
            wrong = _refused(message)
            if wrong is not None:
                return await self._end(wrong)
            data = message.get("bytes") or b""
            if not await self._allowed(data):
                self._over.set()
            elif is_heard(data) and not self._over.is_set():
                return message
        return await self._end(POLICY_VIOLATION)

    async def _end(self, code: int) -> Message:
        """Close the socket, if it is not, and return what says so."""
        self._over.set()
        if not self._closed:
            self._closed = True
            await self._send({"type": "websocket.close", "code": code})
        return {"type": "websocket.disconnect", "code": code}

    async def _first(self, receiving: Any) -> Message | None:
        """Wait for a message or for the end; ``None`` is the end."""
        if self._over.is_set():
            receiving.close()
            return None
        message = asyncio.ensure_future(receiving)
        over = asyncio.ensure_future(self._over.wait())
        try:
            await asyncio.wait({message, over}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            over.cancel()
            if not message.done():
                message.cancel()
        return message.result() if message.done() and not message.cancelled() else None

    async def _pass(self, message: Message) -> None:
        """Pass a message to the browser unless it is over."""
        if self._over.is_set():
            return
        self._note(message)
        await self._send(message)

    def _note(self, message: Message) -> None:
        """Look at what goes to the browser; by default at nothing."""
        del message

    @abstractmethod
    async def _allowed(self, data: bytes) -> bool:
        """Tell whether a message, or silence, may still be heard."""

    async def _watch(self) -> None:
        while not self._over.is_set():
            await asyncio.sleep(LOOK_SECONDS)
            try:
                allowed = await self._allowed(b"")
            except MatchingError:
                allowed = False  # what cannot be checked is not let through
            if not allowed:
                self._over.set()


class LocalSocket(_Socket):
    """A socket of the one local user, until the first account comes."""

    def __init__(self, place: Place, receive: Receive, send: Send) -> None:
        super().__init__(receive, send)
        self._place = place

    async def _allowed(self, data: bytes) -> bool:
        del data
        return not await run_in_threadpool(self._place.accounts_exist)


class WatchedSocket(_Socket):
    """A socket of one session."""

    def __init__(
        self, place: Place, owned: Owned, visit: Visit, receive: Receive, send: Send
    ) -> None:
        super().__init__(receive, send)
        self._place = place
        self._owned = owned
        self._visit = visit
        self._screen: str | None = None
        self._again = False
        self._noting: asyncio.Task[None] | None = None
        self._noted: datetime | None = None

    async def serve(self, app: ASGIApp, scope: Scope) -> None:
        """Serve the socket; a screen of somebody else is not taken up again."""
        await super().serve(app, self._own_screen(scope))

    def _own_screen(self, scope: Scope) -> Scope:
        headers = []
        for name, value in scope["headers"]:
            if name.lower() != _PROTOCOLS:
                headers.append((name, value))
                continue
            parts = [one.strip() for one in value.decode("latin-1").split(",")]
            wanted = parts[2] if len(parts) > 2 else ""
            self._again = bool(wanted) and self._owned.is_screen_of(wanted, self._visit.key)
            kept = parts if self._again else parts[:2]
            headers.append((name, ", ".join(kept).encode("latin-1")))
        protocols = list(scope.get("subprotocols", ()))
        if not self._again:
            protocols = protocols[:2]
        return {**scope, "headers": headers, "subprotocols": protocols}

    def _note(self, message: Message) -> None:
        data = message.get("bytes")
        if not data:
            return
        if self._screen is None and len(data) < _SMALL:
            self._screen = screen_in(data)
            if self._screen is not None:
                self._owned.bind(self._screen, self._visit.key)
        self._owned.told(self._visit.key, data)

    async def _allowed(self, data: bytes) -> bool:
        place, mine = self._place, self._visit
        found = await run_in_threadpool(self._look)
        if (
            not isinstance(found, Visit)
            or (found.role, found.office, found.name) != (mine.role, mine.office, mine.name)
            or found.must_change
        ):
            return False
        # Only now: what is done too late must not wake what was over before.
        if data:
            if is_doing(data, again=self._again):
                place.did_something(mine.key, place.clock())
            self._again = False
        self._note_seen(found)
        return True

    def _look(self) -> Visit | SessionEnd | None:
        place, key = self._place, self._visit.key
        now, seen = place.clock(), place.last_doing(key)
        found = sessions.look(place.store, place.settings, key, now, seen=seen)
        if isinstance(found, SessionEnd):
            sessions.end(place.store, key, now, found)
            self._owned.forget(key)
        elif found is not None and seen is not None and self._is_urgent(found):
            # By the record alone the session would be over: note it first.
            sessions.note_seen(place.store, key, seen)
        return found

    def _is_urgent(self, found: Visit) -> bool:
        silent = (self._place.clock() - found.seen_at).total_seconds()
        return silent >= self._place.settings.idle_minutes * 60 - NOTE_SECONDS

    def _note_seen(self, found: Visit) -> None:
        """Note on the record that somebody is there, at most once a minute."""
        seen = self._place.last_doing(found.key)
        # The session may have been looked up before the last note was on the record.
        noted = max(found.seen_at, self._noted or found.seen_at)
        if seen is None or (seen - noted).total_seconds() < NOTE_SECONDS:
            return
        if self._noting is None or self._noting.done():
            self._noted = seen
            self._noting = asyncio.create_task(self._write_seen(seen))

    async def _write_seen(self, seen: datetime) -> None:
        try:
            await run_in_threadpool(
                sessions.note_seen, self._place.store, self._visit.key, seen
            )
        except ConflictError:
            self._noted = None  # somebody saves for long; the next message notes it
