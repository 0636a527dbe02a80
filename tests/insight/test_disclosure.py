"""Small counts cannot be worked out: an attack on our own tables."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.insight.disclosure import THRESHOLD, Mark, ProtectedTable, cell, protect


def possible(table: ProtectedTable, threshold: int) -> dict[str, set[int]]:
    """Every value each hidden cell could have for a reader who knows the rule."""
    total = table.total.count
    assert total is not None
    hidden = [name for name, one in table.cells.items() if one.count is None]
    rest = total - sum(one.count or 0 for one in table.cells.values())
    ranges = [
        range(1, threshold + 1)
        if table.cells[name].mark is Mark.SMALL
        else range(threshold + 1, rest + 1)
        for name in hidden
    ]
    out: dict[str, set[int]] = {name: set() for name in hidden}
    for values in itertools.product(*ranges):
        if sum(values) == rest:
            for name, value in zip(hidden, values, strict=True):
                out[name].add(value)
    return out


def test_the_second_cell_is_hidden_where_the_total_would_give_the_first_away():
    table = protect({"girls": 7, "boys": 23})
    assert table.total.text == "30"
    assert table.text() == {"girls": "1 to 10", "boys": "hidden"}


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0"), (1, "1 to 10"), (10, "1 to 10"), (11, "11"), (1200, "1,200")]
)
def test_boundaries_of_one_count(count, text):
    assert cell(count).text == text


def test_zero_is_shown_and_hides_nothing_else():
    assert protect({"a": 0, "b": 40}).text() == {"a": "0", "b": "40"}


def test_two_small_counts_protect_each_other():
    assert protect({"a": 3, "b": 5, "c": 20}).text() == {
        "a": "1 to 10",
        "b": "1 to 10",
        "c": "20",
    }


@pytest.mark.parametrize("counts", [{"a": 10, "b": 10}, {str(k): 1 for k in range(11)}])
def test_a_table_is_withheld_where_nothing_is_left_to_hide(counts):
    table = protect(counts)
    assert table.withheld
    assert table.cells == {}


def test_a_small_total_is_hidden_too():
    table = protect({"a": 2, "b": 0})
    assert table.total.text == "1 to 10"
    assert table.text() == {"a": "1 to 10", "b": "0"}


def test_the_smallest_cell_that_helps_is_hidden():
    table = protect({"a": 7, "b": 500, "c": 23, "d": 90})
    assert [name for name, one in table.cells.items() if one.mark is Mark.HIDDEN] == ["c"]


def test_a_negative_count_is_refused():
    with pytest.raises(ValueError, match="negative"):
        protect({"a": -1})


@given(st.lists(st.integers(0, 9), max_size=5), st.integers(1, 3))
def test_no_reader_can_work_out_a_small_count(counts, threshold):
    table = protect({f"c{k}": count for k, count in enumerate(counts)}, threshold)
    for k, count in enumerate(counts):
        one = table.cells.get(f"c{k}")
        if one is None:
            assert table.withheld
        elif one.mark is Mark.SHOWN:
            assert one.count == count
            assert not 0 < count <= threshold
        else:
            assert one.count is None
    if table.total.count is None:
        assert 0 < sum(counts) <= threshold
        return
    for name, values in possible(table, threshold).items():
        assert counts[int(name[1:])] in values
        if table.cells[name].mark is Mark.SMALL:
            assert len(values) >= 2


@given(st.lists(st.integers(0, 60), max_size=6))
def test_the_usual_threshold_hides_exactly_what_is_small(counts):
    table = protect({str(k): count for k, count in enumerate(counts)})
    small = {str(k) for k, count in enumerate(counts) if 0 < count <= THRESHOLD}
    if not table.withheld:
        assert {n for n, one in table.cells.items() if one.mark is Mark.SMALL} == small
