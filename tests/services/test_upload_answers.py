"""Questions about texts: an answer is read back as exactly what was chosen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.domain import words as w
from matching.intake.dates import Order
from matching.intake.fields import SheetKind
from matching.intake.known_lists import CALIFORNIA
from matching.intake.meanings import State
from matching.intake.population import read_served
from matching.intake.recipe import UNKNOWN, Recipe
from matching.services import upload_answers as the
from matching.services.upload_answers import Way
from tests.intake.drafts import drafted
from tests.intake.test_known_lists import ROWS

ages = st.none() | st.integers(0, 120)


@given(
    st.lists(st.sampled_from(w.Gender), unique=True),
    st.lists(st.sampled_from(w.Household), unique=True),
    ages,
    ages,
)
def test_who_is_served_is_read_back_as_exactly_what_was_chosen(genders, households, low, high):
    text = the.served_as_text(genders, households, low, high)
    if text == UNKNOWN:
        assert not genders
        assert not households
        assert low is high is None
        return
    served = read_served(text)
    assert served.genders == (frozenset(genders) or None)
    assert served.households == (frozenset(households) or None)
    # An oldest age alone starts at birth.
    assert served.age_min == (0 if low is None and high is not None else low)
    assert served.age_max == high


def table(*cells: str, column: str = "Restrictions"):
    rows = [[f"P{k}", cell] for k, cell in enumerate(cells)]
    return drafted(["provider_id", column], *rows)


def test_who_is_served_is_asked_by_genders_households_and_ages():
    (asked,) = table("Women/Children", "Men").asked
    question = the.of_meaning(asked, SheetKind.PROVIDERS)
    assert question.way is Way.SERVED
    told = the.answered(Recipe(), question, "female; with children")
    found = drafted(
        ["provider_id", "Restrictions"], ["P1", "women/CHILDREN"], ["P2", "Men"], recipe=told
    )
    assert found.asked == ()
    assert found.upload.pools[0].genders == frozenset({w.Gender.FEMALE})


@pytest.mark.parametrize(
    ("column", "cell", "way", "word"),
    [
        ("licence_status", "pending", Way.ONE, "expired"),
        ("genders", "whoever", Way.SEVERAL, "female; male"),
        ("intake_24_7", "perhaps", Way.ONE, "yes"),
        ("Restrictions", "Veterans", Way.SERVED, "male"),
        ("ages", "kids", Way.TEXT, "12-17"),
    ],
)
def test_each_kind_of_column_is_asked_in_its_own_way_and_the_answer_settles_it(
    column, cell, way, word
):
    found = table(cell, column=column)
    (asked,) = found.asked
    question = the.of_meaning(asked, SheetKind.PROVIDERS)
    assert question.way is way
    for answer in (word, UNKNOWN):
        recipe = the.answered(Recipe(), question, answer)
        after = drafted(["provider_id", column], ["P0", cell], recipe=recipe)
        assert after.asked == ()
        assert after.upload.counts.loaded == 1


def test_a_problem_of_numbers_is_answered_for_all_its_rows_at_once():
    found = table("some", "2", "some", column="beds_staffed")
    (repair,) = the.problems(found).asked
    question = the.of_repair(repair)
    assert question.way is Way.NUMBER
    recipe = the.answered(Recipe(), question, "3")
    rows = (["P0", "some"], ["P1", "2"], ["P2", "some"])
    after = drafted(["provider_id", "beds_staffed"], *rows, recipe=recipe)
    assert [pool.beds_staffed for pool in after.upload.pools] == [3, 2, 3]


def test_a_problem_whose_cell_was_cut_is_answered_row_by_row():
    long = "about three beds, " * 9
    (repair,) = the.problems(table(long, column="beds_staffed")).asked
    question = the.of_repair(repair)
    assert question.rows == (2,)
    assert question.text == ""
    recipe = the.answered(Recipe(), question, "3")
    after = drafted(["provider_id", "beds_staffed"], ["P0", long], recipe=recipe)
    assert after.upload.pools[0].beds_staffed == 3


def test_a_population_in_a_problem_is_asked_as_among_the_values():
    (repair,) = the.problems(table("Veterans")).asked
    assert the.of_repair(repair).way is Way.SERVED


def test_texts_come_by_column_with_most_questions_first():
    found = drafted(
        ["provider_id", "licence_status", "Restrictions"],
        ["P1", "active", "Veterans"],
        ["P2", "expired", "Veterans"],
        ["P3", "active", "Men"],
    )
    first, second = the.texts_by_column(found)
    assert (first.column, first.cells_asked) == ("population", 2)
    assert [one.state for one in first.settled] == [State.READ]
    assert second.asked == ()
    assert {one.text for one in second.settled} == {"active", "expired"}


def test_the_order_of_dates_is_asked_once_per_column_and_then_told():
    rows = (["P1", "3/4/2027"], ["P2", "5/6/2027"])
    found = drafted(["provider_id", "licence_expires"], *rows)
    (asked,) = the.date_orders(found, Recipe())
    assert (asked.column, asked.chosen) == ("licence_expires", None)
    assert asked.rows > 0
    for order in the.ORDERS:
        recipe = Recipe().with_order(asked.column, order)
        after = drafted(["provider_id", "licence_expires"], *rows, recipe=recipe)
        (told,) = the.date_orders(after, recipe)
        assert (told.rows, told.chosen) == (0, order)
        day = after.upload.providers[0].licence_expires
        assert (day.month, day.day) == ((3, 4) if order is Order.MONTH_FIRST else (4, 3))


def test_rows_left_out_are_told_by_reason_in_order():
    found = table("Men")
    recipe = Recipe().with_rows_left_out([5, 3], "closed").with_rows_left_out([4], "twice")
    assert [(one.why, one.rows) for one in the.left_out(found, recipe)] == [
        ("closed", (3, 5)),
        ("twice", (4,)),
    ]
    assert the.left_out(found, recipe.with_rows_back([3, 4, 5])) == ()


def test_rows_that_a_published_list_leaves_out_are_told_too():
    found = drafted(*ROWS)
    (one,) = the.left_out(found, Recipe())
    assert (one.why, one.rows) == (CALIFORNIA.why, (4,))
    assert the.left_out(drafted(*ROWS), Recipe().with_rows_back([4])) == ()
    mine = Recipe().with_rows_left_out([4], "closed")
    assert [one.why for one in the.left_out(found, mine)] == ["closed"]
    assert the.left_out(drafted(*ROWS, recipe=Recipe(standard=False)), Recipe()) == ()


def test_several_words_are_one_cell_and_none_is_unknown():
    assert the.as_words(["female", "male"]) == "female; male"
    assert the.as_words([]) == UNKNOWN
