"""The map on the page Gaps: need and supply by county, with its key and its table."""

from __future__ import annotations

from collections import Counter

import streamlit as st

from matching.domain import geography
from matching.domain.shapes import drawing
from matching.insight.disclosure import Mark
from matching.services.desk import Desk
from matching.services.gap_map import CountyLine, GapMap, gap_map
from matching.services.matching import SavedRun
from matching.ui import components as ui
from matching.ui import county_map, parts, session
from matching.ui.county_map import Shade
from matching.ui.text import common
from matching.ui.text import county_map as text
from matching.ui.theme import SHADES

PAGE_ROWS = 15
#: Share of the counties with people that makes one state the map to begin with.
_MAIN = 0.5


def show(at: Desk, saved: SavedRun | None) -> None:
    """Draw the section.

    Parameters
    ----------
    at : Desk
    saved : SavedRun or None
        The plan the page shows; ``None`` for those who may not see cases, who
        are shown protected counts of the plan saved last.
    """
    view = _view(at, saved)
    if view is None:
        return
    if not view.lines:
        ui.section(text.NO_MAP)
        ui.note(text.WITHHELD if view.protected else text.NOBODY)
        if left_out := text.apart(view):
            ui.note(left_out)
        return
    measures = _measures(view)
    heading = st.container()
    measure, states = _chosen(view, measures)
    lines = tuple(one for one in view.lines if one.state in states)
    with heading:
        today = at.local(at.clock()).date()
        people, beds = (
            common.moment(at.local(one), today) for one in (view.as_of, view.supply_at)
        )
        ui.section(text.title(measure, lines), text.moments(people, beds))
        if text.WITHOUT not in measures:
            ui.box(text.WITHHELD)
    _map(view, measure, states, lines)
    if left_out := text.apart(view):
        ui.note(left_out)
    _table(view, measures, states, lines)


def _view(at: Desk, saved: SavedRun | None) -> GapMap | None:
    about = (*session.newest(at), None if saved is None else saved.number)
    return session.lately(at, "gap-map", about, lambda: gap_map(at, saved))


def _measures(view: GapMap) -> tuple[str, ...]:
    people = [
        one
        for one in (text.WITHOUT, text.WAITING)
        if text.cell_of(one, view.lines[0]) is not None
    ]
    return (*people, text.READY, text.LICENSED)


