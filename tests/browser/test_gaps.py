"""The parts of the page Gaps in a real browser, and the brief on paper."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from matching.export.brief import Brief, BriefTable, brief_page
from matching.services.gap_brief import NOTES, TITLE
from matching.ui.text import gaps as text
from tests.browser.conftest import Watched
from tests.browser.test_deciding import accessible
from tests.browser.test_walk import SLOW, go, planned, settled

__all__ = ["planned"]


def open_part(page: Page, name: str) -> None:
    page.get_by_role("radio", name=name, exact=True).click()
    settled(page)


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_every_part_is_accessible_fits_and_asks_nobody(
    browser: Any, planned: str, width: int, scheme: str
):
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    watched = Watched(context.new_page())
    page, wrong = watched.page, []
    go(page, planned, "gaps")
    for name in text.PARTS.values():
        open_part(page, name)
        wrong += [f"{name}: {one}" for one in accessible(page)]
        main = page.locator("[data-testid=stMain]")
        wide, shown = main.evaluate("m => [m.scrollWidth, m.clientWidth]")
        if wide > shown:
            wrong.append(f"{name}: scrolls sideways, {wide} in {shown}")
    context.close()
    assert wrong == []
    assert watched.outside() == []
    assert watched.refused() == []
    assert watched.console == []


def sheets(page: Page) -> int:
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", page.pdf(format="Letter")))


def test_the_longest_brief_there_can_be_fits_on_one_sheet(browser: Any, tmp_path: Path):
    words = "a row of words as long as the longest, about"
    lengths = {"Stages": 8, "Type": 6, "Region": 6, "Age": 8, "Need": 6, "Beds": 14, "Ends": 6}
    tables = tuple(
        BriefTable(title, ("", "People"), tuple((words, "1,234") for _ in range(n)), words)
        for title, n in lengths.items()
    )
    file = tmp_path / "brief.html"
    file.write_bytes(brief_page(Brief(TITLE, words * 2, (words * 3,), tables, NOTES)))
    page = browser.new_page()
    page.goto(file.as_uri())
    assert sheets(page) == 1
    page.close()


def test_the_brief_fills_one_sheet_and_asks_nobody(
    browser: Any, planned: str, watched: Watched, tmp_path: Path
):
    page = watched.page
    go(page, planned, "gaps")
    with page.expect_download(timeout=SLOW) as started:
        page.get_by_role("button", name=text.BRIEF).click()
    file = tmp_path / "brief.html"
    started.value.save_as(file)
    paper = Watched(browser.new_page())
    paper.page.goto(file.as_uri())
    expect(paper.page.get_by_role("heading", level=1)).to_contain_text("Gaps")
    assert accessible(paper.page) == []
    assert sheets(paper.page) == 1
    paper.page.close()
    assert [url for url in paper.requests if not url.startswith("file:")] == []
