"""What would give somebody without a place one: asked for, searched, shown."""

from __future__ import annotations

import streamlit as st

from matching.domain.errors import MatchingError
from matching.domain.policy import Policy
from matching.services.choosing import may_decide
from matching.services.desk import Desk
from matching.services.matching import SavedRun
from matching.services.smallest import Small, SmallChanges, start_small_changes
from matching.ui import components as ui
from matching.ui import deciding, work
from matching.ui.text import case as text
from matching.ui.text import common

_WORDS = work.Words(
    doing=text.CHANGES_WORKING,
    stop=text.CHANGES_STOP,
    stopping=text.CHANGES_STOPPING,
    tells=True,
)


def _ask() -> None:
    st.session_state["smallest-asked"] = True


def draw(at: Desk, saved: SavedRun, case: str) -> None:
    """Draw the question, the search, or what it found."""
    ui.section(text.CHANGES, text.CHANGES_NOTE)
    about = (saved.number, case)
    asked = st.session_state.pop("smallest-asked", False)
    job = work.kept("smallest", about)
    try:
        if asked:
            work.stop_all()
            job = work.keep("smallest", about, start_small_changes(at, saved, case))
        if job is None:
            _button(text.CHANGES_ASK)
        elif job.running:
            work.follow(job, "smallest", _WORDS)
        else:
            _found(at, saved.run.policy, job.result())
    except MatchingError as error:
        work.forget("smallest")
        ui.error(error)
        _button(text.CHANGES_ASK)
    except Exception:
        work.forget("smallest")
        raise


def _button(label: str) -> None:
    st.button(label, key="smallest-ask", on_click=_ask)


def _found(at: Desk, policy: Policy, result: SmallChanges) -> None:
    ui.html(f'<p role="status">{ui.safe(result.sentence)}</p>')
    for k, one in enumerate(result.found):
        with st.container(key=f"option-change-{k}"):
            ui.html(
                f'<h3 class="sb-option">{ui.safe(common.capital(one.title))}</h3>'
                f"<p>{ui.safe(one.sentence)}</p>"
            )
            _more(at, policy, one, k)
    if not result.complete:
        _button(text.CHANGES_AGAIN)


def _more(at: Desk, policy: Policy, one: Small, k: int) -> None:
    """Draw who moves with a change, and the decision that it is, if it is one."""
    if len(one.lines) > 1:
        with st.expander(text.CHANGES_WHO):
            items = "".join(f"<li>{ui.safe(line)}</li>" for line in one.lines)
            ui.html(f'<ul class="sb-list">{items}</ul>')
    matter = one.matter
    if matter is None:
        return
    if may_decide(at, policy, matter.kind, matter.rule):
        with st.expander(text.CHANGES_DECIDE):
            deciding.form(at, matter, f"smallest-{k}")
    elif one.role:
        ui.note(text.CHANGES_ROLE.format(role=one.role))
