"""The page Fairness: who waits, travels or goes without, and what each aim does to them."""

from __future__ import annotations

from functools import partial

import streamlit as st

from matching.domain.access import Action, allows
from matching.services.desk import Desk
from matching.services.fairness import (
    export_fairness,
    fairness_view,
    open_fairness,
    recorded_state,
)
from matching.services.fairness_record import RecordView, record_view
from matching.services.fairness_views import FairnessView
from matching.services.matching import SavedRun
from matching.services.plan_views import PlanState, plan_state
from matching.ui import components as ui
from matching.ui import navigation, session
from matching.ui.fairness import aims, equity, groups, record
from matching.ui.text import fairness as text


def show() -> None:
    """Draw the page."""
    at = session.desk()
    at.require(Action.SEE_FAIRNESS)
    state = plan_state(at)
    sees_cases = allows(at.actor.role, Action.SEE_CASES)
    saved = session.current_run(at) if state and sees_cases else None
    known = recorded_state(at)
    view = _view(at, saved, known) if saved else _counts(at, state, known)
    if view is None:
        ui.head(text.PAGE, text.NO_PLAN_SENTENCE)
        ui.empty(text.NO_PLAN_TITLE, text.NO_PLAN if sees_cases else text.NO_PLAN_COUNTS)
        if sees_cases and st.button(text.TO_PLAN, type="primary", key="fairness-to-plan"):
            navigation.go("plan")
        return
    ui.head(text.PAGE, text.sentence(view), ui.as_of(at, view.as_of, text.source(view)))
    ui.html(f"<p>{ui.soft(text.DEFINITION)}</p>")
    if view.protected:
        ui.box(text.protected(view), label=text.PROTECTED_LABEL)
    _part(at, view, saved, known)


def _part(at: Desk, view: FairnessView, saved: SavedRun | None, known: tuple[int, str]) -> None:
    """Draw the part of the page that was chosen; the others cost nothing."""
    may = allows(at.actor.role, Action.RECORD_EQUITY)
    chosen = st.segmented_control(
        text.PART,
        [one for one in text.PARTS if one != "race" or may],
        format_func=text.PARTS.__getitem__,
        default="groups",
        required=True,
        key="fairness-part",
        label_visibility="collapsed",
    )
    if chosen == "aims":
        aims.show(at, view, saved, known)
    elif chosen == "record":
        _record(at, view, saved)
    elif chosen == "race" and may:
        equity.show(at)
    else:
        groups.show(view)
        _export(at, saved)


def _view(at: Desk, saved: SavedRun, known: tuple[int, str]) -> FairnessView:
    """Return what the page shows, worked out once for each plan."""
    about = (saved.number, saved.data_version, at.actor.role, known)

    def made() -> FairnessView:
        with st.spinner(text.COUNTING):
            return session.of_plan(at, "fairness-view", about, lambda: fairness_view(at, saved))

    return session.once(at, "fairness-view", about, made)


def _record(at: Desk, view: FairnessView, saved: SavedRun | None) -> None:
    with at.store.reading() as reading:
        last = reading.audit.head().seq

    about = (view.number, at.actor.role, last)

    def made() -> RecordView | None:
        with st.spinner(text.COUNTING):
            return session.lately(at, "fairness-record", about, lambda: record_view(at, saved))

    found = session.once(at, "fairness-record", about, made)
    if found is not None:
        record.show(found)


def _counts(at: Desk, state: PlanState | None, known: tuple[int, str]) -> FairnessView | None:
    """Return protected counts for those who may not see cases."""
    if state is None or state.moved or allows(at.actor.role, Action.SEE_CASES):
        return None
    about = (*session.newest(at), known)
    return session.lately(at, "fairness-counts", about, lambda: open_fairness(at))


def _export(at: Desk, saved: SavedRun | None) -> None:
    if not allows(at.actor.role, Action.EXPORT_GAPS):
        return
    ui.note(text.EXPORT_NOTE)
    st.download_button(
        text.EXPORT,
        partial(export_fairness, at, saved),
        file_name="fairness.xlsx",
        mime="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        key="fairness-export",
        on_click="ignore",
    )


show()
