"""A person's day at the door, in a real browser: from no accounts to a session that ends."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from matching.services.desk import utc_now
from matching.store import open_store
from matching.store.tables_access import sessions
from tests.browser.conftest import ROOT, Watched, start_server
from tests.browser.test_walk import RULES, SLOW, settled

OWN = "tangled willow porch lamp"


@dataclass
class Office:
    """A dashboard of this test alone, and its record."""

    address: str
    url: str

    def command(self, *words: str) -> str:
        """Run ``accounts`` at the machine and return what it printed."""
        done = subprocess.run(  # noqa: S603  # fixed arguments
            [sys.executable, "-m", "matching", "accounts", *words],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": self.url},
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    def add(self, name: str, role: str) -> str:
        """Add an account and return its one-time password."""
        printed = self.command("add", name, "--role", role)
        return re.search(r"password of \S+: (\S+)", printed)[1]

    def begun_long_ago(self, hours: int) -> None:
        """Make every session one that began so long ago."""
        store = open_store(self.url)
        began = utc_now() - timedelta(hours=hours)
        writing = store.engine.execution_options(record_writes=True)
        with writing.begin() as connection:
            connection.execute(sessions.update().values(started_at=began))
        store.close()


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("door")
    process, address = start_server(folder)
    yield Office(address, f"sqlite:///{folder / 'record.db'}")
    process.terminate()
    process.wait(timeout=20)


def sign_in(page: Page, office: Office, name: str, password: str) -> None:
    page.goto(f"{office.address}/sign-in")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(password)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def gone(page: Page) -> None:
    """Wait until the page has gone by itself."""
    title = page.get_by_role("heading", level=1)
    expect(title).to_have_text("You are signed out", timeout=SLOW)


def change(page: Page, present: str, new: str = OWN) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("Choose a new password")
    page.get_by_label("Present password").fill(present)
    page.get_by_label("New password", exact=True).fill(new)
    page.get_by_label("New password again").fill(new)
    page.get_by_role("button", name="Change the password").click()


def axe(page: Page) -> list[str]:
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}})
    return [one["id"] for one in found.response["violations"]]


def picture(page: Page, name: str) -> None:
    """Keep a picture where somebody asked for pictures."""
    folder = os.environ.get("MATCHING_PICTURES")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@pytest.fixture
def visit(browser: Any) -> Iterator[Any]:
    """Open a browser of one's own; its looks may be chosen."""
    opened = []

    def go(**looks: Any) -> Watched:
        looks.setdefault("viewport", {"width": 1280, "height": 900})
        opened.append(browser.new_context(**looks))
        return Watched(opened[-1].new_page())

    yield go
    for one in opened:
        one.close()


def stored(page: Page) -> str:
    """Return all that the browser keeps and a script can read."""
    return str(
        page.evaluate(
            "JSON.stringify([document.cookie, {...localStorage}, {...sessionStorage},"
            " document.title, location.href])"
        )
    )


