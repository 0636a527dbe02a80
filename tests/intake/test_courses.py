"""Courses in a cell: the template's spelling goes quickly, any other carefully."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.domain import words as w
from matching.domain.records import Training
from matching.intake import courses
from matching.intake.courses import course_reader
from matching.intake.dates import DateColumn, Order
from matching.intake.fields import SheetKind, by_column
from matching.intake.issues import CellError, Code
from matching.intake.template import cell

FIELD = by_column(SheetKind.PROVIDERS)["trainings"]
UNCLEAR = DateColumn(Order.UNKNOWN)


def read(text: str, *others: str) -> tuple[Training, ...]:
    """Read a cell of a column that has others too."""
    return course_reader(FIELD, [text, *others])(text)


def problem(text: str, *others: str) -> Code:
    with pytest.raises(CellError) as found:
        read(text, *others)
    return found.value.code


known = st.builds(
    Training,
    course=st.sampled_from(w.Course),
    expires=st.none() | st.dates(date(1900, 1, 1), date(2199, 12, 31)),
    caregiver=st.none() | st.from_regex(r"[A-Z]{1,2}-[0-9]{1,3}[a-z]?", fullmatch=True),
)


@given(st.lists(st.lists(known, min_size=1, max_size=4).map(tuple), min_size=1, max_size=5))
def test_what_the_template_writes_is_read_back(cells: list[tuple[Training, ...]]) -> None:
    texts = [cell(FIELD, trainings) for trainings in cells]
    reader = course_reader(FIELD, texts)
    assert [reader(text) for text in texts] == cells


@given(known)
def test_the_quick_way_and_the_careful_way_agree(training: Training) -> None:
    text = cell(FIELD, (training,))
    quick = courses._usual(text, courses._Heads())
    assert quick is not None
    assert quick == courses._unusual(FIELD, text, UNCLEAR)


@given(known, st.sampled_from(["  until ", ": ", " = ", " through "]))
def test_other_spellings_mean_the_same(training: Training, until: str) -> None:
    course, found, rest = cell(FIELD, (training,)).partition(" until ")
    course = course.replace("_", " ")
    assert read(f"{course}{until}{rest}" if found else course) == (training,)


def test_several_spellings_in_one_cell() -> None:
    text = (
        "trafficking until 2027-03-01; annual trafficking until 12 Oct 2026 by C-1; "
        "complex_trauma"
    )
    assert read(text) == (
        Training(course=w.Course.TRAFFICKING, expires=date(2027, 3, 1)),
        Training(
            course=w.Course.TRAFFICKING_ANNUAL, expires=date(2026, 10, 12), caregiver="C-1"
        ),
        Training(course=w.Course.COMPLEX_TRAUMA),
    )


def test_no_course_is_not_an_unknown_one() -> None:
    assert read("none") == ()
    assert read("trafficking until unknown") == (Training(course=w.Course.TRAFFICKING),)


@pytest.mark.parametrize("day", ["2027-01-29", "2027-01-31", "2028-02-29"])
def test_the_last_days_of_a_month(day: str) -> None:
    (found,) = read(f"trafficking until {day} by C-1")
    assert found.expires == date.fromisoformat(day)


@pytest.mark.parametrize(
    "day", ["2027-02-29", "2027-13-01", "0000-01-01", "1200-01-01", "9999-01-01", "soon"]
)
def test_a_day_that_does_not_exist_is_a_problem_of_its_cell(day: str) -> None:
    assert problem(f"trafficking until {day}") is Code.NOT_A_DATE
    assert problem(f"complex_trauma; trafficking until {day} by C-1") is Code.NOT_A_DATE


@pytest.mark.parametrize("text", ["juggling", "trafficking; juggling until 2027-01-01"])
def test_a_course_that_nobody_knows(text: str) -> None:
    assert problem(text) is Code.NOT_IN_LIST


def test_days_in_two_orders_are_not_guessed() -> None:
    text = "trafficking until 3/4/2027"
    assert problem(text) is Code.DATE_IN_TWO_ORDERS
    assert problem(text, "trafficking until 2027-03-14") is Code.DATE_IN_TWO_ORDERS
    assert read(text, "trafficking until 3/14/2027")[0].expires == date(2027, 3, 4)
    assert read(text, "trafficking until 14/3/2027 by C-1")[0].expires == date(2027, 4, 3)


@pytest.mark.parametrize("caregiver", ["31/12/2026", "12-31-2026", "2026-12-31"])
def test_a_caregivers_code_does_not_tell_the_order_of_days(caregiver: str) -> None:
    other = f"complex_trauma until 2027-01-01 by {caregiver}"
    assert problem("trafficking until 3/4/2027", other) is Code.DATE_IN_TWO_ORDERS
    assert read(other)[0].caregiver == caregiver


def test_a_caregivers_code_has_a_limit() -> None:
    assert read(f"trafficking by {'c' * 64}")[0].caregiver == "c" * 64
    assert problem(f"trafficking by {'c' * 65}") is Code.BAD_ID


def test_a_strange_blank_is_no_part_of_a_code() -> None:
    assert read("trafficking by\u00a0C-1") == (
        Training(course=w.Course.TRAFFICKING, caregiver="C-1"),
    )
