"""A real browser on a real server, with nothing but this machine in reach."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import pytest

ROOT = Path(__file__).parents[2]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def chromium() -> str | None:
    """Return the system's browser, if there is one."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@pytest.hookimpl(tryfirst=True)  # before the workers read the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the browser's tests on one worker, and skip them where there is no browser."""
    here = Path(__file__).parent
    missing = chromium() is None and not os.environ.get("MATCHING_REQUIRE_BROWSER")
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))
            if missing:
                item.add_marker(
                    pytest.mark.skip(reason="no Chromium on this machine: install chromium")
                )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start_server(folder: Path, **environment: str) -> tuple[subprocess.Popen[bytes], str]:
    """Start the dashboard on an empty record and wait until it answers."""
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py")]
    log = (folder / "server.log").open("wb")
    process = subprocess.Popen(  # noqa: S603  # fixed arguments
        [*command, "--server.port", str(port)],
        cwd=ROOT,
        env={
            **os.environ,
            "DATABASE_URL": f"sqlite:///{folder / 'record.db'}",
            **environment,
        },
        stdout=log,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
    )
    address = f"http://localhost:{port}"
    for _ in range(240):
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2) as answer:
                if answer.status == 200:
                    return process, address
        except OSError:
            time.sleep(0.25)
        if process.poll() is not None:
            break
    process.kill()
    raise RuntimeError((folder / "server.log").read_text("utf-8", "replace")[-3000:])


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a dashboard with the sample region loaded."""
    folder = tmp_path_factory.mktemp("dashboard")
    process, address = start_server(folder)
    yield address
    process.terminate()
    process.wait(timeout=20)


@pytest.fixture(scope="module")  # its event loop must not outlive the browser's tests
def browser() -> Iterator[Any]:
    """The system's Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium(), args=list(ARGUMENTS))
        yield opened
        opened.close()


class Watched:
    """A page that notes every request, console error and refused content."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.requests: list[str] = []
        self.console: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("websocket", lambda sock: self.requests.append(sock.url))
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.console.append(str(error)))

    def _note(self, message: Any) -> None:
        # The front end looks for its server under the page's address first.
        probing = "/_stcore/" in (message.location or {}).get("url", "")
        if message.type == "error" and not probing:
            self.console.append(message.text)

    def outside(self) -> list[str]:
        """Return requests to anything but this machine."""
        local = {"localhost", "127.0.0.1", None, ""}
        return [url for url in self.requests if urlparse(url).hostname not in local]

    def refused(self) -> list[str]:
        """Return what the content security policy stopped."""
        return [text for text in self.console if "Content Security Policy" in text]


@pytest.fixture
def watched(browser: Any) -> Iterator[Watched]:
    """A fresh page at desktop width."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield Watched(context.new_page())
    context.close()
