"""Fairness as a workbook: texts stay texts, numbers stay numbers, and it says what it is."""

import io

from python_calamine import CalamineWorkbook

from matching.export.fairness import COLUMNS, DEFINITIONS, fairness_workbook

ROW = {
    "name": "=1+1",
    "people": 30,
    "placed": 18,
    "without": 12,
    "share": "40% (chance: 25% to 58%)",
    "waited": 20,
    "still": "not shown",
    "travel": 31,
    "first": "1 to 10 more",
    "first_still": 12,
    "first_travel": "not shown",
}
DOCUMENT = {
    "as_of": "2026-11-22T22:00:00+00:00",
    "policy": "General",
    "plan": 7,
    "all": {"people": 30, "placed": 18, "without": 12, "first": "1 to 10 more"},
    "tables": {"Gender": [ROW], "Need": []},
}


def opened():
    return CalamineWorkbook.from_filelike(io.BytesIO(fairness_workbook(DOCUMENT)))


def test_each_way_to_group_has_its_sheet_behind_the_read_me():
    book = opened()
    assert book.sheet_names == ["Read me", "Gender", "Need"]
    head, row = book.get_sheet_by_name("Gender").to_python()
    assert head == [title for title, *_ in COLUMNS]
    assert row == [ROW[key] for _, key, _ in COLUMNS]


def test_a_withheld_table_says_so():
    assert opened().get_sheet_by_name("Need").to_python()[1:] == [
        ["Not shown: the numbers are too small"]
    ]


def test_the_read_me_states_date_method_and_limits():
    rows = opened().get_sheet_by_name("Read me").to_python()
    told = {row[0]: row[1] for row in rows}
    assert told["Plan"] == 7
    assert told["Without a place"] == 12
    for name, text in DEFINITIONS:
        assert told[name] == text


def test_the_same_document_gives_the_same_bytes():
    assert fairness_workbook(DOCUMENT) == fairness_workbook(DOCUMENT)
