"""Words of casework: every code has some, and times are said plainly."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.domain import casework as codes
from matching.ui.text import casework as text

NOW = datetime(2026, 11, 3, 22, 41, tzinfo=UTC)


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (text.DECLINES, codes.DeclineReason),
        (text.RELEASES, codes.ReleaseReason),
        (text.OFFERS, codes.OfferState),
        (text.STAYS, codes.StayState),
        (text.ENDS, codes.StayEnd),
        (text.OUTCOMES, codes.Outcome),
        (text.LESSONS, codes.Lesson),
    ],
)
def test_every_code_has_its_own_words(words, kind):
    assert set(words) == set(kind)
    assert len(set(words.values())) == len(words)
    assert not any("_" in one or "victim" in one or "client" in one for one in words.values())


def test_every_answer_that_can_be_given_has_a_button():
    assert tuple(text.ANSWERS) == codes.ANSWERS


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (0, "under a minute"),
        (1, "1 minute"),
        (59, "59 minutes"),
        (60, "1 hour"),
        (125, "2 hours 5 minutes"),
        (24 * 60, "24 hours"),
        (72 * 60, "3 days"),
    ],
)
def test_lengths(minutes, said):
    assert text.length(minutes) == said


def test_until_says_the_time_and_what_is_left():
    assert text.until(NOW + timedelta(minutes=32), NOW) == "until 23:13, 32 minutes left"
    assert text.until(NOW - timedelta(seconds=1), NOW) == "until 22:40, time is over"
    later = text.until(NOW + timedelta(hours=3), NOW)
    assert later == "until 4 Nov 2026, 01:41, 3 hours left"


@given(st.integers(-10_000, 10_000))
def test_time_is_over_exactly_when_it_is_past(seconds):
    over = text.left(NOW + timedelta(seconds=seconds), NOW) == "time is over"
    assert over == (seconds < 0)
