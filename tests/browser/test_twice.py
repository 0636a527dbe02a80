"""A press that comes twice: one thing is done, and it is told as done."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Watched
from tests.browser.test_two_people import ANSWER, call_for, office
from tests.browser.test_walk import SLOW, settled

__all__ = ["office"]


@pytest.fixture
def quick(browser: Any) -> Iterator[Watched]:
    """Somebody with a quick finger."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield Watched(context.new_page())
    context.close()


@pytest.mark.parametrize("pause", [0, 60])
def test_an_answer_pressed_twice_is_one_answer_and_told_as_saved(
    quick: Watched, office: str, pause: int
):
    page = quick.page
    call_for(page, office, "R1", "Oak House")
    page.get_by_role("button", name=ANSWER).first.hover()
    for _ in range(2):
        page.mouse.down()
        page.mouse.up()
        page.wait_for_timeout(pause)
    told = page.locator(".sb-box").filter(has_text=re.compile("Saved|That did not work"))
    expect(told.first).to_be_visible(timeout=SLOW)
    page.wait_for_timeout(1000)
    settled(page)
    expect(told).to_have_count(1)
    expect(told).to_contain_text("Saved. Oak House holds a bed for case R1")
