"""Which change opens a compromised site, and which sites are out of use."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.domain.sites import (
    CLEAR_REASON_WORDS,
    SITE_REASON_WORDS,
    ClearReason,
    SiteReason,
    is_closed,
    opened_by,
)
from tests.builders import TODAY, day, home

DAYS = st.one_of(st.none(), st.integers(-3, 3).map(day))
SITES = st.builds(
    lambda until, cleared: home(compromised_until=until, compromise_cleared=cleared),
    DAYS,
    st.sampled_from([None, False, True]),
)


@pytest.mark.parametrize(
    ("until", "cleared", "closed"),
    [
        (None, None, False),
        (None, True, False),
        (day(-1), False, False),
        (day(0), None, True),
        (day(0), False, True),
        (day(5), False, True),
        (day(5), True, False),
    ],
)
def test_a_site_is_out_of_use_to_the_last_day_unless_it_was_cleared(until, cleared, closed):
    assert is_closed(home(compromised_until=until, compromise_cleared=cleared), TODAY) is closed


@given(SITES, SITES)
def test_only_what_two_people_must_do_counts_as_opening(before, after):
    opened = opened_by(before, after, TODAY)
    if is_closed(before, TODAY) and not is_closed(after, TODAY):
        assert opened  # whichever way it is put
    if is_closed(after, TODAY) and not is_closed(before, TODAY):
        assert not opened
    if before == after:
        assert not opened


@given(SITES)
def test_no_new_site_comes_cleared(after):
    until = after.compromised_until
    live = until is not None and until >= TODAY
    assert opened_by(None, after, TODAY) == (live and after.compromise_cleared is True)


def test_a_shorter_time_opens_and_a_longer_one_does_not():
    before = home(compromised_until=day(9), compromise_cleared=False)
    for until, opened in ((day(8), True), (None, True), (day(9), False), (day(10), False)):
        after = home(compromised_until=until, compromise_cleared=False)
        assert opened_by(before, after, TODAY) is opened


def test_what_was_cleared_is_cleared_for_that_report_alone():
    before = home(compromised_until=day(9), compromise_cleared=True)
    same = home(compromised_until=day(9), compromise_cleared=True)
    later = home(compromised_until=day(9) + timedelta(1), compromise_cleared=True)
    assert not opened_by(before, same, TODAY)
    assert opened_by(before, later, TODAY)


def test_every_reason_has_words():
    assert set(SITE_REASON_WORDS) == set(SiteReason)
    assert set(CLEAR_REASON_WORDS) == set(ClearReason)
