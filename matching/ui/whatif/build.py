"""Building a scenario: one step after the other, a name, and the work."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from matching.domain.errors import MatchingError
from matching.domain.scenario import Step
from matching.services.desk import Desk
from matching.services.scenario_choices import step_choices
from matching.services.scenarios import LONGEST_NAME, Scenario, in_words, save
from matching.ui import components as ui
from matching.ui import session
from matching.ui.text import whatif as text
from matching.ui.whatif import draft
from matching.ui.whatif.steps import fields


def show(at: Desk, saved: tuple[Scenario, ...], begin: Callable[[int], None]) -> None:
    """Draw the builder.

    Parameters
    ----------
    at : Desk
    saved : tuple of Scenario
        Those there are, to tell which one is being changed.
    begin : callable
        Told the number of a scenario that is to be worked out.
    """
    changed = next((one for one in saved if one.number == draft.number()), None)
    title = text.BUILD if changed is None else text.EDITING.format(name=changed.name)
    ui.section(title, text.BUILD_SENTENCE)
    left, right = st.columns(2, gap="large")
    with left:
        _step(at)
    with right:
        _draft(at)
        _save(at, begin, new=changed is None)


def _step(at: Desk) -> None:
    name = st.selectbox(
        text.STEP, list(text.STEPS), format_func=text.STEPS.__getitem__, key="whatif-step"
    )
    version = at.store.data_version()
    choices = session.once(at, "whatif-choices", (version,), lambda: step_choices(at))
    make = fields(name, choices)
    if make is not None:
        st.button(text.ADD, key="whatif-add", on_click=_add, args=(make,))
    failed = st.session_state.pop("whatif-refused", None)
    if isinstance(failed, MatchingError):
        ui.error(failed)


def _add(make: Callable[[], Step]) -> None:
    try:
        draft.add(make())
    except MatchingError as error:
        st.session_state["whatif-refused"] = error


def _draft(at: Desk) -> None:
    ui.part(text.DRAFT)
    steps = draft.steps()
    if not steps:
        ui.note(text.NO_STEPS)
        return
    for k, said in enumerate(in_words(at, steps)):
        with st.container(
            horizontal=True, vertical_alignment="center", key=f"whatif-step-row-{k}"
        ):
            with st.container():
                ui.html(f"<p>{k + 1}. {ui.safe(said)}</p>")
            st.button(
                "✕",
                key=f"whatif-out-{k}",
                type="tertiary",
                help=ui.literal(text.TAKE_OUT.format(step=said)),
                on_click=draft.take_out,
                args=(k,),
            )


def _save(at: Desk, begin: Callable[[int], None], *, new: bool) -> None:
    name = st.text_input(text.NAME, key=draft.NAME, max_chars=LONGEST_NAME, help=text.NAME_HELP)
    with st.container(horizontal=True):
        pressed = st.button(
            text.SAVE, type="primary", key="whatif-save", disabled=not draft.steps()
        )
        if not new or draft.steps():
            st.button(text.NEW, key="whatif-new", type="tertiary", on_click=draft.clear)
    if not pressed:
        return
    try:
        one = save(at, name or "", draft.steps(), draft.number())
    except MatchingError as error:
        ui.error(error)
        return
    begin(one.number)
    st.session_state["whatif-clear"] = True
    st.rerun()


def clear_if_saved() -> None:
    """Empty the builder after its scenario was saved; before any of its widgets is drawn."""
    if st.session_state.pop("whatif-clear", False):
        draft.clear()
