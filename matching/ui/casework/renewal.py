"""The plan made again after an answer, in the background, and what that changed."""

from __future__ import annotations

import streamlit as st

from matching.domain.access import Action, allows
from matching.domain.errors import MatchingError
from matching.engine.effort import Effort
from matching.engine.solve import Progress
from matching.services.desk import Desk
from matching.services.jobs import GivenUp, Job
from matching.services.matching import latest_run, run_plan
from matching.services.renewing import Renewal, renew
from matching.ui import components as ui
from matching.ui import deciding, session, work
from matching.ui.casework import said
from matching.ui.text import calls as text

_WORK, _DONE = "renewal", "renewal-done"


def ask() -> None:
    """Make the plan again with the next run; for a widget's callback."""
    st.session_state["renewal-asked"] = True


def ask_once(about: object) -> None:
    """Make the plan again while this page is drawn, once for each state of the record.

    Parameters
    ----------
    about : object
        Tells one state from another: what could not be made once is not tried again.
    """
    if st.session_state.get("renewal-tried") != about:
        st.session_state["renewal-tried"] = about
        ask()


def forget() -> None:
    """Say no more what changed; for a widget's callback."""
    st.session_state.pop(_DONE, None)


def draw(at: Desk) -> bool:
    """Make the plan again where something was done that moves it, and tell what changed.

    Parameters
    ----------
    at : Desk

    Returns
    -------
    bool
        Whether the plan is being made.
    """
    asked = st.session_state.pop("renewal-asked", False) or said.moved()
    if asked and allows(at.actor.role, Action.RUN_PLAN):
        forget()
        work.stop_all()
        job = Job(lambda progress, effort: _made(at, progress, effort))
        work.keep(_WORK, (), job)
    found: Job[Renewal | None] | None = work.kept(_WORK, ())
    with st.container(key="renewal"):
        if found is not None and found.running:
            work.follow(found, _WORK, _WORDS)
            return True
        if found is not None:
            _take(at, found)
        _tell()
    return False


def _made(at: Desk, progress: Progress, effort: Effort) -> Renewal | None:
    """Make the plan again, or the first one."""
    if latest_run(at) is None:
        run_plan(at, progress=progress, effort=effort)
        return None
    return renew(at, progress=progress, effort=effort)


_WORDS = work.Words(
    doing=text.RENEWING,
    stop=text.RENEW_STOP,
    give_up=text.RENEW_LATER,
    stopping=text.RENEW_STOPPING,
)


def _take(at: Desk, job: Job[Renewal | None]) -> None:
    """Keep what came of it, and draw the page again with the new plan."""
    try:
        done = job.result()
        st.session_state[_DONE] = done
        if done is not None:
            session.remember(at, done.saved)
    except GivenUp:
        forget()
    except MatchingError as error:
        st.session_state[_DONE] = error
    finally:
        work.forget(_WORK)


def _tell() -> None:
    done = st.session_state.get(_DONE)
    if isinstance(done, MatchingError):
        ui.box(done.sentence(), "warn", text.RENEW_FAILED, status=True)
    elif isinstance(done, Renewal):
        ui.section(text.CHANGED, " ".join(done.summary))
        deciding.changes(deciding.marked(done.difference))
    else:
        return
    st.button(text.CLOSE_CHANGES, key="renewal-close", type="tertiary", on_click=forget)
