"""The page Planner: what would give most people a place within a budget."""

from __future__ import annotations

import streamlit as st

from matching.domain.access import Action, allows
from matching.domain.errors import MatchingError
from matching.insight.planner import Ask
from matching.services.desk import Desk
from matching.services.jobs import Job
from matching.services.plan_views import PlanState, plan_state
from matching.services.planner import Planned, start_answer
from matching.services.planner_choices import places
from matching.ui import components as ui
from matching.ui import navigation, session, work
from matching.ui.planner import answer, budget, next_bed
from matching.ui.text import planner as text

#: Name of the work on it.
WORK = "planner"

_WORDS = work.Words(doing=text.WORKING, stop=text.STOP, stopping=text.STOPPING, tells=True)


def show() -> None:
    """Draw the page."""
    at = session.desk()
    state = plan_state(at)
    sees_cases = allows(at.actor.role, Action.SEE_CASES)
    if state is None or state.moved:
        ui.head(text.PAGE, text.NO_PLAN_SENTENCE)
        ui.empty(text.NO_PLAN_TITLE, text.NO_PLAN if sees_cases else text.NO_PLAN_COUNTS)
        if sees_cases and st.button(text.TO_PLAN, type="primary", key="planner-to-plan"):
            navigation.go("plan")
        return
    job = _job(at, state)
    planned = _result(job)
    if planned is None:
        ui.head(text.PAGE, text.ASK_SENTENCE)
        ui.html(f'<p style="max-width: 46rem">{ui.soft(text.LEAD)}</p>')
    else:
        view = planned.view
        ui.head(text.PAGE, text.sentence(view), ui.as_of(at, view.as_of, text.source(view)))
    left, right = st.columns([1, 3], gap="large")
    with left:
        busy = job is not None and job.running
        asked = budget.form(places(at), again=planned is not None, busy=busy)
    if asked is not None:
        _begin(at, state, asked)
    with right:
        if job is not None and job.running:
            work.follow(job, WORK, _WORDS)
        elif planned is not None:
            answer.show(at, planned)
        else:
            _refused(job)
        if job is None or not job.running:
            next_bed.show(at, state)


def _about(at: Desk, state: PlanState) -> tuple[object, ...]:
    return state.number, at.store.data_version(), at.actor.name


def _job(at: Desk, state: PlanState) -> Job[Planned] | None:
    return work.kept(WORK, _about(at, state))


def _result(job: Job[Planned] | None) -> Planned | None:
    """Return the answer, if the work is done and came to one."""
    if job is None or job.running:
        return None
    try:
        return job.result()
    except MatchingError:
        return None
    except Exception:
        work.forget(WORK)
        raise


def _refused(job: Job[Planned] | None) -> None:
    """Say why there is no answer, or that none was asked for."""
    refused = st.session_state.pop("planner-not-begun", None)
    try:
        if job is not None:
            job.result()
    except MatchingError as error:
        refused = error
    if isinstance(refused, MatchingError):
        ui.error(refused)
        return
    ui.empty(text.EMPTY_TITLE, text.EMPTY)


def _begin(at: Desk, state: PlanState, asked: Ask) -> None:
    """Start the work, in the place of any other, and draw the page again."""
    work.stop_all()
    saved = session.current_run(at) if allows(at.actor.role, Action.SEE_CASES) else None
    try:
        work.keep(WORK, _about(at, state), start_answer(at, asked, saved))
    except MatchingError as error:
        work.forget(WORK)
        st.session_state["planner-not-begun"] = error
    st.rerun()


show()
