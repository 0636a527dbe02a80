"""Two people at once on one server: the last bed, a call that is seen, a form that is old."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Watched, start_server
from tests.browser.test_walk import SLOW, go, settled
from tests.ui.evening import evening, home, person, pool

#: A page looks by itself every 15 seconds; twice that, and the time to draw.
BY_ITSELF = 45_000
#: What is on the button of the answer that takes the bed.
ANSWER = re.compile("Holds the bed")


def one_bed_and_a_spare(now: datetime) -> Any:
    """Return a home with one bed that two people could have, and a worse one."""
    homes = [
        home(now, "P1", name="Oak House"),
        home(now, "P2", name="Birch House", county="80007"),
    ]
    pools = [pool(now, one.provider_id, beds_available=1) for one in homes]
    return homes, pools, [person(now, "R1", 9), person(now, "R2", 5)]


@pytest.fixture
def office(tmp_path: Any) -> Iterator[str]:
    """The address of a dashboard with two people and a plan."""
    evening(tmp_path / "record.db", one_bed_and_a_spare)
    process, address = start_server(tmp_path)
    yield address
    process.terminate()
    process.wait(timeout=20)


@pytest.fixture
def people(browser: Any) -> Iterator[tuple[Watched, Watched]]:
    """Two people, each with a browser of their own."""
    made = [browser.new_context(viewport={"width": 1280, "height": 900}) for _ in range(2)]
    yield Watched(made[0].new_page()), Watched(made[1].new_page())
    for one in made:
        one.close()


def open_case(page: Page, address: str, case: str) -> None:
    go(page, address, "board")
    page.get_by_role("button", name=case, exact=True).first.click()
    expect(page.get_by_role("heading", name="Where it stands")).to_be_visible(timeout=SLOW)
    settled(page)


def press(page: Page, name: str | re.Pattern[str]) -> None:
    page.get_by_role("button", name=name).first.click()
    settled(page)


def call_for(page: Page, address: str, case: str, place: str) -> None:
    """Open the call about one person to one place."""
    open_case(page, address, case)
    press(page, "Call for this case")
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"Case {case}", timeout=SLOW)
    press(page, place)
    expect(page.get_by_role("button", name=ANSWER)).to_be_visible(timeout=SLOW)


def both_release(first: Page, second: Page, address: str) -> None:
    """Let two people release the same bed from forms of the same moment: one of them does."""
    for page in (first, second):
        go(page, address, "calls")
        expect(page.get_by_text(re.compile("Held until")).first).to_be_visible(timeout=SLOW)
        press(page, "Release")
    reasons = ("No place is needed any more", "Another place was found")
    for page, reason in zip((first, second), reasons, strict=True):
        page.get_by_role("button", name=reason).click(no_wait_after=True)
    told = [
        page.locator(".sb-box").filter(has_text=re.compile("was released:|Nothing was saved"))
        for page in (first, second)
    ]
    for box in told:
        expect(box.first).to_be_visible(timeout=SLOW)
    said = [box.first.inner_text() for box in told]
    assert sum("was released:" in one for one in said) == 1


def away_and_back(page: Page, address: str) -> None:
    """Record both on the page of the case, which stays open from one to the other."""
    go(page, address, "board")
    page.get_by_role("button", name="R1", exact=True).first.click()
    settled(page)
    press(page, "Open the case")
    expect(page.get_by_role("heading", name="Where it stands")).to_be_visible(timeout=SLOW)
    settled(page)
    for happened, said in (("Missing", "is recorded as missing"), ("Came back", "is back")):
        page.get_by_role("radio", name=happened).or_(
            page.get_by_role("button", name=happened)
        ).first.click()
        settled(page)
        press(page, "Save")
        expect(page.get_by_text(re.compile(said)).first).to_be_visible(timeout=SLOW)
        settled(page)
        chosen = page.get_by_role("combobox").first
        expect(chosen).to_have_value(re.compile("^R1"))


def test_the_last_bed_goes_to_one_and_the_other_is_told_and_sees_it(
    people: tuple[Watched, Watched], office: str
):
    first, second = people
    go(second.page, office, "calls")
    seen = second.page.get_by_text(re.compile("is calling for case R1"))
    expect(seen).to_have_count(0)
    call_for(first.page, office, "R1", "Oak House")
    expect(seen.first).to_be_visible(timeout=BY_ITSELF)
    call_for(second.page, office, "R2", "Oak House")
    board = first.page.context.new_page()
    go(board, office, "board")
    expect(board.get_by_role("heading", level=1)).to_contain_text("2 waiting")
    search = board.get_by_label("Search", exact=True)
    search.click()
    search.press_sequentially("half a wo")

    for one in people:
        one.page.get_by_role("button", name=ANSWER).first.click(no_wait_after=True)
    told = [
        one.page.locator(".sb-box").filter(
            has_text=re.compile("holds a bed for|The last bed at Oak House was taken at")
        )
        for one in people
    ]
    for box in told:
        expect(box.first).to_be_visible(timeout=SLOW)
    said = sorted(box.first.inner_text() for box in told)
    assert sum("holds a bed for case" in one for one in said) == 1
    (lost,) = [one for one in said if "The last bed" in one]
    assert "Nothing was saved." in lost
    assert re.search(r"taken at \d\d:\d\d by", lost)

    # The board of a third window changes by itself, and takes nothing from whoever types.
    expect(board.get_by_role("heading", level=1)).to_contain_text(
        "1 of them with a bed held", timeout=BY_ITSELF
    )
    expect(search).to_be_focused()
    expect(search).to_have_value("half a wo")
    both_release(first.page, second.page, office)
    assert first.console == []
    assert second.console == []


def test_the_loop_from_a_decline_to_a_disruption(people: tuple[Watched, Watched], office: str):
    page = people[0].page
    go(page, office, "calls")
    title = page.get_by_role("heading", level=1)
    expect(title).to_contain_text("2 calls to make for 2 people")
    call_for(page, office, "R1", "Oak House")
    press(page, "Declined")
    press(page, re.compile("^Age$"))
    expect(page.get_by_role("heading", name="What changed in the plan")).to_be_visible(
        timeout=SLOW
    )
    settled(page)

    call_for(page, office, "R1", "Birch House")
    press(page, ANSWER)
    expect(page.get_by_text(re.compile("(minutes|hour) left,")).first).to_be_visible(
        timeout=SLOW
    )
    settled(page)
    page.locator("[class*=st-key-hold-accept]").get_by_role("button").click()
    expect(page.get_by_role("heading", name="Accepted, not moved in")).to_be_visible(
        timeout=SLOW
    )
    settled(page)
    press(page, "Moved in")
    press(page, "Save the arrival")
    expect(page.get_by_text(re.compile("Case R1 moved in at")).first).to_be_visible(
        timeout=SLOW
    )
    away_and_back(page, office)

    go(page, office, "board")
    expect(title).to_contain_text("1 waiting")
    page.locator("[class*=lines-14-placed]").get_by_role("button", name="R1").click()
    settled(page)
    page.get_by_role("radio", name="The placement ended").or_(
        page.get_by_role("button", name="The placement ended")
    ).first.click()
    settled(page)
    page.get_by_label("Why it ended").click()
    page.get_by_role("option", name="The placement broke down").click()
    page.get_by_text("Yes: back on the board").click()
    page.get_by_text("Nothing was learned that changes the search").click()
    press(page, re.compile("^Save$"))
    expect(page.get_by_text("It is back on the board.")).to_be_visible(timeout=SLOW)
    expect(title).to_contain_text("2 waiting", timeout=SLOW)
    expect(
        page.locator("[class*=lines-14-waiting]").get_by_role("button", name="R1")
    ).to_be_visible(timeout=SLOW)
    assert people[0].console == []
    assert people[0].outside() == []
    assert "R1" not in page.url
