"""Beds, openings and the age of the news."""

from __future__ import annotations

import pytest

from matching.domain import words as w
from tests.builders import TODAY, ago, day, home, pool, referral
from tests.engine.rules.helpers import FAIL, PASS, UNKNOWN, sentence, verdict

ALONE = {"pregnant_parenting": w.Parenting.NONE}
FOSTER = w.PlacementType.FOSTER_HOME


@pytest.mark.parametrize(
    ("free", "children", "expected"),
    [(1, 0, PASS), (0, 0, FAIL), (2, 1, PASS), (1, 1, FAIL), (3, 2, PASS), (None, 0, UNKNOWN)],
)
def test_one_bed_for_the_person_and_one_for_each_child(free, children, expected):
    person = referral(children_with=children)
    assert verdict("beds", person, None, pool(beds_available=free)) is expected


@pytest.mark.parametrize(
    ("status", "free", "expected"),
    [
        (w.Parenting.NONE, 1, PASS),
        (w.Parenting.PREGNANT, 1, PASS),
        (w.Parenting.PARENTING, 1, UNKNOWN),
        (None, 1, UNKNOWN),
        (w.Parenting.PARENTING, 0, FAIL),
        (None, 0, FAIL),
    ],
)
def test_unknown_children_matter_only_to_possible_parents(status, free, expected):
    person = referral(pregnant_parenting=status)
    assert verdict("beds", person, None, pool(beds_available=free)) is expected


@pytest.mark.parametrize(
    ("capacity", "residents", "expected"),
    [(3, 2, PASS), (3, 3, FAIL), (None, 3, PASS), (3, None, PASS), (0, None, FAIL)],
)
def test_licensed_capacity_caps_the_provider(capacity, residents, expected):
    place = home(
        placement_type=w.PlacementType.RESIDENTIAL,
        licensed_capacity=capacity,
        residents=residents,
    )
    assert verdict("beds", referral(**ALONE), place, pool(beds_available=1)) is expected


@pytest.mark.parametrize(
    ("exception", "residents", "kind", "expected"),
    [
        (False, 5, FOSTER, PASS),
        (False, 6, FOSTER, FAIL),
        (True, 6, FOSTER, PASS),
        (None, 6, FOSTER, UNKNOWN),
        (None, 5, FOSTER, PASS),
        (False, 6, w.PlacementType.RESIDENTIAL, PASS),
        (False, 6, None, UNKNOWN),
    ],
)
def test_a_family_home_takes_six_unless_it_holds_an_exception(
    exception, residents, kind, expected
):
    place = home(
        placement_type=kind,
        licensed_capacity=10,
        residents=residents,
        foster_cap_exception=exception,
    )
    assert verdict("beds", referral(**ALONE), place, pool(beds_available=3)) is expected


@pytest.mark.parametrize(
    ("staff", "each", "residents", "expected"),
    [
        (2, 4, 7, PASS),
        (2, 4, 8, FAIL),
        (2, 4, 9, FAIL),
        (2, 4, None, PASS),  # residents that nobody has counted
        (None, None, 8, PASS),
        (None, 4, 0, UNKNOWN),
        (2, None, 0, UNKNOWN),
        (0, 4, 0, FAIL),
        (0, None, 0, FAIL),
    ],
)
def test_staff_on_shift_look_after_so_many(staff, each, residents, expected):
    place = home(staff_on_shift=staff, staff_ratio=each, residents=residents)
    assert verdict("staffing", referral(**ALONE), place) is expected


def test_children_count_for_the_staff():
    place = home(staff_on_shift=2, staff_ratio=4, residents=6)
    assert verdict("staffing", referral(children_with=1), place) is PASS
    assert verdict("staffing", referral(children_with=2), place) is FAIL


