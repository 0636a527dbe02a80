"""Problems are grouped by what repairs them; every problem is in one group."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from matching.intake.dates import Order
from matching.intake.fields import CATALOGUE, SheetKind
from matching.intake.issues import Code, Issue, Severity
from matching.intake.recipe import Recipe
from matching.intake.repairs import Ask, repairs
from tests.intake.drafts import drafted

P = SheetKind.PROVIDERS
ISSUES = st.builds(
    Issue,
    st.sampled_from(Severity),
    st.sampled_from(Code),
    st.none() | st.integers(1, 9),
    st.none() | st.sampled_from([field.column for field in CATALOGUE[P]] + ["ages"]),
    st.none() | st.sampled_from(["a", "b"]),
    st.just("it is wrong."),
)


@given(st.lists(ISSUES, max_size=12), st.randoms())
def test_every_problem_is_in_one_group_and_those_that_cost_rows_come_first(issues, rng) -> None:
    found = repairs(issues, P)
    assert sum(one.count for one in found) == len(issues)
    errors = [one.severity is Severity.ERROR for one in found]
    assert errors == sorted(errors, reverse=True)
    for one in found:
        assert list(one.rows) == sorted(set(one.rows))
    mixed = list(issues)
    rng.shuffle(mixed)
    key = lambda one: (one.code, one.severity, one.column, one.value)  # noqa: E731
    assert {key(one): one.count for one in repairs(mixed, P)} == {
        key(one): one.count for one in found
    }


def test_the_same_text_is_repaired_once_for_all_its_rows() -> None:
    rows = [["P1", "ladies"], ["P2", "ladies"], ["P3", "gents"]]
    found = drafted(["provider_id", "genders"], *rows).repairs
    assert [(one.value, one.count, one.rows, one.ask) for one in found] == [
        ("ladies", 2, (2, 3), Ask.WORDS), ("gents", 1, (4,), Ask.WORDS),
    ]  # fmt: skip
    assert "female" in found[0].words


def test_dates_in_two_orders_are_one_question_for_the_column() -> None:
    rows = (["provider_id", "as_of"], ["P1", "3/4/2026"], ["P2", "5/6/2026"])
    (one,) = drafted(*rows).repairs
    assert (one.code, one.ask, one.count, one.value) == (
        Code.DATE_IN_TWO_ORDERS, Ask.ORDER, 2, None,
    )  # fmt: skip
    for order, month in ((Order.MONTH_FIRST, 3), (Order.DAY_FIRST, 4)):
        settled = drafted(*rows, recipe=Recipe().with_order("as_of", order))
        assert settled.repairs == ()
        assert settled.upload.pools[0].as_of.month == month


def test_what_was_settled_by_itself_is_only_told() -> None:
    rows = (["provider_id", "beds_licensed", "beds_available"], ["P1", "2", "5"])
    (one,) = drafted(*rows).repairs
    assert one.ask is Ask.NOTHING
    assert one.severity is Severity.WARNING


def test_rows_against_each_other_ask_for_rows() -> None:
    head = ["provider_id", "bed_pool", "beds_available"]
    (one,) = drafted(head, ["P1", "a", "2"], ["P1", "a", "3"]).repairs
    assert (one.ask, one.rows) == (Ask.ROWS, (2, 3))


def test_numbers_and_texts_ask_for_numbers_and_texts() -> None:
    head = ["provider_id", "beds_available", "county", "confidential", "Ages"]
    found = drafted(head, ["P1", "many", "Nowhere, FL", "perhaps", "teens"]).repairs
    assert {one.column: one.ask for one in found} == {
        "beds_available": Ask.NUMBER, "county": Ask.TEXT, "confidential": Ask.WORD,
        "ages": Ask.TEXT,
    }  # fmt: skip
    assert {one.label for one in found} >= {"both ages in one", "county"}
