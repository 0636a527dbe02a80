"""What can be said to somebody without a place: who competes, and who stands before whom."""

from __future__ import annotations

import streamlit as st

from matching.domain.errors import MatchingError
from matching.services.desk import Desk
from matching.services.jobs import Job
from matching.services.matching import SavedRun
from matching.services.promises import PromiseView, promise_to
from matching.ui import components as ui
from matching.ui import work
from matching.ui.text import case as text
from matching.ui.text import common

#: Name of the work on it.
WORK = "promise"
#: Seconds of it, where people are tied and a search has to answer; and when asked for.
SECONDS, LONG_SECONDS = 10.0, 120.0

_WORDS = work.Words(
    doing=text.PROMISE_WORKING, stop=text.OTHERS_STOP, stopping=text.OTHERS_STOPPING
)


def draw(at: Desk, saved: SavedRun, case: str) -> bool:
    """Draw who competes for the same beds, and whether anybody was passed over.

    Returns
    -------
    bool
        Whether it is still being worked out.
    """
    about = (saved.number, case)
    asked = st.session_state.pop("promise-asked", False)
    job = work.kept(WORK, about)
    if job is None or (asked and not job.running):
        started = Job(
            lambda _, effort: promise_to(at, saved, case, effort=effort),
            seconds=LONG_SECONDS if asked else SECONDS,
        )
        job = work.keep(WORK, about, started)
    ui.section(text.PROMISE)
    if job.running:
        work.follow(job, WORK, _WORDS)
        return True
    try:
        found = job.result()
    except MatchingError as error:
        ui.error(error)
        return False
    except Exception:
        work.forget(WORK)
        raise
    _said(saved, found)
    return False


def _ask() -> None:
    st.session_state["promise-asked"] = True


def _said(saved: SavedRun, found: PromiseView) -> None:
    ui.box(" ".join(found.sentences), "warn" if found.holds is False else "note")
    if found.holds is None:
        st.button(text.PROMISE_ASK, key="promise-ask", on_click=_ask)
    if len(found.people) > 1:
        names = {p.provider_id: p.name for p in saved.run.problem.provider_records}
        places = [names.get(one) or one for one in found.providers]
        with st.expander(text.PROMISE_WHO):
            ui.facts(
                [
                    (text.PROMISE_PEOPLE, common.listed(found.people)),
                    (text.PROMISE_PLACES, common.listed(places)),
                    *(
                        [(text.PROMISE_LATER, common.listed(found.later))]
                        if found.later
                        else []
                    ),
                ]
            )
