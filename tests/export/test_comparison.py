"""Scenarios beside today as a file: literal texts, one column each, the same bytes again."""

from __future__ import annotations

import io
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from matching.export.comparison import DEFINITIONS, ComparedScenario, comparison_workbook

AS_OF = datetime(2026, 11, 3, 22, 41, tzinfo=UTC)
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1, max_size=20)


def sheets(data):
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def line(*texts):
    return {
        "part": "People",
        "counted": "Waiting",
        "today": "30",
        **{str(k): text for k, text in enumerate(texts)},
    }


def test_one_column_for_each_scenario_and_its_steps_beside():
    scenarios = [
        ComparedScenario("A", ["Oak House closes."], ["5 are invented."]),
        ComparedScenario("B", ["1 more bed at Elm House."]),
    ]
    facts = [("As of", AS_OF), ("Plan", 3)]
    found = sheets(comparison_workbook(AS_OF, facts, scenarios, [line("35", "no change")]))
    assert found["Side by side"] == [
        ["Part", "Counted", "Today", "A", "B"],
        ["People", "Waiting", "30", "35", "no change"],
    ]
    assert found["Scenarios"][1:] == [
        ["A", "Step", "Oak House closes."],
        ["A", "Note", "5 are invented."],
        ["B", "Step", "1 more bed at Elm House."],
    ]
    told = {row[0]: row[1] for row in found["Read me"]}
    assert told["Plan"] == 3
    assert {name for name, _ in DEFINITIONS} <= set(told)


@settings(max_examples=15, deadline=None)
@given(TEXTS, TEXTS)
def test_whatever_was_written_stays_a_text(name, step):
    given_ = [ComparedScenario(f"={name}", [f"={step}"])]
    found = sheets(comparison_workbook(AS_OF, [], given_, [line(f"={step}")]))
    assert found["Side by side"][0][3] == f"={name}"
    assert found["Side by side"][1][3] == f"={step}"
    assert found["Scenarios"][1][2] == f"={step}"


def test_the_same_comparison_gives_the_same_bytes():
    made = [comparison_workbook(AS_OF, [], [ComparedScenario("A", [])], []) for _ in range(2)]
    assert made[0] == made[1]
