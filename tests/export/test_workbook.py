"""Workbooks, read back with a reader that shares nothing with the writer."""

import io
import zipfile
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from matching.domain.rulebook import Stage
from matching.export.flat import plan_csv, safe_text
from matching.export.workbook import gaps_workbook, plan_workbook
from matching.insight.disclosure import CountTable, one_way, protect_all
from matching.insight.gaps import STAGE_TITLES


def plan(**changes: Any) -> dict[str, Any]:
    document = {
        "status": "optimal",
        "verified": True,
        "policy": "general",
        "policy_version": "1",
        "fingerprint": "f" * 64,
        "salt": "salt",
        "as_of": "2026-11-03T22:41:00+00:00",
        "referrals": 2,
        "placements": [
            {
                "referral": "R1",
                "provider": "P1",
                "bed_pool": "B1",
                "cost": 12,
                "provisional": True,
                "ask": ["licence"],
            }
        ],
        "not_placed": [
            {
                "referral": "R2",
                "stage": "c",
                "rule": "taken",
                "funnel": {"distance": 3, "taken": 1},
            }
        ],
    }
    return {**document, **changes}


ABOUT = {
    "policy": "general",
    "as_of": "2026-11-03T22:41:00+00:00",
    "stage_titles": {stage.value: STAGE_TITLES[stage] for stage in Stage},
}


def gaps(stages: dict[str, int], regions: dict[str, dict[str, int]]) -> bytes:
    """Write a workbook of gaps by stage and region, protected."""
    of, letters = [("Outcome", "without")], [stage.value for stage in Stage]
    counts = dict.fromkeys(letters, 0) | stages
    by_region = {(place, s): n for place, some in regions.items() for s, n in some.items()}
    tables = [
        one_way("Outcome", {"placed": 100, "without": sum(stages.values())}),
        one_way("Stages", counts, of, "Stage", order=letters),
        CountTable("Region", ("Region", "Stage"), by_region, frozenset(of), {"Stage": letters}),
    ]
    shown = protect_all(tables)
    split, stage_table = shown.tables["Outcome"], shown.tables["Stages"]
    return gaps_workbook(ABOUT, split, stage_table, shown.crosses)


def sheets(data: bytes) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def readme(data: bytes) -> dict[str, Any]:
    return {row[0]: row[1] for row in sheets(data)["Read me"] if row and row[0]}


def xml(data: bytes, part: str) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(part).decode()


def test_the_bare_document_of_the_command_line_is_enough():
    found = sheets(plan_workbook(plan()))
    assert list(found) == ["With a place", "Without a place", "Read me"]
    assert found["With a place"][1] == ["R1", "P1", "B1", "yes", "Licence valid", 12.0]
    assert found["Without a place"][1] == [
        "R2",
        "c",
        STAGE_TITLES[Stage.NO_FREE_BED],
        "Beds go to others in this plan",
        "Within reach of home: 3; Beds go to others in this plan: 1",
    ]


def test_names_reasons_and_questions_are_written_where_there_are_any():
    row = plan()["placements"][0] | {
        "provider_name": "Oak House",
        "reasons": ["closer to home", "keeps the school"],
        "questions": ["Ask whether the licence is active."],
        "age": None,
        "received_at": "2026-11-01T08:00:00+00:00",
    }
    head, first = sheets(plan_workbook(plan(placements=[row])))["With a place"]
    cells = dict(zip(head, first, strict=True))
    assert cells["Provider"] == "Oak House"
    assert cells["What decided"] == "closer to home; keeps the school"
    assert cells["Ask before placing"] == "Ask whether the licence is active."
    assert cells["Waiting since"] == datetime(2026, 11, 1, 8)  # noqa: DTZ001
    assert cells["Age"] == ""
    assert "Worker" not in cells


def test_the_moment_is_a_typed_date_and_filters_are_named():
    said = readme(plan_workbook(plan(filters={"region": "Oak County, XA"})))
    assert said["As of"] == datetime(2026, 11, 3, 22, 41)  # noqa: DTZ001
    assert said["Time zone"] == "UTC"
    assert said["Filter: region"] == "Oak County, XA"
    assert said["Rows with a place in this file"] == 1
    assert readme(plan_workbook(plan()))["Filters"] == "none"


