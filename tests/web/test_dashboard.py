"""The real dashboard over its own socket: what a session that is over can still do."""

from __future__ import annotations

import asyncio
import re
import select
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import ConnectionClosed, InvalidStatus

from matching.domain.access import Role
from matching.domain.accounts import SessionEnd
from matching.services import sessions
from matching.services.desk import utc_now
from matching.services.samples import ensure_sample
from matching.store import Store, open_store
from matching.web import socket as sockets
from matching.web.forms import LARGEST as LARGEST_FORM
from tests.benchmarks.visitor import Visitor
from tests.browser.conftest import start_server
from tests.services import staffed


class Tab(Visitor):
    """A visitor that also knows the number of its screen."""

    screen = ""

    def _take(self, message: ForwardMsg) -> bool:
        if message.WhichOneof("type") == "new_session":
            self.screen = message.new_session.initialize.session_id or self.screen
        return super()._take(message)


@dataclass
class Running:
    address: str
    store: Store
    log: Any

    def begin(self, name: str) -> str:
        with self.store.reading() as record:
            one = record.accounts.named(name)
        return staffed.begin(self.store, one, "main", utc_now())

    def end(self, token: str) -> None:
        key = sessions.key_of(token)
        assert sessions.end(self.store, key, utc_now(), SessionEnd.REVOKED)

    def visitor(self, token: str) -> Tab:
        return Tab(self.address, f"session={token}", 30)

    def events(self) -> int:
        with self.store.reading() as record:
            return len(record.audit.events())

    def fetch(self, path: str, token: str | None) -> httpx2.Response:
        cookies = {} if token is None else {"session": token}
        return httpx2.get(self.address + path, cookies=cookies, follow_redirects=False)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("dashboard")
    store = open_store(f"sqlite:///{folder / 'record.db'}")
    ensure_sample(staffed.machine(store, clock=utc_now))
    staffed.staff(store, "ana", Role.ADMIN)
    for name in ("kim", "pat", "demoted"):
        staffed.staff(store, name, Role.SUPERVISOR)
    process, address = start_server(folder)
    yield Running(address, store, folder / "server.log")
    process.terminate()
    process.wait(timeout=20)
    store.close()


async def told(visitor: Tab) -> str:
    """Ask for the file of the page's first download, and return its address."""
    (button, *_) = visitor._all("download_button")
    if button.url:
        return button.url
    message = BackMsg()
    message.backend_operation_request.request_id = "1"
    message.backend_operation_request.session_id = visitor.screen
    message.backend_operation_request.deferred_file.file_id = button.deferred_file_id
    await visitor._socket.send(message.SerializeToString())
    for _ in range(20):
        data = bytes(await asyncio.wait_for(visitor._socket.recv(), 10))
        found = re.search(rb"/media/[\w.]+", data)
        if found:
            return found[0].decode()
    raise AssertionError("no file came")


async def closed_by_itself(visitor: Visitor) -> int:
    """Wait without a word, and return the code with which the socket closes."""
    try:
        while True:
            await asyncio.wait_for(visitor._socket.recv(), 15)
    except ConnectionClosed as closed:
        return closed.rcvd.code


async def said(visitor: Visitor, message: BackMsg) -> int:
    """Say something, and return the code with which the socket closes, nothing drawn."""
    drawn = []
    try:
        await visitor._socket.send(message.SerializeToString())
        while True:
            data = await asyncio.wait_for(visitor._socket.recv(), 15)
            drawn.append(ForwardMsg.FromString(bytes(data)))
    except ConnectionClosed as closed:
        assert not [one for one in drawn if one.WhichOneof("type") == "delta"]
        return closed.rcvd.code


async def go_on(visitor: Visitor) -> int:
    """Touch the page, and return the code with which the socket closes."""
    message = BackMsg()
    message.rerun_script.page_script_hash = visitor.page
    return await said(visitor, message)


def test_without_a_session_no_socket_opens(running):
    async def try_it(cookie):
        with pytest.raises(InvalidStatus) as caught:
            await Visitor(running.address, cookie, 10).open()
        return caught.value.response.status_code

    for cookie in ("", "session=", f"session={sessions.new_token()}", "session=" + "a" * 43):
        assert asyncio.run(try_it(cookie)) == 403


def test_a_revoked_session_can_do_nothing_in_an_open_tab(running):
    async def story():
        token = running.begin("kim")
        visitor = running.visitor(token)
        await visitor.open()
        assert "60 waiting" in visitor.text()
        running.end(token)
        assert await go_on(visitor) == 1008

    asyncio.run(story())


