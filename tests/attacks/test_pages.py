"""Hostile names on record are drawn as text: no page executes, links or formats them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from matching.store import open_store
from matching.ui.components import literal
from tests.attacks.payloads import PAYLOADS
from tests.builders import known_home, known_pool
from tests.services.planned import PEOPLE, desk_at, office
from tests.ui.office import raw, start

HOSTILE = {
    f"P{k}": PAYLOADS[name]
    for k, name in enumerate(("script", "image", "link", "markdown", "template", "formula"), 1)
}


@pytest.fixture(scope="module")
def made(sqlite_template, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("pages") / "record.db"
    shutil.copy(sqlite_template, path)
    store = open_store(f"sqlite:///{path}")
    homes = [
        known_home(ident, name=text, agency=text, contact=text)
        for ident, text in HOSTILE.items()
    ]
    pools = [known_pool(ident, pool_name=text) for ident, text in HOSTILE.items()]
    office(desk_at(store), homes, pools, PEOPLE)
    store.close()
    return path


@pytest.fixture
def url(made, tmp_path) -> str:
    path = tmp_path / "record.db"
    shutil.copy(made, path)
    return f"sqlite:///{path}"


@pytest.mark.parametrize("page", ["board", "plan", "providers", "calls", "whatif"])
def test_a_hostile_name_is_drawn_as_text(url, page, monkeypatch):
    app = start(url, page, monkeypatch)
    assert not app.exception
    body = raw(app)
    assert "<script" not in body
    assert "<img" not in body
    # Labels of widgets are Markdown: there a name stands with its signs taken literally.
    labels = [one.label for kind in ("button", "expander", "checkbox") for one in app.get(kind)]
    for text in HOSTILE.values():
        for label in labels:
            if text in label:
                assert literal(text) in label


@pytest.mark.parametrize("provider_id", HOSTILE)
def test_a_hostile_card_is_drawn_as_text(url, provider_id, monkeypatch):
    app = start(url, "providers", monkeypatch)
    app.session_state["provider"] = provider_id
    app.run()
    assert not app.exception
    body = raw(app)
    assert "<script" not in body
    assert "onerror=" not in body.replace("onerror=&", "")
    assert "zq" in body or provider_id in ("P2", "P5")


def test_neither_addresses_nor_titles_name_a_case(url, monkeypatch):
    app = start(url, "case", monkeypatch)
    app.selectbox(key="case-choice").set_value("R1").run()
    assert "R1" not in str(app.query_params)