def test_headers_are_frozen_and_filtered():
    data = plan_workbook(plan())
    for number in (1, 2):
        sheet = xml(data, f"xl/worksheets/sheet{number}.xml")
        assert 'state="frozen"' in sheet
        assert "<autoFilter" in sheet


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_text_is_never_a_formula(start):
    name = f"{start}HYPERLINK(1,2)"
    row = plan()["placements"][0] | {"provider_name": name, "referral": name}
    document = plan(placements=[row])
    data = plan_workbook(document)
    assert "<f>" not in xml(data, "xl/worksheets/sheet1.xml")
    first = sheets(data)["With a place"][1]
    assert first[0].strip() == name.strip()
    assert plan_csv(document).decode("utf-8-sig").splitlines()[1].count("'" + start.strip())


def test_a_safe_text_is_left_alone():
    assert safe_text("R-1 = x") == "R-1 = x"
    assert safe_text("=1") == "'=1"


def test_the_same_document_gives_the_same_bytes():
    assert plan_workbook(plan()) == plan_workbook(plan())


def test_an_empty_plan_still_has_its_sheets():
    found = sheets(plan_workbook(plan(placements=[], not_placed=[], status="empty")))
    assert found["With a place"][0][0] == "Case"
    assert readme(plan_workbook(plan(status="empty")))["How far it is proven"]


def test_csv_holds_both_lists_under_one_header():
    lines = plan_csv(plan()).decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Result,Case,Provider code")
    assert [line.split(",")[0] for line in lines[1:]] == ["with a place", "without a place"]


def test_gaps_hide_what_is_small_and_what_would_give_it_away():
    data = gaps({"a": 7, "c": 23}, {"Oak": {"a": 7, "c": 13}, "Elm": {"c": 10}})
    stages = {row[0]: row[1] for row in sheets(data)["Stages"][1:]}
    assert stages[f"a: {STAGE_TITLES[Stage.NO_SUITABLE_PLACE]}"] == "hidden"
    assert stages[f"c: {STAGE_TITLES[Stage.NO_FREE_BED]}"] == "hidden"
    assert stages[f"b: {STAGE_TITLES[Stage.NOT_READY]}"] == 0.0
    assert stages["All"] == 30.0
    assert sheets(data)["Region"][1:] == [["Elm", "hidden"], ["Oak", "hidden"], ["All", 30.0]]


def test_gaps_by_two_ways_are_written_with_their_margins():
    regions = {"Oak": {"a": 40, "c": 50}, "Elm": {"a": 60, "c": 70}, "Fir": {"c": 4, "a": 6}}
    regions["Ash"] = {"a": 12}
    data = gaps({"a": 118, "c": 124}, regions)
    head, *rows = sheets(data)["Region"]
    assert head[:2] == ["Region", "All"]
    assert f"a: {STAGE_TITLES[Stage.NO_SUITABLE_PLACE]}" in head
    assert [row[:2] for row in rows] == [
        ["Elm", 130.0],
        ["Oak", 90.0],
        ["others together", 22.0],
        ["All", 242.0],
    ]
    assert rows[-1][head.index(f"a: {STAGE_TITLES[Stage.NO_SUITABLE_PLACE]}")] == 118.0
    assert readme(data)["Region, others together (region)"] == "Ash; Fir"


def test_gaps_without_enough_people_are_withheld():
    data = gaps({"a": 10, "b": 1}, {"Oak": {"a": 10}, "Elm": {"b": 1}})
    assert sheets(data)["Region"][1][0].startswith("Not shown")
    assert sheets(data)["Stages"][1][0].startswith("Not shown")


@settings(max_examples=25)
@given(st.lists(st.integers(0, 30), min_size=8, max_size=8))
def test_no_sheet_of_the_gaps_holds_a_small_number(counts):
    stages = {stage.value: count for stage, count in zip(Stage, counts, strict=True)}
    regions = {f"County {k}": {stage: count} for k, (stage, count) in enumerate(stages.items())}
    for rows in sheets(gaps(stages, regions)).values():
        for row in rows:
            numbers = [value for value in row if isinstance(value, float)]
            assert not [value for value in numbers if 0 < value <= 10]
