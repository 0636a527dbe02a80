"""A confidential place that somebody is about to call: opened with a press that is recorded."""

from __future__ import annotations

import streamlit as st

from matching.domain.access import Action, allows
from matching.domain.confidential import OpenReason
from matching.services.desk import Desk
from matching.services.openings import open_provider
from matching.ui import components as ui
from matching.ui.casework import said
from matching.ui.text import calls as text


def draw(at: Desk, provider_id: str) -> None:
    """Draw that a place is confidential, and the way to its name and number."""
    ui.note(text.CONFIDENTIAL)
    if allows(at.actor.role, Action.OPEN_CONFIDENTIAL):
        st.button(
            text.OPEN_PLACE, key=f"open-{provider_id}", on_click=_open, args=(provider_id,)
        )


def _open(provider_id: str) -> None:
    """Open it; for a callback."""

    def work(at: Desk) -> None:
        open_provider(at, provider_id, OpenReason.PLACING.value)

    said.act(work)
