"""What stays in the browser: with a case open, nothing that tells a fact of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import unquote

import pytest
from playwright.sync_api import expect

from matching.ui.text import diligence as text
from tests.browser.conftest import Watched, start_server
from tests.browser.test_two_people import ANSWER, call_for, open_case, press
from tests.browser.test_walk import SLOW, settled
from tests.ui.evening import evening, home, person, pool

CASE, HELD_FOR = "QX-4417", "QX-5528"

#: Facts of the case that its pages show, each a word that stands nowhere else.
FACTS = ("4417", "Juniper", "Alder County", "16, female", "Spanish")
#: And others that are on the record, of whomever.
OTHERS = ("5528", "Hawthorn", "555 0100", "safe_foster", "trafficking", "P-QX")


#: Everything in which a page could leave something behind, as a script can read it.
KEPT = """
async () => {
  const bases = await indexedDB.databases();
  const caches_ = [];
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    caches_.push(name, ...(await cache.keys()).map((one) => one.url));
  }
  const workers = await navigator.serviceWorker.getRegistrations();
  return {
    local: {...localStorage},
    session: {...sessionStorage},
    cookie: document.cookie,
    bases: bases.map((one) => one.name),
    caches: caches_,
    workers: workers.map((one) => one.scope),
    address: location.href,
    state: history.state,
    title: document.title,
    name: window.name,
    referrer: document.referrer,
    resources: performance.getEntries().map((one) => one.name),
  };
}
"""


def qx(now: datetime) -> Any:
    """Return two homes and two people, one of whom has facts of her own."""
    homes = [
        home(now, "P-QX1", name="Juniper House"),
        home(now, "P-QX2", name="Hawthorn House"),
    ]
    pools = [pool(now, one.provider_id, beds_available=1) for one in homes]
    own = person(now, CASE, 9, age_years=16, languages=("es",))
    return homes, pools, [own, person(now, HELD_FOR, 5)]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a dashboard with these people and a plan."""
    folder = tmp_path_factory.mktemp("traces")
    evening(folder / "record.db", qx)
    process, address = start_server(folder)
    yield address
    process.terminate()
    process.wait(timeout=20)


def kept(watched: Watched) -> dict[str, Any]:
    """Return everything that the browser keeps or has asked for."""
    page = watched.page
    found = page.evaluate(KEPT)
    assert found["bases"] == found["caches"] == found["workers"] == []
    found["cookies"] = page.context.cookies()
    found["stored"] = page.context.storage_state(indexed_db=True)
    found["asked"] = watched.requests
    return dict(found)


def told(found: dict[str, Any]) -> list[str]:
    """Return the facts that can be read in what is kept, however it is written."""
    plain = json.dumps(found, ensure_ascii=False, default=str)
    texts = {plain, unquote(plain), unquote(unquote(plain))}
    words = [one.casefold() for one in (*FACTS, *OTHERS)]
    return [one for one in words if any(one in text.casefold() for text in texts)]


def leaves_nothing(watched: Watched, *seen: str) -> None:
    """Hold that facts are on the screen, and nowhere but there."""
    settled(watched.page)
    shown = watched.page.locator("[data-testid=stMain]").inner_text()
    assert [one for one in seen if one not in shown] == []
    assert told(kept(watched)) == []


def test_an_open_case_a_call_a_hold_and_a_download_leave_nothing_behind(
    watched: Watched, office: str
):
    page = watched.page
    open_case(page, office, CASE)
    leaves_nothing(watched, *FACTS)

    call_for(page, office, CASE, "Juniper House")
    leaves_nothing(watched, "4417", "Juniper")
    press(page, ANSWER)
    expect(page.get_by_text(re.compile("(minutes|hour) left,")).first).to_be_visible(
        timeout=SLOW
    )
    leaves_nothing(watched, "4417", "Juniper")

    open_case(page, office, CASE)
    page.get_by_role("button", name=text.PAPERS).click()
    with page.expect_download(timeout=SLOW) as started:
        page.get_by_role("button", name=text.RECORD).click()
    paper = started.value
    assert "4417" in paper.path().read_text("utf-8")
    assert told({"name": paper.suggested_filename, "address": paper.url}) == []
    leaves_nothing(watched, "4417")

    page.reload()
    settled(page)
    assert told(kept(watched)) == []
    page.go_back()
    assert told(kept(watched)) == []
    assert watched.outside() == []


#: Ways in which a page could leave a fact behind.
LEAVES = (
    "localStorage.setItem('last', 'Juniper House')",
    "sessionStorage.setItem('x', encodeURIComponent('Alder County'))",
    "document.cookie = 'case=qx-4417'",
    "history.replaceState({case: 'QX-4417'}, '')",
    "history.pushState({}, '', '?case=QX%2D4417')",
    "document.title = 'Case QX-4417'",
    "window.name = 'Juniper'",
    "location.search = '?provider=Hawthorn'",
)
STORES = (
    "await caches.open('cases')",
    "await new Promise((done) => { indexedDB.open('cases').onsuccess = done; })",
)
FORGET = """
async () => {
  localStorage.clear();
  sessionStorage.clear();
  await caches.delete("cases");
  indexedDB.deleteDatabase("cases");
}
"""


def test_what_would_be_left_behind_would_be_found(watched: Watched, office: str):
    """The look at the browser is no good if it sees nothing."""
    context = watched.page.context
    for leave in (*LEAVES, *STORES):
        one = Watched(context.new_page())
        one.page.goto(f"{office}/away")
        assert told(kept(one)) == [], leave
        one.page.evaluate(f"async () => {{ {leave} }}")
        one.page.wait_for_timeout(300)
        if leave in STORES:
            with pytest.raises(AssertionError):
                kept(one)
        else:
            assert told(kept(one)) != [], leave
        one.page.evaluate(FORGET)
        context.clear_cookies()
        one.page.close()
