"""An inventory is recognised whatever its year, order, title rows and file format."""

from __future__ import annotations

import csv
import io
import random
from datetime import UTC, datetime
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.domain.words import PlacementType
from matching.intake.formats import hic_layout
from matching.intake.formats.hic_layout import recognise
from matching.intake.load import ProviderUpload, load_any
from matching.intake.reader import Sheet

#: One meaning, four invented years of headers. Each row: family, adult, minor and so on.
MEANINGS = ("coc", "state", "name", "type", "zip", "target", "violence", "vsp", "family",
            "adult", "minor", "total", "count", "id", "year", "inventory")  # fmt: skip
YEARS: dict[str, tuple[str, ...]] = {
    "2012": ("HUDNum", "State", "Program Name", "Prog. Type", "Zip", "Target Pop. A",
             "Target Pop. B", "", "Beds HH w/ Children", "Beds HH w/o Children",
             "Beds HH w/ only Children", "Total Beds", "PIT Count", "Program ID", "Year",
             "Inv. Type"),
    "2016": ("CoC Number", "CoC State", "Project Name", "Project Type", "Zip Code",
             "Target Population A", "Target Population B", "Victim Services Provider",
             "Beds Households with Children", "Beds Households without Children",
             "Beds Households with only Children", "Total Beds", "Point-in-Time Count",
             "Project ID", "HIC Year", "Inventory Type"),
    "2021": ("CoC Num", "CocState", "Project Name", "Project Type", "zip", "",
             "Target Population", "Victim Service Provider", "Beds HH with Children",
             "Beds HH without Children", "Beds HH with only Children", "Total Beds",
             "Pit Count", "HMIS Project ID", "Reporting Year", "Inventory Type"),
    "2030": ("CoC Code", "CoC ST", "FACILITY NAME", "PROJECT TYPE", "ZIPCODE", "",
             "target_population", "VSP", "Family Beds", "Individual Beds", "Child-Only Beds",
             "TOTAL BEDS", "Point In Time Homeless Count", "project_id", "reporting_year",
             "inventory_type"),
}  # fmt: skip
#: Invented projects, by meaning.
PROJECTS: tuple[dict[str, Any], ...] = (
    {"coc": "FL-506", "state": "FL", "name": "Oak", "type": "ES", "zip": "32301",
     "target": "SF", "violence": "NA", "vsp": 0, "family": 0, "adult": 6, "minor": 0,
     "total": 6, "count": 4, "id": 11, "inventory": "C"},
    {"coc": "FL-506", "state": "FL", "name": "Elm", "type": "TH", "zip": "32301",
     "target": "", "violence": "DV", "vsp": 1, "family": 4, "adult": 5, "minor": 0,
     "total": 9, "count": 3, "id": 12, "inventory": "C"},
    {"coc": "FL-506", "state": "FL", "name": "Ash", "type": "ES", "zip": "",
     "target": "", "violence": "NA", "vsp": "", "family": "", "adult": "", "minor": 8,
     "total": 8, "count": "", "id": 13, "inventory": "C"},
    {"coc": "FL-506", "state": "FL", "name": "Fir", "type": "PSH", "zip": "32301",
     "target": "", "violence": "NA", "vsp": 0, "family": 0, "adult": 9, "minor": 0,
     "total": 9, "count": 9, "id": 14, "inventory": "C"},
    {"coc": "FL-506", "state": "FL", "name": "Yew", "type": "SH", "zip": "32301",
     "target": "", "violence": "NA", "vsp": 0, "family": 0, "adult": 3, "minor": 0,
     "total": 3, "count": 5, "id": 15, "inventory": "U"},
)  # fmt: skip


def grid(year: str, *, above: int = 0, order: list[int] | None = None) -> list[list[Any]]:
    """Return the projects as rows under a year's headers and some title rows."""
    headers = YEARS[year]
    places = [k for k in (order or range(len(headers))) if headers[k]]
    titles: list[list[Any]] = [[f"Housing Inventory Count {year}"], [], ["Draft", "", "x"]]
    rows = [titles[k % 3] for k in range(above)]
    rows.append([headers[k] for k in places])
    for project in PROJECTS:
        facts = {**project, "year": int(year)}
        rows.append([facts[MEANINGS[k]] for k in places])
    return rows


