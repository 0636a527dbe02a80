"""The door before a dashboard of the test's own, which notes what reaches it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from matching import web
from matching.domain.access import Role
from matching.settings import Settings
from matching.web.place import Place
from tests.services import staffed

ADDRESS = "http://testserver"
PAGE = "<html><head><title>Dashboard</title></head><body>everybody</body></html>"


@dataclass
class Dashboard:
    """Stands behind the door, and notes what got there."""

    heard: list[bytes] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    cookies: list[str] = field(default_factory=list)
    protocols: list[str] = field(default_factory=list)
    answer: bytes = b""

    async def page(self, request: Request) -> Any:
        self.asked.append(request.url.path)
        self.cookies.append(request.headers.get("cookie", ""))
        if request.url.path.startswith(("/media/", "/_stcore/")):
            return PlainTextResponse("names of people")
        return HTMLResponse(PAGE, headers={"etag": "x"})

    async def socket(self, socket: WebSocket) -> None:
        self.protocols.append(socket.headers.get("sec-websocket-protocol", ""))
        self.cookies.append(socket.headers.get("cookie", ""))
        await socket.accept()
        try:
            while True:
                self.heard.append(await socket.receive_bytes())
                await socket.send_bytes(self.answer or b"drawn")
        except WebSocketDisconnect:
            pass


class Door:
    """The whole of it: a record, a clock, the door and the dashboard behind."""

    def __init__(self, store: Any, settings: Settings) -> None:
        self.store = store
        self.clock = staffed.Clock()
        self.settings = settings
        self.place = Place(settings, store, self.clock)
        self.dashboard = Dashboard()
        behind = [
            Route("/{path:path}", self.dashboard.page, methods=["GET", "PUT", "POST"]),
            WebSocketRoute("/_stcore/stream", self.dashboard.socket),
        ]
        self.app = Starlette(
            routes=[*web.routes(self.place), *behind], middleware=web.middleware(self.place)
        )

    def browser(self, address: str = "10.0.0.9", scheme: str = "http") -> TestClient:
        """Return a browser of its own, on another machine."""
        return TestClient(
            self.app,
            base_url=f"{scheme}://testserver",
            client=(address, 5000),
            follow_redirects=False,
            headers={"accept": "text/html"},
        )

    def staff(self, name: str = "kim", role: Role = Role.WORKER, **more: Any) -> Any:
        return staffed.staff(self.store, name, role, **more)

    def sign_in(
        self, browser: TestClient, name: str = "kim", password: str = staffed.PASSWORD
    ) -> Any:
        """Fill the form in, as a browser does, and return the answer."""
        return send(browser, "/sign-in", {"name": name, "password": password})


def send(browser: TestClient, path: str, fields: dict[str, str], **more: Any) -> Any:
    """Open a page with a form and send it."""
    shown = browser.get(path)
    token = re.search(r'name="form" value="([^"]+)"', shown.text)[1]
    headers = {"origin": str(browser.base_url).rstrip("/"), **more.pop("headers", {})}
    return browser.post(path, data={"form": token, **fields}, headers=headers, **more)


def token_of(browser: TestClient) -> str:
    return browser.cookies["session"]


def bring(browser: TestClient, token: str) -> None:
    """Put a token into a browser, in place of any it has."""
    browser.cookies.set("session", token, domain="testserver.local", path="/")


def new_session(number: str) -> bytes:
    """What Streamlit sends first: the number of the screen."""
    message = ForwardMsg()
    message.new_session.initialize.session_id = number
    return message.SerializeToString()


def offer(address: str) -> bytes:
    """What Streamlit sends for a button that downloads a file."""
    message = ForwardMsg()
    message.delta.new_element.download_button.url = address
    return message.SerializeToString()


@pytest.fixture
def door(sqlite_store, monkeypatch) -> Door:
    """A door with nobody's account yet."""
    staffed.quick_hashes(monkeypatch)
    return Door(sqlite_store, staffed.SETTINGS)
