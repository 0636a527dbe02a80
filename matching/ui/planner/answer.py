"""What to do: the actions, before and after, the curve, where to recruit, and what next."""

from __future__ import annotations

from functools import partial

import streamlit as st

from matching.domain.access import Action, allows
from matching.domain.errors import MatchingError
from matching.services.desk import Desk
from matching.services.planner import Planned, export_answer, save_scenario
from matching.services.planner_views import ActionView, PlannerView
from matching.ui import components as ui
from matching.ui import parts
from matching.ui.planner import curve
from matching.ui.text import planner as text


def show(at: Desk, planned: Planned) -> None:
    """Draw an answer."""
    view = planned.view
    ui.note(text.how_sure(view))
    if view.protected:
        ui.box(text.PROTECTED, label=text.PROTECTED_LABEL)
    if not view.actions or not view.helps:
        ui.empty(text.NOTHING_TITLE, text.NOTHING)
    else:
        _actions(view)
        _tiers(view)
        _curve(view)
    _recruits(view)
    if view.actions:
        _save(at, view)
    _export(at, planned)


def _actions(view: PlannerView) -> None:
    ui.section(text.ACTIONS, text.ACTIONS_NOTE)
    columns: list[ui.Column | str] = [
        text.ACTION,
        ui.Column(text.ADDS),
        ui.Column(text.INSTEAD, long=True),
    ]
    if view.samples:
        columns.append(ui.Column(text.OFTEN, number=True))
    rows: list[list[object]] = []
    for one in view.actions:
        words: object = parts.stacked(one.words, text.FOSTER) if one.foster else one.words
        gain = ui.Html(
            f'<span class="sb-whole">{ui.safe(one.adds or text.NOT_WORKED_OUT)}</span>'
        )
        row: list[object] = [words, gain, _instead(one)]
        rows.append([*row, one.often] if view.samples else row)
    ui.table(columns, rows, text.ACTIONS)
    if view.samples:
        ui.note(text.OFTEN_NOTE.format(samples=view.samples))


def _instead(one: ActionView) -> object:
    if not one.instead:
        return ui.soft(text.NONE_INSTEAD)
    items = "".join(
        f"<li>{ui.safe(other.words)} "
        f"{ui.soft(f'({text.AS_GOOD if other.fewer == 0 else text.NEARLY})')}</li>"
        for other in one.instead
    )
    return ui.Html(f'<ul class="sb-list">{items}</ul>')


def _tiers(view: PlannerView) -> None:
    ui.section(text.BEFORE_AFTER)
    if view.protected:
        ui.table(
            [
                text.PRIORITY,
                ui.Column(text.BEFORE, number=True),
                ui.Column(text.CHANGE_PROTECTED),
            ],
            [(one.name, one.before, one.after) for one in view.tiers],
            text.BEFORE_AFTER,
        )
        return
    numbers = (text.WAITING, text.BEFORE, text.AFTER)
    ui.table(
        [text.PRIORITY, *(ui.Column(one, number=True) for one in numbers)],
        [(one.name, one.waiting, one.before, one.after) for one in view.tiers],
        text.BEFORE_AFTER,
    )


def _curve(view: PlannerView) -> None:
    if len(view.points) < 2:
        return
    across = text.SPENT_THINGS if view.ask.money is None else text.SPENT_MONEY
    ui.section(text.finding(view), text.CURVE_NOTE)
    if not view.protected:
        parts.chart(
            curve.figure(view.points, across, text.MORE),
            text.CURVE_ALT.format(gain=view.gain),
            "planner-curve",
        )
    whole = view.ask.actions if view.ask.money is None else view.ask.money
    if view.points[-1].spent < whole:
        ui.note(text.CURVE_STOPPED)
    table = partial(
        ui.table,
        [across, ui.Column(text.MORE, number=True)],
        [(f"{one.spent:,}", one.words) for one in view.points],
        text.CURVE,
    )
    if view.protected:
        table()
        return
    with st.expander(text.CURVE):
        table()


def _recruits(view: PlannerView) -> None:
    ui.section(text.RECRUIT, text.RECRUIT_NOTE)
    useful = [one for one in view.recruits if one.useful]
    if not useful:
        ui.note(text.RECRUIT_NONE)
        return
    columns: list[ui.Column | str] = [
        text.KIND,
        text.COUNTY,
        text.GIVES,
        ui.Column(text.REACH, number=True),
    ]
    ui.table(
        columns,
        [
            (one.kind, one.county, one.gives, one.reach)
            for one in (useful[k] for k in ui.page_of(useful, "planner-recruit", 8))
        ],
        text.RECRUIT,
    )
    ui.pager(useful, "planner-recruit", 8)


def _save(at: Desk, view: PlannerView) -> None:
    if not allows(at.actor.role, Action.SAVE_SCENARIO):
        return
    ui.section(text.SAVE, text.SAVE_NOTE)
    refused = st.session_state.pop("planner-refused", None)
    if isinstance(refused, MatchingError):
        ui.error(refused)
    said = st.session_state.pop("planner-saved", None)
    if said:
        ui.box(text.SAVED.format(name=said), "good", status=True)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(text.NAME, value=text.done(view.done), key="planner-name", width=360)
        st.button(text.SAVE_BUTTON, key="planner-save", on_click=_keep, args=(at, view))


def _keep(at: Desk, view: PlannerView) -> None:
    try:
        saved = save_scenario(at, view, str(st.session_state.get("planner-name", "")))
    except MatchingError as error:
        st.session_state["planner-refused"] = error
    else:
        st.session_state["planner-saved"] = saved.name


def _export(at: Desk, planned: Planned) -> None:
    if not allows(at.actor.role, Action.EXPORT_GAPS):
        return
    ui.note(text.EXPORT_NOTE)
    st.download_button(
        text.EXPORT,
        partial(export_answer, at, planned),
        file_name="planner.xlsx",
        mime="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        key="planner-export",
        on_click="ignore",
    )
