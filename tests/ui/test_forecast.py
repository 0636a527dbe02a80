"""The weeks to come on the screen: chart, sentence and table say the same."""

import re
import shutil
from datetime import date, timedelta

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from matching.domain.access import Actor, Role
from matching.insight import forecast as fc
from matching.insight.forecast import Ahead, BackTest, Forecast, Kind, Range, TooShort
from matching.insight.history import Measure, Weeks
from matching.services.desk import Desk
from matching.services.history import note_facts
from matching.services.samples import ensure_sample
from matching.settings import Settings
from matching.store import open_store
from matching.store.repositories.history import DayCount
from matching.ui import forecast_chart
from matching.ui.text import forecast as text
from tests.ui import office

MONDAY = date(2026, 1, 5)
TESTED = BackTest(20, 17, 2.0, 3.0, None)


def drawn(numbers):
    said = fc.forecast(numbers, Kind.ARRIVALS, 52)
    steps = said.steps if isinstance(said, Forecast) else ()
    return forecast_chart.figure(Weeks(MONDAY, tuple(numbers)), steps, "waiting"), steps


def test_past_weeks_are_bars_from_zero_and_weeks_to_come_are_ranges():
    numbers = [5, 7, 6, 9, 4, 8, 6, 7, 5, 9, 6, 8, 7, 6, 5, 8, 7, 9, 6, 5]
    figure, steps = drawn(numbers)
    past, to_come = figure.data
    assert list(past.y) == numbers
    assert past.base is None
    assert list(to_come.base) == [one.range.low for one in steps]
    assert [low + more for low, more in zip(to_come.base, to_come.y, strict=True)] == [
        one.range.high for one in steps
    ]
    assert list(to_come.x) == [len(numbers) + k for k in range(len(steps))]
    assert figure.layout.yaxis.range[0] == 0


def test_an_unknown_week_is_marked_and_no_week_of_zero():
    figure, _ = drawn([5, None, 0, 3])
    bars, marks = figure.data
    assert list(bars.x) == [0, 2, 3]
    assert list(marks.x) == [1]
    assert set(marks.text) == {"?"}


def test_no_line_runs_into_the_future():
    figure, _ = drawn([6] * 30)
    assert {trace.type for trace in figure.data} == {"bar"}


def test_the_chart_keeps_to_half_a_year():
    figure, steps = drawn([6] * 80)
    assert len(figure.data[0].x) == forecast_chart.PAST
    assert len(steps) == fc.AHEAD


def test_how_often_the_range_held_is_said_in_words():
    assert text.held(TESTED) == (
        "In the past 20 weeks the true number lay in the range made as the week began 17 times "
        "(16 expected)."
    )
    assert "once" in text.held(BackTest(8, 1, 1.0, 1.0, None))


def test_a_simple_guess_that_does_as_well_is_named():
    assert "did no worse" in text.yardsticks(BackTest(20, 17, 3.0, 2.0, None))
    assert "did no worse" not in text.yardsticks(TESTED)
    assert "a year ago by 1.0" in text.yardsticks(BackTest(20, 17, 2.0, 3.0, 1.0))


def test_a_history_too_short_says_how_much_is_needed():
    assert text.short(TooShort(3)).startswith(
        "Not enough history yet: 3 of 16 weeks are known."
    )
    assert "last full week" in text.short(TooShort(30, 31, last_known=False))


def test_why_ranges_end_is_said():
    one = Forecast((Ahead(1, Range(1, 2), TESTED),), None, 20)
    assert text.further(one).startswith("Ranges reach 1 week ahead")


def section(role):
    import dataclasses

    from matching.domain.access import Actor, Role
    from matching.ui import forecast, session

    at = dataclasses.replace(session.desk(), actor=Actor("tester", Role(role)))
    forecast.show(at)


@pytest.fixture(scope="module")
def records(sqlite_template, tmp_path_factory):
    """A record as on the first day, and one kept for 40 weeks."""
    folder = tmp_path_factory.mktemp("forecast")
    first, kept = folder / "first.db", folder / "kept.db"
    shutil.copy(sqlite_template, first)
    store = open_store(f"sqlite:///{first}")
    desk = Desk(store, Actor("x", Role.LOCAL), Settings(database_url="sqlite:///unused.db"))
    ensure_sample(desk)
    with store.transaction() as record:
        record.history.clear()
        note_facts(record, desk, desk.clock())
    store.close()
    shutil.copy(first, kept)
    store = open_store(f"sqlite:///{kept}")
    draw = np.random.default_rng(2)
    now = desk.local(desk.clock()).date()
    with store.transaction() as record:
        for measure, every in ((Measure.LISTED, 7), (Measure.REFERRED, 1), (Measure.FREE, 2)):
            rows = [
                DayCount(
                    day=now - timedelta(days=ago),
                    measure=measure.value,
                    category=category,
                    count=int(draw.poisson(3)) + (20 if measure is Measure.FREE else 0),
                    unknown=0,
                )
                for ago in range(0, 281, every)
                for category in (("", "type:safe_house") if measure is Measure.FREE else ("",))
            ]
            record.history.set_days(measure, date.min, rows)
    store.close()
    return {"first": first, "kept": kept}


@pytest.fixture
def opened(records, monkeypatch):
    def go(name, role="local"):
        import streamlit as st

        monkeypatch.setenv("DATABASE_URL", f"sqlite:///{records[name]}")
        st.cache_resource.clear()
        app = AppTest.from_function(section, kwargs={"role": role}, default_timeout=60)
        app.run()
        assert not app.exception
        return app

    return go


def test_on_the_first_day_nothing_is_foretold(opened):
    app = opened("first")
    said = office.said(app)
    assert "No forecast yet: the history is too short" in said
    assert said.count("Not enough history yet: 0 of 16 weeks") == 2
    assert office.charts(app) == []


def test_the_table_has_the_numbers_of_the_chart(opened):
    app = opened("kept")
    said = office.said(app)
    assert re.search(
        r"This week \d+ to \d+ people are likely to be referred, and \d+ to \d+ beds", said
    )
    assert "times (16 expected)" in said
    people, beds = office.tables(app)
    for table, figure in zip((people, beds), office.charts(app), strict=True):
        to_come = [row[1] for row in table if " to " in row[1]]
        shown = [one[1] for one in figure["data"][-1]["customdata"]]
        assert to_come == shown[::-1]
        past = [int(row[1]) for row in table if row[1].isdigit()]
        assert len(past) >= forecast_chart.PAST


def test_beds_of_one_type_can_be_chosen(opened):
    app = opened("kept")
    app.selectbox(key="forecast-kind").set_value("safe_house").run()
    assert not app.exception
    assert "beds (safe house) likely" in office.said(app)


def test_a_manager_sees_no_week_of_people(opened):
    app = opened("kept", "manager")
    said = office.said(app)
    assert "In the 4 weeks from this one" in said
    assert text.PEOPLE not in said
    assert len(office.charts(app)) == 1
    months = office.tables(app)[0]
    assert all(re.fullmatch(r"\w{3} \d{4}", row[0]) for row in months)
    assert not [row for row in months if re.fullmatch(r"[1-9]|10", row[1])]
