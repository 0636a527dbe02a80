"""What a reader sees of protected tables."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.insight.disclosure import (
    THRESHOLD,
    TOGETHER,
    CountTable,
    Mark,
    Nest,
    Rules,
    cell,
    exact,
    one_way,
    protect,
    protect_all,
)

WITHOUT = frozenset({("Outcome", "without")})


def test_the_second_cell_is_hidden_where_the_total_would_give_the_first_away():
    table = protect({"girls": 7, "boys": 23})
    assert table.total.text == "30"
    assert table.text() == {"girls": "hidden", "boys": "hidden"}


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0"), (1, "1 to 10"), (10, "1 to 10"), (11, "11"), (1200, "1,200")]
)
def test_boundaries_of_one_count(count, text):
    assert cell(count).text == text


def test_zero_is_shown_and_hides_nothing_else():
    assert protect({"a": 0, "b": 40}).text() == {"a": "0", "b": "40"}


def test_two_small_counts_protect_each_other_where_they_have_room():
    assert protect({"a": 8, "b": 9, "c": 20}).text() == {
        "a": "hidden",
        "b": "hidden",
        "c": "20",
    }


def test_two_very_small_counts_need_a_third():
    # Together they are 8: each is from 1 to 7, which is closer than 1 to 10.
    assert set(protect({"a": 3, "b": 5, "c": 20}).text().values()) == {"hidden"}


@pytest.mark.parametrize("counts", [{"a": 10, "b": 1}, {str(k): 1 for k in range(11)}])
def test_a_table_is_withheld_where_nothing_is_left_to_hide(counts):
    table = protect(counts)
    assert table.withheld
    assert table.cells == {}
    assert table.total.count == 11


def test_of_a_small_total_nothing_is_shown():
    table = protect({"a": 2, "b": 0})
    assert table.total.text == "1 to 10"
    assert table.withheld


def test_nobody_at_all_is_shown_as_such():
    assert protect({"a": 0, "b": 0}).text() == {"a": "0", "b": "0"}
    assert protect({}).total.count == 0


def test_one_that_is_roughly_the_smallest_is_hidden_with_a_small_one():
    table = protect({"a": 7, "b": 500, "c": 23, "d": 90})
    assert [name for name, one in table.cells.items() if one.count is None] == ["a", "c"]


def test_a_small_count_and_one_hidden_to_protect_it_look_alike():
    table = protect({"a": 7, "b": 500, "c": 23})
    assert table.cells["a"] == table.cells["c"]


def test_a_negative_count_is_refused():
    with pytest.raises(ValueError, match="negative"):
        protect({"a": -1})


@given(st.lists(st.integers(0, 60), max_size=6))
def test_what_is_shown_is_true_and_never_small(counts):
    table = protect({str(k): count for k, count in enumerate(counts)})
    for name, one in table.cells.items():
        assert one.count in (None, counts[int(name)])
        assert one.count is None or not 0 < one.count <= THRESHOLD
        assert (one.mark is Mark.SHOWN) == (one.count is not None)


def test_the_threshold_is_set():
    rules = Rules(threshold=4, width=4)
    table = protect_all([one_way("t", {"a": 5, "b": 4, "c": 30})], rules=rules).tables["t"]
    assert table.text() == {"a": "hidden", "b": "hidden", "c": "30"}
    assert protect({"a": 5, "b": 6}, threshold=4).text() == {"a": "5", "b": "6"}


def test_for_those_who_see_cases_a_table_is_as_it_is():
    table = exact({"a": 1, "b": 2})
    assert table.text() == {"a": "1", "b": "2"}
    assert table.total.count == 3


def cross(counts, title="Age", **changes):
    return CountTable(title, ("Stage", title), counts, **changes)


LARGE = {("c", "0 to 5"): 40, ("c", "6 to 12"): 50, ("d", "0 to 5"): 60, ("d", "6 to 12"): 70}


def test_a_two_way_table_is_shown_with_its_margins():
    found = protect_all([cross(LARGE)]).crosses["Age"]
    assert {key: one.count for key, one in found.cells.items()} == LARGE
    assert found.rows.text() == {"c": "90", "d": "130"}
    assert found.columns.text() == {"0 to 5": "100", "6 to 12": "120"}
    assert found.total.count == 220
    assert found.together == {"Stage": {}, "Age": {}}


def test_a_small_cell_takes_a_rectangle_with_it():
    found = protect_all([cross({**LARGE, ("c", "0 to 5"): 4})]).crosses["Age"]
    assert not found.withheld
    assert {one.text for one in found.cells.values()} == {"hidden"}
    assert found.rows.text() == {"c": "54", "d": "130"}


def test_categories_whose_own_count_is_hidden_are_one_row_of_a_two_way_table():
    small = {("g", "0 to 5"): 7, ("e", "6 to 12"): 12}
    found = protect_all([cross({**LARGE, **small})]).crosses["Age"]
    assert found.together == {"Stage": {TOGETHER: ("e", "g")}, "Age": {}}
    assert list(found.rows.cells) == ["c", "d", TOGETHER]
    assert found.rows.cells[TOGETHER].count == 19
    assert {key[0] for key in found.cells} == {"c", "d", TOGETHER}


def test_a_two_way_table_of_few_people_is_withheld_and_its_margins_shown():
    table = cross({("c", "x"): 6, ("c", "y"): 9, ("d", "x"): 9, ("d", "y"): 1})
    found = protect_all([table]).crosses["Age"]
    assert found.withheld
    assert found.cells == {}
    assert found.rows.text() == {"c": "hidden", "d": "hidden"}


def test_a_margin_that_tables_share_is_shown_in_all_or_in_none():
    stages = {"c": 40, "d": 7, "e": 30, "f": 90}
    halves = {(stage, half): n for stage, n in stages.items() for half in ("x", "y")}
    one = cross(halves)
    other = cross({(stage, "all"): 2 * n for stage, n in stages.items()}, "Region")
    alone = one_way("Stage", {stage: 2 * n for stage, n in stages.items()})
    found = protect_all([alone, one, other])
    assert found.tables["Stage"].text() == {"c": "80", "d": "14", "e": "60", "f": "180"}
    assert found.crosses["Age"].rows == found.tables["Stage"]
    assert found.crosses["Region"].withheld
    assert found.crosses["Region"].rows == found.tables["Stage"]


def test_what_others_divide_further_is_shown_rather_than_the_total_of_all():
    outcome = one_way("Outcome", {"placed": 5, "without": 220})
    found = protect_all([outcome, cross(LARGE, of=WITHOUT)])
    table = found.tables["Outcome"]
    assert table.text() == {"placed": "hidden", "without": "220"}
    assert table.total.text == "hidden"
    assert not found.crosses["Age"].withheld


def test_nothing_is_shown_of_few_people_among_many():
    outcome = one_way("Outcome", {"placed": 300, "without": 8, "left": 40})
    few = one_way("Gender", {"female": 8, "male": 0}, of=WITHOUT)
    found = protect_all([outcome, few])
    assert found.tables["Outcome"].text()["without"] == "hidden"
    assert found.tables["Gender"].withheld
    assert found.tables["Gender"].total.text == "hidden"


def test_counties_are_protected_within_their_regions():
    counties = {"A1": 30, "A2": 7, "A3": 25, "B1": 40, "B2": 50}
    inside = {county: county[0] for county in counties}
    regions = {"A": 62, "B": 90}
    found = protect_all(
        [one_way("Region", regions), one_way("County", counties)],
        [Nest("County", "Region", inside)],
    )
    assert found.tables["Region"].text() == {"A": "62", "B": "90"}
    assert found.tables["County"].text() == {
        "A1": "hidden" if found.tables["County"].text()["A3"] != "hidden" else "30",
        "A2": "hidden",
        "A3": found.tables["County"].text()["A3"],
        "B1": "40",
        "B2": "50",
    }
    # Without the regions a county anywhere could protect it.
    assert sum(one.count is None for one in found.tables["County"].cells.values()) == 2


def test_rows_come_in_an_order_that_tells_nothing():
    counts = {"b": 40, "c": 90, "a": 15}
    assert list(protect_all([one_way("t", counts)]).tables["t"].cells) == ["a", "b", "c"]
    given_order = one_way("t", counts, order=("c", "z", "a"))
    cells = protect_all([given_order]).tables["t"].cells
    assert list(cells) == ["c", "z", "a", "b"]
    assert cells["z"].count == 0


@pytest.mark.parametrize(
    "tables",
    [
        [one_way("t", {"a": 1}), one_way("t", {"a": 1})],
        [one_way("t", {"a": 1, "b": 2}), one_way("u", {"a": 2, "b": 1}, dimension="t")],
        [one_way("t", {"a": 11}), one_way("u", {"a": 12})],
        [
            CountTable("1", ("A", "B"), {("a", "b"): 20}),
            CountTable("2", ("B", "C"), {("b", "c"): 20}),
            CountTable("3", ("A", "C"), {("a", "c"): 20}),
        ],
    ],
    ids=["one title", "one dimension", "one total", "a ring"],
)
def test_tables_that_contradict_or_form_a_ring_are_refused(tables):
    with pytest.raises(ValueError, match="Two"):
        protect_all(tables)


@pytest.mark.parametrize("dimensions", [(), ("A", "A"), ("A", "B", "C")])
def test_a_table_has_one_dimension_or_two(dimensions):
    with pytest.raises(ValueError, match="dimension"):
        CountTable("t", dimensions, {})


def test_every_count_has_a_category_in_each_dimension():
    with pytest.raises(ValueError, match="category"):
        CountTable("t", ("A", "B"), {("a",): 1})
