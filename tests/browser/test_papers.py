"""Papers of a case on paper: on A4 and on Letter, every sheet with its number."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from matching.services import diligence_exports as exports
from tests.browser.conftest import Watched
from tests.browser.test_deciding import accessible
from tests.services.casefiles import open_office


def sheets(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))


@pytest.fixture
def papers(sqlite_store: Any, tmp_path: Path) -> dict[str, Path]:
    """The three papers of a case as files."""
    desk, saved = open_office(sqlite_store)
    out = {}
    for name, made in {
        "record": exports.export_record(desk, "R1", saved=saved),
        "wishes": exports.export_wishes(desk, "R1", saved),
        "copy": exports.export_provider_copy(desk, "R1", "P1", saved),
    }.items():
        out[name] = tmp_path / f"{name}.html"
        out[name].write_bytes(made.content)
    return out


@pytest.mark.parametrize("size", ["A4", "Letter"])
@pytest.mark.parametrize(("name", "most"), [("record", 4), ("wishes", 1), ("copy", 1)])
def test_each_prints_on_the_paper_there_is(
    browser: Any, papers: dict[str, Path], name: str, most: int, size: str
):
    page = browser.new_page()
    page.goto(papers[name].as_uri())
    pdf = page.pdf(format=size)
    assert 1 <= sheets(pdf) <= most
    wide = page.evaluate("[document.body.scrollWidth, window.innerWidth]")
    assert wide[0] <= wide[1]
    page.close()


@pytest.mark.parametrize("name", ["record", "wishes", "copy"])
def test_each_can_be_read_by_everybody_and_asks_nobody(
    browser: Any, papers: dict[str, Path], name: str
):
    for width in (1280, 390):
        context = browser.new_context(viewport={"width": width, "height": 900})
        paper = Watched(context.new_page())
        paper.page.goto(papers[name].as_uri())
        expect(paper.page.get_by_role("heading", level=1)).to_have_count(1)
        assert accessible(paper.page) == []
        assert [url for url in paper.requests if not url.startswith("file:")] == []
        assert paper.console == []
        wide = paper.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width
        context.close()
