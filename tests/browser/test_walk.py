"""A person's way through the dashboard: upload, plan, case, gaps, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from matching.services.samples import write_sample
from matching.ui.text import plan as text
from tests.browser.conftest import Watched

PAGES = (
    "board",
    "plan",
    "calls",
    "case",
    "referral",
    "providers",
    "upload",
    "sharing",
    "gaps",
    "planner",
    "whatif",
    "fairness",
    "policy",
    "audit",
)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
SLOW = 60_000


def settled(page: Page) -> None:
    """Wait until the page is drawn and no script of it runs."""
    page.wait_for_selector("h1", timeout=SLOW)
    expect(page.locator("[data-testid=stStatusWidget]")).to_have_count(0, timeout=SLOW)
    page.wait_for_timeout(400)


def go(page: Page, server: str, name: str) -> None:
    page.goto(server if name == "board" else f"{server}/{name}")
    settled(page)


def ask_for_plan(page: Page, server: str) -> None:
    """Make the plan if there is none yet."""
    go(page, server, "plan")
    page.get_by_role("button", name=re.compile("Make the plan")).first.click()
    # An older plan stays in sight, with a warning, until the new one is there.
    expect(page.get_by_text(text.MOVED_LABEL)).to_have_count(0, timeout=SLOW)
    expect(page.get_by_role("heading", level=1)).to_contain_text("can be placed", timeout=SLOW)
    settled(page)


@pytest.fixture(scope="module")
def planned(browser: Any, server: str) -> Iterator[str]:
    """The server's address, once a plan has been made there."""
    page = browser.new_page()
    ask_for_plan(page, server)
    page.close()
    return server


def keep_what_is_on_record(page: Page) -> None:
    """Answer every question about safety by keeping what is there."""
    for name in ("in all", ""):
        keep = page.get_by_role("button", name=re.compile(f"^Keep what is on record ?{name}"))
        while keep.count():
            number = keep.count()
            keep.first.click()
            expect(keep).not_to_have_count(number, timeout=SLOW)
            settled(page)


def test_upload_plan_case_and_gaps(watched: Watched, server: str, tmp_path: Path):
    page = watched.page
    now = datetime.now(UTC)
    files = write_sample(tmp_path, seed=4, providers=40, referrals=20, as_of=now)
    for file in files:
        go(page, server, "upload")
        page.locator("input[type=file]").first.set_input_files(file)
        save = page.get_by_role("button", name=re.compile(r"^Save \d+ row"))
        expect(save).to_be_visible(timeout=SLOW)
        settled(page)
        keep_what_is_on_record(page)
        save.click()
        title = page.get_by_role("heading", level=1)
        expect(title).to_contain_text("saved", timeout=SLOW)
        expect(save).to_have_count(0, timeout=SLOW)
        settled(page)

    ask_for_plan(page, server)
    title = page.get_by_role("heading", level=1).inner_text()
    placed, waiting = map(int, re.search(r"(\d+) of (\d+) can be placed", title).groups())
    assert waiting >= 20

    case = page.get_by_role("button", name=re.compile("R-")).first
    case.click(timeout=SLOW)
    expect(page.get_by_role("heading", name="What is known")).to_be_visible(timeout=SLOW)
    for part in ("What speaks", "Every provider that is no option"):
        expect(page.get_by_role("heading", name=re.compile(part)).first).to_be_visible(
            timeout=SLOW
        )

    go(page, server, "gaps")
    title = page.get_by_role("heading", level=1).inner_text()
    assert int(re.search(r"(\d+) (?:people|person)", title).group(1)) == waiting - placed

    assert watched.outside() == []
    assert watched.refused() == []


def test_a_wrong_file_is_refused_in_a_sentence(watched: Watched, server: str, tmp_path: Path):
    picnic = tmp_path / "shelters.csv"
    picnic.write_text("shelter,tables,grills\nHilltop,4,2\nLakeside,6,1\n", "utf-8")
    go(watched.page, server, "upload")
    watched.page.locator("input[type=file]").first.set_input_files(picnic)
    expect(watched.page.locator("body")).to_contain_text("Nothing was saved", timeout=SLOW)
    assert "Traceback" not in watched.page.content()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_every_page_is_accessible_fits_and_asks_nobody(
    browser: Any, planned: str, width: int, scheme: str
):
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    watched = Watched(context.new_page())
    wrong: list[str] = []
    for name in PAGES:
        go(watched.page, planned, name)
        found = (
            Axe()
            .run(watched.page, options={"runOnly": {"type": "tag", "values": RULES}})
            .response
        )
        wrong += [
            f"{name}: {one['id']}: {node['html'][:200]}"
            for one in found["violations"]
            for node in one["nodes"]
        ]
        assert found["passes"], name
        main = watched.page.locator("[data-testid=stMain]")
        wide, shown = main.evaluate("m => [m.scrollWidth, m.clientWidth]")
        if wide > shown:
            wrong.append(f"{name}: scrolls sideways, {wide} in {shown}")
    context.close()
    assert wrong == []
    assert watched.outside() == []
    assert watched.refused() == []
    assert watched.console == []


def test_a_case_opens_by_the_keyboard_and_never_in_the_address(watched: Watched, planned: str):
    page = watched.page
    go(page, planned, "plan")
    link = page.get_by_role("button", name=re.compile("R-")).first
    expect(link).to_be_visible(timeout=SLOW)
    case = link.inner_text().strip()
    link.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="What is known")).to_be_visible(timeout=SLOW)
    assert case
    assert case not in page.url
    assert case not in page.title()


def test_the_policy_is_strict_and_the_answers_are_compressed(server: str):
    with urlopen(server) as answer:
        policy = answer.headers["content-security-policy"]
        script = re.search(r'src="\.?(/static/js/[^"]+)"', answer.read().decode()).group(1)
    rules = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert "unsafe" not in rules["script-src"]
    assert rules["connect-src"] == "'self'"
    assert rules["frame-ancestors"] == "'none'"
    assert "http" not in policy
    with urlopen(Request(server + script, headers={"Accept-Encoding": "gzip"})) as answer:
        assert answer.headers["content-encoding"] == "gzip"


def test_the_first_page_opens_by_its_name_too(watched: Watched, server: str):
    page = watched.page
    page.goto(f"{server}/board")
    settled(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("waiting", timeout=SLOW)
    expect(page).to_have_url(f"{server}/")
    expect(page.get_by_text("Page not found")).to_have_count(0)