def test_staffing_sentences():
    full = home(staff_on_shift=2, staff_ratio=4, residents=8)
    assert sentence("staffing", referral(), full) == (
        "2 members of staff on shift can look after 8 and 8 people live there; "
        "this young person would be 1 more."
    )
    mother = referral(children_with=2)
    assert sentence("staffing", mother, home(staff_on_shift=1, staff_ratio=2)) == (
        "1 member of staff on shift can look after 2; "
        "this young person would be 3 more, with 2 children."
    )
    assert sentence("staffing", referral(), home(staff_on_shift=0, residents=1)) == (
        "No staff are on shift and 1 person lives there; this young person would be 1 more."
    )
    assert sentence("staffing", referral(), home(staff_on_shift=3, staff_ratio=4)) == (
        "3 members of staff on shift can look after 12; this young person would be 1 more."
    )
    assert (
        sentence("staffing", referral(), home()) == "No number of staff on shift is recorded."
    )
    assert sentence("staffing", referral(), home(staff_ratio=4)) == (
        "Ask how many members of direct-care staff are on shift."
    )
    assert sentence("staffing", referral(), home(staff_on_shift=3)) == (
        "Ask how many residents each member of staff may look after."
    )


def test_licensed_beds_of_the_pool_are_a_limit_even_where_the_vacancy_is_unknown():
    mother = referral(children_with=1)
    assert verdict("beds", mother, None, pool(beds_licensed=1)) is FAIL
    assert verdict("beds", mother, None, pool(beds_licensed=2)) is UNKNOWN


def test_bed_sentences():
    mother = referral(children_with=2)
    assert sentence("beds", mother, None, pool(beds_available=1)) == (
        "1 bed is free; this young person needs 3, with 2 children."
    )
    assert sentence("beds", referral(**ALONE), None, pool(beds_available=0)) == (
        "No beds are free; this young person needs 1."
    )
    full = home(licensed_capacity=3, residents=3)
    assert sentence("beds", referral(**ALONE), full, pool(beds_available=1)) == (
        "Licensed for 3 and 3 people live there; this young person needs 1."
    )
    assert sentence("beds", referral(**ALONE)) == "Ask how many beds are free."


@pytest.mark.parametrize(
    ("urgency", "wait"),
    [
        (w.Urgency.TONIGHT, 0),
        (w.Urgency.WITHIN_72_HOURS, 3),
        (w.Urgency.PLANNED, 14),
        (None, 0),
    ],
)
def test_beds_must_open_before_the_urgency_runs_out(urgency, wait):
    person = referral(urgency=urgency)
    assert verdict("opening", person, None, pool(available_from=day(wait))) is PASS
    assert verdict("opening", person, None, pool(available_from=day(wait + 1))) is FAIL


def test_the_recorded_day_comes_before_the_urgency_and_overdue_is_today():
    person = referral(urgency=w.Urgency.TONIGHT, needed_by=day(5))
    assert verdict("opening", person, None, pool(available_from=day(5))) is PASS
    assert verdict("opening", person, None, pool(available_from=day(6))) is FAIL
    overdue = referral(needed_by=day(-3))
    assert verdict("opening", overdue, None, pool(available_from=TODAY)) is PASS
    assert verdict("opening", overdue, None, pool(available_from=day(1))) is FAIL


def test_no_announced_opening_is_open_now():
    assert verdict("opening", referral(), None, pool()) is PASS
    late = pool(available_from=day(2))
    assert sentence("opening", referral(), None, late) == (
        "Opens on 5 Nov 2026; this young person needs a bed by 3 Nov 2026."
    )


@pytest.mark.parametrize(
    ("hours", "expected"), [(0, PASS), (24, PASS), (25, UNKNOWN), (24.9, PASS), (-3, PASS)]
)
def test_news_is_stale_after_whole_hours(hours, expected):
    assert verdict("freshness", None, None, pool(as_of=ago(hours=hours))) is expected


def test_unconfirmed_news_is_asked_about_and_never_fails():
    assert verdict("freshness", None, None, pool()) is UNKNOWN
    assert sentence("freshness", None, None, pool(beds_available=2, as_of=ago(hours=30))) == (
        "Ask whether 2 beds are free still: the vacancy was last confirmed 30 hours ago."
    )
    assert sentence("freshness", None, None, pool(as_of=ago(days=40))) == (
        "Ask how many beds are free: the vacancy was last confirmed on 24 Sep 2026."
    )