def test_from_no_accounts_to_the_first_administrator(office: Office, visit: Any):
    """One test, since each step needs the one before it."""
    local = visit()
    page = local.page
    page.goto(office.address)
    settled(page)
    expect(page.locator(".sb-notices")).to_contain_text("No accounts yet")
    expect(page.get_by_role("link", name="Sign out")).to_have_count(0)
    assert axe(page) == []
    picture(page, "no-accounts")

    password = office.add("ana.admin", "admin")
    # The tab of the one local user is over by itself, without being touched.
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "You are signed out", timeout=SLOW
    )

    watched = visit()
    page = watched.page
    page.goto(office.address)
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    assert axe(page) == []
    picture(page, "sign-in")
    sign_in(page, office, "ana.admin", "not the password")
    expect(page.get_by_role("alert")).to_contain_text("do not fit")
    assert axe(page) == []

    sign_in(page, office, "ana.admin", password)
    assert axe(page) == []
    picture(page, "forced-change")
    page.goto(f"{office.address}/accounts")
    change(page, password, "password1234")
    expect(page.get_by_role("alert")).to_contain_text("guessed first")
    change(page, password)
    settled(page)
    expect(page.locator(".sb-door")).to_contain_text("ana.admin, administrator at Office")

    page.goto(f"{office.address}/accounts")
    settled(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("1 account may sign in")
    page.get_by_role("textbox", name="Name to sign in with").fill("kim.worker")
    page.get_by_role("button", name="Add", exact=True).click()
    once = page.locator("[data-testid=stCode] code")
    expect(once).to_be_visible(timeout=SLOW)
    given = once.inner_text().strip()
    assert re.fullmatch(r"([a-z2-9]{4}-){3}[a-z2-9]{4}", given)
    settled(page)
    assert axe(page) == []
    picture(page, "accounts")
    page.reload()
    settled(page)
    assert given not in page.content()
    for secret in (password, OWN, given):
        assert secret not in stored(page)
    page.goto(f"{office.address}/account")
    settled(page)
    assert axe(page) == []
    picture(page, "my-account")
    assert watched.outside() == []
    assert watched.refused() == []

    page.get_by_role("link", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You are signed out")
    assert axe(page) == []
    page.go_back()
    expect(page.locator("body")).not_to_contain_text("ana.admin", timeout=SLOW)


@pytest.fixture(scope="module")
def staffed(office: Office) -> Office:
    """The same office, once it has people of several roles."""
    listed = office.command("list")
    if "ana.admin" not in listed:
        office.add("ana.admin", "admin")
    for role in ("worker", "supervisor", "manager", "auditor", "licensing"):
        name = f"{role}.one"
        if name not in listed:
            PASSWORDS[name] = office.add(name, role)
    return office


PASSWORDS: dict[str, str] = {}


def entered(page: Page, office: Office, name: str) -> None:
    """Sign somebody in, with the forced change the first time."""
    first = PASSWORDS.get(name, OWN)
    sign_in(page, office, name, first)
    if first != OWN:
        change(page, first)
        PASSWORDS[name] = OWN
    settled(page)


SEEN = {
    "worker": ({"Board", "Plan", "Case", "Upload", "My account"}, {"Accounts", "Audit"}),
    "manager": ({"Providers", "Gaps", "Fairness"}, {"Board", "Case", "Plan", "Accounts"}),
    "auditor": ({"My account"}, {"Board", "Case", "Providers", "Accounts"}),
}


@pytest.mark.parametrize("role", SEEN)
def test_each_role_has_its_own_pages(staffed: Office, visit: Any, role: str):
    watched = visit()
    page = watched.page
    entered(page, staffed, f"{role}.one")
    links = page.locator("[data-testid=stTopNavLink]")
    expect(links.first).to_be_visible(timeout=SLOW)
    shown = {one.strip() for one in links.all_inner_texts()}
    wanted, unwanted = SEEN[role]
    assert wanted <= shown
    assert not unwanted & shown
    page.goto(f"{staffed.address}/accounts")
    settled_or_refused(page)
    expect(page.locator("body")).to_contain_text("is not for the role", timeout=SLOW)
    picture(page, f"refused-{role}")
    assert axe(page) == []


def settled_or_refused(page: Page) -> None:
    page.wait_for_selector(".sb-box, h1", timeout=SLOW)
    page.wait_for_timeout(400)


def test_leave_now_by_press_and_by_keyboard(staffed: Office, visit: Any):
    watched = visit()
    page = watched.page
    for way in ("press", "keys"):
        entered(page, staffed, "worker.one")
        # Some of the record is on the screen, and its address can be kept by nobody.
        if way == "press":
            page.get_by_role("link", name="Leave now").click()
        else:
            for _ in range(3):
                page.keyboard.press("Escape")
        expect(page.get_by_role("heading", level=1)).to_have_text("Sign in", timeout=SLOW)
        assert "session" not in {one["name"] for one in page.context.cookies()}
        assert stored(page).startswith('["",{},{},')
        page.goto(f"{staffed.address}/board")
        expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_a_tab_goes_by_itself_once_its_session_is_over(staffed: Office, visit: Any):
    watched = visit()
    page = watched.page
    entered(page, staffed, "supervisor.one")
    staffed.begun_long_ago(10)
    gone(page)
    expect(page.locator("main")).to_contain_text("one working day at most")
    assert axe(page) == []
    picture(page, "over")


def test_a_disabled_person_loses_the_open_tab(staffed: Office, visit: Any):
    watched = visit()
    page = watched.page
    entered(page, staffed, "licensing.one")
    staffed.command("disable", "licensing.one")
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "You are signed out", timeout=SLOW
    )
    sign_in(page, staffed, "licensing.one", OWN)
    expect(page.get_by_role("alert")).to_contain_text("do not fit")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_door_on_a_phone(staffed: Office, visit: Any, scheme: str):
    watched = visit(viewport={"width": 390, "height": 844}, color_scheme=scheme)
    page = watched.page
    page.goto(f"{staffed.address}/sign-in")
    assert axe(page) == []
    picture(page, f"phone-{scheme}-sign-in")
    wide = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    assert page.evaluate(wide)
    entered(page, staffed, "worker.one")
    picture(page, f"phone-{scheme}-board")
    expect(page.get_by_role("link", name="Leave now")).to_be_visible()
    assert page.evaluate(wide)
    page.goto(f"{staffed.address}/password")
    assert axe(page) == []
    picture(page, f"phone-{scheme}-password")
    page.goto(f"{staffed.address}/account")
    settled(page)
    assert axe(page) == []
    picture(page, f"phone-{scheme}-account")
