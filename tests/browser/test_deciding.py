"""Deciding in a real browser: choose, keep, take back, stop, look for a change."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from matching.domain.access import Actor, Role
from matching.intake.sample import generate
from matching.services.desk import Desk
from matching.services.intake import load_sample
from matching.settings import Settings
from matching.store import open_store
from tests.browser.conftest import Watched, start_server
from tests.browser.test_walk import RULES, SLOW, go, planned, settled

__all__ = ["planned"]


def title(page: Page) -> str:
    return page.get_by_role("heading", level=1).inner_text()


def number(page: Page, server: str) -> int:
    go(page, server, "plan")
    return int(re.search(r"Plan (\d+) by", page.locator(".sb-head").inner_text()).group(1))


def open_case(page: Page, server: str, kind: str, has: str) -> str:
    """Open the first case of one of the lists whose page has a certain button."""
    go(page, server, "plan")
    lines = page.locator(f"[class*=st-key-lines-][class*=-{kind}]").get_by_role("button")
    expect(lines.first).to_be_visible(timeout=SLOW)
    for k in range(lines.count()):
        case = lines.nth(k).inner_text().strip()
        lines.nth(k).click()
        expect(page.get_by_role("heading", name="What is known")).to_be_visible(timeout=SLOW)
        settled(page)
        if page.get_by_role("button", name=has).count():
            return case
        go(page, server, "plan")
        expect(lines.first).to_be_visible(timeout=SLOW)
    raise AssertionError(f"no case has a button {has}")


def accessible(page: Page) -> list[str]:
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}}).response
    assert found["passes"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found["violations"]]


def press(page: Page, name: str) -> None:
    """Press a button by the keyboard."""
    button = page.get_by_role("button", name=name).first
    button.focus()
    page.keyboard.press("Enter")


def choose_a_reason(page: Page) -> None:
    """Choose the first reason by the keyboard, once the list opens by a click as well."""
    reason = page.get_by_role("combobox", name="Reason")
    choices = page.get_by_role("listbox")
    main = page.locator("[data-testid=stMain]")
    reason.focus()
    settled(page)
    before = main.evaluate("m => m.scrollTop")
    assert before > 0, "the page is where the button was pressed"
    # A list closes when the page under it moves, and nothing here may move it.
    for _ in range(2):
        reason.click()
        expect(choices).to_be_visible(timeout=SLOW)
        settled(page)
        expect(choices).to_be_visible()
        page.keyboard.press("Escape")
        expect(choices).to_have_count(0)
    reason.press("ArrowDown")
    expect(choices).to_be_visible(timeout=SLOW)
    page.keyboard.press("Enter")
    expect(reason).not_to_have_value("")
    settled(page)
    assert main.evaluate("m => m.scrollTop") == before


def below_the_panel(page: Page) -> bool:
    """Tell whether a button under the panel comes to lie below it when it is reached."""
    page.get_by_role("button", name="Choose this instead").first.focus()
    settled(page)
    return bool(
        page.evaluate(
            "() => document.activeElement.getBoundingClientRect().top"
            " >= document.querySelector('.st-key-deciding').getBoundingClientRect().bottom"
        )
    )


def test_a_place_is_chosen_kept_and_the_decision_taken_back(watched: Watched, planned: str):
    page = watched.page
    before = number(page, planned)
    case = open_case(page, planned, "placed", "Choose this instead")
    proposed = title(page)
    press(page, "Choose this instead")
    expect(page.get_by_role("button", name="Keep this plan")).to_be_visible(timeout=SLOW)
    settled(page)
    assert accessible(page) == []

    choose_a_reason(page)
    assert below_the_panel(page)
    press(page, "Keep this plan")
    undo = page.get_by_role("button", name="Take the decision back")
    expect(undo).to_be_visible(timeout=SLOW)
    settled(page)
    assert title(page) != proposed
    assert f"Plan {before + 1} is the current plan now" in page.content()
    assert accessible(page) == []

    press(page, "Take the decision back")
    expect(page.get_by_role("heading", name="If you take this back")).to_be_visible(
        timeout=SLOW
    )
    settled(page)
    press(page, "Keep this plan")
    expect(page.get_by_text(f"Plan {before + 2} is the current plan now")).to_be_visible(
        timeout=SLOW
    )
    settled(page)
    assert title(page) == proposed
    assert case not in page.url
    assert watched.outside() == []
    assert watched.console == []


def test_on_a_phone_the_difference_is_in_sight_and_leaving_saves_nothing(
    browser: Any, planned: str
):
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, color_scheme="dark", has_touch=True
    )
    watched = Watched(context.new_page())
    page = watched.page
    before = number(page, planned)
    open_case(page, planned, "placed", "Choose this instead")
    page.get_by_role("button", name="Choose this instead").last.tap()
    leave = page.get_by_role("button", name="Leave it as it was")
    expect(leave).to_be_visible(timeout=SLOW)
    settled(page)
    # In sight where the button was pressed, however far down the page that was.
    expect(page.get_by_text("Nothing is saved yet.")).to_be_in_viewport()
    assert accessible(page) == []
    main = page.locator("[data-testid=stMain]")
    wide, shown = main.evaluate("m => [m.scrollWidth, m.clientWidth]")
    assert wide <= shown
    leave.tap()
    expect(leave).to_have_count(0, timeout=SLOW)
    assert number(page, planned) == before
    assert watched.console == []
    context.close()


def test_the_smallest_change_is_looked_for_when_asked(watched: Watched, planned: str):
    page = watched.page
    open_case(page, planned, "without", "Look for the smallest change")
    press(page, "Look for the smallest change")
    expect(
        page.get_by_text(re.compile("The plan was made again with|No single change")).first
    ).to_be_visible(timeout=SLOW)
    settled(page)
    assert accessible(page) == []
    assert watched.console == []


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a dashboard with so many people that a plan takes a while."""
    folder = tmp_path_factory.mktemp("region")
    store = open_store(f"sqlite:///{folder / 'record.db'}")
    actor = Actor("tester", Role.LOCAL)
    desk = Desk(store, actor, Settings(database_url="sqlite:///unused.db"))
    made = generate(4, 1200, 1000, as_of=desk.clock())
    load_sample(desk, made.providers, made.pools, made.referrals, "0" * 64)
    store.close()
    process, address = start_server(folder)
    yield address
    process.terminate()
    process.wait(timeout=20)


def test_a_plan_being_made_is_stopped_and_kept(watched: Watched, region: str):
    page = watched.page
    go(page, region, "plan")
    page.get_by_role("button", name="Make the plan").click()
    stop = page.get_by_role("button", name="Stop and keep the best so far")
    expect(stop).to_be_enabled(timeout=SLOW)
    stop.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(
        re.compile(r"[\d,]+ of 1,000 can be placed"), timeout=SLOW
    )
    settled(page)
    assert number(page, region) == 1
    assert accessible(page) == []
    assert watched.console == []
