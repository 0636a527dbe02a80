"""Where one more bed would do most for those who are waiting: asked for, then shown."""

from __future__ import annotations

import streamlit as st

from matching.domain.errors import MatchingError
from matching.services.desk import Desk
from matching.services.jobs import Job
from matching.services.matching import SavedRun
from matching.services.more_beds import BedWorth, best_beds
from matching.ui import components as ui
from matching.ui import work
from matching.ui.text import plan as text

#: Name of the work on it.
WORK = "more-beds"

_WORDS = work.Words(doing=text.BEDS_WORKING)


def _ask() -> None:
    st.session_state["more-beds-asked"] = True


def draw(at: Desk, saved: SavedRun) -> None:
    """Draw the question, or where one more bed would do most."""
    ui.section(text.BEDS, text.BEDS_NOTE)
    about = (saved.number,)
    job = work.kept(WORK, about)
    if st.session_state.pop("more-beds-asked", False) and job is None:
        job = work.keep(WORK, about, Job(lambda _, __: best_beds(at, saved)))
    try:
        if job is None:
            st.button(text.BEDS_ASK, key="more-beds-ask", on_click=_ask)
        elif job.running:
            work.follow(job, WORK, _WORDS)
        else:
            _found(job.result())
    except MatchingError as error:
        ui.error(error)
    except Exception:
        work.forget(WORK)
        raise


def _found(beds: tuple[BedWorth, ...]) -> None:
    if not beds:
        ui.html(f'<p role="status">{ui.safe(text.BEDS_NONE)}</p>')
        return
    items = "".join(
        f"<li>{ui.mark('placed' if one.more else 'proposed', one.sentence)}</li>"
        for one in beds
    )
    ui.html(f'<div role="status"><ul class="sb-list sb-asks">{items}</ul></div>')
