"""The sample comes with an invented past, and takes it along when it leaves."""

import pytest

from matching.insight.forecast import AHEAD, Forecast
from matching.insight.history import ALL, Measure
from matching.services.history import note_facts, put_past
from matching.services.outlook import outlook
from matching.services.samples import ensure_sample
from matching.services.upload_sample import clear_sample
from tests.services.planned import desk_at


@pytest.fixture
def desk(sqlite_store):
    desk = desk_at(sqlite_store)
    ensure_sample(desk)
    return desk


def test_a_first_look_shows_a_forecast(desk):
    view = outlook(desk)
    for one in (view.people.said, view.beds.said):
        assert isinstance(one, Forecast)
        assert len(one.steps) == AHEAD


def test_types_of_beds_add_up_to_all_on_every_day(desk):
    with desk.store.reading() as record:
        rows = record.history.rows(Measure.FREE)
    for day in {one.day for one in rows}:
        mine = [one for one in rows if one.day == day]
        types = sum(one.count for one in mine if one.category.startswith("type:"))
        assert types == next(one.count for one in mine if one.category == ALL)


def test_the_past_stays_while_the_sample_does_and_leaves_with_it(desk):
    with desk.store.transaction() as record:
        note_facts(record, desk, desk.clock())
        past = len(record.history.rows(Measure.REFERRED))
        assert past > 100
        assert clear_sample(record, desk, desk.clock())
        assert record.history.is_empty()


def test_a_past_takes_the_place_of_no_count(desk):
    today = desk.local(desk.clock()).date()
    with desk.store.transaction() as record:
        before = record.history.rows(Measure.FREE)
        put_past(record, Measure.FREE, {(today, ALL): 9999})
        assert record.history.rows(Measure.FREE) == before
