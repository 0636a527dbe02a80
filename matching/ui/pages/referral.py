"""The page New referral: six questions in a hurry, saved, and the place proposed."""

from __future__ import annotations

import streamlit as st

from matching.services.case_views import open_case
from matching.services.desk import Desk
from matching.ui import components as ui
from matching.ui import navigation, session
from matching.ui.casework import renewal, said
from matching.ui.casework_forms import new_referral
from matching.ui.text import case as case_text
from matching.ui.text import forms as text
from matching.ui.text import shell as words


def show() -> None:
    """Draw the form, or what became of the person recorded last."""
    at = session.desk()
    saved = st.session_state.get(new_referral.SAVED)
    if isinstance(saved, str):
        _saved(at, saved)
        return
    head = text.EMERGENCY_HEAD if new_referral.is_emergency() else text.FULL_HEAD
    ui.head(words.PAGES["referral"], head)
    said.show("referral")
    new_referral.draw(at)


def _saved(at: Desk, case: str) -> None:
    ui.head(words.PAGES["referral"], text.SAVED_HEAD.format(case=case))
    said.show("referral")
    if not renewal.draw(at):
        _proposal(at, case)
    with st.container(horizontal=True):
        st.button(
            text.OPEN_CASE,
            key="referral-open",
            type="primary",
            on_click=navigation.open_case,
            args=(case,),
        )
        st.button(text.OPEN_CALLS, key="referral-calls", on_click=_calls, args=(case,))
        st.button(
            text.SIBLING, key="referral-sibling", on_click=new_referral.another, args=(case,)
        )
        st.button(text.ANOTHER, key="referral-another", on_click=new_referral.another)


def _calls(case: str) -> None:
    st.session_state["case"] = case
    navigation.go_next("calls")


def _proposal(at: Desk, case: str) -> None:
    """Draw what the plan proposes for the person just recorded."""
    plan = session.current_run(at)
    if plan is None or case not in plan.run.problem.referral_ids:
        ui.note(text.NO_PLAN_YET)
        st.button(text.MAKE_PLAN, key="referral-plan", on_click=renewal.ask)
        return
    about = (plan.number, case)
    view = session.once(at, "referral-view", about, lambda: open_case(at, plan, case))
    ui.box(case_text.sentence(view), "good" if view.explanation.proposal else "warn")
    ui.note(case_text.person(view))


show()
