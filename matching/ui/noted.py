"""Where what was saved is noted, to be told by whatever is drawn next.

Another press may cut a run short wherever Streamlit is asked for something, also for the
state of the session. So the place is asked for before anything is saved, and between
saving and noting it Streamlit is asked for nothing.

A run that is cut short goes on until it asks, beside the run that follows it; and the
press that it was about may be handed to that one too. So a place has room for one at a
time: whoever comes second finds what the first has noted.
"""

from __future__ import annotations

import threading
from typing import Any

import streamlit as st


class Place(list[Any]):
    """What was noted under one name in one session; what was noted last is its last item."""

    def __init__(self) -> None:
        super().__init__()
        #: Held while something is saved and noted: no other run of the session does so.
        self.alone = threading.Lock()


def place(name: str) -> Place:
    """Return the place of this session under a name."""
    found: Place = st.session_state.setdefault(name, Place())
    return found


def last(name: str) -> Any:
    """Return what was noted last under a name, if anything was."""
    found = place(name)
    return found[-1] if found else None
