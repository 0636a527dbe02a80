"""What would give somebody without a place one: asked for, searched, shown."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from matching.domain.errors import MatchingError
from matching.domain.policy import Policy
from matching.services.choosing import Wish, may_decide
from matching.services.decisions import REASON_WORDS, Matter, Reason
from matching.services.desk import Desk
from matching.services.jobs import Job
from matching.services.matching import SavedRun
from matching.services.smallest import Small, SmallChanges, start_small_changes
from matching.ui import components as ui
from matching.ui import deciding, work
from matching.ui.text import case as text
from matching.ui.text import common
from matching.ui.text import deciding as deciding_text

_WORDS = work.Words(
    doing=text.CHANGES_WORKING,
    stop=text.CHANGES_STOP,
    stopping=text.CHANGES_STOPPING,
    tells=True,
)


@dataclass(frozen=True, slots=True)
class _Search:
    """A search for one case of one plan."""

    number: int
    case: str
    job: Job[SmallChanges]


def _ask() -> None:
    st.session_state["smallest-asked"] = True


def draw(at: Desk, saved: SavedRun, case: str) -> None:
    """Draw the question, the search, or what it found."""
    ui.section(text.CHANGES, text.CHANGES_NOTE)
    asked = st.session_state.pop("smallest-asked", False)
    found = st.session_state.get("smallest")
    if isinstance(found, _Search) and (found.number, found.case) != (saved.number, case):
        found.job.give_up()
        del st.session_state["smallest"]
        found = None
    try:
        if asked:
            job = start_small_changes(at, saved, case)
            job.wait(work.AT_ONCE)
            found = st.session_state["smallest"] = _Search(saved.number, case, job)
        if not isinstance(found, _Search):
            st.button(text.CHANGES_ASK, key="smallest-ask", on_click=_ask)
        elif found.job.running:
            work.follow(found.job, "smallest", _WORDS)
        else:
            _found(at, saved.run.policy, found.job.result())
    except MatchingError as error:
        st.session_state.pop("smallest", None)
        ui.error(error)
        st.button(text.CHANGES_ASK, key="smallest-ask", on_click=_ask)
    except Exception:
        st.session_state.pop("smallest", None)
        raise


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
        st.button(text.CHANGES_AGAIN, key="smallest-ask", on_click=_ask)


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
            _decide(at, matter, f"smallest-{k}")
    elif one.role:
        ui.note(text.CHANGES_ROLE.format(role=one.role))


def _decide(at: Desk, matter: Matter, key: str) -> None:
    """Draw what a waiver needs: a reason and a last day."""
    today = at.local(at.clock()).date()
    with st.form(key, border=False):
        st.selectbox(
            deciding_text.REASON,
            list(Reason),
            index=None,
            format_func=lambda one: common.capital(REASON_WORDS[one]),
            key=f"{key}-reason",
            placeholder=deciding_text.REASON_ANY,
            width=520,
        )
        st.date_input(
            deciding_text.UNTIL,
            value=None,
            min_value=today,
            key=f"{key}-until",
            format="YYYY-MM-DD",
            width=260,
        )
        st.form_submit_button(
            deciding_text.TRY, key=f"{key}-try", on_click=_try, args=(matter, key)
        )


def _try(matter: Matter, key: str) -> None:
    reason = st.session_state.get(f"{key}-reason")
    until = st.session_state.get(f"{key}-until")
    deciding.ask(Wish(matter, reason=reason, until=until))
