"""No page tells who or where a confidential provider is, until it is opened."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from matching.services.openings import open_provider
from matching.store import open_store
from tests.services.planned import desk_at
from tests.services.secret import SECRET, found_in, secret_office
from tests.ui.conftest import desk_at as desk_of_user
from tests.ui.office import choose, finished, start

PAGES = ("board", "calls", "providers", "gaps", "planner", "whatif", "fairness", "audit")


@pytest.fixture(scope="module")
def office(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("secret") / "record.db"
    shutil.copy(sqlite_template, path)
    store = open_store(f"sqlite:///{path}")
    secret_office(desk_at(store))
    store.close()
    return path


@pytest.fixture
def url(office: Path, tmp_path: Path) -> str:
    path = tmp_path / "record.db"
    shutil.copy(office, path)
    return f"sqlite:///{path}"


@pytest.fixture
def opener(url: str, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], AppTest]:
    return lambda page: start(url, page, monkeypatch)


def sent(app: AppTest) -> Iterator[str]:
    """Return everything that was sent to the browser, drawn or not."""

    def walk(block: Any) -> Iterator[str]:
        for child in getattr(block, "children", {}).values():
            proto = getattr(child, "proto", None)
            if proto is not None:
                yield str(proto).encode().decode("unicode_escape", "replace")
            yield from walk(child)

    for root in app._tree.children.values():
        yield from walk(root)


@pytest.mark.parametrize("page", PAGES)
def test_no_page_tells(opener, page):
    app = opener(page)
    assert not app.exception
    texts = list(sent(app))
    assert len("".join(texts)) > 500
    assert found_in(texts) == set()


def test_no_plan_tells_and_no_case(opener):
    app = finished(opener("plan"))
    assert found_in(sent(app)) == set()
    app = opener("case")
    for case in ("R1", "R2", "R3", "R8"):
        assert found_in(sent(choose(app, case))) == set()


@pytest.mark.parametrize("provider_id", [one.provider_id for one in SECRET])
def test_no_card_tells(opener, provider_id):
    app = opener("providers")
    app.session_state["provider"] = provider_id
    app.run()
    assert not app.exception
    texts = list(sent(app))
    assert found_in(texts) == set()
    assert found_in(texts, ["Confidential "]) == {"Confidential "}


def test_what_is_opened_is_shown_and_to_nobody_else(opener, url):
    store = open_store(url)
    open_provider(desk_of_user(store), "S1", "placing")
    open_provider(desk_at(store), "S2", "placing")
    store.close()
    found = found_in(sent(opener("providers")))
    assert "Zephyrine" in found
    assert found.isdisjoint({"Zircon", "Zabaglione"})
