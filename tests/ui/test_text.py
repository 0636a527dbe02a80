"""Words that every page uses."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.services.provider_card import Term
from matching.ui.text import board, common, upload_answers
from matching.ui.text.providers import TERMS, until


def test_days_cannot_be_misread():
    assert common.day(date(2026, 3, 11)) == "11 Mar 2026"


@given(st.dates())
def test_every_day_names_its_month(day):
    number, month, year = common.day(day).split()
    assert (int(number), int(year)) == (day.day, day.year)
    assert month.isalpha()


def test_moments_of_today_are_a_clock_and_others_have_their_day():
    moment = datetime(2026, 11, 3, 22, 41, tzinfo=UTC)
    assert common.moment(moment, date(2026, 11, 3)) == "22:41"
    assert common.moment(moment, date(2026, 11, 4)) == "3 Nov 2026, 22:41"


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        (None, "not known"),
        (0, "under 1 hour"),
        (1, "1 hour"),
        (47, "47 hours"),
        (48, "2 days"),
        (71, "2 days"),
        (2400, "100 days"),
    ],
)
def test_spans(hours, expected):
    assert common.span(hours) == expected


@pytest.mark.parametrize(
    ("known", "unknown", "expected"),
    [(4, 0, "4"), (0, 0, "0"), (4, 2, "4 + 2 not said"), (0, 2, "nobody has said")],
)
def test_unknown_beds_are_never_none(known, unknown, expected):
    assert common.beds(known, unknown) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [([], ""), (["a"], "a"), (["a", "b"], "a and b"), ("abc", "a, b and c")],
)
def test_lists_in_words(words, expected):
    assert common.listed(words) == expected


def test_capital_and_kind():
    assert common.capital("") == ""
    assert common.capital("safe house") == "Safe house"
    assert common.kind(None) == "not known"


@pytest.mark.parametrize(
    ("waiting", "usable", "expected"),
    [
        (14, 9, "14 waiting, 9 beds usable tonight, as of 22:41."),
        (1, 1, "1 waiting, 1 bed usable tonight, as of 22:41."),
        (0, 0, "Nobody is waiting, no bed usable tonight, as of 22:41."),
    ],
)
def test_first_sentence_of_the_board(waiting, usable, expected):
    assert board.sentence(waiting, usable, "22:41") == expected


@pytest.mark.parametrize(
    ("days", "expected"),
    [(-1, "ended X"), (0, "ends today, X"), (1, "ends X, in 1 day"), (9, "ends X, in 9 days")],
)
def test_endings(days, expected):
    assert board.ends("X", days) == expected


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ((5, 5, 0, 0), "5 of 5 rows can be saved."),
        ((4, 5, 1, 0), "4 of 5 rows can be saved; 1 is set aside."),
        ((1, 5, 2, 2), "1 of 5 rows can be saved; 2 are set aside and 2 are left out."),
    ],
)
def test_first_sentence_of_an_upload(counts, expected):
    assert upload_answers.sentence(*counts) == expected


def test_terms_are_told_by_words_alone():
    assert {term: until(term, "X") for term in Term} == {
        Term.IN_FORCE: "to X",
        Term.SOON: "ends X",
        Term.ENDED: "ended X",
        Term.NOT_KNOWN: "end not known",
    }
    assert set(TERMS) == set(Term)
