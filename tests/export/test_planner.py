"""The workbook of an answer: every sheet, protected words, harmless text, the same bytes."""

from __future__ import annotations

import io
from zipfile import ZipFile

from matching.export.planner import DEFINITIONS, planner_workbook
from tests.builders import NOW

DOCUMENT = {
    "as_of": NOW.isoformat(),
    "policy": "General",
    "run": 3,
    "without": "11 to 25",
    "gain": "1 to 10 more",
    "proven": False,
    "at_most": "1 to 10",
    "left_out": 4,
    "stopped": True,
    "samples": 20,
    "budget": [("Beds", 2), ("Money", None)],
    "actions": [
        {"words": "=cmd|Oak", "adds": "1 to 10 more", "often": "35%", "instead": "Birch"}
    ],
    "tiers": [{"name": "Planned", "before": "hidden", "after": "no change"}],
    "points": [{"spent": 2, "more": "1 to 10 more"}],
    "recruits": [
        {"kind": "Host home", "county": "Elm", "gives": "somebody more", "reach": "1 to 10"}
    ],
}


def parts(data: bytes) -> dict[str, str]:
    with ZipFile(io.BytesIO(data)) as book:
        return {name: book.read(name).decode() for name in book.namelist()}


def test_every_sheet_is_there_with_what_it_means():
    found = parts(planner_workbook(DOCUMENT))
    for title in ("What to do", "Before and after", "Curve", "Where to recruit", "Read me"):
        assert f'name="{title}"' in found["xl/workbook.xml"]
    words = found["xl/sharedStrings.xml"]
    for name, meaning in DEFINITIONS:
        assert name in words
        assert meaning[:30] in words
    assert "at most 1 to 10 more" in words
    assert "4 less promising changes were not weighed" in words
    assert "stopped before its end" in words


def test_a_proof_is_told_as_one():
    sure = {**DOCUMENT, "proven": True, "left_out": 0, "stopped": False}
    words = parts(planner_workbook(sure))["xl/sharedStrings.xml"]
    assert "is better, by proof" in words


def test_no_cell_becomes_a_formula_and_the_bytes_are_the_same():
    data = planner_workbook(DOCUMENT)
    sheets = [body for name, body in parts(data).items() if "/sheet" in name]
    assert not any("<f>" in body for body in sheets)
    assert data == planner_workbook(DOCUMENT)
