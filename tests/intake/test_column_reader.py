"""Every different text of a column is read once; a problem is told by its text."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from matching.intake import column_reader
from matching.intake.column_reader import read_column
from matching.intake.fields import CATALOGUE, Kind, SheetKind, by_column
from matching.intake.issues import Code
from matching.intake.vocabulary import UNKNOWN

P, R = by_column(SheetKind.PROVIDERS), by_column(SheetKind.REFERRALS)
EVERY = [field for kind in SheetKind for field in CATALOGUE[kind]]
unknowns = st.sampled_from(sorted(UNKNOWN))


def test_every_kind_has_a_reader() -> None:
    own = {Kind.DATE, Kind.MOMENT, Kind.TRAININGS}
    assert column_reader._READERS.keys() | own == set(Kind)
    assert {field.kind for field in EVERY} == set(Kind)


@given(st.sampled_from(EVERY), st.lists(st.text("aB1 ;,/-", max_size=8), max_size=8))
def test_a_text_means_the_same_beside_any_others(field: Any, texts: list[str]) -> None:
    """Only days in numbers depend on the rest of their column."""
    values, problems = read_column(field, texts)
    assert values.keys() | problems.keys() == set(texts)
    assert values.keys().isdisjoint(problems)
    if field.kind in (Kind.DATE, Kind.MOMENT, Kind.TRAININGS):
        return
    for text in texts:
        alone, wrong = read_column(field, [text])
        assert alone.get(text) == values.get(text)
        assert {k: v.sentence for k, v in wrong.items()} == {
            k: v.sentence for k, v in problems.items() if k == text
        }


@given(st.sampled_from(EVERY), unknowns, st.sampled_from(["", " ", "\t"]))
def test_outer_blanks_and_case_do_not_make_a_value(field: Any, text: str, blank: str) -> None:
    written = f"{blank}{text.upper()}{blank}"
    assert read_column(field, [written]) == ({written: None}, {})


def test_the_order_of_days_is_the_columns() -> None:
    both, clear = "3/4/2027", "25/4/2027"
    assert read_column(R["needed_by"], [both])[1][both].code is Code.DATE_IN_TWO_ORDERS
    values, problems = read_column(R["needed_by"], [both, clear])
    assert problems == {}
    assert values[both].month == 4


def test_none_is_no_day_and_no_lock_but_a_set_that_is_empty() -> None:
    assert read_column(P["available_from"], ["none"])[0] == {"none": None}
    assert read_column(P["gender_lock"], ["none"])[0] == {"none": None}
    assert read_column(P["genders"], ["none"])[0] == {"none": frozenset()}
