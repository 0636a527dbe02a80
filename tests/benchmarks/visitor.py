"""A visitor without a browser: speaks the dashboard's own socket, as a browser does.

It keeps what a page shows as the messages say it, presses its buttons and fills
its fields, and knows how long each press took until the page was drawn again.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

#: Kinds of elements that a visitor can touch.
TOUCHED = ("button", "text_input", "selectbox", "button_group", "number_input", "checkbox")
LARGEST = 64 * 1024 * 1024


class Visitor:
    """One open tab.

    Parameters
    ----------
    address : str
        Of the dashboard, such as ``http://localhost:8501``.
    cookie : str, optional
        Sent with the handshake, for those who are signed in.
    patience : float
        Seconds after which a page counts as not drawn.
    """

    def __init__(self, address: str, cookie: str = "", patience: float = 60.0) -> None:
        self.address = address
        self.cookie = cookie
        self.patience = patience
        self.pages: dict[str, str] = {}
        self.elements: dict[tuple[int, ...], Any] = {}
        self.widgets: dict[str, WidgetState] = {}
        self.page = ""
        self.received = 0
        self.looks = 0
        #: What the page looks at by itself: every so many seconds, and when next.
        self._rhythms: dict[str, tuple[float, float]] = {}
        self._socket: ClientConnection | None = None

    async def open(self) -> float:
        """Connect and draw the first page; return the seconds it took."""
        parts = urlsplit(self.address)
        headers = {"Origin": self.address, "Cookie": self.cookie}
        self._socket = await connect(
            f"ws://{parts.netloc}/_stcore/stream",
            additional_headers={name: text for name, text in headers.items() if text},
            max_size=LARGEST,
            compression=None,
        )
        return await self._run()

    async def close(self) -> None:
        """Leave."""
        if self._socket is not None:
            await self._socket.close()

    async def go(self, path: str) -> float:
        """Open a page by its address, such as "plan"; return the seconds it took."""
        self.page = self.pages[path]
        self.widgets.clear()
        return await self._run()

    async def press(self, label: str) -> float:
        """Press the first button of a label; return the seconds until the page was drawn."""
        state = WidgetState(id=self._find("button", label).id, trigger_value=True)
        return await self._run(state)

    async def write(self, label: str, text: str) -> float:
        """Fill a field of text; return the seconds until the page was drawn."""
        found = self._find("text_input", label)
        self.widgets[found.id] = WidgetState(id=found.id, string_value=text)
        return await self._run()

    async def rest(self, seconds: float) -> None:
        """Do nothing for a while, in which the page looks by itself as in a browser."""
        end = time.monotonic() + seconds
        while self._rhythms:
            name = min(self._rhythms, key=lambda one: self._rhythms[one][1])
            every, at = self._rhythms[name]
            if at >= end:
                break
            await asyncio.sleep(max(0.0, at - time.monotonic()))
            self._rhythms[name] = every, time.monotonic() + every
            self.looks += 1
            await self._run(fragment=name)
        await asyncio.sleep(max(0.0, end - time.monotonic()))

    def labels(self, kind: str = "button") -> list[str]:
        """Return what is written on the elements of a kind, in the order of the page."""
        return [one.label for one in self._all(kind)]

    def text(self) -> str:
        """Return everything the page says in HTML."""
        return " ".join(one.body for one in self._all("html"))

    def _find(self, kind: str, label: str) -> Any:
        for one in self._all(kind):
            if one.label == label:
                return one
        raise LookupError(f"there is no {kind} '{label}' among {self.labels(kind)}")

    def _all(self, kind: str) -> Iterator[Any]:
        for path in sorted(self.elements):
            element = self.elements[path]
            if element.WhichOneof("type") == kind:
                yield getattr(element, kind)

    async def _run(self, *triggers: WidgetState, fragment: str = "") -> float:
        if self._socket is None:
            raise RuntimeError("open the page first")
        message = BackMsg()
        message.rerun_script.page_script_hash = self.page
        message.rerun_script.widget_states.widgets.extend([*self.widgets.values(), *triggers])
        message.rerun_script.fragment_id = fragment
        message.rerun_script.is_auto_rerun = bool(fragment)
        begun = time.perf_counter()
        await self._socket.send(message.SerializeToString())
        await asyncio.wait_for(self._until_drawn(), self.patience)
        return time.perf_counter() - begun

    async def _until_drawn(self) -> None:
        if self._socket is None:
            raise RuntimeError("open the page first")
        again = True
        while again:
            data = await self._socket.recv()
            self.received += len(data)
            message = ForwardMsg.FromString(bytes(data))  # type: ignore[arg-type]
            again = not self._take(message)

    def _take(self, message: ForwardMsg) -> bool:
        """Take a message in; tell whether the page is drawn."""
        kind = message.WhichOneof("type")
        if kind == "new_session":
            if not message.metadata.run.fragment_ids:
                self.elements.clear()
                self._rhythms.clear()
        elif kind == "auto_rerun":
            asked = message.auto_rerun
            self._rhythms[asked.fragment_id] = (
                asked.interval,
                time.monotonic() + asked.interval,
            )
        elif kind == "stop_auto_rerun":
            for name in message.stop_auto_rerun.fragment_ids:
                self._rhythms.pop(name, None)
        elif kind == "navigation":
            self.page = message.navigation.page_script_hash
            self.pages = {
                one.url_pathname: one.page_script_hash for one in message.navigation.app_pages
            }
        elif kind == "delta":
            path = tuple(message.metadata.delta_path)
            if message.delta.WhichOneof("type") == "new_element":
                self.elements[path] = message.delta.new_element
        elif kind == "script_finished":
            # A page that was left for another one is followed by that page.
            return message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN
        return False
