"""The dashboard without a browser: each test with a record of its own."""

from __future__ import annotations

import html
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from matching.domain.access import Actor, Role
from matching.services.desk import Desk
from matching.services.samples import ensure_sample
from matching.settings import Settings
from matching.store import Store, open_store

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def sample_record(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A record with the sample region as it is on a first start."""
    path = tmp_path_factory.mktemp("ui") / "sample.db"
    shutil.copy(sqlite_template, path)
    store = open_store(f"sqlite:///{path}")
    ensure_sample(desk_at(store))
    store.close()
    return path


def desk_at(store: Store, url: str = "sqlite:///unused.db") -> Desk:
    return Desk(store, Actor("local user", Role.LOCAL), Settings(database_url=url))


@pytest.fixture
def record(
    sample_record: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Store]:
    """The record the dashboard opens, with the sample in it."""
    path = tmp_path / "record.db"
    shutil.copy(sample_record, path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{path}")
    monkeypatch.setenv("MATCHING_TIME_ZONE", "UTC")
    st.cache_resource.clear()
    store = open_store(f"sqlite:///{path}")
    yield store
    store.close()
    st.cache_resource.clear()


@pytest.fixture
def desk(record: Store) -> Desk:
    """The desk of the person at the screen."""
    return desk_at(record)


@pytest.fixture
def open_page(record: Store) -> Callable[..., AppTest]:
    """Open a page by its name, such as ``open_page("upload")``."""

    def go(name: str = "board", **state: object) -> AppTest:
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        for key, value in state.items():
            app.session_state[key] = value
        app.run()
        if name != "board":
            app.switch_page(f"matching/ui/pages/{name}.py").run()
        assert not app.exception
        return app

    return go


def words(app: AppTest) -> str:
    """Return everything a page says in HTML, without tags."""
    parts = [re.sub(r"<style>.*?</style>", "", one.value, flags=re.S) for one in app.html]
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", " ".join(parts))))


def heading(app: AppTest) -> str:
    """Return a page's one sentence."""
    found = [one.value for one in app.html if "<h1>" in one.value]
    assert len(found) == 1
    return html.unescape(re.search(r"<h1>(.*?)</h1>", found[0])[1])


def labels(app: AppTest) -> list[str]:
    """Return what is written on the buttons."""
    return [one.label for one in app.button]
