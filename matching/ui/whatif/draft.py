"""The scenario that is being built in this session."""

from __future__ import annotations

import streamlit as st

from matching.domain.scenario import Step, Steps
from matching.services.scenarios import Scenario

_STEPS, _NUMBER, NAME = "whatif-draft", "whatif-number", "whatif-name"


def steps() -> Steps:
    """Return the steps so far."""
    kept = st.session_state.get(_STEPS)
    return kept if isinstance(kept, tuple) else ()


def add(step: Step) -> None:
    """Take one more step."""
    st.session_state[_STEPS] = (*steps(), step)


def take_out(at: int) -> None:
    """Take one step out."""
    st.session_state[_STEPS] = tuple(s for k, s in enumerate(steps()) if k != at)


def number() -> int | None:
    """Return the number of the saved scenario that is being changed, if it is one."""
    kept = st.session_state.get(_NUMBER)
    return kept if isinstance(kept, int) else None


def change(one: Scenario) -> None:
    """Go on with a saved scenario; to be called from a callback."""
    st.session_state[_STEPS] = one.steps
    st.session_state[_NUMBER] = one.number
    st.session_state[NAME] = one.name


def clear() -> None:
    """Start a new one; to be called from a callback."""
    st.session_state[_STEPS] = ()
    st.session_state[_NUMBER] = None
    st.session_state[NAME] = ""