def as_csv(rows: list[list[Any]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().encode()


def as_xlsx(rows: list[list[Any]]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.add_worksheet("Read me").write(0, 0, "Numbers of one night in January.")
    sheet = book.add_worksheet(str(rows[-1][0])[:20] or "HIC")
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            if cell != "":
                sheet.write(r, c, cell)
    book.close()
    return out.getvalue()


def load(data: bytes) -> ProviderUpload:
    found = load_any(data, "hic")
    assert isinstance(found, ProviderUpload)
    assert found.format == "hud-hic"
    return found


def facts(found: ProviderUpload) -> list[tuple[Any, ...]]:
    owners = {one.provider_id: one for one in found.providers}
    return [
        (owners[p.provider_id].name, owners[p.provider_id].placement_type,
         owners[p.provider_id].county, owners[p.provider_id].residents, p.pool_name,
         p.age_min, p.age_max, p.beds_licensed, p.free)
        for p in found.pools
    ]  # fmt: skip


EXPECTED = [
    ("Oak", PlacementType.EMERGENCY_SHELTER, "12073", 4, "adults", 18, None, 6, 2),
    ("Elm", PlacementType.TRANSITIONAL, "12073", 3, "families", None, None, 4, None),
    ("Elm", PlacementType.TRANSITIONAL, "12073", 3, "adults", 18, None, 5, None),
    ("Ash", PlacementType.EMERGENCY_SHELTER, None, None, "minors", None, 17, 8, None),
]


@pytest.mark.parametrize("write", [as_csv, as_xlsx])
@pytest.mark.parametrize("above", [0, 1, 7])
@pytest.mark.parametrize("year", list(YEARS))
def test_every_year_says_the_same(year: str, above: int, write: Any) -> None:
    found = load(write(grid(year, above=above)))
    assert facts(found) == EXPECTED
    counts = found.counts
    assert (counts.read, counts.loaded, counts.set_aside, counts.left_out) == (5, 3, 0, 2)
    elm = found.providers[1]
    assert (elm.domestic_violence, elm.confidential) == (True, True)
    assert found.providers[0].domestic_violence is False
    assert all(one.provider_id.startswith(f"HIC{year}-FL-506-P1") for one in found.providers)
    night = {"2012": 25, "2016": 27, "2021": 27, "2030": 30}[year]
    assert {p.as_of for p in found.pools} == {datetime(int(year), 1, night, tzinfo=UTC)}


@pytest.mark.parametrize("year", list(YEARS))
def test_the_file_format_changes_nothing(year: str) -> None:
    rows = grid(year, above=2)
    one, other = load(as_csv(rows)), load(as_xlsx(rows))
    assert one.providers == other.providers
    assert one.pools == other.pools
    assert one.counts == other.counts


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(list(YEARS)), st.randoms(use_true_random=False), st.integers(0, 18))
def test_order_and_case_of_columns_and_titles_change_nothing(
    year: str, rng: random.Random, above: int
) -> None:
    order = list(range(len(MEANINGS)))
    rng.shuffle(order)
    rows = grid(year, above=above, order=order)
    rows[above] = [rng.choice([name, f" {name} ", f"{name}:"]) for name in rows[above]]
    assert facts(load(as_csv(rows))) == EXPECTED


def test_row_numbers_in_problems_are_the_spreadsheets() -> None:
    rows = grid("2021", above=4)
    place = rows[4].index("Pit Count")
    rows[6][place] = "about three"
    for write in (as_csv, as_xlsx):
        assert [issue.row for issue in load(write(rows)).issues if issue.row] == [7]


def test_blank_rows_between_projects_are_no_rows() -> None:
    rows = grid("2016")
    width = len(rows[0])
    rows[2:2] = [[], [""] * width, [" "] * width]
    found = load(as_csv(rows))
    assert found.counts.read == 5
    assert found.counts.set_aside == 0
    assert facts(found) == EXPECTED


@given(st.integers(0, 40))
def test_the_header_is_looked_for_in_the_first_twenty_rows(above: int) -> None:
    found = recognise(Sheet("", grid_text("2030", above)))
    assert (found is not None) == (above < 20)
    if found is not None:
        assert (found.name, found.row) == ("hud-hic", above)


def grid_text(year: str, above: int) -> list[list[str]]:
    return [[str(cell) for cell in row] for row in grid(year, above=above)]


def test_no_header_has_two_meanings() -> None:
    meaning: dict[str, str] = {}
    for key, names in hic_layout.MEANINGS.items():
        for name in names:
            assert meaning.setdefault(name, key) == key
            assert name == hic_layout.plain(name)


@pytest.mark.parametrize("missing", ["type", "count", "beds", "code"])
def test_without_its_marks_it_is_no_inventory(missing: str) -> None:
    """The type, the count, one kind of beds and a code make an inventory."""
    named = {"type": "Project Type", "count": "PIT Count", "beds": "Family Beds",
             "code": "CoC Number"}  # fmt: skip
    assert recognise(Sheet("", [list(named.values())])) is not None
    del named[missing]
    assert recognise(Sheet("", [list(named.values())])) is None


def test_the_first_name_of_a_meaning_wins_over_another() -> None:
    headers = ["CoC Number", "HUD Num", "Project Type", "PIT Count", "Family Beds"]
    for order in (headers, headers[::-1]):
        found = recognise(Sheet("", [order]))
        assert found is not None
        assert order[found.positions["coc"]] == "HUD Num"
