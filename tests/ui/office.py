"""An office on screen: the app against a record of the test's own."""

from __future__ import annotations

import base64
import html
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from matching.domain.access import Actor, Role
from matching.services.desk import Desk
from matching.settings import Settings
from matching.store import open_store
from tests.builders import NOW
from tests.services.planned import office

#: Size of the region that the pages are tested on.
PROVIDERS, REFERRALS = 50, 40

ROOT = Path(__file__).parents[2]


def start(url: str, page: str, monkeypatch: Any) -> AppTest:
    """Open one page of the app at a record."""
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.delenv("MATCHING_POLICY", raising=False)
    st.cache_resource.clear()
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    if page != "board":
        # The first page has no address but the shortest; its name leads there each time.
        app.switch_page(f"matching/ui/pages/{page}.py")
    return app.run()


def record_of(template: Path, folders: pytest.TempPathFactory, *people_and_places: Any) -> Path:
    """Return a record with a plan of an office, by default the small one.

    Parameters
    ----------
    template : Path
        An empty record.
    folders : TempPathFactory
    *people_and_places
        Homes, bed pools and people, as :func:`tests.services.planned.office` takes them.
    """
    path = folders.mktemp("office") / "record.db"
    shutil.copy(template, path)
    store = open_store(f"sqlite:///{path}")
    settings = Settings(database_url="sqlite:///unused.db")
    desk = Desk(store, Actor("tester", Role.LOCAL), settings, lambda: NOW)
    office(desk, *people_and_places)
    store.close()
    return path


def opener_of(record: Path, folder: Path, monkeypatch: Any) -> Callable[[str], AppTest]:
    """Return what opens a page of a copy of a record."""
    path = folder / "record.db"
    shutil.copy(record, path)
    return lambda page: start(f"sqlite:///{path}", page, monkeypatch)


def choose(app: AppTest, case: str) -> AppTest:
    """Choose a case on its page."""
    app.selectbox(key="case-choice").set_value(case).run()
    assert not app.exception
    return app


def keys(app: AppTest) -> set[str | None]:
    """Return the keys of the buttons."""
    return {one.key for one in app.button}


def labels_of(app: AppTest) -> list[str]:
    """Return what is written on the buttons."""
    return [one.label for one in app.button]


def go(app: AppTest, page: str) -> AppTest:
    """Open another page in the same session."""
    return app.switch_page(f"matching/ui/pages/{page}.py").run()


def finished(app: AppTest, key: str = "plan-job") -> AppTest:
    """Wait until work in the background is done, and draw the page again.

    Parameters
    ----------
    app : AppTest
    key : str
        Where the page keeps the work; nothing there is work done already.
    """
    if key in app.session_state:
        kept = app.session_state[key]
        assert getattr(kept, "job", kept).wait(120)
        app.run()
    assert not app.exception
    return app


def said(app: AppTest) -> str:
    """Return all words drawn as HTML, without tags and signs of style."""
    bodies = [one.proto.body for one in app.get("html")]
    text = " ".join(re.sub(r"<style>.*?</style>", "", body, flags=re.S) for body in bodies)
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", text).split()))


def raw(app: AppTest) -> str:
    """Return all HTML drawn."""
    return "".join(one.proto.body for one in app.get("html"))


def headline(app: AppTest) -> str:
    """Return the page's one sentence."""
    found = re.findall(r"<h1>(.*?)</h1>", raw(app))
    assert len(found) == 1
    return html.unescape(str(found[0]))


def charts(app: AppTest) -> list[dict[str, Any]]:
    """Return the figures drawn, as plain data."""
    return [json.loads(one.proto.spec) for one in app.get("plotly_chart")]


def drawn(figure: dict[str, Any]) -> float:
    """Return the sum of the lengths of all bars of a figure."""
    return sum(_numbers(trace["x"]) for trace in figure["data"])


def _numbers(values: Any) -> float:
    if isinstance(values, dict):  # Plotly's packed arrays
        return float(np.frombuffer(base64.b64decode(values["bdata"]), values["dtype"]).sum())
    return float(sum(values))


def tables(app: AppTest) -> list[list[list[str]]]:
    """Return the body of every table drawn, in words."""
    out = []
    for table in re.findall(r"<table>.*?</table>", raw(app), flags=re.S):
        body = re.search(r"<tbody>(.*?)</tbody>", table, flags=re.S)
        rows = re.findall(r"<tr>(.*?)</tr>", body[1] if body else "", flags=re.S)
        out.append(
            [
                [
                    re.sub(r"<[^>]+>", "", cell).strip()
                    for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, flags=re.S)
                ]
                for row in rows
            ]
        )
    return out
