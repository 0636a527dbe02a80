"""Which download and which socket belongs to which session.

A file belongs to the sessions whose screens were given its address. The address of a
file is a fingerprint of what is in it and would otherwise be enough to fetch it.
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict

from google.protobuf.message import DecodeError
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

#: Sessions remembered, and addresses of each; the oldest are forgotten first.
MOST_SESSIONS, MOST_FILES = 2_000, 4_000

_MEDIA = re.compile(r"/media/[0-9A-Za-z]{8,}[0-9A-Za-z._-]*")
_UPLOAD = "/_stcore/upload_file/"


class Owned:
    """What belongs to whom. Safe to share between threads."""

    def __init__(self) -> None:
        self._files: OrderedDict[str, OrderedDict[str, None]] = OrderedDict()
        self._screens: OrderedDict[str, str] = OrderedDict()
        self._lock = threading.Lock()

    def told(self, key: str, message: bytes) -> None:
        """Note the addresses of files that a message offers to a session's screen."""
        found = files_in(message)
        if not found:
            return
        with self._lock:
            files = self._files.setdefault(key, OrderedDict())
            self._files.move_to_end(key)
            for address in found:
                files[address] = None
                files.move_to_end(address)
            while len(files) > MOST_FILES:
                files.popitem(last=False)
            while len(self._files) > MOST_SESSIONS:
                self._files.popitem(last=False)

    def bind(self, screen: str, key: str) -> None:
        """Note which session a screen belongs to, by the number Streamlit gave it."""
        with self._lock:
            self._screens.setdefault(screen, key)  # the first it was told of keeps it
            self._screens.move_to_end(screen)
            while len(self._screens) > MOST_SESSIONS:
                self._screens.popitem(last=False)

    def is_screen_of(self, screen: str, key: str) -> bool:
        """Tell whether a screen belongs to a session."""
        with self._lock:
            return self._screens.get(screen) == key

    def may_fetch(self, key: str, path: str) -> bool:
        """Tell whether a session may ask for a path, as far as it is about a file."""
        if path.startswith("/media/"):
            with self._lock:
                return path in self._files.get(key, ())
        if path.startswith(_UPLOAD):
            screen = path.removeprefix(_UPLOAD).partition("/")[0]
            return self.is_screen_of(screen, key)
        return True

    def forget(self, key: str) -> None:
        """Forget what belonged to a session that is over."""
        with self._lock:
            self._files.pop(key, None)
            for screen in [one for one, owner in self._screens.items() if owner == key]:
                del self._screens[screen]


def files_in(message: bytes) -> tuple[str, ...]:
    """Return the addresses of files that a message offers for download.

    An address that stands in words offers nothing: what somebody types may be shown
    again, and must not open what it names.
    """
    if b"/media/" not in message:
        return ()
    try:
        found = ForwardMsg.FromString(message)
    except DecodeError:
        return ()
    elements = (found.delta.new_element, *found.delta.new_transient.elements)
    offered = [one.download_button.url for one in elements]
    offered.append(found.backend_operation_response.deferred_file.url)
    return tuple(one for one in offered if _MEDIA.fullmatch(one))


def screen_in(message: bytes) -> str | None:
    """Return the number of the screen that a message begins a run for, if it is one."""
    try:
        found = ForwardMsg.FromString(message)
    except DecodeError:
        return None
    if found.WhichOneof("type") != "new_session":
        return None
    return found.new_session.initialize.session_id or None
