"""What may come: from the history alone, protected for those without cases."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from matching.domain.access import Actor, Role
from matching.domain.casework import Case, CaseState
from matching.domain.errors import PermissionDenied
from matching.insight.forecast import NEEDED, Forecast, TooShort
from matching.insight.history import ALL, Measure, monday
from matching.services.history import note_people
from matching.services.outlook import COARSE, outlook
from matching.services.retention import delete_case
from matching.store.repositories.history import DayCount
from tests.builders import known_referral
from tests.services.planned import HOMES, POOLS, desk_at, office, set_record


@pytest.fixture
def desk(sqlite_store):
    return desk_at(sqlite_store)


@pytest.fixture
def manager(desk):
    return replace(desk, actor=Actor("m", Role.MANAGER))


def today(desk):
    return desk.local(desk.clock()).date()


def put(desk, measure, days, category=ALL, unknown=0):
    """Put counts of days ago on the record."""
    now = today(desk)
    rows = [
        DayCount(
            day=now - timedelta(days=ago),
            measure=measure.value,
            category=category,
            count=number,
            unknown=unknown,
        )
        for ago, number in days.items()
    ]
    with desk.store.transaction() as record:
        record.history.set_days(measure, date.min, rows)


def kept(desk, weeks=40, rate=2.0, seed=3):
    """A record whose lists came every week, with people on most days."""
    draw = np.random.default_rng(seed)
    put(desk, Measure.LISTED, dict.fromkeys(range(0, weeks * 7 + 1, 7), 1))
    arrivals = {ago: int(draw.poisson(rate)) for ago in range(weeks * 7)}
    put(desk, Measure.REFERRED, arrivals)
    put(desk, Measure.FREE, {ago: int(20 + draw.integers(0, 9)) for ago in range(0, 280, 3)})
    return arrivals


def test_weeks_are_those_of_the_history_and_end_before_this_one(desk):
    arrivals = kept(desk)
    weeks = outlook(desk).people.weeks
    start = monday(today(desk))
    assert weeks.monday(len(weeks.numbers)) == start
    for k, number in enumerate(weeks.numbers):
        first = (today(desk) - weeks.monday(k)).days
        days = [arrivals[ago] for ago in range(first - 6, first + 1) if ago in arrivals]
        assert number == (sum(days) if first - 6 >= 1 else None)


def test_ranges_and_how_they_did_are_given(desk):
    kept(desk)
    view = outlook(desk)
    assert isinstance(view.people.said, Forecast)
    assert isinstance(view.beds.said, Forecast)
    assert view.people.said.steps[0].tested.tries == 20
    assert view.months is None


def test_a_short_history_says_how_much_is_needed(desk):
    office(desk)
    view = outlook(desk)
    assert view.people.said == TooShort(0, NEEDED, last_known=view.people.said.last_known)
    assert isinstance(view.beds.said, TooShort)


def test_weeks_since_the_last_list_are_not_known(desk):
    kept(desk)
    put(desk, Measure.LISTED, dict.fromkeys(range(21, 281, 7), 1))
    numbers = outlook(desk).people.weeks.numbers
    assert numbers[-1] is None
    assert numbers[-5] is not None


def test_before_the_first_list_nothing_is_known(desk):
    put(desk, Measure.REFERRED, dict.fromkeys(range(200), 3))
    assert outlook(desk).people.weeks.known == 0


def test_one_type_of_beds_can_be_looked_at(desk):
    kept(desk)
    rows = dict.fromkeys(range(1, 200, 3), 4)
    put(desk, Measure.FREE, rows, "type:safe_house", unknown=2)
    view = outlook(desk, "safe_house")
    assert view.kinds == ("safe_house",)
    assert set(view.beds.weeks.numbers) == {4}
    assert view.unsaid == 2
    assert outlook(desk).beds.weeks.known == 0


def test_beds_that_nobody_spoke_of_are_not_none(desk):
    put(desk, Measure.FREE, dict.fromkeys(range(1, 200, 3), 0), unknown=5)
    assert outlook(desk).beds.weeks.known == 0


def test_those_who_may_not_see_cases_see_months_and_a_coarse_range(manager):
    arrivals = kept(manager, rate=4.0)
    view = outlook(manager)
    assert view.people is None
    found = view.months
    assert found.together.low % COARSE == found.together.high % COARSE == 0
    assert found.together.low > 10
    for first, cell in found.months:
        true = sum(
            number
            for ago, number in arrivals.items()
            if (day := today(manager) - timedelta(days=ago)).year == first.year
            and day.month == first.month
        )
        assert cell.count == true
        assert true > 10


def test_small_numbers_of_people_are_not_shown_to_them(manager):
    kept(manager, rate=0.2)
    found = outlook(manager).months
    assert found.together is None
    assert found.tested is None
    assert found.short is None
    assert any(cell.count is None for _, cell in found.months)
    assert all(
        cell.count is None or cell.count in (0, *range(11, 99)) for _, cell in found.months
    )


def test_people_without_a_date_are_not_made_up(desk):
    people = [known_referral(f"R{k}", received_at=None) for k in range(3)]
    office(desk, people=[*people, known_referral("R9")])
    assert outlook(desk).undated


def test_people_without_a_date_are_asked_of_the_record_and_not_of_the_last_list(desk):
    people = [known_referral(f"R{k}", received_at=None) for k in range(3)]
    office(desk, people=[*people, known_referral("R9")])
    for one in people:
        delete_case(desk, one.referral_id, one.referral_id)
    assert not outlook(desk).undated


def test_people_without_a_date_count_wherever_they_live_now(desk):
    people = [known_referral(f"R{k}", received_at=None) for k in range(3)]
    office(desk, people=[*people, known_referral("R9")])
    now = desk.clock()
    with desk.store.transaction() as record:
        for one in people:
            case = Case(referral_id=one.referral_id, state=CaseState.PLACED, since=now)
            record.cases.put(case, expected=0)
        note_people(record, desk, now)
    # Three of the four who were referred are in no week.
    assert outlook(desk).undated


def test_a_record_of_an_older_version_begins_its_history(desk):
    set_record(desk, HOMES, POOLS, [known_referral("R1")])
    with desk.store.reading() as record:
        assert record.history.is_empty()
    outlook(desk)
    with desk.store.reading() as record:
        assert record.history.rows(Measure.FREE)
    version = desk.store.data_version()
    outlook(desk)
    assert desk.store.data_version() == version


@pytest.mark.parametrize("role", [Role.LICENSING, Role.AUDITOR, Role.ADMIN])
def test_who_may_not_see_gaps_is_refused(desk, role):
    with pytest.raises(PermissionDenied):
        outlook(replace(desk, actor=Actor("x", role)))
