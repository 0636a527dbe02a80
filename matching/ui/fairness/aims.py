"""What each aim does to each group: asked for, worked out in the background, shown."""

from __future__ import annotations

import streamlit as st

from matching.domain.errors import MatchingError
from matching.services.desk import Desk
from matching.services.fairness_effects import AimEffects, AimLine, start_effects
from matching.services.fairness_views import FairnessView
from matching.services.matching import SavedRun
from matching.ui import components as ui
from matching.ui import work
from matching.ui.fairness import groups
from matching.ui.text import fairness as page
from matching.ui.text import fairness_parts as text

WORK = "fairness-aims"

_WORDS = work.Words(
    doing=text.AIMS_DOING,
    stop=text.AIMS_STOP,
    stopping=text.AIMS_STOPPING,
    tells=True,
)


def _ask() -> None:
    st.session_state["fairness-aims-asked"] = True


def show(at: Desk, view: FairnessView, saved: SavedRun | None, state: tuple[int, str]) -> None:
    """Draw the question, the work, or what each aim does.

    Parameters
    ----------
    at : Desk
    view : FairnessView
    saved : SavedRun or None
        ``None`` for those who see protected counts only.
    state : tuple
        What tells one state of race and tribal status from another.
    """
    ui.section(text.AIMS, text.AIMS_NOTE)
    about = (view.number, at.actor.name, at.actor.role, state)
    job = work.kept(WORK, about)
    try:
        if st.session_state.pop("fairness-aims-asked", False):
            work.stop_all()
            job = work.keep(WORK, about, start_effects(at, view, saved))
        if job is None:
            st.button(text.AIMS_ASK, key="fairness-aims-ask", on_click=_ask, type="primary")
        elif job.running:
            work.follow(job, WORK, _WORDS)
        else:
            _found(view, job.result())
    except MatchingError as error:
        work.forget(WORK)
        ui.error(error)
        st.button(text.AIMS_ASK, key="fairness-aims-ask", on_click=_ask, type="primary")
    except Exception:
        work.forget(WORK)
        raise


def _found(view: FairnessView, found: AimEffects) -> None:
    if not view.tables:
        ui.box(page.WITHHELD)
        return
    table = groups.choose(view)
    if table.restricted:
        ui.box(page.RESTRICTED, label=page.RESTRICTED_LABEL)
    ui.html(f'<p role="status">{ui.safe(text.aims_sentence(found, table.title))}</p>')
    ui.table(
        (
            text.AIM_COLUMNS[0],
            *(ui.Column(title, long=True) for title in text.AIM_COLUMNS[1:]),
        ),
        [_row(line, table.title) for line in found.lines],
        text.AIMS_CAPTION,
    )
    if text.has_law(found):
        ui.note(text.LAW)
    if not all(line.proven for line in found.lines):
        ui.note(text.NOT_PROVEN)
    if found.untried:
        st.button(text.AIMS_ASK, key="fairness-aims-ask", on_click=_ask)


def _row(line: AimLine, title: str) -> tuple[object, ...]:
    return (
        line.aim.title,
        text.gainers(line, title, 1),
        text.gainers(line, title, -1),
        text.moved(line),
        text.aim_travel(line),
    )
