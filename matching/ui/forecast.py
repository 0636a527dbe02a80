"""What may come in the next weeks, on the page Gaps: ranges, and how such ranges did."""

from __future__ import annotations

import streamlit as st

from matching.insight.forecast import Forecast, TooShort
from matching.services.desk import Desk
from matching.services.outlook import ByMonth, Outlook, Series, outlook
from matching.ui import components as ui
from matching.ui import forecast_chart, parts, session
from matching.ui.text import common
from matching.ui.text import forecast as text

#: Past weeks in the table.
ROWS = 52


def show(at: Desk) -> None:
    """Draw the section.

    Parameters
    ----------
    at : Desk
    """
    heading = st.container()
    kind = str(st.session_state.get("forecast-kind") or "")
    view = _view(at, kind)
    with heading:
        ui.section(text.title(view), ui.as_of(at, view.as_of, text.METHOD))
    if view.undated:
        ui.part(text.PEOPLE)
        ui.box(text.UNDATED)
    elif view.months is not None:
        _months(view.months)
    elif view.people is not None:
        _people(view.people)
    _beds(view)


def _view(at: Desk, kind: str) -> Outlook:
    moment = at.local(at.clock())
    about = (f"{moment:%Y-%m-%d %H}", session.version(at), kind)
    return session.lately(at, "outlook", about, lambda: outlook(at, kind))


def _people(series: Series) -> None:
    ui.part(text.PEOPLE)
    if isinstance(series.said, TooShort):
        ui.box(text.short(series.said))
        return
    _chart(series, series.said, "waiting", text.PEOPLE_ALT, "forecast-people")
    _said(series.said)
    if together := text.together(series.said):
        ui.note(together)
    _table(series, series.said, text.PEOPLE, text.COLUMN_PEOPLE)


def _months(found: ByMonth) -> None:
    ui.part(text.PEOPLE_MONTHS, text.MONTHS_NOTE if found.months else "")
    said = text.by_month(found)
    if found.together is None:
        ui.box(said)
    else:
        ui.note(said)
    if found.months:
        with st.expander(text.MONTHS_TABLE):
            ui.table(
                (text.MONTH, ui.Column(text.COLUMN_PEOPLE, number=True)),
                [(text.month(first), cell.text) for first, cell in reversed(found.months)],
                text.PEOPLE_MONTHS,
            )


def _beds(view: Outlook) -> None:
    ui.part(text.BEDS)
    if view.kinds:
        with st.container(key="narrow-forecast-kind"):
            st.selectbox(
                text.KIND,
                ["", *view.kinds],
                format_func=lambda one: text.kind(one) or text.EVERY_KIND,
                key="forecast-kind",
            )
    said = view.beds.said
    if isinstance(said, TooShort):
        ui.box(text.short(said))
        return
    _chart(view.beds, said, "ready", text.BEDS_ALT, "forecast-beds")
    _said(said)
    if unsaid := text.unsaid(view.unsaid):
        ui.note(unsaid)
    _table(view.beds, said, text.BEDS, text.COLUMN_BEDS)


def _chart(series: Series, said: Forecast, shades: str, alt: str, key: str) -> None:
    parts.chart(forecast_chart.figure(series.weeks, said.steps, shades), alt, key)


def _said(said: Forecast) -> None:
    """Say how such ranges did in the past."""
    first = said.steps[0].tested
    told = [text.held(first), text.yardsticks(first), text.further(said)]
    ui.note(" ".join(one for one in told if one))


def _table(series: Series, said: Forecast, what: str, column: str) -> None:
    weeks = series.weeks
    end = len(weeks.numbers)
    to_come = [
        (common.day(weeks.monday(end - 1 + one.steps)), text.span(one.range))
        for one in reversed(said.steps)
    ]
    past = [
        (
            common.day(weeks.monday(k)),
            text.NOT_KNOWN if (number := weeks.numbers[k]) is None else f"{number:,}",
        )
        for k in range(end - 1, max(0, end - ROWS) - 1, -1)
    ]
    with st.expander(text.TABLE):
        ui.table(
            (text.COLUMNS_WEEK, ui.Column(column, number=True)),
            [*to_come, *past],
            text.caption(what),
        )
