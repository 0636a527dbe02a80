"""Where what was saved is noted, to be told by whatever is drawn next.

Another press may cut a run short wherever Streamlit is asked for something, also for the
state of the session. So the place is asked for before anything is saved, and between
saving and noting it Streamlit is asked for nothing.
"""

from __future__ import annotations

from typing import Any

import streamlit as st


def place(name: str) -> list[Any]:
    """Return the place of this session under a name; what was noted last is its last item."""
    found: list[Any] = st.session_state.setdefault(name, [])
    return found


def last(name: str) -> Any:
    """Return what was noted last under a name, if anything was."""
    found = place(name)
    return found[-1] if found else None
