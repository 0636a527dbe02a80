"""The table of a sheet is found, and every row that holds anything is accounted for."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.intake.grid import Grid, Why
from matching.intake.layout import lay_out, letter
from matching.intake.reader import Sheet

NAMES = {"name", "beds", "free", "county", "ages", "provider id", "kind"}


def known(cells: Sequence[str]) -> int:
    return len({cell.strip().lower() for cell in cells} & NAMES)


def nothing_known(cells: Sequence[str]) -> int:
    return 0


def sheet(text: str, merged: Sequence[tuple[int, int, int, int]] = ()) -> Sheet:
    """Return a sheet from lines of cells; a line of a single dot is blank."""
    lines = [line.strip() for line in text.strip().splitlines()]
    rows = [[] if line == "." else [c.strip() for c in line.split("|")] for line in lines]
    return Sheet("s", rows, 1, False, tuple(merged))


def told(grid: Grid) -> dict[int, Why]:
    return {one.row: one.why for one in grid.left_out}


def test_a_plain_table_needs_no_decision() -> None:
    grid = lay_out(sheet("Name|County|Beds\nOak|Leon|3\nElm|Bay|4"), known)
    assert grid == Grid(
        "s",
        (1,),
        ["Name", "County", "Beds"],
        [2, 3],
        [["Oak", "Leon", "3"], ["Elm", "Bay", "4"]],
    )


def test_titles_blanks_sections_totals_and_notes() -> None:
    grid = lay_out(
        sheet(
            """Leon County homes
            As of 11/22/2026 || Page 1
            .
            Name | County | Beds | Free
            EMERGENCY SHELTERS
            Oak | Leon | 3 | 1
            Elm | Leon | 4 | n/a
            Total | | 7 | 1
            .
            TRANSITIONAL HOUSING
            Ash | Bay | 5 | 2
            Fir | Bay | 6 | 2
            Sub-total | | 11 | 4
            Grand Total | | 18 | 5
            .
            * Beds as counted in January by the providers themselves
            Source: the county"""
        ),
        known,
    )
    assert grid.header == (4,)
    assert grid.columns == ["Name", "County", "Beds", "Free", "Section"]
    assert grid.numbers == [6, 7, 11, 12]
    assert [row[-1] for row in grid.rows] == ["EMERGENCY SHELTERS"] * 2 + [
        "TRANSITIONAL HOUSING"
    ] * 2
    assert told(grid) == {
        1: Why.TITLE,
        2: Why.TITLE,
        5: Why.SECTION,
        8: Why.TOTAL,
        10: Why.SECTION,
        13: Why.TOTAL,
        14: Why.TOTAL,
        16: Why.NOTE,
        17: Why.NOTE,
    }
    assert "Row 4 names the columns." in grid.decisions
    assert any("Rows 5 and 10 name the rows below" in said for said in grid.decisions)
    shown = {one.row: one.text for one in grid.left_out}
    assert shown[1] == "Leon County homes"
    assert "11/22/2026" not in shown[2]


def test_two_header_rows_with_merged_groups() -> None:
    text = """| Emergency shelter | | Transitional housing | | Contact
        Name | Beds | Free | Beds | Free |
        Oak | 3 | 1 | 0 | 0 | Ann
        Elm | 4 | 2 | 5 | 1 | Bob"""
    groups = [(0, 1, 0, 2), (0, 3, 0, 4), (0, 5, 1, 5)]
    grid = lay_out(sheet(text, groups), known)
    assert grid.header == (1, 2)
    assert grid.columns == [
        "Name",
        "Emergency shelter Beds",
        "Emergency shelter Free",
        "Transitional housing Beds",
        "Transitional housing Free",
        "Contact",
    ]
    assert grid.numbers == [3, 4]
    assert grid.decisions == ("Rows 1 and 2 together name the columns.",)
    assert lay_out(sheet(text), known).columns == grid.columns


def test_a_merged_group_ends_where_its_cells_end() -> None:
    text = """| Emergency shelter | | |
        Name | Beds | Free | County
        Oak | 3 | 1 | Leon"""
    grid = lay_out(sheet(text, [(0, 1, 0, 2)]), known)
    assert grid.columns == [
        "Name",
        "Emergency shelter Beds",
        "Emergency shelter Free",
        "County",
    ]


def test_names_above_and_their_parts_below() -> None:
    grid = lay_out(
        sheet(
            """Name | County | Beds | | Ages |
            | | total | now free | lowest | highest
            Oak | Leon | 3 | 1 | 12 | 17
            Elm | Bay | 4 | 0 | 18 | 24"""
        ),
        known,
    )
    assert grid.header == (1, 2)
    assert grid.columns == [
        "Name", "County", "Beds total", "Beds now free", "Ages lowest", "Ages highest",
    ]  # fmt: skip


def test_three_header_rows() -> None:
    text = """| Beds of 2026 | | |
        | Youth | | Adults |
        Name | Beds | Free | Beds | Free
        Oak | 3 | 1 | 5 | 2"""
    grid = lay_out(sheet(text, [(0, 1, 0, 4), (1, 1, 1, 2), (1, 3, 1, 4)]), known)
    assert grid.header == (1, 2, 3)
    assert grid.columns[1:3] == ["Beds of 2026 Youth Beds", "Beds of 2026 Youth Free"]
    assert grid.columns[4] == "Beds of 2026 Adults Free"


def test_a_title_over_the_whole_table_is_no_group() -> None:
    text = "Homes of 2026 | | \nName | Beds | Free\nOak | 3 | 1"
    grid = lay_out(sheet(text, [(0, 0, 0, 2)]), known)
    assert grid.header == (2,)
    assert told(grid) == {1: Why.TITLE}


def test_a_header_of_unknown_names_is_told_by_its_shape() -> None:
    grid = lay_out(sheet("Our list\n.\nHeim|Plätze|Frei\nEiche|3|1\nUlme|4|0"), nothing_known)
    assert grid.header == (3,)
    assert "guessed from how the sheet looks" in grid.decisions[0]


def test_names_of_columns_far_below_data_are_no_header() -> None:
    rows = "\n".join(f"Eiche {k}|{k}|Bay" for k in range(5))
    grid = lay_out(sheet(f"Heim|Plätze|Ort\n{rows}\nName|Beds|County\nOak|3|Bay"), known)
    assert grid.header == (1,)
    assert len(grid.rows) == 7


def test_years_may_name_columns() -> None:
    grid = lay_out(sheet("State|2023|2024\nAK|3|4\nAL|5|9"), nothing_known)
    assert grid.columns == ["State", "2023", "2024"]
    assert grid.numbers == [2, 3]


@pytest.mark.parametrize(
    "below",
    [
        "text | integer | integer | varchar(20)",
        "Agency ID | Unchangeable | Unchangeable | Unchangeable",
        "The name | How many beds | How many free now | Which county",
    ],
)
def test_a_row_that_says_what_the_columns_are(below: str) -> None:
    last = "3 | 9 | 7" if below.startswith("The") else "3 | 1 | Leon"
    grid = lay_out(sheet(f"Name|Beds|Free|County\n{below}\nOak|{last}\nElm|{last}"), known)
    assert told(grid) == {2: Why.METADATA}
    assert grid.numbers == [3, 4]


@pytest.mark.parametrize(
    "row",
    [
        "Oak | none | none | none",
        "Oak | n/a | unknown | -",
        "P-1 | see the notes | on the phone | ask us first",
        "Oak | 3 | ask us | ask them",
    ],
)
def test_a_first_row_without_numbers_is_data_all_the_same(row: str) -> None:
    grid = lay_out(sheet(f"Name|Beds|Free|Rooms\n{row}\nElm|3|1|1\nAsh|4|2|2"), known)
    assert grid.numbers == [2, 3, 4]


def test_the_header_again_on_every_page() -> None:
    grid = lay_out(
        sheet("Name|Beds|Free\nOak|3|1\nPage 1 of 2\n.\nNAME|Beds|Free\nElm|4|2\nPage 2 of 2"),
        known,
    )
    assert grid.numbers == [2, 6]
    assert told(grid) == {3: Why.NOTE, 5: Why.HEADER, 7: Why.NOTE}


def test_a_row_that_repeats_most_names_is_data() -> None:
    grid = lay_out(sheet("id|name|kind|uri\nx1|name|kind|uri"), known)
    assert grid.numbers == [2]


# -- totals --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "label",
    [
        "Total", "TOTALS", "Grand total", "Subtotal", "Sub-total", "Overall Total", "Total:",
        "Total for Leon County", "TOTAL: all homes", "Total beds", "Leon County Total",
        "Average",
    ],
)  # fmt: skip
def test_rows_of_sums_are_no_providers(label: str) -> None:
    grid = lay_out(sheet(f"Name|County|Beds\nOak|Leon|3\nElm|Leon|4\n{label}||7"), known)
    assert told(grid) == {4: Why.TOTAL}


def test_a_home_whose_name_speaks_of_a_total_is_data() -> None:
    grid = lay_out(
        sheet("Name|County|Beds\nOak|Leon|3\nTotal Care House|Leon|4\nElm|Bay|2"), known
    )
    assert grid.numbers == [2, 3, 4]
    assert grid.decisions == ()


def test_a_doubtful_total_is_data_and_told() -> None:
    grid = lay_out(sheet("Name|Beds|Free\nOak|3|1\nElm|4|1\nTotal Care|9|5\nAsh|2|2"), known)
    assert grid.numbers == [2, 3, 4, 5]
    assert grid.decisions == (
        "Row 4 speaks of a total but does not add up the rows above, so it is read as data.",
    )


def test_a_doubtful_total_that_adds_up_is_one() -> None:
    grid = lay_out(sheet("Name|Beds|Free\nOak|3|1\nElm|4|1\nTotal Leon|7|2"), known)
    assert told(grid) == {4: Why.TOTAL}


def test_sums_without_a_label() -> None:
    grid = lay_out(
        sheet("Name|Beds|Free\nOak|3|1\nElm|4|1\n|7|2\nAsh|5|5\nFir|1|1\n|6|6\n|13|8"), known
    )
    assert told(grid) == {4: Why.TOTAL, 7: Why.TOTAL, 8: Why.TOTAL}
    assert sum(int(row[1]) for row in grid.rows) == 13


def test_a_row_without_a_name_that_is_no_sum_is_data() -> None:
    grid = lay_out(sheet("Name|Beds|Free\nOak|3|1\nElm|4|1\n|9|2"), known)
    assert grid.numbers == [2, 3, 4]


def test_a_total_within_each_home() -> None:
    rows = "Oak|Adults|3\nOak|Youth|4\nOak|Total|7\nElm|Adults|1\nElm|Youth|1\nElm|Total|2"
    grid = lay_out(sheet(f"Name|Kind|Beds\n{rows}"), known)
    assert told(grid) == {4: Why.TOTAL, 7: Why.TOTAL}


def test_the_same_word_in_every_row_is_no_sum() -> None:
    grid = lay_out(sheet("Name|Kind|Beds\nOak|Total|3\nElm|Total|4\nAsh|Total|7"), known)
    assert grid.numbers == [2, 3, 4]


def test_where_every_row_is_a_total_none_is_left_out() -> None:
    grid = lay_out(sheet("Kind|Name|Beds\nTotal|Oak|3\nTotal|Elm|4\nTotal|Ash|5"), known)
    assert grid.numbers == [2, 3, 4]
    assert "Rows 2, 3 and 4 speak of a total" in grid.decisions[0]


# -- sections, notes, and rows in doubt ------------------------------------------------------


def test_a_merged_row_names_those_below() -> None:
    text = "Name|County|Beds\nSafe places | | \nOak|Leon|3\nElm|Bay|4"
    assert told(lay_out(sheet(text, [(1, 0, 1, 2)]), known)) == {2: Why.SECTION}


def test_rows_that_name_those_below_and_hold_their_sum() -> None:
    text = "Name|County|Beds\nEmergency||7\nOak|Leon|3\nElm|Leon|4\nLater||5\nAsh|Bay|5"
    grid = lay_out(sheet(text), known)
    assert told(grid) == {2: Why.SECTION, 5: Why.SECTION}
    assert [row[2:] for row in grid.rows] == [
        ["3", "Emergency"],
        ["4", "Emergency"],
        ["5", "Later"],
    ]
    assert lay_out(sheet(text), known, rows={2: True, 5: True}).numbers == [2, 3, 4, 5, 6]


@pytest.mark.parametrize("beds", ["9|9", "9|5"])
def test_sparse_rows_that_do_not_all_add_up_are_data(beds: str) -> None:
    first, last = beds.split("|")
    text = f"Name|County|Beds\nFir||{first}\nOak|Leon|3\nElm|Leon|4\nYew||{last}\nAsh|Bay|5"
    assert lay_out(sheet(text), known).numbers == [2, 3, 4, 5, 6]


def test_remarks_below_a_total() -> None:
    grid = lay_out(
        sheet(
            "Name|County|Beds\nOak|Leon|3\nElm|Bay|4\nTotal||7\nCounted each night in May\nFin"
        ),
        known,
    )
    assert told(grid) == {4: Why.TOTAL, 5: Why.NOTE, 6: Why.NOTE}


def test_two_levels_of_sections() -> None:
    grid = lay_out(
        sheet("Name|Beds|Free\nLEON COUNTY:\nEmergency shelters:\nOak|3|1\nElm|4|1"), known
    )
    assert grid.rows[0][-1] == "LEON COUNTY / Emergency shelters"


def test_a_home_of_which_only_the_name_is_known_is_data() -> None:
    text = "Name|County|Beds\nOak|Leon|3\nCasa Verde||\nElm|Bay|4\nHarbor Home||"
    grid = lay_out(sheet(text), known)
    assert grid.numbers == [2, 3, 4, 5]
    assert grid.left_out == ()


def test_a_code_alone_is_data() -> None:
    grid = lay_out(sheet("Provider ID|Name|Beds|Free\nX-1|||\nX-2|Oak|1|1\nX-3|||"), known)
    assert grid.numbers == [2, 3, 4]


def test_a_column_called_section_keeps_its_name() -> None:
    grid = lay_out(sheet("Name|Section|Beds\nSHELTERS:\nOak|a|3\nElm|b|4"), known)
    assert grid.columns == ["Name", "Section", "Beds", "Section (2)"]
    assert grid.rows == [["Oak", "a", "3", "SHELTERS"], ["Elm", "b", "4", "SHELTERS"]]


# -- names of columns ------------------------------------------------------------------------


def test_names_are_made_different() -> None:
    grid = lay_out(sheet("Name|Beds|Beds|Beds (2)\nOak|1|2|3"), known)
    assert grid.columns == ["Name", "Beds", "Beds (3)", "Beds (2)"]
    assert "'Beds (3)'" in grid.decisions[0]


def test_columns_without_a_name_or_without_anything() -> None:
    grid = lay_out(sheet("||Name|Beds||\n||Oak|3||x||\n||Elm|4|"), known)
    assert grid.columns == ["Name", "Beds", "Column F"]
    assert grid.rows == [["Oak", "3", "x"], ["Elm", "4", ""]]
    assert grid.decisions == ("Column F: without a name, so called by letter.",)


def test_ragged_rows_keep_what_they_have() -> None:
    grid = lay_out(sheet("Name|Beds|Free\nOak\nElm|4\nAsh|5|1|more"), known)
    assert grid.columns == ["Name", "Beds", "Free", "Column D"]
    assert grid.rows == [["Oak"], ["Elm", "4"], ["Ash", "5", "1", "more"]]


@pytest.mark.parametrize(("column", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (16_383, "XFD")])
def test_letters(column: int, name: str) -> None:
    assert letter(column) == name


# -- merged cells in the body ------------------------------------------------------------------


def test_a_name_merged_over_rows_stands_in_each_and_a_number_only_once() -> None:
    text = "Name|Kind|Beds\nOak|men|40\n|women|\n||\nElm|men|3"
    given_ = sheet(text, [(1, 0, 3, 0), (1, 2, 2, 2)])
    grid = lay_out(given_, known)
    assert grid.rows == [["Oak", "men", "40"], ["Oak", "women", ""], ["Elm", "men", "3"]]
    assert given_.rows[2] == ["", "women", ""]
    assert grid.decisions == (
        "Cells merged over several rows were read for each row (1 cells).",
        "A number merged over several rows was read once only (Row 2); below it stands none.",
    )


def test_a_number_that_counts_nothing_is_repeated() -> None:
    grid = lay_out(sheet("Provider ID|Kind|Beds\n17|men|4\n|women|5", [(1, 0, 2, 0)]), known)
    assert grid.rows[1] == ["17", "women", "5"]


# -- a person's choices ------------------------------------------------------------------------


def test_choices_override_every_guess() -> None:
    given_ = sheet("Title\nName|Beds|Free\nOak|3|1\nElm|4|1\nTotal|7|2\nCasa||")
    plain = lay_out(given_, known)
    assert (plain.header, plain.numbers) == ((2,), [3, 4, 6])
    grid = lay_out(given_, known, rows={1: True, 4: False, 5: True})
    assert grid.numbers == [1, 3, 5, 6]
    assert told(grid) == {4: Why.CHOICE}
    grid = lay_out(given_, known, header=(3,))
    assert grid.columns == ["Oak", "3", "1"]
    assert told(grid)[2] is Why.TITLE
    grid = lay_out(given_, known, header=())
    assert grid.columns == ["Column A", "Column B", "Column C"]
    assert grid.numbers[:2] == [1, 2]
    grid = lay_out(given_, known, header=(2, 3, 900))
    assert grid.columns == ["Name Oak", "Beds 3", "Free 1"]


def test_the_spreadsheets_own_numbers() -> None:
    grid = lay_out(Sheet("s", [["Name", "Beds"], ["Oak", "3"]], 7), known, rows={8: False})
    assert (grid.header, told(grid)) == ((7,), {8: Why.CHOICE})


# -- all sheets --------------------------------------------------------------------------------

CELLS = st.sampled_from(
    ["", "", " ", "Name", "Beds", "Oak", "Total", "Grand total", "3", "4", "7", "n/a", "2024",
     "Emergency shelters", "* a note that goes on for more than a few words", "Page 1 of 2",
     "text", "Unchangeable", "1,200", "Total Care"]
)  # fmt: skip
ROWS = st.lists(st.lists(CELLS, max_size=6), max_size=14)
MERGED = st.lists(
    st.tuples(*[st.integers(0, 15)] * 4).map(
        lambda t: (min(t[0], t[2]), min(t[1], t[3]), max(t[0], t[2]), max(t[1], t[3]))
    ),
    max_size=4,
)


@settings(max_examples=250, deadline=None)
@given(
    ROWS,
    MERGED,
    st.none() | st.lists(st.integers(1, 15), max_size=3).map(tuple),
    st.dictionaries(st.integers(1, 15), st.booleans(), max_size=4),
)
def test_every_row_is_accounted_for_once_and_no_cell_is_lost(
    rows: list[list[str]],
    merged: list[tuple[int, int, int, int]],
    header: tuple[int, ...] | None,
    chosen: dict[int, bool],
) -> None:
    before = [list(row) for row in rows]
    grid = lay_out(Sheet("s", rows, 1, False, tuple(merged)), known, header=header, rows=chosen)
    assert rows == before
    filled = [k for k, row in enumerate(rows, 1) if any(map(str.strip, row))]
    taken = [*grid.header, *grid.numbers, *(one.row for one in grid.left_out)]
    assert sorted(set(taken) & set(filled)) == filled
    assert len(taken) == len(set(taken))
    assert len(grid.rows) == len(grid.numbers)
    assert grid.numbers == sorted(grid.numbers)
    assert len(grid.columns) == len(set(grid.columns))
    assert all(grid.columns)
    for number, row in zip(grid.numbers, grid.rows, strict=True):
        assert len(row) <= len(grid.columns)
        kept = [cell.strip() for cell in row]
        for cell in rows[number - 1]:
            assert not cell.strip() or cell.strip() in kept
    for number, data in chosen.items():
        if number in filled and number not in grid.header:
            assert (number in grid.numbers) is data


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["Oak", "Elm", "Ash"]), st.integers(0, 9)), min_size=3)
)
def test_beds_are_the_same_with_and_without_a_row_of_sums(homes: list[tuple[str, int]]) -> None:
    rows = [[name, "Leon", str(beds)] for name, beds in homes]
    plain = lay_out(Sheet("s", [["Name", "County", "Beds"], *rows]), known)
    total = ["Total", "", str(sum(beds for _, beds in homes))]
    summed = lay_out(Sheet("s", [["Name", "County", "Beds"], *rows, total]), known)
    assert summed.rows == plain.rows == rows


def test_a_million_blank_rows_and_ten_thousand_columns() -> None:
    blank: list[str] = []
    rows = [["Name", "Beds"], ["Oak", "3"], *[blank] * 1_048_573, ["Elm", "4"]]
    grid = lay_out(Sheet("s", rows), known)
    assert grid.numbers == [2, 1_048_576]
    assert grid.left_out == ()
    names = [f"Question {k}" for k in range(10_000)]
    wide = lay_out(Sheet("s", [["Name", *names], *[["Oak", *["1"] * 10_000]] * 20]), known)
    assert len(wide.columns) == 10_001
    assert len(wide.rows) == 20


def test_rows_of_sums_by_the_thousand_are_each_looked_at_once() -> None:
    """The work grows with the cells, not with rows times sums."""
    rows = [["Name", "Beds", "Free"]]
    for k in range(4_000):
        rows += [[f"Oak {k}", "3", "1"], [f"Elm {k}", "4", "2"], ["", "7", "3"]]
    grid = lay_out(Sheet("s", rows), known)
    assert len(grid.rows) == 8_000
    assert len(grid.left_out) == 4_000
