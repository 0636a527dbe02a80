"""A share of the thousand pages of the sweep, and what several publications tell together."""

import pytest

from matching.insight.disclosure import CountTable, one_way, protect_all
from tests.insight.disclosure_sweep import attacked, beside_greedy, check, primary_only


@pytest.mark.parametrize("first", [0, 10])
def test_an_outsider_works_nothing_out_and_finds_what_is_planted(first):
    total = sum(
        (check(seed, whole=seed == 3) for seed in range(first, first + 6)), start=check(99)
    )
    assert total["planted"] > 0
    assert total["cells"] > total["hidden"]


def test_the_outsider_finds_a_rectangle_that_is_not_closed():
    counts = {("c", "x"): 7, ("c", "y"): 50, ("d", "x"): 60, ("d", "y"): 70}
    tables = [CountTable("Age", ("Stage", "Age"), counts)]
    (leak,) = attacked((tables, primary_only(tables, []), [])).values()
    assert leak == (7, 7, 7)
    assert attacked((tables, protect_all(tables), [])) == {}


def test_no_more_is_hidden_than_by_greed():
    found = [one for seed in range(12) if (one := beside_greedy(seed)) is not None]
    assert all(best <= other for _, best, other in found)
    assert sum(best for _, best, _ in found) < sum(other for _, _, other in found)


FIRST = {"a": 40, "b": 60, "c": 200}


def test_a_second_export_of_the_day_does_not_give_the_difference_away():
    # Two of them did not change: with their numbers and both totals b were known.
    first = [one_way("t", FIRST)]
    later = [one_way("t", FIRST | {"b": 9})]
    published = protect_all(first)
    alone = protect_all(later)
    leak = attacked((first, published, []), (later, alone, []))
    assert {true for true, _, _ in leak.values()} == {9}
    held = protect_all(later, earlier=[published.release])
    assert attacked((first, published, []), (later, held, [])) == {}
    assert held.tables["t"].total.count is None


def test_what_was_hidden_before_stays_hidden_and_the_same_is_published_alike():
    first = [one_way("t", {"a": 7, "b": 30, "c": 35, "d": 90})]
    published = protect_all(first)
    assert protect_all(first, earlier=[published.release]).tables == published.tables
    other = [*first, one_way("u", {"x": 100, "y": 62})]
    both = protect_all(other, earlier=[published.release])
    assert both.tables["t"] == published.tables["t"]
    assert both.tables["u"].text() == {"x": "100", "y": "62"}


def test_a_table_of_part_of_a_page_is_held_against_the_whole_page():
    of = frozenset({("Outcome", "without")})
    cells = {("c", "x"): 7, ("c", "y"): 50, ("d", "x"): 60, ("d", "y"): 70}
    page = [CountTable("Age", ("Stage", "Age"), cells, of)]
    published = protect_all(page)
    ages = {"x": 67, "y": 120}
    filtered = [one_way("Outcome", {"placed": 300, "without": 187}), one_way("Age", ages, of)]
    found = protect_all(filtered, earlier=[published.release])
    assert attacked((page, published, []), (filtered, found, [])) == {}
    assert found.tables["Age"].text() == {"x": "67", "y": "120"}


def test_an_outcome_by_age_is_held_against_the_ages_of_one_outcome():
    of = frozenset({("Outcome", "without")})
    without = {"x": 30, "y": 8, "z": 70}
    placed = {"x": 40, "y": 45, "z": 50}
    both = {
        (o, a): n
        for o, some in (("without", without), ("placed", placed))
        for a, n in some.items()
    }
    first = [CountTable("Age", ("Outcome", "Age"), both)]
    second = [one_way("Ages", without, of, "Age")]
    for one, other in ((first, second), (second, first)):
        published = protect_all(one)
        found = protect_all(other, earlier=[published.release])
        assert attacked((one, published, []), (other, found, [])) == {}
    together = protect_all([*first, *second])
    assert attacked(([*first, *second], together, [])) == {}
