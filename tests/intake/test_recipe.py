"""Decisions about a file are kept, combined and taken back without losing others."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.intake.dates import Order
from matching.intake.recipe import UNKNOWN, Recipe, headers_fingerprint, spelling

_TEXT = st.text(max_size=6)
RECIPES = st.builds(
    Recipe,
    sheet=st.none() | _TEXT,
    encoding=st.none() | st.just("cp1252"),
    header=st.tuples() | st.tuples(st.integers(1, 9)),
    rows=st.dictionaries(st.integers(1, 9), st.booleans(), max_size=2),
    columns=st.dictionaries(_TEXT, _TEXT, max_size=2),
    values=st.dictionaries(_TEXT, st.dictionaries(_TEXT, _TEXT, max_size=2), max_size=2),
    orders=st.dictionaries(_TEXT, st.sampled_from(Order), max_size=2),
    cells=st.dictionaries(st.integers(1, 9), st.dictionaries(_TEXT, _TEXT, max_size=2)),
    left_out=st.dictionaries(st.integers(1, 9), _TEXT, max_size=2),
    made_ids=st.booleans(),
)


@given(RECIPES)
def test_a_recipe_is_the_same_after_it_was_stored(recipe: Recipe) -> None:
    stored = json.loads(json.dumps(recipe.document()))
    assert Recipe.of_document(stored) == recipe
    assert Recipe.of_document(stored).fingerprint == recipe.fingerprint


def test_what_is_no_recipe_is_refused() -> None:
    with pytest.raises(ValueError, match="rows"):
        Recipe.of_document({"rows": "all"})


@given(RECIPES, RECIPES)
def test_what_was_decided_stands_above_what_was_remembered(before: Recipe, now: Recipe) -> None:
    both = before.under(now)
    assert both.columns == {**before.columns, **now.columns}
    assert both.sheet == (before.sheet if now.sheet is None else now.sheet)
    for column in {*before.values, *now.values}:
        mine = {**before.values.get(column, {}), **now.values.get(column, {})}
        assert both.values[column] == mine
    assert before.under(Recipe()) == before
    assert Recipe().under(now).columns == now.columns


@given(RECIPES, _TEXT, _TEXT, _TEXT)
def test_a_value_is_decided_and_taken_back(recipe, column, text, instead) -> None:
    decided = recipe.with_value(column, text, instead)
    assert decided.values[column][spelling(text)] == instead
    back = decided.without_value(column, f"  {text.upper()} ")
    lower = spelling(text.upper()) == spelling(text)
    assert (spelling(text) not in back.values[column]) or not lower
    assert decided.columns == recipe.columns


@given(RECIPES, st.integers(1, 9), _TEXT)
def test_cells_and_rows_are_decided_and_taken_back(recipe, row, text) -> None:
    assert recipe.with_cell(row, "name", text).cells[row]["name"] == text
    left = recipe.with_rows_left_out([row, row + 1], "not ours")
    assert left.left_out[row] == left.left_out[row + 1] == "not ours"
    back = left.with_rows_back([row])
    assert row not in back.left_out
    assert back.rows[row] is True
    assert back.left_out[row + 1] == "not ours"


def test_a_field_is_filled_by_one_chosen_column_only() -> None:
    first = Recipe().with_column("Beds", "beds_available")
    second = first.with_column("Free", "beds_available")
    assert second.columns == {"Free": "beds_available"}
    unused = second.with_column("Beds", UNKNOWN)
    assert unused.with_column("Other", UNKNOWN).columns == {
        "Free": "beds_available", "Beds": UNKNOWN, "Other": UNKNOWN,
    }  # fmt: skip


def test_orders_of_dates_are_decided_by_column() -> None:
    found = Recipe().with_order("as_of", Order.DAY_FIRST).with_order("as_of", Order.MONTH_FIRST)
    assert found.orders == {"as_of": Order.MONTH_FIRST}


@given(st.lists(st.text(max_size=6), max_size=5), st.randoms())
def test_headers_are_the_same_in_any_order_case_and_spacing(names, rng) -> None:
    shuffled = [f" {name} " for name in names]
    rng.shuffle(shuffled)
    assert headers_fingerprint(shuffled) == headers_fingerprint(names)


def test_other_headers_have_another_fingerprint() -> None:
    assert headers_fingerprint(["a", "b"]) != headers_fingerprint(["a", "c"])