def _chosen(view: GapMap, measures: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """Draw the choices, and return the measure and the states."""
    if st.session_state.get("gap-map-measure") not in measures:
        st.session_state["gap-map-measure"] = measures[0]
    measure = str(
        st.segmented_control(
            text.CHOOSE,
            measures,
            format_func=text.MEASURES.__getitem__,
            key="gap-map-measure",
            required=True,
        )
    )
    if len(view.states) == 1:
        return measure, view.states
    everything = text.every_state(len(view.states))
    options = [everything, *view.states]
    if st.session_state.get("gap-map-states") not in options:
        st.session_state["gap-map-states"] = _first(view) or everything
    with st.container(key="narrow-gap-map-states"):
        chosen = st.selectbox(text.STATES, options, key="gap-map-states")
    return measure, view.states if chosen == everything else (str(chosen),)


def _first(view: GapMap) -> str | None:
    """Return the state that most of the counties with people are in, if one is."""
    people = Counter(
        one.state for one in view.lines if one.without is not None and one.without.count != 0
    )
    main = view.states[0]
    return main if people[main] >= _MAIN * max(1, people.total()) else None


def _map(
    view: GapMap, measure: str, states: tuple[str, ...], lines: tuple[CountyLine, ...]
) -> None:
    plan = drawing(frozenset(states))
    measures = _measures(view)
    shades, order = _shades(measure, lines)
    rest = Shade(text.ZERO)
    where = geography.load()
    tips = {
        one.fips: text.empty_tip(where.name(one.fips), protected=view.protected)
        for one in plan.counties
    }
    tips |= {one.fips: text.tip(measures, one) for one in lines}
    numbers = {
        one.fips: f"{number:,}" for one in lines if (number := text.count_of(measure, one))
    }
    found = Counter(shades.get(one.fips, rest) for one in plan.counties)
    ui.html(
        county_map.key(
            [(shade, text.counties(found[shade])) for shade in order if found[shade]]
        )
    )
    # On a phone the map is less high than the place that Plotly keeps for it.
    st.html(county_map.style(plan, "narrow-gap-map"))
    parts.chart(
        county_map.figure(plan, shades, rest, tips, numbers),
        text.alt(measure, states),
        "gap-map",
    )
    if plan.invented:
        ui.note(text.INVENTED)


def _shades(
    measure: str, lines: tuple[CountyLine, ...]
) -> tuple[dict[str, Shade], list[Shade]]:
    """Return the shade of each county on record, and all shades in the order of the key."""
    ramp = SHADES[measure]
    if st.context.theme.type == "dark":
        ramp = ramp[::-1]
    counts = {one.fips: text.count_of(measure, one) for one in lines}
    cells = [cell for one in lines if (cell := text.cell_of(measure, one)) is not None]
    people = measure in (text.WITHOUT, text.WAITING)
    small = Shade(text.SMALL, ramp[0], "/")
    hides = people and any(cell.mark is not Mark.SHOWN for cell in cells)
    most = max((number for number in counts.values() if number), default=0)
    least = cells[0].threshold + 1 if hides else 1
    starts = county_map.classes(most, len(ramp) - hides, least) if most else ()
    fills = ramp[len(ramp) - len(starts) :] if hides else _spread(ramp, len(starts))
    words = county_map.class_words(starts, most)
    graded = [Shade(said, fill) for said, fill in zip(words, fills, strict=True)]
    zero, unsaid = Shade(text.ZERO), county_map.not_said(text.NOT_SAID)
    large = county_map.hidden(text.HIDDEN)
    out: dict[str, Shade] = {}
    for one in lines:
        number = counts[one.fips]
        if number:
            out[one.fips] = graded[county_map.class_of(number, starts)]
        elif number == 0:
            out[one.fips] = zero
        elif not people:
            out[one.fips] = unsaid
        else:
            cell = text.cell_of(measure, one)
            out[one.fips] = large if cell is not None and text.is_hidden(cell) else small
    return out, [zero, small, *graded, large, unsaid]


def _spread(ramp: tuple[str, ...], number: int) -> tuple[str, ...]:
    """Return as many shades as there are classes, from the lightest to the darkest."""
    if number < 2:
        return ramp[2:3][:number]
    return tuple(ramp[round(k * (len(ramp) - 1) / (number - 1))] for k in range(number))


def _table(
    view: GapMap,
    measures: tuple[str, ...],
    states: tuple[str, ...],
    lines: tuple[CountyLine, ...],
) -> None:
    with st.expander(text.TABLE):
        with st.container(key="narrow-gap-map-order"):
            order = st.selectbox(
                text.ORDER,
                [*measures, text.BY_NAME],
                format_func=lambda one: text.MEASURES.get(one, one),
                key="gap-map-order",
            )
        rows = sorted(lines, key=lambda one: (*_place(order, one), one.name))
        positions = ui.page_of(rows, "gap-map-page", PAGE_ROWS)
        body = [_row(measures, rows[k].name, rows[k]) for k in positions]
        if view.nowhere is not None and positions.stop >= len(rows):
            body.append(_row(measures, text.NOT_KNOWN, view.nowhere))
        ui.table(
            (
                text.COLUMNS,
                *(ui.Column(text.MEASURES[one], number=True) for one in measures),
            ),
            body,
            text.CAPTION,
        )
        ui.pager(rows, "gap-map-page", PAGE_ROWS)
        left = len(drawing(frozenset(states)).counties) - len(lines)
        if left > 0:
            ui.note(text.others(left, protected=view.protected))


def _row(measures: tuple[str, ...], name: str, line: CountyLine) -> tuple[str, ...]:
    return (name, *(text.value(one, line) for one in measures))


def _place(order: str, line: CountyLine) -> tuple[int, int]:
    """Return where a county stands: numbers from the largest, then what is hidden, then 0.

    What is hidden has one place, so that the order gives no number away.
    """
    if order == text.BY_NAME:
        return 0, 0
    number = text.count_of(order, line)
    if number is None:
        return 1, 0
    return (0, -number) if number else (2, 0)