def test_a_demoted_person_can_do_nothing_in_an_open_tab(running):
    async def story():
        visitor = running.visitor(running.begin("demoted"))
        await visitor.open()
        with running.store.transaction() as change:
            one = change.accounts.named("demoted")
            change.accounts.set_role(one.id, "main", Role.AUDITOR)
        assert await go_on(visitor) == 1008

    asyncio.run(story())


def test_a_silent_tab_is_closed_too(running):
    async def story():
        token = running.begin("kim")
        visitor = running.visitor(token)
        await visitor.open()
        running.end(token)
        assert await closed_by_itself(visitor) == 1008

    asyncio.run(story())


def test_a_download_is_for_its_own_session_while_it_lasts(running):
    async def story():
        token, other = running.begin("kim"), running.begin("pat")
        visitor = running.visitor(token)
        await visitor.open()
        await visitor.go("providers")
        path = await told(visitor)
        mine = await asyncio.to_thread(running.fetch, path, token)
        assert mine.status_code == 200
        assert len(mine.content) > 1000
        for stranger in (other, None, sessions.new_token()):
            answer = await asyncio.to_thread(running.fetch, path, stranger)
            assert answer.status_code in (401, 404)
            assert len(answer.content) < 200
        running.end(token)
        assert (await asyncio.to_thread(running.fetch, path, token)).status_code == 401
        await visitor.close()

    asyncio.run(story())


def test_a_screen_of_somebody_else_is_not_taken_up(running):
    """Another person's half-filled forms and chosen cases stay theirs."""

    async def story():
        from websockets.asyncio.client import connect

        mine, theirs = running.begin("kim"), running.begin("pat")
        numbers = []
        for token, asked in ((mine, None), (theirs, 0), (mine, 0)):
            protocols = ["streamlit", "x"] + ([numbers[asked]] if asked is not None else [])
            async with connect(
                running.address.replace("http", "ws") + "/_stcore/stream",
                additional_headers={"Cookie": f"session={token}", "Origin": running.address},
                subprotocols=protocols,
                max_size=None,
            ) as opened:
                message = BackMsg()
                message.rerun_script.page_script_hash = ""
                await opened.send(message.SerializeToString())
                number = ""
                while not number:
                    found = ForwardMsg.FromString(
                        bytes(await asyncio.wait_for(opened.recv(), 20))
                    )
                    if found.WhichOneof("type") == "new_session":
                        number = found.new_session.initialize.session_id
                numbers.append(number)
        assert numbers[1] != numbers[0]
        assert numbers[2] == numbers[0]

    asyncio.run(story())


#: Megabytes of the largest file, and what the parts of a form around it may add.
LARGEST_FILE, AROUND = 10, 2
MEGABYTE = 1024 * 1024
#: Stands in everything that is too large, to be looked for afterwards.
MARK = b"zq-oversized-zq"


def flood(
    running: Running, head: list[str], most: int, first: bytes = b"zq"
) -> tuple[int, int]:
    """Send a body without an end; return the answer's status and the bytes that got away."""
    parts = urlsplit(running.address)
    chunk = MARK * 4_000
    framed = b"%x\r\n%s\r\n" % (len(chunk), chunk)
    sent = 0
    with socket.create_connection((parts.hostname, parts.port), timeout=20) as opened:
        lines = [*head, f"Host: {parts.netloc}", "Transfer-Encoding: chunked", "", ""]
        opened.sendall("\r\n".join(lines).encode())
        opened.sendall(b"%x\r\n%s\r\n" % (len(first), first))
        while sent < most and not select.select([opened], [], [], 0)[0]:
            try:
                opened.sendall(framed)
            except OSError:
                break
            sent += len(chunk)
        answer = opened.recv(4096)
    return int(answer.split()[1]), sent


async def upload_to(running: Running, token: str) -> tuple[Tab, str, dict[str, str]]:
    """Open a tab; return it, an address for files of its own and the headers it takes."""
    visitor = running.visitor(token)
    await visitor.open()
    answer = await asyncio.to_thread(running.fetch, "/_stcore/health", token)
    forged = answer.cookies["_streamlit_xsrf"]
    headers = {"Cookie": f"session={token}; _streamlit_xsrf={forged}", "X-Xsrftoken": forged}
    return visitor, f"/_stcore/upload_file/{visitor.screen}/", headers


