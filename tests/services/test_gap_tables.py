"""The tables of gaps count everybody once, and page, file and command line agree."""

import io
from dataclasses import replace

import pytest
from python_calamine import CalamineWorkbook

from matching.domain.access import Actor, Role
from matching.services.documents import about_gaps, gaps_document
from matching.services.gap_exports import export_gaps
from matching.services.gap_tables import (
    OUTCOME,
    STAGE,
    gap_tables,
    gaps_book,
    protected_gaps,
)
from matching.services.gap_views import open_gaps
from tests.builders import known_referral
from tests.services.planned import PEOPLE, desk_at, office


@pytest.fixture
def desk(sqlite_store):
    return desk_at(sqlite_store)


@pytest.fixture
def saved(desk):
    """An office with 90 people without a place, in two counties and of all ages."""
    counties = ["12001", "12031"]
    missing = [
        known_referral(
            f"G{k}",
            acceptable_types=frozenset(),
            home_county=counties[k % 2],
            age_years=11 + k % 8,
        )
        for k in range(40)
    ]
    others = [
        replace(PEOPLE[4], referral_id=f"B{k}", home_county=counties[k % 2]) for k in range(50)
    ]
    return office(desk, people=[*PEOPLE[:4], *missing, *others])


def test_every_table_of_gaps_adds_up_to_everybody_without_a_place(saved):
    tables, _ = gap_tables(saved.run)
    without = len(saved.run.gaps)
    split = next(table for table in tables if table.title == OUTCOME)
    assert split.total == saved.run.problem.size[0]
    assert split.counts["without",] == without
    gaps = [table for table in tables if table.of == {(OUTCOME, "without")}]
    assert [table.total for table in gaps] == [without] * 9
    assert all(STAGE in table.dimensions for table in gaps)


def test_weak_places_are_tables_of_those_with_a_place(saved):
    tables, _ = gap_tables(saved.run)
    placed = saved.run.problem.size[0] - len(saved.run.gaps)
    of_placed = [table for table in tables if table.of == {(OUTCOME, "placed")}]
    assert [table.total for table in of_placed] == [placed, placed]


def test_every_county_is_in_one_region(saved):
    tables, (nest,) = gap_tables(saved.run)
    counties = next(table for table in tables if table.title == "County")
    regions = next(table for table in tables if table.title == "Region")
    assert set(counties.categories("County")) <= set(nest.inside)
    assert set(nest.inside.values()) == set(regions.categories("Region"))


def test_page_and_workbook_show_the_same(desk, saved):
    manager = replace(desk, actor=Actor("manager", Role.MANAGER))
    view = open_gaps(manager)
    book = CalamineWorkbook.from_filelike(io.BytesIO(export_gaps(manager)))
    for table in view.tables:
        rows = book.get_sheet_by_name(table.title).to_python()[1:-1]
        shown = [row[1] for row in rows]
        whole = table.cross.margins[table.title] if table.cross.withheld else table.cross.rows
        assert shown == [c.text if c.count is None else c.count for c in whole.cells.values()]
    assert any(not table.cross.withheld for table in view.tables)


def test_off_the_record_the_same_is_protected_alike(desk, saved):
    manager = replace(desk, actor=Actor("manager", Role.MANAGER))
    shown = protected_gaps(saved.run, desk.settings)
    assert [one.cross for one in open_gaps(manager).tables] == list(shown.crosses.values())
    assert gaps_book(about_gaps(saved.run), shown)[:2] == b"PK"


def test_the_document_holds_what_is_shown_and_nothing_else(desk, saved):
    shown = protected_gaps(saved.run, desk.settings)
    document = gaps_document(saved.run, shown)["to_pass_on"]
    assert document["without_place"] == len(saved.run.gaps)
    for title, found in document["breakdowns"].items():
        cross = shown.crosses[title]
        texts = {name: cell.text for name, cell in cross.margins[title].cells.items()}
        assert {name: str(value) for name, value in found["people"].items()} == texts
        assert (found["by_stage"] is None) == cross.withheld
        for row, cells in (found["by_stage"] or {}).items():
            for column, value in cells.items():
                assert str(value) == cross.cells[row, column].text
                assert not isinstance(value, int) or not 0 < value <= 10


def test_of_one_person_nothing_is_shown(desk):
    saved = office(desk, people=[PEOPLE[0]])
    shown = protected_gaps(saved.run, desk.settings)
    document = gaps_document(saved.run, shown)["to_pass_on"]
    assert document["waiting"] == "1 to 10"
    assert document["without_place"] == "hidden"
    assert document["stages"] is None
