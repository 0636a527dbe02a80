"""The page Gaps: why people have no place, where, what there is, and what will lapse."""

from __future__ import annotations

from functools import partial

import streamlit as st

from matching.domain.access import Action, allows
from matching.services.desk import Desk
from matching.services.gap_exports import export_brief, export_gaps
from matching.services.gap_views import (
    GapsView,
    gaps_view,
    open_gaps,
    supply_view,
)
from matching.services.matching import SavedRun
from matching.services.plan_views import PlanState, plan_state
from matching.ui import components as ui
from matching.ui import forecast, gap_map_section, lapses, navigation, session
from matching.ui.gaps import beds, where, why
from matching.ui.text import gaps as text


def show() -> None:
    """Draw the page."""
    at = session.desk()
    state = plan_state(at)
    sees_cases = allows(at.actor.role, Action.SEE_CASES)
    saved = session.current_run(at) if state and sees_cases else None
    view = _view(at, saved) if saved else _counts(at, state)
    if view is None:
        ui.head(text.PAGE, text.NO_PLAN_SENTENCE)
        ui.empty(text.NO_PLAN_TITLE, text.NO_PLAN if sees_cases else text.NO_PLAN_COUNTS)
        if sees_cases and st.button(text.TO_PLAN, type="primary", key="gaps-to-plan"):
            navigation.go("plan")
        beds.show(at, supply_view(at))
        return
    ui.head(text.PAGE, text.sentence(view), ui.as_of(at, view.as_of, text.source(view)))
    ui.html(f"<p>{ui.soft(text.DEFINITION)}</p>")
    if view.protected:
        ui.box(text.PROTECTED, label=text.PROTECTED_LABEL)
    _part(at, view, saved)
    _export(at, saved)


def _part(at: Desk, view: GapsView, saved: SavedRun | None) -> None:
    """Draw the part of the page that was chosen; the others cost nothing."""
    chosen = st.segmented_control(
        text.PART,
        list(text.PARTS),
        format_func=text.PARTS.__getitem__,
        default="why",
        required=True,
        key="gaps-part",
        label_visibility="collapsed",
    )
    if chosen == "where":
        gap_map_section.show(at, saved)
        if view.cross is not None and view.without.count:
            where.cross(view.cross)
    elif chosen == "beds":
        beds.show(at, supply_view(at, saved))
    elif chosen == "lapses":
        lapses.show(at)
    elif chosen == "weeks":
        forecast.show(at)
    else:
        why.show(at, view, saved)


def _view(at: Desk, saved: SavedRun) -> GapsView:
    """Return what the page shows, worked out once for each plan."""
    about = (saved.number, saved.data_version)

    def made() -> GapsView:
        with st.spinner(text.COUNTING):
            return session.of_plan(at, "gaps-view", about, lambda: gaps_view(at, saved))

    return session.once(at, "gaps-view", about, made)


def _counts(at: Desk, state: PlanState | None) -> GapsView | None:
    """Return protected counts for those who may not see cases."""
    if state is None or state.moved or allows(at.actor.role, Action.SEE_CASES):
        return None
    return session.lately(at, "gaps-counts", session.newest(at), lambda: open_gaps(at))


def _export(at: Desk, saved: SavedRun | None) -> None:
    if not allows(at.actor.role, Action.EXPORT_GAPS):
        return
    ui.html(f"<p>{ui.soft(text.EXPORT_NOTE)}</p>")
    with st.container(horizontal=True, gap="small"):
        st.download_button(
            text.EXPORT,
            partial(export_gaps, at, saved),
            file_name="gaps.xlsx",
            mime="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            key="gaps-export",
            on_click="ignore",
        )
        st.download_button(
            text.BRIEF,
            partial(export_brief, at, saved),
            file_name="gaps-brief.html",
            mime="text/html",
            key="gaps-brief",
            on_click="ignore",
        )


show()