def test_a_file_that_is_too_large_is_refused_and_not_kept(running):
    async def story():
        visitor, path, headers = await upload_to(running, running.begin("kim"))
        before = running.events()

        def put(name: str, size: int) -> int:
            files = {"file": ("list.csv", b"x" * size)}
            url = running.address + path + name
            return httpx2.put(url, files=files, headers=headers, timeout=30).status_code

        # The way is open: what is refused is refused for its size.
        assert await asyncio.to_thread(put, "fits", 1000) == 204
        assert await asyncio.to_thread(put, "large", LARGEST_FILE * MEGABYTE + 1) == 413
        lines = [f"{name}: {value}" for name, value in headers.items()]
        kind = "Content-Type: multipart/form-data; boundary=b"
        head = [f"PUT {path}endless HTTP/1.1", kind, *lines]
        part = b'--b\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\n'
        status, sent = await asyncio.to_thread(flood, running, head, 64 * MEGABYTE, part)
        assert status == 413
        assert sent < (LARGEST_FILE + AROUND + 8) * MEGABYTE, "it went on listening"
        assert running.events() == before
        await visitor.go("providers")
        await visitor.close()

    asyncio.run(story())


def test_a_file_for_somebody_elses_screen_is_refused_unread(running):
    async def story():
        visitor, path, _ = await upload_to(running, running.begin("kim"))
        _, _, headers = await upload_to(running, running.begin("pat"))
        lines = [f"{name}: {value}" for name, value in headers.items()]
        head = [f"PUT {path}theirs HTTP/1.1", *lines]
        status, sent = await asyncio.to_thread(flood, running, head, 64 * MEGABYTE)
        assert status == 404
        assert sent < 8 * MEGABYTE
        await visitor.close()

    asyncio.run(story())


def test_a_form_without_an_end_is_refused_at_the_door(running):
    before = running.events()
    kind = "Content-Type: application/x-www-form-urlencoded"
    for path in ("/sign-in", "/password"):
        head = [f"POST {path} HTTP/1.1", kind, f"Origin: {running.address}"]
        status, sent = flood(running, head, 64 * MEGABYTE)
        assert status in (401, 413)
        assert sent < 8 * MEGABYTE
    large = {"name": "x" * LARGEST_FORM, "password": "y"}
    headers = {"Origin": running.address}
    answer = httpx2.post(running.address + "/sign-in", data=large, headers=headers)
    assert answer.status_code == 413
    assert running.events() == before
    assert running.fetch("/sign-in", None).status_code == 200


@pytest.mark.parametrize("size", [sockets.LARGEST + 1, 51_000_000])
def test_a_message_that_is_too_large_closes_its_socket_and_no_other(running, size):
    async def story():
        visitor, other = (running.visitor(running.begin(name)) for name in ("kim", "pat"))
        await visitor.open()
        await other.open()
        before = running.events()
        message = BackMsg()
        message.rerun_script.query_string = "x" * size
        assert await said(visitor, message) == sockets.TOO_BIG
        assert running.events() == before
        await other.go("providers")
        await other.close()

    asyncio.run(story())


def test_nothing_of_what_was_too_large_is_in_the_log(running):
    assert MARK.decode() not in running.log.read_text("utf-8", "replace")


def test_no_token_and_no_password_is_in_the_log(running):
    token = running.begin("kim")
    with httpx2.Client(base_url=running.address) as browser:
        shown = browser.get("/sign-in").text
        form = re.search(r'name="form" value="([^"]+)"', shown)[1]
        done = browser.post(
            "/sign-in",
            data={"form": form, "name": "kim", "password": staffed.PASSWORD},
            headers={"origin": running.address},
        )
        assert done.status_code == 303
        given = browser.cookies["session"]
    running.fetch("/board", token)
    log = running.log.read_text("utf-8", "replace")
    for secret in (token, given, form, staffed.PASSWORD):
        assert secret not in log


@pytest.mark.parametrize("path", ["/", "/calls", "/case", "/not-a-page"])
@pytest.mark.parametrize("coding", ["identity", "gzip, deflate, br, zstd"])
def test_every_page_opened_by_its_address_has_the_way_to_leave_by_keyboard(
    running, path, coding
):
    """The front end's own server compresses pages that are opened deep in it."""
    answer = httpx2.get(
        running.address + path,
        cookies={"session": running.begin("kim")},
        headers={"accept": "text/html", "accept-encoding": coding},
    )
    assert answer.status_code == 200
    assert '<script defer src="/door/page.js"></script></head>' in answer.text
