"""Dates: every usual form, and no guess where there are two readings."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.intake.dates import DateColumn, Order
from matching.intake.issues import CellError, Code

DAYS = st.dates(date(1990, 1, 1), date(2099, 12, 31))


def day(text: str, *column: str) -> date:
    return DateColumn.of([text, *column]).day(text)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-22",
        "2026-11-22T00:00:00",
        "2026-11-22 18:30",
        "22 Nov 2026",
        "22 November 2026",
        "22-Nov-2026",
        "22nd Nov. 2026",
        "Nov 22, 2026",
        "November 22 2026",
        "11/22/2026",
        "22/11/2026",
        "22.11.2026",
        "11/22/26",
        " 11/22/2026 ",
        "11/22/2026 6:30 PM",
    ],
)
def test_usual_forms(text: str) -> None:
    assert day(text) == date(2026, 11, 22)


@pytest.mark.parametrize(
    "text",
    [
        "twelve",
        "2026-02-30",
        "30/30/2026",
        "32 Nov 2026",
        "22 Foo 2026",
        "45678",
        "2026",
        "0026-01-01",
        "Nov 2026",
        "2026-11-22x",
        "2026-1-",
        "11/22/2026 and later",
        "22 Decorum 2026",
    ],
)
def test_what_is_no_date(text: str) -> None:
    with pytest.raises(CellError) as caught:
        day(text)
    assert caught.value.code is Code.NOT_A_DATE
    assert "2026-11-22" in caught.value.fix


def test_two_orders_are_never_guessed() -> None:
    with pytest.raises(CellError) as caught:
        day("3/4/2026", "5/6/2026")
    assert caught.value.code is Code.DATE_IN_TWO_ORDERS
    assert "two orders" in caught.value.sentence


def test_the_column_decides() -> None:
    assert day("3/4/2026", "12/31/2026") == date(2026, 3, 4)
    assert day("3/4/2026", "31/12/2026") == date(2026, 4, 3)


def test_a_column_that_contradicts_itself_decides_nothing() -> None:
    column = DateColumn.of(["3/4/2026", "12/31/2026", "31/12/2026"])
    assert column.order is Order.BOTH
    assert column.day("12/31/2026") == column.day("31/12/2026") == date(2026, 12, 31)
    with pytest.raises(CellError) as caught:
        column.day("3/4/2026")
    assert "both orders" in caught.value.sentence


def test_the_same_number_twice_has_one_reading() -> None:
    assert day("5/5/2026") == date(2026, 5, 5)


@given(st.lists(DAYS, min_size=1, max_size=8), st.booleans())
def test_numbers_are_read_right_or_not_at_all(days: list[date], day_first: bool) -> None:
    """Oracle: a column written in one order gives back its dates or a refusal."""
    texts = [
        f"{d.day}/{d.month}/{d.year}" if day_first else f"{d.month}/{d.day}/{d.year}"
        for d in days
    ]
    column = DateColumn.of(texts)
    clear = any(d.day > 12 for d in days)
    for text, expected in zip(texts, days, strict=True):
        if clear or expected.day == expected.month:
            assert column.day(text) == expected
        else:
            with pytest.raises(CellError):
                column.day(text)


@given(DAYS)
def test_clear_forms_round_trip(expected: date) -> None:
    for text in (
        expected.isoformat(),
        f"{expected.day} {expected:%b} {expected.year}",
        f"{expected:%B} {expected.day}, {expected.year}",
    ):
        assert day(text) == expected


@given(DAYS, st.times(), st.integers(-12, 14))
def test_moments_keep_their_instant(when: date, clock: time, hours: int) -> None:
    naive = datetime.combine(when, clock)
    column = DateColumn.of([])
    zone = timezone(timedelta(hours=hours))
    assert column.moment(naive.replace(tzinfo=zone).isoformat()) == naive.replace(tzinfo=zone)
    assert column.moment(naive.isoformat()) == naive.replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("2026-11-22T18:30Z", 18),
        ("2026-11-22 18:30 UTC", 18),
        ("22 Nov 2026 6:30 pm", 18),
        ("22 Nov 2026 12:30 am", 0),
        ("22 Nov 2026 12:30 PM", 12),
        ("11/22/2026 18:30:00", 18),
    ],
)
def test_times_of_day(text: str, hour: int) -> None:
    expected = datetime(2026, 11, 22, hour, 30, tzinfo=UTC)
    assert DateColumn.of([text]).moment(text) == expected


@pytest.mark.parametrize("text", ["22 Nov 2026 25:00", "tonight", "22 Nov 2026 at noon"])
def test_what_is_no_moment(text: str) -> None:
    with pytest.raises(CellError) as caught:
        DateColumn.of([text]).moment(text)
    assert caught.value.code is Code.NOT_A_DATE


def test_a_day_alone_is_its_midnight() -> None:
    assert DateColumn.of([]).moment("2026-11-22") == datetime(2026, 11, 22, tzinfo=UTC)
