"""The page What if: scenarios built, worked out, and held beside today."""

from __future__ import annotations

from functools import partial

import streamlit as st

from matching.domain.access import Action, allows
from matching.domain.errors import MatchingError
from matching.services.desk import Desk
from matching.services.matching import SavedRun
from matching.services.plan_views import PlanState, plan_state
from matching.services.scenario_export import export_comparison
from matching.services.scenario_runs import start_scenario
from matching.services.scenario_views import MOST_COMPARED, Comparison, compare
from matching.services.scenarios import Scenario, State, scenarios
from matching.ui import components as ui
from matching.ui import navigation, session, work
from matching.ui.text import plan as plan_text
from matching.ui.text import whatif as text
from matching.ui.whatif import beside, build
from matching.ui.whatif import saved as listed

#: Where the work on a scenario is kept, and which scenario it is about.
WORK, _WORKING, _CHOSEN = "whatif", "whatif-working", "whatif-chosen"


def show() -> None:
    """Draw the page."""
    at = session.desk()
    state = plan_state(at)
    sees_cases = allows(at.actor.role, Action.SEE_CASES)
    if state is None or state.moved:
        ui.head(text.PAGE, text.NO_PLAN_SENTENCE)
        ui.empty(text.NO_PLAN_TITLE, text.NO_PLAN if sees_cases else text.NO_PLAN_COUNTS)
        if sees_cases and st.button(text.TO_PLAN, type="primary", key="whatif-to-plan"):
            navigation.go("plan")
        return
    build.clear_if_saved()
    run = session.current_run(at) if sees_cases else None
    all_ = scenarios(at)
    ready = [one for one in all_ if one.state is State.READY]
    found = _compared(at, state, run, ready)
    ui.head(text.PAGE, text.sentence(found), ui.as_of(at, found.as_of, text.source(found)))
    ui.html(f'<p style="max-width: 46rem">{ui.soft(text.LEAD)}</p>')
    busy = _working(at, state, run, all_)
    if ready:
        _choose(ready)
    if ready or all_:
        beside.show(found)
    if len(found.columns) > 1:
        _export(at, found, run)
    listed.show(at, all_, _begin, busy=busy)
    build.show(at, all_, _begin)


def _begin(number: int) -> None:
    st.session_state[_WORKING] = number
    st.session_state["whatif-asked"] = True


def _chosen(ready: list[Scenario]) -> list[int]:
    """Return the scenarios that stand beside today: those chosen, else the newest."""
    there = {one.number for one in ready}
    if not there:
        return []
    kept = st.session_state.get(_CHOSEN)
    if isinstance(kept, list):
        st.session_state[_CHOSEN] = [number for number in kept if number in there]
    else:
        st.session_state[_CHOSEN] = [one.number for one in ready[:1]]
    return list(st.session_state[_CHOSEN])


def _compared(
    at: Desk, state: PlanState, run: SavedRun | None, ready: list[Scenario]
) -> Comparison:
    numbers = _chosen(ready)
    by_number = {one.number: one for one in ready}
    about = (
        state.number,
        at.store.data_version(),
        *((n, by_number[n].name, by_number[n].worked_at) for n in numbers),
    )

    def make() -> Comparison:
        with st.spinner(text.COMPARING):
            return compare(at, numbers, run)

    return session.once(at, "whatif-beside", about, make)


def _choose(ready: list[Scenario]) -> None:
    names = {one.number: one.name for one in ready}
    st.multiselect(
        text.CHOOSE,
        list(names),
        format_func=names.__getitem__,
        max_selections=MOST_COMPARED,
        key=_CHOSEN,
        help=text.CHOOSE_HELP,
    )


def _working(
    at: Desk, state: PlanState, run: SavedRun | None, all_: tuple[Scenario, ...]
) -> bool:
    """Draw the work on a scenario; tell whether it goes on."""
    number = st.session_state.get(_WORKING)
    one = next((one for one in all_ if one.number == number), None)
    if one is None:
        return False
    about = (state.number, number)
    asked = st.session_state.pop("whatif-asked", False)
    job = work.kept(WORK, about)
    try:
        if asked:
            work.stop_all()
            job = work.keep(WORK, about, start_scenario(at, one.number, run))
        if job is None:
            return False
        if job.running:
            work.follow(job, WORK, _words(one))
            return True
        done = job.result()
    except MatchingError as error:
        _forget()
        ui.error(error)
        return False
    except Exception:
        _forget()
        raise
    _forget()
    _next(done.number)
    return False


def _next(number: int) -> None:
    """Draw the page again with a scenario beside today that was just worked out."""
    kept = [one for one in st.session_state.get(_CHOSEN, []) if one != number]
    st.session_state["whatif-next"] = [*kept, number][-MOST_COMPARED:]
    st.rerun()


def _forget() -> None:
    work.forget(WORK)
    st.session_state.pop(_WORKING, None)


def _words(one: Scenario) -> work.Words:
    return work.Words(
        doing=text.WORKING.format(name=one.name),
        stop=text.STOP,
        give_up=text.GIVE_UP,
        stopping=text.STOPPING,
        stages=plan_text.STAGES,
    )


def _export(at: Desk, found: Comparison, run: SavedRun | None) -> None:
    if not allows(at.actor.role, Action.EXPORT_GAPS):
        return
    numbers = [column.number for column in found.columns if column.number is not None]
    ui.note(text.EXPORT_NOTE)
    st.download_button(
        text.EXPORT,
        partial(export_comparison, at, numbers, run),
        file_name="what-if.xlsx",
        mime="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        key="whatif-export",
        on_click="ignore",
    )


def _take_next() -> None:
    """Choose the scenario just worked out, before the widget of the choice is drawn."""
    following = st.session_state.pop("whatif-next", None)
    if following is not None:
        st.session_state[_CHOSEN] = following


_take_next()
show()
