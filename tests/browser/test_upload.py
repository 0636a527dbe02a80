"""A new user takes two real-looking lists through every step, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Watched, start_server
from tests.browser.test_deciding import accessible, press
from tests.browser.test_walk import SLOW, go, settled
from tests.ui.test_upload import CALIFORNIA, MESSY


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a dashboard of its own, since uploads take the sample off."""
    process, address = start_server(tmp_path_factory.mktemp("uploads"))
    yield address
    process.terminate()
    process.wait(timeout=20)


def title(page: Page) -> Any:
    return page.get_by_role("heading", level=1)


def take_back(page: Page) -> None:
    """Undo the upload that was saved just now: the next test finds the record without it."""
    page.get_by_role("button", name=re.compile(r"^Take upload \d+ back")).first.click()
    page.get_by_role("button", name=re.compile("^Yes, take upload")).click()
    expect(page.get_by_text(re.compile("was undone: ")).first).to_be_visible(timeout=SLOW)


def choose(page: Page, office: str, folder: Path, name: str, body: str | bytes) -> None:
    """Choose a file on the first step and wait for the second."""
    path = folder / name
    path.write_bytes(body.encode() if isinstance(body, str) else body)
    go(page, office, "upload")
    page.locator("input[type=file]").first.set_input_files(path)
    expect(page.get_by_role("button", name="Go on to").first).to_be_visible(timeout=SLOW)
    settled(page)


def on(page: Page, to: str) -> None:
    """Go on to a step by the keyboard."""
    press(page, f"Go on to {to}")
    current = page.locator("[aria-current=step]")
    expect(current).to_contain_text(re.compile(to.split()[-1], re.IGNORECASE), timeout=SLOW)
    settled(page)


def fits(page: Page) -> bool:
    main = page.locator("[data-testid=stMain]")
    wide, shown = main.evaluate("m => [m.scrollWidth, m.clientWidth]")
    return bool(wide <= shown)


def test_a_messy_list_from_the_file_to_its_undoing(
    watched: Watched, office: str, tmp_path: Path
):
    page = watched.page
    choose(page, office, tmp_path, "shelters.csv", MESSY)
    expect(title(page)).to_have_text("5 rows under 9 columns were found.")
    assert "Howell Mill" not in page.content()
    assert "555-0101" not in page.content()
    wrong = accessible(page)

    on(page, "the columns")
    press(page, "Make a code from each name")
    expect(page.get_by_text("code made from its name")).to_be_visible(timeout=SLOW)
    settled(page)
    wrong += accessible(page)

    on(page, "the values")
    expect(title(page)).to_have_text("2 texts in 3 cells are not understood yet.")
    form = page.locator("[class*=st-key-option-text-]").first
    form.get_by_label("Households").click()
    page.get_by_role("option", name="With children").click()
    page.keyboard.press("Escape")
    form.get_by_role("button", name="Apply").click()
    expect(title(page)).to_have_text("1 text in 1 cell is not understood yet.", timeout=SLOW)
    settled(page)
    wrong += accessible(page)
    press(page, "Nobody knows: leave it unknown")
    expect(title(page)).to_have_text("Every text is understood.", timeout=SLOW)

    on(page, "the problems")
    expect(title(page)).to_have_text("4 of 5 rows can be saved; 1 is set aside.")
    wrong += accessible(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Rows set aside (Excel)").click()
    assert download.value.path().read_bytes().startswith(b"PK")
    page.get_by_role("button", name="3. Columns").click()
    expect(title(page)).to_contain_text("columns are used", timeout=SLOW)
    settled(page)
    page.get_by_role("button", name=re.compile("5. Problems")).click()
    expect(title(page)).to_contain_text("4 of 5 rows", timeout=SLOW)
    settled(page)

    on(page, "what changes")
    expect(page.get_by_role("heading", name="Who is affected")).to_be_visible(timeout=SLOW)
    wrong += accessible(page)
    press(page, "Save 4 rows")
    expect(title(page)).to_have_text("4 providers saved: 4 added.", timeout=SLOW)
    settled(page)
    wrong += accessible(page)
    take_back(page)
    assert wrong == []
    assert watched.outside() == []
    assert watched.refused() == []
    assert watched.console == []


def test_a_published_list_on_a_phone(browser: Any, office: str, tmp_path: Path):
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, color_scheme="dark", has_touch=True
    )
    watched = Watched(context.new_page())
    page = watched.page
    choose(page, office, tmp_path, "agencies.csv", CALIFORNIA)
    expect(page.get_by_text("stands for the homes it certifies").first).to_be_visible()
    assert "NORD" not in page.content()
    wide = [] if fits(page) else ["sheet"]
    wrong = accessible(page)
    for to in ("the columns", "the values"):
        on(page, to)
        wide += [] if fits(page) else [to]
        wrong += accessible(page)
    page.get_by_role("combobox").first.click()
    page.get_by_role("option", name="Probation").click()
    expect(title(page)).to_have_text("Every text is understood.", timeout=SLOW)
    for to in ("the problems", "what changes"):
        on(page, to)
        wide += [] if fits(page) else [to]
        wrong += accessible(page)
    page.get_by_role("button", name="Save 3 rows").tap()
    expect(title(page)).to_have_text("3 providers saved: 3 added.", timeout=SLOW)
    settled(page)
    wide += [] if fits(page) else ["done"]
    take_back(page)
    assert wide == []
    assert wrong == []
    assert watched.outside() == []
    assert watched.console == []
    context.close()


#: Real files, used where they lie beside the checkout; the built ones stand in for them.
SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
REAL = {
    "atlanta.csv": ("messy_uploads/07_atlanta_capacity_as_text.csv", MESSY),
    "california.xlsx": (
        "ca_foster_agencies/Community_Care_Licensing_-_Foster_Family_Agency_Locations.xlsx",
        CALIFORNIA,
    ),
}


@pytest.mark.parametrize("name", list(REAL))
def test_the_files_themselves_go_through_every_step(
    watched: Watched, office: str, tmp_path: Path, name: str
):
    where, built = REAL[name]
    body: str | bytes = (SHARED / where).read_bytes() if (SHARED / where).exists() else built
    page = watched.page
    choose(page, office, tmp_path, name if isinstance(body, bytes) else "built.csv", body)
    on(page, "the columns")
    if page.get_by_role("button", name="Make a code from each name").count():
        press(page, "Make a code from each name")
        expect(page.get_by_text("code made from its name")).to_be_visible(timeout=SLOW)
        settled(page)
    for to in ("the values", "the problems", "what changes"):
        on(page, to)
    save = page.get_by_role("button", name=re.compile(r"^Save [\d,]+ rows?$"))
    expect(save).to_be_enabled(timeout=SLOW)
    save.first.click()
    expect(title(page)).to_contain_text("saved: ", timeout=SLOW)
    settled(page)
    take_back(page)
    assert watched.outside() == []
    assert watched.console == []
